//! Search in a pane: the server looks through past and screen, the view goes from hit to hit.

use crate::model::AgentId;
use crate::view::desk::{Awaited, Mode, Then};
use crate::wire::{Place, ToServer};

use super::focus::Step;
use super::turn::Turn;
use super::{popup, scroll};

/// Asks what to search for.
pub(super) fn ask(turn: &mut Turn) {
    let agent = match turn.desk.mode {
        Mode::Scroll(agent) | Mode::Pane(agent) => Some(agent),
        Mode::Room => turn.desk.focused(),
    };
    match agent {
        Some(agent) => popup::write(
            turn,
            &format!("search in {agent}"),
            "a text; capitals matter only if there are any",
            Then::Find(agent),
        ),
        None => turn.refuse("there is no agent yet"),
    }
}

/// Searches; the past is looked at from now on.
pub(super) fn search(turn: &mut Turn, agent: AgentId, needle: String) {
    scroll::enter_at(turn, agent);
    let scroll = turn
        .desk
        .panes
        .get_mut(&agent)
        .and_then(|pane| pane.scroll.as_mut());
    let Some(scroll) = scroll else { return };
    scroll.needle.clone_from(&needle);
    scroll.hits.clear();
    scroll.hit = 0;
    let ticket = turn.ticket(Awaited::Find(agent));
    turn.send(ToServer::Find {
        ticket,
        agent,
        needle,
    });
}

/// The places came: the view goes to the nearest one before the cursor.
pub(super) fn found(turn: &mut Turn, agent: AgentId, hits: Vec<Place>) {
    let scroll = turn
        .desk
        .panes
        .get_mut(&agent)
        .and_then(|pane| pane.scroll.as_mut());
    let Some(scroll) = scroll else { return };
    scroll.hits = hits;
    let before = scroll
        .hits
        .iter()
        .rposition(|hit| (hit.line, hit.column) <= scroll.at);
    scroll.hit = before.unwrap_or(0);
    let needle = scroll.needle.clone();
    match scroll.hits.get(scroll.hit).copied() {
        Some(hit) => scroll::to(turn, agent, (hit.line, hit.column)),
        None => turn.refuse(format!("`{needle}` is not in this pane")),
    }
}

/// To the next or the previous hit, around the ends.
pub(super) fn step(turn: &mut Turn, step: Step) {
    let Mode::Scroll(agent) = turn.desk.mode else {
        return turn.refuse("nothing is searched for");
    };
    let scroll = turn
        .desk
        .panes
        .get_mut(&agent)
        .and_then(|pane| pane.scroll.as_mut());
    let count = scroll.as_ref().map_or(0, |scroll| scroll.hits.len());
    let Some(scroll) = scroll.filter(|_| count > 0) else {
        return turn.refuse("nothing is searched for");
    };
    scroll.hit = match step {
        Step::Next => (scroll.hit + 1) % count,
        Step::Previous => (scroll.hit + count - 1) % count,
    };
    let hit = scroll.hits[scroll.hit];
    scroll::to(turn, agent, (hit.line, hit.column));
}
