//! Everybody who is connected, as the hub knows them. Only ever tries to send; whoever has no room
//! is behind, and gets a fresh snapshot once they have read what they were sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinSet;

use crate::model::{Answer, Arrival, Fact, Person, Right, SeatId, SeatRole};
use crate::wire::{ToClient, Want};

use super::post::{FACTS, Freshness, GuestLine, Told};
use super::veil::Veil;

/// All guests.
#[derive(Debug, Default)]
pub struct Guests {
    all: BTreeMap<SeatId, Guest>,
    /// One task for each guest that is behind: it ends when that guest has read everything.
    behind: JoinSet<SeatId>,
}

/// One guest.
#[derive(Debug)]
pub struct Guest {
    /// Who, from where, and what they may do.
    arrival: Arrival,
    want: Want,
    line: GuestLine,
    standing: Standing,
    seat: Place,
    /// What they saw before the event that is being told.
    before: Veil,
}

/// Whether all facts reached a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Current,
    Behind,
}

/// Whether the room knows that this guest sits here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It only came to ask.
    Standing,
    /// It does.
    Seated,
}

impl Guests {
    /// Somebody came, who sees this much; the first thing they get is this snapshot.
    pub fn come(
        &mut self,
        seat: SeatId,
        arrival: Arrival,
        want: Want,
        line: GuestLine,
        (veil, snapshot): (Veil, Vec<Fact>),
    ) {
        line.veil.send_replace(veil.clone());
        let _room_for_the_first = line
            .told
            .try_send(Told::Snapshot(snapshot, Freshness::First));
        let guest = Guest {
            arrival,
            want,
            line,
            standing: Standing::Current,
            seat: Place::Standing,
            before: veil,
        };
        self.all.insert(seat, guest);
    }

    /// Somebody left. Says whether the room knew them.
    pub fn leave(&mut self, seat: SeatId) -> Option<Place> {
        self.all.remove(&seat).map(|guest| guest.seat)
    }

    /// Who needs to be told to the room before they do something, where that was not done yet.
    pub fn take_seat(&mut self, seat: SeatId) -> Option<Arrival> {
        let guest = self.all.get_mut(&seat)?;
        match std::mem::replace(&mut guest.seat, Place::Seated) {
            Place::Seated => None,
            Place::Standing => Some(guest.arrival.clone()),
        }
    }

    /// Tells everybody who wants to know.
    pub fn show(&mut self, fact: Fact) {
        let all = Arc::new(fact);
        let live = self
            .all
            .iter_mut()
            .filter(|(_, guest)| guest.want == Want::Live);
        for (seat, guest) in live.filter(|(_, guest)| guest.standing == Standing::Current) {
            let told = guest.line.veil.borrow().told(&guest.before, &all);
            let Some(fact) = told else { continue };
            if let Err(TrySendError::Full(_)) = guest.line.told.try_send(Told::Fact(fact)) {
                guest.standing = Standing::Behind;
                self.behind.spawn(caught_up(*seat, guest.line.clone()));
            }
        }
    }

    /// Whether a part of the room is hidden from anybody who is here.
    pub fn some_are_veiled(&self) -> bool {
        let mut all = self.all.values();
        all.any(|guest| guest.line.veil.borrow().curtain().is_some())
    }

    /// Everybody who is here, as what they see depends on it.
    pub fn viewers(&self) -> Vec<(SeatRole, Person)> {
        let all = self.all.values();
        all.map(|guest| (guest.arrival.role, guest.arrival.person.clone()))
            .collect()
    }

    /// From here on everybody sees so much.
    pub fn draw(&mut self, veil: impl Fn(SeatRole, &Person) -> Veil) {
        for guest in self.all.values_mut() {
            let now = veil(guest.arrival.role, &guest.arrival.person);
            guest.before = guest.line.veil.borrow().clone();
            guest.line.veil.send_if_modified(|held| {
                let changes = *held != now;
                *held = now;
                changes
            });
        }
    }

    /// All was told: who has to be given everything anew.
    pub fn drawn(&mut self) -> Vec<SeatId> {
        let mut anew = Vec::new();
        for (seat, guest) in &mut self.all {
            let now = guest.line.veil.borrow().clone();
            if now.crossed(&guest.before) {
                anew.push(*seat);
            }
            guest.before = now;
        }
        anew
    }

    /// What somebody sees.
    pub fn veil(&self, seat: SeatId) -> Option<Veil> {
        let guest = self.all.get(&seat)?;
        Some(guest.line.veil.borrow().clone())
    }

    /// Gives somebody all that is true now, instead of what they know.
    pub fn begin_anew(&mut self, seat: SeatId, snapshot: Vec<Fact>) {
        let Some(guest) = self.all.get_mut(&seat) else {
            return;
        };
        if (guest.want, guest.standing) != (Want::Live, Standing::Current) {
            return;
        }
        let told = Told::Snapshot(snapshot, Freshness::Again);
        if let Err(TrySendError::Full(_)) = guest.line.told.try_send(told) {
            guest.standing = Standing::Behind;
            self.behind.spawn(caught_up(seat, guest.line.clone()));
        }
    }

    /// Waits until somebody who was behind has read everything. May be dropped half-way.
    pub async fn caught_up(&mut self) -> SeatId {
        match self.behind.join_next().await {
            Some(Ok(seat)) => seat,
            Some(Err(_)) | None => std::future::pending().await,
        }
    }

    /// Gives somebody who was behind all that is true now.
    pub fn refresh(&mut self, seat: SeatId, snapshot: Vec<Fact>) {
        if let Some(guest) = self.all.get_mut(&seat) {
            guest.standing = Standing::Current;
            // It has just read everything: there is room.
            let _gone = guest
                .line
                .told
                .try_send(Told::Snapshot(snapshot, Freshness::Again));
        }
    }

    /// Answers a wish.
    pub fn reply(&self, seat: SeatId, ticket: u32, answer: Answer) {
        self.answer(seat, ToClient::Answer { ticket, answer });
    }

    /// Answers a question. There is room for every answer that a guest may wait for.
    pub fn answer(&self, seat: SeatId, message: ToClient) {
        if let Some(guest) = self.all.get(&seat) {
            let _gone = guest.line.answers.try_send(message);
        }
    }

    /// Where answers to this guest go.
    pub fn line(&self, seat: SeatId) -> Option<&GuestLine> {
        self.all.get(&seat).map(|guest| &guest.line)
    }

    /// Says something to one guest. Left out for one that has a thousand facts to read.
    pub fn tell(&self, seat: SeatId, message: ToClient) {
        if let Some(guest) = self.all.get(&seat) {
            let _left_out = guest.line.told.try_send(Told::Message(message));
        }
    }

    /// Says something to everybody who is here to stay; of an agent, to those who see it.
    pub fn tell_all(&self, message: &ToClient) {
        let live = self.all.values().filter(|guest| guest.want == Want::Live);
        let sees = |guest: &&Guest| match message {
            ToClient::Rang { agent, .. } => guest.line.veil.borrow().shows_agent(*agent),
            _ => true,
        };
        for guest in live.filter(sees) {
            let _left_out = guest.line.told.try_send(Told::Message(message.clone()));
        }
    }

    /// Ends every guest who came in by an invitation of this name, whether they read or not.
    pub fn send_away(&mut self, name: &str, why: &str) {
        let all = self.all.values();
        let meant = all.filter(|guest| match guest.arrival.right {
            Right::Own => false,
            Right::Invited(_) => guest.arrival.person.name == name,
        });
        for guest in meant {
            guest.line.away.send_replace(Some(why.to_owned()));
        }
    }

    /// The last words to everybody; then their lines are let go.
    pub fn farewell(&mut self, why: &str) {
        for (_, guest) in std::mem::take(&mut self.all) {
            let _left_out = guest
                .line
                .told
                .try_send(Told::Message(ToClient::Closing(why.to_owned())));
        }
    }
}

async fn caught_up(seat: SeatId, line: GuestLine) -> SeatId {
    let _all_read_or_gone = line.told.reserve_many(FACTS).await;
    seat
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::{AgentId, Origin, Person, SeatRole};
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn a_guest_without_room_gets_a_fresh_snapshot_once_it_has_read_everything() {
        let (told, mut facts) = mpsc::channel(FACTS);
        let (answers, _answers) = mpsc::channel(1);
        let mut guests = Guests::default();
        let person = Person {
            name: "alice".into(),
            key: None,
        };
        let line = GuestLine {
            told,
            answers,
            away: tokio::sync::watch::Sender::new(None),
            veil: tokio::sync::watch::Sender::new(Veil::Closed),
        };
        let arrival = Arrival {
            person,
            role: SeatRole::Operator,
            origin: Origin::Here,
            right: Right::Own,
        };
        let seen = (Veil::Open, Vec::new());
        guests.come(SeatId(1), arrival, Want::Live, line, seen);
        for number in 0..FACTS as u32 + 10 {
            guests.show(Fact::AgentGone(AgentId(number)));
        }
        let mut read = 0;
        while let Ok(told) = facts.try_recv() {
            assert!(!matches!(told, Told::Snapshot(_, Freshness::Again)));
            read += 1;
        }
        assert_eq!(read, FACTS);
        let seat = guests.caught_up().await;
        guests.refresh(seat, vec![Fact::AgentGone(AgentId(7))]);
        guests.show(Fact::AgentGone(AgentId(8)));
        assert!(
            matches!(facts.try_recv(), Ok(Told::Snapshot(all, Freshness::Again)) if all.len() == 1)
        );
        assert!(matches!(facts.try_recv(), Ok(Told::Fact(_))));
    }
}
