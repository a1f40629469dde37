//! A flood: output that goes by faster than anybody looks. Its lines become lines of the history without ever
//! being cells; the last screenful waits, as bytes, until somebody looks or something else comes.
//!
//! Must make exactly what the engine would have made of the same bytes. What is not surely so ends the flood.

mod draft;
pub(super) mod overpaint;
mod sgr;
#[cfg(test)]
mod tests;
mod text;

use super::cell::{Size, Style};
use super::history::Even;
use super::limits::Wrote;
use super::repaint::Brush;
use super::row::Wrap;
use draft::Draft;
use sgr::repen;
use std::collections::VecDeque;
use text::{narrow, printable};

/// A screenful of more bytes than this goes to the engine.
const MOST: usize = 1 << 20;
const TAB: u16 = 8;

/// What went off the screen.
#[derive(Debug)]
pub(super) enum Off<'a> {
    /// Everything that stood there when the flood began, above its bottom row.
    Before,
    /// One row of the flood.
    Row(Even<'a>),
}

/// Whether the tab stops are every eighth column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stops {
    Usual,
    Changed,
}

/// How a row begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// The style of new text.
    pub pen: Style,
    /// The style of the row where nothing was written.
    pub ground: Style,
}

/// What the engine is to be given when the flood ends.
#[derive(Debug)]
pub(super) enum Wake {
    /// The bytes, on the screen as it was left.
    Follows(Vec<u8>),
    /// These bytes scroll off everything that stands there, which went into the history long ago.
    Covers(Vec<u8>),
}

/// Lines that go by. The cursor is in the bottom row, all rows scroll, long lines go on in the next row, and no
/// character means another.
#[derive(Debug)]
pub(super) struct Flood {
    size: Size,
    stops: Stops,
    /// Bytes of the rows that wait, from `begins` on.
    raw: Vec<u8>,
    /// How many bytes went by before `raw`, before the first row that waits, and in all.
    begins: u64,
    from: u64,
    total: u64,
    /// Rows that ended and are on the screen, less than a screenful.
    rows: VecDeque<Ended>,
    /// How the first row that waits begins, and which character came last before it.
    first: (Start, Option<char>),
    /// The row that has not ended, and one whose space is free.
    row: Draft,
    spare: Draft,
    now: Start,
    last: Option<char>,
    /// Since the last bytes came.
    wrote: Wrote,
    col: u16,
    place: Place,
    before: Before,
}

#[derive(Debug)]
struct Ended {
    row: Draft,
    /// Where it ends in the stream.
    end: u64,
    /// How the next one begins.
    next: (Start, Option<char>),
}

/// Where in its row the cursor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Behind the text.
    Behind,
    /// At the left edge, with the text before it.
    Returned,
}

/// Where that is what stood on the screen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Above,
    Off,
}

impl Flood {
    /// Begins at the left edge of an empty bottom row.
    pub fn new(size: Size, start: Start, stops: Stops) -> Flood {
        Flood {
            size,
            stops,
            raw: Vec::new(),
            begins: 0,
            from: 0,
            total: 0,
            rows: VecDeque::new(),
            first: (start, None),
            row: Draft::default(),
            spare: Draft::default(),
            now: start,
            last: None,
            wrote: Wrote::Nothing,
            col: 0,
            place: Place::Behind,
            before: Before::Above,
        }
    }

    /// Takes these bytes as far as they belong to a flood, and says how far, and whether there was text in them; gives
    /// what scrolled off, oldest first.
    pub fn take(&mut self, bytes: &[u8], mut give: impl FnMut(Off<'_>)) -> (usize, Wrote) {
        let mut at = 0;
        self.wrote = Wrote::Nothing;
        while let Some(next) = self.step(bytes, at, &mut give) {
            at = next;
        }
        self.keep(&bytes[..at]);
        (at, self.wrote)
    }

    /// Whether too much waits.
    pub fn is_full(&self) -> bool {
        self.raw.len() > MOST
    }

    /// The bytes held.
    pub fn held(&self) -> usize {
        self.raw.capacity()
            + self
                .rows
                .iter()
                .map(|ended| ended.row.held())
                .sum::<usize>()
    }

    /// Ends it.
    pub fn end(mut self) -> Wake {
        self.raw.drain(..(self.from - self.begins) as usize);
        if self.before == Before::Above {
            return Wake::Follows(self.raw);
        }
        let (start, last) = self.first;
        let mut brush = Brush::default();
        brush.raw(b"\x1b[m");
        brush.pen(start.ground);
        // It may be asked for again.
        if let Some(last) = last {
            brush.raw(last.encode_utf8(&mut [0; 4]).as_bytes());
        }
        brush.raw(b"\r\n");
        brush.pen(start.pen);
        brush.raw(&self.raw);
        Wake::Covers(brush.into_bytes())
    }

    /// Takes what stands at `at`, and says where it ends. None at the end, and at what is no part of a flood.
    fn step(&mut self, bytes: &[u8], at: usize, give: &mut impl FnMut(Off<'_>)) -> Option<usize> {
        match (*bytes.get(at)?, self.place) {
            (b' '..=b'~', Place::Behind) => Some(self.text(bytes, at, give)),
            (0x1b, _) => {
                let (pen, after) = repen(bytes, at, self.now.pen)?;
                self.now.pen = pen;
                Some(after)
            }
            (b'\r', _) => {
                self.place = Place::Returned;
                Some(at + 1)
            }
            (b'\n', place) if place == Place::Returned || self.col == 0 => {
                self.ends(Wrap::Ends, at + 1, give);
                Some(at + 1)
            }
            (b'\t', Place::Behind) => self.tab().map(|()| at + 1),
            (0x80.., Place::Behind) => {
                let (c, length) = narrow(&bytes[at..])?;
                self.wrap(at, give);
                self.row.narrow(c, self.now.pen);
                self.last = Some(c);
                self.wrote = Wrote::Text;
                self.col += 1;
                Some(at + length)
            }
            _ => None,
        }
    }

    /// Takes printable ASCII up to the end of the row at most.
    fn text(&mut self, bytes: &[u8], at: usize, give: &mut impl FnMut(Off<'_>)) -> usize {
        self.wrap(at, give);
        let room = usize::from(self.size.cols - self.col);
        let rest = &bytes[at..bytes.len().min(at + room)];
        let text = &rest[..printable(rest)];
        self.row.ascii(text, self.now.pen);
        self.last = text.last().map(|last| char::from(*last));
        self.wrote = Wrote::Text;
        self.col += text.len() as u16;
        at + text.len()
    }

    /// A character comes: where its row is full, it begins the next one.
    fn wrap(&mut self, at: usize, give: &mut impl FnMut(Off<'_>)) {
        if self.col == self.size.cols {
            self.ends(Wrap::Continues, at, give);
        }
    }

    fn tab(&mut self) -> Option<()> {
        if self.stops == Stops::Changed || self.col == self.size.cols {
            return None;
        }
        let stop = (self.col / TAB * TAB + TAB).min(self.size.cols - 1);
        self.blanks(stop);
        Some(())
    }

    /// Leaves everything up to this column as it was.
    fn blanks(&mut self, col: u16) {
        let count = col.saturating_sub(self.col);
        self.row.blanks(usize::from(count), self.now.ground);
        self.col += count;
    }

    /// The row ends; `end` is counted from the first byte of this piece.
    fn ends(&mut self, wrap: Wrap, end: usize, give: &mut impl FnMut(Off<'_>)) {
        if self.now.ground.shows_on_blank() {
            self.blanks(self.size.cols);
        }
        self.row.finish(wrap);
        let row = std::mem::replace(&mut self.row, std::mem::take(&mut self.spare));
        (self.col, self.place) = (0, Place::Behind);
        self.now.ground = self.now.pen.erased();
        self.rows.push_back(Ended {
            row,
            end: self.total + end as u64,
            next: (self.now, self.last),
        });
        if self.rows.len() < usize::from(self.size.rows) {
            return;
        }
        if self.before == Before::Above {
            self.before = Before::Off;
            give(Off::Before);
        }
        if let Some(oldest) = self.rows.pop_front() {
            give(Off::Row(oldest.row.line()));
            (self.first, self.from) = (oldest.next, oldest.end);
            self.spare = oldest.row;
            self.spare.clear();
        }
    }

    /// Keeps the bytes of the rows that wait.
    fn keep(&mut self, taken: &[u8]) {
        if self.from >= self.total {
            self.raw.clear();
            self.raw
                .extend_from_slice(&taken[(self.from - self.total) as usize..]);
            self.begins = self.from;
        } else {
            self.raw.extend_from_slice(taken);
            let gone = (self.from - self.begins) as usize;
            if gone > self.raw.len() / 2 {
                self.raw.drain(..gone);
                self.begins = self.from;
            }
        }
        self.total += taken.len() as u64;
    }
}
