//! Puts rows together cell by cell, in the most compact form that keeps every boundary.

use super::cell::Style;
use super::link::Link;
use super::row::{CELL_BYTES, LinkRun, Linked, ROW_LINKS, ROW_URIS, Row, Run, Shape, WIDE, Wrap};

/// Puts a row together cell by cell; can be used again after `finish`.
#[derive(Debug, Default)]
pub struct RowBuilder {
    text: String,
    cells: Vec<u8>,
    simple: Simple,
    runs: Vec<Run>,
    link: Option<Link>,
    links: Vec<LinkRun>,
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
    /// What is added from here on leads there, or nowhere.
    pub fn lead(&mut self, link: Option<&Link>) {
        if self.link.as_ref() != link {
            self.link = link.cloned();
        }
    }

    /// Adds a cell. Text beyond `CELL_BYTES` is left out; empty text is a blank.
    pub fn push(&mut self, text: &str, width: u8, style: Style) {
        let text = if text.is_empty() { " " } else { cut(text) };
        let mut chars = text.chars();
        if let (Some(only), None, 1) = (chars.next(), chars.next(), width) {
            return self.put(only, style);
        }
        self.text.push_str(text);
        self.cells
            .push(text.len() as u8 | if width == 2 { WIDE } else { 0 });
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
        if c != ' ' || self.blanks_show(style) {
            self.keep();
        }
    }

    /// Adds cells of one style, each with one byte of printable ASCII.
    pub fn put_ascii(&mut self, bytes: impl ExactSizeIterator<Item = u8>, style: Style) {
        let (start, count) = (self.text.len(), bytes.len());
        self.cells.resize(self.cells.len() + count, 1);
        self.text.extend(bytes.map(char::from));
        self.extend_run(style, count);
        if self.blanks_show(style) {
            return self.keep();
        }
        let visible = self.text.as_bytes()[start..]
            .iter()
            .rposition(|b| *b != b' ');
        if let Some(at) = visible {
            let blanks = count - at - 1;
            self.keep();
            self.kept.bytes -= blanks;
            self.kept.cells -= blanks;
        }
    }

    /// A blank that leads somewhere can be seen: text that does is underlined.
    fn blanks_show(&self, style: Style) -> bool {
        self.link.is_some() || style.shows_on_blank()
    }

    fn extend_run(&mut self, style: Style, cells: usize) {
        self.extend_link(cells);
        match self.runs.last_mut() {
            Some(run) if run.style == style => run.cells += cells as u16,
            _ => self.runs.push(Run {
                cells: cells as u16,
                style,
            }),
        }
    }

    fn extend_link(&mut self, cells: usize) {
        let Some(link) = &self.link else {
            return;
        };
        let from = (self.cells.len() - cells) as u16;
        match self.links.last_mut() {
            Some(run) if run.from + run.cells == from && run.link == *link => {
                run.cells += cells as u16
            }
            _ => self.links.push(LinkRun {
                from,
                cells: cells as u16,
                link: link.clone(),
            }),
        }
    }

    /// Adds a zero-width mark to the last cell; dropped where there is none or it is full.
    pub fn mark(&mut self, mark: char) {
        let Some(cell) = self.cells.last_mut() else {
            return;
        };
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
        let links = bounded(&mut self.links, self.kept.cells);
        let shape = match self.kept.simple {
            _ if !links.is_empty() => Shape::Linked(Box::new(Linked {
                cells: self.cells.as_slice().into(),
                links,
            })),
            Simple::Bytes => Shape::Bytes,
            Simple::Chars => Shape::Chars,
            Simple::No => Shape::Cells(self.cells.as_slice().into()),
        };
        let runs = trimmed(&mut self.runs, self.kept.cells);
        let row = Row {
            text: self.text.as_str().into(),
            shape,
            runs,
            wrap,
        };
        self.text.clear();
        self.cells.clear();
        self.simple = Simple::Bytes;
        self.kept = Kept::default();
        self.link = None;
        row
    }

    /// True if no cell was added.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    fn keep(&mut self) {
        self.kept = Kept {
            bytes: self.text.len(),
            cells: self.cells.len(),
            simple: self.simple,
        };
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
    let kept = if plain {
        Box::default()
    } else {
        runs.as_slice().into()
    };
    runs.clear();
    kept
}

/// The links over the first `cells` cells, as many as a row may have.
fn bounded(links: &mut Vec<LinkRun>, cells: usize) -> Box<[LinkRun]> {
    let mut bytes = 0;
    let kept = links.drain(..).filter_map(|mut run| {
        let left = cells.checked_sub(usize::from(run.from))?;
        run.cells = usize::from(run.cells).min(left) as u16;
        bytes += run.link.uri().len();
        (run.cells > 0 && bytes <= ROW_URIS).then_some(run)
    });
    kept.take(ROW_LINKS).collect()
}

fn cut(text: &str) -> &str {
    if text.len() <= CELL_BYTES {
        return text;
    }
    let end = (0..=CELL_BYTES)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
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
        let expected = [
            ("a", 1),
            ("e\u{301}", 1),
            ("宽", 2),
            ("👩\u{200d}👩\u{200d}👧", 2),
            ("z", 1),
        ];
        assert_eq!(
            cells,
            expected.map(|(text, width)| (text.to_owned(), width))
        );
        assert_eq!(row.columns(), 7);
    }

    #[test]
    fn invisible_blanks_at_the_end_are_left_out_and_coloured_ones_stay() {
        let mut builder = RowBuilder::default();
        let blue = Style {
            bg: Color::Indexed(4),
            ..Style::default()
        };
        let bold = Style {
            attrs: Attrs::BOLD,
            ..Style::default()
        };
        builder.push("a", 1, bold);
        builder.push(" ", 1, blue);
        builder.push(" ", 1, Style::default());
        builder.push("", 1, bold);
        let row = builder.finish(Wrap::Ends);
        assert_eq!(row.text(), "a ");
        assert_eq!(
            row.cells().map(|c| c.style).collect::<Vec<_>>(),
            [bold, blue]
        );
        builder.push("b", 1, Style::default());
        builder.push(" ", 1, Style::default());
        assert_eq!(builder.finish(Wrap::Continues).text(), "b ");
    }

    #[test]
    fn the_builder_starts_afresh_after_each_row() {
        let mut builder = RowBuilder::default();
        builder.push(
            "宽",
            2,
            Style {
                attrs: Attrs::DIM,
                ..Style::default()
            },
        );
        builder.finish(Wrap::Ends);
        builder.push("a", 1, Style::default());
        assert_eq!(builder.finish(Wrap::Ends), Row::plain("a"));
    }

    #[test]
    fn marks_beyond_the_cap_are_left_out() {
        let mut builder = RowBuilder::default();
        builder.push("a", 1, Style::default());
        (0..1000).for_each(|_| builder.mark('\u{301}'));
        assert!(builder.finish(Wrap::Ends).text().len() <= CELL_BYTES);
    }

    #[test]
    fn links_of_a_row_are_bounded_in_number_and_bytes() {
        let links = |count: usize, length: usize| {
            let mut builder = RowBuilder::default();
            for n in 0..count {
                let uri = format!("https://{n:0>length$}");
                builder.lead(Link::new(&uri).as_ref());
                builder.put('x', Style::default());
            }
            let row = builder.finish(Wrap::Ends);
            assert_eq!(row.columns(), count);
            row.cells().filter(|cell| cell.link.is_some()).count()
        };
        assert_eq!(links(20, 50), 20);
        assert_eq!(links(200, 10), ROW_LINKS);
        assert_eq!(links(20, 1_000), 4);
    }

    #[test]
    fn cells_lead_where_they_led() {
        let link = Link::new("https://x");
        let mut builder = RowBuilder::default();
        builder.put_ascii(b"see ".iter().copied(), Style::default());
        builder.lead(link.as_ref());
        builder.push("宽", 2, Style::default());
        builder.put_ascii(b"x ".iter().copied(), Style::default());
        builder.lead(None);
        builder.put_ascii(b"  ".iter().copied(), Style::default());
        let row = builder.finish(Wrap::Ends);
        assert_eq!(row.text(), "see 宽x ");
        let leads: Vec<bool> = row.cells().map(|cell| cell.link.is_some()).collect();
        assert_eq!(leads, [false, false, false, false, true, true, true]);
        builder.put('b', Style::default());
        assert_eq!(builder.finish(Wrap::Ends), Row::plain("b"));
    }
}
