//! Where a room lives: its folder, its private `.opsroom`, and the folder of its sockets.
//!
//! Must not follow a link into, or use a folder of, somebody else.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

/// The longest path of a socket, in bytes: what every supported system takes.
const SOCKET_LONGEST: usize = 100;

/// The longest name among our sockets, in bytes.
const SOCKET_NAME: usize = "observer.sock".len() + 1;

/// Why a room's place cannot be used.
#[derive(Debug, Error)]
pub enum PathFault {
    /// There is no such folder.
    #[error("there is no folder {}: make it first, or name another one with --room", .0.display())]
    NoFolder(PathBuf),
    /// A parent folder holds a room of somebody else.
    #[error("the room in {} belongs to another user: say --room and its folder if you trust what its opsroom.toml starts", .0.display())]
    Foreign(PathBuf),
    /// One of our own folders is a link or a file.
    #[error("{} is not a plain folder: links are not followed here, move it away", .0.display())]
    NotAFolder(PathBuf),
    /// One of our own folders belongs to somebody else.
    #[error("{} belongs to another user: move it away, or set XDG_RUNTIME_DIR to a folder of your own", .0.display())]
    NotOurs(PathBuf),
    /// The system said no.
    #[error("cannot use {}: {why}", path.display())]
    System {
        /// Where.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
}

/// Where one room lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPaths {
    /// The room's folder, canonical.
    pub folder: PathBuf,
    /// The private folder of the sockets.
    pub runtime: PathBuf,
}

impl RoomPaths {
    /// The room that is meant: `named`, else the nearest folder from here upwards that holds an
    /// `opsroom.toml` or `.opsroom`, else the current folder. Inside an agent its own room is meant where there is no
    /// other, and in its worktrees. Makes nothing.
    ///
    /// # Errors
    /// Where the folder does not exist, or was found and belongs to another user.
    pub fn find(named: Option<&Path>) -> Result<Self, PathFault> {
        let folder = match named {
            Some(folder) => folder.to_path_buf(),
            None => {
                let here = std::env::current_dir().map_err(|why| system(Path::new("."), why))?;
                let found = nearest(&here)?;
                super::inside::room(found.as_deref())
                    .or(found)
                    .unwrap_or(here)
            }
        };
        Self::at(&folder, &runtime_base())
    }

    /// The room in `folder`, with its sockets below `base` unless it already has them elsewhere. A folder that
    /// is gone counts while its room's sockets are there.
    ///
    /// # Errors
    /// Where the folder does not exist.
    pub fn at(folder: &Path, base: &Path) -> Result<Self, PathFault> {
        let canonical = fs::canonicalize(folder).ok().filter(|path| path.is_dir());
        let Some(folder) = canonical else {
            return super::gone::room(folder, base)
                .or_else(|| super::gone::room(folder, &tmp_base()))
                .ok_or_else(|| PathFault::NoFolder(folder.to_path_buf()));
        };
        let runtime = match noted_runtime(&folder) {
            Some(runtime) => runtime,
            None => short_base(base).join(folder_hash(&folder)),
        };
        Ok(Self { folder, runtime })
    }

    /// Whether anything of a room is in this folder, or its sockets are there.
    pub fn has_room(&self) -> bool {
        let marks = [self.settings(), self.private()];
        let marked = marks.iter().any(|mark| mark.symlink_metadata().is_ok());
        marked || self.has_runtime().is_ok_and(|there| there)
    }

    /// Makes the private folders, and notes where the sockets are, so that everybody who comes
    /// later finds them there, whatever their environment says. Call it with the start lock held.
    ///
    /// # Errors
    /// Where one of them cannot be made or is not ours alone.
    pub fn prepare(&self) -> Result<(), PathFault> {
        self.prepare_private()?;
        self.prepare_runtime()?;
        self.write_note()
    }

    /// Makes the sockets' folder, and the one above it.
    ///
    /// # Errors
    /// Where one of them cannot be made or is not ours alone.
    pub fn prepare_runtime(&self) -> Result<(), PathFault> {
        if let Some(base) = self.runtime.parent() {
            private_folder(base)?;
        }
        private_folder(&self.runtime)
    }

    /// Notes where the sockets are.
    ///
    /// # Errors
    /// Where the note cannot be written.
    pub fn write_note(&self) -> Result<(), PathFault> {
        let mut note = self.runtime.as_os_str().as_bytes().to_vec();
        note.push(b'\n');
        replace(&self.note(), &note)
    }

    /// The same room with its sockets below `/tmp`, where the folder that they had cannot be made again.
    pub fn below_tmp(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            runtime: tmp_base().join(folder_hash(&self.folder)),
        }
    }

    /// Makes `.opsroom` and what keeps git away from it.
    ///
    /// # Errors
    /// Where it cannot be made or is not ours alone.
    pub fn prepare_private(&self) -> Result<(), PathFault> {
        private_folder(&self.private())?;
        let ignore = self.private().join(".gitignore");
        if ignore.symlink_metadata().is_err() {
            replace(&ignore, b"*\n")?;
        }
        Ok(())
    }

    /// The same room, looked at again: another process may have chosen the sockets' folder since.
    ///
    /// # Errors
    /// Where the room's folder is gone.
    pub fn again(&self) -> Result<Self, PathFault> {
        match noted_runtime(&self.folder) {
            Some(runtime) => Ok(Self {
                folder: self.folder.clone(),
                runtime,
            }),
            None => Ok(self.clone()),
        }
    }

    /// Whether the sockets' folder is there and ours alone.
    ///
    /// # Errors
    /// Where it is there and not ours.
    pub fn has_runtime(&self) -> Result<bool, PathFault> {
        match check_folder(&self.runtime) {
            Ok(_) => Ok(true),
            Err(PathFault::System { why, .. }) if why.kind() == io::ErrorKind::NotFound => {
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    /// The room's settings: `opsroom.toml`.
    pub fn settings(&self) -> PathBuf {
        self.folder.join("opsroom.toml")
    }

    /// The queue.
    pub fn briefs(&self) -> PathBuf {
        self.folder.join("briefs")
    }

    /// `.opsroom`.
    pub fn private(&self) -> PathBuf {
        self.folder.join(".opsroom")
    }

    /// A folder or file inside `.opsroom`.
    pub fn inside(&self, name: &str) -> PathBuf {
        self.private().join(name)
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.inside("server.log")
    }

    /// The server's log before this one, which was put aside when it was long.
    pub fn log_before(&self) -> PathBuf {
        self.inside("server.log.1")
    }

    /// Where operators connect.
    pub fn room_socket(&self) -> PathBuf {
        self.runtime.join("room.sock")
    }

    /// Where observers connect.
    pub fn observer_socket(&self) -> PathBuf {
        self.runtime.join("observer.sock")
    }

    /// Where agents and their hooks connect.
    pub fn agent_socket(&self) -> PathBuf {
        self.runtime.join("agent.sock")
    }

    /// Where the server finds the keeper.
    pub fn keeper_socket(&self) -> PathBuf {
        self.runtime.join("keeper.sock")
    }

    /// The keeper's spools.
    pub fn spools(&self) -> PathBuf {
        self.inside("spool")
    }

    /// Held by the keeper for as long as it lives.
    pub fn keeper_lock(&self) -> PathBuf {
        self.runtime.join("keeper.sock.lock")
    }

    /// Held while a server is being started or replaced.
    pub fn start_lock(&self) -> PathBuf {
        self.inside("start.lock")
    }

    /// Held by the room's server for as long as it lives.
    pub fn server_lock(&self) -> PathBuf {
        self.inside("server.lock")
    }

    fn note(&self) -> PathBuf {
        self.inside("runtime")
    }
}

/// Where rooms keep their sockets: `$XDG_RUNTIME_DIR/opsroom`, else `/tmp/opsroom-<uid>`.
pub fn runtime_base() -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) {
        Some(folder) if folder.is_absolute() && folder.is_dir() => folder.join("opsroom"),
        Some(_) | None => tmp_base(),
    }
}

fn tmp_base() -> PathBuf {
    PathBuf::from(format!("/tmp/opsroom-{}", own_uid()))
}

/// A base below which no socket's path gets too long for the system.
pub(super) fn short_base(base: &Path) -> PathBuf {
    let longest = base.as_os_str().len() + 1 + HASH_LENGTH + SOCKET_NAME;
    if longest > SOCKET_LONGEST {
        tmp_base()
    } else {
        base.to_path_buf()
    }
}

const HASH_LENGTH: usize = 16;

pub(super) fn folder_hash(folder: &Path) -> String {
    let digest = Sha256::digest(folder.as_os_str().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..HASH_LENGTH].to_owned()
}

/// The sockets' folder that an earlier start chose, where it still exists and is ours.
fn noted_runtime(folder: &Path) -> Option<PathBuf> {
    check_folder(&folder.join(".opsroom")).ok()?;
    let mut note = Vec::new();
    let file = fs::File::open(folder.join(".opsroom/runtime")).ok()?;
    file.take(4096).read_to_end(&mut note).ok()?;
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(note.strip_suffix(b"\n")?));
    check_folder(&path).ok()?;
    (path.is_absolute() && path.file_name()? == folder_hash(folder).as_str()).then_some(path)
}

fn nearest(from: &Path) -> Result<Option<PathBuf>, PathFault> {
    for folder in from.ancestors() {
        let marks = [folder.join("opsroom.toml"), folder.join(".opsroom")];
        let Some(mark) = marks.iter().find_map(|mark| mark.symlink_metadata().ok()) else {
            continue;
        };
        if mark.uid() != own_uid() {
            return Err(PathFault::Foreign(folder.to_path_buf()));
        }
        return Ok(Some(folder.to_path_buf()));
    }
    Ok(None)
}

/// A folder of our own that nobody else can enter; made where it is missing.
fn private_folder(path: &Path) -> Result<(), PathFault> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
        Err(why) => return Err(system(path, why)),
    }
    let found = check_folder(path)?;
    if found.mode() & 0o077 != 0 {
        let closed = fs::Permissions::from_mode(0o700);
        fs::set_permissions(path, closed).map_err(|why| system(path, why))?;
    }
    Ok(())
}

pub(super) fn check_folder(path: &Path) -> Result<fs::Metadata, PathFault> {
    let found = fs::symlink_metadata(path).map_err(|why| system(path, why))?;
    if !found.is_dir() {
        return Err(PathFault::NotAFolder(path.to_path_buf()));
    }
    if found.uid() != own_uid() {
        return Err(PathFault::NotOurs(path.to_path_buf()));
    }
    Ok(found)
}

/// Writes a small file whole or not at all, readable by us alone.
pub(super) fn replace(path: &Path, text: &[u8]) -> Result<(), PathFault> {
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .and_then(|mut file| file.write_all(text))
        .and_then(|()| fs::rename(&aside, path));
    written.map_err(|why| system(path, why))
}

pub(super) fn system(path: &Path, why: io::Error) -> PathFault {
    PathFault::System {
        path: path.to_path_buf(),
        why,
    }
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::os::unix::fs::symlink;

    fn room() -> (tempfile::TempDir, RoomPaths) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("room")).unwrap();
        fs::create_dir(dir.path().join("run")).unwrap();
        let paths = RoomPaths::at(&dir.path().join("room"), &dir.path().join("run")).unwrap();
        (dir, paths)
    }

    #[test]
    fn the_private_folders_are_closed_to_others_and_hidden_from_git() {
        let (_dir, paths) = room();
        paths.prepare().unwrap();
        for folder in [paths.private(), paths.runtime.clone()] {
            assert_eq!(
                fs::metadata(&folder).unwrap().mode() & 0o777,
                0o700,
                "{}",
                folder.display()
            );
        }
        assert_eq!(
            fs::read_to_string(paths.inside(".gitignore")).unwrap(),
            "*\n"
        );
    }

    #[test]
    fn whoever_comes_later_finds_the_sockets_whatever_their_environment_says() {
        let (dir, paths) = room();
        paths.prepare().unwrap();
        let other = RoomPaths::at(&paths.folder, &dir.path().join("elsewhere")).unwrap();
        assert_eq!(other, paths);
    }

    #[test]
    fn a_noted_folder_that_is_gone_is_chosen_anew() {
        let (dir, paths) = room();
        paths.prepare().unwrap();
        fs::remove_dir(&paths.runtime).unwrap();
        let other = RoomPaths::at(&paths.folder, &dir.path().join("elsewhere")).unwrap();
        assert!(other.runtime.starts_with(dir.path().join("elsewhere")));
    }

    #[test]
    fn a_link_in_place_of_the_sockets_folder_is_refused() {
        let (dir, paths) = room();
        fs::create_dir(dir.path().join("real")).unwrap();
        symlink(dir.path().join("real"), &paths.runtime).unwrap();
        let said = paths.prepare().unwrap_err().to_string();
        assert!(said.contains("not a plain folder"), "{said}");
        assert!(paths.has_runtime().is_err());
    }

    #[test]
    fn a_room_is_found_from_a_folder_inside_it() {
        let (_dir, paths) = room();
        fs::write(paths.settings(), "").unwrap();
        let deep = paths.folder.join("a/b");
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(nearest(&deep).unwrap(), Some(paths.folder));
    }

    #[test]
    fn no_socket_path_is_too_long() {
        let (_dir, paths) = room();
        let long = PathBuf::from(format!("/{}", "x".repeat(90)));
        let chosen = RoomPaths::at(&paths.folder, &long).unwrap();
        assert!(chosen.observer_socket().as_os_str().len() <= SOCKET_LONGEST);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let said = RoomPaths::find(Some(Path::new("/nowhere/at/all")))
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("/nowhere/at/all") && said.contains("--room"),
            "{said}"
        );
    }
}
