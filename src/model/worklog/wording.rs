//! The words of a deed: places, checks, and what people wrote, cut to a few lines.

use super::About;
use super::deed::{Kind, Told};
use crate::model::{Ask, BriefId, CheckRun, GateReport, Place, Redirect, cut, words};

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
        (None, Some(to)) => (Kind::Moved, format!("new in {}", to.stage)),
        (Some(_), Some(to)) => (Kind::Moved, from_to(from, to)),
        (Some(from), None) => (Kind::Dropped, format!("its file is gone from {from}")),
        (None, None) => (Kind::Dropped, "its file is gone".to_owned()),
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
