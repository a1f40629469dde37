//! Reads the record that an agent program keeps of its session, for what was used. Bounded, and silent where it
//! cannot: whoever runs this is a hook, which must not fail.

use std::env;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::model::UsageWord;
use crate::profile::Hooks;
use crate::profile::hook::usage::{self, Part, Record};
use crate::wire::agent::ENV_ROOM;

/// How long a record is waited for that its program writes late. After it, what it holds is what was used.
const LATE: Duration = Duration::from_secs(2);
/// How often it is looked at meanwhile: a watch costs more than it saves for so short a time.
const AGAIN: Duration = Duration::from_millis(100);

/// What the record says was used when this was heard.
pub(super) async fn used(hooks: Hooks, payload: &Value, record: &Record) -> Option<UsageWord> {
    let path = inside(Path::new(&record.path), &allowed())?;
    let until = Instant::now() + LATE;
    loop {
        let text = part(&path, record.part)?;
        if usage::holds(hooks, payload, &text) || Instant::now() >= until {
            return usage::used(hooks, &text);
        }
        sleep(AGAIN).await;
    }
}

/// Below the user's home, where programs keep their records, or in the room.
fn allowed() -> Vec<PathBuf> {
    ["HOME", ENV_ROOM]
        .iter()
        .filter_map(env::var_os)
        .filter_map(|folder| Path::new(&folder).canonicalize().ok())
        .filter(|folder| folder.parent().is_some())
        .collect()
}

/// The real place of a plain file, if it lies in one of the folders.
fn inside(path: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    let real = path.canonicalize().ok()?;
    let is_inside = folders.iter().any(|folder| real.starts_with(folder));
    (is_inside && real.is_file()).then_some(real)
}

fn part(path: &Path, part: Part) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let most = match part {
        Part::Whole(most) if size > most => return None,
        Part::Whole(most) => most,
        Part::End(most) => {
            let start = SeekFrom::Start(size.saturating_sub(most));
            file.seek(start).ok()?;
            most
        }
    };
    let mut text = Vec::new();
    file.take(most).read_to_end(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn only_plain_files_inside_the_folders_are_read_wherever_a_link_points() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (home, out) = (root.join("home"), root.join("out"));
        std::fs::create_dir(&home).unwrap();
        std::fs::create_dir(&out).unwrap();
        std::fs::write(home.join("a"), "x").unwrap();
        std::fs::write(out.join("b"), "x").unwrap();
        std::os::unix::fs::symlink(out.join("b"), home.join("link")).unwrap();
        let folders = [home.clone()];
        assert_eq!(inside(&home.join("a"), &folders), Some(home.join("a")));
        for other in ["link", "../out/b", "missing", "."] {
            assert_eq!(inside(&home.join(other), &folders), None, "{other}");
        }
    }

    #[test]
    fn a_whole_that_is_too_large_is_not_read_and_an_end_is_its_last_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(part(&path, Part::Whole(9)), None);
        assert_eq!(part(&path, Part::Whole(10)).unwrap(), b"0123456789");
        assert_eq!(part(&path, Part::End(3)).unwrap(), b"789");
        assert_eq!(part(&path, Part::End(30)).unwrap(), b"0123456789");
    }
}
