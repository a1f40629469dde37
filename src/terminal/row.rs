//! One row of cells in a compact form: its text, where each cell begins, its runs of style.
//! Rows come from other processes too, so reading one never trusts its lengths.

use super::cell::Style;
use serde::{Deserialize, Serialize};

/// The most bytes of text one cell keeps: a base character and about thirty marks.
pub const CELL_BYTES: usize = 127;

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
    text: Box<str>,
    shape: Shape,
    runs: Box<[Run]>,
    wrap: Wrap,
}

/// How the text divides into cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Shape {
    /// Each byte is a cell.
    #[default]
    Bytes,
    /// Each character is a cell one column wide.
    Chars,
    /// One byte per cell: its length in bytes, and the top bit if it is two columns wide.
    Cells(Box<[u8]>),
}

const WIDE: u8 = 0x80;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Run {
    cells: u16,
    style: Style,
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
        Cells { row: self, byte: 0, cell: 0, run: 0, left: self.run_length(0) }
    }

    /// Whether the line goes on in the next row.
    pub fn wrap(&self) -> Wrap {
        self.wrap
    }

    /// How many columns the kept cells take.
    pub fn columns(&self) -> usize {
        match &self.shape {
            Shape::Bytes => self.text.len(),
            Shape::Chars | Shape::Cells(_) => self.cells().map(|cell| usize::from(cell.width)).sum(),
        }
    }

    /// True if nothing of it can be seen.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// A plain row from printable ASCII that is already trimmed.
    pub(super) fn from_ascii(text: Box<str>, wrap: Wrap) -> Row {
        Row { text, shape: Shape::Bytes, runs: Box::default(), wrap }
    }

    /// The bytes this row holds in memory, its allocations included.
    pub fn cost(&self) -> usize {
        const ALLOCATION: usize = 16;
        let shape = match &self.shape {
            Shape::Bytes | Shape::Chars => 0,
            Shape::Cells(cells) => cells.len() + ALLOCATION,
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
            Shape::Cells(cells) => {
                let cell = *cells.get(self.cell)?;
                (usize::from(cell & !WIDE), if cell & WIDE == 0 { 1 } else { 2 })
            }
        };
        let text = rest.get(..bytes)?;
        self.byte += bytes;
        self.cell += 1;
        while self.left == 0 && self.run < self.row.runs.len() {
            self.run += 1;
            self.left = self.row.run_length(self.run);
        }
        self.left = self.left.saturating_sub(1);
        let style = self.row.runs.get(self.run).map_or_else(Style::default, |run| run.style);
        Some(Cell { text, width, style })
    }
}

/// Puts a row together cell by cell; can be used again after `finish`.
#[derive(Debug, Default)]
pub struct RowBuilder {
    text: String,
    cells: Vec<u8>,
    simple: Simple,
    runs: Vec<Run>,
    kept: Kept,
}

/// How simple the cells so far are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Simple {
    #[default]
    Bytes,
    Chars,
    No,
}

/// Where the last visible cell ended.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    bytes: usize,
    cells: usize,
    simple: Simple,
}

impl RowBuilder {
    /// Adds a cell. Text beyond `CELL_BYTES` is left out; empty text is a blank.
    pub fn push(&mut self, text: &str, width: u8, style: Style) {
        let text = if text.is_empty() { " " } else { cut(text) };
        let mut chars = text.chars();
        if let (Some(only), None, 1) = (chars.next(), chars.next(), width) {
            return self.put(only, style);
        }
        self.text.push_str(text);
        self.cells.push(text.len() as u8 | if width == 2 { WIDE } else { 0 });
        self.simple = Simple::No;
        self.extend_run(style, 1);
        self.keep();
    }

    /// Adds a cell one column wide with one character.
    pub fn put(&mut self, c: char, style: Style) {
        self.text.push(c);
        self.cells.push(c.len_utf8() as u8);
        if !c.is_ascii() {
            self.simple = self.simple.max(Simple::Chars);
        }
        self.extend_run(style, 1);
        if c != ' ' || style.shows_on_blank() {
            self.keep();
        }
    }

    /// Adds cells of one style, each with one byte of printable ASCII.
    pub fn put_ascii(&mut self, bytes: impl ExactSizeIterator<Item = u8>, style: Style) {
        let (start, count) = (self.text.len(), bytes.len());
        self.cells.resize(self.cells.len() + count, 1);
        self.text.extend(bytes.map(char::from));
        self.extend_run(style, count);
        if style.shows_on_blank() {
            return self.keep();
        }
        let visible = self.text.as_bytes()[start..].iter().rposition(|b| *b != b' ');
        if let Some(at) = visible {
            let blanks = count - at - 1;
            self.keep();
            self.kept.bytes -= blanks;
            self.kept.cells -= blanks;
        }
    }

    fn extend_run(&mut self, style: Style, cells: usize) {
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.cells += cells as u16,
            _ => self.runs.push(Run { cells: cells as u16, style }),
        }
    }

    /// Adds a zero-width mark to the last cell; dropped where there is none or it is full.
    pub fn mark(&mut self, mark: char) {
        let Some(cell) = self.cells.last_mut() else { return };
        if usize::from(*cell & !WIDE) + mark.len_utf8() > CELL_BYTES {
            return;
        }
        *cell += mark.len_utf8() as u8;
        self.text.push(mark);
        self.simple = Simple::No;
        self.keep();
    }

    /// The row so far, without invisible blanks at its end. A row that continues keeps them,
    /// since they stand between two words of one line. Leaves the builder empty.
    pub fn finish(&mut self, wrap: Wrap) -> Row {
        if wrap == Wrap::Continues {
            self.keep();
        }
        self.text.truncate(self.kept.bytes);
        self.cells.truncate(self.kept.cells);
        let shape = match self.kept.simple {
            Simple::Bytes => Shape::Bytes,
            Simple::Chars => Shape::Chars,
            Simple::No => Shape::Cells(self.cells.as_slice().into()),
        };
        let runs = trimmed(&mut self.runs, self.kept.cells);
        let row = Row { text: self.text.as_str().into(), shape, runs, wrap };
        self.text.clear();
        self.cells.clear();
        self.simple = Simple::Bytes;
        self.kept = Kept::default();
        row
    }

    /// True if no cell was added.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    fn keep(&mut self) {
        self.kept = Kept { bytes: self.text.len(), cells: self.cells.len(), simple: self.simple };
    }
}

/// The runs over the first `cells` cells; none at all where everything has the default style.
fn trimmed(runs: &mut Vec<Run>, cells: usize) -> Box<[Run]> {
    let mut left = cells;
    runs.retain_mut(|run| {
        run.cells = usize::from(run.cells).min(left) as u16;
        left -= usize::from(run.cells);
        run.cells > 0
    });
    let plain = runs.iter().all(|run| run.style == Style::default());
    let kept = if plain { Box::default() } else { runs.as_slice().into() };
    runs.clear();
    kept
}

fn cut(text: &str) -> &str {
    if text.len() <= CELL_BYTES {
        return text;
    }
    let end = (0..=CELL_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::super::cell::{Attrs, Color};
    use super::*;

    #[test]
    fn a_plain_row_costs_little_more_than_its_text() {
        let row = Row::plain(&"x".repeat(200));
        assert!(row.cost() < 320, "{}", row.cost());
        assert_eq!(row.columns(), 200);
    }

    #[test]
    fn cells_keep_their_boundaries() {
        let mut builder = RowBuilder::default();
        builder.push("a", 1, Style::default());
        builder.push("e\u{301}", 1, Style::default());
        builder.push("宽", 2, Style::default());
        builder.push("👩\u{200d}👩\u{200d}👧", 2, Style::default());
        builder.push("z", 1, Style::default());
        let row = builder.finish(Wrap::Ends);
        let cells: Vec<_> = row.cells().map(|c| (c.text.to_owned(), c.width)).collect();
        let expected =
            [("a", 1), ("e\u{301}", 1), ("宽", 2), ("👩\u{200d}👩\u{200d}👧", 2), ("z", 1)];
        assert_eq!(cells, expected.map(|(text, width)| (text.to_owned(), width)));
        assert_eq!(row.columns(), 7);
    }

    #[test]
    fn invisible_blanks_at_the_end_are_left_out_and_coloured_ones_stay() {
        let mut builder = RowBuilder::default();
        let blue = Style { bg: Color::Indexed(4), ..Style::default() };
        let bold = Style { attrs: Attrs::BOLD, ..Style::default() };
        builder.push("a", 1, bold);
        builder.push(" ", 1, blue);
        builder.push(" ", 1, Style::default());
        builder.push("", 1, bold);
        let row = builder.finish(Wrap::Ends);
        assert_eq!(row.text(), "a ");
        assert_eq!(row.cells().map(|c| c.style).collect::<Vec<_>>(), [bold, blue]);
        builder.push("b", 1, Style::default());
        builder.push(" ", 1, Style::default());
        assert_eq!(builder.finish(Wrap::Continues).text(), "b ");
    }

    #[test]
    fn the_builder_starts_afresh_after_each_row() {
        let mut builder = RowBuilder::default();
        builder.push("宽", 2, Style { attrs: Attrs::DIM, ..Style::default() });
        builder.finish(Wrap::Ends);
        builder.push("a", 1, Style::default());
        assert_eq!(builder.finish(Wrap::Ends), Row::plain("a"));
    }

    #[test]
    fn a_forged_row_is_read_without_harm() {
        let forged = Row {
            text: "héllo".into(),
            shape: Shape::Cells([1, 1, 200, 3].into()),
            runs: [Run { cells: 0, style: Style::default() }].into(),
            wrap: Wrap::Ends,
        };
        assert_eq!(forged.cells().count(), 1);
        let bytes = Row { text: "é".into(), ..Row::default() };
        assert_eq!(bytes.cells().count(), 0);
    }

    #[test]
    fn marks_beyond_the_cap_are_left_out() {
        let mut builder = RowBuilder::default();
        builder.push("a", 1, Style::default());
        (0..1000).for_each(|_| builder.mark('\u{301}'));
        assert!(builder.finish(Wrap::Ends).text().len() <= CELL_BYTES);
    }
}
