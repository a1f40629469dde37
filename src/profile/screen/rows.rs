//! The rows of a screen as rules see them: without the frames around them. Knows no rule.

use super::Region;

/// A grid's rows, top first, up to the last that has something on it.
pub(super) struct Rows<'r> {
    all: Vec<Row<'r>>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    /// As it stands, without blanks at its end.
    pub whole: &'r str,
    /// Without blanks, the sides of boxes and scroll bars at both ends.
    pub bare: &'r str,
}

impl<'r> Rows<'r> {
    pub fn new(rows: &'r [String]) -> Self {
        let mut all: Vec<Row> = rows.iter().map(|row| Row::new(row)).collect();
        let end = all.iter().rposition(|row| !row.whole.is_empty());
        all.truncate(end.map_or(0, |at| at + 1));
        Self { all }
    }

    pub fn all(&self) -> &[Row<'r>] {
        &self.all
    }

    /// The bare rows of a region, top first.
    pub fn bare(&self, region: Region) -> impl Iterator<Item = &'r str> {
        self.all[self.start(region)..].iter().map(|row| row.bare)
    }

    /// The last row with text, bare.
    pub fn last(&self) -> &'r str {
        let text = self.all.iter().rev().find(|row| row.has_text());
        text.map_or("", |row| row.bare)
    }

    fn start(&self, region: Region) -> usize {
        let Region::Last(most) = region else {
            return 0;
        };
        let with_something = self.all.iter().enumerate().rev();
        with_something
            .filter(|(_, row)| !row.bare.is_empty())
            .take(most)
            .last()
            .map_or(self.all.len(), |(at, _)| at)
    }
}

impl<'r> Row<'r> {
    fn new(row: &'r str) -> Self {
        let whole = row.trim_end();
        Self {
            whole,
            bare: whole.trim_matches(is_frame),
        }
    }

    /// Whether there are words on it: frames and lines are none.
    pub fn has_text(&self) -> bool {
        self.bare.chars().any(|c| !is_line(c) && !c.is_whitespace())
    }

    /// Whether it is a line across, or the upper edge of a box that stands in no other.
    pub fn is_edge(&self) -> bool {
        let text = self.whole.trim_start();
        text.starts_with(['─', '━', '╭', '┌', '╔', '▔', '═']) && text.chars().all(is_line)
    }

    /// How many characters stand before the first that is not blank or a frame.
    pub fn indent(&self) -> usize {
        let before = self.whole.len() - self.whole.trim_start_matches(is_frame).len();
        self.whole[..before].chars().count()
    }
}

fn is_frame(c: char) -> bool {
    c.is_whitespace() || "│┃║╎┆┊█▌▐".contains(c)
}

/// The signs of lines, frames and shades.
fn is_line(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259f}' | ' ')
}
