//! People coming, going, looking and typing.

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Answer, Arrival, Card, Effect, Fact, Happening, Person, Seat, SeatId, SeatRole,
    Sitting, Time, revoked,
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
            looks_at: None,
        };
        self.forget_screen(id);
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
        self.record(Actor::Person(seat.person), Happening::Left);
        self.show(Fact::SeatGone(id));
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

    pub(super) fn looks_at(&mut self, seat: SeatId, pane: Option<AgentId>) {
        let known = pane.filter(|pane| self.room.book.agents.contains_key(pane));
        let Some(seat) = self.room.seats.get_mut(&seat) else {
            return;
        };
        if seat.looks_at != known {
            seat.looks_at = known;
            if self.room.passing.visits.contains(&seat.id) {
                return;
            }
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
        let mut moved = Vec::new();
        for seat in self.room.seats.values_mut() {
            if seat.looks_at == Some(agent) {
                seat.looks_at = None;
                if self.room.passing.visits.contains(&seat.id) {
                    continue;
                }
                moved.push(Fact::Seat(seat.clone()));
            }
        }
        for fact in moved {
            self.show(fact);
        }
        self.room.passing.typed.retain(|(_, of), _| *of != agent);
    }

    fn forget_screen(&mut self, seat: SeatId) {
        self.room.shown.retain(|(of, _), _| *of != seat);
        self.room.passing.typed.retain(|(of, _), _| *of != seat);
    }
}
