//! A command's processes, found by a variable that all of them were started with: also those that left its
//! group, and those of a server that was killed.
//!
//! Linux alone tells another process's variables; elsewhere the group is all that is known.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
#[cfg(target_os = "linux")]
use rustix::process::{Pid, PidfdFlags, pidfd_open, pidfd_send_signal};
use tokio::time::Instant;

/// The variable.
pub(super) const VARIABLE: &str = "OPSROOM_RUN";
/// How long a git command of the server before this one may take to end its work.
const UNFINISHED: Duration = Duration::from_secs(20);

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Git: what it began it ends.
    Git,
    /// Anything else: it can be run again.
    Other,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Git => "git",
            Kind::Other => "run",
        }
    }
}

/// What the processes of one command are known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// A new one.
    pub fn new(room: &Path, kind: Kind) -> Self {
        let mut bytes = [0; 8];
        // Without randomness the marks are alike: then a command may end what another left behind.
        let _unlikely = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
        let number: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{}{number}", start(room, kind)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn start(room: &Path, kind: Kind) -> String {
    format!("{}:{}:", room.display(), kind.word())
}

/// Sends a signal to every process of a command.
pub(super) fn signal(mark: &Mark, signal: Signal) {
    for pid in marked(&mark.0) {
        signal_one(pid, &mark.0, signal);
    }
}

/// Ends what a server that was killed left running in this room: its checks at once, its git commands once they
/// have ended their work.
pub async fn leftovers(room: &Path) {
    let other = start(room, Kind::Other);
    for pid in marked(&other) {
        tracing::warn!(pid, "a command of the server before this one is ended");
        signal_one(pid, &other, Signal::KILL);
    }
    let git = start(room, Kind::Git);
    let late = Instant::now() + UNFINISHED;
    while !marked(&git).is_empty() && Instant::now() < late {
        super::a_moment().await;
    }
    for pid in marked(&git) {
        tracing::warn!(
            pid,
            "a git command of the server before this one does not end"
        );
        signal_one(pid, &git, Signal::TERM);
    }
}

/// The handle is fixed to whoever has the pid now; only if that still carries the mark, it is signalled.
#[cfg(target_os = "linux")]
fn signal_one(pid: i32, mark: &str, signal: Signal) {
    let Some(pid) = Pid::from_raw(pid) else {
        return;
    };
    if let Ok(handle) = pidfd_open(pid, PidfdFlags::empty())
        && carries(pid.as_raw_pid(), mark)
    {
        let _gone_already = pidfd_send_signal(&handle, signal);
    }
}

#[cfg(not(target_os = "linux"))]
fn signal_one(_pid: i32, _mark: &str, _signal: Signal) {}

/// The processes whose mark begins like this, but for this one.
#[cfg(target_os = "linux")]
fn marked(mark: &str) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let own = rustix::process::getpid().as_raw_pid();
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != own && carries(*pid, mark))
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn marked(_mark: &str) -> Vec<i32> {
    Vec::new()
}

#[cfg(target_os = "linux")]
fn carries(pid: i32, mark: &str) -> bool {
    let environ = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environ.split(|byte| *byte == 0).any(|variable| {
        let value = variable.strip_prefix(VARIABLE.as_bytes());
        let value = value.and_then(|value| value.strip_prefix(b"="));
        value.is_some_and(|value| value.starts_with(mark.as_bytes()))
    })
}
