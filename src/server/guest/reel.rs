//! The lines of one part of a recording, a segment, in which a text is. A line that began in the segment before is
//! one line: its beginning is read there. Reads files.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::occurrence::Occurrence;
use super::super::recording;
use crate::model::{AgentId, Time};
use crate::terminal::{Plain, Size, Written};
use crate::wire::Where;
use crate::wire::cast::{Event, Segment, Spot, Still};

/// Lines that one segment is looked through for, the newest; most are the same line drawn again.
const HITS: usize = 20_000;
/// How much is told around the text at most where a very long line is looked at in pieces, in bytes.
const AROUND: usize = 256;
/// How much is read of what came before a segment, for the beginning of its first line, in bytes of output.
const BEFORE: usize = 256 * 1024;

/// What is searched for. Large letters are meant as such.
#[derive(Clone, Debug)]
pub struct Needle(String);

impl Needle {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Where it stands first in a line, in bytes.
    fn place(&self, line: &str) -> Option<Range<usize>> {
        if self.0.chars().any(char::is_uppercase) {
            let start = line.find(&self.0)?;
            return Some(start..start + self.0.len());
        }
        if line.is_ascii() {
            let start = line.to_ascii_lowercase().find(&self.0)?;
            return Some(start..start + self.0.len());
        }
        let lower = line.to_lowercase();
        let start = lower.find(&self.0)?;
        // small letters may take more bytes, or fewer
        let mut read = 0;
        let behind = |until: usize| {
            move |(at, one): (usize, char)| {
                let here = read;
                read += one.to_lowercase().map(char::len_utf8).sum::<usize>();
                (here >= until).then_some(at)
            }
        };
        let first = line.char_indices().find_map(behind(start));
        let last = line.char_indices().find_map(behind(start + self.0.len()));
        Some(first.unwrap_or(line.len())..last.unwrap_or(line.len()))
    }
}

/// A segment of one agent's recording.
#[derive(Clone, Debug)]
pub struct Reel {
    pub folder: PathBuf,
    pub agent: AgentId,
    pub number: u64,
}

impl Reel {
    /// The lines that end in it and hold the text, newest first. Of a segment that cannot be read none.
    pub fn lines(&self, needle: &Needle) -> Vec<Occurrence> {
        let (before, joins) = self.before();
        let mut reading = Reading {
            plain: Plain::for_texts_of(needle.0.len().saturating_mul(2) + AROUND),
            finds: Finds {
                agent: self.agent,
                needle,
                cols: Size::default().cols,
                sources: Vec::new(),
                found: VecDeque::new(),
            },
        };
        for (number, spot, text) in before.iter().rev() {
            reading.feed(*number, *spot, text);
        }
        // they end before it, and are told of the segment before
        reading.finds.found.clear();
        if let Some(segment) = segment(&self.folder, self.agent, self.number) {
            reading.read(&segment, joins);
        }
        let Reading {
            mut plain,
            mut finds,
        } = reading;
        plain.end(|line| finds.take(line));
        finds.found.into_iter().rev().collect()
    }

    /// What came before it, newest first: as much as the line may have that goes on in it.
    fn before(&self) -> (Vec<(u64, Spot, String)>, Joins) {
        let (mut outputs, mut length, mut joins) = (Vec::new(), 0, Joins::Nothing);
        let mut numbers = (1..self.number).rev();
        while let Some(number) = numbers.next()
            && let Some(before) = segment(&self.folder, self.agent, number)
        {
            joins = Joins::TheOneBefore;
            let mut its = 0;
            for spot in before.places().iter().rev() {
                match before.event(*spot) {
                    Some(Event::Output(text)) => {
                        let ends = text.contains('\n');
                        length += text.len();
                        outputs.push((number, *spot, text.into_owned()));
                        its += 1;
                        if ends || length >= BEFORE {
                            return (outputs, joins);
                        }
                    }
                    // what came last was the whole picture, again
                    Some(Event::Picture) if its > 0 => {
                        outputs.pop();
                    }
                    Some(Event::Picture | Event::Torn | Event::Size(_) | Event::Shown) | None => {}
                }
            }
        }
        (outputs, joins)
    }
}

/// Whether what a segment begins with was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joins {
    /// The segment before it is there: the picture at its head says nothing new.
    TheOneBefore,
    /// Nothing of what the picture shows is recorded elsewhere any more.
    Nothing,
}

/// None where there is none, or it cannot be read.
fn segment(folder: &Path, agent: AgentId, number: u64) -> Option<Segment> {
    let bytes = std::fs::read(recording::path(folder, agent, number)).ok()?;
    Segment::read(number, bytes)
}

/// Segments, as they are read.
struct Reading<'n> {
    plain: Plain,
    finds: Finds<'n>,
}

/// Lines that hold the text.
struct Finds<'n> {
    agent: AgentId,
    needle: &'n Needle,
    /// How wide the screen was.
    cols: u16,
    sources: Vec<Source>,
    found: VecDeque<Occurrence>,
}

/// Where output comes from.
#[derive(Clone, Copy, Debug)]
struct Source {
    /// Which byte of all output is its first.
    came: u64,
    segment: u64,
    spot: Spot,
}

impl Reading<'_> {
    fn read(&mut self, segment: &Segment, joins: Joins) {
        let mut repeats = false;
        self.finds.cols = segment.size.cols;
        for (at, spot) in segment.places().iter().enumerate() {
            match segment.event(*spot) {
                Some(Event::Output(_)) if std::mem::take(&mut repeats) => {}
                Some(Event::Output(text)) => self.feed(segment.number, *spot, &text),
                Some(Event::Picture) => {
                    repeats = joins == Joins::TheOneBefore || at >= Segment::HEAD;
                }
                Some(Event::Size(size)) => self.finds.cols = size.cols,
                Some(Event::Shown | Event::Torn) | None => {}
            }
        }
    }

    fn feed(&mut self, segment: u64, spot: Spot, text: &str) {
        let Self { plain, finds } = self;
        finds.sources.push(Source {
            came: plain.came(),
            segment,
            spot,
        });
        plain.feed(text, |line| finds.take(line));
    }
}

impl Finds<'_> {
    /// Keeps a line that holds the text.
    fn take(&mut self, line: Written<'_>) {
        let text = line.text();
        let Some(place) = self.needle.place(text) else {
            return;
        };
        if line.is_left_to_the_next(place.start) {
            return;
        }
        // with the rest of the line, but for so much of it that what was found may scroll away
        let most = place.end + usize::from(self.cols);
        let rest = (most..text.len()).find(|at| text.is_char_boundary(*at));
        let rest = rest.unwrap_or(text.len());
        let (ends, shown) = (
            self.still(line.came(place.end)),
            self.still(line.came(rest)),
        );
        let (Some((ends, at)), Some((shown, _))) = (ends, shown) else {
            return;
        };
        let told = Occurrence::new(
            (self.agent, Some(at)),
            (text, line.piece()),
            place.start,
            Where::Recording(shown),
        );
        if self.found.len() >= HITS {
            self.found.pop_front();
        }
        self.found.push_back(told.ending(ends));
    }

    /// The picture when so many bytes of output had come, and when that was.
    fn still(&self, came: u64) -> Option<(Still, Time)> {
        let behind = self.sources.partition_point(|source| source.came < came);
        let source = self.sources.get(behind.checked_sub(1)?)?;
        let still = Still {
            segment: source.segment,
            offset: source.spot.start as u64,
            within: came - source.came,
        };
        Some((still, source.spot.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_placed_in_a_line_whose_small_letters_take_other_bytes() {
        let found = |line: &str, text: &str| {
            let place = Needle::new(text).place(line)?;
            line.get(place).map(str::to_owned)
        };
        assert_eq!(found("İİİ Ärger", "ärger"), Some("Ärger".to_owned()));
        assert_eq!(found("İİİ Ärger", "Ärger"), Some("Ärger".to_owned()));
        assert_eq!(found("İİ ẞ end", "end"), Some("end".to_owned()));
        assert_eq!(found("plain ENDING", "end"), Some("END".to_owned()));
        assert_eq!(found("plain ENDING", "End"), None);
    }
}
