//! What a person is told who takes a seat again: what happened since they left, by the journal.

use tokio::task::spawn_blocking;

use super::clock;
use super::hub::Hub;
use super::post::Told;
use super::veil::Veil;
use crate::folder::journal;
use crate::model::{Person, SeatId, since, was_away};
use crate::wire::ToClient;

/// How much of the journal is read for it, in bytes. Whoever missed more is told the newest.
const LOOKED_BACK: u64 = 4 * 1024 * 1024;

impl Hub {
    /// Tells what happened since this person left, from what the journal holds as they come. Whoever
    /// never left costs nothing.
    pub(super) fn tell_since(&self, seat: SeatId, person: &Person) {
        let left = self.room.book.stays.left(person);
        let Some(left) = left.filter(|left| was_away(left, clock::now())) else {
            return;
        };
        let Some(told) = self.guests.line(seat).map(|line| line.told.clone()) else {
            return;
        };
        let (private, person) = (self.paths.private(), person.clone());
        let veil = self.guests.veil(seat).unwrap_or_default();
        let end = journal::length(&private);
        spawn_blocking(move || {
            let leaving = |entry: &crate::model::Entry| entry.is_leaving_of(&person, &left);
            match journal::back_to(&private, end, LOOKED_BACK, leaving) {
                Ok(entries) => {
                    let since = since(&entries, &person, &left);
                    let seen = since.and_then(|since| match &veil {
                        Veil::Closed => None,
                        Veil::Open => Some(since),
                        Veil::Drawn(curtain) => curtain.missed(since),
                    });
                    if let Some(since) = seen {
                        let _left_out = told.try_send(Told::Message(ToClient::Since(since)));
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "nobody is told what happened since they left");
                }
            }
        });
    }
}
