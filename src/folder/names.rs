//! Where a brief's file is, by its id and place. Opens nothing.

use std::path::{Path, PathBuf};

use crate::config::name::is_plain;
use crate::model::{BriefId, Place};

/// Where a brief's file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BriefPath {
    /// Its folder.
    pub folder: PathBuf,
    /// Its name in there, with `.md`.
    pub file: String,
    /// Relative to the room's folder, for people.
    pub shown: String,
}

impl BriefPath {
    /// The file of a brief at a place of this room.
    ///
    /// # Errors
    /// A sentence, where one of the names cannot be a file's.
    pub fn of(room: &Path, brief: &BriefId, place: &Place) -> Result<Self, String> {
        let (track, stage) = (place.track.as_str(), place.stage.as_str());
        for name in [track, stage, brief.as_str()] {
            if !is_plain(name) {
                let shown = name.escape_debug();
                return Err(format!(
                    "`{shown}` cannot be a name here: use a-z, 0-9, - and _"
                ));
            }
        }
        let file = format!("{brief}.md");
        Ok(Self {
            folder: place_path(room, place),
            shown: format!("briefs/{track}/{stage}/{file}"),
            file,
        })
    }

    /// The whole path.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.file)
    }
}

/// The folder of a place. Its names must be plain.
pub(super) fn place_path(room: &Path, place: &Place) -> PathBuf {
    room.join("briefs")
        .join(place.track.as_str())
        .join(place.stage.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn an_id_never_leads_out_of_its_folder() {
        let place = Place {
            track: "web".into(),
            stage: "dev".into(),
        };
        for id in [
            "",
            "..",
            "a/b",
            ".hidden",
            "a\nb",
            "a\u{202e}b",
            "/etc/passwd",
        ] {
            assert!(
                BriefPath::of(Path::new("/r"), &id.into(), &place).is_err(),
                "{id:?}"
            );
        }
        let found = BriefPath::of(Path::new("/r"), &"0012-x".into(), &place).unwrap();
        assert_eq!(found.path(), Path::new("/r/briefs/web/dev/0012-x.md"));
    }
}
