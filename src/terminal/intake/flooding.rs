//! When output becomes a flood, and when it ends. Makes no row itself.

use super::super::emulator::Dress;
use super::super::flood::{Flood, Off, Stops, Wake, overpaint};
use super::super::limits::Wrote;
use super::super::utf8::floor;
use super::Intake;
use memchr::memchr;

/// From so many bytes at once on, output may be a flood.
pub(super) const FLOOD: usize = 2 << 10;
/// After what was no part of one, so many bytes go by before the next try.
const STRETCH: usize = 4 << 10;

/// What the engine does not tell about itself, and what no flood goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habits {
    /// The whole screen scrolls.
    pub region: Habit,
    /// Characters mean what they are.
    pub letters: Habit,
    pub stops: Stops,
}

/// Whether something is as in a new screen; where that is not known it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Usual,
    Changed,
}

impl Habits {
    /// Those of a new screen.
    pub const NEW: Habits = Habits {
        region: Habit::Usual,
        letters: Habit::Usual,
        stops: Stops::Usual,
    };

    /// Whether text goes where it would in a new screen.
    pub fn are_usual(self) -> bool {
        self.region == Habit::Usual && self.letters == Habit::Usual
    }
}

impl Intake {
    /// Gives text to the engine, or lets it go by.
    pub(super) fn flow(&mut self, bytes: &[u8]) {
        let mut rest = self.rush(bytes);
        while !rest.is_empty() {
            let (stretch, after) = rest.split_at(floor(rest, rest.len().min(STRETCH)));
            self.draw(stretch);
            rest = self.rush(after);
        }
    }

    /// The engine gets what waits of a flood.
    pub(in super::super) fn spill(&mut self) {
        let Some(flood) = self.flood.take() else {
            return;
        };
        match flood.end() {
            Wake::Follows(bytes) => self.draw(&bytes),
            Wake::Covers(bytes) => {
                let mut bytes = bytes.as_slice();
                while !bytes.is_empty() {
                    let (piece, rest) = bytes.split_at(self.emulator.piece(bytes));
                    self.emulator.advance(piece);
                    self.emulator.forget_scrolled();
                    bytes = rest;
                }
            }
        }
    }

    /// Takes what is part of a flood; the rest is for the engine.
    fn rush<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let bytes = match self.flood {
            Some(_) => bytes,
            None => self.rise(bytes),
        };
        let (taken, _wrote) = self.go_by(bytes);
        let rest = &bytes[taken..];
        if !rest.is_empty() {
            self.spill();
        }
        rest
    }

    /// Draws as much of screens that are painted over as will be seen.
    pub(super) fn paint_over(&mut self, bytes: &[u8]) -> (usize, Wrote) {
        self.spill();
        let Some(pen) = self.emulator.ready_for_paint() else {
            return (0, Wrote::Nothing);
        };
        let paint = overpaint::paint(bytes, self.picture.size, pen);
        let Some(thin) = paint.thin else {
            return (0, Wrote::Nothing);
        };
        self.draw(&thin);
        (paint.length, paint.wrote)
    }

    /// Takes what goes on with a flood, where there is one. What is left may go on with it too, once all of it is
    /// there.
    pub(super) fn go_by(&mut self, bytes: &[u8]) -> (usize, Wrote) {
        let Some(mut flood) = self.flood.take() else {
            return (0, Wrote::Nothing);
        };
        let (emulator, history) = (&mut self.emulator, &mut self.history);
        let above = self.picture.size.rows - 1;
        let gone = flood.take(bytes, |off| match off {
            Off::Before => {
                (0..above).for_each(|at| history.push(emulator.row(at, Dress::Shown)));
            }
            Off::Row(line) => history.push_even(&line),
        });
        let full = flood.is_full();
        self.flood = Some(flood);
        if full {
            self.spill();
        }
        gone
    }

    /// Draws up to the end of a line, from where on a flood may begin.
    fn rise<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if bytes.len() < self.floods_from || !self.habits.are_usual() {
            return bytes;
        }
        let Some(end) = memchr(b'\n', bytes) else {
            return bytes;
        };
        let (line, rest) = bytes.split_at(end + 1);
        self.draw(line);
        let (size, stops) = (self.picture.size, self.habits.stops);
        let begin = |start| Flood::new(size, start, stops);
        self.flood = self.emulator.ready_for_flood().map(begin);
        rest
    }
}
