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

    /// The rows of a region, top first; `None` where the row it stands above is not there.
    pub fn region(&self, region: &Region) -> Option<&[Row<'r>]> {
        let end = match &region.above {
            Some(above) => self.all.iter().rposition(|row| above.fits(row.bare))?,
            None => self.all.len(),
        };
        let seen = &self.all[..end];
        let Some(most) = region.rows else {
            return Some(seen);
        };
        let with_something = seen.iter().enumerate().rev();
        let start = with_something
            .filter(|(_, row)| !row.bare.is_empty())
            .take(most)
            .last()
            .map_or(end, |(at, _)| at);
        Some(&seen[start..])
    }

    /// The last row with text, bare.
    pub fn last(&self) -> &'r str {
        let text = self.all.iter().rev().find(|row| row.has_text());
        text.map_or("", |row| row.bare)
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

    /// Whether it is a line from the left side on, or the upper edge of a box that stands in no other.
    /// What a program shows of a file or a command is indented, so that no line in it hides what is above.
    pub fn is_edge(&self) -> bool {
        let text = self.whole.trim_start();
        let is_box = text.starts_with(['╭', '┌', '╔']);
        let is_line_across = self.whole.starts_with(['─', '━', '▔', '═']);
        (is_box || is_line_across) && text.chars().all(is_line)
    }

    /// Whether it is a line from side to side: the lower edge of what a person types into.
    pub fn closes_input(&self) -> bool {
        let text = self.whole.trim();
        let text = text.trim_start_matches('╹');
        let sign = text.chars().next().filter(|c| "─━▀▔".contains(*c));
        sign.is_some_and(|sign| text.chars().all(|c| c == sign) && text.chars().nth(9).is_some())
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
