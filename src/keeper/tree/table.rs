//! The process table as `ps` tells it, for systems without `/proc`.

use super::{AgentNo, Process, State};
use crate::keeper::pty::owner_in;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Columns before the command: pid, ppid, pgid, state and the five words of the start time.
#[cfg(not(target_os = "linux"))]
const COLUMNS: &str = "pid=,ppid=,pgid=,state=,lstart=,command=";

#[cfg(not(target_os = "linux"))]
pub(super) fn read_table(word: &str) -> Vec<Process> {
    // -E puts the environment of our own processes behind the command.
    let output = std::process::Command::new("ps")
        .args(["-axww", "-E", "-o", COLUMNS])
        .output();
    let Ok(output) = output else {
        return Vec::new();
    };
    parse(&String::from_utf8_lossy(&output.stdout), word)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn tag(process: &Process, _word: &str) -> Option<AgentNo> {
    process.tag
}

pub(super) fn parse(text: &str, word: &str) -> Vec<Process> {
    text.lines()
        .filter_map(|line| parse_line(line, word))
        .collect()
}

/// The session is not told, so the process group stands in for it.
fn parse_line(line: &str, word: &str) -> Option<Process> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let (columns, command) = words.split_at_checked(9)?;
    let mut start = DefaultHasher::new();
    columns[4..9].hash(&mut start);
    let state = if columns[3].starts_with('Z') {
        State::Zombie
    } else {
        State::Living
    };
    Some(Process {
        pid: columns[0].parse().ok()?,
        parent: columns[1].parse().ok()?,
        session: columns[2].parse().ok()?,
        start: start.finish(),
        state,
        tag: owner_in(command.join("\0").as_bytes(), word),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_table_of_ps_is_read() {
        let text = "\
  410     1   410 Ss   Sat Nov 21 01:11:00 2026     sleep 9 HOME=/h OPSROOM_AGENT=4 OPSROOM_KEEPER=w
  411   410   410 Z    Sat Nov 21 01:11:05 2026     (sh)
  broken line
";
        let table = parse(text, "w");
        assert_eq!(table.len(), 2);
        assert_eq!(
            (
                table[0].pid,
                table[0].parent,
                table[0].session,
                table[0].state
            ),
            (410, 1, 410, State::Living)
        );
        assert_eq!(table[0].tag, Some(AgentNo(4)));
        assert_eq!((table[1].state, table[1].tag), (State::Zombie, None));
        assert_ne!(table[0].start, table[1].start);
    }
}
