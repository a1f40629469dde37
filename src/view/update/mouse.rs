//! The mouse: what it points at comes from the same plan that is drawn.

use ratatui::layout::{Position, Rect};

use crate::model::AgentId;
use crate::terminal::{ModeSet, Mods, MouseAction, MouseButton, MouseEvent, MouseProtocol};
use crate::view::desk::{Focus, Mode, Popup, SelectBy, Selection};
use crate::view::tiles::{self, Plan, QueueLine, ReviewPlan, SidebarPlan, Tile};
use crate::wire::ToServer;

use super::focus::{self, Step};
use super::turn::Turn;
use super::{choose, decide, popup, scroll, talk, write};

/// Two clicks within this time, in ms, at one place are one double click.
const DOUBLE_MS: u64 = 400;
/// How many lines one notch of the wheel goes.
const NOTCH: i64 = 3;

/// What the mouse points at.
enum Target {
    Review(ReviewPlan),
    Tile(Tile),
    Card,
    Waiting(SidebarPlan),
    Queue(SidebarPlan),
    Nothing,
}

fn holds(area: Rect, event: &MouseEvent) -> bool {
    area.contains(Position::new(event.col, event.row))
}

fn target(plan: &Plan, event: &MouseEvent) -> Target {
    if plan.card.is_some_and(|card| holds(card, event)) {
        return Target::Card;
    }
    if let Some(review) = plan.review.filter(|review| holds(review.area, event)) {
        return Target::Review(review);
    }
    if let Some(sidebar) = plan.sidebar {
        if holds(sidebar.waiting, event) {
            return Target::Waiting(sidebar);
        }
        if holds(sidebar.queue, event) {
            return Target::Queue(sidebar);
        }
    }
    let tile = plan.tiles.iter().find(|tile| holds(tile.rect, event));
    tile.map_or(Target::Nothing, |tile| Target::Tile(*tile))
}

/// Something happened with the mouse, in cells of the screen.
pub(super) fn mouse(turn: &mut Turn, event: MouseEvent) {
    turn.desk.left = None;
    let plan = turn.plan();
    if let Some(area) = plan.popup {
        return on_popup(turn, area, &event);
    }
    if dragging(turn, &plan, &event) {
        return;
    }
    let target = target(&plan, &event);
    if let Target::Tile(tile) = &target
        && passes(turn, tile, &event)
    {
        return pass(turn, tile, event);
    }
    match event.action {
        MouseAction::Press(MouseButton::Left) => press(turn, target, &event),
        MouseAction::Press(MouseButton::Right) => point(turn, target, &event),
        MouseAction::Drag(MouseButton::Left) => begin(turn, &plan, &event),
        MouseAction::WheelUp => wheel(turn, target, -NOTCH),
        MouseAction::WheelDown => wheel(turn, target, NOTCH),
        MouseAction::Press(MouseButton::Middle)
        | MouseAction::Drag(MouseButton::Middle | MouseButton::Right)
        | MouseAction::Release(_)
        | MouseAction::Move
        | MouseAction::WheelLeft
        | MouseAction::WheelRight => {}
    }
}

/// The right button points at a line of a tile.
fn point(turn: &mut Turn, target: Target, event: &MouseEvent) {
    if let Target::Tile(tile) = target
        && holds(tile.inner, event)
        && let Some((line, _)) = cell(turn, &tile, event)
    {
        talk::point_at(turn, tile.agent, line);
    }
}

/// Whether a program gets the event: its keys come from here, it asked for the mouse, and shift is
/// not held (which keeps the mouse here).
fn passes(turn: &Turn, tile: &Tile, event: &MouseEvent) -> bool {
    let desk = &turn.desk;
    let Some(pane) = desk.panes.get(&tile.agent) else {
        return false;
    };
    let modes = pane.grid.modes();
    let wheel = matches!(event.action, MouseAction::WheelUp | MouseAction::WheelDown);
    let alternate = ModeSet::ALT_SCREEN.with(ModeSet::ALT_SCROLL);
    let wanted = modes.mouse != MouseProtocol::Off || (wheel && modes.on(alternate));
    desk.mode == Mode::Pane(tile.agent)
        && desk.may_act()
        && wanted
        && !event.mods.contains(Mods::SHIFT)
        && holds(tile.inner, event)
}

fn pass(turn: &mut Turn, tile: &Tile, event: MouseEvent) {
    let Some((line, col)) = cell(turn, tile, &event) else {
        return;
    };
    let Some(pane) = turn.desk.panes.get(&tile.agent) else {
        return;
    };
    let row = line.saturating_sub(pane.grid.history_rows());
    let event = MouseEvent {
        col,
        row: u16::try_from(row).unwrap_or(u16::MAX),
        ..event
    };
    let agent = tile.agent;
    turn.send(ToServer::Mouse { agent, event });
}

/// The line and column of a pane under the mouse; outside of the tile, the nearest one.
fn cell(turn: &Turn, tile: &Tile, event: &MouseEvent) -> Option<(u64, u16)> {
    let inner = tile.inner;
    if inner.is_empty() {
        return None;
    }
    let pane = turn.desk.panes.get(&tile.agent)?;
    let col = event.col.clamp(inner.x, inner.right() - 1) - inner.x;
    let row = event.row.clamp(inner.y, inner.bottom() - 1) - inner.y;
    Some(match &pane.scroll {
        Some(scroll) => (scroll.top + u64::from(row), scroll.left + col),
        None => {
            let (top, left) = tiles::window(turn.desk, tile.agent, tile.room(), &pane.grid);
            (pane.grid.history_rows() + u64::from(top + row), left + col)
        }
    })
}

/// Goes on with a selection whose button is down. Whether there was one.
fn dragging(turn: &mut Turn, plan: &Plan, event: &MouseEvent) -> bool {
    let Some(selection) = turn.desk.selection.clone() else {
        return false;
    };
    if selection.by != SelectBy::Mouse {
        return false;
    }
    let tile = plan.tile(selection.agent).copied();
    match event.action {
        MouseAction::Drag(MouseButton::Left) => {
            let to = tile.and_then(|tile| cell(turn, &tile, event));
            if let (Some(to), Some(selection)) = (to, &mut turn.desk.selection) {
                selection.to = to;
            }
            true
        }
        MouseAction::Release(MouseButton::Left) => {
            scroll::copy(turn);
            true
        }
        MouseAction::Press(_)
        | MouseAction::Release(MouseButton::Middle | MouseButton::Right)
        | MouseAction::Drag(MouseButton::Middle | MouseButton::Right)
        | MouseAction::Move
        | MouseAction::WheelUp
        | MouseAction::WheelDown
        | MouseAction::WheelLeft
        | MouseAction::WheelRight => false,
    }
}

/// The mouse was dragged from where it was pressed: a selection begins there.
fn begin(turn: &mut Turn, plan: &Plan, event: &MouseEvent) {
    let Some((_, col, row)) = turn.desk.click else {
        return;
    };
    let pressed = MouseEvent { col, row, ..*event };
    let tile = plan.tiles.iter().find(|tile| holds(tile.inner, &pressed));
    let Some(tile) = tile.copied() else { return };
    let ends = cell(turn, &tile, &pressed).zip(cell(turn, &tile, event));
    if let Some((from, to)) = ends {
        turn.desk.selection = Some(Selection {
            agent: tile.agent,
            from,
            to,
            by: SelectBy::Mouse,
        });
    }
}

fn press(turn: &mut Turn, target: Target, event: &MouseEvent) {
    let now = turn.desk.now;
    let twice = turn.desk.click.take().is_some_and(|(at, col, row)| {
        now.since(at) <= DOUBLE_MS && (col, row) == (event.col, event.row)
    });
    turn.desk.click = Some((now, event.col, event.row));
    turn.desk.selection = None;
    turn.desk.pending.clear();
    match target {
        Target::Tile(tile) => on_tile(turn, tile.agent, twice),
        Target::Review(review) => {
            scroll::drop_out(turn);
            turn.desk.mode = Mode::Review;
            super::review::click(turn, &review, event);
        }
        Target::Card => to_room(turn, Focus::Waiting),
        Target::Waiting(sidebar) => {
            to_room(turn, Focus::Waiting);
            let at = line_at(sidebar.waiting_lines, sidebar.waiting_top, event);
            let waiting = tiles::waiting(turn.desk);
            let id = at.and_then(|at| waiting.get(at)).map(|request| request.id);
            id.into_iter().for_each(|id| decide::select(turn, id));
        }
        Target::Queue(sidebar) => {
            to_room(turn, Focus::Queue);
            let at = line_at(sidebar.queue_lines, sidebar.queue_top, event);
            let line = at.and_then(|at| tiles::queue_lines(turn.desk).into_iter().nth(at));
            if let Some(QueueLine::Brief(id)) = line {
                turn.desk.brief = Some(id);
            }
        }
        Target::Nothing => {}
    }
}

/// The line of a list under the mouse.
fn line_at(lines: Rect, top: usize, event: &MouseEvent) -> Option<usize> {
    holds(lines, event).then(|| top + usize::from(event.row - lines.y))
}

fn to_room(turn: &mut Turn, focus: Focus) {
    leave_modes(turn);
    turn.desk.focus = focus;
}

fn leave_modes(turn: &mut Turn) {
    scroll::drop_out(turn);
    turn.desk.mode = Mode::Room;
}

/// A click focuses; while the person types, the keys go to the pane that was clicked.
fn on_tile(turn: &mut Turn, agent: AgentId, twice: bool) {
    match turn.desk.mode {
        Mode::Pane(one) | Mode::Scroll(one) if one == agent => {}
        Mode::Pane(_)
            if turn
                .desk
                .facts
                .agents
                .get(&agent)
                .is_some_and(|one| one.is_alive()) =>
        {
            turn.desk.mode = Mode::Pane(agent);
            turn.desk.pane = Some(agent);
        }
        Mode::Pane(_) | Mode::Scroll(_) | Mode::Room | Mode::Review => {
            leave_modes(turn);
            focus::agent(turn, agent);
        }
    }
    if twice {
        super::screen::zoom(turn);
        turn.desk.click = None;
    }
}

fn wheel(turn: &mut Turn, target: Target, lines: i64) {
    let step = if lines < 0 {
        Step::Previous
    } else {
        Step::Next
    };
    match target {
        Target::Tile(tile) if !tile.inner.is_empty() => scroll::wheel(turn, tile.agent, lines),
        Target::Review(_) => super::review::wheel(turn, lines),
        Target::Card => decide::scroll_card(turn, step),
        Target::Waiting(_) | Target::Queue(_) if turn.desk.mode == Mode::Room => {
            turn.desk.focus = match target {
                Target::Waiting(_) => Focus::Waiting,
                Target::Queue(_)
                | Target::Tile(_)
                | Target::Card
                | Target::Review(_)
                | Target::Nothing => Focus::Queue,
            };
            focus::list(turn, step);
        }
        Target::Tile(_) | Target::Waiting(_) | Target::Queue(_) | Target::Nothing => {}
    }
}

/// The mouse while something stands over the room: entries are chosen, texts scroll, a press beside
/// a text that is only read closes it.
fn on_popup(turn: &mut Turn, area: Rect, event: &MouseEvent) {
    match event.action {
        MouseAction::WheelUp => popup::wheel(turn, -NOTCH as isize),
        MouseAction::WheelDown => popup::wheel(turn, NOTCH as isize),
        MouseAction::Press(MouseButton::Left) if holds(area, event) => entry(turn, area, event),
        MouseAction::Press(MouseButton::Left) => match turn.desk.popup {
            Some(
                Popup::Help { .. }
                | Popup::Read { .. }
                | Popup::Detail { .. }
                | Popup::Palette { .. }
                | Popup::Choose(_),
            ) => {
                write::cancel(turn);
            }
            Some(
                Popup::Write(_)
                | Popup::Start(_)
                | Popup::Confirm(_)
                | Popup::Together { .. }
                | Popup::Always(_),
            )
            | None => {}
        },
        MouseAction::Press(MouseButton::Middle | MouseButton::Right)
        | MouseAction::Release(_)
        | MouseAction::Drag(_)
        | MouseAction::Move
        | MouseAction::WheelLeft
        | MouseAction::WheelRight => {}
    }
}

/// A press on an entry takes the cursor there; on the entry under the cursor, it takes the entry.
fn entry(turn: &mut Turn, area: Rect, event: &MouseEvent) {
    let lines = tiles::popup_lines(area);
    let (at, count) = match &turn.desk.popup {
        Some(Popup::Palette { line, at }) => (*at, super::palette(&line.text).len()),
        Some(Popup::Choose(chooser)) => (chooser.at, super::choices(chooser).len()),
        Some(
            Popup::Help { .. }
            | Popup::Read { .. }
            | Popup::Detail { .. }
            | Popup::Write(_)
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Always(_)
            | Popup::Together { .. },
        )
        | None => return,
    };
    let top = tiles::list_top(at, count, lines.height);
    let Some(clicked) = line_at(lines, top, event).filter(|line| *line < count) else {
        return;
    };
    if clicked == at {
        return write::submit(turn);
    }
    match &mut turn.desk.popup {
        Some(Popup::Palette { at, .. }) => *at = clicked,
        Some(Popup::Choose(chooser)) => {
            chooser.at = clicked;
            choose::looked_at(turn);
        }
        Some(
            Popup::Help { .. }
            | Popup::Read { .. }
            | Popup::Detail { .. }
            | Popup::Write(_)
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Always(_)
            | Popup::Together { .. },
        )
        | None => {}
    }
}
