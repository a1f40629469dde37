//! What of the agents' screens stands before the person: told with a decision, so that exactly that can be shown again.
//! Pure; draws nothing.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::model::{AgentId, Cover, Crop, Exit, Sighting, Spot, State, Wish};

use super::desk::{Desk, Mode, Pane};
use super::draw::{ink, lies_over, points};
use super::keymap::Keymap;
use super::select::row_at;
use super::tiles::{Fold, Plan, Tile, window};

/// What of each agent that waits for a person is in sight, on a desk that is drawn by this plan. An agent of which
/// nothing can be seen is left out.
pub fn sightings(desk: &Desk, plan: &Plan, keys: &Keymap) -> Vec<Sighting> {
    let asking: BTreeSet<AgentId> = desk.facts.waiting().filter_map(|it| it.agent).collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let over = lies_over(desk, plan, keys);
    let tiles = plan
        .tiles
        .iter()
        .filter(|tile| asking.contains(&tile.agent));
    let seen = tiles.filter_map(|tile| sighting(desk, plan, tile, &over));
    seen.collect()
}

/// Whether the journal tells what was seen when this was wished.
pub fn decides(wish: &Wish) -> bool {
    matches!(
        wish,
        Wish::Decide { .. } | Wish::RejectWithRound { .. } | Wish::PolicyAdd { .. }
    )
}

fn sighting(desk: &Desk, plan: &Plan, tile: &Tile, over: &[Rect]) -> Option<Sighting> {
    let agent = desk.facts.agents.get(&tile.agent)?;
    // what stands there then is a sentence of the room's
    let never = matches!(agent.evidence.state, State::Exited(Exit::Failed(_)));
    let pane = desk.panes.get(&tile.agent)?;
    if never || tile.fold == Fold::Line || pane.grid.rows().is_empty() {
        return None;
    }
    let inner = tile.inner.intersection(plan.screen);
    let mut crop = crop(desk, pane, tile, inner);
    let mut covered: Vec<Cover> = over
        .iter()
        .map(|area| area.intersection(inner))
        .filter(|area| !area.is_empty())
        .map(|area| Cover {
            col: area.x - inner.x,
            row: area.y - inner.y,
            cols: area.width,
            rows: area.height,
        })
        .collect();
    covered.extend(not_come(pane, &crop));
    covered.extend(pointers(desk, tile.agent, pane, (&crop, inner.width)));
    covered.extend(ahead(desk, tile.agent, pane, &crop));
    if covered.len() > Crop::COVERS {
        // more than can be told: what is sure is that not all of it was seen
        return None;
    }
    crop.covered = covered;
    (!crop.is_hidden()).then(|| Sighting {
        agent: tile.agent,
        screen: pane.grid.generation(),
        crop,
    })
}

/// What of an agent's screen its tile has, whatever lies over it.
fn crop(desk: &Desk, pane: &Pane, tile: &Tile, inner: Rect) -> Crop {
    let live = pane.grid.history_rows();
    let size = pane.grid.size();
    let (top, left) = match &pane.scroll {
        Some(scroll) => (signed(scroll.top) - signed(live), scroll.left),
        None => {
            let (row, col) = window(desk, tile.agent, tile.room(), &pane.grid);
            (i64::from(row), col)
        }
    };
    let below = i64::from(size.rows) - top;
    Crop {
        top,
        left,
        cols: inner.width.min(size.cols.saturating_sub(left)),
        rows: u16::try_from(below.clamp(0, i64::from(inner.height))).unwrap_or(0),
        covered: Vec::new(),
    }
}

fn signed(lines: u64) -> i64 {
    i64::try_from(lines).unwrap_or(i64::MAX)
}

/// Lines of the past that are still on their way: a mark stands in their place.
fn not_come(pane: &Pane, crop: &Crop) -> Vec<Cover> {
    let live = signed(pane.grid.history_rows());
    let line = |row: u16| u64::try_from(live.saturating_add(crop.top) + i64::from(row)).ok();
    let mut covers: Vec<Cover> = Vec::new();
    for row in 0..crop.rows {
        if line(row).is_some_and(|line| row_at(pane, line).is_some()) {
            continue;
        }
        match covers.last_mut() {
            Some(last) if last.row + last.rows == row => last.rows += 1,
            Some(_) | None => covers.push(Cover {
                col: 0,
                row,
                cols: crop.cols,
                rows: 1,
            }),
        }
    }
    covers
}

/// The names of those who point at a line.
fn pointers(desk: &Desk, agent: AgentId, pane: &Pane, (crop, width): (&Crop, u16)) -> Vec<Cover> {
    let first = signed(pane.grid.history_rows()).saturating_add(crop.top);
    let inner = |line: u64| u16::try_from(signed(line) - first).ok();
    let marks = desk.marks.iter().filter(|mark| mark.until > desk.now);
    let covers = marks.filter_map(|mark| match mark.spot {
        Spot::Line { agent: of, line } if of == agent => {
            let cols = ink::columns(&points(mark)).min(width);
            inner(line).filter(|row| *row < crop.rows).map(|row| Cover {
                col: width - cols,
                row,
                cols,
                rows: 1,
            })
        }
        Spot::Line { .. } | Spot::Pane(_) | Spot::Card(_) => None,
    });
    covers.collect()
}

/// What the person typed, and the agent did not echo yet.
fn ahead(desk: &Desk, agent: AgentId, pane: &Pane, crop: &Crop) -> Option<Cover> {
    let cursor = pane.grid.cursor();
    if desk.mode != Mode::Pane(agent) || pane.scroll.is_some() {
        return None;
    }
    let letters = desk.echo.shown(agent, cursor.row, desk.now)?;
    let row = i64::from(cursor.row).checked_sub(crop.top)?;
    Some(Cover {
        col: cursor.col.checked_sub(crop.left)?,
        row: u16::try_from(row).ok()?,
        cols: ink::columns(&letters),
        rows: 1,
    })
}
