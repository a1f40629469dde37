//! What a screen says, over time: idle, or no longer working, is not believed at once.
//!
//! Programs repaint in pieces, and between two steps of a turn, or before the first, their working line is
//! not there for a moment. What needs a person is told at once. Time is an argument; it sets no timer.

use super::Reading;
use crate::model::{State, Time};

/// So long a screen must say idle, or nothing after working, before that is told, in milliseconds.
pub const LINGERS: u64 = 700;

/// The readings of one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steady {
    told: Option<Reading>,
    /// Since when a reading is held back.
    since: Option<Time>,
}

impl Steady {
    /// Takes a reading. Where it is held back: when the screen should be read again, if nothing
    /// happens on it before.
    pub fn take(&mut self, reading: Reading, now: Time) -> Option<Time> {
        let before = self.told.as_ref().map(|told| &told.state);
        if !is_doubtful(before, &reading.state) {
            self.told = Some(reading);
            self.since = None;
            return None;
        }
        let since = self.since.unwrap_or(now).min(now);
        if now.since(since) >= LINGERS {
            self.told = Some(reading);
            self.since = None;
            return None;
        }
        if before != Some(&State::Working) {
            self.told = Some(Reading {
                state: State::Unknown,
                because: format!("not for long yet: {}", reading.because),
                dialog: None,
            });
        }
        self.since = Some(since);
        Some(Time(since.0.saturating_add(LINGERS)))
    }

    /// What holds now; `None` before the first reading.
    pub fn told(&self) -> Option<&Reading> {
        self.told.as_ref()
    }
}

/// Whether this, after that, may be no more than a moment between two paints.
fn is_doubtful(before: Option<&State>, next: &State) -> bool {
    match next {
        State::Idle => before != Some(&State::Idle),
        State::Unknown => before == Some(&State::Working),
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
    fn a_dialog_is_told_at_once_and_is_over_at_once() {
        let mut steady = Steady::default();
        steady.take(reading(State::Working), Time(0));
        assert_eq!(steady.take(reading(State::Waiting), Time(1)), None);
        assert_eq!(told(&steady), &State::Waiting);
        assert_eq!(steady.take(reading(State::Idle), Time(2)), Some(Time(702)));
        assert_eq!(told(&steady), &State::Unknown, "idle is not sure yet");
        steady.take(reading(State::Working), Time(3));
        assert_eq!(told(&steady), &State::Working);
    }

    #[test]
    fn a_prompt_that_is_seen_first_is_idle_only_once_it_stays() {
        let mut steady = Steady::default();
        let again = steady.take(reading(State::Idle), Time(0)).unwrap();
        assert_eq!(told(&steady), &State::Unknown);
        assert_eq!(steady.take(reading(State::Idle), again), None);
        assert_eq!(told(&steady), &State::Idle);
        assert_eq!(steady.take(reading(State::Idle), Time(9_000)), None);
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
