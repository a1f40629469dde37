//! Where the focus goes. Only a person moves it; nothing that arrives does.

use ratatui::layout::Rect;

use crate::model::AgentId;
use crate::view::desk::{Desk, Focus, Mode, SidebarWish, Zoom};
use crate::view::tiles::{self, Plan, QueueLine};

use super::turn::Turn;
use super::{decide, scroll};

/// One on, or one back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Next,
    Previous,
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Left,
    Down,
    Up,
    Right,
}

/// The entry beside the one at `at`, around the ends; the first where there is none yet.
pub(super) fn beside<T>(all: &[T], at: Option<usize>, step: Step) -> Option<&T> {
    let count = all.len();
    let at = match (at, step) {
        (_, _) if count == 0 => return None,
        (None, Step::Next) => 0,
        (None, Step::Previous) => count - 1,
        (Some(at), Step::Next) => (at + 1) % count,
        (Some(at), Step::Previous) => (at + count - 1) % count,
    };
    all.get(at)
}

/// Focuses an agent's tile; if it waits on somebody, its card is shown.
pub(super) fn agent(turn: &mut Turn, agent: AgentId) {
    if turn.desk.mode != Mode::Scroll(agent) {
        scroll::drop_out(turn);
    }
    turn.desk.pane = Some(agent);
    turn.desk.focus = Focus::Tiles;
    decide::select_of(turn, agent);
}

/// Focuses the agent of that number; where it is gone, the tile at that place.
pub(super) fn number(turn: &mut Turn, digit: u8) {
    let id = AgentId(u32::from(digit));
    if turn.desk.facts.agents.contains_key(&id) {
        return agent(turn, id);
    }
    let place = usize::from(digit).saturating_sub(1);
    match turn.desk.order.get(place).copied() {
        Some(one) => agent(turn, one),
        None => turn.refuse(format!("there is no agent {id}")),
    }
}

fn at(desk: &Desk) -> Option<usize> {
    let focused = desk.focused()?;
    desk.order.iter().position(|one| *one == focused)
}

/// The next or previous tile, around the ends.
pub(super) fn step(turn: &mut Turn, step: Step) {
    let order = turn.desk.order.clone();
    match beside(&order, at(turn.desk), step) {
        Some(next) => agent(turn, *next),
        None => turn.refuse("there is no agent yet"),
    }
}

/// The last tile (`Next`) or the first one.
pub(super) fn end(turn: &mut Turn, step: Step) {
    let order = &turn.desk.order;
    let one = match step {
        Step::Next => order.last(),
        Step::Previous => order.first(),
    };
    match one.copied() {
        Some(one) => agent(turn, one),
        None => turn.refuse("there is no agent yet"),
    }
}

/// The tiles that did not fit.
pub(super) fn page(turn: &mut Turn, step: Step) {
    let plan = turn.plan();
    let shown = plan.tiles.len().max(1);
    let place = |one: &AgentId| turn.desk.order.iter().position(|other| other == one);
    let seen = plan.tiles.iter().filter_map(|tile| place(&tile.agent));
    let next = match step {
        Step::Next if plan.hidden_after > 0 => {
            turn.desk.first_tile = plan.hidden_before + shown;
            seen.max().map(|last| last + 1)
        }
        Step::Previous if plan.hidden_before > 0 => {
            turn.desk.first_tile = plan.hidden_before.saturating_sub(shown);
            seen.min().map(|first| first.saturating_sub(shown))
        }
        Step::Next | Step::Previous => None,
    };
    match next.and_then(|at| turn.desk.order.get(at).copied()) {
        Some(one) => agent(turn, one),
        None if plan.hidden_before + plan.hidden_after == 0 => turn.note("all tiles are in sight"),
        None => {
            let back = match step {
                Step::Next => Step::Previous,
                Step::Previous => Step::Next,
            };
            end(turn, back);
        }
    }
}

/// What lies that way on the screen: a tile, the lists of the sidebar, the tiles again.
pub(super) fn towards(turn: &mut Turn, way: Way) {
    let plan = turn.plan();
    match turn.desk.focus {
        Focus::Tiles => from_tile(turn, &plan, way),
        Focus::Waiting | Focus::Queue => match way {
            Way::Down => list(turn, Step::Next),
            Way::Up => list(turn, Step::Previous),
            Way::Left | Way::Right => turn.desk.focus = Focus::Tiles,
        },
    }
}

fn from_tile(turn: &mut Turn, plan: &Plan, way: Way) {
    let here = turn
        .desk
        .focused()
        .and_then(|agent| plan.tile(agent))
        .map(|tile| tile.rect);
    let Some(here) = here else {
        return sidebar_at(turn, plan, way);
    };
    let nearest = plan
        .tiles
        .iter()
        .filter_map(|tile| distance(here, tile.rect, way).map(|far| (far, tile.agent)))
        .min();
    if let Some((_, next)) = nearest {
        return agent(turn, next);
    }
    let toward_sidebar = sidebar_side(plan) == Some(way);
    let order = turn.desk.order.clone();
    let place = at(turn.desk);
    match way {
        Way::Left | Way::Right if toward_sidebar => sidebar_at(turn, plan, way),
        Way::Right | Way::Down if plan.hidden_after > 0 => {
            let next = place.and_then(|at| order.get(at + 1));
            next.into_iter().for_each(|next| agent(turn, *next));
        }
        Way::Left | Way::Up if plan.hidden_before > 0 => {
            let before = place.and_then(|at| order.get(at.checked_sub(1)?));
            before.into_iter().for_each(|before| agent(turn, *before));
        }
        Way::Left | Way::Right | Way::Up | Way::Down => {}
    }
}

/// Which way the sidebar is, where there is one.
fn sidebar_side(plan: &Plan) -> Option<Way> {
    let area = plan.sidebar?.area;
    Some(if area.x <= plan.tiles_area.x {
        Way::Left
    } else {
        Way::Right
    })
}

fn sidebar_at(turn: &mut Turn, plan: &Plan, way: Way) {
    if sidebar_side(plan) != Some(way) {
        return;
    }
    turn.desk.focus = match turn.desk.card() {
        Some(_) => Focus::Waiting,
        None => Focus::Queue,
    };
}

/// How far a tile is in a direction: the gap first, then how far it is off the line. None behind.
fn distance(from: Rect, to: Rect, way: Way) -> Option<(u16, u16)> {
    let (gap, off) = match way {
        Way::Left if to.right() <= from.x => (from.x - to.right(), from.y.abs_diff(to.y)),
        Way::Right if to.x >= from.right() => (to.x - from.right(), from.y.abs_diff(to.y)),
        Way::Up if to.bottom() <= from.y => (from.y - to.bottom(), from.x.abs_diff(to.x)),
        Way::Down if to.y >= from.bottom() => (to.y - from.bottom(), from.x.abs_diff(to.x)),
        Way::Left | Way::Right | Way::Up | Way::Down => return None,
    };
    let overlaps = match way {
        Way::Left | Way::Right => from.y < to.bottom() && to.y < from.bottom(),
        Way::Up | Way::Down => from.x < to.right() && to.x < from.right(),
    };
    overlaps.then_some((gap, off))
}

/// A line on or back in the list that has the focus; over its end into the other list.
pub(super) fn list(turn: &mut Turn, step: Step) {
    match turn.desk.focus {
        Focus::Tiles => towards(
            turn,
            match step {
                Step::Next => Way::Down,
                Step::Previous => Way::Up,
            },
        ),
        Focus::Waiting => waiting(turn, step),
        Focus::Queue => queue(turn, step),
    }
}

fn waiting(turn: &mut Turn, step: Step) {
    let ids: Vec<_> = tiles::waiting(turn.desk).iter().map(|one| one.id).collect();
    let at = ids.iter().position(|id| Some(*id) == turn.desk.request);
    let next = match (at, step) {
        (Some(at), Step::Next) => ids.get(at + 1),
        (Some(at), Step::Previous) => at.checked_sub(1).and_then(|at| ids.get(at)),
        (None, Step::Next | Step::Previous) => None,
    };
    match (next, step) {
        (Some(id), _) => decide::select(turn, *id),
        (None, Step::Next) => {
            turn.desk.focus = Focus::Queue;
            turn.desk.brief = briefs(turn.desk).into_iter().next();
        }
        (None, Step::Previous) => {}
    }
}

fn briefs(desk: &Desk) -> Vec<crate::model::BriefId> {
    let lines = tiles::queue_lines(desk).into_iter();
    lines
        .filter_map(|line| match line {
            QueueLine::Brief(id) => Some(id),
            QueueLine::Track { .. } | QueueLine::Gauge(_) => None,
        })
        .collect()
}

fn queue(turn: &mut Turn, step: Step) {
    let all = briefs(turn.desk);
    let at = all
        .iter()
        .position(|id| Some(id) == turn.desk.brief.as_ref());
    let next = match (at, step) {
        (Some(at), Step::Next) => all.get(at + 1),
        (Some(at), Step::Previous) => at.checked_sub(1).and_then(|at| all.get(at)),
        (None, Step::Next) => all.first(),
        (None, Step::Previous) => None,
    };
    match (next, step) {
        (Some(id), _) => turn.desk.brief = Some(id.clone()),
        (None, Step::Next) => {}
        (None, Step::Previous) => {
            let last = tiles::waiting(turn.desk).last().map(|request| request.id);
            if let Some(id) = last {
                turn.desk.focus = Focus::Waiting;
                decide::select(turn, id);
            }
        }
    }
}

/// The last line (`Next`) or the first of the list that has the focus.
pub(super) fn list_end(turn: &mut Turn, step: Step) {
    match turn.desk.focus {
        Focus::Tiles => end(turn, step),
        Focus::Waiting => {
            let waiting = tiles::waiting(turn.desk);
            let one = match step {
                Step::Next => waiting.last(),
                Step::Previous => waiting.first(),
            };
            let id = one.map(|request| request.id);
            id.into_iter().for_each(|id| decide::select(turn, id));
        }
        Focus::Queue => {
            let all = briefs(turn.desk);
            turn.desk.brief = match step {
                Step::Next => all.last().cloned(),
                Step::Previous => all.first().cloned(),
            };
        }
    }
}

/// Goes to a list; a sidebar that is hidden comes up.
pub(super) fn sidebar(turn: &mut Turn, focus: Focus) {
    scroll::drop_out(turn);
    if turn.plan().sidebar.is_none() {
        turn.desk.sidebar = SidebarWish::Shown;
    }
    turn.desk.focus = focus;
    if focus == Focus::Queue && turn.desk.brief.is_none() {
        turn.desk.brief = briefs(turn.desk).into_iter().next();
    }
}

/// One step back: the selection, else the sentences, else the zoom, else the focus on the sidebar.
pub(super) fn back(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    if desk.selection.take().is_some() {
        return;
    }
    if !desk.toasts.is_empty() {
        desk.toasts.clear();
        return;
    }
    if desk.zoom == Zoom::On && desk.focus == Focus::Tiles {
        desk.zoom = Zoom::Off;
        return;
    }
    desk.focus = Focus::Tiles;
    // a sidebar that hides the tiles was only called for a look
    if tiles::plan(desk).tiles_area.is_empty() {
        desk.sidebar = SidebarWish::AsLayout;
    }
}
