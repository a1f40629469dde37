//! Search in a pane: the server looks through past and screen, the view goes from hit to hit. Search in
//! everything: the server looks through all panes and recordings, the lines are a list to choose from.

use crate::model::{Agent, AgentId, Untrusted, count};
use crate::view::desk::{Awaited, Chooser, Desk, Entry, Jump, Line, Mode, Pick, Popup, Then};
use crate::view::replay::stamp;
use crate::wire::cast::Still;
use crate::wire::{FoundLine, Place, Reach, ToServer, Where};

use super::focus::Step;
use super::turn::Turn;
use super::{Act, focus, popup, scroll};

/// Asks what to search for.
pub(super) fn ask(turn: &mut Turn) {
    let agent = match turn.desk.mode {
        Mode::Scroll(agent) | Mode::Pane(agent) => Some(agent),
        Mode::Room | Mode::Review => turn.desk.focused(),
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
    scroll.needle = needle;
    scroll.hits.clear();
    scroll.hit = 0;
    again(turn, agent);
}

/// Searches for what was searched for: the lines have other numbers now.
pub(super) fn again(turn: &mut Turn, agent: AgentId) {
    let pane = turn.desk.panes.get(&agent);
    let scroll = pane.and_then(|pane| pane.scroll.as_ref());
    let needle = scroll.map_or_else(String::new, |scroll| scroll.needle.clone());
    if needle.is_empty() {
        return;
    }
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

/// Asks what to search for everywhere. A search that goes on is stopped.
pub(super) fn ask_all(turn: &mut Turn) {
    let searching = |awaited: &Awaited| matches!(awaited, Awaited::FindAll(_));
    if turn.desk.awaited.values().any(searching) {
        turn.send(ToServer::StopSearch);
    }
    let placeholder = "a text; capitals matter only if there are any";
    popup::write(turn, "search in everything", placeholder, Then::FindAll);
}

/// Searches everywhere.
pub(super) fn search_all(turn: &mut Turn, needle: String) {
    turn.note(format!("searching for `{needle}`"));
    let ticket = turn.ticket(Awaited::FindAll(needle.clone()));
    turn.send(ToServer::FindAll { ticket, needle });
}

/// The lines came: a list to choose from, unless the person does something else by now.
pub(super) fn found_all(turn: &mut Turn, ticket: u32, hits: Vec<FoundLine>, reach: Reach) {
    let Some(Awaited::FindAll(needle)) = turn.desk.awaited.remove(&ticket) else {
        return;
    };
    match reach {
        Reach::All => {}
        Reach::Part(why) => turn.note(why),
    }
    if hits.is_empty() {
        return turn.refuse(format!("`{needle}` is nowhere"));
    }
    let lines = count(hits.len(), "line");
    if turn.desk.popup.is_some() || turn.desk.mode != Mode::Room {
        return turn.note(format!(
            "`{needle}` is in {lines}; search again to see them"
        ));
    }
    let title = format!("{lines} with `{needle}`");
    let entries = hits.iter().map(|hit| entry(turn.desk, hit)).collect();
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title,
        entries,
        at: 0,
        line: Line::default(),
        then: Then::GoHit(needle),
    }));
}

fn entry(desk: &Desk, hit: &FoundLine) -> Entry {
    let agent = desk.facts.agents.get(&hit.agent);
    let name = agent.map_or_else(|| hit.agent.to_string(), super::agents::label);
    let since = match agent.is_some_and(Agent::is_alive) {
        true => "before",
        false => "ended",
    };
    let who = match (hit.place, hit.at) {
        (Where::Pane(_), _) => name,
        (Where::Recording(_), None) => format!("{name} ({since})"),
        (Where::Recording(_), Some(at)) => {
            format!("{name} ({since}) {}", stamp(at, desk.utc_offset_s))
        }
    };
    Entry {
        label: format!("{who}  {}", hit.piece.marked(hit.text.shown().trim())),
        remark: String::new(),
        pick: Pick::Hit(hit.agent, hit.place, hit.text.clone()),
    }
}

/// A line was chosen: its pane goes there; an ended agent's tile where it holds
/// the line still; else a recording is looked at with a program of its own.
pub(super) fn go_to(
    turn: &mut Turn,
    agent: AgentId,
    (place, line): (Where, Untrusted),
    needle: String,
) {
    match place {
        Where::Pane(place) => {
            focus::agent(turn, agent);
            turn.desk.jump = Some(Jump {
                agent,
                place,
                needle,
            });
            let _now_or_when_it_comes = jump(turn, agent);
        }
        Where::Recording(still) => {
            let line = line.raw().trim();
            if !turn.desk.facts.agents.contains_key(&agent) || line.is_empty() {
                return replay(turn, agent, still, needle);
            }
            // its tile may hold the line still
            focus::agent(turn, agent);
            let line = line.to_owned();
            let ticket = turn.ticket(Awaited::FindLine {
                agent,
                needle,
                still,
            });
            turn.send(ToServer::Find {
                ticket,
                agent,
                needle: line,
            });
        }
    }
}

/// Looks at the moment in the recording.
pub(super) fn replay(turn: &mut Turn, agent: AgentId, still: Still, needle: String) {
    turn.acts.push(Act::Replay {
        agent,
        still,
        needle,
    });
}

/// Where the chosen line of an ended agent is in its tile, if it is there still.
pub(super) fn line_found(
    turn: &mut Turn,
    agent: AgentId,
    (needle, still): (String, Still),
    hits: &[Place],
) {
    let Some(place) = hits.last().copied() else {
        return replay(turn, agent, still, needle);
    };
    turn.desk.jump = Some(Jump {
        agent,
        place,
        needle,
    });
    let _now_or_when_it_comes = jump(turn, agent);
}

/// Goes to the line that waits for this pane, where its picture is here. Says whether it did.
pub(super) fn jump(turn: &mut Turn, agent: AgentId) -> bool {
    let waits = turn
        .desk
        .jump
        .as_ref()
        .is_some_and(|jump| jump.agent == agent);
    let pane = turn.desk.panes.get(&agent);
    if !waits || pane.is_none_or(|pane| pane.grid.generation() == 0) {
        return false;
    }
    let Some(Jump { place, needle, .. }) = turn.desk.jump.take() else {
        return false;
    };
    scroll::enter_at(turn, agent);
    scroll::to(turn, agent, (place.line, place.column));
    search(turn, agent, needle);
    true
}
