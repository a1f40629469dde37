//! A row of a flood while it is written: characters of one column each, and runs of style. Makes the same row as
//! `RowBuilder` does of the same cells, and keeps less on the way.

use super::super::cell::Style;
use super::super::history::{Each, Even};
use super::super::row::{Run, Wrap};

/// Grows cell by cell; can be used again after `clear`.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    runs: Vec<Run>,
    each: Each,
    wrap: Wrap,
}

impl Draft {
    /// The line.
    pub fn line(&self) -> Even<'_> {
        Even {
            text: &self.text,
            runs: &self.runs,
            each: self.each,
            wrap: self.wrap,
        }
    }

    /// The bytes held.
    pub fn held(&self) -> usize {
        self.text.capacity() + self.runs.capacity() * size_of::<Run>()
    }

    /// Begins another one in the same space.
    pub fn clear(&mut self) {
        self.text.clear();
        self.runs.clear();
        self.each = Each::Byte;
    }

    /// Adds printable ASCII.
    pub fn ascii(&mut self, bytes: &[u8], style: Style) {
        self.text
            .push_str(std::str::from_utf8(bytes).unwrap_or_default());
        self.extend(bytes.len(), style);
    }

    /// Adds a character beyond ASCII.
    pub fn narrow(&mut self, c: char, style: Style) {
        self.text.push(c);
        self.each = Each::Char;
        self.extend(1, style);
    }

    /// Adds cells in which nothing is written.
    pub fn blanks(&mut self, count: usize, style: Style) {
        self.text.extend(std::iter::repeat_n(' ', count));
        self.extend(count, style);
    }

    fn extend(&mut self, cells: usize, style: Style) {
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.cells += cells as u16,
            Some(_) | None if cells == 0 => {}
            Some(_) | None => self.runs.push(Run {
                cells: cells as u16,
                style,
            }),
        }
    }

    /// Ends it, without invisible blanks at its end where the line ends.
    pub fn finish(&mut self, wrap: Wrap) {
        self.wrap = wrap;
        if wrap == Wrap::Ends {
            self.trim();
        }
        if self.runs.iter().all(|run| run.style == Style::default()) {
            self.runs.clear();
        }
    }

    fn trim(&mut self) {
        while let Some(run) = self
            .runs
            .last_mut()
            .filter(|run| !run.style.shows_on_blank())
        {
            let text = self.text.as_bytes();
            let end = text[text.len() - usize::from(run.cells).min(text.len())..].iter();
            let blanks = end.rev().take_while(|byte| **byte == b' ').count();
            self.text.truncate(self.text.len() - blanks);
            run.cells -= blanks as u16;
            if run.cells > 0 {
                return;
            }
            self.runs.pop();
        }
    }
}
