//! How a layout puts tiles into their area. Pages hold what does not fit; the focused pane is always
//! on the page that is shown.

use ratatui::layout::Rect;

use crate::config::layout::{Arrangement, Finished, Layout, Strip};
use crate::model::{Agent, AgentId, State};
use crate::view::desk::{Desk, Zoom};

use super::{Fold, Plan, Tile};

/// Columns for each row that make a terminal look like one (100 by 30).
const SHAPE: f64 = 100.0 / 30.0;

/// Puts the tiles into `plan.tiles_area`.
pub(super) fn arrange(desk: &Desk, layout: &Layout, plan: &mut Plan) {
    let area = plan.tiles_area;
    let agents = &desk.order;
    if area.is_empty() || agents.is_empty() {
        plan.hidden_after = agents.len();
        return;
    }
    if desk.zoom == Zoom::On {
        return alone(desk, area, plan);
    }
    let least = (
        layout.min_tile.width.clamp(1, area.width),
        layout.min_tile.height.clamp(1, area.height),
    );
    match layout.tiles {
        Arrangement::Grid { max } => {
            let page = page(desk, agents, capacity(area, least, max));
            plan.tiles = grid(area, least, &agents[page.clone()], |_| 1.0);
            (plan.hidden_before, plan.hidden_after) = (page.start, agents.len() - page.end);
        }
        Arrangement::Focus { strip, strip_share } => {
            focus(desk, area, least, (strip, strip_share), plan);
        }
        Arrangement::Triage {
            waiting_weight,
            finished,
            max,
        } => {
            let weight = (f64::from(waiting_weight.max(1)) / 100.0).sqrt();
            triage(desk, area, least, (weight, finished, max), plan);
        }
        Arrangement::Stack => alone(desk, area, plan),
    }
}

fn alone(desk: &Desk, area: Rect, plan: &mut Plan) {
    let Some(agent) = desk.focused() else { return };
    let at = desk.order.iter().position(|one| *one == agent).unwrap_or(0);
    plan.tiles = vec![tile(agent, area)];
    plan.hidden_before = at;
    plan.hidden_after = desk.order.len().saturating_sub(at + 1);
}

/// One large tile, the others in a strip as far as there is room.
fn focus(desk: &Desk, area: Rect, least: (u16, u16), strip: (Strip, u8), plan: &mut Plan) {
    let Some(main) = desk.focused() else { return };
    let others: Vec<AgentId> = desk
        .order
        .iter()
        .copied()
        .filter(|one| *one != main)
        .collect();
    let (side, share) = (strip.0, u32::from(strip.1.clamp(1, 90)));
    let part = |total: u16| u16::try_from(u32::from(total) * share / 100).unwrap_or(0);
    let (large, small) = match side {
        Strip::Bottom => super::cut_bottom(area, part(area.height)),
        Strip::Right => super::cut_left(area, area.width - part(area.width)),
    };
    let room = match side {
        Strip::Bottom if small.height >= 3 => small.width / least.0.min(small.width.max(1)),
        Strip::Right if small.width >= 12 => small.height / least.1.min(small.height.max(1)),
        Strip::Bottom | Strip::Right => 0,
    };
    let shown = others.len().min(usize::from(room));
    if shown == 0 {
        return alone(desk, area, plan);
    }
    plan.tiles.push(tile(main, large));
    // the strip turns with the pages, so that every agent can be seen
    let from = desk.first_tile.min(others.len() - shown);
    let weights = vec![1.0; shown];
    let rects = match side {
        Strip::Bottom => split(small.width, least.0, &weights)
            .into_iter()
            .map(|(at, width)| Rect {
                x: small.x + at,
                width,
                ..small
            })
            .collect::<Vec<_>>(),
        Strip::Right => split(small.height, least.1, &weights)
            .into_iter()
            .map(|(at, height)| Rect {
                y: small.y + at,
                height,
                ..small
            })
            .collect(),
    };
    let agents = others.iter().skip(from);
    plan.tiles
        .extend(agents.zip(rects).map(|(agent, rect)| tile(*agent, rect)));
    plan.hidden_before = from;
    plan.hidden_after = others.len() - from - shown;
}

/// Waiting agents grow, finished ones fold to lines below the others.
fn triage(
    desk: &Desk,
    area: Rect,
    least: (u16, u16),
    (weight, finished, max): (f64, Finished, Option<u16>),
    plan: &mut Plan,
) {
    let focused = desk.focused();
    let folds = |agent: &AgentId| match finished {
        Finished::Fold => Some(*agent) != focused && is_over(desk.facts.agents.get(agent)),
        Finished::Keep => false,
    };
    let (over, alive): (Vec<AgentId>, Vec<AgentId>) = desk.order.iter().copied().partition(folds);
    let spare = if alive.is_empty() {
        area.height
    } else {
        area.height.saturating_sub(least.1).min(area.height / 3)
    };
    let lines = u16::try_from(over.len()).unwrap_or(u16::MAX).min(spare);
    let (full, below) = super::cut_bottom(area, lines);
    let page = page(desk, &alive, capacity(full, least, max));
    let waits = |agent: AgentId| {
        let waiting = desk.facts.waiting().any(|one| one.agent == Some(agent));
        if waiting { weight } else { 1.0 }
    };
    plan.tiles = grid(full, least, &alive[page.clone()], waits);
    plan.tiles
        .extend(over.iter().zip(below.rows()).map(|(agent, rect)| Tile {
            agent: *agent,
            rect,
            inner: Rect::default(),
            covered: 0,
            fold: Fold::Line,
        }));
    plan.hidden_before = page.start;
    plan.hidden_after = alive.len() - page.end + over.len() - usize::from(lines);
}

fn is_over(agent: Option<&Agent>) -> bool {
    agent.is_none_or(|agent| matches!(agent.evidence.state, State::Exited(_)))
}

fn capacity(area: Rect, least: (u16, u16), max: Option<u16>) -> usize {
    let cols = usize::from(area.width / least.0.max(1)).max(1);
    let rows = usize::from(area.height / least.1.max(1)).max(1);
    (cols * rows).min(max.map_or(usize::MAX, |max| usize::from(max.max(1))))
}

/// Which of these agents are on the page: the one that the desk says, moved so that the focused one is in it.
fn page(desk: &Desk, agents: &[AgentId], capacity: usize) -> std::ops::Range<usize> {
    let shown = agents.len().min(capacity);
    let mut first = desk.first_tile.min(agents.len() - shown);
    let at = desk
        .focused()
        .and_then(|focused| agents.iter().position(|one| *one == focused));
    if let Some(at) = at.filter(|_| shown > 0) {
        first = first.clamp((at + 1).saturating_sub(shown), at);
    }
    first..first + shown
}

/// A grid whose tiles are shaped most like terminals.
fn grid(
    area: Rect,
    least: (u16, u16),
    agents: &[AgentId],
    weight: impl Fn(AgentId) -> f64,
) -> Vec<Tile> {
    if agents.is_empty() || area.is_empty() {
        return Vec::new();
    }
    let rows = best_rows(area, least, agents.len());
    let mut rest = agents;
    let mut lines: Vec<&[AgentId]> = Vec::new();
    for row in 0..rows {
        let (line, after) = rest.split_at(rest.len().div_ceil(rows - row));
        lines.push(line);
        rest = after;
    }
    let heaviest = |line: &&[AgentId]| line.iter().map(|one| weight(*one)).fold(1.0, f64::max);
    let heights: Vec<f64> = lines.iter().map(heaviest).collect();
    let mut tiles = Vec::with_capacity(agents.len());
    for (line, (y, height)) in lines.iter().zip(split(area.height, least.1, &heights)) {
        let widths: Vec<f64> = line.iter().map(|agent| weight(*agent)).collect();
        for (agent, (x, width)) in line.iter().zip(split(area.width, least.0, &widths)) {
            let rect = Rect::new(area.x + x, area.y + y, width, height);
            tiles.push(tile(*agent, rect));
        }
    }
    tiles
}

/// How many rows bring so many tiles nearest to a terminal's shape, within what is allowed.
fn best_rows(area: Rect, least: (u16, u16), count: usize) -> usize {
    let most_rows = usize::from(area.height / least.1.max(1)).max(1);
    let most_cols = usize::from(area.width / least.0.max(1)).max(1);
    let off = |rows: usize| {
        let cols = count.div_ceil(rows);
        let wide = f64::from(area.width) / cols as f64;
        let high = f64::from(area.height) / rows as f64;
        (wide / high / SHAPE).ln().abs()
    };
    (1..=count.min(most_rows))
        .filter(|rows| count.div_ceil(*rows) <= most_cols)
        .min_by(|a, b| off(*a).total_cmp(&off(*b)))
        .unwrap_or_else(|| count.min(most_rows))
}

/// Divides a length by weights; nobody gets less than `least` where there is enough for all.
/// Offset and length of each part; together they are the whole.
fn split(total: u16, least: u16, weights: &[f64]) -> Vec<(u16, u16)> {
    let count = u16::try_from(weights.len()).unwrap_or(u16::MAX).max(1);
    let least = least.min(total / count);
    let free = f64::from(total - least * count);
    let all: f64 = weights.iter().sum();
    // what each wants beyond the least, so that a weight of two is twice the length where it can be
    let wants: Vec<f64> = weights
        .iter()
        .map(|weight| (f64::from(total) * weight / all - f64::from(least)).max(0.0))
        .collect();
    let wanted: f64 = wants.iter().sum();
    let mut sum = 0.0;
    let mut at = 0;
    let mut parts = Vec::with_capacity(weights.len());
    for (index, want) in wants.iter().enumerate() {
        sum += if wanted > 0.0 {
            free * want / wanted
        } else {
            0.0
        };
        let before = least.saturating_mul(u16::try_from(index + 1).unwrap_or(u16::MAX));
        let end = if index + 1 == wants.len() {
            total
        } else {
            before.saturating_add(sum.round() as u16).min(total)
        };
        parts.push((at, end.saturating_sub(at)));
        at = end.max(at);
    }
    parts
}

/// A tile with its frame; too small for one, it is a line.
fn tile(agent: AgentId, rect: Rect) -> Tile {
    if rect.width < 4 || rect.height < 3 {
        return Tile {
            agent,
            rect: Rect {
                height: rect.height.min(1),
                ..rect
            },
            inner: Rect::default(),
            covered: 0,
            fold: Fold::Line,
        };
    }
    Tile {
        agent,
        rect,
        inner: Rect::new(rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2),
        covered: 0,
        fold: Fold::Full,
    }
}
