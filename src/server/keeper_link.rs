//! The server's side of the keeper: one task owns the socket, orders go in, events and terminals come out.
//!
//! From `connect` until [`KeeperEvent::Lost`] only this server reads the terminals it was handed. After
//! `Lost` it must let go of all of them before it reads another byte, because then the keeper drains them;
//! connecting again hands them over again. Must not interpret what agents write.

mod socket;

use crate::wire::keeper::{
    AgentNo, Cause, Exited, FrameError, FromKeeper, Here, Known, Launch, Shutdown, Spool, ToKeeper,
    VERSION, encode,
};
use socket::{Heard, Socket};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

/// Orders waiting for the socket. At the limit an order is refused with [`KeeperError::Busy`].
const ORDERS: usize = 64;
/// Events waiting for the hub. At the limit the link waits, and the keeper with it; agents do not.
const EVENTS: usize = 256;
/// How long a keeper may take to greet.
const GREETING: Duration = Duration::from_secs(5);
/// How often a keeper that is not there yet is tried again, and how often one is started.
const RETRY: Duration = Duration::from_millis(20);
const RESTART: Duration = Duration::from_secs(1);

/// Why the keeper cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// Nobody listens there, or it left before it greeted: start one.
    #[error("no keeper answers ({0}): start one")]
    Absent(#[source] io::Error),
    /// It refuses this server.
    #[error("{why}")]
    Refused {
        /// What kind of refusal it is.
        cause: Cause,
        /// The keeper's own sentence.
        why: String,
    },
    /// It belongs to another user.
    #[error("the keeper at this socket belongs to user {0}: choose another room")]
    NotOurs(u32),
    /// What came is not what a keeper says.
    #[error("the keeper's link broke: {0}")]
    Broken(String),
    /// An order that cannot be sent.
    #[error(transparent)]
    Order(#[from] FrameError),
    /// Too many orders wait already.
    #[error("the keeper has too many orders waiting: try again")]
    Busy,
    /// The link is gone.
    #[error("the link to the keeper is gone: connect again")]
    Gone,
}

/// An agent that was running before this server came, with its terminal.
#[derive(Debug)]
pub struct Returned {
    /// What the keeper knows of it. Read its spool first, then the terminal.
    pub here: Here,
    /// The PTY master, non-blocking; leave that flag alone, it is shared with the keeper.
    pub terminal: OwnedFd,
}

/// What the keeper reports.
#[derive(Debug)]
pub enum KeeperEvent {
    /// An agent runs.
    Spawned {
        /// Which.
        agent: AgentNo,
        /// Its main process.
        pid: u32,
        /// The PTY master, non-blocking; leave that flag alone, it is shared with the keeper.
        terminal: OwnedFd,
    },
    /// An agent could not be started.
    Failed {
        /// Which.
        agent: AgentNo,
        /// A sentence for a person.
        error: String,
    },
    /// An agent's main process ended, now or before this server came. Told until it is forgotten.
    Exited(Exited),
    /// A stop is over.
    Stopped {
        /// Which agent.
        agent: AgentNo,
        /// Processes that ended.
        ended: u32,
        /// How many of those had to be killed.
        killed: u32,
        /// Processes the system would not let go.
        left: u32,
    },
    /// The answer to [`KeeperLink::list`].
    Known(Vec<Known>),
    /// The keeper does not leave because this many agents live.
    StillBusy {
        /// How many.
        agents: u32,
    },
    /// The last event: the link is gone, no terminal of it may be read any more.
    Lost {
        /// A sentence for a person.
        why: String,
    },
}

/// A handle to the keeper. The link closes when the last handle or the receiver of events is dropped.
#[derive(Clone, Debug)]
pub struct KeeperLink {
    orders: mpsc::Sender<Vec<u8>>,
    pid: Option<i32>,
}

/// A fresh link: the handle, its events, and the agents that were there already.
pub type Connected = (KeeperLink, mpsc::Receiver<KeeperEvent>, Vec<Returned>);

impl KeeperLink {
    /// Connect to the keeper at `path`. Ends that were not forgotten come as the first events.
    ///
    /// # Errors
    /// When nobody answers, it refuses, or it is not a keeper of this user.
    pub async fn connect(path: &Path) -> Result<Connected, KeeperError> {
        let stream = UnixStream::connect(path)
            .await
            .map_err(KeeperError::Absent)?;
        let peer = stream.peer_cred().map_err(KeeperError::Absent)?;
        if peer.uid() != rustix::process::geteuid().as_raw() {
            return Err(KeeperError::NotOurs(peer.uid()));
        }
        let mut socket = Socket::new(stream, encode(&ToKeeper::Hello { version: VERSION })?);
        let greeting = timeout(GREETING, socket.greet()).await;
        let (returned, ended) =
            greeting.map_err(|_| KeeperError::Absent(io::ErrorKind::TimedOut.into()))??;
        let (orders, taken) = mpsc::channel(ORDERS);
        let (events, heard) = mpsc::channel(EVENTS);
        tokio::spawn(serve(socket, ended, taken, events));
        let pid = peer.pid();
        Ok((Self { orders, pid }, heard, returned))
    }

    /// Connect, and where no keeper answers call `start` (which starts one and returns) and try until `patience` is over.
    ///
    /// # Errors
    /// As [`KeeperLink::connect`], or when `start` fails.
    pub async fn reach(
        path: &Path,
        patience: Duration,
        mut start: impl FnMut() -> io::Result<()>,
    ) -> Result<Connected, KeeperError> {
        let until = Instant::now() + patience;
        let mut next_start = Instant::now();
        loop {
            let error = match Self::connect(path).await {
                Err(
                    error @ (KeeperError::Absent(_)
                    | KeeperError::Refused {
                        cause: Cause::Leaving,
                        ..
                    }),
                ) => error,
                settled => return settled,
            };
            if Instant::now() >= until {
                return Err(error);
            }
            if Instant::now() >= next_start {
                start().map_err(KeeperError::Absent)?;
                next_start = Instant::now() + RESTART;
            }
            sleep(RETRY).await;
        }
    }

    /// The keeper's process, where the system tells.
    pub fn pid(&self) -> Option<i32> {
        self.pid
    }

    /// Start an agent; `Spawned` or `Failed` follows.
    ///
    /// # Errors
    /// When the order is too long, the link is busy or gone.
    pub fn spawn(&self, launch: Launch) -> Result<(), KeeperError> {
        self.order(&ToKeeper::Spawn(launch))
    }

    /// End an agent and everything it started, by force after `grace`; `Stopped` follows.
    ///
    /// # Errors
    /// When the link is busy or gone.
    pub fn stop(&self, agent: AgentNo, grace: Duration) -> Result<(), KeeperError> {
        self.order(&ToKeeper::Stop {
            agent,
            grace_ms: millis(grace),
        })
    }

    /// The agent's spool was read and recorded; it is deleted.
    ///
    /// # Errors
    /// When the link is busy or gone.
    pub fn taken(&self, agent: AgentNo) -> Result<(), KeeperError> {
        self.order(&ToKeeper::Taken { agent })
    }

    /// The agent's end was recorded; it is not told again.
    ///
    /// # Errors
    /// When the link is busy or gone.
    pub fn forget(&self, agent: AgentNo) -> Result<(), KeeperError> {
        self.order(&ToKeeper::Forget { agent })
    }

    /// Ask what the keeper knows; `Known` follows.
    ///
    /// # Errors
    /// When the link is busy or gone.
    pub fn list(&self) -> Result<(), KeeperError> {
        self.order(&ToKeeper::List)
    }

    /// Ask the keeper to leave; `StillBusy` or, when it is done, `Lost` follows.
    ///
    /// # Errors
    /// When the link is busy or gone.
    pub fn shutdown(&self, how: Shutdown) -> Result<(), KeeperError> {
        self.order(&ToKeeper::Shutdown(how))
    }

    /// Leave the keeper and its agents to the next server. Let go of every terminal first.
    /// Returns when the keeper has heard it; keep taking events meanwhile.
    ///
    /// # Errors
    /// When the link is busy.
    pub async fn leave(self) -> Result<(), KeeperError> {
        match self.order(&ToKeeper::Bye) {
            Ok(()) => self.orders.closed().await,
            Err(KeeperError::Gone) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn order(&self, order: &ToKeeper) -> Result<(), KeeperError> {
        self.orders
            .try_send(encode(order)?)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => KeeperError::Busy,
                mpsc::error::TrySendError::Closed(_) => KeeperError::Gone,
            })
    }
}

/// The whole spool, oldest byte first. `folder` is where the keeper was told to keep its spools.
///
/// # Errors
/// When a part cannot be read.
pub fn read_spool(folder: &Path, spool: &Spool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in &spool.parts {
        if part.contains('/') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{part:?} is not a name of a spool"),
            ));
        }
        bytes.extend(std::fs::read(folder.join(part))?);
    }
    Ok(bytes)
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// The task that owns the socket, until one side is gone.
async fn serve(
    mut socket: Socket,
    ended: Vec<Exited>,
    mut orders: mpsc::Receiver<Vec<u8>>,
    events: mpsc::Sender<KeeperEvent>,
) {
    for exited in ended {
        if events.send(KeeperEvent::Exited(exited)).await.is_err() {
            return;
        }
    }
    let why = loop {
        let heard = tokio::select! {
            moved = socket.step() => match moved {
                Ok(Some(heard)) => event(heard),
                Ok(None) => continue,
                Err(error) => Err(error),
            },
            order = orders.recv(), if socket.outbox.is_empty() => match order {
                Some(frame) => { socket.outbox = frame; continue }
                None => break "the server let go of it".to_owned(),
            },
        };
        let event = match heard {
            Ok(event) => event,
            Err(KeeperError::Absent(error)) => break format!("the keeper is gone ({error})"),
            Err(error) => break error.to_string(),
        };
        if events.send(event).await.is_err() {
            return;
        }
    };
    drop(socket);
    drop(orders);
    let _heard = events.send(KeeperEvent::Lost { why }).await;
}

fn event((message, terminal): Heard) -> Result<KeeperEvent, KeeperError> {
    Ok(match message {
        FromKeeper::Spawned { agent, pid } => {
            let terminal = terminal.ok_or_else(|| {
                KeeperError::Broken("an agent came without its terminal".to_owned())
            })?;
            KeeperEvent::Spawned {
                agent,
                pid,
                terminal,
            }
        }
        FromKeeper::SpawnFailed { agent, error } => KeeperEvent::Failed { agent, error },
        FromKeeper::Exited(exited) => KeeperEvent::Exited(exited),
        FromKeeper::Stopped {
            agent,
            ended,
            killed,
            left,
        } => KeeperEvent::Stopped {
            agent,
            ended,
            killed,
            left,
        },
        FromKeeper::Known { agents } => KeeperEvent::Known(agents),
        FromKeeper::Busy { agents } => KeeperEvent::StillBusy { agents },
        FromKeeper::Welcome { .. } | FromKeeper::Refused { .. } | FromKeeper::Here(_) => {
            return Err(KeeperError::Broken("it greeted twice".to_owned()));
        }
    })
}
