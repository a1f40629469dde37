//! The words of a deed: places, checks, and what people wrote, cut to a few lines.

use super::About;
use super::deed::{Kind, Told};
use crate::model::{
    Ask, BriefId, CheckRun, GateReport, Happening, Place, Policy, Redirect, ReviewStep, Track, cut,
    words,
};

/// So many lines of a handoff, or of another long text, are told.
pub(super) const LINES: usize = 6;

/// So much of a line, in bytes.
const LINE: usize = 400;

/// What a request was about, in a line.
pub(super) fn subject(ask: &Ask) -> String {
    match ask {
        Ask::Permission { tool, summary, .. } => {
            format!("{} {}", one(tool.raw()), one(summary.raw()))
        }
        Ask::Question { text, .. } | Ask::Matter { text, .. } => format!("“{}”", one(text.raw())),
        Ask::Gate { from, to, .. } => format!("{} → {to}", from.stage),
        Ask::Dialog { .. } => format!("“{}”", one(ask.line().raw())),
    }
}

pub(super) fn whither(to: &Redirect) -> (String, &str) {
    match to {
        Redirect::Direction { text } => ("in another direction".to_owned(), text),
        Redirect::Role { role, text } => (format!("to the role {role}"), text),
        Redirect::Agent { agent, text } => (format!("to agent {agent}"), text),
        Redirect::Stage { place, text } => (format!("to {place}"), text),
    }
}

pub(super) fn moved(brief: &BriefId, from: Option<&Place>, to: Option<&Place>, why: &str) -> Told {
    let (kind, what) = match (from, to) {
        (_, Some(to)) if to.stage.as_str() == "done" => (Kind::Shipped, from_to(from, to)),
        (_, Some(to)) if to.stage.as_str() == "dropped" => (Kind::Dropped, from_to(from, to)),
        (None, Some(to)) => (Kind::New, format!("in {}", to.stage)),
        (Some(_), Some(to)) => (Kind::Moved, from_to(from, to)),
        (Some(from), None) => (Kind::Dropped, format!("its file is gone from {from}")),
        (None, None) => (Kind::Dropped, "its file is gone".to_owned()),
    };
    // that it is new is all that the room says of one
    let why = if (kind, why) == (Kind::New, "new") {
        ""
    } else {
        why
    };
    (About::Brief(brief.clone()), kind, what, some(why))
}

pub(super) fn from_to(from: Option<&Place>, to: &Place) -> String {
    match from {
        None => format!("into {to}"),
        Some(from) if from.track == to.track => format!("{} → {}", from.stage, to.stage),
        Some(from) => format!("{from} → {to}"),
    }
}

/// What a gate was shown: checks, files, commits.
pub(super) fn found(report: &GateReport) -> String {
    let mut parts = Vec::new();
    if !report.checks.is_empty() {
        parts.push(checks(&report.checks));
    }
    parts.extend(report.changed());
    if parts.is_empty() {
        return String::new();
    }
    format!(" ({})", parts.join(", "))
}

pub(super) fn checks(runs: &[CheckRun]) -> String {
    let each = runs
        .iter()
        .map(|run| format!("{} {}", run.name, run.result.sentence()));
    each.collect::<Vec<_>>().join(", ")
}

/// The first line of a text.
pub(super) fn one(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default().trim();
    let short = cut(first, LINE);
    let more = short.len() < first.len() || lines.next().is_some();
    format!("{short}{}", if more { " …" } else { "" })
}

/// The first lines of a text.
pub(super) fn some(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(str::trim_end).filter(|it| !it.is_empty());
    let mut told: Vec<String> = lines.by_ref().take(LINES).map(short).collect();
    match lines.count() {
        0 => {}
        more => told.push(format!("… and {}", words::count(more, "more line"))),
    }
    told
}

/// The last lines of a text.
pub(super) fn last(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(LINES);
    lines[from..].iter().copied().map(short).collect()
}

pub(super) fn short(line: &str) -> String {
    let short = cut(line, LINE);
    let more = if short.len() < line.len() { " …" } else { "" };
    format!("{short}{more}")
}

pub(super) fn reviewed(brief: &BriefId, step: &ReviewStep) -> Option<Told> {
    let (what, words) = match step {
        ReviewStep::Commented { anchor, text, .. } => {
            (format!("comment on {}", anchor.place()), some(text))
        }
        ReviewStep::Sent { round, comments } => {
            let count = words::count(comments.len(), "comment");
            (format!("round {round} sent: {count}"), Vec::new())
        }
        ReviewStep::Claimed { number, note } => (
            format!("{number} is dealt with, its agent says"),
            some(note.raw()),
        ),
        ReviewStep::Settled { number } => (format!("{number} is handled"), Vec::new()),
        ReviewStep::Reopened { number } => (format!("{number} is open again"), Vec::new()),
        ReviewStep::Reworded { .. } | ReviewStep::Deleted { .. } => return None,
    };
    Some((About::Brief(brief.clone()), Kind::Reviewed, what, words))
}

pub(super) fn room(what: &Happening) -> Option<Told> {
    let track = |track: Option<&Track>| {
        track.map_or_else(|| "of the whole room".to_owned(), |it| format!("of {it}"))
    };
    let (said, more) = if let Happening::Opened { version } = what {
        (format!("opened the room (opsroom {version})"), Vec::new())
    } else if let Happening::Closed = what {
        ("closed the room".to_owned(), Vec::new())
    } else if let Happening::Policies { rules } = what {
        let told = rules.iter().map(Policy::sentence);
        (
            format!("{} in force", words::count(rules.len(), "rule")),
            told.take(LINES * 4).collect(),
        )
    } else if let Happening::Paused { track: of } = what {
        (
            format!("paused dispatch {}", track(of.as_ref())),
            Vec::new(),
        )
    } else if let Happening::Resumed { track: of } = what {
        (
            format!("resumed dispatch {}", track(of.as_ref())),
            Vec::new(),
        )
    } else if let Happening::Drove { driver, before } = what {
        (
            format!("{} drives, no longer {}", driver.name, before.name),
            Vec::new(),
        )
    } else if let Happening::Revoked { name } = what {
        (format!("revoked the invitation of {name}"), Vec::new())
    } else if let Happening::Recovered { cut } = what {
        (
            format!("cut {cut} bytes of a torn line off the journal"),
            Vec::new(),
        )
    } else {
        return None;
    };
    Some((About::Room, Kind::Changed, said, more))
}
