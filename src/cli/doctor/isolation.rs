//! What keeps an agent from an operator's seat, others from the room, and an operator's terminal from the agents: looked
//! at as it is on this machine. What boxes agents are put into.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::{Finding, Mark, finding};
use crate::door::RoomPaths;
use crate::model::Settings;
use crate::server::found::on_path;
use crate::server::kin;
use crate::server::launch::tells_of_the_terminal;
use crate::wire::agent::{ENV_AGENT, ENV_ROOM};

/// Files of hooks that are looked at; more of them are written in the same way.
const LOOKED_AT: usize = 2_000;

/// Whether an agent can be told from a person, others are kept out, and agents know nothing of a person's terminal.
pub(super) fn isolation(paths: &RoomPaths) -> Finding {
    let open = private(paths)
        .into_iter()
        .find_map(|path| open_to_others(&path));
    if let Some(fault) = open {
        return finding(Mark::Bad, "isolation", fault);
    }
    if !cfg!(target_os = "linux") {
        let text = "this system does not tell who started a process: agents run as you, and could decide as you";
        return finding(Mark::Note, "isolation", text);
    }
    if !tells_whose_child_we_are() {
        let text =
            "/proc does not tell who started a process: agents run as you, and could decide as you";
        return finding(Mark::Bad, "isolation", text);
    }
    let agents = agents(&paths.folder);
    let knows = agents.iter().find_map(|(agent, names)| {
        let names: Vec<&String> = names
            .iter()
            .filter(|it| tells_of_the_terminal(it))
            .collect();
        Some((agent, *names.first()?))
    });
    if let Some((agent, name)) = knows {
        let text = format!(
            "agent {agent} was started with {name}, and takes the room for your terminal: does its profile set it?"
        );
        return finding(Mark::Note, "isolation", text);
    }
    let living = match agents.len() {
        0 => "no agent lives".to_owned(),
        1 => "1 living agent has nothing of your terminal".to_owned(),
        more => format!("{more} living agents have nothing of your terminal"),
    };
    let closed = match paths.private().exists() {
        true => "its files and sockets are closed to others",
        false => "the room was not opened yet",
    };
    let text = format!(
        "whatever an agent starts gets no operator's seat (told by who started it); {closed}; {living}"
    );
    finding(Mark::Good, "isolation", text)
}

/// The boxes that roles put their agents into, and whether their programs are here.
pub(super) fn runners(paths: &RoomPaths, settings: &Settings) -> Finding {
    let used = |name: &str| settings.roles.iter().any(|role| role.runner == name);
    let mut named = Vec::new();
    for runner in &settings.runners {
        let program = runner.command.first().map_or("", String::as_str);
        let there = match program.contains('/') {
            true => Some(paths.folder.join(program)).filter(|it| it.exists()),
            false => on_path(program),
        };
        match there {
            Some(at) => named.push(format!("{} ({})", runner.name, at.display())),
            None => {
                let roles = match used(&runner.name) {
                    true => "agents of its roles do not start",
                    false => "no role uses it",
                };
                let name = &runner.name;
                let text =
                    format!("{name}: the program `{program}` is not on this machine; {roles}");
                let mark = if used(name) { Mark::Bad } else { Mark::Note };
                return finding(mark, "runners", text);
            }
        }
    }
    match named.is_empty() {
        true => finding(
            Mark::Note,
            "runners",
            "none: agents run with your rights (`runner` of a role puts them into a box, such as bwrap)",
        ),
        false => finding(Mark::Good, "runners", named.join(", ")),
    }
}

/// What only its owner may read: folders first, for what lies in a closed one is closed.
fn private(paths: &RoomPaths) -> Vec<PathBuf> {
    let mut all = vec![paths.private(), paths.runtime.clone()];
    for name in [
        "journal.jsonl",
        "head",
        "secret",
        "runtime",
        "recordings",
        "handoffs",
    ] {
        all.push(paths.inside(name));
    }
    all.extend([
        paths.room_socket(),
        paths.observer_socket(),
        paths.agent_socket(),
        paths.keeper_socket(),
    ]);
    let mut folders = vec![paths.inside("hooks")];
    let mut hooks = 0;
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries.take(LOOKED_AT - hooks) {
            hooks += 1;
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path.clone());
            }
            all.push(path);
        }
    }
    all
}

/// What is wrong with who owns a file, or may open it; nothing where it is not there.
fn open_to_others(path: &Path) -> Option<String> {
    let found = fs::symlink_metadata(path).ok()?;
    let shown = path.display();
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Some(format!("{shown} belongs to another user"));
    }
    let open = found.mode() & 0o077 != 0 && !found.is_symlink();
    open.then(|| {
        let mode = found.mode() & 0o777;
        format!("{shown} is open to others (mode {mode:o}): chmod go= {shown}")
    })
}

/// What the seats rest on: the process table says whose child a process is.
fn tells_whose_child_we_are() -> bool {
    let us = i32::try_from(std::process::id());
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_pid());
    us.is_ok_and(|us| parent.is_none_or(|parent| kin::descends(us, parent)))
}

/// The room's living agents, each with the names of the variables that it was started with. What an agent started itself
/// is not one.
fn agents(room: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let own = variables(pid);
        let Some(agent) = own.get(ENV_AGENT) else {
            continue;
        };
        let ours = own.get(ENV_ROOM).is_some_and(|it| Path::new(it) == room);
        let first = kin::parent(pid).is_some_and(|it| !variables(it).contains_key(ENV_AGENT));
        if ours && first {
            found.insert(agent.clone(), own.into_keys().collect());
        }
    }
    found
}

/// What a process was started with; nothing of somebody else's.
fn variables(pid: i32) -> BTreeMap<String, String> {
    let bytes = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let all = bytes.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    all.filter_map(|one| {
        let (name, value) = one.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    })
    .collect()
}
