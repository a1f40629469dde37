//! Why a tile says what it says: every source with its last word, its age, and what became of it by the rules of
//! `state`; what waits, for whom; and what is known of how the agent runs. Pure; screens and scripts show the same.

use serde::Serialize;

use super::state::{self, Word};
use super::{
    Agent, Ask, Delivery, Evidence, Launch, Message, Request, Source, State, Status, Time, words,
};

/// The most lines about one thing.
const MOST: usize = 20;

/// The most lines of an ended agent's screen.
const LAST: usize = 8;

/// A heading and its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The heading.
    pub title: &'static str,
    /// One thing each. Words of agents are in them as they came: show them as untrusted.
    pub lines: Vec<String>,
}

/// Everything there is to say of an agent, out of what every client is told.
pub fn explain<'a>(
    agent: &Agent,
    requests: impl Iterator<Item = &'a Request>,
    messages: impl Iterator<Item = &'a Message>,
    now: Time,
) -> Vec<Part> {
    let its: Vec<&Request> = requests.filter(|it| it.agent == Some(agent.id)).collect();
    let parts = [
        ("shown", shown(agent, &its, now)),
        ("all that was heard", heard(agent, now)),
        ("waits for a person", waits(&its, now)),
        ("messages to it", held(agent, &its, messages, now)),
        ("decided by rules", ruled(&its, now)),
        ("how it runs", runs(agent, now)),
    ];
    parts
        .into_iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(title, lines)| Part { title, lines })
        .collect()
}

/// What an agent that ended wrote last, out of its screen's rows; none where it lives, or wrote nothing.
pub fn last_lines<'a>(
    agent: &Agent,
    rows: impl DoubleEndedIterator<Item = &'a str>,
) -> Option<Part> {
    let written = rows.map(str::trim_end).filter(|row| !row.is_empty());
    let mut lines: Vec<String> = written.rev().take(LAST).map(str::to_owned).collect();
    lines.reverse();
    (!agent.is_alive() && !lines.is_empty()).then_some(Part {
        title: "its last lines",
        lines,
    })
}

/// All parts as a text.
pub fn text(parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| {
        let lines = part.lines.iter().map(|line| format!("{line}\n"));
        format!("# {}\n{}", part.title, lines.collect::<String>())
    });
    parts.collect::<Vec<String>>().join("\n")
}

/// What the tile says, and by which rule.
fn shown(agent: &Agent, requests: &[&Request], now: Time) -> Vec<String> {
    let open = requests.iter().any(|request| request.is_open());
    let why = match (&agent.evidence.state, open, agent.evidence.source) {
        (State::Exited(_), _, _) => "its process ended: nothing that was heard changes that",
        (State::Starting, _, _) => "no process is there yet",
        (State::Waiting, true, _) => "a request of it is open: that outranks every source",
        (State::Unknown, _, _) => "no source names a state; that is never shown as idle",
        (_, _, Source::Silence) => "it says that it works, and was silent for long since",
        (_, _, Source::Process | Source::Api | Source::Record | Source::Hook) => {
            "the most trusted source that names a state"
        }
        (_, _, Source::Notice | Source::Screen) => {
            "the most trusted source that names a state; no better one speaks"
        }
    };
    let mut lines = vec![said(&agent.evidence, now), format!("            {why}")];
    if let Some(other) = agent.contradiction() {
        let (source, state) = (named(other.source), other.state.word());
        lines.push(format!(
            "            but {source} says {state}, and said so later: messages wait until they agree"
        ));
    }
    lines
}

/// Every source, most trusted first, and what became of its word.
fn heard(agent: &Agent, now: Time) -> Vec<String> {
    if agent.known.is_empty() {
        return vec!["nothing".to_owned()];
    }
    let waits = agent.evidence.state == State::Waiting && !agent.known.contains(&agent.evidence);
    let line = |evidence: &Evidence| {
        let became = match state::word(evidence, &agent.known) {
            Word::Shown if waits => "would be shown, were no request open".to_owned(),
            Word::Shown => "this is shown".to_owned(),
            Word::StepsBack => "names no state, and steps back".to_owned(),
            Word::Overtaken => "began something; the screen, read later, shows another".to_owned(),
            Word::Outranked(by) => format!("{} is trusted more", named(by)),
            Word::Contradicts => "contradicts what is shown, and came later".to_owned(),
            Word::Silent => "silence speaks for no state by itself".to_owned(),
        };
        format!("{}\n            {became}", said(evidence, now))
    };
    agent.known.iter().map(line).collect()
}

fn waits(requests: &[&Request], now: Time) -> Vec<String> {
    let open = requests.iter().filter(|request| request.is_open());
    let line = |request: &&Request| {
        let age = words::age(now.since(request.opened));
        format!("{}  {}, for {age}", request.id, first_line(&request.ask))
    };
    open.take(MOST).map(line).collect()
}

fn first_line(ask: &Ask) -> String {
    let line = ask.line();
    let text = match ask {
        Ask::Permission { tool, .. } => format!("{} {}", tool.raw(), line.raw()),
        Ask::Question { .. } | Ask::Gate { .. } | Ask::Dialog { .. } | Ask::Matter { .. } => {
            line.raw().to_owned()
        }
    };
    let line = text.lines().next().unwrap_or_default();
    // it goes on in a sentence of its own
    line.trim_end().trim_end_matches('.').to_owned()
}

fn held<'a>(
    agent: &Agent,
    requests: &[&Request],
    messages: impl Iterator<Item = &'a Message>,
    now: Time,
) -> Vec<String> {
    let why = why_held(agent, requests);
    let line = |message: &Message| {
        let age = words::age(now.since(message.at));
        let how = match &message.delivery {
            Delivery::Held => format!("held, {why}"),
            Delivery::Sent(_) => "being written, and not seen to be taken yet".to_owned(),
            Delivery::Delivered(_) => "delivered".to_owned(),
            Delivery::Unseen(why) => format!("not seen to be taken: {why}"),
            Delivery::Dropped(why) => format!("dropped: {why}"),
        };
        let text = message.text.lines().next().unwrap_or_default();
        format!("{}  {how} (for {age}): {text}", message.id)
    };
    let to_it = messages.filter(|message| message.to == agent.id);
    to_it.take(MOST).map(line).collect()
}

/// Why a message is not at its agent yet.
fn why_held(agent: &Agent, requests: &[&Request]) -> String {
    let dialog = requests
        .iter()
        .any(|request| request.is_open() && request.ask.holds_its_agent());
    if agent.pid.is_none() {
        return "it has no process yet".to_owned();
    }
    if dialog {
        return "a request of it is open".to_owned();
    }
    let mut open = requests.iter().filter(|request| request.is_open());
    if open.clone().any(|request| request.ask.is_unseen()) {
        return "whether it took an earlier one is not known: answer the card that asks".to_owned();
    }
    if open.any(|request| request.ask.overrun().is_some()) {
        return "its brief's budget is used up".to_owned();
    }
    if agent.contradiction().is_some() {
        return "its sources contradict each other".to_owned();
    }
    if matches!(agent.evidence.state, State::Idle | State::Unknown) {
        return "until it is quiet for a moment and nobody types in its pane".to_owned();
    }
    format!("until it is at rest: it is {}", agent.evidence.state.word())
}

/// What rules decided of its lately closed requests: each rule once, with how often.
fn ruled(requests: &[&Request], now: Time) -> Vec<String> {
    let mut rules: Vec<(&str, usize, Time)> = Vec::new();
    for request in requests {
        let Status::Decided(decision) = &request.status else {
            continue;
        };
        let Some(rule) = decision.rule.as_deref() else {
            continue;
        };
        match rules.iter_mut().find(|(known, _, _)| *known == rule) {
            Some((_, times, last)) => (*times, *last) = (*times + 1, decision.at),
            None => rules.push((rule, 1, decision.at)),
        }
    }
    let line = |(rule, times, last): (&str, usize, Time)| {
        let ago = words::age(now.since(last));
        format!("{rule}: {}, last {ago} ago", words::count(times, "time"))
    };
    rules.into_iter().take(MOST).map(line).collect()
}

fn runs(agent: &Agent, now: Time) -> Vec<String> {
    let pid = agent.pid.map_or("none".to_owned(), |pid| pid.to_string());
    let mut lines = vec![
        format!("profile     {}", agent.profile),
        format!("process     {pid}"),
        format!("started     {} ago", words::age(now.since(agent.started))),
        format!("folder      {}", agent.folder),
    ];
    lines.extend(
        agent
            .brief
            .iter()
            .map(|brief| format!("brief       {brief}")),
    );
    lines.extend(agent.role.iter().map(|role| format!("role        {role}")));
    let usage = agent.usage.as_ref();
    lines.extend(usage.map(|usage| format!("used        {}", usage.sentence())));
    let session = agent.session.as_ref();
    lines.extend(session.map(|session| format!("session     {session}")));
    let command = ran(agent);
    if !command.is_empty() {
        lines.push(format!("command     {}", command.join(" ")));
    }
    lines
}

/// The command of its role, or its own; of a rehearsal what it becomes, by this very program.
fn ran(agent: &Agent) -> Vec<String> {
    let written = agent.command.iter().map(|word| word.raw().to_owned());
    let written: Vec<String> = written.collect();
    if agent.profile != "rehearsal" {
        return written;
    }
    let play = Launch::play(&written);
    let part = agent.role.iter().map(ToString::to_string);
    let part = part.filter(|_| play.is_empty());
    let own = ["opsroom", "rehearsal"].map(str::to_owned).into_iter();
    own.chain(part).chain(play.iter().cloned()).collect()
}

/// What one source says, since when, and in which words.
fn said(evidence: &Evidence, now: Time) -> String {
    let seconds = now.since(evidence.at) / 1_000;
    let age = match seconds {
        0 => "just now".to_owned(),
        1..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min {} s ago", seconds / 60, seconds % 60),
        _ => format!("{} h {} min ago", seconds / 3_600, seconds / 60 % 60),
    };
    let detail = match evidence.detail.raw() {
        "" => String::new(),
        words => format!("\n            {words}"),
    };
    let (state, source) = (evidence.state.word(), named(evidence.source));
    format!("{state:<10}  by {source}, {age}{detail}")
}

fn named(source: Source) -> &'static str {
    match source {
        Source::Process => "its process",
        Source::Api => "its own interface",
        Source::Record => "a status record in its output",
        Source::Hook => "its hook",
        Source::Notice => "a title or bell",
        Source::Screen => "its screen",
        Source::Silence => "its silence",
    }
}
