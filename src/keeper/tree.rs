//! Which processes are whose: reads the process table and attributes what descends from the keeper.
//!
//! Must never name a process that we did not start, directly or through others. An agent's processes
//! are found by ancestry, by the variables they were started with, by a mark that they inherit (Linux), and by their
//! terminal's session.

pub(super) use kin::family;

use crate::wire::keeper::AgentNo;
use rustix::process::{Pid, Signal};

mod kin;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod mark;
#[cfg(any(test, not(target_os = "linux")))]
mod table;

/// One line of the process table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pid: i32,
    parent: i32,
    session: i32,
    /// When it started, in units of the system's own; with the pid it names a process for good.
    start: u64,
    state: State,
    /// Whose it says it is, where the table tells that for free.
    tag: Option<AgentNo>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Living,
    /// Ended, but not reaped by its parent yet.
    Zombie,
}

/// What names one process for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pid: i32,
    start: u64,
}

impl Process {
    pub(super) fn identity(&self) -> Identity {
        Identity {
            pid: self.pid,
            start: self.start,
        }
    }
}

/// What an agent's processes are recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) agent: AgentNo,
    /// The main process; its pid was also the id of the terminal's session.
    pub(super) main: Pid,
    pub(super) main_state: MainState,
}

/// Whether the pid of a main process still belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MainState {
    Running,
    Reaped,
}

/// Whose a descendant of the keeper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Agent(AgentNo),
    /// It descends from some agent, but erased every trace of which.
    Unclaimed,
}

/// Where the children of a process go when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Orphans {
    /// To the keeper, the sub-reaper: whatever does not descend from it is not ours.
    ComeToUs,
    /// To process 1: an orphan is ours only if it carries this keeper's word.
    GoToInit,
}

const ORPHANS: Orphans = if cfg!(target_os = "linux") {
    Orphans::ComeToUs
} else {
    Orphans::GoToInit
};

/// Every living descendant of this process and whose it is.
pub(super) fn descendants(claims: &[Claim], word: &str) -> Vec<(Owner, Process)> {
    let table = read_table(word);
    let us = rustix::process::getpid().as_raw_pid();
    kin::attribute(&table, us, claims, ORPHANS, &|process| tag(process, word))
}

/// What became of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Sent,
    /// The process is gone, or the system did not let us.
    NotSent,
}

/// Send signals to exactly this process, never to another one that got its pid since.
#[cfg(target_os = "linux")]
pub(super) fn signal(process: &Process, signals: &[Signal]) -> Delivery {
    use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};
    let Some(pid) = Pid::from_raw(process.pid).filter(|pid| !pid.is_init()) else {
        return Delivery::NotSent;
    };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
        return Delivery::NotSent;
    };
    // The handle is fixed to whoever has the pid now; only if that is still the one we saw, it may be signalled.
    if linux::stat(process.pid).is_none_or(|now| now.start != process.start) {
        return Delivery::NotSent;
    }
    let sent = signals
        .iter()
        .filter(|signal| pidfd_send_signal(&handle, **signal).is_ok())
        .count();
    if sent > 0 {
        Delivery::Sent
    } else {
        Delivery::NotSent
    }
}

/// Send signals to this process. The table was read a moment ago; pids are not reused that fast.
#[cfg(not(target_os = "linux"))]
pub(super) fn signal(process: &Process, signals: &[Signal]) -> Delivery {
    let Some(pid) = Pid::from_raw(process.pid).filter(|pid| !pid.is_init()) else {
        return Delivery::NotSent;
    };
    let sent = signals
        .iter()
        .filter(|signal| rustix::process::kill_process(pid, **signal).is_ok())
        .count();
    if sent > 0 {
        Delivery::Sent
    } else {
        Delivery::NotSent
    }
}

#[cfg(target_os = "linux")]
use linux::{read_table, tag};
#[cfg(target_os = "linux")]
pub(super) use mark::marked;

/// Do this, which starts a process. This system knows no mark that would stay on it.
#[cfg(not(target_os = "linux"))]
pub(super) fn marked<R>(_agent: AgentNo, _word: &str, start: impl FnOnce() -> R) -> R {
    start()
}

#[cfg(not(target_os = "linux"))]
use table::{read_table, tag};
