//! The ends that no server was told of, kept on disk from one keeper to the next.

use super::spool::part_names;
use crate::wire::keeper::Exited;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const NAME: &str = "ended.json";

/// Keep these ends for the next keeper. With none, nothing stays on disk.
pub(super) fn save(dir: &Path, ends: &[Exited]) -> io::Result<()> {
    let path = dir.join(NAME);
    if ends.is_empty() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        };
    }
    let half = dir.join("ended.json.new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&half)?;
    file.write_all(&serde_json::to_vec(ends)?)?;
    file.sync_data()?;
    fs::rename(half, path)
}

/// The ends a former keeper left, oldest first. Spools that belong to none of them are removed.
pub(super) fn load(dir: &Path) -> Vec<Exited> {
    let ends = match fs::read(dir.join(NAME)) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, "the ends a former keeper left cannot be read");
            Vec::new()
        }),
        Err(_) => Vec::new(),
    };
    if let Err(error) = sweep(dir, &ends) {
        tracing::warn!(%error, "old spools cannot be removed");
    }
    ends
}

fn sweep(dir: &Path, ends: &[Exited]) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str().filter(|name| is_spool(name)) else {
            continue;
        };
        let wanted = ends
            .iter()
            .any(|end| part_names(end.agent).iter().any(|part| part == name));
        if !wanted {
            fs::remove_file(dir.join(name))?;
        }
    }
    Ok(())
}

fn is_spool(name: &str) -> bool {
    let number = name
        .strip_prefix("agent-")
        .and_then(|rest| rest.split_once('.'));
    number.is_some_and(|(agent, part)| agent.parse::<u32>().is_ok() && matches!(part, "0" | "1"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::wire::keeper::AgentNo;

    fn end(agent: u32) -> Exited {
        Exited {
            agent: AgentNo(agent),
            code: Some(3),
            signal: None,
            left: 0,
            spool: None,
        }
    }

    #[test]
    fn ends_outlive_their_keeper_until_they_are_told() {
        let dir = tempfile::tempdir().unwrap();
        save(dir.path(), &[end(1), end(2)]).unwrap();
        assert_eq!(load(dir.path()), [end(1), end(2)]);
        save(dir.path(), &[]).unwrap();
        assert_eq!(load(dir.path()), []);
        save(dir.path(), &[]).unwrap();
    }

    #[test]
    fn a_broken_record_is_no_end_of_the_keeper() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(NAME), b"[{]").unwrap();
        assert_eq!(load(dir.path()), []);
    }

    #[test]
    fn only_spools_that_nobody_wants_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        save(dir.path(), &[end(1)]).unwrap();
        for name in ["agent-1.0", "agent-2.1", "agent-x.0", "notes"] {
            fs::write(dir.path().join(name), b"x").unwrap();
        }
        load(dir.path());
        let mut names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["agent-1.0", "agent-x.0", "ended.json", "notes"]);
    }
}
