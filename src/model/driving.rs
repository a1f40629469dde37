//! Who drives: at most one seat. It is taken by acting where nobody has it, handed over, or asked for; a driver
//! who does nothing for a while, or leaves, gives way. Reading only; what changes is in `update/drive`.

use super::{Room, Seat, SeatId, Time};

/// Who drives, and who asked to. True while one server runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wheel {
    /// Who drives.
    pub driver: Option<Driver>,
    /// Who asked for it, first who asked first. At most one line a seat.
    pub asks: Vec<SeatId>,
}

/// Who drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Driver {
    /// Where they sit.
    pub seat: SeatId,
    /// When they last did something; none where they have it only because nobody else was there.
    pub acted: Option<Time>,
}

impl Wheel {
    /// See [`Room::clock_set`].
    pub(super) fn clock_set(&mut self, by: i64) {
        if let Some(driver) = &mut self.driver {
            driver.acted = driver.acted.map(|at| at.set_by(by));
        }
    }
}

/// Who stands between a seat and driving.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grip<'a> {
    /// It drives already.
    Own,
    /// Nobody: it may drive at once.
    Free,
    /// This driver, who is at work.
    Theirs(&'a Seat),
}

impl Room {
    /// The seat that drives.
    pub fn driver(&self) -> Option<SeatId> {
        self.passing.wheel.driver.map(|driver| driver.seat)
    }

    /// Whether keys of this seat reach an agent, or a sentence that says why not. A visit's do.
    ///
    /// # Errors
    /// Where somebody else drives.
    pub fn reaches(&self, seat: SeatId) -> Result<(), String> {
        let own = self.driver() == Some(seat) || self.passing.visits.contains(&seat);
        match own {
            true => Ok(()),
            false => Err(self.others_drive(seat)),
        }
    }

    /// Why a seat cannot do what only the driver may.
    pub(super) fn others_drive(&self, seat: SeatId) -> String {
        let driver = self.driver().filter(|driver| *driver != seat);
        match driver.and_then(|driver| self.seats.get(&driver)) {
            Some(driver) => format!(
                "{} drives, so this was not done; ask for the driving (`:drive`); cards you may decide",
                driver.person.name
            ),
            None => "you do not drive, so this was not done; try again".to_owned(),
        }
    }

    /// Who stands between this seat and driving. A person's own other window does not.
    pub(super) fn grip(&self, seat: SeatId, now: Time) -> Grip<'_> {
        let Some(driver) = self.passing.wheel.driver else {
            return Grip::Free;
        };
        if driver.seat == seat {
            return Grip::Own;
        }
        let person = |seat: &SeatId| self.seats.get(seat).map(|seat| &seat.person);
        let same = person(&seat) == person(&driver.seat);
        match self.seats.get(&driver.seat) {
            Some(theirs) if !same && self.idle_at(driver).is_some_and(|at| now < at) => {
                Grip::Theirs(theirs)
            }
            Some(_) | None => Grip::Free,
        }
    }

    /// When somebody who asked gets it, because the driver does nothing.
    pub(super) fn gives_way_at(&self) -> Option<Time> {
        let wheel = &self.passing.wheel;
        let driver = wheel.driver.filter(|_| !wheel.asks.is_empty())?;
        Some(self.idle_at(driver).unwrap_or(Time(0)))
    }

    /// When a driver counts as idle; none where they are so from the start.
    fn idle_at(&self, driver: Driver) -> Option<Time> {
        let limit = self.settings.limits.driver_idle_ms;
        driver.acted.map(|at| Time(at.0.saturating_add(limit)))
    }
}
