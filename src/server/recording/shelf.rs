//! Keeps all recordings of a room together to so many bytes. Removes files; whose may go is told.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::held::{self, Needed};
use super::tail;
use crate::model::AgentId;

/// What is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// All recordings together, in bytes.
    pub most: u64,
    /// Agents that the room shows. Of each the newest segment stays.
    pub shown: BTreeMap<AgentId, Life>,
    /// The newest agent that was known when this was said: whoever came since is left alone.
    pub newest: AgentId,
}

/// Whether an agent that is shown writes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It has ended.
    Ended,
    /// It lives.
    Lives,
}

/// Whose segments go before whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// Of an agent that was cleared.
    Cleared,
    /// Of one that ended, but not its newest.
    Ended,
    /// Of one that lives, but not its newest.
    Lives,
}

/// Removes the oldest segments until the rest takes no more than that: of cleared agents first, then of those that
/// ended, then of those that live; and only then, in the same order, those that somebody decided before. Says how many went.
///
/// # Errors
/// Where the folder cannot be read, or a file not removed.
pub fn keep_to(folder: &Path, keep: &Keep) -> io::Result<usize> {
    let mut taken: u64 = 0;
    let mut order: Vec<(Needed, Turn, SystemTime, AgentId, u64, PathBuf, u64)> = Vec::new();
    let all = match tail::all(folder) {
        // nothing was recorded yet
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        all => all?,
    };
    let mut all = all.into_iter().peekable();
    let mut latest = None;
    while let Some((agent, number, path)) = all.next() {
        // One that went meanwhile takes nothing, and a folder is no recording.
        let Some(file) = path.metadata().ok().filter(fs::Metadata::is_file) else {
            continue;
        };
        taken = taken.saturating_add(file.len());
        // Of one agent they go in their order, whatever a clock that was set made of their times.
        let written = file.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let written = match latest {
            Some((before, at)) if before == agent && at > written => at,
            Some(_) | None => written,
        };
        latest = Some((agent, written));
        let is_newest = all.peek().is_none_or(|(next, _, _)| *next != agent);
        let turn = match keep.shown.get(&agent) {
            None if agent <= keep.newest => Turn::Cleared,
            Some(Life::Ended) if !is_newest => Turn::Ended,
            Some(Life::Lives) if !is_newest => Turn::Lives,
            None | Some(Life::Ended | Life::Lives) => continue,
        };
        let needed = held::needed(&path);
        order.push((needed, turn, written, agent, number, path, file.len()));
    }
    order.sort();
    let mut gone = 0;
    for (_, _, _, _, _, path, length) in order {
        if taken <= keep.most {
            break;
        }
        held::remove(&path)?;
        taken = taken.saturating_sub(length);
        gone += 1;
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    /// Segments of 10 bytes, as old as they stand here: the first is the oldest.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (age, name) in names.iter().enumerate() {
            let path = dir.path().join(format!("{name}.cast"));
            fs::write(&path, [b'x'; 10]).unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000 + age as u64);
            File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(at)
                .unwrap();
        }
        dir
    }

    fn left(folder: &Path) -> Vec<String> {
        let all = tail::all(folder).unwrap().into_iter();
        all.map(|(agent, number, _)| format!("{agent}-{number}"))
            .collect()
    }

    fn keep(most: u64) -> Keep {
        let shown = [(AgentId(2), Life::Lives), (AgentId(3), Life::Ended)];
        Keep {
            most,
            shown: shown.into(),
            newest: AgentId(5),
        }
    }

    const ALL: [&str; 9] = [
        "2-1", "2-2", "3-7", "3-8", "4-1", "1-1", "1-2", "2-3", "9-1",
    ];

    #[test]
    fn the_oldest_of_cleared_agents_go_first_then_of_those_that_ended_then_of_the_living() {
        let dir = folder(&ALL);
        let steps: [(u64, &[&str]); 7] = [
            (90, &[]),
            (89, &["4-1"]),
            (70, &["1-1"]),
            (60, &["1-2"]),
            (50, &["3-7"]),
            (40, &["2-1"]),
            (30, &["2-2"]),
        ];
        let mut rest = left(dir.path());
        for (most, go) in steps {
            assert_eq!(keep_to(dir.path(), &keep(most)).unwrap(), go.len());
            rest.retain(|name| !go.contains(&name.as_str()));
            assert_eq!(left(dir.path()), rest, "{most}");
        }
    }

    #[test]
    fn the_newest_part_of_whoever_is_shown_stays_and_so_does_whoever_came_since() {
        let dir = folder(&ALL);
        assert_eq!(keep_to(dir.path(), &keep(0)).unwrap(), 6);
        assert_eq!(left(dir.path()), ["2-3", "3-8", "9-1"]);
        assert_eq!(keep_to(dir.path(), &keep(0)).unwrap(), 0);
    }

    #[test]
    fn what_somebody_decided_before_goes_last() {
        let dir = folder(&ALL);
        for (agent, number) in [(4, 1), (2, 1)] {
            held::hold(dir.path(), AgentId(agent), number).unwrap();
        }
        assert_eq!(
            keep_to(dir.path(), &keep(50)).unwrap(),
            4,
            "1-1, 1-2, 3-7 and 2-2"
        );
        assert_eq!(left(dir.path()), ["2-1", "2-3", "3-8", "4-1", "9-1"]);
        assert_eq!(keep_to(dir.path(), &keep(40)).unwrap(), 1);
        assert_eq!(left(dir.path()), ["2-1", "2-3", "3-8", "9-1"]);
        keep_to(dir.path(), &keep(0)).unwrap();
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            3,
            "no mark is left behind"
        );
    }

    #[test]
    fn one_agents_segments_go_in_their_order_although_the_clock_was_set() {
        let dir = folder(&["4-2", "4-3", "4-1"]);
        keep_to(dir.path(), &keep(20)).unwrap();
        assert_eq!(left(dir.path()), ["4-2", "4-3"]);
    }

    #[test]
    fn a_room_in_which_nothing_was_recorded_keeps_to_anything() {
        let dir = tempfile::tempdir().unwrap();
        let none = dir.path().join("recordings");
        assert_eq!(keep_to(&none, &keep(0)).unwrap(), 0);
    }

    #[test]
    fn what_is_no_recording_is_left_alone() {
        let dir = folder(&["4-1", "notes", "4-1.old"]);
        keep_to(dir.path(), &keep(0)).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
