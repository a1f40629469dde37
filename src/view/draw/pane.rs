//! A tile: its frame, its title, and the part of its agent's screen that matters.

mod labels;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Attrs, Role};
use crate::model::{Agent, AgentId, Exit, Spot, State};
use crate::terminal::{CursorShape, Visibility};
use crate::view::changes::{ACROSS, Spots, part};
use crate::view::desk::{Desk, Focus, Mark, Mode, Pane, Scroll};
use crate::view::select;
use crate::view::tiles::{Fold, Tile, window};

use super::frame::{self, Weight};
use super::ink::{self, Runs};
use super::{CursorAt, cells, title, words};
use crate::view::keymap::Keymap;

/// How an agent's tile stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It does not.
    Plain,
    /// Its process ended.
    Over,
    /// It waits for a person.
    Waits,
    /// It has the focus.
    Focused,
    /// It has the focus, and waits for a person.
    FocusedWaits,
    /// The keys go to it.
    Typing,
}

/// How an agent's tile stands out on this desk.
pub fn stand(desk: &Desk, agent: &Agent) -> Stand {
    let waits = waits(desk, agent);
    let focused = desk.focused() == Some(agent.id) && desk.focus == Focus::Tiles;
    match &desk.mode {
        Mode::Pane(id) if *id == agent.id => Stand::Typing,
        Mode::Scroll(id) if *id == agent.id => Stand::Focused,
        Mode::Room if focused && waits => Stand::FocusedWaits,
        Mode::Room if focused => Stand::Focused,
        Mode::Room | Mode::Pane(_) | Mode::Scroll(_) | Mode::Review if waits => Stand::Waits,
        Mode::Room | Mode::Pane(_) | Mode::Scroll(_) | Mode::Review if !agent.is_alive() => {
            Stand::Over
        }
        Mode::Room | Mode::Pane(_) | Mode::Scroll(_) | Mode::Review => Stand::Plain,
    }
}

/// Whether an agent waits for a person, by its state or by an open request.
pub fn waits(desk: &Desk, agent: &Agent) -> bool {
    let asks = || desk.facts.waiting().any(|one| one.agent == Some(agent.id));
    agent.evidence.state == State::Waiting || (agent.is_alive() && asks())
}

/// Which part of a tile is drawn; the rest is on the picture already.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'r> {
    /// All of it.
    All,
    /// Its frame, and of its inside only these rows, whole.
    Framed(&'r Spots),
    /// Only these cells of its inside.
    Inside(&'r Spots),
}

impl Rows<'_> {
    /// What of an area they are, each a row high.
    fn parts(self, inner: Rect) -> impl Iterator<Item = Rect> {
        (0..inner.height).filter_map(move |row| match self {
            Rows::All => part(inner, row, &ACROSS),
            Rows::Framed(rows) => part(inner, row, &rows.get(&row).map(|_| ACROSS)?),
            Rows::Inside(rows) => part(inner, row, rows.get(&row)?),
        })
    }
}

/// Draws a tile. Returns where the terminal's own cursor goes, if it is in this tile.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    tile: &Tile,
    rows: Rows<'_>,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let agent = desk.facts.agents.get(&tile.agent)?;
    if tile.fold == Fold::Line {
        folded(desk, agent, tile.rect, buf);
        return None;
    }
    let theme = &desk.theme;
    let inner = tile.inner.intersection(buf.area);
    blank(desk, tile, inner, rows, buf);
    let stand = stand(desk, agent);
    let pane = desk.panes.get(&tile.agent);
    match rows {
        Rows::All | Rows::Framed(_) => {
            let (weight, role) = frame_of(stand);
            let face = theme.on(role, theme.face(Role::Pane));
            let labels = labels::of(desk, keys, agent, stand, tile);
            frame::draw(buf, tile.rect, weight, face, &labels);
        }
        Rows::Inside(_) => {}
    }
    if let State::Exited(Exit::Failed(why)) = &agent.evidence.state {
        let face = theme.on(Role::StateFailed, theme.face(Role::Pane));
        let lines = ink::wrap(&format!("never started: {why}"), inner.width);
        for (row, line) in inner.rows().zip(lines) {
            ink::write(buf, row, &Runs::of(line, face));
        }
        return None;
    }
    let pane = pane?;
    let cursor = content(desk, agent, pane, (tile, inner), stand, rows, buf);
    if !agent.is_alive() {
        for row in rows.parts(inner) {
            cells::recede(buf, row, theme.layer(Role::Dim));
        }
    }
    cursor
}

fn blank(desk: &Desk, tile: &Tile, inner: Rect, rows: Rows<'_>, buf: &mut Buffer) {
    let face = desk.theme.face(Role::Pane);
    match rows {
        Rows::All => ink::fill(buf, tile.rect, face),
        Rows::Framed(_) | Rows::Inside(_) => {
            for row in rows.parts(inner) {
                ink::fill(buf, row, face);
            }
        }
    }
}

fn frame_of(stand: Stand) -> (Weight, Role) {
    match stand {
        Stand::Plain => (Weight::Thin, Role::PaneBorder),
        Stand::Over => (Weight::Broken, Role::PaneBorderExited),
        Stand::Waits => (Weight::Double, Role::PaneBorderWaiting),
        Stand::Focused => (Weight::Heavy, Role::PaneBorderFocused),
        Stand::FocusedWaits => (Weight::Heavy, Role::PaneBorderFocused),
        Stand::Typing => (Weight::Solid, Role::PaneBorderTyping),
    }
}

/// One line instead of a tile.
fn folded(desk: &Desk, agent: &Agent, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let stand = stand(desk, agent);
    let (_, role) = frame_of(stand);
    let pane = theme.face(Role::Pane);
    ink::fill(buf, area, pane);
    let lead = match stand {
        Stand::Focused | Stand::FocusedWaits | Stand::Typing => words::CURSOR,
        Stand::Waits | Stand::Plain | Stand::Over => "─",
    };
    let mut runs = Runs::of(lead, theme.on(role, pane));
    runs.append(title::tile(
        desk,
        agent,
        stand,
        area.width.saturating_sub(2),
    ));
    let taken = ink::write(buf, area, &runs);
    let rest = Rect {
        x: area.x.saturating_add(taken),
        width: area.width.saturating_sub(taken),
        ..area
    };
    let line = "─".repeat(usize::from(rest.width));
    ink::write(buf, rest, &Runs::of(line, theme.on(role, pane)));
}

fn content(
    desk: &Desk,
    agent: &Agent,
    pane: &Pane,
    (tile, inner): (&Tile, Rect),
    stand: Stand,
    rows: Rows<'_>,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let theme = &desk.theme;
    let window = window(desk, agent.id, tile.room(), &pane.grid);
    let live = pane.grid.history_rows();
    let (top, left) = match &pane.scroll {
        Some(scroll) => (scroll.top, scroll.left),
        None => (live.saturating_add(u64::from(window.0)), window.1),
    };
    for area in rows.parts(inner) {
        let line = top.saturating_add(u64::from(area.y - inner.y));
        let left = left.saturating_add(area.x - inner.x);
        match select::row_at(pane, line) {
            Some(row) => cells::row(buf, area, row, left, theme),
            // it was asked for and is on its way
            None if line < live => {
                let face = theme.on(Role::Dim, theme.face(Role::Pane));
                ink::write(buf, area, &Runs::of("·", face));
            }
            None => {}
        }
        marks(desk, agent.id, pane, line, left, area, buf);
        pointer(desk, agent.id, line, area, buf);
    }
    if let Some(scroll) = &pane.scroll {
        return scroll_cursor(desk, agent, scroll, inner);
    }
    cursor(desk, agent, pane, inner, window, stand, buf)
}

/// What a search found and what is selected, on one line.
fn marks(
    desk: &Desk,
    id: AgentId,
    pane: &Pane,
    line: u64,
    left: u16,
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &desk.theme;
    let across = |from: u16, width: u16| {
        let start = from.max(left);
        let end = from
            .saturating_add(width)
            .min(left.saturating_add(area.width));
        Rect {
            x: area.x.saturating_add(start.saturating_sub(left)),
            width: end.saturating_sub(start),
            ..area
        }
    };
    if let Some(scroll) = &pane.scroll {
        for (at, hit) in scroll
            .hits
            .iter()
            .enumerate()
            .filter(|(_, hit)| hit.line == line)
        {
            let role = match at == scroll.hit {
                true => Role::SearchCurrent,
                false => Role::SearchMatch,
            };
            cells::overlay(buf, across(hit.column, hit.width), theme.layer(role));
        }
    }
    let Some(selection) = desk.selection.as_ref().filter(|one| one.agent == id) else {
        return;
    };
    let (first, last) = selection.ordered();
    if line < first.0 || line > last.0 {
        return;
    }
    let from = if line == first.0 { first.1 } else { 0 };
    let to = if line == last.0 {
        last.1.saturating_add(1)
    } else {
        u16::MAX
    };
    let layer = theme.layer(Role::Selection);
    cells::overlay(buf, across(from, to.saturating_sub(from)), layer);
}

/// Somebody points at this line: their name at its end.
fn pointer(desk: &Desk, id: AgentId, at: u64, area: Rect, buf: &mut Buffer) {
    let here = |spot| matches!(spot, Spot::Line { agent, line } if agent == id && line == at);
    if let Some(mark) = desk.points_at(here) {
        let theme = &desk.theme;
        let face = theme.on(Role::HeaderDriving, theme.face(Role::Pane));
        ink::write_right(buf, area, &Runs::of(points(mark), face));
    }
}

/// The name that stands at the end of a line which somebody points at.
pub fn points(mark: &Mark) -> String {
    format!("{} ", words::points(&ink::crop(&mark.name, 12)))
}

/// The cursor that moves through a pane's past.
fn scroll_cursor(desk: &Desk, agent: &Agent, scroll: &Scroll, inner: Rect) -> Option<CursorAt> {
    let (line, column) = scroll.at;
    let down = u16::try_from(line.checked_sub(scroll.top)?).ok()?;
    let across = column.checked_sub(scroll.left)?;
    let (x, y) = (inner.x.checked_add(across)?, inner.y.checked_add(down)?);
    let here = desk.mode == Mode::Scroll(agent.id) && inner.contains((x, y).into());
    here.then_some(CursorAt {
        x,
        y,
        shape: CursorShape::Block,
    })
}

fn cursor(
    desk: &Desk,
    agent: &Agent,
    pane: &Pane,
    inner: Rect,
    (top, left): (u16, u16),
    stand: Stand,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let cursor = pane.grid.cursor();
    if cursor.visibility == Visibility::Hidden || !agent.is_alive() || pane.grid.rows().is_empty() {
        return None;
    }
    let x = inner.x.checked_add(cursor.col.checked_sub(left)?)?;
    let y = inner.y.checked_add(cursor.row.checked_sub(top)?)?;
    if !inner.contains((x, y).into()) {
        return None;
    }
    match stand {
        Stand::Typing => Some(CursorAt {
            x: ahead(desk, agent, cursor.row, (x, y), inner, buf),
            y,
            shape: cursor.shape,
        }),
        Stand::Plain | Stand::Over | Stand::Waits | Stand::Focused | Stand::FocusedWaits => {
            cells::quiet_cursor(buf, x, y, &desk.theme);
            None
        }
    }
}

/// What was typed and not echoed yet, from the cursor on. Gives where the cursor stands behind it.
fn ahead(
    desk: &Desk,
    agent: &Agent,
    row: u16,
    (x, y): (u16, u16),
    inner: Rect,
    buf: &mut Buffer,
) -> u16 {
    let Some(letters) = desk.echo.shown(agent.id, row, desk.now) else {
        return x;
    };
    let mut face = desk.theme.face(Role::Pane);
    face.attrs |= Attrs::UNDERLINE;
    let room = Rect {
        x,
        y,
        width: inner.right().saturating_sub(x),
        height: 1,
    };
    let taken = ink::write(buf, room, &Runs::of(letters, face));
    x.saturating_add(taken).min(inner.right().saturating_sub(1))
}
