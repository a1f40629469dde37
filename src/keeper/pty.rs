//! Forks one agent in a new PTY. The only file that names portable-pty.
//!
//! portable-pty's writer is never taken: dropping it types a newline and an end-of-file into the agent.
//! Its fallbacks are closed off as well: a missing folder would silently become the home folder. One trap
//! stays: it closes the descriptor over which a failed exec is reported, so a program that exists but that
//! the system will not run (a missing interpreter, too many arguments) starts and ends with SIGABRT at once.

use crate::keeper::tree::marked;
use crate::wire::keeper::{AgentNo, Launch};
use anyhow::{Context, bail};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::Pid;

/// Variables that every process of an agent carries, so that its orphans are recognised.
pub(super) const AGENT_VARIABLE: &str = "OPSROOM_AGENT";
/// The variable with the word of one keeper, so that no other keeper's agents are taken for ours.
pub(super) const KEEPER_VARIABLE: &str = "OPSROOM_KEEPER";

/// A process that was just started and the master of its terminal, non-blocking and close-on-exec.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) pid: Pid,
    pub(super) terminal: OwnedFd,
    /// The same again, for the server. Made before the fork, so that nothing can fail after it.
    pub(super) duplicate: OwnedFd,
}

/// Start one agent. `word` is this keeper's own.
pub(super) fn start(launch: &Launch, word: &str) -> anyhow::Result<Started> {
    let command = builder(launch, word)?;
    let pair = native_pty_system().openpty(PtySize {
        rows: launch.rows,
        cols: launch.cols,
        pixel_width: 0,
        pixel_height: 0,
    })?;
    let terminal = duplicate(pair.master.as_ref())?;
    let copy = duplicate(pair.master.as_ref())?;
    fcntl_setfl(&terminal, fcntl_getfl(&terminal)? | OFlags::NONBLOCK)?;
    // Dropping the child neither kills nor reaps it; the keeper reaps everything in one place.
    let child = marked(launch.agent, word, || pair.slave.spawn_command(command))?;
    let pid = child
        .process_id()
        .and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    Ok(Started {
        pid: pid.context("the system gave no process id")?,
        terminal,
        duplicate: copy,
    })
}

/// The program, where it is a bare name and none of the folders of `PATH` has it.
fn missing(launch: &Launch) -> Option<&str> {
    let program = launch.command.first().filter(|name| !name.contains('/'))?;
    let (_, path) = launch.env.iter().find(|(name, _)| name == "PATH")?;
    let there = std::env::split_paths(path).any(|folder| folder.join(program).exists());
    (!there).then_some(program)
}

fn builder(launch: &Launch, word: &str) -> anyhow::Result<CommandBuilder> {
    if launch.command.is_empty() {
        bail!("the command is empty: name a program in the profile");
    }
    if let Some(program) = missing(launch) {
        bail!("there is no program {program} on PATH: install it, or name it with its path");
    }
    if launch.cols == 0 || launch.rows == 0 {
        bail!(
            "a terminal of {}x{} has no cells: give it columns and rows",
            launch.cols,
            launch.rows
        );
    }
    if !launch.cwd.is_absolute() || !launch.cwd.is_dir() {
        bail!(
            "{} is not an absolute path of a folder: make it or choose another",
            launch.cwd.display()
        );
    }
    let mut command = CommandBuilder::from_argv(launch.command.iter().map(Into::into).collect());
    command.cwd(&launch.cwd);
    command.env_clear();
    for (name, value) in &launch.env {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            bail!("the variable {name:?} cannot be passed on: take it out of the environment");
        }
        command.env(name, value);
    }
    command.env(AGENT_VARIABLE, launch.agent.to_string());
    command.env(KEEPER_VARIABLE, word);
    Ok(command)
}

#[expect(
    unsafe_code,
    reason = "portable-pty gives its descriptor only as a number, valid while the master lives"
)]
fn duplicate(master: &dyn MasterPty) -> anyhow::Result<OwnedFd> {
    let number = master
        .as_raw_fd()
        .context("the terminal has no descriptor")?;
    // SAFETY: `master` owns the descriptor and is borrowed for longer than this borrow of the number.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    Ok(rustix::io::fcntl_dupfd_cloexec(borrowed, 3)?)
}

/// What the environment of a process says about whose it is: this keeper's agent, or nobody's.
pub(super) fn owner_in(environment: &[u8], word: &str) -> Option<AgentNo> {
    let value = |name: &str| {
        let mut variables = environment.split(|byte| *byte == 0);
        variables.find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
    };
    if value(KEEPER_VARIABLE)? != word.as_bytes() {
        return None;
    }
    std::str::from_utf8(value(AGENT_VARIABLE)?)
        .ok()?
        .parse()
        .ok()
        .map(AgentNo)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn launch() -> Launch {
        let command = vec!["/bin/sh".into(), "-c".into(), "exit 0".into()];
        Launch {
            agent: AgentNo(1),
            command,
            cwd: "/".into(),
            env: Vec::new(),
            cols: 80,
            rows: 24,
        }
    }

    #[test]
    fn what_cannot_run_is_refused_with_a_sentence() {
        let cases = [
            (
                Launch {
                    command: Vec::new(),
                    ..launch()
                },
                "empty",
            ),
            (
                Launch {
                    cwd: "/no/such/folder".into(),
                    ..launch()
                },
                "/no/such/folder",
            ),
            (
                Launch {
                    cwd: ".".into(),
                    ..launch()
                },
                "absolute",
            ),
            (
                Launch {
                    cols: 0,
                    ..launch()
                },
                "0x24",
            ),
            (
                Launch {
                    command: vec!["/no/such/program".into()],
                    ..launch()
                },
                "/no/such/program",
            ),
            (
                Launch {
                    command: vec!["nosuchprogram".into()],
                    env: vec![("PATH".into(), "/bin:/usr/bin".into())],
                    ..launch()
                },
                "no program nosuchprogram on PATH",
            ),
            (
                Launch {
                    env: vec![("A=B".into(), "c".into())],
                    ..launch()
                },
                "A=B",
            ),
        ];
        for (launch, word) in cases {
            let error = start(&launch, "w").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn an_owner_is_read_only_beside_this_keepers_word() {
        let environment = b"A=1\0OPSROOM_KEEPER=w\0OPSROOM_AGENT=12\0";
        assert_eq!(owner_in(environment, "w"), Some(AgentNo(12)));
        assert_eq!(owner_in(environment, "x"), None);
        assert_eq!(owner_in(b"OPSROOM_AGENT=12\0", "w"), None);
        assert_eq!(
            owner_in(b"XOPSROOM_KEEPER=w\0OPSROOM_AGENT=12\0", "w"),
            None
        );
        assert_eq!(owner_in(b"OPSROOM_KEEPER=w\0OPSROOM_AGENT=me\0", "w"), None);
    }
}
