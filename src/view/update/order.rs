//! The order of the tiles, and the cursors of the lists: they follow what is known, but never move
//! under the person's hands.

use std::collections::BTreeMap;

use crate::config::layout::Order;
use crate::model::{AgentId, BriefId, RequestId};
use crate::view::desk::{Desk, Link, Mode, Popup};
use crate::view::tiles::{self, QueueLine, layout_for};

/// Brings order and cursors up to what is known.
pub(super) fn follow(desk: &mut Desk) {
    order(desk);
    // while the snapshot comes in, what is not there yet is not gone
    if desk.link == Link::Live {
        request(desk);
        brief(desk);
    }
}

fn order(desk: &mut Desk) {
    let mut wanted: Vec<AgentId> = desk.facts.agents.keys().copied().collect();
    if layout_for(desk).order == Order::Waiting {
        let mut oldest: BTreeMap<AgentId, RequestId> = BTreeMap::new();
        for request in desk.facts.waiting() {
            if let Some(agent) = request.agent {
                oldest.entry(agent).or_insert(request.id);
            }
        }
        wanted.sort_by_key(|agent| {
            let request = oldest.get(agent);
            let ended = has_ended(desk, *agent);
            (request.is_none(), request.copied(), ended, *agent)
        });
    }
    if is_typing(desk) {
        desk.order.retain(|agent| wanted.contains(agent));
        let new: Vec<AgentId> = wanted
            .into_iter()
            .filter(|agent| !desk.order.contains(agent))
            .collect();
        desk.order.extend(new);
    } else {
        desk.order = wanted;
        let some_ended = desk.order.iter().any(|agent| has_ended(desk, *agent));
        if some_ended && !all_fit(desk) {
            // where not all have a tile, those that ended have theirs last
            let mut order = std::mem::take(&mut desk.order);
            order.sort_by_key(|agent| has_ended(desk, *agent));
            desk.order = order;
        }
    }
}

fn has_ended(desk: &Desk, agent: AgentId) -> bool {
    let agent = desk.facts.agents.get(&agent);
    agent.is_none_or(|agent| !agent.is_alive())
}

/// Whether every agent has a tile on this page.
fn all_fit(desk: &Desk) -> bool {
    let plan = tiles::plan(desk);
    plan.hidden_before == 0 && plan.hidden_after == 0
}

/// Whether the person writes: to an agent, or in a form.
fn is_typing(desk: &Desk) -> bool {
    match (&desk.mode, &desk.popup) {
        (Mode::Pane(_), _) | (_, Some(Popup::Write(_) | Popup::Start(_))) => true,
        (
            Mode::Room | Mode::Scroll(_) | Mode::Review,
            Some(
                Popup::Help { .. }
                | Popup::Palette { .. }
                | Popup::Choose(_)
                | Popup::Confirm(_)
                | Popup::Together { .. }
                | Popup::Always(_)
                | Popup::Read { .. }
                | Popup::Detail { .. },
            )
            | None,
        ) => false,
    }
}

/// The request under the cursor stays until it closes; then the next oldest comes.
fn request(desk: &mut Desk) {
    if desk.card().is_some() {
        return;
    }
    let open: Vec<RequestId> = desk.facts.waiting().map(|request| request.id).collect();
    let next = desk
        .request
        .and_then(|gone| open.iter().find(|id| **id > gone));
    desk.request = next.or(open.first()).copied();
    desk.card_top = 0;
}

/// The brief under the cursor stays while it is listed; then the one that took its line comes, or the last.
fn brief(desk: &mut Desk) {
    let briefs: Vec<BriefId> = tiles::queue_lines(desk)
        .into_iter()
        .filter_map(|line| match line {
            QueueLine::Brief(id) => Some(id),
            QueueLine::Track { .. } | QueueLine::Gauge(_) => None,
        })
        .collect();
    if let Some(at) = briefs.iter().position(|id| Some(id) == desk.brief.as_ref()) {
        desk.brief_line = at;
        return;
    }
    desk.brief = briefs.get(desk.brief_line).or(briefs.last()).cloned();
}
