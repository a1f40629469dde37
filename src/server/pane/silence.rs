//! Whether a program has written nothing for long, or nothing new: its clock and spinner turn, and nothing else on its
//! screen changes. One that says it works meanwhile is shown as stuck; nothing is done about it. Time is an argument.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use tokio::time::Instant;

/// After so much silence it is told: programs that work repaint something every second.
pub(super) const LONG: Duration = Duration::from_secs(5 * 60);
/// After so long without anything new on its screen it is told. A tool that runs for long may look like this, too.
pub(super) const STILL: Duration = Duration::from_secs(15 * 60);
/// How often a screen that is written to is compared.
const BETWEEN: Duration = Duration::from_secs(60);

/// Since when a program is silent.
#[derive(Debug)]
pub(super) struct Silence {
    since: Instant,
    told: Told,
    /// The words on its screen, and since when they stand there.
    words: Option<(u64, Instant)>,
    /// When they are compared next; none where nothing was written since the last time.
    looks: Option<Instant>,
    looked: Instant,
}

/// What the room was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Silent,
    Still,
}

/// What is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It has been silent for [`LONG`].
    Silent,
    /// It has written nothing new for [`STILL`].
    Still,
    /// It was told to be silent, and wrote something, or to be still, and wrote something new.
    Wrote,
}

impl Silence {
    /// As if it wrote something now.
    pub fn new(now: Instant) -> Self {
        Self {
            since: now,
            told: Told::Nothing,
            words: None,
            looks: None,
            looked: now,
        }
    }

    /// It wrote something.
    pub fn broken(&mut self, now: Instant) -> Option<News> {
        self.since = now;
        self.looks.get_or_insert(self.looked + BETWEEN);
        if self.told != Told::Silent {
            return None;
        }
        self.told = Told::Nothing;
        Some(News::Wrote)
    }

    /// When it has been silent for long, or its screen is compared. None where neither is to come.
    pub fn due(&self) -> Option<Instant> {
        let silent = (self.told == Told::Nothing).then(|| self.since + LONG);
        [silent, self.looks].into_iter().flatten().min()
    }

    /// Whether it has been silent for long by now; said once.
    pub fn lasts(&mut self, now: Instant) -> Option<News> {
        if self.told != Told::Nothing || now < self.since + LONG {
            return None;
        }
        self.told = Told::Silent;
        Some(News::Silent)
    }

    /// Whether its screen is to be compared now.
    pub fn wants_to_look(&self, now: Instant) -> bool {
        self.looks.is_some_and(|at| at <= now)
    }

    /// Compares what stands there. Says once that nothing is new for long, and that something is new again.
    pub fn look<'r>(&mut self, rows: impl Iterator<Item = &'r str>, now: Instant) -> Option<News> {
        (self.looks, self.looked) = (None, now);
        let digest = words(rows);
        match self.words {
            Some((same, since)) if same == digest => {
                if self.told != Told::Nothing || now < since + STILL {
                    return None;
                }
                self.told = Told::Still;
                Some(News::Still)
            }
            Some(_) | None => {
                self.words = Some((digest, now));
                if self.told != Told::Still {
                    return None;
                }
                self.told = Told::Nothing;
                Some(News::Wrote)
            }
        }
    }
}

/// A digest of the words of a screen, without all that has a digit in it, and all signs.
fn words<'r>(rows: impl Iterator<Item = &'r str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for row in rows {
        let words = row.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| !word.is_empty() && !word.contains(|c: char| c.is_numeric()))
            .for_each(|word| word.hash(&mut hasher));
    }
    hasher.finish()
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
        assert_eq!(silence.look(["x"].into_iter(), almost), None);
        assert_eq!(silence.due(), Some(almost + LONG));
        assert_eq!(silence.lasts(almost + LONG), Some(News::Silent));
        assert_eq!(silence.lasts(almost + LONG * 2), None);
        assert_eq!(silence.due(), None, "nothing wakes for it any more");
        assert_eq!(silence.broken(almost + LONG * 3), Some(News::Wrote));
        assert_eq!(silence.look(["y"].into_iter(), almost + LONG * 3), None);
        assert_eq!(silence.due(), Some(almost + LONG * 4));
    }

    /// A program that writes this many seconds long, every second; what is told of it, and when.
    fn told(seconds: u64, row: impl Fn(u64) -> String) -> Vec<(u64, News)> {
        let start = Instant::now();
        let mut silence = Silence::new(start);
        let mut told = Vec::new();
        for second in 0..seconds {
            let now = start + Duration::from_secs(second);
            told.extend(silence.broken(now).map(|news| (second, news)));
            if silence.wants_to_look(now) {
                let row = row(second);
                let rows = ["done with the tests", row.as_str()];
                let news = silence.look(rows.into_iter(), now);
                told.extend(news.map(|news| (second, news)));
            }
            told.extend(silence.lasts(now).map(|news| (second, news)));
        }
        told
    }

    #[test]
    fn a_clock_and_a_spinner_alone_are_nothing_new() {
        let row = |second: u64| {
            let spinner = ["✻", "✽", "⠋"][usize::try_from(second % 3).unwrap_or(0)];
            let (m, s) = (second / 60, second % 60);
            format!("{spinner} Thinking… ({m}m {s}s · ↓ {second}.1k tokens · esc to interrupt)")
        };
        assert_eq!(told(3_600, row), [(60 + 15 * 60, News::Still)]);
    }

    #[test]
    fn a_new_word_ends_it_within_a_minute_and_comes_in_time_where_it_does_not_last() {
        let row = |second: u64| {
            if second < 1_200 {
                "a".to_owned()
            } else {
                "b".to_owned()
            }
        };
        assert_eq!(told(1_500, row), [(960, News::Still), (1_200, News::Wrote)]);
        let row = |second: u64| {
            if second < 700 {
                "a".to_owned()
            } else {
                "b".to_owned()
            }
        };
        assert_eq!(told(1_500, row), []);
    }
}
