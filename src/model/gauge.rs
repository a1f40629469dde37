//! What is measured of a track: what a gauge's command said, and what it said before.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BriefId, GaugeShape, Reads, Time, Track, words};

/// So many readings of a gauge are kept, of its timer and of its gates each; the oldest goes.
pub const READINGS_KEPT: usize = 120;
/// So many gauges are remembered; the one that was measured longest ago goes.
pub(super) const GAUGES_KEPT: usize = 400;
/// A reading that differs from the last one of its timer is written no sooner after it, in ms; until then it is only shown.
const OTHER_MS: u64 = 60_000;
/// One that says the same is written no sooner after it, in ms.
const SAME_MS: u64 = 600_000;
/// The longest reason why there is no value, in bytes.
const REASON_LONGEST: usize = 200;
/// The most digits in front of a figure's point.
const DIGITS: usize = 12;

/// Which gauge.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GaugeId {
    /// Its track.
    pub track: Track,
    /// What people call it.
    pub name: String,
}

/// A number with three places at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Figure {
    /// Its thousandths.
    pub thousandths: i64,
}

/// What a gauge said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A number.
    Number(Figure),
    /// Exit code 0, of one that passes or fails.
    Passed,
    /// Another exit code, of one that passes or fails.
    Failed(i32),
    /// Nothing that can be read, and why.
    Unread(String),
}

/// What it said, and when first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// When.
    pub at: Time,
    /// What.
    pub found: Found,
    /// At whose gate; none where its timer had it measured.
    pub brief: Option<BriefId>,
}

/// What a gauge said so far, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// In its track's folder, by its timer.
    pub timed: VecDeque<Reading>,
    /// Where a brief was worked on, at its gate.
    pub gated: VecDeque<Reading>,
}

/// A gauge as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gauge {
    /// Which.
    pub id: GaugeId,
    /// What it said, oldest first, [`READINGS_KEPT`] and one at most.
    pub readings: Vec<Reading>,
}

/// A gauge on a gate's card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GaugeRun {
    /// What people call it.
    pub name: String,
    /// What it says of this work.
    pub found: Found,
    /// What it said at the gate before, of whichever brief.
    pub before: Option<Found>,
}

/// A gauge that is to be measured now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaugeOrder {
    /// Which.
    pub id: GaugeId,
    /// How.
    pub shape: GaugeShape,
    /// Where, from the room's folder.
    pub folder: String,
}

/// A gauge that a gate measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateGauge {
    /// How.
    pub shape: GaugeShape,
    /// What it said at the gate before.
    pub before: Option<Found>,
}

/// Which way a value went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Up.
    Up,
    /// Down.
    Down,
    /// It is the same.
    Level,
}

impl Figure {
    /// Reads a line that is a number and nothing else: a sign, digits, a point and digits; a percent sign may follow.
    /// What is beyond the thousandths is left out.
    pub fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        let line = line.strip_suffix('%').map_or(line, str::trim_end);
        let (negative, digits) = match line.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, line.strip_prefix('+').unwrap_or(line)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(part) || whole.len() > DIGITS {
            return None;
        }
        let part: String = part.chars().chain("000".chars()).take(3).collect();
        let whole = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
        let size = whole.checked_add(part.parse().ok()?)?;
        let thousandths = if negative { -size } else { size };
        Some(Self { thousandths })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let size = self.thousandths.unsigned_abs();
        write!(f, "{sign}{}", size / 1_000)?;
        match size % 1_000 {
            0 => Ok(()),
            part => write!(f, ".{}", format!("{part:03}").trim_end_matches('0')),
        }
    }
}

impl Found {
    /// What a command that ended by itself said: its exit code, and the end of what it printed.
    pub fn of(reads: Reads, code: i32, printed: &str) -> Self {
        match (reads, code) {
            (Reads::Pass, 0) => Found::Passed,
            (Reads::Pass, code) => Found::Failed(code),
            (Reads::Number, 0) => Self::number(printed),
            (Reads::Number, code) => {
                Self::unread(format!("failed (exit code {code}){}", last(printed)))
            }
        }
    }

    fn number(printed: &str) -> Self {
        match last_line(printed) {
            None => Self::unread("it printed nothing".to_owned()),
            Some(line) => Figure::read(line).map_or_else(
                || Self::unread(format!("its last line is no number{}", last(printed))),
                Found::Number,
            ),
        }
    }

    /// Nothing that can be read, and why.
    pub fn unread(why: String) -> Self {
        Found::Unread(words::cut(&why, REASON_LONGEST).to_owned())
    }

    /// For people: `42`, `passed`, `failed (exit code 1)`, or why there is none.
    pub fn sentence(&self) -> String {
        match self {
            Found::Number(figure) => figure.to_string(),
            Found::Passed => "passed".to_owned(),
            Found::Failed(code) => format!("failed (exit code {code})"),
            Found::Unread(why) => format!("no value: {why}"),
        }
    }

    /// Which way it went since another reading; none where they cannot be compared.
    pub fn trend(&self, before: &Found) -> Option<Trend> {
        let (now, then) = match (self, before) {
            (Found::Number(now), Found::Number(then)) => (now.thousandths, then.thousandths),
            (Found::Passed | Found::Failed(_), Found::Passed | Found::Failed(_)) => (
                i64::from(*self == Found::Passed),
                i64::from(*before == Found::Passed),
            ),
            (Found::Number(_) | Found::Passed | Found::Failed(_) | Found::Unread(_), _) => {
                return None;
            }
        };
        Some(match now.cmp(&then) {
            std::cmp::Ordering::Greater => Trend::Up,
            std::cmp::Ordering::Less => Trend::Down,
            std::cmp::Ordering::Equal => Trend::Level,
        })
    }

    /// By how much a number changed.
    pub fn change(&self, before: &Found) -> Option<Figure> {
        match (self, before) {
            (Found::Number(now), Found::Number(then)) => Some(Figure {
                thousandths: now.thousandths.saturating_sub(then.thousandths),
            }),
            (Found::Number(_) | Found::Passed | Found::Failed(_) | Found::Unread(_), _) => None,
        }
    }
}

impl Readings {
    pub(super) fn add(&mut self, reading: Reading) {
        let kept = match reading.brief {
            Some(_) => &mut self.gated,
            None => &mut self.timed,
        };
        kept.push_back(reading);
        if kept.len() > READINGS_KEPT {
            kept.pop_front();
        }
    }

    /// When it was measured last, as far as that was written.
    pub(super) fn newest(&self) -> Time {
        let last = [self.timed.back(), self.gated.back()];
        let times = last.into_iter().flatten().map(|reading| reading.at);
        times.max().unwrap_or_default()
    }

    /// Whether what its timer found now is to be written.
    pub(super) fn is_worth_a_line(&self, found: &Found, now: Time) -> bool {
        self.timed.back().is_none_or(|last| {
            let wait = if &last.found == found {
                SAME_MS
            } else {
                OTHER_MS
            };
            now.since(last.at) >= wait
        })
    }
}

impl Gauge {
    /// What it says now.
    pub fn last(&self) -> Option<&Reading> {
        self.readings.last()
    }

    /// Which way its last value went, against the value before.
    pub fn trend(&self) -> Option<Trend> {
        let (last, before) = self.readings.split_last()?;
        last.found.trend(&before.last()?.found)
    }
}

fn last_line(printed: &str) -> Option<&str> {
    let mut lines = printed.lines().map(str::trim);
    lines.rfind(|line| !line.is_empty())
}

fn last(printed: &str) -> String {
    last_line(printed).map_or_else(String::new, |line| format!(": {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<String> {
        Figure::read(line).map(|figure| figure.to_string())
    }

    #[test]
    fn a_figure_is_a_whole_line() {
        for (line, figure) in [
            ("42", "42"),
            (" 87.5 % ", "87.5"),
            ("-0.250", "-0.25"),
            ("+3", "3"),
            ("0.0009", "0"),
            ("999999999999", "999999999999"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(figure), "{line}");
        }
        for line in [
            "",
            "-",
            "4 2",
            "1e9",
            "0x10",
            "1,234",
            ".5",
            "5.",
            "nan",
            "٣",
            "1234567890123",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }

    #[test]
    fn what_went_wrong_is_never_a_value() {
        let number = |code, text| Found::of(Reads::Number, code, text).sentence();
        assert_eq!(number(0, "building\n12\n\n"), "12");
        assert_eq!(number(1, "12\n"), "no value: failed (exit code 1): 12");
        assert_eq!(
            number(0, "12 passed\n"),
            "no value: its last line is no number: 12 passed"
        );
        assert_eq!(number(0, " \n"), "no value: it printed nothing");
        assert_eq!(Found::of(Reads::Pass, 0, "7"), Found::Passed);
        assert_eq!(Found::of(Reads::Pass, 3, ""), Found::Failed(3));
        assert!(number(0, &"x".repeat(9_000)).len() < 250);
    }

    #[test]
    fn a_trend_compares_like_with_like() {
        let number = |thousandths| Found::Number(Figure { thousandths });
        assert_eq!(number(2).trend(&number(1)), Some(Trend::Up));
        assert_eq!(number(-2).trend(&number(1)), Some(Trend::Down));
        assert_eq!(Found::Failed(1).trend(&Found::Passed), Some(Trend::Down));
        assert_eq!(
            Found::Failed(1).trend(&Found::Failed(2)),
            Some(Trend::Level)
        );
        assert_eq!(number(1).trend(&Found::Passed), None);
        assert_eq!(Found::unread("x".into()).trend(&number(1)), None);
    }

    #[test]
    fn a_timer_that_says_the_same_is_written_seldom() {
        let mut kept = Readings::default();
        let found = |thousandths| Found::Number(Figure { thousandths });
        assert!(kept.is_worth_a_line(&found(1), Time(0)));
        kept.add(Reading {
            at: Time(0),
            found: found(1),
            brief: None,
        });
        assert!(!kept.is_worth_a_line(&found(1), Time(SAME_MS - 1)));
        assert!(kept.is_worth_a_line(&found(1), Time(SAME_MS)));
        assert!(!kept.is_worth_a_line(&found(2), Time(OTHER_MS - 1)));
        assert!(kept.is_worth_a_line(&found(2), Time(OTHER_MS)));
    }
}
