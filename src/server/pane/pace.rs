//! How often a terminal is read: as it writes, while a person types there or much comes; with the beats that all
//! panes share, where little comes, so that sixteen panes wake the server a dozen times a second and not once a line; and not at all while nothing comes. Says when; reads nothing.

use std::time::Duration;

use tokio::time::Instant;

use super::super::attention::Tempo;

/// How often a terminal is read of which little comes.
const SLOW: Tempo = Tempo::EveryOther;

/// Less than this between two slow beats is little: the kernel keeps at least as much.
const LITTLE: usize = 4 * 1024;

/// More than this between two slow beats is a flood.
const FLOOD: usize = 512 * 1024;

/// After so many slow beats without anything the terminal says itself when there is something.
const PATIENCE: u8 = 4;

/// How much came of late.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The slow beat that ends the time that is counted.
    until: Option<Instant>,
    /// What came before that time, and in it.
    before: usize,
    now: usize,
    /// Beats at which nothing had come.
    idle: u8,
}

/// Until when a terminal is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Somebody types to another agent, and much comes here.
    Elsewhere(Instant),
    /// Little comes: it is read with the beats.
    Beat(Instant),
}

impl Rest {
    /// When it ends.
    pub fn until(self) -> Instant {
        match self {
            Rest::Elsewhere(until) | Rest::Beat(until) => until,
        }
    }
}

impl Pace {
    /// Whether so much comes that taking it in holds the program up.
    pub fn floods(&self) -> bool {
        self.before.max(self.now) >= FLOOD
    }

    /// Which beats it is shown and read by rules with.
    pub fn tempo(&self) -> Tempo {
        match self.before.max(self.now) < LITTLE {
            true => SLOW,
            false => Tempo::Each,
        }
    }

    /// So many bytes were read. Gives the beat at which it is time to read again, where little comes; `next` is the
    /// first slow one ahead.
    pub fn read(&mut self, bytes: usize, now: Instant, next: Instant) -> Option<Instant> {
        match self.until {
            Some(until) if now < until => {}
            Some(until) if now < until + SLOW.between() + Duration::from_millis(1) => {
                (self.before, self.now, self.until) = (self.now, 0, Some(next));
            }
            Some(_) | None => (self.before, self.now, self.until) = (0, 0, Some(next)),
        }
        self.now = self.now.saturating_add(bytes);
        self.idle = match bytes {
            0 => self.idle.saturating_add(1),
            _ => 0,
        };
        (self.tempo() == SLOW && self.idle < PATIENCE).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_read_with_the_beats_and_nothing_is_not_read_for_long() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let mut beats = (0..).map(|beat| start + SLOW.between() * beat);
        let mut read = |bytes| {
            let now = beats.next().unwrap_or(start);
            pace.read(bytes, now, now + SLOW.between())
        };
        assert_eq!(read(60), Some(start + SLOW.between()));
        assert_eq!(read(900), Some(start + SLOW.between() * 2));
        for _ in 1..PATIENCE {
            assert!(read(0).is_some());
        }
        assert_eq!(read(0), None);
        assert!(read(60).is_some());
    }

    #[test]
    fn a_flood_never_waits_for_a_beat_even_where_its_pieces_are_small() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let rests: Vec<u32> = (0..400_u32)
            .filter(|ms| {
                let now = start + Duration::from_millis(u64::from(*ms));
                let next = start + SLOW.between() * (ms / 80 + 1);
                pace.read(500, now, next).is_some()
            })
            .collect();
        assert!(rests.iter().all(|ms| *ms < 16), "{rests:?}");
    }
}
