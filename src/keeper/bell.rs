//! How a keeper is found and called whose socket went with its folder: beside the spools lies a file that is named after the
//! keeper's process, and locked for as long as that lives. Whoever calls writes there where the socket is wanted, and sends a hang-up.

use super::home::is_there;
use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Before the process's number.
const PREFIX: &str = "keeper.";
/// Where the socket is wanted.
const WANTED: &str = "socket";

/// The locked file of this very process.
#[derive(Debug)]
pub(super) struct Bell {
    path: PathBuf,
    _lock: File,
}

impl Bell {
    /// Hangs it up. Signals are caught by now: a hang-up may come at once.
    pub(super) fn hang(spool: &Path) -> io::Result<Self> {
        let path = spool.join(format!("{PREFIX}{}", std::process::id()));
        loop {
            let mut options = OpenOptions::new();
            let options = options.create(true).truncate(false).write(true).mode(0o600);
            let file = options.open(&path)?;
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            if is_there(&file, &path) {
                return Ok(Self { path, _lock: file });
            }
        }
    }

    /// Nobody is to call any more.
    pub(super) fn take_down(&self) {
        let _gone = fs::remove_file(&self.path);
    }
}

/// Where the socket is wanted, since somebody called. Read once.
pub(super) fn wanted(spool: &Path) -> Option<PathBuf> {
    let path = spool.join(WANTED);
    let said = fs::read(&path).ok()?;
    let _read_again_is_the_same = fs::remove_file(&path);
    let socket = PathBuf::from(std::ffi::OsString::from_vec(said));
    socket.is_absolute().then_some(socket)
}

/// The keeper whose spools are in this folder, while one lives, whether its socket is there or not.
pub fn living(spool: &Path) -> Option<Pid> {
    let entries = fs::read_dir(spool).ok()?.flatten();
    let mut bells = entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.strip_prefix(PREFIX)?.parse();
        Some((Pid::from_raw(pid.ok()?)?, entry.path()))
    });
    bells.find_map(|(pid, path)| {
        let file = OpenOptions::new().write(true).open(&path).ok()?;
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Err(rustix::io::Errno::WOULDBLOCK) => Some(pid),
            // Its keeper is dead.
            Ok(()) | Err(_) => {
                let _gone = fs::remove_file(&path);
                None
            }
        }
    })
}

/// Asks the keeper that lives to listen at this socket. Where it does already, nothing changes.
///
/// # Errors
/// Where it cannot be told.
pub fn call(spool: &Path, keeper: Pid, socket: &Path) -> io::Result<()> {
    let (path, fresh) = (spool.join(WANTED), spool.join("socket.new"));
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(true).write(true).mode(0o600);
    options
        .open(&fresh)?
        .write_all(socket.as_os_str().as_bytes())?;
    fs::rename(fresh, path)?;
    Ok(kill_process(keeper, Signal::HUP)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_keeper_is_found_for_as_long_as_it_lives() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(living(dir.path()), None);
        let bell = Bell::hang(dir.path()).unwrap();
        assert_eq!(living(dir.path()), Some(rustix::process::getpid()));
        drop(bell);
        assert_eq!(living(dir.path()), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn where_the_socket_is_wanted_is_read_once() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(wanted(dir.path()), None);
        fs::write(dir.path().join(WANTED), "/run/k.sock").unwrap();
        assert_eq!(wanted(dir.path()), Some("/run/k.sock".into()));
        assert_eq!(wanted(dir.path()), None);
    }
}
