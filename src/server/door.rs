//! The listeners for people: one socket for operators, one for observers. The socket decides what a
//! seat may do, never what its client says.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::door::{RoomPaths, is_ours, peer_pid, user_name};
use crate::model::{SeatId, SeatRole};
use crate::profile::Profiles;

use super::attention::Attention;
use super::guest::{self, Entrance, Introduces};
use super::kin;
use super::post::{Entry, Panes, ToHub};

/// Clients at once. One more waits in the system's queue until somebody leaves.
const GUESTS: usize = 64;
/// How long nobody is accepted after accepting failed (no descriptor left).
const BREATH: Duration = Duration::from_millis(200);

/// Both sockets, bound.
#[derive(Debug)]
pub struct Doors {
    operators: UnixListener,
    observers: UnixListener,
}

impl Doors {
    /// Binds both. Call it with the server lock held: a socket that is there belongs to a dead server.
    ///
    /// # Errors
    /// Where a socket cannot be bound.
    pub fn bind(paths: &RoomPaths) -> io::Result<Self> {
        Ok(Self {
            operators: bind(&paths.room_socket())?,
            observers: bind(&paths.observer_socket())?,
        })
    }

    /// Accepts people for as long as the hub lives, and what is given back. Whoever is in stays in.
    pub fn open(self, hall: &Hall) -> JoinSet<()> {
        let mut accepting = JoinSet::new();
        accepting.spawn(hall.clone().accept(self.operators, SeatRole::Operator));
        accepting.spawn(hall.clone().accept(self.observers, SeatRole::Observer));
        accepting
    }
}

/// Removes the sockets: nobody finds this server any more.
pub fn close(paths: &RoomPaths) {
    for socket in [paths.room_socket(), paths.observer_socket()] {
        let _gone = std::fs::remove_file(socket);
    }
}

fn bind(socket: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(socket) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Why an agent gets no seat: it would decide what it asks itself.
const NO_SEAT: &str = "this runs inside an agent of a room, and agents have no operator's seat: from here ask with `opsroom ask-permission` or `opsroom ask-operator`, look with `opsroom ls` or `opsroom attach --observer`, or run it in a terminal of your own";

/// What every guest gets on its way in.
#[derive(Clone, Debug)]
pub struct Hall {
    folder: String,
    private: PathBuf,
    hub: mpsc::Sender<ToHub>,
    panes: watch::Receiver<Panes>,
    attention: Attention,
    driver: watch::Receiver<Option<SeatId>>,
    profiles: watch::Receiver<Profiles>,
    asking: Arc<Semaphore>,
    keeper: watch::Receiver<Option<i32>>,
    places: Arc<Semaphore>,
    /// The last seat given out. Both sockets count with it.
    seats: Arc<AtomicU32>,
}

impl Hall {
    /// An empty one.
    pub fn new(
        paths: &RoomPaths,
        hub: mpsc::Sender<ToHub>,
        panes: watch::Receiver<Panes>,
        attention: Attention,
        driver: watch::Receiver<Option<SeatId>>,
        profiles: watch::Receiver<Profiles>,
        keeper: watch::Receiver<Option<i32>>,
    ) -> Self {
        Self {
            folder: paths.folder.display().to_string(),
            private: paths.private(),
            hub,
            panes,
            attention,
            driver,
            profiles,
            asking: Arc::new(Semaphore::new(1)),
            keeper,
            places: Arc::new(Semaphore::new(GUESTS)),
            seats: Arc::default(),
        }
    }

    /// Waits until everybody has left, but not longer than this.
    pub async fn empty(&self, limit: Duration) {
        let everybody = u32::try_from(GUESTS).unwrap_or(u32::MAX);
        let _some_do_not_read = timeout(limit, self.places.acquire_many(everybody)).await;
    }

    async fn accept(self, listener: UnixListener, role: SeatRole) {
        // Since when nobody gets in: said once, however long it lasts.
        let mut shut: Option<Instant> = None;
        loop {
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                return;
            };
            let stream = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.hub.closed() => return,
            };
            if stream.is_ok()
                && let Some(since) = shut.take()
            {
                tracing::info!(
                    seconds = since.elapsed().as_secs(),
                    "people are accepted again"
                );
                self.say(role, Entry::Open);
            }
            match stream {
                Ok((stream, _)) if is_ours(&stream) => {
                    let entrance = match (role, self.introduces(&stream)) {
                        (SeatRole::Operator, Introduces::Nobody) => Err(NO_SEAT),
                        (SeatRole::Operator | SeatRole::Observer, introduces) => {
                            Ok(self.entrance(&stream, role, introduces))
                        }
                    };
                    tokio::spawn(async move {
                        match entrance {
                            Ok(entrance) => guest::serve(stream, entrance).await,
                            Err(why) => guest::turn_away(stream, why).await,
                        }
                        drop(place);
                    });
                }
                Ok(_) => tracing::warn!("somebody of another user was turned away"),
                Err(error) => {
                    if shut.is_none() {
                        tracing::warn!(%error, "nobody can be accepted for now");
                        self.say(role, Entry::Shut(error.to_string()));
                    }
                    shut = shut.or_else(|| Some(Instant::now()));
                    sleep(BREATH).await;
                }
            }
        }
    }

    /// Tells those who are here. Both sockets fail together, so one of them tells; where the hub has no room, the log has it.
    fn say(&self, role: SeatRole, entry: Entry) {
        match role {
            SeatRole::Operator => drop(self.hub.try_send(ToHub::Entry(entry))),
            SeatRole::Observer => {}
        }
    }

    fn introduces(&self, stream: &UnixStream) -> Introduces {
        match (peer_pid(stream), *self.keeper.borrow()) {
            (Some(pid), Some(keeper)) if kin::descends(pid, keeper) => Introduces::Nobody,
            (_, _) => Introduces::Somebody,
        }
    }

    fn entrance(&self, stream: &UnixStream, role: SeatRole, introduces: Introduces) -> Entrance {
        let uid = stream.peer_cred().map_or(u32::MAX, |peer| peer.uid());
        let number = self.seats.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        Entrance {
            seat: SeatId(number),
            name: user_name(uid),
            introduces,
            role,
            folder: self.folder.clone(),
            private: self.private.clone(),
            hub: self.hub.clone(),
            panes: self.panes.clone(),
            attention: self.attention.clone(),
            driver: self.driver.clone(),
            profiles: self.profiles.clone(),
            asking: Arc::clone(&self.asking),
        }
    }
}
