//! Going through a diff: lines, changes, files, comments, a text that is searched for.

use crate::model::Untrusted;
use crate::terminal::MouseEvent;
use crate::view::command::Command;
use crate::view::desk::{Chooser, Entry, Line, Pick, Popup, Then};
use crate::view::review::draw::found;
use crate::view::review::{Cell, Review, Row};
use crate::view::tiles::{self, ReviewPlan};

use super::super::Act;
use super::super::turn::Turn;
use super::comments;

/// How many columns one step to the side goes.
const STEP: u16 = 8;
/// Rows that stay in sight above and below the cursor, where there are any.
const MARGIN: usize = 3;
/// Rows that are kept in sight above a change or a file that is gone to.
const ABOVE: usize = 2;

/// A line, wherever its row is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    file: Option<Untrusted>,
    numbers: Option<(u32, u32)>,
    /// How far below the top of the screen.
    below: usize,
}

/// The commands that go through a diff. Whether it was one.
pub(in crate::view::update) fn walk(turn: &mut Turn, command: Command) -> bool {
    let height = usize::from(turn.plan().review.map_or(1, |plan| plan.body.height)).max(2);
    let Some(review) = turn.desk.review.as_mut() else {
        return false;
    };
    let half = isize::try_from(height / 2).unwrap_or(1);
    match command {
        Command::ScrollDown => by(review, 1),
        Command::ScrollUp => by(review, -1),
        Command::HalfDown => by(review, half),
        Command::HalfUp => by(review, -half),
        Command::PageDown => by(review, half * 2 - 1),
        Command::PageUp => by(review, 1 - half * 2),
        Command::Top => to(review, 0),
        Command::Bottom => to(review, usize::MAX),
        Command::ScrollLeft => review.left = review.left.saturating_sub(STEP),
        Command::ScrollRight => review.left = review.left.saturating_add(STEP).min(4_096),
        Command::LineStart => review.left = 0,
        Command::Select => {
            review.range = match review.range {
                Some(_) => None,
                None => Some(review.at),
            }
        }
        Command::Copy => copy(turn),
        Command::NextHunk => next(turn, |review| &review.rows.hunks, "change"),
        Command::PreviousHunk => previous(turn, |review| &review.rows.hunks, "change"),
        Command::NextFile => next(turn, |review| &review.rows.files, "file"),
        Command::PreviousFile => previous(turn, |review| &review.rows.files, "file"),
        Command::NextComment => next(turn, |review| &review.rows.comments, "comment"),
        Command::PreviousComment => previous(turn, |review| &review.rows.comments, "comment"),
        Command::Comments => comments::list(turn),
        Command::ChooseFile => choose(turn),
        Command::NextHit => hit(turn, 1),
        Command::PreviousHit => hit(turn, -1),
        _ => return false,
    }
    true
}

fn by(review: &mut Review, rows: isize) {
    to(review, review.at.saturating_add_signed(rows));
}

fn to(review: &mut Review, row: usize) {
    review.at = row.min(review.rows.all.len().saturating_sub(1));
}

/// Goes to a row, and shows what is behind it rather than what is before.
pub(super) fn show(turn: &mut Turn, row: usize) {
    if let Some(review) = turn.desk.review.as_mut() {
        to(review, row);
        review.top = review.at.saturating_sub(ABOVE);
    }
}

fn next(turn: &mut Turn, rows: fn(&Review) -> &Vec<usize>, what: &str) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    let all = rows(review);
    match all
        .get(all.partition_point(|row| *row <= review.at))
        .copied()
    {
        Some(row) => show(turn, row),
        None => turn.note(format!("there is no {what} behind this")),
    }
}

fn previous(turn: &mut Turn, rows: fn(&Review) -> &Vec<usize>, what: &str) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    let all = rows(review);
    let before = all.partition_point(|row| *row < review.at).checked_sub(1);
    match before.and_then(|at| all.get(at)).copied() {
        Some(row) => show(turn, row),
        None => turn.note(format!("there is no {what} before this")),
    }
}

/// Offers the files.
fn choose(turn: &mut Turn) {
    let Some(review) = turn.desk.review.as_ref() else {
        return;
    };
    let entry = |(at, file): (usize, &crate::diff::File)| {
        let (added, removed) = review.rows.stats.get(at).copied().unwrap_or_default();
        Entry {
            label: file.path.shown(),
            remark: format!("+{added} -{removed}"),
            pick: Pick::File(at),
        }
    };
    let entries = review.diff.files.iter().enumerate().map(entry).collect();
    let at = review.file().unwrap_or(0);
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: "files".to_owned(),
        entries,
        at,
        line: Line::default(),
        then: Then::GoFile,
    }));
}

/// Goes to a file, by its place.
pub(in crate::view::update) fn to_file(turn: &mut Turn, file: usize) {
    let review = turn.desk.review.as_ref();
    if let Some(row) = review
        .and_then(|review| review.rows.files.get(file))
        .copied()
    {
        show(turn, row);
    }
}

/// Searches from the cursor on.
pub(in crate::view::update) fn search(turn: &mut Turn, needle: String) {
    if let Some(review) = turn.desk.review.as_mut() {
        review.needle = needle;
    }
    hit(turn, 1);
}

/// Goes to the next row with the text (1) or the one before (-1), around the ends.
fn hit(turn: &mut Turn, way: isize) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    if review.needle.is_empty() {
        return turn.refuse("nothing is searched for");
    }
    let count = review.rows.all.len();
    let has = |row: &Row| {
        let mut lines = review
            .cells(row)
            .into_iter()
            .flatten()
            .filter_map(|it| review.line(it));
        lines.any(|line| !found(line.text.raw(), &review.needle).is_empty())
    };
    let row = |step: usize| match way {
        1 => (review.at + step) % count,
        _ => (review.at + count - step % count) % count,
    };
    let place = (1..=count).map(row).find(|row| has(&review.rows.all[*row]));
    match place {
        Some(row) => to(review, row),
        None => {
            let needle = review.needle.clone();
            turn.refuse(format!("`{needle}` is not in this diff"));
        }
    }
}

/// The lines of the range, or the line of the cursor, into the clipboard.
fn copy(turn: &mut Turn) {
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    let from = review.range.unwrap_or(review.at);
    let rows = from.min(review.at)..=from.max(review.at);
    let rows = review.rows.all.get(rows).unwrap_or_default();
    let lines: Vec<&str> = rows
        .iter()
        .filter_map(|row| match review.cells(row) {
            [_, Some(cell)] | [Some(cell), None] => review.line(cell),
            [None, None] => None,
        })
        .map(|line| line.text.raw())
        .collect();
    if lines.is_empty() {
        return turn.refuse("there is no line here to copy");
    }
    let (count, text) = (lines.len(), lines.join("\n"));
    review.range = None;
    turn.acts.push(Act::Copy(text));
    turn.note(format!("{count} lines copied"));
}

/// Where the cursor is, in the file.
pub(super) fn spot(review: &Review) -> Spot {
    let file = review.file().and_then(|at| review.diff.files.get(at));
    let cell = |row: usize| {
        let cells = review.rows.all.get(row).map(|row| review.cells(row))?;
        cells.into_iter().flatten().next_back()
    };
    // on a comment: the line above it
    let cell = (0..40).find_map(|up| cell(review.at.checked_sub(up)?));
    let here = |cell: &Cell| review.file() == Some(cell.file as usize);
    Spot {
        file: file.map(|file| file.path.clone()),
        numbers: cell.filter(here).map(|cell| (cell.old, cell.new)),
        below: review.at.saturating_sub(review.top),
    }
}

/// The cursor goes back to its line, as far as it is there.
pub(super) fn back_to(review: &mut Review, spot: Spot) {
    let files = review.diff.files.iter();
    let file = spot
        .file
        .and_then(|path| files.clone().position(|file| file.path == path));
    let Some(first) = file.and_then(|file| review.rows.files.get(file)).copied() else {
        return to(review, review.at);
    };
    let end = file
        .and_then(|file| review.rows.files.get(file + 1))
        .copied();
    let rows = first..end.unwrap_or(review.rows.all.len());
    let row = spot.numbers.and_then(|(old, new)| {
        rows.clone().find(|row| {
            let cells = review.rows.all.get(*row).map(|row| review.cells(row));
            let cells = cells.into_iter().flatten().flatten();
            cells
                .into_iter()
                .any(|cell| cell.new >= new && cell.old >= old)
        })
    });
    to(review, row.unwrap_or(first));
    review.top = review.at.saturating_sub(spot.below);
}

/// The cursor is on the screen, with some rows around it.
pub(super) fn in_sight(review: &mut Review, height: u16) {
    let height = usize::from(height).max(1);
    let count = review.rows.all.len();
    review.at = review.at.min(count.saturating_sub(1));
    let margin = MARGIN.min(height.saturating_sub(1) / 2);
    let least = (review.at + margin + 1).min(count).saturating_sub(height);
    let most = review.at.saturating_sub(margin);
    review.top = review.top.clamp(least.min(most), most.max(least));
    review.top = review.top.min(count.saturating_sub(height));
}

/// The wheel over a diff.
pub(in crate::view::update) fn wheel(turn: &mut Turn, lines: i64) {
    let height = usize::from(turn.plan().review.map_or(1, |plan| plan.body.height));
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    let lines = isize::try_from(lines).unwrap_or(0);
    let last = review.rows.all.len().saturating_sub(height);
    review.top = review.top.saturating_add_signed(lines).min(last);
    // the cursor comes along
    let margin = MARGIN.min(height.saturating_sub(1) / 2);
    let low = review.top + if review.top == 0 { 0 } else { margin };
    let high = (review.top + height).saturating_sub(margin + 1).max(low);
    to(review, review.at.clamp(low, high));
}

/// A press on a diff: a file of the list, or a row.
pub(in crate::view::update) fn click(turn: &mut Turn, plan: &ReviewPlan, event: &MouseEvent) {
    let at = ratatui::layout::Position::new(event.col, event.row);
    let Some(review) = turn.desk.review.as_mut() else {
        return;
    };
    if let Some(list) = plan.list.filter(|list| list.contains(at)) {
        let here = review.file().unwrap_or(0);
        let top = tiles::list_top(here, review.diff.files.len(), list.height);
        let file = top + usize::from(event.row - list.y);
        return to_file(turn, file);
    }
    if plan.body.contains(at) {
        review.range = None;
        to(review, review.top + usize::from(event.row - plan.body.y));
    }
}
