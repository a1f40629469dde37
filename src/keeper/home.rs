//! Where the keeper lives on disk: private folders, the locks that make it the only one, its socket.

use super::bell::{self, Bell};
use super::options::KeeperOptions;
use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The keeper's place: while this value lives, no other keeper can have the same socket.
#[derive(Debug)]
pub(super) struct Home {
    /// Where servers connect. Non-blocking.
    pub(super) door: UnixListener,
    /// The folder of the spools, absolute.
    pub(super) spool: PathBuf,
    socket: PathBuf,
    lock: File,
    bell: Bell,
}

impl Home {
    pub(super) fn open(options: &KeeperOptions) -> anyhow::Result<Self> {
        let socket = std::path::absolute(&options.socket)?;
        let spool = std::path::absolute(&options.spool)?;
        private_dir(
            socket
                .parent()
                .context("the keeper's socket needs a folder")?,
        )?;
        private_dir(&spool)?;
        if let Some(pid) = bell::living(&spool) {
            bail!(
                "another keeper (process {pid}) already has {}: connect to it instead",
                spool.display()
            );
        }
        let lock = lock(&socket)?;
        let bell =
            Bell::hang(&spool).with_context(|| format!("cannot write in {}", spool.display()))?;
        let door =
            bind(&socket).with_context(|| format!("cannot listen at {}", socket.display()))?;
        Ok(Self {
            door,
            spool,
            socket,
            lock,
            bell,
        })
    }

    /// Somebody called: the folder of the socket may have gone with everything in it, or the socket is wanted elsewhere.
    /// Connections that were made go on.
    pub(super) fn listen_again(&mut self) -> anyhow::Result<()> {
        let socket = bell::wanted(&self.spool).unwrap_or_else(|| self.socket.clone());
        if socket == self.socket && socket.symlink_metadata().is_ok() {
            return Ok(());
        }
        let folder = socket.parent();
        private_dir(folder.context("the keeper's socket needs a folder")?)?;
        let lock = match is_there(&self.lock, &lock_of(&socket)) {
            true => self.lock.try_clone()?,
            false => lock(&socket)?,
        };
        let door = bind(&socket);
        self.door = door.with_context(|| format!("cannot listen at {}", socket.display()))?;
        if socket != self.socket {
            self.leave();
            let _gone = fs::remove_file(lock_of(&self.socket));
        }
        tracing::info!(socket = %socket.display(), "the socket was gone, and is bound again");
        (self.lock, self.socket) = (lock, socket);
        Ok(())
    }

    /// Close the door for good: nobody finds this keeper any more.
    pub(super) fn leave(&self) {
        let _gone = fs::remove_file(&self.socket);
    }

    /// The last thing of all: from here on another keeper may take this place.
    pub(super) fn free(&self) {
        self.bell.take_down();
        let _gone = fs::remove_file(lock_of(&self.socket));
    }
}

/// A folder of our own that nobody else can enter; made when missing.
fn private_dir(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("cannot make the folder {shown}"))?;
    let meta = fs::symlink_metadata(path)?;
    if !meta.is_dir() {
        bail!("{shown} is not a folder: links are not followed here, name the folder itself");
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        bail!("{shown} belongs to another user: choose a folder of your own");
    }
    if meta.mode() & 0o077 != 0 {
        bail!("{shown} is open to other users: run chmod 700 {shown}");
    }
    Ok(())
}

fn lock_of(socket: &Path) -> PathBuf {
    let mut path = socket.to_path_buf().into_os_string();
    path.push(".lock");
    PathBuf::from(path)
}

/// Takes the lock. Only who holds it removes its file, so one that was removed while we waited for it is none: another
/// keeper may hold a new file of this name.
fn lock(socket: &Path) -> anyhow::Result<File> {
    let path = lock_of(socket);
    loop {
        let file = take(socket, &path)?;
        if is_there(&file, &path) {
            return Ok(file);
        }
    }
}

/// Whether this open file is the one that has this name now.
pub(super) fn is_there(file: &File, path: &Path) -> bool {
    let (Ok(ours), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    (there.dev(), there.ino()) == (ours.dev(), ours.ino())
}

fn take(socket: &Path, path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => {
            bail!(
                "another keeper already serves {}: connect to it instead",
                socket.display()
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// We hold the lock, so a socket that is still there belongs to a keeper that died.
fn bind(socket: &Path) -> std::io::Result<UnixListener> {
    match fs::remove_file(socket) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let door = UnixListener::bind(socket)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o600))?;
    door.set_nonblocking(true)?;
    Ok(door)
}

/// Whether the other end of this connection belongs to the same user as we do.
///
/// Only Linux is asked; elsewhere the private folder of the socket is the guard.
pub(super) fn is_ours(stream: &UnixStream) -> bool {
    #[cfg(target_os = "linux")]
    {
        let us = rustix::process::geteuid();
        rustix::net::sockopt::socket_peercred(stream).is_ok_and(|peer| peer.uid == us)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _guarded_by_its_folder = stream;
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::os::unix::fs::symlink;

    fn options(dir: &Path) -> KeeperOptions {
        KeeperOptions::new(dir.join("run/k.sock"), dir.join("run/spool"))
    }

    #[test]
    fn missing_folders_are_made_private() {
        let dir = tempfile::tempdir().unwrap();
        Home::open(&options(dir.path())).unwrap();
        for name in ["run", "run/spool"] {
            assert_eq!(
                fs::metadata(dir.path().join(name)).unwrap().mode() & 0o777,
                0o700
            );
        }
    }

    #[test]
    fn a_folder_open_to_others_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("run")).unwrap();
        fs::set_permissions(dir.path().join("run"), PermissionsExt::from_mode(0o750)).unwrap();
        let error = Home::open(&options(dir.path())).unwrap_err();
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }

    #[test]
    fn a_linked_folder_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        private_dir(&dir.path().join("real")).unwrap();
        symlink(dir.path().join("real"), dir.path().join("run")).unwrap();
        let error = Home::open(&options(dir.path())).unwrap_err();
        assert!(error.to_string().contains("not a folder"), "{error}");
    }

    #[test]
    fn a_keeper_that_left_leaves_no_lock_and_the_next_one_holds_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::open(&options(dir.path())).unwrap();
        first.leave();
        first.free();
        assert_eq!(fs::read_dir(dir.path().join("run")).unwrap().count(), 1);
        let _second = Home::open(&options(dir.path())).unwrap();
        drop(first);
        let error = Home::open(&options(dir.path())).unwrap_err();
        assert!(error.to_string().contains("another keeper"), "{error}");
    }

    #[test]
    fn a_keeper_whose_folder_went_listens_there_again_and_elsewhere_where_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let options = KeeperOptions::new(dir.path().join("run/k.sock"), dir.path().join("spool"));
        let mut home = Home::open(&options).unwrap();
        home.listen_again().unwrap();
        fs::remove_dir_all(dir.path().join("run")).unwrap();
        home.listen_again().unwrap();
        UnixStream::connect(&options.socket).unwrap();
        let elsewhere = dir.path().join("other/k.sock");
        fs::write(
            dir.path().join("spool/socket"),
            elsewhere.as_os_str().as_encoded_bytes(),
        )
        .unwrap();
        home.listen_again().unwrap();
        UnixStream::connect(&elsewhere).unwrap();
        assert_eq!(fs::read_dir(dir.path().join("run")).unwrap().count(), 0);
        let again = KeeperOptions::new(options.socket, options.spool);
        let error = Home::open(&again).unwrap_err();
        assert!(error.to_string().contains("another keeper"), "{error}");
        home.leave();
        home.free();
        for folder in ["other", "spool"] {
            assert_eq!(fs::read_dir(dir.path().join(folder)).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_second_keeper_is_refused_and_a_dead_ones_socket_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::open(&options(dir.path())).unwrap();
        let error = Home::open(&options(dir.path())).unwrap_err();
        assert!(error.to_string().contains("another keeper"), "{error}");
        drop(first);
        Home::open(&options(dir.path())).unwrap();
    }
}
