//! The skills of a room, read from disk: `skills/<name>/SKILL.md`, or `skills/<name>.md`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::config::name::is_plain;
use crate::config::skill::{self, Skill};
use crate::model::PAPER_LONGEST;

/// Where a skill of that name may be, from the room's folder; the first that is there counts.
pub fn places(name: &str) -> [PathBuf; 2] {
    let folder = Path::new("skills");
    [
        folder.join(name).join("SKILL.md"),
        folder.join(format!("{name}.md")),
    ]
}

/// Reads a skill; none where no file of it is there.
///
/// # Errors
/// Where its file cannot be read, or its name cannot be a file's.
pub fn skill(room: &Path, name: &str) -> Result<Option<Skill>, String> {
    if !is_plain(name) {
        let shown = name.escape_debug();
        return Err(format!("`{shown}` cannot be the name of a skill"));
    }
    for file in places(name) {
        match paper(&room.join(&file)) {
            Ok(text) => return Ok(Some(skill::read(&text))),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(format!("{} cannot be read: {why}", file.display())),
        }
    }
    Ok(None)
}

/// The beginning of a text file, [`PAPER_LONGEST`] at most; what is no UTF-8 is replaced.
///
/// # Errors
/// What the system says.
pub fn paper(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let opened = File::open(file)?;
    if !opened.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let most = u64::try_from(PAPER_LONGEST).unwrap_or(u64::MAX);
    opened.take(most).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::fs;

    #[test]
    fn a_skill_is_a_folder_or_a_file_and_the_folder_counts_first() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(skill(dir.path(), "careful"), Ok(None));
        fs::create_dir_all(dir.path().join("skills/careful")).unwrap();
        fs::write(dir.path().join("skills/careful.md"), "a file").unwrap();
        assert_eq!(
            skill(dir.path(), "careful").unwrap().unwrap().text,
            "a file"
        );
        fs::write(dir.path().join("skills/careful/SKILL.md"), "a folder").unwrap();
        assert_eq!(
            skill(dir.path(), "careful").unwrap().unwrap().text,
            "a folder"
        );
        assert!(skill(dir.path(), "../careful").is_err());
    }
}
