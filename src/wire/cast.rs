//! One segment of a recording as it is read back: asciicast v2, one event a line, indexed by time and
//! place without decoding what was written. Opens no file.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Time;
use crate::terminal::Size;

/// A marker: the output behind it is the whole picture, made of all that came before.
pub const PICTURE: &str = "picture";

/// A marker: output before it is missing, which the disk refused; the output behind it is the whole picture.
pub const TORN: &str = "torn";

/// A marker: an update that was held back too long was shown as it stood.
pub const SHOWN: &str = "shown";

/// A segment: its bytes, and where its events are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number, from 1.
    pub number: u64,
    /// When it began.
    pub began: Time,
    /// The size of the screen at its beginning.
    pub size: Size,
    bytes: Vec<u8>,
    places: Vec<Spot>,
}

/// A picture of a recording: what was shown once these bytes of it had been played. Written `SEGMENT:BYTE`, with
/// `+BYTES` where it is within an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Still {
    /// The segment.
    pub segment: u64,
    /// Where an event ends in it, in bytes; the next one begins there.
    pub offset: u64,
    /// How many bytes of the next event's output are shown as well.
    pub within: u64,
}

impl Still {
    /// The picture behind an event that ends here.
    pub fn behind(segment: u64, offset: u64) -> Self {
        Self {
            segment,
            offset,
            within: 0,
        }
    }

    /// Reads it as it is written; none where it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let (segment, place) = text.split_once(':')?;
        let (offset, within) = place.split_once('+').unwrap_or((place, "0"));
        Some(Self {
            segment: segment.parse().ok()?,
            offset: offset.parse().ok()?,
            within: within.parse().ok()?,
        })
    }
}

impl fmt::Display for Still {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.segment, self.offset)?;
        match self.within {
            0 => Ok(()),
            within => write!(f, "+{within}"),
        }
    }
}

/// Where an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// When it came.
    pub at: Time,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its line.
    pub end: usize,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'s> {
    /// Output.
    Output(Cow<'s, str>),
    /// Another size.
    Size(Size),
    /// What was held back was shown.
    Shown,
    /// The next output is the whole picture.
    Picture,
    /// The same, and output before it is missing.
    Torn,
}

#[derive(Deserialize)]
struct Header {
    width: u16,
    height: u16,
    timestamp: u64,
}

impl Segment {
    /// The picture that a segment begins with is among so many events.
    pub const HEAD: usize = 4;

    /// Reads a segment. A line that is cut off at the end, and lines that cannot be read, are left out.
    /// None where it has no header.
    pub fn read(number: u64, bytes: Vec<u8>) -> Option<Self> {
        let head = memchr::memchr(b'\n', &bytes)?;
        let header: Header = serde_json::from_slice(&bytes[..head]).ok()?;
        let began = Time(header.timestamp.saturating_mul(1_000));
        let mut places: Vec<Spot> = Vec::new();
        let mut start = head + 1;
        for end in memchr::memchr_iter(b'\n', &bytes[start..]).map(|at| head + 2 + at) {
            if let Some(ms) = milliseconds(&bytes[start..end]) {
                let at = Time(began.0.saturating_add(ms));
                // A clock that stepped back does not turn the order around.
                let at = places.last().map_or(at, |last| at.max(last.at));
                places.push(Spot { at, start, end });
            }
            start = end;
        }
        let size = Size::new(header.width, header.height);
        Some(Self {
            number,
            began,
            size,
            bytes,
            places,
        })
    }

    /// Where its events are, in order.
    pub fn places(&self) -> &[Spot] {
        &self.places
    }

    /// The event at a place; none for one of an unknown kind.
    pub fn event(&self, place: Spot) -> Option<Event<'_>> {
        let line = self.bytes.get(place.start..place.end)?;
        let (_, kind, text): (f64, Cow<str>, Cow<str>) = serde_json::from_slice(line).ok()?;
        match (kind.as_ref(), text.as_ref()) {
            ("o", _) => Some(Event::Output(text)),
            ("r", size) => {
                let (cols, rows) = size.split_once('x')?;
                let size = Size::new(cols.parse().ok()?, rows.parse().ok()?);
                Some(Event::Size(size))
            }
            ("m", SHOWN) => Some(Event::Shown),
            ("m", PICTURE) => Some(Event::Picture),
            ("m", TORN) => Some(Event::Torn),
            _ => None,
        }
    }
}

/// The time that a line begins with: `[12.345, …`.
fn milliseconds(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"[")?;
    let number = &rest[..memchr::memchr(b',', rest)?];
    let (seconds, part) = match memchr::memchr(b'.', number) {
        Some(dot) => (&number[..dot], &number[dot + 1..]),
        None => (number, &[][..]),
    };
    let seconds: u64 = std::str::from_utf8(seconds).ok()?.trim().parse().ok()?;
    let digit = |at: usize| {
        part.get(at)
            .map_or(0, |byte| u64::from(byte.wrapping_sub(b'0').min(9)))
    };
    let ms = digit(0) * 100 + digit(1) * 10 + digit(2);
    Some(seconds.saturating_mul(1_000).saturating_add(ms))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const TEXT: &str = concat!(
        "{\"version\": 2, \"width\": 100, \"height\": 30, \"timestamp\": 1000}\n",
        "[0.250, \"r\", \"100x30\"]\n",
        "[1.5, \"o\", \"a\\u001b[1m\"]\n",
        "rubbish\n",
        "[2, \"m\", \"shown\"]\n",
        "[2.001, \"x\", \"?\"]\n",
        "[3.0, \"o\", \"cut",
    );

    #[test]
    fn events_are_found_by_time_and_place_and_a_cut_line_is_left_out() {
        let segment = Segment::read(4, TEXT.as_bytes().to_vec()).unwrap();
        assert_eq!((segment.number, segment.size), (4, Size::new(100, 30)));
        let times: Vec<u64> = segment.places().iter().map(|place| place.at.0).collect();
        assert_eq!(times, [1_000_250, 1_001_500, 1_002_000, 1_002_001]);
        let events: Vec<_> = segment
            .places()
            .iter()
            .map(|place| segment.event(*place))
            .collect();
        assert_eq!(
            events,
            [
                Some(Event::Size(Size::new(100, 30))),
                Some(Event::Output("a\u{1b}[1m".into())),
                Some(Event::Shown),
                None,
            ]
        );
        let output = segment.places()[1];
        assert_eq!(
            &TEXT[output.start..output.end],
            "[1.5, \"o\", \"a\\u001b[1m\"]\n"
        );
    }

    #[test]
    fn a_picture_reads_back_as_it_is_written() {
        for text in ["1:0", "12:345", "12:345+6"] {
            assert_eq!(Still::read(text).unwrap().to_string(), text);
        }
        for text in ["", "5", "#5", "1:", "1:2+", "1:2+-3", "a:b"] {
            assert_eq!(Still::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_has_no_header_is_no_segment() {
        assert_eq!(Segment::read(1, b"rubbish\n".to_vec()), None);
        assert_eq!(Segment::read(1, Vec::new()), None);
    }
}
