//! Names that may be a folder's or a file's, and where a brief's file is. Opens nothing.

use std::path::{Path, PathBuf};

use crate::model::{BriefId, Place};

/// The longest name of a track, stage or brief, in bytes.
pub const LONGEST: usize = 120;

/// The longest slug made of a title, in characters.
const SLUG: usize = 40;

/// Whether this can be the name of a track, a stage or a brief: letters, digits, `-`, `_`, `.` and
/// inner spaces, not beginning with a dot, at most [`LONGEST`] bytes.
pub fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.starts_with(['.', '-', ' '])
        && !text.ends_with(' ')
        && text.chars().all(plain)
}

/// A title as part of a file's name; empty where nothing of it can be.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if slug.chars().count() == SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

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
            if !is_name(name) {
                let shown = name.escape_debug();
                return Err(format!(
                    "`{shown}` cannot be a file's name: use letters, digits, `-`, `_` and `.`"
                ));
            }
        }
        let file = format!("{brief}.md");
        Ok(Self {
            folder: room.join("briefs").join(track).join(stage),
            shown: format!("briefs/{track}/{stage}/{file}"),
            file,
        })
    }

    /// The whole path.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.file)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_name_never_leaves_its_folder_or_hides() {
        for name in ["", ".", "..", "a/b", ".hidden", "-x", "a\nb", "a\u{202e}b", " a", &"x".repeat(121)] {
            assert!(!is_name(name), "{name:?}");
        }
        for name in ["0012-rate-limit", "v1.2_x", "été", "two words"] {
            assert!(is_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_title_becomes_a_short_plain_slug() {
        assert_eq!(slug("Rate-limit the LOGIN endpoint!"), "rate-limit-the-login-endpoint");
        assert_eq!(slug("日本"), "");
        assert!(slug(&"long ".repeat(40)).len() <= SLUG);
    }
}
