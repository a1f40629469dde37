//! The lines that scrolled off a screen: text and runs of style, bounded in bytes.
//! Lines are numbered from the first one ever; old ones go when the bound is reached, a page of them at a time: a
//! flood makes and forgets a million lines a second, and must not pay for an allocation of each.

use super::builder::RowBuilder;
use super::row::{Row, Run, Shape, Wrap};
use std::collections::VecDeque;
use std::ops::Range;

/// The most bytes of a page, and the least.
const PAGE: Range<usize> = 512..32 * 1024;

/// The lines kept, oldest first.
#[derive(Debug)]
pub struct History {
    /// The last one grows; none of them is empty.
    pages: VecDeque<Page>,
    /// The last page that went: where lines go as they come, its space is the next one's.
    spare: Option<Page>,
    next: u64,
    bytes: usize,
    limit: usize,
}

impl History {
    /// Keeps up to `limit` bytes, counted with what it takes to find a line in them.
    pub fn new(limit: usize) -> Self {
        History {
            pages: VecDeque::new(),
            spare: None,
            next: 0,
            bytes: 0,
            limit,
        }
    }

    /// The number of the first line still kept.
    pub fn first(&self) -> u64 {
        self.pages.front().map_or(self.next, |page| page.first)
    }

    /// How many lines ever came in; the number the next one gets.
    pub fn total(&self) -> u64 {
        self.next
    }

    /// The bytes held now.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The kept lines in `range`, in order.
    pub fn lines(&self, range: Range<u64>) -> impl Iterator<Item = Row> {
        let from = range.start.clamp(self.first(), self.next);
        let to = range.end.clamp(from, self.next);
        let begins = self.pages.partition_point(|page| page.first <= from);
        let pages = self.pages.range(begins.saturating_sub(1)..);
        let lines = pages.flat_map(|page| (page.first..).zip(page.rows()));
        lines
            .skip_while(move |(number, _)| *number < from)
            .take_while(move |(number, _)| *number < to)
            .map(|(_, row)| row)
    }

    /// Adds a line and lets old ones go.
    pub(super) fn push(&mut self, row: Row) {
        self.add(|page| page.push(row));
    }

    /// The same of an even line, whose parts are copied.
    pub(super) fn push_even(&mut self, line: &Even<'_>) {
        self.add(|page| page.push_even(line));
    }

    fn add(&mut self, push: impl FnOnce(&mut Page) -> usize) {
        let full = (self.limit / 16).clamp(PAGE.start, PAGE.end);
        if self.pages.back().is_none_or(|page| page.bytes >= full) {
            if let Some(page) = self.pages.back_mut() {
                page.close();
            }
            let page = self.spare.take().unwrap_or_else(|| Page::new(full));
            self.pages.push_back(page.begun(self.next));
        }
        if let Some(page) = self.pages.back_mut() {
            self.bytes += push(page);
        }
        self.next += 1;
        while self.bytes > self.limit {
            let Some(oldest) = self.pages.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes;
            self.spare = Some(oldest);
        }
    }

    /// Counts lines that went by without being kept. What is older cannot be shown in one piece
    /// with what comes, so it goes too.
    pub(super) fn skip(&mut self, lines: u64) {
        self.clear();
        self.next += lines;
    }

    /// Lets every line go; the numbers go on.
    pub(super) fn clear(&mut self) {
        self.pages = VecDeque::new();
        self.spare = None;
        self.bytes = 0;
    }
}

/// Lines one behind the other.
#[derive(Debug)]
struct Page {
    /// The number of its first line.
    first: u64,
    text: String,
    runs: Vec<Run>,
    lines: Vec<Line>,
    /// Lines that have more to them than text and runs.
    odd: Vec<Row>,
    bytes: usize,
}

/// A line whose cells take one column and one character each, in the parts that a page keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Even<'a> {
    pub text: &'a str,
    pub runs: &'a [Run],
    pub each: Each,
    pub wrap: Wrap,
}

/// What a cell of an even line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Each {
    /// A byte.
    #[default]
    Byte,
    /// A character.
    Char,
}

/// Where a line ends in its page's text and runs, and what kind of line it is.
#[derive(Clone, Copy, Debug)]
struct Line {
    text: u32,
    runs: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Even(Each, Wrap),
    /// The next of the odd ones.
    Odd,
}

impl Page {
    fn new(bytes: usize) -> Self {
        Page {
            first: 0,
            text: String::with_capacity(bytes),
            runs: Vec::new(),
            lines: Vec::new(),
            odd: Vec::new(),
            bytes: 0,
        }
    }

    /// Empty, from this line on.
    fn begun(mut self, first: u64) -> Self {
        self.text.clear();
        self.runs.clear();
        self.lines.clear();
        self.odd.clear();
        (self.first, self.bytes) = (first, 0);
        self
    }

    /// Adds a line and says what it costs.
    fn push(&mut self, row: Row) -> usize {
        let each = match row.shape {
            Shape::Bytes => Each::Byte,
            Shape::Chars => Each::Char,
            Shape::Cells(_) | Shape::Linked(_) => {
                let cost = row.cost();
                self.odd.push(row);
                return self.ends(Kind::Odd, cost);
            }
        };
        self.push_even(&Even {
            text: &row.text,
            runs: &row.runs,
            each,
            wrap: row.wrap,
        })
    }

    fn push_even(&mut self, line: &Even<'_>) -> usize {
        self.text.push_str(line.text);
        self.runs.extend_from_slice(line.runs);
        let cost = line.text.len() + size_of_val::<[Run]>(line.runs);
        self.ends(Kind::Even(line.each, line.wrap), cost)
    }

    /// A line ends here, which cost so much besides this.
    fn ends(&mut self, kind: Kind, cost: usize) -> usize {
        self.lines.push(Line {
            text: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            runs: u32::try_from(self.runs.len()).unwrap_or(u32::MAX),
            kind,
        });
        let cost = cost + size_of::<Line>();
        self.bytes += cost;
        cost
    }

    /// No line comes any more.
    fn close(&mut self) {
        self.text.shrink_to_fit();
        self.runs.shrink_to_fit();
        self.lines.shrink_to_fit();
        self.odd.shrink_to_fit();
    }

    fn rows(&self) -> impl Iterator<Item = Row> {
        let (mut text, mut runs, mut odd) = (0, 0, self.odd.iter());
        self.lines.iter().filter_map(move |line| {
            let own = (text..line.text as usize, runs..line.runs as usize);
            (text, runs) = (own.0.end, own.1.end);
            let (shape, wrap) = match line.kind {
                Kind::Even(Each::Byte, wrap) => (Shape::Bytes, wrap),
                Kind::Even(Each::Char, wrap) => (Shape::Chars, wrap),
                Kind::Odd => return odd.next().cloned(),
            };
            Some(Row {
                text: self.text.get(own.0)?.into(),
                shape,
                runs: self.runs.get(own.1)?.into(),
                wrap,
            })
        })
    }
}

/// The same lines at another width: rows that continue are joined, long lines are broken at `cols`.
pub(super) fn reflow(rows: impl Iterator<Item = Row>, cols: u16) -> Vec<Row> {
    let mut flow = Flow {
        cols: usize::from(cols.max(2)),
        at: 0,
        builder: RowBuilder::default(),
        out: Vec::new(),
    };
    for row in rows {
        flow.row(row);
    }
    flow.end();
    flow.out
}

struct Flow {
    cols: usize,
    at: usize,
    builder: RowBuilder,
    out: Vec<Row>,
}

impl Flow {
    fn row(&mut self, row: Row) {
        let fits = self.builder.is_empty() && row.wrap() == Wrap::Ends;
        if fits && row.columns() <= self.cols {
            self.out.push(row);
            return;
        }
        for cell in row.cells() {
            if self.at + usize::from(cell.width) > self.cols {
                self.out.push(self.builder.finish(Wrap::Continues));
                self.at = 0;
            }
            self.builder.lead(cell.link);
            self.builder.push(cell.text, cell.width, cell.style);
            self.at += usize::from(cell.width);
        }
        if row.wrap() == Wrap::Ends {
            self.out.push(self.builder.finish(Wrap::Ends));
            self.at = 0;
        }
    }

    fn end(&mut self) {
        if !self.builder.is_empty() {
            self.out.push(self.builder.finish(Wrap::Continues));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::super::cell::{Color, Style};
    use super::*;
    use crate::terminal::Limits;
    use proptest::prelude::*;

    fn texts(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(Row::text).collect()
    }

    fn continued(text: &str) -> Row {
        let mut builder = RowBuilder::default();
        for c in text.chars() {
            builder.push(c.encode_utf8(&mut [0; 4]), 1, Default::default());
        }
        builder.finish(Wrap::Continues)
    }

    #[test]
    fn ten_thousand_full_lines_of_200_columns_fit_the_default_bound() {
        let mut history = History::new(Limits::default().history_bytes);
        for n in 0..10_000 {
            history.push(Row::plain(&format!("{n:0>200}")));
        }
        assert_eq!((history.first(), history.total()), (0, 10_000));
    }

    #[test]
    fn the_bound_is_in_bytes_and_old_lines_go_first() {
        let mut history = History::new(10_000);
        for n in 0..1000 {
            history.push(Row::plain(&format!("line {n} {}", "x".repeat(n % 300))));
            assert!(history.bytes() <= 10_000);
        }
        assert_eq!(history.total(), 1000);
        assert!(history.first() > 850);
        let last: Vec<_> = history.lines(999..5000).collect();
        assert!(last[0].text().starts_with("line 999 "));
        assert_eq!(history.lines(0..10).count(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_lines_kept_are_the_last_ones_as_they_came(lines in prop::collection::vec(("[a-zé宽 ]{0,60}", 0_u8..4), 1..400)) {
            let mut history = History::new(4_000);
            let mut all = Vec::new();
            for (text, kind) in lines {
                let mut row = Row::plain(&text);
                if kind == 0 {
                    let mut builder = RowBuilder::default();
                    let style = Style { fg: Color::Indexed(text.len() as u8), ..Style::default() };
                    builder.push("x", 1, style);
                    row = builder.finish(Wrap::Continues);
                }
                history.push(row.clone());
                all.push(row);
                let kept: Vec<Row> = history.lines(0..u64::MAX).collect();
                let first = history.first() as usize;
                prop_assert!(first == 0 || history.bytes() > 2_000);
                prop_assert_eq!(&kept, &all[first..]);
            }
        }
    }

    #[test]
    fn lines_are_joined_and_broken_at_another_width() {
        let rows = [continued("hello wo"), Row::plain("rld"), Row::plain("x")];
        assert_eq!(
            texts(&reflow(rows.iter().cloned(), 20)),
            ["hello world", "x"]
        );
        assert_eq!(
            texts(&reflow(rows.iter().cloned(), 4)),
            ["hell", "o wo", "rld", "x"]
        );
        assert_eq!(
            texts(&reflow(rows.iter().cloned(), 6)),
            ["hello ", "world", "x"]
        );
    }

    #[test]
    fn a_wide_character_is_never_cut_in_two() {
        let rows = [Row::plain("a宽宽b")];
        assert_eq!(
            texts(&reflow(rows.iter().cloned(), 2)),
            ["a", "宽", "宽", "b"]
        );
        assert_eq!(texts(&reflow(rows.iter().cloned(), 4)), ["a宽", "宽b"]);
    }

    #[test]
    fn skipped_lines_are_counted() {
        let mut history = History::new(10_000);
        history.push(Row::plain("a"));
        history.skip(5);
        history.push(Row::plain("b"));
        assert_eq!((history.first(), history.total()), (6, 7));
    }
}
