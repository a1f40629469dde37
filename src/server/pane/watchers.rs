//! Who looks at a pane, and what they have drawn of it. A guest gets a frame only when it has drawn
//! the last one: whoever is slow gets fewer frames, never old ones.

use std::collections::BTreeMap;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use crate::model::{AgentId, SeatId};
use crate::terminal::Screen;
use crate::wire::ToClient;

use super::sights::Sights;

/// Everybody who looks at one pane.
#[derive(Debug, Default)]
pub struct Watchers {
    all: BTreeMap<SeatId, Watcher>,
}

#[derive(Debug)]
struct Watcher {
    frames: mpsc::Sender<ToClient>,
    drawn: Drawn,
    health: Health,
}

/// What a guest has of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    /// Nothing; it is ready for the whole.
    Nothing,
    /// Up to this generation; it is ready for what is newer.
    Upto(u64),
    /// A frame up to this generation is on its way.
    InFlight(u64),
}

/// What is waited for, the most urgent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// Nothing: nobody looks, or nobody is ready, or they have all of it.
    Nobody,
    /// What changed since.
    ForNews,
    /// The whole picture, by somebody who has none.
    ForTheFirst,
}

/// Whether a guest knows that the picture stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Whole,
    ToldBroken,
}

impl Watchers {
    /// Somebody looks, and has nothing of it yet.
    pub fn watch(&mut self, seat: SeatId, frames: mpsc::Sender<ToClient>) {
        let watcher = Watcher {
            frames,
            drawn: Drawn::Nothing,
            health: Health::Whole,
        };
        self.all.insert(seat, watcher);
    }

    /// Somebody looks away.
    pub fn unwatch(&mut self, seat: SeatId) {
        self.all.remove(&seat);
    }

    /// Somebody has drawn the picture up to this generation; 0 asks for the whole. Only the frame
    /// that is in flight can be acknowledged.
    pub fn ack(&mut self, seat: SeatId, generation: u64) {
        let Some(watcher) = self.all.get_mut(&seat) else {
            return;
        };
        watcher.drawn = match (watcher.drawn, generation) {
            (_, 0) => Drawn::Nothing,
            (Drawn::InFlight(sent), drawn) if sent == drawn => Drawn::Upto(drawn),
            (other, _) => other,
        };
    }

    /// What somebody waits for who has drawn all they were sent. `newest` is the generation that is shown; none
    /// where more was taken in than is shown.
    pub fn wait_for(&self, newest: Option<u64>) -> Waiting {
        let waits = |watcher: &Watcher| match watcher.drawn {
            Drawn::Nothing => Waiting::ForTheFirst,
            Drawn::Upto(drawn) if newest != Some(drawn) => Waiting::ForNews,
            Drawn::Upto(_) | Drawn::InFlight(_) => Waiting::Nobody,
        };
        let all = self.all.values().map(waits);
        all.max().unwrap_or(Waiting::Nobody)
    }

    /// Sends a frame to everybody who is ready for one and has not all of it.
    pub fn send(&mut self, agent: AgentId, screen: &Screen, spots: &watch::Sender<Sights>) {
        let broken = screen.health().err().map(|fault| fault.to_string());
        self.all.retain(|seat, watcher| {
            let note = || spots.send_modify(|spots| spots.sends(*seat));
            let stays = watcher.offer(agent, screen, note).is_some()
                && watcher.tell(agent, broken.as_deref()).is_some();
            if !stays {
                spots.send_modify(|spots| spots.forgets(*seat));
            }
            stays
        });
    }
}

impl Watcher {
    /// None where the guest is gone. A guest without room for a frame (which cannot be, as it has
    /// room for one of every pane) gets this one at the next change.
    fn offer(&mut self, agent: AgentId, screen: &Screen, note: impl FnOnce()) -> Option<()> {
        let now = screen.generation();
        let seen = match self.drawn {
            Drawn::Nothing => None,
            Drawn::Upto(drawn) if drawn != now => Some(drawn),
            Drawn::Upto(_) | Drawn::InFlight(_) => return Some(()),
        };
        let permit = match self.frames.try_reserve() {
            Ok(permit) => permit,
            Err(TrySendError::Full(())) => return Some(()),
            Err(TrySendError::Closed(())) => return None,
        };
        let patch = screen.patch_since(seen);
        self.drawn = Drawn::InFlight(patch.generation);
        note();
        permit.send(ToClient::Frame { agent, patch });
        Some(())
    }

    fn tell(&mut self, agent: AgentId, broken: Option<&str>) -> Option<()> {
        let (Some(why), Health::Whole) = (broken, self.health) else {
            return Some(());
        };
        let message = ToClient::Broken {
            agent,
            why: why.to_owned(),
        };
        match self.frames.try_send(message) {
            Ok(()) => self.health = Health::ToldBroken,
            Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Closed(_)) => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::terminal::{Grid, Limits, Size};

    fn screen() -> Screen {
        Screen::new(Size::new(20, 3), Limits::default())
    }

    fn spots() -> watch::Sender<Sights> {
        watch::channel(Sights::default()).0
    }

    fn frame(from: &mut mpsc::Receiver<ToClient>) -> Option<crate::terminal::Patch> {
        match from.try_recv() {
            Ok(ToClient::Frame { patch, .. }) => Some(patch),
            _ => None,
        }
    }

    #[test]
    fn one_frame_is_in_flight_and_the_next_one_holds_the_newest_state() {
        let (frames, mut got) = mpsc::channel(4);
        let mut watchers = Watchers::default();
        let mut screen = screen();
        watchers.watch(SeatId(1), frames);
        watchers.send(AgentId(1), &screen, &spots());
        let mut grid = Grid::default();
        let first = frame(&mut got).unwrap();
        let generation = first.generation;
        grid.apply(first).unwrap();
        for text in ["one\r", "two\r", "three"] {
            screen.feed(text.as_bytes()).unwrap();
            watchers.send(AgentId(1), &screen, &spots());
        }
        assert!(frame(&mut got).is_none());
        watchers.ack(SeatId(1), generation);
        watchers.send(AgentId(1), &screen, &spots());
        grid.apply(frame(&mut got).unwrap()).unwrap();
        assert!(grid.rows()[0].text().starts_with("three"));
    }

    #[test]
    fn an_acknowledgement_of_another_frame_changes_nothing() {
        let (frames, mut got) = mpsc::channel(4);
        let mut watchers = Watchers::default();
        let mut screen = screen();
        screen.feed(b"x").unwrap();
        watchers.watch(SeatId(1), frames);
        watchers.send(AgentId(1), &screen, &spots());
        frame(&mut got).unwrap();
        screen.feed(b"y").unwrap();
        watchers.ack(SeatId(1), 999);
        watchers.ack(SeatId(2), screen.generation());
        watchers.send(AgentId(1), &screen, &spots());
        assert!(frame(&mut got).is_none());
    }

    #[test]
    fn a_guest_that_lost_the_picture_gets_the_whole_again() {
        let (frames, mut got) = mpsc::channel(4);
        let mut watchers = Watchers::default();
        let screen = screen();
        watchers.watch(SeatId(1), frames);
        watchers.send(AgentId(1), &screen, &spots());
        frame(&mut got).unwrap();
        watchers.ack(SeatId(1), 0);
        watchers.send(AgentId(1), &screen, &spots());
        assert_eq!(
            frame(&mut got).unwrap().kind,
            crate::terminal::PatchKind::Full
        );
    }

    #[test]
    fn a_guest_that_is_gone_is_forgotten() {
        let (frames, got) = mpsc::channel(4);
        let mut watchers = Watchers::default();
        watchers.watch(SeatId(1), frames);
        drop(got);
        watchers.send(AgentId(1), &screen(), &spots());
        assert!(watchers.all.is_empty());
    }
}
