//! People coming, going, looking and typing.

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, Arrival, Card, Effect, Fact, Gaze, Happening, Part, Person, Seat,
    SeatId, SeatRole, Sitting, Time, revoked,
};

/// A person who typed into a pane less than this ago (ms) is still the same line of the journal.
const TYPED_AGAIN_MS: u64 = 60_000;

/// The longest name of a person, in bytes.
const LONGEST_NAME: usize = 64;

impl Turn<'_> {
    pub(super) fn seat_taken(&mut self, id: SeatId, arrival: Arrival, sitting: Sitting) {
        let Arrival { person, role, .. } = arrival;
        let seat = Seat {
            id,
            person: person.clone(),
            role,
            origin: arrival.origin,
            since: self.now,
            part: Part::Rides,
            looks_at: Gaze::default(),
            follows: None,
        };
        self.forget_screen(id);
        self.sits_anew(id);
        let known = self.room.seats.insert(id, seat.clone()).is_some();
        let shown = known && !self.room.passing.visits.contains(&id);
        match sitting {
            Sitting::Visits if !shown => {
                self.room.passing.visits.insert(id);
            }
            Sitting::Visits | Sitting::Stays => {
                self.room.passing.visits.remove(&id);
                self.record(Actor::Person(person), Happening::Joined { role });
                self.show(Fact::Seat(seat));
                self.first_at_the_wheel(id);
            }
        }
    }

    pub(super) fn seat_left(&mut self, id: SeatId) {
        let Some(seat) = self.room.seats.remove(&id) else {
            return;
        };
        self.forget_screen(id);
        if self.room.passing.visits.remove(&id) {
            return;
        }
        self.record(Actor::Person(seat.person.clone()), Happening::Left);
        self.show(Fact::SeatGone(id));
        self.unfollowed(id);
        self.lets_go(&seat);
    }

    /// The line is on disk before anybody is sent away.
    pub(super) fn revoke(&mut self, by: Actor, name: String) -> Checked<Answer> {
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(format!("a name has 1 to {LONGEST_NAME} characters"));
        }
        self.record(by, Happening::Revoked { name: name.clone() });
        let why = revoked::sentence();
        self.out.push(Effect::SendAway { name, why });
        Ok(Answer::Done)
    }

    /// A card that stays keeps the time at which it came.
    pub(super) fn shown(&mut self, seat: SeatId, cards: Vec<Card>) {
        if !self.room.seats.contains_key(&seat) {
            return;
        }
        let before: Vec<(Card, Time)> = self
            .room
            .shown
            .iter()
            .filter(|((of, _), _)| *of == seat)
            .map(|((_, card), since)| (card.clone(), *since))
            .collect();
        self.room.shown.retain(|(of, _), _| *of != seat);
        for card in cards {
            let request = self.room.book.requests.get(&card.request);
            if request.is_none_or(|request| request.digest != card.digest) {
                continue;
            }
            let stood = before.iter().find(|(was, _)| *was == card);
            let since = stood.map_or(self.now, |(_, since)| *since);
            self.room.shown.insert((seat, card), since);
        }
    }

    /// What is not there cannot be looked at. Whoever looks around is not idle.
    pub(super) fn looks_at(&mut self, id: SeatId, gaze: Gaze) {
        let book = &self.room.book;
        let gaze = Gaze {
            pane: gaze.pane.filter(|pane| book.agents.contains_key(pane)),
            card: gaze.card.filter(|card| book.requests.contains_key(card)),
            ..gaze
        };
        let Some(seat) = self.room.seats.get_mut(&id) else {
            return;
        };
        if seat.looks_at == gaze {
            return;
        }
        let before = std::mem::replace(&mut seat.looks_at, gaze);
        // What a card or another's view brings along is nothing that this person did.
        let moved = (before.pane, before.width, before.line) != (gaze.pane, gaze.width, gaze.line);
        if moved && before.pane.is_some() && seat.follows.is_none() {
            self.acted(id);
        }
        self.show_seat(id);
    }

    /// A view goes along with another's. Only somebody else's who is here can be followed.
    pub(super) fn follows(&mut self, id: SeatId, whom: Option<SeatId>) {
        let shown = |seat: &SeatId| {
            self.room.seats.contains_key(seat) && !self.room.passing.visits.contains(seat)
        };
        let whom = whom.filter(|whom| *whom != id && shown(whom));
        let Some(seat) = self.room.seats.get_mut(&id) else {
            return;
        };
        if seat.follows != whom {
            seat.follows = whom;
            self.show_seat(id);
        }
    }

    /// Nobody follows who is gone.
    fn unfollowed(&mut self, gone: SeatId) {
        let followers = self.room.seats.values();
        let followers: Vec<SeatId> = followers
            .filter(|seat| seat.follows == Some(gone))
            .map(|seat| seat.id)
            .collect();
        for follower in followers {
            self.follows(follower, None);
        }
    }

    /// Tells everybody what a seat does now. Of one that is taken for a wish nobody is told.
    pub(super) fn show_seat(&mut self, id: SeatId) {
        if self.room.passing.visits.contains(&id) {
            return;
        }
        if let Some(seat) = self.room.seats.get(&id) {
            let fact = Fact::Seat(seat.clone());
            self.show(fact);
        }
    }

    /// Every key puts the next message to that agent off; only the first of a while is a line.
    pub(super) fn typed(&mut self, seat: SeatId, agent: AgentId) {
        let Some(person) = self.operator(seat) else {
            return;
        };
        if self.room.living_agent(agent).is_err() {
            return;
        }
        self.acted(seat);
        let last = self.room.passing.typed.insert((seat, agent), self.now);
        if last.is_none_or(|last| self.now.since(last) >= TYPED_AGAIN_MS) {
            self.record(Actor::Person(person), Happening::Typed { agent });
        }
    }

    /// The person at a seat, where they may change something.
    pub(super) fn operator(&self, seat: SeatId) -> Option<Person> {
        let seat = self.room.seats.get(&seat)?;
        match seat.role {
            SeatRole::Operator => Some(seat.person.clone()),
            SeatRole::Observer => None,
        }
    }

    /// Nobody looks at a cleared tile.
    pub(super) fn look_away(&mut self, agent: AgentId) {
        let lookers: Vec<SeatId> = self
            .room
            .seats
            .values_mut()
            .filter(|seat| seat.looks_at.pane == Some(agent))
            .map(|seat| {
                seat.looks_at.pane = None;
                seat.looks_at.line = None;
                seat.id
            })
            .collect();
        for seat in lookers {
            self.show_seat(seat);
        }
        self.room.passing.typed.retain(|(_, of), _| *of != agent);
    }

    fn forget_screen(&mut self, seat: SeatId) {
        self.room.shown.retain(|(of, _), _| *of != seat);
        self.room.passing.typed.retain(|(of, _), _| *of != seat);
    }
}
