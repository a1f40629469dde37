//! A pane's past: a cursor that goes through its lines, a view that follows, lines fetched ahead.

use crate::model::AgentId;
use crate::terminal::Row;
use crate::view::desk::{Back, Desk, Mode, Scroll, SelectBy, Selection};
use crate::view::select;
use crate::view::tiles;

use super::turn::Turn;
use super::{Act, past};

/// Where the cursor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motion {
    /// So many lines, up where negative.
    Lines(i64),
    /// So many columns, left where negative.
    Columns(i32),
    /// So many halves of the view's height.
    Halves(i64),
    /// To the first column.
    LineStart,
    /// To the last written column.
    LineEnd,
    /// To the oldest line.
    Top,
    /// To the present.
    Bottom,
}

/// What a view of the past has to keep within.
struct Bounds {
    oldest: u64,
    end: u64,
    cols: u16,
    rows: u16,
}

fn bounds(desk: &Desk, agent: AgentId) -> Option<Bounds> {
    let pane = desk.panes.get(&agent)?;
    let inner = tiles::plan(desk).tile(agent).map(|tile| tile.inner);
    let inner = inner.filter(|inner| !inner.is_empty());
    Some(Bounds {
        oldest: pane.scroll.as_ref().map_or(0, |scroll| scroll.oldest),
        end: select::end(pane).max(1),
        cols: inner.map_or(pane.grid.size().cols, |inner| inner.width),
        rows: inner.map_or(pane.grid.size().rows, |inner| inner.height),
    })
}

/// Looks at the past of the pane with the focus (or the keys).
pub(super) fn enter(turn: &mut Turn) {
    let agent = match turn.desk.mode {
        Mode::Pane(agent) | Mode::Scroll(agent) => Some(agent),
        Mode::Room | Mode::Review => turn.desk.focused(),
    };
    match agent {
        Some(agent) => enter_at(turn, agent),
        None => turn.refuse("there is no agent yet"),
    }
}

/// Looks at the past of a pane, from where it is now.
pub(super) fn enter_at(turn: &mut Turn, agent: AgentId) {
    if turn.desk.mode == Mode::Scroll(agent) {
        return;
    }
    let back = match turn.desk.mode {
        Mode::Pane(one) if one == agent => Back::Pane,
        Mode::Pane(_) | Mode::Room | Mode::Review => Back::Room,
        Mode::Scroll(_) => {
            leave(turn);
            Back::Room
        }
    };
    let Some(bounds) = bounds(turn.desk, agent) else {
        return turn.refuse(format!("nothing of agent {agent} has come yet"));
    };
    let desk = &mut *turn.desk;
    let Some(pane) = desk.panes.get(&agent) else {
        return;
    };
    let (row, left) = tiles::window(desk, agent, (bounds.cols, bounds.rows), &pane.grid);
    let Some(pane) = desk.panes.get_mut(&agent) else {
        return;
    };
    let total = pane.grid.history_rows();
    let cursor = pane.grid.cursor();
    pane.scroll = Some(Scroll {
        top: total + u64::from(row),
        total,
        first: total,
        at: (total + u64::from(cursor.row), cursor.col),
        left,
        back,
        ..Scroll::default()
    });
    desk.pane = Some(agent);
    desk.mode = Mode::Scroll(agent);
    desk.selection = None;
    settle(turn, agent);
}

/// Back to the present.
pub(super) fn leave(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    let Mode::Scroll(agent) = desk.mode else {
        return;
    };
    let scroll = desk
        .panes
        .get_mut(&agent)
        .and_then(|pane| pane.scroll.take());
    desk.selection = None;
    desk.mode = match scroll.map(|scroll| scroll.back) {
        Some(Back::Pane) => Mode::Pane(agent),
        Some(Back::Room) | None => Mode::Room,
    };
}

/// Back to the present, where keys are commands: the person goes elsewhere.
pub(super) fn drop_out(turn: &mut Turn) {
    if let Mode::Scroll(_) = turn.desk.mode {
        leave(turn);
        turn.desk.mode = Mode::Room;
    }
}

/// The pane whose past is looked at; says so where none is.
pub(super) fn here(turn: &mut Turn) -> Option<AgentId> {
    if let Mode::Scroll(agent) = turn.desk.mode {
        return Some(agent);
    }
    enter(turn);
    match turn.desk.mode {
        Mode::Scroll(agent) => Some(agent),
        Mode::Room | Mode::Pane(_) | Mode::Review => None,
    }
}

/// Moves the cursor.
pub(super) fn go(turn: &mut Turn, motion: Motion) {
    let Some(agent) = here(turn) else { return };
    let Some(Bounds {
        end, rows, oldest, ..
    }) = bounds(turn.desk, agent)
    else {
        return;
    };
    let Some((line, column)) = cursor(turn.desk, agent) else {
        return;
    };
    let half = i64::from(rows / 2).max(1);
    let at = match motion {
        Motion::Lines(by) => (line.saturating_add_signed(by), column),
        Motion::Halves(by) => (line.saturating_add_signed(by * half), column),
        Motion::Columns(by) => {
            let by = i16::try_from(by).unwrap_or(0);
            (line, column.saturating_add_signed(by))
        }
        Motion::LineStart => (line, 0),
        Motion::LineEnd => (line, last_column(turn.desk, agent, line)),
        Motion::Top => (oldest, 0),
        Motion::Bottom => (end - 1, column),
    };
    to(turn, agent, at);
}

fn cursor(desk: &Desk, agent: AgentId) -> Option<(u64, u16)> {
    Some(desk.panes.get(&agent)?.scroll.as_ref()?.at)
}

fn last_column(desk: &Desk, agent: AgentId, line: u64) -> u16 {
    let pane = desk.panes.get(&agent);
    let row = pane.and_then(|pane| select::row_at(pane, line));
    let columns = row.map_or(0, Row::columns).saturating_sub(1);
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// Puts the cursor somewhere; the view follows it, and so does a selection that keys make.
pub(super) fn to(turn: &mut Turn, agent: AgentId, at: (u64, u16)) {
    if let Some(scroll) = scroll_mut(turn.desk, agent) {
        scroll.at = at;
    }
    settle(turn, agent);
    let Some(at) = cursor(turn.desk, agent) else {
        return;
    };
    if let Some(selection) = &mut turn.desk.selection
        && selection.by == SelectBy::Keys
    {
        selection.to = at;
    }
}

/// A pane's past, while it is looked at.
pub(super) fn scroll_mut(desk: &mut Desk, agent: AgentId) -> Option<&mut Scroll> {
    desk.panes.get_mut(&agent)?.scroll.as_mut()
}

/// Keeps cursor and view within what there is, the cursor in sight, and fetches what is missing.
pub(super) fn settle(turn: &mut Turn, agent: AgentId) {
    let Some(bounds) = bounds(turn.desk, agent) else {
        return;
    };
    let Some(pane) = turn.desk.panes.get_mut(&agent) else {
        return;
    };
    let (total, cols) = (pane.grid.history_rows(), pane.grid.size().cols);
    let Some(scroll) = &mut pane.scroll else {
        return;
    };
    let rows = u64::from(bounds.rows.max(1));
    scroll.total = total;
    scroll.at.0 = scroll
        .at
        .0
        .clamp(bounds.oldest.min(bounds.end - 1), bounds.end - 1);
    scroll.at.1 = scroll.at.1.min(cols.saturating_sub(1));
    let (line, column) = scroll.at;
    scroll.top = scroll
        .top
        .clamp((line + 1).saturating_sub(rows), line)
        .min(bounds.end.saturating_sub(rows).max(bounds.oldest));
    let width = bounds.cols.max(1);
    scroll.left = scroll
        .left
        .clamp((column + 1).saturating_sub(width), column)
        .min(cols.saturating_sub(width));
    past::fetch(turn, agent, rows);
}

/// The wheel over a tile: up goes into the past, down at the present comes back.
pub(super) fn wheel(turn: &mut Turn, agent: AgentId, lines: i64) {
    if turn.desk.mode != Mode::Scroll(agent) {
        if lines > 0 {
            return;
        }
        enter_at(turn, agent);
    }
    let Some(Bounds {
        end, rows, oldest, ..
    }) = bounds(turn.desk, agent)
    else {
        return;
    };
    let rows = u64::from(rows.max(1));
    let last = end.saturating_sub(rows).max(oldest);
    let Some(scroll) = scroll_mut(turn.desk, agent) else {
        return;
    };
    let top = scroll.top.saturating_add_signed(lines).clamp(oldest, last);
    if lines > 0 && top == last {
        return leave(turn);
    }
    scroll.top = top;
    let line = scroll.at.0.clamp(top, top + rows - 1);
    let at = (line, scroll.at.1);
    to(turn, agent, at);
}

/// Begins to select at the cursor, or stops.
pub(super) fn select(turn: &mut Turn) {
    let Some(agent) = here(turn) else { return };
    let Some(at) = cursor(turn.desk, agent) else {
        return;
    };
    turn.desk.selection = match turn.desk.selection.take() {
        Some(selection) if selection.by == SelectBy::Keys => None,
        Some(_) | None => Some(Selection {
            agent,
            from: at,
            to: at,
            by: SelectBy::Keys,
        }),
    };
}

/// Copies what is selected.
pub(super) fn copy(turn: &mut Turn) {
    let Some(mut selection) = turn.desk.selection.take() else {
        return turn
            .refuse("nothing is selected, drag the mouse or begin with `select` in the past");
    };
    let Some(pane) = turn.desk.panes.get(&selection.agent) else {
        return;
    };
    let selected = select::text(pane, &selection);
    selection.by = SelectBy::Nobody;
    turn.desk.selection = Some(selection);
    if selected.text.is_empty() {
        return turn.refuse("there is no text in the selection");
    }
    let lines = selected.text.lines().count();
    let plural = if lines == 1 { "" } else { "s" };
    turn.acts.push(Act::Copy(selected.text));
    match selected.missing {
        0 => turn.note(format!("copied {lines} line{plural}")),
        gone => turn.refuse(format!(
            "copied {lines} line{plural}, {gone} were not at hand"
        )),
    }
}
