//! Driving: who may, who takes it, who hands it to whom. See `model::driving`.

use super::{Checked, Turn};
use crate::model::driving::{Driver, Grip};
use crate::model::{Actor, Answer, Fact, Happening, Level, Part, Person, Seat, SeatId, SeatRole};

/// What somebody must have to get a wish granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// An operator's seat.
    Nothing,
    /// The driving, too.
    Driving,
}

impl Turn<'_> {
    /// Whether nobody is in the way of a wish. A script's visit never waits for a driver: it has no screen
    /// to be asked on, and whoever started it said exactly what they want.
    pub(super) fn may_want(&self, seat: SeatId, need: Need) -> Checked<()> {
        match need {
            Need::Driving if !self.visits(seat) => self.may_drive(seat),
            Need::Driving | Need::Nothing => Ok(()),
        }
    }

    /// A wish was granted: whoever had it is at work, and drives where it takes that.
    pub(super) fn wanted_and_got(&mut self, seat: SeatId, need: Need) {
        match need {
            Need::Driving if !self.visits(seat) => self.take_the_wheel(seat),
            Need::Driving | Need::Nothing => self.acted(seat),
        }
    }

    /// Keys are about to reach an agent.
    pub(super) fn reaches(&mut self, seat: SeatId) {
        if self.operator(seat).is_some() && !self.visits(seat) && self.may_drive(seat).is_ok() {
            self.take_the_wheel(seat);
        }
    }

    /// The driver did something.
    pub(super) fn acted(&mut self, seat: SeatId) {
        if let Some(driver) = &mut self.room.passing.wheel.driver
            && driver.seat == seat
        {
            driver.acted = Some(self.now);
        }
    }

    /// Takes it, or asks whoever has it; a second time, asks no more.
    pub(super) fn drive(&mut self, seat: SeatId) -> Checked<Answer> {
        if self.visits(seat) {
            return Err("a script does not drive; attach to the room first".to_owned());
        }
        match self.room.grip(seat, self.now) {
            Grip::Own => {}
            Grip::Free => self.take_the_wheel(seat),
            Grip::Theirs(_) => {
                let asks = &mut self.room.passing.wheel.asks;
                let part = match asks.iter().position(|one| *one == seat) {
                    Some(at) => {
                        asks.remove(at);
                        Part::Rides
                    }
                    None => {
                        asks.push(seat);
                        Part::Asks
                    }
                };
                self.set_part(seat, part);
            }
        }
        Ok(Answer::Done)
    }

    /// The driver lets another operator drive, or nobody.
    pub(super) fn hand_over(&mut self, seat: SeatId, to: Option<SeatId>) -> Checked<Answer> {
        if self.room.driver() != Some(seat) {
            return Err("you do not drive; take the driving first".to_owned());
        }
        let by = self.operator(seat).map(Actor::Person);
        let Some(to) = to else {
            self.wheel_to(None, by);
            return Ok(Answer::Done);
        };
        if self.visits(to) || self.operator(to).is_none() {
            return Err("that is no operator who sits here; see who is in the room".to_owned());
        }
        self.wheel_to(Some(to), by);
        Ok(Answer::Done)
    }

    /// Whoever comes while no other operator is here has it until another one does something.
    pub(super) fn first_at_the_wheel(&mut self, seat: SeatId) {
        let others = self.operators().filter(|other| other.id != seat).count();
        if others == 0 && self.room.driver().is_none() && self.operator(seat).is_some() {
            self.wheel_to(Some(seat), None);
        }
    }

    /// A seat that is taken anew begins without it.
    pub(super) fn sits_anew(&mut self, seat: SeatId) {
        let wheel = &mut self.room.passing.wheel;
        wheel.asks.retain(|asks| *asks != seat);
        wheel.driver = wheel.driver.filter(|driver| driver.seat != seat);
    }

    /// A seat is empty: who asked first has the driving, or the only operator who is left.
    pub(super) fn lets_go(&mut self, gone: &Seat) {
        let wheel = &mut self.room.passing.wheel;
        wheel.asks.retain(|asks| *asks != gone.id);
        let asks = wheel.asks.first().copied();
        if wheel.driver.is_none_or(|driver| driver.seat != gone.id) {
            return;
        }
        wheel.driver = None;
        let left: Vec<SeatId> = self.operators().map(|seat| seat.id).collect();
        let next = asks.or(match left[..] {
            [only] => Some(only),
            _ => None,
        });
        if let Some(next) = next {
            self.note_driver(next, Some(&gone.person), None);
            self.wheel_to(Some(next), None);
        }
    }

    /// A driver who did nothing for a while gives way to whoever asked first.
    pub(super) fn give_way(&mut self) {
        let Some(first) = self.room.passing.wheel.asks.first().copied() else {
            return;
        };
        if self.room.gives_way_at().is_some_and(|at| at <= self.now) {
            self.wheel_to(Some(first), Some(Actor::Room));
        }
    }

    fn may_drive(&self, seat: SeatId) -> Checked<()> {
        match self.room.grip(seat, self.now) {
            Grip::Own | Grip::Free => Ok(()),
            Grip::Theirs(_) => Err(self.room.others_drive(seat)),
        }
    }

    fn take_the_wheel(&mut self, seat: SeatId) {
        if self.room.driver() != Some(seat) {
            let by = self.operator(seat).map(Actor::Person);
            self.wheel_to(Some(seat), by);
        }
        self.acted(seat);
    }

    /// This seat drives from here on, or nobody. Where that is another person, `by` is who did it.
    fn wheel_to(&mut self, to: Option<SeatId>, by: Option<Actor>) {
        let wheel = &mut self.room.passing.wheel;
        let before = wheel.driver.map(|driver| driver.seat);
        wheel.driver = to.map(|seat| Driver { seat, acted: None });
        wheel.asks.retain(|asks| Some(*asks) != to);
        let person = |seat: SeatId| Some(self.room.seats.get(&seat)?.person.clone());
        let was = before.and_then(person);
        if let Some(before) = before {
            self.set_part(before, Part::Rides);
        }
        if let Some(to) = to {
            self.note_driver(to, was.as_ref(), by);
            self.set_part(to, Part::Drives);
        }
    }

    /// Another person drives: a line of the journal, and a sentence for everybody.
    fn note_driver(&mut self, to: SeatId, before: Option<&Person>, by: Option<Actor>) {
        let driver = self.room.seats.get(&to).map(|seat| seat.person.clone());
        let (Some(driver), Some(before)) = (driver, before) else {
            return;
        };
        if driver == *before {
            return;
        }
        let text = format!("{} drives now", driver.name);
        let before = before.clone();
        let by = by.unwrap_or(Actor::Room);
        self.record(by, Happening::Drove { driver, before });
        self.notice(Level::Note, text);
    }

    fn set_part(&mut self, seat: SeatId, part: Part) {
        if let Some(seat) = self.room.seats.get_mut(&seat) {
            seat.part = part;
            let fact = Fact::Seat(seat.clone());
            self.show(fact);
        }
    }

    fn visits(&self, seat: SeatId) -> bool {
        self.room.passing.visits.contains(&seat)
    }

    fn operators(&self) -> impl Iterator<Item = &Seat> {
        let sits = |seat: &&Seat| {
            seat.role == SeatRole::Operator && !self.room.passing.visits.contains(&seat.id)
        };
        self.room.seats.values().filter(sits)
    }
}
