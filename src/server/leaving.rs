//! What a closed room takes away behind itself: its sockets, the keeper's lock, the folder that they lie in. Removes nothing
//! that somebody holds, or is about to use.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::door::RoomPaths;

/// A file that is held by whoever uses what it stands for.
enum Lock {
    /// Nobody held it: now we do, until this is dropped.
    Ours(#[expect(dead_code, reason = "held, not read")] File),
    /// It is not there.
    Missing,
    /// Somebody has it, or it cannot be told.
    Theirs,
}

/// Clears the folder of the sockets. Call it with the server lock held, when no keeper is left: a server that waits for that
/// lock makes its folder anew once it has it. Whoever starts one holds the start lock, and has made the folder already.
pub(super) fn clear(paths: &RoomPaths) {
    let start = lock(&paths.start_lock());
    let keeper = lock(&paths.keeper_lock());
    let held = [&start, &keeper]
        .into_iter()
        .any(|lock| matches!(lock, Lock::Theirs));
    if held {
        tracing::info!("the sockets' folder stays: somebody starts the room, or a keeper lives");
        return;
    }
    let sockets = [
        paths.room_socket(),
        paths.observer_socket(),
        paths.agent_socket(),
        paths.agent_socket().with_extension("new"),
        paths.keeper_socket(),
        paths.keeper_lock(),
    ];
    for path in sockets {
        let _may_be_gone = fs::remove_file(path);
    }
    // what is not ours keeps it there
    if let Err(error) = fs::remove_dir(&paths.runtime)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::info!(%error, "the sockets' folder stays");
    }
}

fn lock(path: &Path) -> Lock {
    let file = match OpenOptions::new().write(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Lock::Missing,
        Err(_) => return Lock::Theirs,
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Lock::Ours(file),
        Err(_) => Lock::Theirs,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn room() -> (tempfile::TempDir, RoomPaths) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("room")).unwrap();
        fs::create_dir(dir.path().join("run")).unwrap();
        let paths = RoomPaths::at(&dir.path().join("room"), &dir.path().join("run")).unwrap();
        paths.prepare().unwrap();
        for file in [
            paths.start_lock(),
            paths.keeper_lock(),
            paths.agent_socket(),
        ] {
            fs::write(file, "").unwrap();
        }
        (dir, paths)
    }

    #[test]
    fn a_closed_room_leaves_nothing_where_its_sockets_were() {
        let (_dir, paths) = room();
        clear(&paths);
        assert!(!paths.runtime.exists());
        clear(&paths);
    }

    #[test]
    fn a_start_on_its_way_and_a_keeper_that_lives_keep_the_folder_whole() {
        let (_dir, paths) = room();
        for held in [paths.start_lock(), paths.keeper_lock()] {
            let file = File::open(&held).unwrap();
            flock(&file, FlockOperation::NonBlockingLockExclusive).unwrap();
            clear(&paths);
            assert!(paths.agent_socket().exists() && paths.keeper_lock().exists());
        }
        clear(&paths);
        assert!(!paths.runtime.exists());
    }

    #[test]
    fn what_somebody_else_put_there_stays() {
        let (_dir, paths) = room();
        fs::write(paths.runtime.join("mine"), "").unwrap();
        clear(&paths);
        assert!(paths.runtime.join("mine").exists() && !paths.agent_socket().exists());
    }
}
