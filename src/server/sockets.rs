//! The room's sockets while a server lives. Their folder may go under it: logind removes `/run/user/UID` with the last logout,
//! and some clean `/tmp`. They are bound again, and the room's note says where; lines that were made go on.
//!
//! Nothing is looked at by a timer of its own: the watcher says that the folder changed, and whoever looks at the brief folder
//! without a hint looks at them too. What another server put in their place is left alone.

use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::door::{Doors, Hall};
use super::hub::{Going, Hub};
use super::post::Entry;
use super::watched::Watched;
use crate::door::RoomPaths;
use crate::model::Level;

/// The listeners for people, and word that a socket may be gone.
pub(super) struct Sockets {
    hall: Hall,
    /// Ends what it accepts with when it is dropped.
    accepting: JoinSet<()>,
    watched: Watched,
    tell: mpsc::Sender<()>,
    told: mpsc::Receiver<()>,
    /// Whoever has it has the room.
    lock: File,
    state: State,
}

/// Whether people and agents can come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Bound,
    /// They could not be bound again, which was said.
    Gone,
}

impl Sockets {
    /// Binds the sockets for people, and accepts them. Call it with the server lock held, which stays held.
    ///
    /// # Errors
    /// Where a socket cannot be bound.
    pub(super) fn open(paths: &RoomPaths, hall: &Hall, lock: File) -> std::io::Result<Self> {
        let accepting = Doors::bind(paths)?.open(hall);
        let (tell, told) = mpsc::channel(1);
        Ok(Self {
            hall: hall.clone(),
            accepting,
            watched: Watched::new(std::slice::from_ref(&paths.runtime)),
            tell,
            told,
            lock,
            state: State::Bound,
        })
    }

    /// Everything that must be there.
    pub(super) fn all(&self, paths: &RoomPaths) -> Vec<PathBuf> {
        let ours = [
            paths.room_socket(),
            paths.observer_socket(),
            paths.agent_socket(),
        ];
        ours.into_iter().chain([paths.keeper_socket()]).collect()
    }

    /// For whoever sees that one of them is gone.
    pub(super) fn missing(&self) -> mpsc::Sender<()> {
        self.tell.clone()
    }

    /// Waits until something happened to them. May be dropped half-way.
    pub(super) async fn may_be_gone(&mut self) {
        tokio::select! {
            () = self.watched.changed() => {}
            Some(()) = self.told.recv() => {}
        }
    }

    /// Whether the room is still this server's: where its folder was made anew, another one may have it.
    fn have_the_room(&self, paths: &RoomPaths) -> bool {
        let Ok(there) = paths.server_lock().symlink_metadata() else {
            return true;
        };
        let ours = self.lock.metadata();
        ours.is_ok_and(|ours| (ours.dev(), ours.ino()) == (there.dev(), there.ino()))
    }
}

impl Hub {
    /// Those who are here hear that nobody else can come, and that they can again.
    pub(super) fn say_entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Shut(why) => self.say_all(
                Level::Warning,
                format!("nobody new can come in, by a window or a command: {why}; it is tried again all the time"),
            ),
            Entry::Open => self.say_all(Level::Note, "people can come in again".to_owned()),
        }
    }

    /// Binds what is gone of the sockets.
    pub(super) fn look_at_sockets(&mut self, sockets: &mut Sockets) {
        let is_gone = |path: &PathBuf| path.symlink_metadata().is_err();
        let goes_on = self.going == Going::On && sockets.have_the_room(&self.paths);
        if !goes_on || !sockets.all(&self.paths).iter().any(is_gone) {
            return;
        }
        let keeper = self.paths.keeper_socket();
        let mut ours = sockets
            .all(&self.paths)
            .into_iter()
            .filter(|it| *it != keeper);
        if ours.any(|path| is_gone(&path)) {
            if let Err(error) = self.bind_again(sockets) {
                if sockets.state == State::Bound {
                    tracing::error!(
                        "the room's sockets are gone and cannot be bound again: {error:#}"
                    );
                }
                sockets.state = State::Gone;
                return;
            }
            sockets.state = State::Bound;
        }
        self.keeper.moved(&self.paths);
    }

    /// Where they were, if that can be; else below `/tmp`.
    fn bind_again(&mut self, sockets: &mut Sockets) -> anyhow::Result<()> {
        let elsewhere = self.paths.below_tmp();
        let doors = match self.bind_at(&self.paths) {
            Ok(doors) => doors,
            Err(there) => {
                let doors = self
                    .bind_at(&elsewhere)
                    .map_err(|error| error.context(there))?;
                self.paths = elsewhere;
                doors
            }
        };
        sockets.accepting = doors.open(&sockets.hall);
        sockets.watched = Watched::new(std::slice::from_ref(&self.paths.runtime));
        self.outside
            .mind(sockets.all(&self.paths), sockets.missing());
        let folder = self.paths.runtime.display();
        tracing::warn!(%folder, "the room's sockets were gone, and are bound again");
        Ok(())
    }

    fn bind_at(&self, paths: &RoomPaths) -> anyhow::Result<Doors> {
        paths.prepare_runtime()?;
        let doors = Doors::bind(paths)?;
        self.outside.listen_at(&paths.agent_socket())?;
        // The room's own folder may be gone as well: who knows where the sockets are comes in all the same.
        if let Err(error) = paths.write_note() {
            tracing::warn!(%error, "it cannot be noted where the sockets are");
        }
        Ok(doors)
    }
}
