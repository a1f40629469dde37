//! Who holds a room, whether its sockets are there or not: their folder may go under a living server (logind removes
//! `/run/user/UID` with the last logout), which binds them again and notes where.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::time::Duration;

use anyhow::bail;
use rustix::fs::{FlockOperation, flock};
use tokio::time::{Instant, sleep};

use super::RoomPaths;

/// How long a server that has no sockets is waited for: it looks after them at least every ten seconds.
const BOUND_AGAIN: Duration = Duration::from_secs(12);
/// Between two looks: what is not there yet has no event to wait on.
const LOOK: Duration = Duration::from_millis(20);

/// The process that holds a room's server lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number, where it wrote it down.
    pub pid: Option<i32>,
}

impl Holder {
    /// "process 12", or "a process".
    pub fn named(self) -> String {
        self.pid
            .map_or_else(|| "a process".to_owned(), |pid| format!("process {pid}"))
    }
}

/// Who serves this room, or is about to, or is not gone yet.
pub fn holder(paths: &RoomPaths) -> Option<Holder> {
    let mut file = OpenOptions::new()
        .read(true)
        .open(paths.server_lock())
        .ok()?;
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Err(rustix::io::Errno::WOULDBLOCK) => {}
        Ok(()) | Err(_) => return None,
    }
    let mut said = String::new();
    let read = file.by_ref().take(32).read_to_string(&mut said);
    let pid = read.ok().and_then(|_| said.trim().parse().ok());
    Some(Holder { pid })
}

/// Where the room's sockets are now. While somebody holds the room and its sockets are not there, waits until they are, or
/// the room is free.
///
/// # Errors
/// Where that lasts too long: a sentence that says who holds the room, and what to do.
pub async fn settled(paths: &RoomPaths) -> anyhow::Result<RoomPaths> {
    let late = Instant::now() + BOUND_AGAIN;
    loop {
        let now = paths.again()?;
        if now.room_socket().symlink_metadata().is_ok() {
            return Ok(now);
        }
        let Some(holder) = holder(&now) else {
            return Ok(now);
        };
        if Instant::now() >= late {
            bail!("{}", unreachable(&now, holder));
        }
        sleep(LOOK).await;
    }
}

/// Waits until nobody holds the room any more, which is closed: its server has let go of everything then.
///
/// # Errors
/// Where that lasts too long: a sentence that says who is not gone yet.
pub async fn freed(paths: &RoomPaths) -> anyhow::Result<()> {
    let late = Instant::now() + BOUND_AGAIN;
    while let Some(holder) = holder(paths) {
        if Instant::now() >= late {
            bail!("the room is closed, and {} is not gone yet", holder.named());
        }
        sleep(LOOK).await;
    }
    Ok(())
}

fn unreachable(paths: &RoomPaths, holder: Holder) -> String {
    let end = holder.pid.map_or_else(
        || {
            format!(
                "end the process that has {} open",
                paths.server_lock().display()
            )
        },
        |pid| format!("`kill {pid}`"),
    );
    format!(
        "{} holds {} and cannot be reached: its sockets are not in {} ({} may say why); {end} makes the room free, its agents go \
         on, and the next opsroom finds them",
        holder.named(),
        paths.folder.display(),
        paths.runtime.display(),
        paths.log().display(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    #[tokio::test]
    async fn whoever_holds_a_room_is_named_while_they_do() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, base) = (dir.path().join("room"), dir.path().join("run"));
        fs::create_dir(&folder).unwrap();
        let paths = RoomPaths::at(&folder, &base).unwrap();
        paths.prepare().unwrap();
        assert_eq!(holder(&paths), None);
        fs::write(paths.server_lock(), "12\n").unwrap();
        assert_eq!(holder(&paths), None, "a dead server's");
        assert_eq!(settled(&paths).await.unwrap(), paths);
        let lock = fs::File::open(paths.server_lock()).unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        let one = holder(&paths).unwrap();
        assert_eq!(one.named(), "process 12");
        let said = unreachable(&paths, one);
        assert!(said.contains("`kill 12`"), "{said}");
        fs::write(paths.room_socket(), "").unwrap();
        assert_eq!(settled(&paths).await.unwrap(), paths);
    }
}
