//! The profile files of a person and of a room, read from disk. What they say is `config`'s.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::config::name::is_plain;
use crate::config::profile::{Layer, Named};

/// The longest file that is read, in bytes; a longer one is refused.
const LONGEST: u64 = 256 * 1024;
/// The most files of one folder; the rest, by name, is not read, and that is said.
const MOST: usize = 200;

/// Where profiles are, from the weakest to the strongest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileFolders {
    /// A person's own, where they have a home.
    pub person: Option<PathBuf>,
    /// The room's.
    pub room: Option<PathBuf>,
}

/// What lies in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileTexts {
    /// The files, in the same order.
    pub layers: Vec<Layer>,
    /// What could not be read, for people.
    pub faults: Vec<String>,
}

impl ProfileFolders {
    /// Those of a person (`~/.config/opsroom`) and of a room.
    pub fn of(personal: Option<&Path>, room: &Path) -> Self {
        Self {
            person: personal.map(|folder| folder.join("profiles")),
            room: Some(room.join("profiles")),
        }
    }

    /// Reads them all.
    pub fn read(&self) -> ProfileTexts {
        let mut faults = Vec::new();
        let mut layers = Vec::new();
        if let Some(folder) = &self.person {
            let shown = format!("{}/", folder.display());
            layers.push(Layer::of_person(files(folder, &shown, &mut faults)));
        }
        if let Some(folder) = &self.room {
            layers.push(Layer::of_room(files(folder, "profiles/", &mut faults)));
        }
        ProfileTexts { layers, faults }
    }
}

fn files(folder: &Path, shown: &str, faults: &mut Vec<String>) -> Vec<Named> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<Vec<String>>>()
    });
    let mut names = match listed {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            faults.push(format!("{shown} cannot be read ({error})"));
            return Vec::new();
        }
    };
    // Hidden files are what editors put aside.
    names.retain(|name| name.ends_with(".toml") && !name.starts_with('.'));
    names.sort();
    if names.len() > MOST {
        faults.push(format!(
            "{shown} holds more than {MOST} profiles: the rest is not read"
        ));
        names.truncate(MOST);
    }
    let read = names.iter().filter_map(|file| {
        let name = file.trim_end_matches(".toml");
        let path = format!("{shown}{file}");
        if !is_plain(name) {
            let file = file.escape_debug();
            faults.push(format!(
                "{shown}{file} is not read: name a profile's file with a-z, 0-9, - and _"
            ));
            return None;
        }
        let text = text(&folder.join(file)).inspect_err(|error| {
            faults.push(format!("{path} cannot be read ({error})"));
        });
        Some(Named {
            name: name.to_owned(),
            path,
            text: text.ok(),
        })
    });
    read.collect()
}

/// A plain file's text; nothing that could keep us waiting is opened.
fn text(path: &Path) -> io::Result<String> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut text = String::new();
    let read = File::open(path)?
        .take(LONGEST + 1)
        .read_to_string(&mut text)?;
    match read as u64 > LONGEST {
        true => Err(io::Error::other(format!(
            "it is longer than {} KiB",
            LONGEST / 1024
        ))),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn plain_files_are_read_and_everything_else_is_told_or_passed_over() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("profiles");
        let folders = ProfileFolders::of(None, room.path());
        assert_eq!(folders.read().layers, [Layer::of_room(Vec::new())]);
        fs::create_dir(&folder).unwrap();
        for name in ["mine.toml", ".#mine.toml", "notes.txt", "My Agent.toml"] {
            fs::write(folder.join(name), "about = \"x\"\n").unwrap();
        }
        fs::create_dir(folder.join("dir.toml")).unwrap();
        fs::write(folder.join("long.toml"), " ".repeat(300 * 1024)).unwrap();
        fs::write(folder.join("odd.toml"), [0xff]).unwrap();
        let found = folders.read();
        let all: Vec<(&str, bool)> = found.layers[0]
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.text.is_some()))
            .collect();
        assert_eq!(
            all,
            [
                ("dir", false),
                ("long", false),
                ("mine", true),
                ("odd", false)
            ]
        );
        assert_eq!(found.faults.len(), 4, "{:?}", found.faults);
        assert!(
            found.faults[0].contains("profiles/My Agent.toml"),
            "{:?}",
            found.faults
        );
    }
}
