//! What requests are called in titles and sentences. It decides nothing.

use crate::config::keys::KeyTable;
use crate::model::{Ask, Dispatch, Request, RequestId, Track, Untrusted, Verdict};
use crate::view::command::Command;
use crate::view::desk::Desk;

use super::agents;
use super::turn::Turn;

/// Who asks and what, short enough for a title: `1 builder · sh checks/all.sh`, `0009 qa → review`.
pub(super) fn of(desk: &Desk, request: &Request) -> String {
    const MOST: usize = 44;
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    let asker = agent.map_or("the room".to_owned(), agents::label);
    let text = match &request.ask {
        Ask::Permission { tool, summary, .. } => match summary.raw().trim().is_empty() {
            true => format!("{asker} · {}", tool.shown()),
            false => format!("{asker} · {}", first_line(summary)),
        },
        // what the room itself asks: what it is about is enough
        Ask::Matter { text, .. } if agent.is_none() => first_line(text),
        Ask::Question { text, .. } | Ask::Matter { text, .. } => {
            format!("{asker} · {}", first_line(text))
        }
        Ask::Dialog { .. } => format!("{asker} · {}", request.ask.line().shown()),
        Ask::Gate { from, to, .. } => {
            let brief = request.brief.as_ref().map_or(asker, ToString::to_string);
            format!("{brief} {} → {to}", from.stage)
        }
    };
    match text.chars().count() > MOST {
        true => text.chars().take(MOST - 1).chain(['…']).collect(),
        false => text,
    }
}

fn first_line(text: &Untrusted) -> String {
    let line = text.raw().lines().find(|line| !line.trim().is_empty());
    Untrusted::new(line.unwrap_or_default().trim()).shown()
}

/// What to say of a decision once it is taken; after a gate, what is next.
pub(super) fn taken(turn: &Turn, verdict: &Verdict, request: RequestId) -> String {
    let word = verdict.past();
    let Some(request) = turn.desk.facts.requests.get(&request) else {
        return format!("{word} {request}");
    };
    let subject = of(turn.desk, request);
    match (&request.ask, verdict) {
        (Ask::Gate { from, to, .. }, Verdict::Approve) if to.as_str() != "done" => {
            format!("{word} {subject}{}", goes_on(turn, &from.track))
        }
        (Ask::Dialog { .. }, _) => format!("{word} {subject}; it is pressed on its screen"),
        (
            Ask::Gate { .. } | Ask::Permission { .. } | Ask::Question { .. } | Ask::Matter { .. },
            _,
        ) => format!("{word} {subject}"),
    }
}

/// How a brief that went on is started there.
fn goes_on(turn: &Turn, track: &Track) -> String {
    let facts = &turn.desk.facts;
    let shape = facts.settings.track(track);
    let by_itself = match shape.map_or(Dispatch::Off, |shape| shape.dispatch) {
        Dispatch::Off => {
            let key = turn.keymap.hint(KeyTable::Queue, Command::Start);
            return key.map_or(String::new(), |key| {
                format!("; {key} in the queue starts it there")
            });
        }
        Dispatch::Ask => "the room asks you before it starts there",
        Dispatch::Auto => "the room starts it there",
    };
    match facts.pauses.of(track) {
        Some(_) => format!("; {by_itself}, once dispatch goes on"),
        None => format!("; {by_itself}"),
    }
}
