//! The words and marks of the screen: ages, states, kinds of requests. One place, so that the same
//! thing looks the same everywhere.

use crate::config::theme::Role;
use crate::model::{
    Agent, AgentId, Ask, BriefId, Exit, Level, Matter, Redirect, Request, SeatRole, Source, State,
    Time, Untrusted, Verdict,
};
use crate::view::desk::Desk;

/// The mark of whatever waits for a person.
pub const WAITS: &str = "◆";

/// The mark of a brief that does not say enough.
pub const LACKS: &str = "?";

/// The mark of the line under a cursor.
pub const CURSOR: &str = "▸";

/// Between the parts of a title.
pub const THEN: &str = " ▸ ";

/// How long ago, in at most three columns: `now`, `12s`, `3m`, `2h`, `4d`, `9w`.
pub fn age(now: Time, then: Time) -> String {
    let seconds = now.since(then) / 1000;
    match seconds {
        0 => "now".into(),
        1..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        86_400..8_640_000 => format!("{}d", seconds / 86_400),
        _ => format!("{}w", (seconds / 604_800).min(99)),
    }
}

/// How long ago that was, for a sentence.
pub fn ago(now: Time, then: Time) -> String {
    match age(now, then).as_str() {
        "now" => "just now".into(),
        age => format!("{age} ago"),
    }
}

/// The time of day where a person sits.
pub fn clock(at: Time, utc_offset_s: i32) -> String {
    const DAY: i64 = 86_400;
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(0);
    let local = seconds
        .saturating_add(i64::from(utc_offset_s))
        .rem_euclid(DAY);
    format!("{:02}:{:02}", local / 3600, local / 60 % 60)
}

/// The mark of somebody who points.
pub fn points(name: &str) -> String {
    format!(" ◀ {name}")
}

/// How long a state lasts: as [`age`]. Its first minute is told by the second only where somebody is waited for, since
/// twenty agents that say nothing are to cost nothing.
pub fn lasts(now: Time, since: Time, state: &State) -> String {
    match state {
        State::Waiting => age(now, since),
        State::Starting
        | State::Working
        | State::Idle
        | State::Unknown
        | State::Stuck
        | State::Limited
        | State::Exited(_) => match now.since(since) {
            0..60_000 => "<1m".into(),
            _ => age(now, since),
        },
    }
}

/// The mark of a state.
pub fn mark(state: &State) -> &'static str {
    match state {
        State::Starting => "◌",
        State::Working => "●",
        State::Waiting => WAITS,
        State::Idle => "○",
        State::Unknown => "?",
        State::Stuck => "▲",
        State::Limited => "◐",
        State::Exited(Exit::Code(0)) => "✓",
        State::Exited(Exit::Stopped(_)) => "■",
        State::Exited(_) => "✗",
    }
}

/// The theme's role for a state.
pub fn role(state: &State) -> Role {
    match state {
        State::Starting => Role::StateStarting,
        State::Working => Role::StateWorking,
        State::Waiting => Role::StateWaiting,
        State::Idle => Role::StateIdle,
        State::Unknown => Role::StateUnknown,
        State::Stuck => Role::StateStuck,
        State::Limited => Role::StateLimited,
        State::Exited(Exit::Code(0) | Exit::Stopped(_)) => Role::StateExited,
        State::Exited(_) => Role::StateFailed,
    }
}

/// A state in a word or a few: how an ended process ended is part of it.
pub fn state(state: &State) -> String {
    let State::Exited(exit) = state else {
        return state.word().to_owned();
    };
    match exit {
        Exit::Code(0) => "ended".into(),
        Exit::Code(code) => format!("failed, code {code}"),
        Exit::Signal(name) => format!("killed by {name}"),
        Exit::Failed(_) => "never started".into(),
        Exit::Lost => "lost in a restart".into(),
        Exit::Stopped(_) => "stopped".into(),
    }
}

/// Who says so.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::Process => "the process",
        Source::Api => "its own api",
        Source::Record => "its status records",
        Source::Hook => "its hook",
        Source::Notice => "a notification",
        Source::Screen => "its screen",
        Source::Silence => "silence",
    }
}

/// What a request is for the person here: an observer decides none.
pub fn waiting(desk: &Desk) -> &'static str {
    match desk.me.role {
        Some(SeatRole::Observer) => "waiting",
        Some(SeatRole::Operator) | None => "waiting on you",
    }
}

/// What is asked for, in one short word.
pub fn kind(request: &Request) -> String {
    match &request.ask {
        Ask::Permission { tool, .. } => tool_word(&tool.shown()),
        Ask::Matter { about, .. } => matter(about, request.agent).into(),
        Ask::Question { .. } => "question".into(),
        Ask::Gate { .. } => "gate".into(),
        Ask::Dialog { .. } => "dialog".into(),
    }
}

fn matter(about: &Matter, agent: Option<AgentId>) -> &'static str {
    match (about, agent) {
        (Matter::Rules(_), _) => "rules",
        (Matter::Runs(_), _) => "change",
        (Matter::Budget(_), _) => "budget",
        (Matter::Start(_), _) => "start",
        (Matter::Landing { .. }, _) => "landing",
        (Matter::Left(_), Some(_)) => "left",
        (Matter::Left(_), None) => "not started",
        (Matter::CutOff(_), _) => "message",
    }
}

fn tool_word(tool: &str) -> String {
    let lower = tool.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["bash", "shell", "exec", "command", "run"]) {
        "run".into()
    } else if has(&["write", "edit", "patch"]) {
        "write".into()
    } else if has(&["fetch", "web", "http"]) {
        "fetch".into()
    } else if has(&["read", "view", "cat"]) {
        "read".into()
    } else {
        super::ink::crop(&lower, 8)
    }
}

/// What is asked for, in one line.
pub fn summary(ask: &Ask) -> String {
    match ask {
        Ask::Permission { summary, tool, .. } if summary.raw().trim().is_empty() => tool.shown(),
        Ask::Permission { summary, .. } => one_line(summary),
        Ask::Matter {
            about: Matter::Left(left),
            ..
        } => format!("{} in {}", brief(&left.brief), left.at),
        Ask::Question { text, .. } | Ask::Matter { text, .. } => one_line(text),
        Ask::Gate { from, to, .. } => format!("{} → {to}", from.stage),
        Ask::Dialog { .. } => one_line(&ask.line()),
    }
}

/// The first line of a text that has something in it.
pub fn one_line(text: &Untrusted) -> String {
    let first = text.raw().lines().find(|line| !line.trim().is_empty());
    Untrusted::new(first.unwrap_or_default().trim()).shown()
}

/// A text line by line, each fit for the screen. Tabs are seen; blank lines at the end are
/// left out.
pub fn lines(text: &Untrusted) -> Vec<String> {
    let raw = text.raw().trim_end_matches(['\n', ' ']);
    if raw.is_empty() {
        return Vec::new();
    }
    raw.split('\n')
        .map(|line| {
            Untrusted::new(
                line.strip_suffix('\r')
                    .unwrap_or(line)
                    .replace('\t', "→   "),
            )
            .shown()
        })
        .collect()
}

/// The short form of a brief's id: its number, where it has one.
pub fn brief(id: &BriefId) -> &str {
    match id.as_str().split_once('-') {
        Some((number, _)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
            number
        }
        Some(_) | None => id.as_str(),
    }
}

/// An agent as a title names it: `1 builder`.
pub fn agent(agent: &Agent) -> String {
    format!("{} {}", agent.id, agent.name)
}

/// What somebody decided, as a past participle.
pub fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approved",
        Verdict::Reject { .. } => "rejected",
        Verdict::Reply { .. } => "answered",
        Verdict::Redirect(Redirect::Direction { .. }) => "given a new direction",
        Verdict::Redirect(_) => "redirected",
    }
}

/// The mark and the role of a notice.
pub fn notice(level: Level) -> (&'static str, Role) {
    match level {
        Level::Note => ("·", Role::ToastNote),
        Level::Warning => ("!", Role::ToastWarning),
        Level::Error => ("✗", Role::ToastError),
    }
}

/// How many comments on a brief were sent and are not handled, where any are.
pub fn open_comments(desk: &Desk, brief: &BriefId) -> Option<usize> {
    let review = desk.facts.reviews.get(brief)?;
    Some(review.open().count()).filter(|count| *count > 0)
}

/// A number with its noun: `1 agent`, `2 agents`.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn an_age_never_takes_more_than_three_columns() {
        let now = Time(u64::MAX / 2);
        for ms in [
            0,
            900,
            59_000,
            61_000,
            3_599_000,
            86_399_000,
            8_639_000_000,
            u64::MAX / 2,
        ] {
            let text = age(now, Time(now.0 - ms));
            assert!(text.len() <= 3, "{text}");
        }
        assert_eq!(age(Time(200_000), Time(10_000)), "3m");
        assert_eq!(age(Time(1), Time(10_000)), "now");
    }

    #[test]
    fn a_state_ages_by_the_second_only_where_somebody_is_waited_for() {
        let lasts = |ms: u64, state| lasts(Time(100_000 + ms), Time(100_000), state);
        assert_eq!(lasts(0, &State::Working), "<1m");
        assert_eq!(lasts(59_999, &State::Idle), "<1m");
        assert_eq!(lasts(48_000, &State::Waiting), "48s");
        assert_eq!(lasts(61_000, &State::Idle), "1m");
        assert_eq!(lasts(179_000, &State::Working), "2m");
    }

    #[test]
    fn a_brief_is_called_by_its_number_where_it_has_one() {
        assert_eq!(brief(&"0012-rate-limit".into()), "0012");
        assert_eq!(brief(&"rate-limit".into()), "rate-limit");
        assert_eq!(brief(&"0012".into()), "0012");
    }

    #[test]
    fn tools_of_all_agents_come_down_to_a_few_words() {
        let words = [
            "Bash",
            "local_shell",
            "Edit",
            "apply_patch",
            "WebFetch",
            "Read",
            "mcp__x",
        ];
        let words = words.map(tool_word);
        assert_eq!(
            words,
            ["run", "run", "write", "write", "fetch", "read", "mcp__x"]
        );
    }
}
