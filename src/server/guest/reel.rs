//! The lines of one part of a recording, a segment, in which a text is. A line that began in the segment before is
//! one line: its beginning is read there. Reads files.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::occurrence::{Occurrence, Spelled};
use super::super::recording;
use crate::model::AgentId;
use crate::terminal::{Plain, Written};
use crate::wire::Where;
use crate::wire::cast::{Event, Segment, Spot};

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
            agent: self.agent,
            needle,
            plain: Plain::for_texts_of(needle.0.len().saturating_mul(2) + AROUND),
            sources: Vec::new(),
            found: VecDeque::new(),
        };
        for (number, spot, text) in before.iter().rev() {
            reading.feed(*number, *spot, text);
        }
        // they end before it, and are told of the segment before
        reading.found.clear();
        if let Some(segment) = segment(&self.folder, self.agent, self.number) {
            reading.read(&segment, joins);
        }
        let Reading {
            mut plain,
            sources,
            mut found,
            ..
        } = reading;
        plain.end(|line| take(self.agent, needle, &sources, &mut found, line));
        found.into_iter().rev().collect()
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
                    Some(Event::Picture | Event::Size(_) | Event::Shown) | None => {}
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
    agent: AgentId,
    needle: &'n Needle,
    plain: Plain,
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
        for (at, spot) in segment.places().iter().enumerate() {
            match segment.event(*spot) {
                Some(Event::Output(_)) if std::mem::take(&mut repeats) => {}
                Some(Event::Output(text)) => self.feed(segment.number, *spot, &text),
                Some(Event::Picture) => {
                    repeats = joins == Joins::TheOneBefore || at >= Segment::HEAD;
                }
                Some(Event::Size(_) | Event::Shown) | None => {}
            }
        }
    }

    fn feed(&mut self, segment: u64, spot: Spot, text: &str) {
        self.sources.push(Source {
            came: self.plain.came(),
            segment,
            spot,
        });
        let Self {
            agent,
            needle,
            plain,
            sources,
            found,
        } = self;
        plain.feed(text, |line| take(*agent, needle, sources, found, line));
    }
}

/// Keeps a line that holds the text.
fn take(
    agent: AgentId,
    needle: &Needle,
    sources: &[Source],
    found: &mut VecDeque<Occurrence>,
    line: Written<'_>,
) {
    let Some(place) = needle.place(line.text()) else {
        return;
    };
    if line.is_left_to_the_next(place.start) {
        return;
    }
    let came = line.came(place.end);
    let source = sources.partition_point(|source| source.came < came);
    let Some(source) = source.checked_sub(1).and_then(|at| sources.get(at)) else {
        return;
    };
    let Source { segment, spot, .. } = *source;
    let offset = spot.end as u64;
    let told = Occurrence::new(
        (agent, Some(spot.at)),
        (line.text(), line.piece()),
        place.start,
        Where::Recording { segment, offset },
    );
    let spelled = Spelled {
        segment,
        event: spot.start as u64,
        byte: came - source.came,
    };
    if found.len() >= HITS {
        found.pop_front();
    }
    found.push_back(told.spelled(spelled));
}
