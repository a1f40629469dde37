//! What a screen says, over time: a working agent that stops saying so is not believed at once.
//!
//! Programs repaint in pieces, and between two steps of a turn their working line is gone for a moment.
//! What needs a person is told at once. Time is an argument; it sets no timer.

use super::Reading;
use crate::model::{State, Time};

/// So long a screen that said working is taken to be working still, in milliseconds.
pub const LINGERS: u64 = 700;

/// The readings of one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steady {
    told: Option<Reading>,
    /// Since when the screen no longer says what was told.
    left: Option<Time>,
}

impl Steady {
    /// Takes a reading. Where it is held back: when the screen should be read again, if nothing
    /// happens on it before.
    pub fn take(&mut self, reading: Reading, now: Time) -> Option<Time> {
        let was_working = self
            .told
            .as_ref()
            .is_some_and(|told| told.state == State::Working);
        if was_working && ends_softly(&reading.state) {
            let left = self.left.unwrap_or(now).min(now);
            if now.since(left) < LINGERS {
                self.left = Some(left);
                return Some(Time(left.0.saturating_add(LINGERS)));
            }
        }
        self.told = Some(reading);
        self.left = None;
        None
    }

    /// What holds now; `None` before the first reading.
    pub fn told(&self) -> Option<&Reading> {
        self.told.as_ref()
    }
}

/// Whether this, after working, may be no more than a moment between two paints.
fn ends_softly(state: &State) -> bool {
    match state {
        State::Unknown | State::Idle => true,
        State::Starting
        | State::Working
        | State::Waiting
        | State::Stuck
        | State::Limited
        | State::Exited(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn reading(state: State) -> Reading {
        Reading {
            state,
            because: String::new(),
            dialog: None,
        }
    }

    fn told(steady: &Steady) -> &State {
        &steady.told().unwrap().state
    }

    #[test]
    fn a_working_screen_that_stops_saying_so_works_for_a_moment_longer() {
        let mut steady = Steady::default();
        assert_eq!(steady.take(reading(State::Working), Time(1_000)), None);
        let again = steady.take(reading(State::Unknown), Time(1_100));
        assert_eq!(again, Some(Time(1_100 + LINGERS)));
        assert_eq!(told(&steady), &State::Working);
        let again = steady.take(reading(State::Idle), Time(1_500));
        assert_eq!(again, Some(Time(1_100 + LINGERS)), "it left at 1,100");
        assert_eq!(steady.take(reading(State::Idle), again.unwrap()), None);
        assert_eq!(told(&steady), &State::Idle);
    }

    #[test]
    fn working_again_within_the_moment_forgets_that_it_left() {
        let mut steady = Steady::default();
        steady.take(reading(State::Working), Time(0));
        steady.take(reading(State::Idle), Time(10));
        steady.take(reading(State::Working), Time(600));
        steady.take(reading(State::Idle), Time(800));
        assert_eq!(told(&steady), &State::Working);
    }

    #[test]
    fn a_dialog_is_told_at_once_and_so_is_what_follows_it() {
        let mut steady = Steady::default();
        steady.take(reading(State::Working), Time(0));
        assert_eq!(steady.take(reading(State::Waiting), Time(1)), None);
        assert_eq!(told(&steady), &State::Waiting);
        steady.take(reading(State::Idle), Time(2));
        assert_eq!(told(&steady), &State::Idle);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_hold_a_reading_for_ever() {
        let mut steady = Steady::default();
        steady.take(reading(State::Working), Time(9_000));
        steady.take(reading(State::Idle), Time(9_000));
        let again = steady.take(reading(State::Idle), Time(100));
        assert_eq!(again, Some(Time(100 + LINGERS)));
        assert_eq!(steady.take(reading(State::Idle), again.unwrap()), None);
    }
}
