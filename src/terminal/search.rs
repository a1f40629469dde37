//! Finds text in rows, across the places where a long line was broken.

use super::row::{Row, Wrap};

/// Where a text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The line it begins on, numbered like the history.
    pub line: u64,
    /// The column it begins at.
    pub col: u16,
    /// How many columns it takes, those on following rows included.
    pub columns: u16,
}

/// Whether large and small letters are different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// They are.
    Exact,
    /// ASCII letters are not.
    Ignored,
}

/// The places of `needle` in `rows`, the first of which has number `first`; newest first.
pub(super) fn search(
    rows: impl Iterator<Item = Row>,
    first: u64,
    needle: &str,
    case: Case,
    most: usize,
) -> Vec<Hit> {
    let fold = |text: &str| match case {
        Case::Exact => text.to_owned(),
        Case::Ignored => text.to_ascii_lowercase(),
    };
    let needle = fold(needle);
    if needle.is_empty() || most == 0 {
        return Vec::new();
    }
    let finder = memchr::memmem::Finder::new(needle.as_bytes());
    let mut hits = std::collections::VecDeque::new();
    let mut line = Line {
        rows: Vec::new(),
        text: String::new(),
        first,
    };
    for (number, row) in (first..).zip(rows) {
        line.text.push_str(&fold(row.text()));
        let wrap = row.wrap();
        line.rows.push(row);
        if wrap == Wrap::Continues && line.rows.len() < 512 {
            continue;
        }
        for at in finder.find_iter(line.text.as_bytes()) {
            hits.push_back(line.hit(at, needle.len()));
            if hits.len() > most {
                hits.pop_front();
            }
        }
        line = Line {
            rows: Vec::new(),
            text: String::new(),
            first: number + 1,
        };
    }
    // What is still waiting is a line that goes on beyond the last row.
    for at in finder.find_iter(line.text.as_bytes()) {
        hits.push_back(line.hit(at, needle.len()));
    }
    hits.into_iter().rev().take(most).collect()
}

struct Line {
    rows: Vec<Row>,
    text: String,
    first: u64,
}

impl Line {
    fn hit(&self, start: usize, bytes: usize) -> Hit {
        let mut at = 0;
        let mut hit = Hit {
            line: self.first,
            col: 0,
            columns: 0,
        };
        for (number, row) in (self.first..).zip(&self.rows) {
            let mut col = 0;
            for cell in row.cells() {
                if at <= start {
                    (hit.line, hit.col) = (number, col);
                }
                if at + cell.text.len() > start && at < start + bytes {
                    hit.columns += u16::from(cell.width);
                }
                at += cell.text.len();
                col += u16::from(cell.width);
            }
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn text_is_found_with_its_place_in_columns() {
        let rows = [
            Row::plain("宽 needle"),
            Row::plain("none"),
            Row::plain("Needle"),
        ];
        let found = |case| search(rows.iter().cloned(), 7, "needle", case, 10);
        assert_eq!(
            found(Case::Exact),
            [Hit {
                line: 7,
                col: 3,
                columns: 6
            }]
        );
        assert_eq!(
            found(Case::Ignored)
                .iter()
                .map(|hit| hit.line)
                .collect::<Vec<_>>(),
            [9, 7]
        );
    }

    #[test]
    fn only_so_many_places_are_told_and_the_newest_first() {
        let rows = vec![Row::plain("aaaa"); 100];
        let hits = search(rows.iter().cloned(), 0, "a", Case::Exact, 3);
        assert_eq!(
            hits.iter()
                .map(|hit| (hit.line, hit.col))
                .collect::<Vec<_>>(),
            [(99, 3), (99, 2), (99, 1)]
        );
    }
}
