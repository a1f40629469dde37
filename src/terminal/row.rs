//! One row of cells in a compact form: its text, where each cell begins, its runs of style.
//! Rows come from other processes too, so reading one never trusts its lengths.

use super::builder::RowBuilder;
use super::cell::Style;
use super::link::Link;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The most bytes of text one cell keeps: a base character and about thirty marks.
pub const CELL_BYTES: usize = 127;

/// The most links of one row, and the most bytes of their URIs; what is beyond them is only text.
pub(super) const ROW_LINKS: usize = 64;
pub(super) const ROW_URIS: usize = 4 << 10;

/// Whether a row goes on in the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Wrap {
    /// The line ends with this row.
    #[default]
    Ends,
    /// The line was too long and goes on in the next row.
    Continues,
}

/// One row of a screen or of its history. Invisible blanks at the end are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    pub(super) text: Box<str>,
    pub(super) shape: Shape,
    pub(super) runs: Box<[Run]>,
    pub(super) wrap: Wrap,
}

/// How the text divides into cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Shape {
    /// Each byte is a cell.
    #[default]
    Bytes,
    /// Each character is a cell one column wide.
    Chars,
    /// One byte per cell: its length in bytes, and the top bit if it is two columns wide.
    Cells(Box<[u8]>),
    /// The same, where some of them lead somewhere. Boxed here so that every other row costs nothing for it.
    Linked(Box<Linked>),
}

/// Cells of which some lead somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Linked {
    pub(super) cells: Box<[u8]>,
    /// From left to right.
    pub(super) links: Box<[LinkRun]>,
}

/// Neighbouring cells that lead to the same place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct LinkRun {
    pub(super) from: u16,
    pub(super) cells: u16,
    pub(super) link: Link,
}

pub(super) const WIDE: u8 = 0x80;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) cells: u16,
    pub(super) style: Style,
}

/// One cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The character with its marks; a blank is one space.
    pub text: &'a str,
    /// Columns it takes: 1 or 2.
    pub width: u8,
    /// How it is drawn.
    pub style: Style,
    /// Where it leads.
    pub link: Option<&'a Link>,
}

impl Row {
    /// A row of unstyled text, one cell per character as wide as Unicode says. For tests and notes.
    pub fn plain(text: &str) -> Row {
        use unicode_width::UnicodeWidthChar;
        let mut builder = RowBuilder::default();
        let mut buffer = [0; 4];
        for c in text.chars().filter(|c| !c.is_control()) {
            match c.width().unwrap_or(0) {
                0 => builder.mark(c),
                1 => builder.push(c.encode_utf8(&mut buffer), 1, Style::default()),
                _ => builder.push(c.encode_utf8(&mut buffer), 2, Style::default()),
            }
        }
        builder.finish(Wrap::Ends)
    }

    /// The text, without the invisible blanks at its end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cells from left to right.
    pub fn cells(&self) -> Cells<'_> {
        Cells {
            row: self,
            byte: 0,
            cell: 0,
            run: 0,
            link: 0,
            left: self.run_length(0),
        }
    }

    /// Whether the line goes on in the next row.
    pub fn wrap(&self) -> Wrap {
        self.wrap
    }

    /// How many columns the kept cells take.
    pub fn columns(&self) -> usize {
        match &self.shape {
            Shape::Bytes => self.text.len(),
            Shape::Chars | Shape::Cells(_) | Shape::Linked(_) => {
                self.cells().map(|cell| usize::from(cell.width)).sum()
            }
        }
    }

    /// In which columns this row may look otherwise than another one: all of them, where a character of either may take
    /// more than one column or reach into the next.
    pub fn differs_in(&self, other: &Row) -> Range<u16> {
        if !self.is_even() || !other.is_even() {
            return 0..u16::MAX;
        }
        let both = self.cells().zip(other.cells());
        let same = both.take_while(|(one, another)| one == another).count();
        let end = self.columns().max(other.columns());
        let column = |at| u16::try_from(at).unwrap_or(u16::MAX);
        column(same)..column(end)
    }

    /// Whether each of its characters takes one column.
    pub fn is_even(&self) -> bool {
        match self.shape {
            Shape::Bytes | Shape::Chars => true,
            Shape::Cells(_) | Shape::Linked(_) => false,
        }
    }

    /// True if nothing of it can be seen.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// A plain row from printable ASCII that is already trimmed.
    pub(super) fn from_ascii(text: Box<str>, wrap: Wrap) -> Row {
        Row {
            text,
            shape: Shape::Bytes,
            runs: Box::default(),
            wrap,
        }
    }

    /// The bytes this row holds in memory, its allocations included.
    pub fn cost(&self) -> usize {
        const ALLOCATION: usize = 16;
        let shape = match &self.shape {
            Shape::Bytes | Shape::Chars => 0,
            Shape::Cells(cells) => cells.len() + ALLOCATION,
            // A URI may be shared with other rows; it is counted for each.
            Shape::Linked(linked) => {
                let uris: usize = linked.links.iter().map(|run| run.link.uri().len()).sum();
                let runs = linked.links.len() * size_of::<LinkRun>();
                size_of::<Linked>() + linked.cells.len() + runs + uris + 3 * ALLOCATION
            }
        };
        let runs = match self.runs.len() {
            0 => 0,
            n => n * size_of::<Run>() + ALLOCATION,
        };
        size_of::<Row>() + self.text.len() + ALLOCATION + shape + runs
    }

    fn run_length(&self, run: usize) -> u16 {
        self.runs.get(run).map_or(u16::MAX, |run| run.cells)
    }
}

/// Walks the cells of a row.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    row: &'a Row,
    byte: usize,
    cell: usize,
    run: usize,
    link: usize,
    left: u16,
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let rest = self.row.text.get(self.byte..)?;
        let (bytes, width) = match &self.row.shape {
            Shape::Bytes if rest.is_empty() => return None,
            Shape::Bytes => (1, 1),
            Shape::Chars => (rest.chars().next()?.len_utf8(), 1),
            Shape::Cells(cells) => extent(*cells.get(self.cell)?),
            Shape::Linked(linked) => extent(*linked.cells.get(self.cell)?),
        };
        let text = rest.get(..bytes)?;
        let link = self.link();
        self.byte += bytes;
        self.cell += 1;
        while self.left == 0 && self.run < self.row.runs.len() {
            self.run += 1;
            self.left = self.row.run_length(self.run);
        }
        self.left = self.left.saturating_sub(1);
        let style = self
            .row
            .runs
            .get(self.run)
            .map_or_else(Style::default, |run| run.style);
        Some(Cell {
            text,
            width,
            style,
            link,
        })
    }
}

impl<'a> Cells<'a> {
    /// Where the next cell leads.
    fn link(&mut self) -> Option<&'a Link> {
        let Shape::Linked(linked) = &self.row.shape else {
            return None;
        };
        let ended = |run: &LinkRun| usize::from(run.from) + usize::from(run.cells) <= self.cell;
        while linked.links.get(self.link).is_some_and(ended) {
            self.link += 1;
        }
        let run = linked.links.get(self.link)?;
        (usize::from(run.from) <= self.cell).then_some(&run.link)
    }
}

/// Bytes and columns of a cell.
fn extent(cell: u8) -> (usize, u8) {
    let width = if cell & WIDE == 0 { 1 } else { 2 };
    (usize::from(cell & !WIDE), width)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_forged_row_is_read_without_harm() {
        let forged = Row {
            text: "héllo".into(),
            shape: Shape::Cells([1, 1, 200, 3].into()),
            runs: [Run {
                cells: 0,
                style: Style::default(),
            }]
            .into(),
            wrap: Wrap::Ends,
        };
        assert_eq!(forged.cells().count(), 1);
        let link = Link::new("https://x").unwrap();
        let run = |from, cells| LinkRun {
            from,
            cells,
            link: link.clone(),
        };
        let linked = Row {
            text: "abc".into(),
            shape: Shape::Linked(Box::new(Linked {
                cells: [1, 1, 1].into(),
                links: [run(2, u16::MAX), run(0, 1), run(u16::MAX, u16::MAX)].into(),
            })),
            ..Row::default()
        };
        let leads: Vec<bool> = linked.cells().map(|cell| cell.link.is_some()).collect();
        assert_eq!(leads, [false, false, true]);
        let bytes = Row {
            text: "é".into(),
            ..Row::default()
        };
        assert_eq!(bytes.cells().count(), 0);
    }

    #[test]
    fn a_row_without_links_costs_nothing_for_them() {
        assert!(size_of::<Row>() <= 64, "{}", size_of::<Row>());
        let bytes = postcard::to_allocvec(&Row::plain("text")).unwrap();
        assert_eq!(bytes.len(), 1 + 4 + 1 + 1 + 1);
    }
}
