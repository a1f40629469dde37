//! Which processes are whose: reads the process table and attributes what descends from the keeper.
//!
//! Must never name a process that we did not start, directly or through others. An agent's processes
//! are found by ancestry, by the variables they were started with, and by their terminal's session.

use super::pty::owner_in;
use crate::wire::keeper::AgentNo;
use rustix::process::{Pid, Signal};
use std::collections::BTreeMap;

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
        Identity { pid: self.pid, start: self.start }
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

const ORPHANS: Orphans = if cfg!(target_os = "linux") { Orphans::ComeToUs } else { Orphans::GoToInit };

/// Every living descendant of this process and whose it is.
pub(super) fn descendants(claims: &[Claim], word: &str) -> Vec<(Owner, Process)> {
    let table = read_table(word);
    let us = rustix::process::getpid().as_raw_pid();
    attribute(&table, us, claims, ORPHANS, &|process| tag(process, word))
}

fn attribute(
    table: &[Process],
    keeper: i32,
    claims: &[Claim],
    orphans: Orphans,
    tag: &dyn Fn(&Process) -> Option<AgentNo>,
) -> Vec<(Owner, Process)> {
    let by_pid: BTreeMap<i32, &Process> = table.iter().map(|process| (process.pid, process)).collect();
    let living = table.iter().filter(|process| process.state == State::Living);
    living.filter_map(|process| Some((owner(process, &by_pid, keeper, claims, orphans, tag)?, *process))).collect()
}

fn owner(
    process: &Process,
    table: &BTreeMap<i32, &Process>,
    keeper: i32,
    claims: &[Claim],
    orphans: Orphans,
    tag: &dyn Fn(&Process) -> Option<AgentNo>,
) -> Option<Owner> {
    let line = lineage(process, table, keeper);
    let runs = |pid: i32| claims.iter().find(|c| c.main_state == MainState::Running && c.main.as_raw_pid() == pid);
    if let Some(claim) = line.ancestors.iter().find_map(|process| runs(process.pid)) {
        return Some(Owner::Agent(claim.agent));
    }
    if line.end == End::Elsewhere && orphans == Orphans::ComeToUs {
        return None;
    }
    if let Some(agent) = line.ancestors.iter().find_map(|process| tag(process)) {
        return Some(Owner::Agent(agent));
    }
    if line.end == End::Elsewhere {
        return None;
    }
    let of_session = |session: i32| claims.iter().find(|claim| claim.main.as_raw_pid() == session);
    let claim = line.ancestors.iter().find_map(|process| of_session(process.session));
    Some(claim.map_or(Owner::Unclaimed, |claim| Owner::Agent(claim.agent)))
}

/// A process and its ancestors, up to the keeper.
struct Lineage<'a> {
    ancestors: Vec<&'a Process>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Keeper,
    Elsewhere,
}

fn lineage<'a>(process: &'a Process, table: &BTreeMap<i32, &'a Process>, keeper: i32) -> Lineage<'a> {
    let mut ancestors: Vec<&Process> = Vec::new();
    let mut next = Some(process);
    while let Some(process) = next {
        // A table read while processes move may hold a circle; no real line is longer than the table.
        if process.pid <= 1 || process.pid == keeper || ancestors.len() > table.len() {
            break;
        }
        ancestors.push(process);
        if process.parent == keeper {
            return Lineage { ancestors, end: End::Keeper };
        }
        next = table.get(&process.parent).copied();
    }
    Lineage { ancestors, end: End::Elsewhere }
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
    if !linux::stat(process.pid).is_some_and(|now| now.start == process.start) {
        return Delivery::NotSent;
    }
    let sent = signals.iter().filter(|signal| pidfd_send_signal(&handle, **signal).is_ok()).count();
    if sent > 0 { Delivery::Sent } else { Delivery::NotSent }
}

/// Send signals to this process. The table was read a moment ago; pids are not reused that fast.
#[cfg(not(target_os = "linux"))]
pub(super) fn signal(process: &Process, signals: &[Signal]) -> Delivery {
    let Some(pid) = Pid::from_raw(process.pid).filter(|pid| !pid.is_init()) else {
        return Delivery::NotSent;
    };
    let sent = signals.iter().filter(|signal| rustix::process::kill_process(pid, **signal).is_ok()).count();
    if sent > 0 { Delivery::Sent } else { Delivery::NotSent }
}

#[cfg(target_os = "linux")]
use linux::{read_table, tag};

#[cfg(not(target_os = "linux"))]
use table::{read_table, tag};

#[cfg(target_os = "linux")]
mod linux {
    //! The process table as `/proc` tells it.

    use super::{AgentNo, Process, State, owner_in};
    use std::fs;

    pub(super) fn read_table(_word: &str) -> Vec<Process> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter_map(stat).collect()
    }

    pub(super) fn tag(process: &Process, word: &str) -> Option<AgentNo> {
        owner_in(&fs::read(format!("/proc/{}/environ", process.pid)).ok()?, word)
    }

    pub(super) fn stat(pid: i32) -> Option<Process> {
        parse(pid, &fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The name in brackets may hold anything, so the fields are counted from its end (proc(5)).
    pub(super) fn parse(pid: i32, stat: &[u8]) -> Option<Process> {
        let name_end = stat.iter().rposition(|byte| *byte == b')')?;
        let text = std::str::from_utf8(stat.get(name_end + 1..)?).ok()?;
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let state = match *fields.first()? {
            "Z" | "X" | "x" => State::Zombie,
            _ => State::Living,
        };
        Some(Process {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            session: fields.get(3)?.parse().ok()?,
            start: fields.get(19)?.parse().ok()?,
            state,
            tag: None,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const KEEPER: i32 = 100;

    fn process(pid: i32, parent: i32, session: i32) -> Process {
        Process { pid, parent, session, start: 1, state: State::Living, tag: None }
    }

    fn claim(agent: u32, main: i32, main_state: MainState) -> Claim {
        Claim { agent: AgentNo(agent), main: Pid::from_raw(main).unwrap(), main_state }
    }

    fn owners(table: &[Process], claims: &[Claim], orphans: Orphans) -> Vec<(i32, Owner)> {
        let found = attribute(table, KEEPER, claims, orphans, &|process| process.tag);
        found.into_iter().map(|(owner, process)| (process.pid, owner)).collect()
    }

    const ONE: Owner = Owner::Agent(AgentNo(1));
    const TWO: Owner = Owner::Agent(AgentNo(2));

    #[test]
    fn only_what_descends_from_the_keeper_is_ours() {
        let table = [process(1, 0, 1), process(50, 1, 50), process(KEEPER, 50, KEEPER), process(110, KEEPER, 110), process(111, 110, 110)];
        let mut stranger = process(60, 50, 110);
        stranger.tag = Some(AgentNo(1));
        let table = [&table[..], &[stranger]].concat();
        let found = owners(&table, &[claim(1, 110, MainState::Running)], Orphans::ComeToUs);
        assert_eq!(found, [(110, ONE), (111, ONE)]);
    }

    #[test]
    fn an_orphan_is_found_by_its_variables_or_its_session() {
        let mut daemon = process(120, KEEPER, 120);
        daemon.tag = Some(AgentNo(1));
        let table = [daemon, process(121, 120, 121), process(122, KEEPER, 110), process(123, KEEPER, 123)];
        let found = owners(&table, &[claim(1, 110, MainState::Reaped)], Orphans::ComeToUs);
        assert_eq!(found, [(120, ONE), (121, ONE), (122, ONE), (123, Owner::Unclaimed)]);
    }

    #[test]
    fn ancestry_counts_more_than_what_a_process_says_of_itself() {
        let mut pretender = process(111, 110, 110);
        pretender.tag = Some(AgentNo(2));
        let claims = [claim(1, 110, MainState::Running), claim(2, 130, MainState::Running)];
        assert_eq!(owners(&[process(110, KEEPER, 110), pretender], &claims, Orphans::ComeToUs), [(110, ONE), (111, ONE)]);
    }

    #[test]
    fn a_reaped_agents_pid_in_other_hands_is_not_its_own() {
        let mut reused = process(110, KEEPER, 110);
        reused.tag = Some(AgentNo(2));
        let claims = [claim(1, 110, MainState::Reaped), claim(2, 130, MainState::Reaped)];
        assert_eq!(owners(&[reused], &claims, Orphans::ComeToUs), [(110, TWO)]);
    }

    #[test]
    fn without_a_sub_reaper_an_orphan_is_ours_only_by_our_word() {
        let mut daemon = process(120, 1, 120);
        daemon.tag = Some(AgentNo(1));
        let found = owners(&[daemon, process(121, 1, 110)], &[claim(1, 110, MainState::Reaped)], Orphans::GoToInit);
        assert_eq!(found, [(120, ONE)]);
    }

    #[test]
    fn a_zombie_is_gone_but_its_children_are_not() {
        let mut main = process(110, KEEPER, 110);
        main.state = State::Zombie;
        let found = owners(&[main, process(111, 110, 111)], &[claim(1, 110, MainState::Running)], Orphans::ComeToUs);
        assert_eq!(found, [(111, ONE)]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        assert_eq!(owners(&[process(5, 6, 5), process(6, 5, 5)], &[], Orphans::ComeToUs), []);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_name_cannot_forge_its_fields() {
        let line = b"7 (a) S 1 (b) Z) S 42 7 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 0 0";
        let found = linux::parse(7, line).unwrap();
        assert_eq!((found.parent, found.session, found.start, found.state), (42, 9, 777, State::Living));
    }
}
