//! What stands in the queue's folders. Follows no link, and reads nothing that is not a plain file.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::drops::DROP;
use super::names::place_path;
use crate::config::brief;
use crate::config::name::{is_plain, plain_form};
use crate::model::{Brief, BriefId, Content, Fault, Place, Time};

/// The end of a brief's file name.
const END: &str = ".md";

/// What tells that a file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified_ns: i128,
    changed_ns: i128,
    size: u64,
    inode: u64,
}

/// A file that may be a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name, with `.md`.
    pub file: String,
    /// As it was when it was listed.
    pub stamp: Stamp,
}

impl Stamp {
    fn of(meta: &Metadata) -> Self {
        let ns = |seconds: i64, ns: i64| i128::from(seconds) * 1_000_000_000 + i128::from(ns);
        Self {
            modified_ns: ns(meta.mtime(), meta.mtime_nsec()),
            changed_ns: ns(meta.ctime(), meta.ctime_nsec()),
            size: meta.size(),
            inode: meta.ino(),
        }
    }

    /// Of whatever stands at this path; none where nothing does.
    ///
    /// # Errors
    /// What the system says.
    pub fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(meta) => Ok(Some(Self::of(&meta))),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// When its content was last changed.
    pub fn modified(&self) -> Time {
        Time(u64::try_from(self.modified_ns / 1_000_000).unwrap_or(0))
    }

    /// Whether it was changed so short a time before `now` that another change may have left the same stamp.
    pub fn is_fresh(&self, now: Time) -> bool {
        let changed = Time(u64::try_from(self.changed_ns / 1_000_000).unwrap_or(0));
        now.since(changed) < 100
    }
}

/// The places that have a folder, in order. Folders whose name is not plain are no places,
/// and `drop` is none.
///
/// # Errors
/// What the system says, where there is a `briefs` folder that cannot be read.
pub fn places(room: &Path) -> io::Result<Vec<Place>> {
    let mut places = Vec::new();
    for track in folders(&room.join("briefs"))? {
        let stages = folders(&room.join("briefs").join(&track))?;
        for stage in stages.into_iter().filter(|stage| stage != DROP) {
            places.push(Place {
                track: track.as_str().into(),
                stage: stage.as_str().into(),
            });
        }
    }
    Ok(places)
}

fn folders(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in entries(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir()
            && let Ok(name) = entry.file_name().into_string()
            && is_plain(&name)
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// An entry that vanished between two looks is no entry.
fn entries(path: &Path) -> io::Result<Box<dyn Iterator<Item = io::Result<fs::DirEntry>>>> {
    match fs::read_dir(path) {
        Ok(entries) => Ok(Box::new(entries)),
        Err(why)
            if matches!(
                why.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Box::new(std::iter::empty()))
        }
        Err(why) => Err(why),
    }
}

/// The files of a place that end in `.md` and are not hidden, in no order.
///
/// # Errors
/// What the system says.
pub fn list(room: &Path, place: &Place) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in entries(&place_path(room, place))? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if !file.ends_with(END) || file.starts_with('.') || file.starts_with('#') {
            continue;
        }
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => {}
            Ok(meta) => found.push(Found {
                file,
                stamp: Stamp::of(&meta),
            }),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(why),
        }
    }
    Ok(found)
}

/// The path of a listed file.
pub(super) fn file_path(room: &Path, place: &Place, file: &str) -> PathBuf {
    place_path(room, place).join(file)
}

/// Reads a listed file. Whatever keeps it from being a brief is its content.
pub fn load(room: &Path, place: &Place, found: &Found) -> Brief {
    let name = found.file.trim_end_matches(END);
    let shown = format!("briefs/{place}/{}", found.file.escape_debug());
    let content = if is_plain(name) {
        let text = read(&file_path(room, place, &found.file), &shown);
        text.and_then(|text| brief::read(&shown, &text))
    } else {
        Err(misnamed(&shown, name))
    };
    Brief {
        id: BriefId(name.escape_debug().to_string()),
        place: place.clone(),
        changed: found.stamp.modified(),
        content: match content {
            Ok(heading) => Content::Read(heading),
            Err(fault) => Content::Broken(fault),
        },
    }
}

fn misnamed(shown: &str, name: &str) -> Fault {
    let near = plain_form(name);
    let to = if near.is_empty() {
        "0001-name".to_owned()
    } else {
        near
    };
    fault(
        shown,
        "a brief's file cannot have this name",
        &format!("rename it, as in `{to}.md`: names are a-z, 0-9, - and _"),
    )
}

pub(super) fn fault(path: &str, what: &str, hint: &str) -> Fault {
    Fault {
        path: path.to_owned(),
        line: 1,
        column: 1,
        what: what.to_owned(),
        hint: hint.to_owned(),
    }
}

/// The text of a plain file that is not too large.
pub(super) fn read(path: &Path, shown: &str) -> Result<String, Fault> {
    let system = |why: io::Error| {
        let what = format!("cannot be read: {why}");
        fault(shown, &what, "look at its permissions")
    };
    let file = open_plain(path).map_err(system)?;
    if !file.metadata().map_err(system)?.is_file() {
        return Err(fault(
            shown,
            "not a plain file",
            "put a file here, not a link or a pipe",
        ));
    }
    let mut bytes = Vec::new();
    let most = brief::LARGEST as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(system)?;
    String::from_utf8(bytes).map_err(|why| {
        let good = &why.as_bytes()[..why.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good);
        let line = good.matches('\n').count() + 1;
        let column = good.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Fault {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            ..fault(shown, "not text in UTF-8", "save it as UTF-8")
        }
    })
}

/// Opens without following a link and without waiting for the other end of a pipe.
pub(super) fn open_plain(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits() as i32)
        .open(path);
    opened.map_err(|why| match why.raw_os_error() {
        Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
            io::Error::other("it is a link, and links are not followed here")
        }
        Some(_) | None => why,
    })
}
