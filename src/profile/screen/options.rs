//! The options of a dialog, found on the rows. What their words mean is judged in `label`.

use super::label::{means, plain};
use super::rows::{Row, Rows};
use super::test::Pattern;
use super::{Choice, Shape};

/// So many rows may stand between two options: what explains the upper one.
const BETWEEN: usize = 4;
/// From so many characters on, a row was probably too narrow for its label.
const FULL: usize = 60;
/// So many options may stand below the one under the cursor, where they have no numbers.
const MORE: usize = 9;
/// Signs before an option of a radio list that is not chosen.
const UNCHOSEN: &str = "○◯◻☐";

/// The options of a dialog, and the rows they take.
pub(super) struct Found {
    pub options: Vec<Raw>,
    pub first: usize,
    pub last: usize,
}

/// An option as it stands.
pub(super) struct Raw {
    label: String,
    key: Option<char>,
    under_cursor: bool,
}

impl Raw {
    pub fn judged(self, shape: &Shape) -> Choice {
        let means = means(&self.label, shape);
        Choice {
            label: self.label,
            key: self.key,
            under_cursor: self.under_cursor,
            means,
        }
    }
}

/// No options: the last row with text is all there is.
pub(super) fn nothing(rows: &Rows) -> Option<Found> {
    let at = rows.all().iter().rposition(Row::has_text)?;
    Some(Found {
        options: Vec::new(),
        first: at,
        last: at,
    })
}

/// A list with numbers, a list without, or letters in brackets. What a person types is no dialog.
pub(super) fn usual(shape: &Shape, rows: &Rows) -> Option<Found> {
    let all = rows.all();
    numbered(shape, all)
        .or_else(|| marked(shape, all))
        .filter(|found| !all[found.last..].iter().any(Row::closes_input))
        .or_else(|| lettered(all))
}

/// Every match of a rule's own pattern: beside one another on the lowest row, or on rows that stand together.
pub(super) fn own(pattern: &Pattern, shape: &Shape, rows: &Rows) -> Option<Found> {
    let all = rows.all();
    let last = lowest(all, shape.below, |row| pattern.fits(row.bare))?;
    let is_one_row = pattern.every(all[last].bare).nth(1).is_some();
    let mut first = last;
    let mut gap = 0;
    for at in (0..last).rev().take_while(|_| !is_one_row) {
        if pattern.fits(all[at].bare) {
            (first, gap) = (at, 0);
        } else if gap == BETWEEN {
            break;
        } else {
            gap += 1;
        }
    }
    let options = all[first..=last]
        .iter()
        .flat_map(|row| pattern.every(row.bare));
    let options = options.map(|one| {
        let group = |name| one.name(name).map_or("", |group| group.as_str().trim());
        let label = match group("label") {
            "" => one.get(0).map_or("", |all| all.as_str().trim()),
            label => label,
        };
        Raw {
            label: plain(label).to_owned(),
            key: group("key").chars().next(),
            under_cursor: !group("cursor").is_empty(),
        }
    });
    let options = options.collect();
    Some(Found {
        options,
        first,
        last,
    })
}

/// The lowest row that fits, if at most `below` rows with text stand below it.
fn lowest(rows: &[Row], below: usize, fits: impl Fn(&Row) -> bool) -> Option<usize> {
    let mut texts = 0;
    for (at, row) in rows.iter().enumerate().rev() {
        if fits(row) {
            return Some(at);
        }
        texts += usize::from(row.has_text());
        if texts > below {
            return None;
        }
    }
    None
}

/// `❯ 1. Yes`, and the others up to number 1.
fn numbered(shape: &Shape, rows: &[Row]) -> Option<Found> {
    let at = lowest(rows, shape.below, |row| number(row, shape).is_some())?;
    let lowest = number(&rows[at], shape)?;
    let (mut wanted, column) = (lowest.number, lowest.column);
    let (mut found, mut first, mut gap) = (Vec::new(), at, 0);
    for (row, text) in rows.iter().enumerate().take(at + 1).rev() {
        let is_next = |one: &Numbered| one.number == wanted && one.column == column;
        match number(text, shape).filter(is_next) {
            Some(one) => {
                (first, gap) = (row, 0);
                found.push((row, one));
                wanted -= 1;
                if wanted == 0 {
                    break;
                }
            }
            None if gap == BETWEEN => break,
            None => gap += 1,
        }
    }
    let is_whole = wanted == 0 || is_scrolled(rows, first);
    found.reverse();
    let cursors = found.iter().filter(|(_, one)| one.under_cursor).count();
    let is_pointed_at = cursors == 1 || shape.marks.is_empty();
    if !is_whole || found.len() < 2 || !is_pointed_at {
        return None;
    }
    let last = at + continuation(rows, at).count();
    let options = found.into_iter().map(|(row, one)| Raw {
        label: whole_label(rows, row, one.label),
        key: digit(one.number),
        under_cursor: one.under_cursor,
    });
    Some(Found {
        options: options.collect(),
        first,
        last,
    })
}

/// Whether the list goes on above this row, and says so.
fn is_scrolled(rows: &[Row], first: usize) -> bool {
    let above = first.checked_sub(1).map(|above| rows[above].bare);
    matches!(above, Some("↑" | "▲"))
}

struct Numbered<'r> {
    number: u32,
    /// Where the number stands: those of one list stand below one another, unlike what a label contains.
    column: usize,
    label: &'r str,
    under_cursor: bool,
}

fn number<'r>(row: &Row<'r>, shape: &Shape) -> Option<Numbered<'r>> {
    let is_mark = |c: char| shape.marks.contains(c);
    let text = row.bare.trim_start_matches(is_mark);
    let under_cursor = text.len() < row.bare.len();
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits.min(3));
    let label = rest.strip_prefix(['.', ')'])?;
    let is_apart = label.starts_with(char::is_whitespace) && !label.trim().is_empty();
    let number = number.parse().ok().filter(|one| *one > 0)?;
    let before = &row.bare[..row.bare.len() - text.len()];
    is_apart.then(|| Numbered {
        number,
        column: row.indent() + before.chars().count(),
        label: label.trim(),
        under_cursor,
    })
}

fn digit(number: u32) -> Option<char> {
    char::from_digit(number, 10).filter(|_| number < 10)
}

/// A label, with the rows it goes on in where its own was too narrow for it.
fn whole_label(rows: &[Row], at: usize, label: &str) -> String {
    let mut whole = label.to_owned();
    for row in continuation(rows, at) {
        whole.push(' ');
        whole.push_str(row.bare);
    }
    plain(&whole).to_owned()
}

fn continuation<'a, 'r>(rows: &'a [Row<'r>], at: usize) -> impl Iterator<Item = &'a Row<'r>> {
    let text = rows[at].indent();
    let is_full = |row: &Row| row.indent() + row.bare.chars().count() >= FULL;
    let mut goes_on = is_full(&rows[at]);
    rows[at + 1..].iter().take(BETWEEN).take_while(move |row| {
        goes_on = goes_on && row.has_text() && row.indent() > text + 2;
        let belongs = goes_on;
        goes_on = goes_on && is_full(row);
        belongs
    })
}

/// `❯ No, exit`, and the rows beside it that begin below its words; or a radio list.
fn marked(shape: &Shape, rows: &[Row]) -> Option<Found> {
    let is_unchosen = |c: char| UNCHOSEN.contains(c);
    let marks = shape.marks.as_str();
    let lowest_mark = lowest(rows, shape.below + MORE, |row| mark(row, marks).is_some())?;
    let cursor = mark(&rows[lowest_mark], marks)?;
    if number(&rows[lowest_mark], shape).is_some() {
        return None;
    }
    let is_radio = cursor.sign == '●';
    let is_beside = |row: &&Row| {
        let starts = row.bare.starts_with(is_unchosen);
        let column = row.indent();
        match is_radio {
            true => starts && column == cursor.column,
            false => row.has_text() && column == cursor.words && mark(row, marks).is_none(),
        }
    };
    let above = rows[..lowest_mark].iter().rev().take_while(is_beside);
    let first = lowest_mark - above.count();
    let under = rows[lowest_mark + 1..].iter().take_while(is_beside);
    let last = lowest_mark + under.count();
    let texts = rows[last + 1..].iter().filter(|row| row.has_text()).count();
    if last == first || texts > shape.below {
        return None;
    }
    let options = (first..=last).map(|at| Raw {
        label: plain(match at == lowest_mark {
            true => cursor.label,
            false => rows[at].bare.trim_start_matches(is_unchosen).trim(),
        })
        .to_owned(),
        key: None,
        under_cursor: at == lowest_mark,
    });
    Some(Found {
        options: options.collect(),
        first,
        last,
    })
}

struct Mark<'r> {
    sign: char,
    label: &'r str,
    column: usize,
    words: usize,
}

fn mark<'r>(row: &Row<'r>, marks: &str) -> Option<Mark<'r>> {
    let sign = row.bare.chars().next().filter(|c| marks.contains(*c))?;
    let rest = &row.bare[sign.len_utf8()..];
    let label = rest.trim_start();
    let blanks = rest.len() - label.len();
    let column = row.indent();
    (blanks > 0 && !label.is_empty()).then(|| Mark {
        sign,
        label,
        column,
        words: column + 1 + blanks,
    })
}

/// `(Y)es/(N)o` on the last row.
fn lettered(rows: &[Row]) -> Option<Found> {
    let at = rows.iter().rposition(Row::has_text)?;
    let mut options = Vec::new();
    let mut rest = rows[at].bare;
    while let Some(start) = rest.find(['(', '[']) {
        let inside = &rest[start + 1..];
        let mut signs = inside.chars();
        let key = signs.next().filter(char::is_ascii_alphabetic);
        let is_closed = matches!(signs.next(), Some(')' | ']'));
        let Some(key) = key.filter(|_| is_closed) else {
            rest = inside;
            continue;
        };
        let tail = &inside[2..];
        let end = tail.find(['/', '[', ',', '(']).unwrap_or(tail.len());
        let label = format!("{key}{}", tail[..end].trim_end_matches([' ', ':', '?']));
        options.push(Raw {
            label,
            key: Some(key.to_ascii_lowercase()),
            under_cursor: false,
        });
        rest = &tail[end..];
    }
    (options.len() > 1).then_some(Found {
        options,
        first: at,
        last: at,
    })
}
