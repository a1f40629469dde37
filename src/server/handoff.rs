//! What agents leave at the end of a stage, kept as files: `.opsroom/handoffs/<brief>/<n>-<track>.<stage>.md`.
//! The next stage reads the newest. Judges nothing of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::name::is_plain;
use crate::folder::kept;
use crate::model::{BriefId, Place, Stage};

/// Keeps a handoff's text and gives its file. `folder` is the room's folder of handoffs; the numbers grow.
///
/// # Errors
/// What the system says, or that a name cannot be a folder's.
pub fn keep(folder: &Path, brief: &BriefId, place: &Place, text: &str) -> io::Result<PathBuf> {
    for name in [brief.as_str(), place.track.as_str(), place.stage.as_str()] {
        if !is_plain(name) {
            let shown = name.escape_debug();
            return Err(io::Error::other(format!(
                "`{shown}` cannot be a folder's name"
            )));
        }
    }
    let folder = folder.join(brief.as_str());
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    let mut number = kept::numbered(&folder)?
        .last()
        .map_or(1, |(last, _)| last + 1);
    loop {
        let path = folder.join(format!("{number:03}-{}.{}.md", place.track, place.stage));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
        {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                File::open(&folder)?.sync_all()?;
                return Ok(path);
            }
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(why) => return Err(why),
        }
    }
}

/// A handoff that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// The stage it comes from.
    pub stage: Stage,
    /// What it says.
    pub text: String,
}

/// The newest handoff of a brief, whichever stage it comes from.
pub fn newest(folder: &Path, brief: &BriefId) -> Option<Kept> {
    if !is_plain(brief.as_str()) {
        return None;
    }
    let path = kept::newest(&folder.join(brief.as_str()))?;
    let name = path.file_stem()?.to_str()?;
    let (_, stage) = name.rsplit_once('.')?;
    let stage = stage.into();
    let text = fs::read_to_string(&path).ok()?;
    Some(Kept { path, stage, text })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_newest_handoff_is_what_the_next_stage_gets_and_older_ones_stay() {
        let dir = tempfile::tempdir().unwrap();
        let place = |stage: &str| Place {
            track: "web".into(),
            stage: stage.into(),
        };
        let brief = BriefId::from("0012-x");
        assert_eq!(newest(dir.path(), &brief), None);
        keep(dir.path(), &brief, &place("prep-a"), "plan").unwrap();
        keep(dir.path(), &brief, &place("dev"), "first try").unwrap();
        let last = keep(dir.path(), &brief, &place("dev"), "second try").unwrap();
        let found = newest(dir.path(), &brief).unwrap();
        assert_eq!(
            (found.path, found.stage.as_str(), found.text.as_str()),
            (last, "dev", "second try")
        );
        assert_eq!(fs::read_dir(dir.path().join("0012-x")).unwrap().count(), 3);
        assert!(keep(dir.path(), &"../x".into(), &place("dev"), "").is_err());
    }
}
