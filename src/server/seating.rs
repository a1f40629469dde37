//! Seats, as the hub keeps them: who has one, and what the guests are told of driving.

use crate::model::{Event, SeatId, Sitting, Wish};

use super::hub::Hub;
use super::veil::{self, Veil};

impl Hub {
    /// Somebody does something that the room hears of.
    pub(super) fn heard_of(&mut self, seat: SeatId, event: Event) {
        self.seat(seat);
        self.update(event);
    }

    /// Whoever does something has a seat; one who only came to ask gets it now.
    pub(super) fn seat(&mut self, seat: SeatId) {
        if let Some(arrival) = self.guests.take_seat(seat) {
            self.update(Event::SeatTaken {
                seat,
                arrival,
                sitting: Sitting::Visits,
            });
        }
    }

    /// Gives somebody who was behind all that is true now.
    pub(super) fn refresh(&mut self, seat: SeatId) {
        let veil = self.guests.veil(seat).unwrap_or_default();
        let snapshot = self.snapshot_for(&veil);
        self.guests.refresh(seat, snapshot);
    }

    /// Whether somebody sees what they want something done with.
    pub(super) fn sees(&self, seat: SeatId, wish: &Wish) -> Result<(), String> {
        match self.guests.veil(seat).as_ref().and_then(Veil::curtain) {
            Some(curtain) => veil::refuses(curtain, wish),
            None => Ok(()),
        }
    }

    /// Another seat drives: guests know before they pass another key on.
    pub(super) fn publish_driver(&self) {
        let driver = self.room.driver();
        self.driver
            .send_if_modified(|known| std::mem::replace(known, driver) != driver);
    }
}
