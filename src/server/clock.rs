//! The time, for those who must not read a clock themselves.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::model::Time;

/// A smaller step of the wall clock is not worth a word, in ms.
const STEP: i64 = 100;

/// Notices when the wall clock was set, or stood while the machine slept.
#[derive(Debug)]
pub struct Watch {
    wall: Time,
    steady: Instant,
}

impl Watch {
    /// Begins to look.
    pub fn start() -> Self {
        Self {
            wall: now(),
            steady: Instant::now(),
        }
    }

    /// The time now, and by how many ms the clock was set since the last look.
    pub fn look(&mut self) -> (Time, Option<i64>) {
        let (wall, steady) = (now(), Instant::now());
        let passed = i64::try_from((steady - self.steady).as_millis()).unwrap_or(i64::MAX);
        let shown = wall.0 as i64 - self.wall.0 as i64;
        *self = Self { wall, steady };
        let by = shown.saturating_sub(passed);
        (wall, (by.abs() >= STEP).then_some(by))
    }
}

/// Milliseconds since 1970.
pub fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The moment at which the wall clock will show this time; at once where that is past.
pub fn instant_of(time: Time) -> Instant {
    // Not further than a day: the wall clock may be set meanwhile.
    let ahead = time.since(now()).min(24 * 60 * 60 * 1_000);
    Instant::now() + Duration::from_millis(ahead)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_noticed_and_one_that_runs_is_not() {
        let mut watch = Watch::start();
        assert_eq!(watch.look().1, None);
        watch.wall = Time(watch.wall.0 - 60_000);
        let by = watch.look().1.unwrap();
        assert!((60_000..61_000).contains(&by), "{by}");
        watch.wall = Time(watch.wall.0 + 3_600_000);
        let by = watch.look().1.unwrap();
        assert!((-3_600_000..-3_599_000).contains(&by), "{by}");
        assert_eq!(watch.look().1, None);
    }
}
