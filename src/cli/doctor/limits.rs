//! What the system lets one person have: open files, processes, watched folders.

use rustix::process::{Resource, getrlimit};

use super::{Finding, Mark, finding};

/// What the server needs itself, in descriptors: sockets, clients, journal, pipes.
const OWN_FILES: u64 = 64;
/// What one more agent takes of them, in the process that takes most.
const AGENT_FILES: u64 = 4;
/// A room for fewer agents than this is worth a word.
const FEW_AGENTS: u64 = 50;
/// The most agents that a room takes.
const MOST_AGENTS: u64 = 256;
/// What an agent's program starts, with its threads, which count too.
const AGENT_PROCESSES: u64 = 40;
/// Watched folders and watchers below which other programs may leave none for us.
const FEW_WATCHES: u64 = 8_192;
const FEW_INSTANCES: u64 = 32;

/// How many agents the open files allow.
pub(super) fn files() -> Finding {
    let Some(limit) = getrlimit(Resource::Nofile).current else {
        return finding(Mark::Good, "open files", "no limit");
    };
    let agents = agents_within(limit);
    match agents < FEW_AGENTS {
        true => finding(
            Mark::Note,
            "open files",
            format!(
                "{limit}: enough for {agents} agents; `ulimit -n 4096` before `opsroom` allows more"
            ),
        ),
        false => finding(
            Mark::Good,
            "open files",
            format!("{limit}: enough for {agents} agents"),
        ),
    }
}

fn agents_within(files: u64) -> u64 {
    (files.saturating_sub(OWN_FILES) / AGENT_FILES).min(MOST_AGENTS)
}

/// How many processes this person may have.
pub(super) fn processes() -> Finding {
    let Some(limit) = getrlimit(Resource::Nproc).current else {
        return finding(Mark::Good, "processes", "no limit");
    };
    let agents = (limit / AGENT_PROCESSES).min(MOST_AGENTS);
    match agents < FEW_AGENTS {
        true => finding(
            Mark::Note,
            "processes",
            format!(
                "{limit} of yours, threads too: about {agents} agents with what they start; `ulimit -u` raises it"
            ),
        ),
        false => finding(
            Mark::Good,
            "processes",
            format!("{limit} of yours, threads too"),
        ),
    }
}

/// What can be watched for changes.
pub(super) fn watches() -> Finding {
    if !cfg!(target_os = "linux") {
        return finding(
            Mark::Good,
            "watches",
            "this system sets no limit of its own",
        );
    }
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/fs/inotify/{name}")).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let (Some(watches), Some(instances)) = (read("max_user_watches"), read("max_user_instances"))
    else {
        return finding(
            Mark::Note,
            "watches",
            "the system does not say how many folders can be watched; without, they are looked at every 10 s",
        );
    };
    let said = format!("{watches} folders, {instances} watchers (inotify)");
    match watches < FEW_WATCHES || instances < FEW_INSTANCES {
        true => finding(
            Mark::Note,
            "watches",
            format!(
                "{said}; where none is left, folders are looked at every 10 s (sysctl fs.inotify.max_user_watches, \
                 max_user_instances)"
            ),
        ),
        false => finding(Mark::Good, "watches", said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_files_of_a_usual_machine_are_enough_and_those_of_a_small_one_are_counted() {
        assert_eq!(agents_within(1_024), 240);
        assert_eq!(agents_within(256), 48);
        assert_eq!(agents_within(10), 0);
        assert_eq!(agents_within(1_048_576), MOST_AGENTS);
    }
}
