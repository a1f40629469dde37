//! What happened since a person left: a text to read when they come back, and again by a key.

use crate::model::{Actor, AgentId, Exit, Missed, News};
use crate::view::desk::{Desk, Link, Mode, Parts, Welcome};
use crate::view::replay::stamp;

use super::turn::Turn;

/// Shows it once, to somebody who has just come and does nothing yet.
pub(super) fn welcome(turn: &mut Turn) {
    let desk = &mut *turn.desk;
    if desk.welcome == Welcome::Done || desk.link != Link::Live || desk.since.is_none() {
        return;
    }
    desk.welcome = Welcome::Done;
    match (&desk.popup, desk.mode) {
        (None, Mode::Room) => read(turn),
        (Some(_), _) | (None, Mode::Pane(_) | Mode::Scroll(_) | Mode::Review) => {
            turn.note("something happened since you left; g s tells what");
        }
    }
}

/// Shows it.
pub(super) fn read(turn: &mut Turn) {
    let Some(text) = text(turn.desk) else {
        return turn.refuse("nothing is known to have happened since you left");
    };
    turn.desk.popup = Some(text.read("since you left".to_owned()));
}

fn text(desk: &Desk) -> Option<Parts> {
    let since = desk.since.as_ref()?;
    let left = stamp(since.left, desk.utc_offset_s);
    let mut text = Parts::default();
    text.line(&format!("you left at {left}"));
    if since.before > 0 {
        text.line(&format!(
            "{} more happened before what follows: opsroom journal has them",
            since.before
        ));
    }
    for (heading, wanted) in KINDS {
        let lines = since.missed.iter().filter(|missed| wanted(&missed.news));
        let lines: Vec<String> = lines.map(|missed| line(desk, missed)).collect();
        if !lines.is_empty() {
            text.line("");
            text.head(heading);
            text.line(&lines.join("\n"));
        }
    }
    Some(text)
}

type Wanted = fn(&News) -> bool;

/// The headings, most important first.
const KINDS: [(&str, Wanted); 5] = [
    ("decided", |news| matches!(news, News::Decided { .. })),
    ("asked", |news| matches!(news, News::Asked { .. })),
    ("moved", |news| matches!(news, News::Moved { .. })),
    ("ended", |news| matches!(news, News::Ended { .. })),
    ("rules", |news| matches!(news, News::Policies { .. })),
];

fn line(desk: &Desk, missed: &Missed) -> String {
    let at = stamp(missed.at, desk.utc_offset_s);
    let what = match &missed.news {
        News::Decided {
            request,
            agent,
            verdict,
        } => format!(
            "{request} {} by {}{}",
            verdict.past(),
            who(desk, &missed.by),
            agent.map_or_else(String::new, |agent| format!(", for {}", name(desk, agent)))
        ),
        News::Asked {
            request,
            agent,
            what,
        } => {
            let open = desk
                .facts
                .requests
                .get(request)
                .is_some_and(|one| one.is_open());
            let still = if open { " (waits)" } else { "" };
            let by = agent.map_or("the room".to_owned(), |agent| name(desk, agent));
            format!("{request} by {by}: {}{still}", what.raw())
        }
        News::Moved { brief, from, to } => {
            let by = who(desk, &missed.by);
            match (from, to) {
                (Some(from), Some(to)) => format!("{brief} {from} → {to} by {by}"),
                (None, Some(to)) => format!("{brief} is new in {to}, by {by}"),
                (Some(from), None) => format!("{brief} is gone from {from}, by {by}"),
                (None, None) => format!("{brief} is gone, by {by}"),
            }
        }
        News::Policies { rules } => format!(
            "{} in force, by {}",
            match rules {
                1 => "1 rule is".to_owned(),
                rules => format!("{rules} rules are"),
            },
            who(desk, &missed.by)
        ),
        News::Ended {
            agent,
            exit: Exit::Stopped(_),
        } => format!(
            "{}: stopped by {}",
            name(desk, *agent),
            who(desk, &missed.by)
        ),
        News::Ended { agent, exit } => format!("{}: {}", name(desk, *agent), exit.sentence()),
    };
    format!("{at}  {what}")
}

fn who(desk: &Desk, by: &Actor) -> String {
    match by {
        Actor::Room => "the room".to_owned(),
        Actor::Person(person) => person.name.clone(),
        Actor::Agent(agent) => name(desk, *agent),
        Actor::Hand => "a hand in the folder".to_owned(),
        Actor::Policy { rule } => format!("policy ({rule})"),
    }
}

fn name(desk: &Desk, agent: AgentId) -> String {
    let known = desk.facts.agents.get(&agent);
    known.map_or_else(|| format!("agent {agent}"), super::agents::label)
}
