//! The words of a decision that is looked at again: the decision first, then all of what was asked. Opens no journal.

use std::fmt::Write as _;

use crate::model::{
    Ask, CheckRun, Crop, FileStat, GateReport, Matter, Place, Redirect, Sight, Untrusted, Verdict,
    words,
};

use super::{Asked, Decided, picture, stamp};

impl Decided {
    /// What was decided, by whom, why and when; then what was asked, with everything that stood on its card.
    pub fn card(&self, utc_offset_s: i32) -> Untrusted {
        let decision = &self.decision;
        let mut text = format!(
            "{} by {} · {} · ",
            decision.verdict.past(),
            decision.who(),
            stamp(decision.at, utc_offset_s)
        );
        text.push_str(&match decision.rule {
            Some(_) => "no card was shown\n".to_owned(),
            None => format!(
                "the card had stood there for {:.1} s\n",
                self.seen_ms as f64 / 1_000.0
            ),
        });
        let said = said(&decision.verdict);
        text.push_str(&said);
        if !said.is_empty() {
            text.push('\n');
        }
        text.push_str(&self.sight());
        let of = match self.asked.as_ref().and_then(|asked| asked.brief.as_ref()) {
            Some(brief) => format!(" for {brief}"),
            None => String::new(),
        };
        match &self.asked {
            Some(Asked { ask, .. }) => text.push_str(&asked(ask, &of)),
            None => text.push_str("the journal does not say what was asked\n"),
        }
        Untrusted::new(text.trim_end())
    }

    /// Whether whoever decided had the picture before them.
    pub(super) fn sight(&self) -> String {
        let Some(moment) = &self.moment else {
            return match self.agent() {
                None => "no terminal stood behind this card\n".to_owned(),
                Some(_) => {
                    "the journal names no picture; this is how it stood at that time\n".to_owned()
                }
            };
        };
        let who = self.decision.by.named();
        match (self.decision.rule.as_ref(), moment.sight) {
            (Some(_), _) => "this is how it stood then\n".to_owned(),
            (None, Sight::Drawn) => match &moment.crop {
                Some(crop) => format!("{}\n", before(&who, crop)),
                None => {
                    format!("{who}'s window had drawn this picture, as far as its tile showed it\n")
                }
            },
            (None, Sight::Elsewhere) => {
                format!("{who} had nothing of this agent in sight; it stood like this\n")
            }
        }
    }
}

/// What of the picture somebody had in sight.
fn before(who: &str, crop: &Crop) -> String {
    let Crop { cols, rows, .. } = crop;
    let mut text = format!("what {who} had in sight is lit: {cols}x{rows}");
    match picture::back(crop) {
        0 => {}
        back => {
            let lines = usize::try_from(back).unwrap_or(usize::MAX);
            let _ = write!(text, ", gone back {}", words::count(lines, "line"));
        }
    }
    if !crop.covered.is_empty() {
        text.push_str(", but for what lay over it");
    }
    text
}

fn asked(ask: &Ask, of: &str) -> String {
    match ask {
        Ask::Permission {
            tool,
            summary,
            detail,
            cwd,
        } => {
            let same = detail.raw().trim() == summary.raw().trim();
            let detail = match same || detail.raw().is_empty() {
                true => String::new(),
                false => format!("{}\n", detail.raw()),
            };
            let (tool, summary, cwd) = (tool.raw(), summary.raw(), cwd.raw());
            format!("asked{of}: {tool}: {summary}\n{detail}in {cwd}\n")
        }
        Ask::Question { text, options } => format!("asked{of}: {}", question(text, options)),
        Ask::Matter {
            text,
            options,
            about,
        } => format!("asked{of}: {}{}", question(text, options), matter(about)),
        Ask::Gate {
            from,
            to,
            handoff,
            report,
        } => {
            let head = format!("gate {from} → {to}{of}\n");
            let report = report.as_deref();
            let found = report.map_or_else(String::new, |report| found(report, from));
            let rest = report.map_or_else(String::new, in_full);
            format!("{head}{found}handoff:\n{}\n{rest}", handoff.raw())
        }
        Ask::Dialog { rows, .. } => format!("on its screen{of}:\n{}\n", rows.raw()),
    }
}

fn question(text: &Untrusted, options: &[Untrusted]) -> String {
    let options = options.iter().map(|it| format!("- {}\n", it.raw()));
    format!("{}\n{}", text.raw(), options.collect::<String>())
}

/// What stood on a card of the room's own besides its question.
fn matter(about: &Matter) -> String {
    match about {
        Matter::Start(start) => {
            let lacks = start.lacks.as_ref();
            let lacks = lacks.map_or_else(String::new, |it| format!("it lacks {}\n", it.raw()));
            let whom = match start.agent {
                Some(agent) => format!("agent {agent}"),
                None => "a new agent".to_owned(),
            };
            let (role, place) = (&start.role, &start.place);
            let text = start.text.raw();
            format!("in {place}, by {whom} of the role {role}\n{lacks}the assignment:\n{text}\n")
        }
        Matter::Rules(rules) => {
            let told = rules.iter().map(|rule| format!("- {}\n", rule.sentence()));
            format!("the rules:\n{}", told.collect::<String>())
        }
        Matter::CutOff(cut) => format!("the words:\n{}\n", cut.text),
        Matter::Landing { from } => format!("it stood in {from}\n"),
        Matter::Runs(_) | Matter::Budget(_) | Matter::Left(_) => String::new(),
    }
}

/// What a gate had found, in a line or two.
fn found(report: &GateReport, from: &Place) -> String {
    let mut text = String::new();
    if !report.checks.is_empty() {
        let each = report.checks.iter();
        let each = each.map(|run| format!("{} {}", run.name, run.result.sentence()));
        let _ = writeln!(text, "checks: {}", each.collect::<Vec<_>>().join(", "));
    }
    let changed = report.changed();
    if !changed.is_empty() {
        let _ = writeln!(text, "{}", changed.join(", "));
    }
    if report.iteration > 1 {
        let _ = writeln!(
            text,
            "handed over {} times in {}",
            report.iteration, from.stage
        );
    }
    for gap in &report.gaps {
        let _ = writeln!(text, "{gap}");
    }
    text
}

/// The same with every file, commit and check's output.
fn in_full(report: &GateReport) -> String {
    let mut text = String::new();
    let files: String = report.files.iter().map(file).collect();
    if !files.is_empty() {
        let _ = write!(text, "files:\n{files}");
        if report.more_files > 0 {
            let _ = writeln!(text, "… and {} more", report.more_files);
        }
    }
    let commits = report.commits.iter();
    let commits = commits.map(|(hash, subject)| format!("{hash} {}\n", subject.raw()));
    let commits: String = commits.collect();
    if !commits.is_empty() {
        let _ = write!(text, "commits:\n{commits}");
    }
    for question in &report.checklist {
        let _ = writeln!(text, "☐ {question}");
    }
    text.extend(report.checks.iter().map(output));
    text
}

fn file(file: &FileStat) -> String {
    let path = file.path.raw();
    match (file.added, file.removed) {
        (Some(added), Some(removed)) => format!("{path} +{added} −{removed}\n"),
        (Some(_) | None, None) | (None, Some(_)) => format!("{path} (binary)\n"),
    }
}

fn output(run: &CheckRun) -> String {
    let tail = run.tail.raw().trim_end();
    match tail.is_empty() {
        true => String::new(),
        false => format!("{} printed last ({}):\n{tail}\n", run.name, run.log),
    }
}

/// What was said with it, and where it went.
fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Approve => String::new(),
        Verdict::Reject { reason } => reason.clone(),
        Verdict::Reply { text } => text.clone(),
        Verdict::Redirect(to) => match to {
            Redirect::Direction { text } => text.clone(),
            Redirect::Role { role, text } => format!("to the role {role}: {text}"),
            Redirect::Agent { agent, text } => format!("to agent {agent}: {text}"),
            Redirect::Stage { place, text } => format!("to {place}: {text}"),
        },
    }
}
