//! Where a dialog stands on the screen: its options, and from which row on it is shown.

use super::options::{self, Found};
use super::rows::{Row, Rows};
use super::{Dialog, Need, Options, Shape};

/// A dialog is shown with so many rows above its options at most.
const TALLEST: usize = 60;
/// And with so many where nothing says where it begins.
const USUAL: usize = 20;

/// `None` if no such dialog is open; nothing inside where a person is needed but nothing is asked.
pub(super) fn find(shape: &Shape, need: Need, rows: &Rows) -> Option<Option<Dialog>> {
    let found = match &shape.options {
        Options::None if need != Need::Dialog => return Some(None),
        Options::None => options::nothing(rows),
        Options::Usual => options::usual(shape, rows),
        Options::Own(pattern) => options::own(pattern, shape, rows),
    };
    let found = found?;
    let head = head(shape, rows.all(), found.first);
    Some(Some(Dialog {
        rows: cut(&rows.all()[head..=found.last]),
        options: choices(shape, found),
    }))
}

fn choices(shape: &Shape, found: Found) -> Vec<super::Choice> {
    let judged = |one: options::Raw| one.judged(shape);
    found.options.into_iter().map(judged).collect()
}

/// Its first row.
fn head(shape: &Shape, rows: &[Row], first: usize) -> usize {
    let mut above = first.saturating_sub(TALLEST)..=first;
    if let Some(from) = &shape.from
        && let Some(at) = above.clone().find(|at| from.fits(rows[*at].bare))
    {
        return at;
    }
    match above.rfind(|at| rows[*at].is_edge()) {
        Some(at) => (at + 1).min(first),
        None => first.saturating_sub(USUAL),
    }
}

/// Blanks at the ends of rows, and blank rows at both ends, are no part of a dialog.
fn cut(rows: &[Row]) -> Vec<String> {
    let from = rows.iter().position(|row| row.has_text()).unwrap_or(0);
    rows[from..]
        .iter()
        .map(|row| row.whole.to_owned())
        .collect()
}
