//! What is outside of the room: the brief folder, agents on their socket, handoffs on disk. Orders go
//! out from here, and what they say comes in as events.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tokio::sync::{mpsc, oneshot};

use crate::door::RoomPaths;
use crate::model::{
    AskKey, BriefId, Event, Outcome, Place, RequestId, SeatId, Settings, Stage, Track,
};
use crate::wire::ToClient;

use super::agent_door::{self, DoorHandle, FromAgent, Limits, Tokens};
use super::briefs::{self, BriefHandle, Minded, Order};
use super::handoff;
use super::hub::Hub;

/// What agents may have said that the hub has not taken. Their lines wait.
const AGENTS_SAY: usize = 256;
/// Changes of the folder that are taken together where many wait: their journal lines are synced once.
const TOGETHER: usize = 64;

/// What lies outside.
pub struct Outside {
    briefs: BriefHandle,
    seen: mpsc::Receiver<Event>,
    door: DoorHandle,
    said: mpsc::Receiver<FromAgent>,
    handoffs: PathBuf,
    assignments: PathBuf,
    /// What an order's refusal has to tell.
    refused: Vec<Event>,
}

/// What was heard from outside.
#[derive(Debug)]
pub enum Said {
    /// The folder changed; in order.
    Folder(Vec<Event>),
    /// An agent spoke.
    Agent(FromAgent),
}

impl Outside {
    /// Starts to watch and listen.
    ///
    /// # Errors
    /// Where the system gives no thread or socket.
    pub fn start(paths: &RoomPaths, settings: &Settings, tokens: Tokens) -> anyhow::Result<Self> {
        let (briefs, seen) = briefs::start(&paths.folder, settings.tracks.clone())?;
        let (tell, said) = mpsc::channel(AGENTS_SAY);
        let socket = paths.agent_socket();
        let door = agent_door::open(&socket, tokens, Limits::default(), tell);
        let door = door.with_context(|| format!("cannot listen at {}", socket.display()))?;
        Ok(Self {
            briefs,
            seen,
            door,
            said,
            handoffs: paths.inside("handoffs"),
            assignments: paths.inside("assignments"),
            refused: Vec::new(),
        })
    }

    /// Agents find us here from now on: the folder of the socket went.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen_at(&self, socket: &Path) -> std::io::Result<()> {
        self.door.listen_at(socket)
    }

    /// Whoever looks at the folder looks at these paths too, and says where one is gone.
    pub fn mind(&mut self, paths: Vec<PathBuf>, missing: mpsc::Sender<()>) {
        self.order(Order::Mind(Minded { paths, missing }));
    }

    /// What is said next. May be dropped half-way.
    pub async fn next(&mut self) -> Said {
        if let Some(event) = self.refused.pop() {
            return Said::Folder(vec![event]);
        }
        let mut seen = Vec::new();
        tokio::select! {
            1.. = self.seen.recv_many(&mut seen, TOGETHER) => Said::Folder(seen),
            Some(said) = self.said.recv() => Said::Agent(said),
            else => std::future::pending().await,
        }
    }

    /// What the folder says next, and nobody else. May be dropped half-way.
    async fn folder(&mut self) -> Vec<Event> {
        let mut seen = Vec::new();
        match self.seen.recv_many(&mut seen, TOGETHER).await {
            0 => std::future::pending().await,
            _ => seen,
        }
    }

    /// These settings are in force now.
    pub fn settings_changed(&mut self, settings: &Settings) {
        self.order(Order::Tracks(settings.tracks.clone()));
    }

    /// Tells an asker that its request waits for a person.
    pub fn opened(&self, key: AskKey, request: RequestId) {
        note(self.door.opened(key, request));
    }

    /// Tells whoever handed over that it was heard.
    pub fn noted(&self, key: AskKey) {
        note(self.door.noted(key));
    }

    /// Answers an asker.
    pub fn answer(&self, key: AskKey, outcome: Outcome) {
        note(self.door.answer(key, outcome));
    }

    /// Writes a new brief.
    pub fn write_brief(&mut self, brief: BriefId, track: Track, stage: Stage, text: String) {
        self.order(Order::Write {
            brief,
            place: Place { track, stage },
            text,
        });
    }

    /// Makes a brief of a dropped file.
    pub fn take_drop(&mut self, brief: BriefId, track: Track, file: String) {
        self.order(Order::Take { brief, track, file });
    }

    /// Moves a brief.
    pub fn move_brief(&mut self, brief: BriefId, from: Place, to: Place) {
        self.order(Order::Move { brief, from, to });
    }

    /// Changes a brief's priority.
    pub fn set_priority(&mut self, brief: BriefId, place: Place, priority: u8) {
        self.order(Order::Priority {
            brief,
            place,
            priority,
        });
    }

    /// Keeps a handoff.
    pub fn keep_handoff(&mut self, brief: &BriefId, place: &Place, text: &str) {
        match handoff::keep(&self.handoffs, brief, place, text) {
            Ok(file) => tracing::info!(%brief, file = %file.display(), "a handoff was kept"),
            Err(error) => {
                tracing::error!(%brief, %error, "a handoff was not kept; the journal has it")
            }
        }
    }

    /// Keeps an assignment.
    pub fn keep_assignment(&mut self, brief: &BriefId, place: &Place, text: &str) {
        if let Err(error) = handoff::keep(&self.assignments, brief, place, text) {
            tracing::error!(%brief, %error, "an assignment was not kept; the journal has it");
        }
    }

    fn order(&mut self, order: Order) {
        let Err(order) = self.briefs.order(order) else {
            return;
        };
        let brief = match order {
            Order::Write { brief, .. }
            | Order::Take { brief, .. }
            | Order::Move { brief, .. }
            | Order::Priority { brief, .. } => brief,
            Order::Read { .. } | Order::Tracks(_) | Order::Mind(_) => return,
        };
        let why = "the brief folder does not keep up; try again in a moment".to_owned();
        self.refused.push(Event::BriefFailed { brief, why });
    }
}

fn note(told: Result<(), agent_door::Deaf>) {
    if let Err(deaf) = told {
        tracing::error!(%deaf, "an asker was not answered");
    }
}

impl Hub {
    /// Takes in what stands in the brief folder, so that whoever comes first finds all of it. Agents wait until
    /// then: a room that does not know its queue would refuse what they hand over.
    pub(super) async fn queue_seen(&mut self) {
        loop {
            let events = self.outside.folder().await;
            let whole = events.contains(&Event::Scanned);
            self.update_together(events);
            if whole {
                return;
            }
        }
    }

    pub(super) fn outside_said(&mut self, said: Said) {
        match said {
            Said::Folder(events) => self.update_together(events),
            Said::Agent(said) => self.agent_said(said),
        }
    }

    /// Reads a brief's file for a guest, on the folder's own thread.
    pub(super) fn read_brief(&mut self, seat: SeatId, ticket: u32, brief: BriefId) {
        let Some(line) = self.guests.line(seat).cloned() else {
            return;
        };
        if !line.veil.borrow().shows_brief(&brief) {
            let text = Err(format!("there is no brief {brief} any more; look again"));
            let _gone = line.answers.try_send(ToClient::BriefText {
                ticket,
                brief,
                text,
            });
            return;
        }
        let (reply, read) = oneshot::channel();
        self.outside.order(Order::Read {
            brief: brief.clone(),
            reply,
        });
        tokio::spawn(async move {
            let late =
                || Err("the brief folder does not keep up; try again in a moment".to_owned());
            let text = read.await.unwrap_or_else(|_| late());
            let _gone = line.answers.try_send(ToClient::BriefText {
                ticket,
                brief,
                text,
            });
        });
    }
}
