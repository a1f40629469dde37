//! The process table as `/proc` tells it.

use super::{AgentNo, Process, State, mark};
use crate::keeper::pty::owner_in;
use std::fs;

pub(super) fn read_table(_word: &str) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(stat).collect()
}

pub(super) fn tag(process: &Process, word: &str) -> Option<AgentNo> {
    let environment = fs::read(format!("/proc/{}/environ", process.pid));
    let said = environment.ok().and_then(|it| owner_in(&it, word));
    said.or_else(|| mark::owner(process.pid, word))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_process_name_cannot_forge_its_fields() {
        let line = b"7 (a) S 1 (b) Z) S 42 7 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 0 0";
        let found = parse(7, line).unwrap();
        assert_eq!(
            (found.parent, found.session, found.start, found.state),
            (42, 9, 777, State::Living)
        );
    }
}
