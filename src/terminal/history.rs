//! The lines that scrolled off a screen: text and runs of style, bounded in bytes.
//! Lines are numbered from the first one ever; old ones go when the bound is reached.

use super::builder::RowBuilder;
use super::row::{Row, Wrap};
use std::collections::VecDeque;
use std::ops::Range;

/// The lines kept, oldest first.
#[derive(Debug)]
pub struct History {
    rows: VecDeque<Row>,
    first: u64,
    bytes: usize,
    limit: usize,
}

impl History {
    /// Keeps up to `limit` bytes, counted with the cost of their allocations.
    pub fn new(limit: usize) -> Self {
        History {
            rows: VecDeque::new(),
            first: 0,
            bytes: 0,
            limit,
        }
    }

    /// The number of the first line still kept.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// How many lines ever came in; the number the next one gets.
    pub fn total(&self) -> u64 {
        self.first + self.rows.len() as u64
    }

    /// The bytes held now.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The kept lines in `range`, in order.
    pub fn lines(&self, range: Range<u64>) -> impl Iterator<Item = &Row> {
        let from = range.start.clamp(self.first, self.total()) - self.first;
        let to = range.end.clamp(self.first, self.total()) - self.first;
        self.rows
            .range(from as usize..(to as usize).max(from as usize))
    }

    /// Adds a line and lets old ones go.
    pub(super) fn push(&mut self, row: Row) {
        self.bytes += row.cost();
        self.rows.push_back(row);
        while self.bytes > self.limit {
            let Some(oldest) = self.rows.pop_front() else {
                break;
            };
            self.bytes -= oldest.cost();
            self.first += 1;
        }
    }

    /// Counts lines that went by without being kept. What is older cannot be shown in one piece
    /// with what comes, so it goes too.
    pub(super) fn skip(&mut self, lines: u64) {
        let next = self.total() + lines;
        self.clear();
        self.first = next;
    }

    /// Lets every line go; the numbers go on.
    pub(super) fn clear(&mut self) {
        self.first = self.total();
        self.rows = VecDeque::new();
        self.bytes = 0;
    }
}

/// The same lines at another width: rows that continue are joined, long lines are broken at `cols`.
pub(super) fn reflow<'a>(rows: impl Iterator<Item = &'a Row>, cols: u16) -> Vec<Row> {
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
    fn row(&mut self, row: &Row) {
        let fits = self.builder.is_empty() && row.wrap() == Wrap::Ends;
        if fits && row.columns() <= self.cols {
            self.out.push(row.clone());
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
    use super::*;
    use crate::terminal::Limits;

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
        assert!(history.first() > 900);
        let last: Vec<_> = history.lines(999..5000).collect();
        assert!(last[0].text().starts_with("line 999 "));
        assert_eq!(history.lines(0..10).count(), 0);
    }

    #[test]
    fn lines_are_joined_and_broken_at_another_width() {
        let rows = [continued("hello wo"), Row::plain("rld"), Row::plain("x")];
        assert_eq!(texts(&reflow(rows.iter(), 20)), ["hello world", "x"]);
        assert_eq!(texts(&reflow(rows.iter(), 4)), ["hell", "o wo", "rld", "x"]);
        assert_eq!(texts(&reflow(rows.iter(), 6)), ["hello ", "world", "x"]);
    }

    #[test]
    fn a_wide_character_is_never_cut_in_two() {
        let rows = [Row::plain("a宽宽b")];
        assert_eq!(texts(&reflow(rows.iter(), 2)), ["a", "宽", "宽", "b"]);
        assert_eq!(texts(&reflow(rows.iter(), 4)), ["a宽", "宽b"]);
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
