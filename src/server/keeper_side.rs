//! The hub's view of the keeper: the link while there is one, and the way back to it when it broke.

use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::door::{RoomPaths, own_program};
use crate::keeper::{self, KeeperOptions};
use crate::wire::keeper::{Exited, Shutdown};

use super::keeper_link::{KeeperEvent, KeeperLink, Returned};

/// How long a keeper may take to be there.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to say whom it knows.
const LISTING: Duration = Duration::from_secs(5);

/// The keeper as it was found: its link, and everybody it has.
#[derive(Debug)]
pub struct Found {
    link: KeeperLink,
    events: mpsc::Receiver<KeeperEvent>,
    /// Agents with a terminal.
    pub returned: Vec<Returned>,
    /// Agents that ended while nobody listened.
    pub ended: Vec<Exited>,
}

/// What is heard of the keeper.
#[derive(Debug)]
pub enum Heard {
    /// It said something.
    Event(KeeperEvent),
    /// It was lost and is there again, or cannot be reached.
    Back(anyhow::Result<Found>),
}

/// The link to the keeper.
#[derive(Debug)]
pub struct KeeperSide {
    paths: RoomPaths,
    state: State,
    /// At most one task: the way back.
    returning: JoinSet<anyhow::Result<Found>>,
    /// The keeper's process, for those who need to know who descends from it.
    pid: watch::Sender<Option<i32>>,
}

#[derive(Debug)]
enum State {
    Here(KeeperLink, mpsc::Receiver<KeeperEvent>),
    Away,
    /// It was told to leave.
    Leaving(KeeperLink, mpsc::Receiver<KeeperEvent>),
    Gone,
}

/// Finds the keeper, or starts one, and hears everything it has to say of before.
///
/// # Errors
/// Where there is none and none can be started.
pub async fn find(paths: &RoomPaths) -> anyhow::Result<Found> {
    let options = KeeperOptions::new(paths.keeper_socket(), paths.spools());
    let program = own_program()?;
    let log = paths.inside("keeper.log");
    // One that lives and does not answer lost its socket, with the folder.
    let start = || match keeper::living(&options.spool) {
        Some(pid) => keeper::call(&options.spool, pid, &options.socket),
        None => keeper::spawn_detached(&program, &options, &log)
            .map(|pid| tracing::info!(pid, "a keeper was started")),
    };
    let reached = KeeperLink::reach(&options.socket, PATIENCE, start).await;
    let (link, mut events, returned) = reached.with_context(|| {
        format!(
            "the keeper, which holds the agents, cannot be reached; see {}",
            log.display()
        )
    })?;
    // It tells the ends that nobody heard first, then answers.
    link.list()?;
    let mut ended = Vec::new();
    let all_told = async {
        while let Some(event) = events.recv().await {
            match event {
                KeeperEvent::Exited(exited) => ended.push(exited),
                KeeperEvent::Known(_) => return Ok(()),
                KeeperEvent::Lost { why } => return Err(anyhow!("the keeper left at once: {why}")),
                other => tracing::debug!(?other, "the keeper said something early"),
            }
        }
        Err(anyhow!("the keeper left at once"))
    };
    timeout(LISTING, all_told)
        .await
        .context("the keeper does not say whom it has")??;
    Ok(Found {
        link,
        events,
        returned,
        ended,
    })
}

impl KeeperSide {
    /// Takes the keeper that was found.
    pub fn new(paths: RoomPaths, found: Found) -> (Self, Vec<Returned>, Vec<Exited>) {
        let mut side = Self {
            paths,
            state: State::Away,
            returning: JoinSet::new(),
            pid: watch::Sender::new(None),
        };
        let (returned, ended) = side.take(found);
        (side, returned, ended)
    }

    /// Takes the keeper that was found again.
    pub fn take(&mut self, found: Found) -> (Vec<Returned>, Vec<Exited>) {
        self.pid.send_replace(found.link.pid());
        self.state = State::Here(found.link, found.events);
        (found.returned, found.ended)
    }

    /// The folder of its socket went: the sockets are here now. A keeper that lives is told; its line goes on.
    pub fn moved(&mut self, paths: &RoomPaths) {
        self.paths = paths.clone();
        let (spools, socket) = (paths.spools(), paths.keeper_socket());
        let called = keeper::living(&spools).map(|pid| keeper::call(&spools, pid, &socket));
        if let Some(Err(error)) = called {
            tracing::warn!(%error, "the keeper cannot be told where its socket is wanted");
        }
    }

    /// The keeper's process, as last found; none where the system does not tell.
    pub fn pid(&self) -> watch::Receiver<Option<i32>> {
        self.pid.subscribe()
    }

    /// The link, while there is one.
    ///
    /// # Errors
    /// A sentence, while there is none.
    pub fn link(&self) -> anyhow::Result<&KeeperLink> {
        match &self.state {
            State::Here(link, _) => Ok(link),
            State::Away => Err(anyhow!(
                "the keeper is being looked for; try again in a moment"
            )),
            State::Leaving(..) | State::Gone => Err(anyhow!("the room is being closed")),
        }
    }

    /// What is heard next. May be dropped half-way.
    pub async fn next(&mut self) -> Heard {
        let events = match &mut self.state {
            State::Here(_, events) | State::Leaving(_, events) => events,
            State::Away => match self.returning.join_next().await {
                Some(Ok(found)) => return Heard::Back(found),
                Some(Err(_)) | None => std::future::pending().await,
            },
            State::Gone => std::future::pending().await,
        };
        let lost = || KeeperEvent::Lost {
            why: "its line ended".to_owned(),
        };
        Heard::Event(events.recv().await.unwrap_or_else(lost))
    }

    /// The link broke. Looks for the keeper again once `panes` have let go of their terminals.
    pub fn lost(&mut self, panes: impl Future<Output = ()> + Send + 'static) {
        if !matches!(self.state, State::Here(..)) {
            self.state = State::Gone;
            return;
        }
        self.state = State::Away;
        self.look(panes);
    }

    /// Looks for the keeper.
    pub fn look(&mut self, first: impl Future<Output = ()> + Send + 'static) {
        let paths = self.paths.clone();
        self.returning.spawn(async move {
            first.await;
            find(&paths).await
        });
    }

    /// Ends every agent, and then the keeper.
    pub fn close(&mut self, grace: Duration) {
        let grace_ms = u32::try_from(grace.as_millis()).unwrap_or(u32::MAX);
        self.returning.abort_all();
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Here(link, events) => match link.shutdown(Shutdown::StopAll { grace_ms }) {
                Ok(()) => State::Leaving(link, events),
                Err(error) => {
                    tracing::error!(%error, "the keeper could not be told to leave");
                    State::Gone
                }
            },
            State::Leaving(link, events) => State::Leaving(link, events),
            State::Away | State::Gone => State::Gone,
        };
    }

    /// Whether there is no keeper any more, and none is looked for.
    pub fn is_gone(&self) -> bool {
        matches!(self.state, State::Gone)
    }

    /// Leaves the keeper and its agents to the next server. Every terminal was let go of before.
    pub async fn leave(self) {
        if let State::Here(link, mut events) = self.state {
            let heard = async { while events.recv().await.is_some() {} };
            let left = async { tokio::join!(link.leave(), heard).0 };
            match timeout(LISTING, left).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the keeper was not told that this server leaves")
                }
                Err(_) => tracing::warn!("the keeper did not hear that this server leaves"),
            }
        }
    }
}
