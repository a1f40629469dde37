//! Redirect: one small form, three uses. New direction, the brief to somebody else, another stage.

use crate::model::{AgentId, BriefId, Place, Redirect, Verdict, Wish};
use crate::view::desk::{Chooser, Desk, Entry, Line, Pick, Popup, RedirectUse, Target, Then};

use super::turn::Turn;
use super::{choose, decide, popup, subject};

/// For the request on the card.
pub(super) fn card(turn: &mut Turn) {
    match decide::ready(turn) {
        Ok(request) => {
            let title = format!("redirect {}", subject::of(turn.desk, &request));
            uses(turn, title, Target::Card(decide::card_of(&request)));
        }
        Err(why) => turn.refuse(why),
    }
}

/// For the focused agent, which has no request open.
pub(super) fn agent(turn: &mut Turn) {
    let Some(agent) = turn.desk.focused_agent() else {
        return turn.refuse("there is no agent yet");
    };
    let id = agent.id;
    if !agent.is_alive() {
        return turn.refuse(format!("agent {id} has ended, restart it first"));
    }
    if turn.desk.facts.waiting().any(|one| one.agent == Some(id)) {
        decide::select_of(turn, id);
        return turn.refuse(format!("agent {id} waits on you, redirect its card"));
    }
    uses(turn, format!("redirect agent {id}"), Target::Agent(id));
}

fn uses(turn: &mut Turn, title: String, target: Target) {
    let (brief, agent) = parties(turn.desk, &target);
    let mut entries = Vec::new();
    let mut add = |label: &str, remark: &str, which| {
        entries.push(Entry {
            label: label.to_owned(),
            remark: remark.to_owned(),
            pick: Pick::Use(which),
        });
    };
    if agent.is_some() {
        add(
            "new direction",
            "the same agent, in your words",
            RedirectUse::Direction,
        );
    }
    if brief.is_some() {
        add(
            "another role",
            "a new agent gets the brief",
            RedirectUse::Role(None),
        );
        add(
            "another agent",
            "a living agent gets the brief",
            RedirectUse::Agent(None),
        );
        add("another stage", "the brief moves", RedirectUse::Stage(None));
    }
    if entries.is_empty() {
        return turn.refuse("nobody works on this and it has no brief, reject it instead");
    }
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title,
        entries,
        at: 0,
        line: Line::default(),
        then: Then::RedirectUse(target),
    }));
}

/// The brief and the agent that a redirect is about.
fn parties(desk: &Desk, target: &Target) -> (Option<BriefId>, Option<AgentId>) {
    match target {
        Target::Card(card) => desk
            .facts
            .requests
            .get(&card.request)
            .map_or((None, None), |request| {
                (request.brief.clone(), request.agent)
            }),
        Target::Agent(id) => {
            let agent = desk.facts.agents.get(id);
            (agent.and_then(|agent| agent.brief.clone()), Some(*id))
        }
    }
}

/// A use was chosen: asks whom or where, or for the words at once.
pub(super) fn chosen(turn: &mut Turn, target: Target, which: RedirectUse) {
    let (brief, agent) = parties(turn.desk, &target);
    let (title, entries) = match &which {
        RedirectUse::Direction => return words(turn, target, which),
        RedirectUse::Role(_) => ("to which role", choose::roles(turn.desk)),
        RedirectUse::Agent(_) => {
            let others = choose::agents(turn.desk, |one| one.is_alive() && Some(one.id) != agent);
            ("to which agent", others)
        }
        RedirectUse::Stage(_) => {
            let place = brief
                .and_then(|brief| turn.desk.facts.briefs.get(&brief))
                .map(|brief| brief.place.clone());
            let Some(place) = place else {
                return turn.refuse("the brief is gone, nothing was sent");
            };
            ("to which stage", choose::stages(turn.desk, &place))
        }
    };
    if entries.is_empty() {
        return turn.refuse(format!("{title}? there is no other"));
    }
    turn.desk.popup = Some(Popup::Choose(Chooser {
        title: title.to_owned(),
        entries,
        at: 0,
        line: Line::default(),
        then: Then::Redirect(target, which),
    }));
}

/// Somebody or somewhere was chosen: asks for the words.
pub(super) fn named(turn: &mut Turn, target: Target, pick: &Pick) {
    let which = match pick {
        Pick::Role(role) => RedirectUse::Role(Some(role.clone())),
        Pick::Agent(agent) => RedirectUse::Agent(Some(*agent)),
        Pick::Stage(place) => RedirectUse::Stage(Some(place.clone())),
        Pick::Name(_)
        | Pick::Track(_)
        | Pick::Use(_)
        | Pick::Option(_)
        | Pick::Write
        | Pick::File(_)
        | Pick::Comment(_)
        | Pick::Program(_)
        | Pick::Hit(..)
        | Pick::Seat(_)
        | Pick::Deed(_) => return,
    };
    words(turn, target, which);
}

fn words(turn: &mut Turn, target: Target, which: RedirectUse) {
    let (title, hint) = match &which {
        RedirectUse::Direction => ("new direction".to_owned(), "what to do instead"),
        RedirectUse::Role(role) => (to("role", role.as_ref()), "what to tell it; may be empty"),
        RedirectUse::Agent(agent) => (to("agent", agent.as_ref()), "what to tell it; may be empty"),
        RedirectUse::Stage(place) => {
            let stage = place.as_ref().map(|place: &Place| &place.stage);
            (
                to("stage", stage),
                "what to tell whoever acts there; may be empty",
            )
        }
    };
    popup::write(turn, &title, hint, Then::Redirect(target, which));
}

fn to(what: &str, name: Option<&impl std::fmt::Display>) -> String {
    name.map_or(what.to_owned(), |name| format!("to {what} {name}"))
}

/// Sends it.
pub(super) fn send(turn: &mut Turn, target: Target, which: RedirectUse, text: String) {
    let redirect = match which {
        RedirectUse::Direction => Redirect::Direction { text },
        RedirectUse::Role(Some(role)) => Redirect::Role { role, text },
        RedirectUse::Agent(Some(agent)) => Redirect::Agent { agent, text },
        RedirectUse::Stage(Some(place)) => Redirect::Stage { place, text },
        RedirectUse::Role(None) | RedirectUse::Agent(None) | RedirectUse::Stage(None) => return,
    };
    match target {
        Target::Card(card) => decide::decide(turn, vec![card], Verdict::Redirect(redirect)),
        Target::Agent(agent) => {
            let done = format!("agent {agent} is redirected");
            turn.wish(Wish::Redirect { agent, redirect }, done);
        }
    }
}
