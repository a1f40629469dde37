//! The three ways a file appears, moves or changes in the queue, each in one step that a crash cannot halve.
//!
//! Nothing here ever replaces a file that it has not looked at.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// How the names of files begin that are not in the queue yet.
pub(super) const ASIDE: &str = ".opsroom-";

/// Writes a file that is not there yet, whole or not at all.
///
/// # Errors
/// `AlreadyExists` where there is one; else what the system says.
pub(super) fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    let aside = write_aside(path, text)?;
    let placed = place(&aside, path);
    if placed.is_err() {
        let _ = fs::remove_file(&aside);
    }
    placed?;
    sync_parent(path)
}

/// Moves a file to a place where there is none.
///
/// # Errors
/// `NotFound` where it is not there, `AlreadyExists` where the place is taken; else what the system says.
pub(super) fn shift(from: &Path, to: &Path) -> io::Result<()> {
    place(from, to)?;
    sync_parent(to)?;
    sync_parent(from)
}

/// Writes `new` in the place of a file that holds `old`.
///
/// # Errors
/// `NotFound` where it is gone (it does not appear again), `InvalidData` where it holds something else
/// by now (it stays as it is).
pub(super) fn exchange(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let mode = fs::symlink_metadata(path)?.mode();
    let aside = write_aside(path, new)?;
    let done = keep_mode(&aside, mode).and_then(|()| swap(&aside, path, old));
    let _ = fs::remove_file(&aside);
    done?;
    sync_parent(path)
}

fn keep_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(
        path,
        std::os::unix::fs::PermissionsExt::from_mode(mode & 0o777),
    )
}

/// Puts the new file in and looks at the one that came out: whoever changed it a moment ago wins.
fn swap(aside: &Path, path: &Path, old: &[u8]) -> io::Result<()> {
    match renameat_with(CWD, aside, CWD, path, RenameFlags::EXCHANGE) {
        Ok(()) if fs::read(aside)? == old => Ok(()),
        Ok(()) => {
            renameat_with(CWD, aside, CWD, path, RenameFlags::EXCHANGE)?;
            Err(changed())
        }
        Err(why) if is_unsupported(why) => {
            if fs::read(path)? != old {
                return Err(changed());
            }
            fs::rename(aside, path)
        }
        Err(why) => Err(why.into()),
    }
}

fn changed() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the file was changed a moment ago; look again",
    )
}

/// One step where the file system can; else a second name first and the old one after, which the next
/// try recognises as one file and finishes.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(why) if is_unsupported(why) => place_by_link(from, to),
        Err(why) => Err(why.into()),
    }
}

fn place_by_link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists && is_one_file(from, to)? => {}
        Err(why) => return Err(why),
    }
    fs::remove_file(from)
}

fn is_one_file(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (fs::symlink_metadata(one)?, fs::symlink_metadata(other)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

fn is_unsupported(why: Errno) -> bool {
    [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP].contains(&why)
}

fn write_aside(path: &Path, text: &[u8]) -> io::Result<PathBuf> {
    let (aside, mut file) = open_aside(path)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written?;
    Ok(aside)
}

/// A new file beside `path`, under the first name that nobody has.
fn open_aside(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0_u32;
    loop {
        let aside = path.with_file_name(format!("{ASIDE}{}-{number}.new", std::process::id()));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&aside)
        {
            Ok(file) => return Ok((aside, file)),
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(why) => return Err(why),
        }
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_taken_name_is_never_replaced_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        create(&path, b"one").unwrap();
        assert_eq!(
            create(&path, b"two").unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(names(dir.path()), ["a.md"]);
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_stays_as_its_writer_left_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "by hand").unwrap();
        assert_eq!(
            exchange(&path, b"as read", b"ours").unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        assert_eq!(fs::read(&path).unwrap(), b"by hand");
        assert_eq!(names(dir.path()), ["a.md"]);
    }

    #[test]
    fn a_file_that_was_moved_meanwhile_does_not_appear_again_at_its_old_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "old").unwrap();
        let mode = fs::symlink_metadata(&path).unwrap().mode();
        let aside = write_aside(&path, b"new").unwrap();
        keep_mode(&aside, mode).unwrap();
        fs::rename(&path, dir.path().join("moved.md")).unwrap();
        assert_eq!(
            swap(&aside, &path, b"old").unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        assert!(!path.exists());
    }

    #[test]
    fn without_an_atomic_rename_a_crash_between_the_two_names_is_finished_by_the_next_try() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from.md"), dir.path().join("to.md"));
        fs::write(&from, "x").unwrap();
        fs::hard_link(&from, &to).unwrap();
        place_by_link(&from, &to).unwrap();
        assert_eq!(names(dir.path()), ["to.md"]);
        fs::write(&from, "another").unwrap();
        assert!(place_by_link(&from, &to).is_err());
        assert_eq!(names(dir.path()), ["from.md", "to.md"]);
    }
}
