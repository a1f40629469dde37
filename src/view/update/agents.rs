//! What is done to agents: typed to, spoken to, started, stopped, looked into.

use crate::model::{Agent, AgentId, Launch, Manner, State, Untrusted, Wish, explain};
use crate::terminal::Row;
use crate::view::desk::{Chooser, Confirm, Confirmed, Desk, Focus, Line, Mode, Parts, Popup, Then};

use super::focus::{self, Step};
use super::turn::Turn;
use super::{choose, popup, scroll};

/// The focused agent, or why there is none.
fn here(turn: &Turn) -> Result<Agent, String> {
    let agent = turn.desk.focused_agent().cloned();
    agent.ok_or_else(|| "there is no agent yet".to_owned())
}

fn alive(turn: &Turn) -> Result<Agent, String> {
    let agent = here(turn)?;
    if agent.is_alive() {
        return Ok(agent);
    }
    Err(format!("agent {} has ended, restart it first", agent.id))
}

fn ended(turn: &Turn) -> Result<Agent, String> {
    let agent = here(turn)?;
    if agent.is_alive() {
        return Err(format!("agent {} is alive, stop it first", agent.id));
    }
    Ok(agent)
}

/// An agent as lists name it.
pub(super) fn label(agent: &Agent) -> String {
    let name = Untrusted::new(agent.name.as_str()).shown();
    format!("{} {name}", agent.id)
}

/// Goes into the focused pane: keys go to its agent.
pub(super) fn enter(turn: &mut Turn) {
    match alive(turn) {
        Ok(agent) => {
            scroll::drop_out(turn);
            turn.desk.pane = Some(agent.id);
            turn.desk.focus = Focus::Tiles;
            turn.desk.mode = Mode::Pane(agent.id);
            turn.desk.selection = None;
        }
        Err(why) => turn.refuse(why),
    }
}

/// Asks for the words to say.
pub(super) fn say(turn: &mut Turn, manner: Manner) {
    let agent = match alive(turn) {
        Ok(agent) => agent,
        Err(why) => return turn.refuse(why),
    };
    let (title, placeholder) = match manner {
        Manner::AtRest => ("say to", "delivered once the agent is at rest"),
        Manner::Interrupt => ("interrupt", "breaks into its turn"),
    };
    let title = format!("{title} {}", label(&agent));
    popup::write(turn, &title, placeholder, Then::Say(agent.id, manner));
}

/// What a role starts.
pub(super) fn launch_role(turn: &Turn, role: &crate::model::RoleName) -> Launch {
    let shape = turn.desk.facts.settings.role(role);
    Launch {
        name: String::new(),
        role: Some(role.clone()),
        profile: shape.map(|role| role.profile.clone()).unwrap_or_default(),
        command: shape.map(|role| role.command.clone()).unwrap_or_default(),
        ..Launch::default()
    }
}

/// Asks before it stops the agent.
pub(super) fn stop(turn: &mut Turn) {
    match alive(turn) {
        Ok(agent) => {
            let lost = turn.desk.facts.lost_with(&agent);
            let lost = lost.map_or_else(String::new, |lost| format!(" It would {lost}."));
            turn.desk.popup = Some(Popup::Confirm(Confirm {
                sentence: format!("stop agent {}, and all it started?{lost}", label(&agent)),
                then: Confirmed::Stop(agent.id),
            }));
        }
        Err(why) => turn.refuse(why),
    }
}

/// Starts the ended agent again.
pub(super) fn restart(turn: &mut Turn) {
    match ended(turn) {
        Ok(agent) => turn.wish(Wish::Restart(agent.id), ""),
        Err(why) => turn.refuse(why),
    }
}

/// Clears the ended agent's tile.
pub(super) fn clear(turn: &mut Turn) {
    match ended(turn) {
        Ok(agent) => turn.wish(Wish::Clear(agent.id), ""),
        Err(why) => turn.refuse(why),
    }
}

/// Clears the tiles of all that ended.
pub(super) fn clear_all(turn: &mut Turn) {
    let all: Vec<AgentId> = turn
        .desk
        .facts
        .agents
        .values()
        .filter(|agent| !agent.is_alive())
        .map(|agent| agent.id)
        .collect();
    if all.is_empty() {
        return turn.refuse("no agent has ended");
    }
    all.into_iter()
        .for_each(|agent| turn.wish(Wish::Clear(agent), ""));
}

/// Offers all agents.
pub(super) fn choose(turn: &mut Turn) {
    let entries = choose::agents(turn.desk, |_| true);
    if entries.is_empty() {
        return turn.refuse("there is no agent yet");
    }
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: "go to".to_owned(),
        entries,
        at: 0,
        line: Line::default(),
        then: Then::Go,
    }));
}

/// The next agent that needs a look, where no request waits.
pub(super) fn next_in_need(turn: &mut Turn, step: Step) {
    let needy = |id: &&AgentId| {
        let agent = turn.desk.facts.agents.get(id);
        agent.is_some_and(|agent| match agent.evidence.state {
            State::Waiting | State::Stuck | State::Limited => true,
            State::Starting | State::Working | State::Idle | State::Unknown | State::Exited(_) => {
                false
            }
        })
    };
    let all: Vec<AgentId> = turn.desk.order.iter().filter(needy).copied().collect();
    let at = all.iter().position(|id| Some(*id) == turn.desk.focused());
    match focus::beside(&all, at, step) {
        Some(id) => focus::agent(turn, *id),
        None => turn.note("nothing waits on you"),
    }
}

/// Shows everything that is known of an agent's state, and who says so: of the focused one, and of the one
/// that asks on the card where that is another; first whose list has the focus.
pub(super) fn explain(turn: &mut Turn) {
    let card = turn.desk.card();
    if turn.desk.focus == Focus::Waiting && card.is_some_and(|card| card.agent.is_none()) {
        return turn.refuse("no agent asks this, the room does");
    }
    let asker = card.and_then(|request| request.agent);
    let asker = asker.and_then(|id| turn.desk.facts.agents.get(&id).cloned());
    let mut agents: Vec<Agent> = here(turn).ok().into_iter().chain(asker).collect();
    if turn.desk.focus == Focus::Waiting {
        agents.reverse();
    }
    agents.dedup_by_key(|agent| agent.id);
    let Some(first) = agents.first() else {
        return turn.refuse("there is no agent yet");
    };
    let title = match agents.get(1) {
        None => format!("what is known of {}", label(first)),
        Some(other) => format!("what is known of {}, and of {}", label(first), label(other)),
    };
    let mut text = Parts::default();
    for agent in &agents {
        if agents.len() > 1 {
            text.head(&label(agent));
            text.line("");
        }
        tell(turn.desk, agent, &mut text);
    }
    turn.desk.popup = Some(text.read(title));
}

/// All that is known of an agent, in parts.
fn tell(desk: &Desk, agent: &Agent, text: &mut Parts) {
    let (requests, messages) = (desk.facts.requests.values(), desk.facts.messages.values());
    let mut parts = explain::explain(agent, requests, messages, desk.now);
    let rows = desk.panes.get(&agent.id).map(|pane| pane.grid.rows());
    let rows = rows.unwrap_or_default().iter().map(Row::text);
    parts.extend(explain::last_lines(agent, rows));
    for part in parts {
        text.head(part.title);
        text.line(&part.lines.join("\n"));
        text.line("");
    }
}
