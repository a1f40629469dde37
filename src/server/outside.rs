//! What is outside of the room: the brief folder, agents on their socket, handoffs on disk. Orders go
//! out from here, and what they say comes in as events.

use tokio::sync::{mpsc, oneshot};

use crate::door::RoomPaths;
use crate::model::{AskKey, BriefId, Event, Outcome, Place, SeatId, Settings, Stage, Track};
use crate::wire::ToClient;

use super::briefs::{self, BriefHandle, Order};
use super::hub::Hub;

/// What lies outside.
pub struct Outside {
    briefs: BriefHandle,
    seen: mpsc::Receiver<Event>,
    /// What an order's refusal has to tell.
    refused: Vec<Event>,
}

/// What was heard from outside.
#[derive(Debug)]
pub enum Said {
    /// The folder changed.
    Folder(Event),
}

impl Outside {
    /// Starts to watch and listen.
    ///
    /// # Errors
    /// Where the system gives no thread or socket.
    pub fn start(paths: &RoomPaths, settings: &Settings) -> anyhow::Result<Self> {
        let (briefs, seen) = briefs::start(&paths.folder, settings.tracks.clone())?;
        Ok(Self { briefs, seen, refused: Vec::new() })
    }

    /// What is said next. May be dropped half-way.
    pub async fn next(&mut self) -> Said {
        if let Some(event) = self.refused.pop() {
            return Said::Folder(event);
        }
        match self.seen.recv().await {
            Some(event) => Said::Folder(event),
            None => std::future::pending().await,
        }
    }

    /// Other settings are in force.
    pub fn settings_changed(&mut self, settings: &Settings) {
        self.order(Order::Tracks(settings.tracks.clone()));
    }

    /// Answers an asker.
    pub fn answer(&mut self, key: AskKey, outcome: Outcome) {
        tracing::debug!(?key, ?outcome, "nobody waits");
    }

    /// Writes a new brief.
    pub fn write_brief(&mut self, brief: BriefId, track: Track, stage: Stage, text: String) {
        self.order(Order::Write { brief, place: Place { track, stage }, text });
    }

    /// Moves a brief.
    pub fn move_brief(&mut self, brief: BriefId, from: Place, to: Place) {
        self.order(Order::Move { brief, from, to });
    }

    /// Changes a brief's priority.
    pub fn set_priority(&mut self, brief: BriefId, place: Place, priority: u8) {
        self.order(Order::Priority { brief, place, priority });
    }

    /// Keeps a handoff.
    pub fn keep_handoff(&mut self, brief: &BriefId, place: &Place, text: &str) {
        tracing::debug!(%brief, ?place, length = text.len(), "a handoff");
    }

    fn order(&mut self, order: Order) {
        let Err(order) = self.briefs.order(order) else {
            return;
        };
        let brief = match order {
            Order::Write { brief, .. } | Order::Move { brief, .. } | Order::Priority { brief, .. } => brief,
            Order::Read { .. } | Order::Tracks(_) => return,
        };
        let why = "the brief folder does not keep up; try again in a moment".to_owned();
        self.refused.push(Event::BriefFailed { brief, why });
    }
}

impl Hub {
    pub(super) fn outside_said(&mut self, said: Said) {
        match said {
            Said::Folder(event) => self.update(event),
        }
    }

    /// Reads a brief's file for a guest, on the folder's own thread.
    pub(super) fn read_brief(&mut self, seat: SeatId, ticket: u32, brief: BriefId) {
        let Some(line) = self.guests.line(seat).cloned() else {
            return;
        };
        let (reply, read) = oneshot::channel();
        self.outside.order(Order::Read { brief: brief.clone(), reply });
        tokio::spawn(async move {
            let late = || Err("the brief folder does not keep up; try again in a moment".to_owned());
            let text = read.await.unwrap_or_else(|_| late());
            let _gone = line.answers.try_send(ToClient::BriefText { ticket, brief, text });
        });
    }
}
