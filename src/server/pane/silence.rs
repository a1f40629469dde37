//! Whether a program has written nothing for long. One that says it works and writes nothing is shown as stuck;
//! nothing is done about it. Time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// After so much silence it is told: programs that work repaint something every second.
pub(super) const LONG: Duration = Duration::from_secs(5 * 60);

/// Since when a program is silent.
#[derive(Debug)]
pub(super) struct Silence {
    since: Instant,
    told: Told,
}

/// What the room was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Silent,
}

/// What is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It has been silent for [`LONG`].
    Silent,
    /// It was told to be silent, and wrote something.
    Wrote,
}

impl Silence {
    /// As if it wrote something now.
    pub fn new(now: Instant) -> Self {
        Self {
            since: now,
            told: Told::Nothing,
        }
    }

    /// It wrote something.
    pub fn broken(&mut self, now: Instant) -> Option<News> {
        self.since = now;
        let told = std::mem::replace(&mut self.told, Told::Nothing);
        (told == Told::Silent).then_some(News::Wrote)
    }

    /// When it has been silent for long. None once that is told.
    pub fn due(&self) -> Option<Instant> {
        (self.told == Told::Nothing).then(|| self.since + LONG)
    }

    /// Whether it has been silent for long by now; said once.
    pub fn lasts(&mut self, now: Instant) -> Option<News> {
        self.due().filter(|due| *due <= now)?;
        self.told = Told::Silent;
        Some(News::Silent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_of_silence_are_told_once_and_so_is_their_end() {
        let start = Instant::now();
        let mut silence = Silence::new(start);
        let almost = start + LONG - Duration::from_millis(1);
        assert_eq!(silence.lasts(almost), None);
        assert_eq!(silence.broken(almost), None, "nothing was told");
        assert_eq!(silence.due(), Some(almost + LONG));
        assert_eq!(silence.lasts(almost + LONG), Some(News::Silent));
        assert_eq!(silence.lasts(almost + LONG * 2), None);
        assert_eq!(silence.due(), None, "nothing wakes for it any more");
        assert_eq!(silence.broken(almost + LONG * 3), Some(News::Wrote));
        assert_eq!(silence.due(), Some(almost + LONG * 4));
    }
}
