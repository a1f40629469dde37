//! What a flood of lines needs to know of the engine before it passes by it.

use super::super::cell::Style;
use super::super::convert::{blank_row, style};
use super::super::flood::Start;
use super::Emulator;
use super::engine::{Line, Mode};

impl Emulator {
    /// How the bottom row begins, where the cursor stands at its left edge, nothing is written in it, and
    /// whatever is written next goes where it would in a new screen.
    pub fn ready_for_flood(&self) -> Option<Start> {
        let (mode, cursor) = (self.term.mode(), &self.term.grid.cursor);
        let bottom = Line(i32::from(self.size.rows) - 1);
        let there = cursor.pos.row == bottom && cursor.pos.col.0 == 0 && !cursor.should_wrap;
        let usual =
            mode.contains(Mode::LINE_WRAP) && !mode.intersects(Mode::ALT_SCREEN | Mode::INSERT);
        if !there || !usual || self.draws_lines() || self.link.is_some() || !self.colours.is_plain()
        {
            return None;
        }
        Some(Start {
            pen: style(&self.term.grid.template_style()),
            ground: blank_row(&self.term, bottom)?,
        })
    }

    /// The style of new text, where text goes where it would in a new screen and each place is counted from the top.
    pub fn ready_for_paint(&self) -> Option<Style> {
        let shifts = Mode::INSERT | Mode::ORIGIN;
        let other =
            self.term.mode().intersects(shifts) || self.draws_lines() || self.link.is_some();
        (!other).then(|| self.pen())
    }

    /// Lines that scrolled off are in the history already.
    pub fn forget_scrolled(&mut self) {
        if self.term.history_size() > 0 {
            self.term.grid.clear_history();
        }
        self.evicted = self.term.grid.lines_evicted();
    }
}
