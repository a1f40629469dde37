//! A work log as markdown. Pure. Whatever anybody wrote is made visible and escaped, so that it is text in every
//! reader of markdown: no heading, link, picture or HTML of an agent's making.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::span;
use crate::model::worklog::{BriefLog, Deed, Deeds, Doer, Kind, Of, Scope, WorkLog};
use crate::model::{BriefId, Person, Time, Untrusted, Usage};

/// What stands on the paper besides the log.
pub struct Paper<'p> {
    /// The room's name.
    pub room: &'p str,
    /// What was asked for.
    pub scope: &'p Scope,
    /// What the journal is worth.
    pub proof: &'p Proof,
}

/// Whether the journal that the log was made of is whole.
pub enum Proof {
    /// It is: so many lines, and the hash of the last.
    Whole(u64, String),
    /// It is not; why.
    Broken(String),
}

impl Proof {
    pub fn as_json(&self) -> serde_json::Value {
        match self {
            Proof::Whole(lines, last) => json!({ "whole": true, "lines": lines, "last": last }),
            Proof::Broken(why) => json!({ "whole": false, "why": why }),
        }
    }
}

/// The whole paper.
pub fn write(paper: &Paper<'_>, log: &WorkLog) -> String {
    let mut out = String::new();
    head(&mut out, paper, log);
    let days = Days::of(log);
    ended(&mut out, log, &SHIPPED, days);
    ended(&mut out, log, &UNLANDED, days);
    for (track, briefs) in &log.tracks {
        let name = match track.as_str() {
            "" => "Elsewhere".to_owned(),
            name => format!("Track {}", text(name)),
        };
        section(&mut out, &format!("## {name}"));
        for (id, brief) in briefs {
            one(&mut out, id, brief, days);
        }
    }
    if !log.others.is_empty() {
        section(&mut out, "## Without a brief");
        deeds(&mut out, &log.others, days);
    }
    if !log.room.is_empty() {
        section(&mut out, "## The room");
        deeds(&mut out, &log.room, days);
    }
    foot(&mut out, paper, log);
    out
}

fn head(out: &mut String, paper: &Paper<'_>, log: &WorkLog) {
    let scope = paper.scope;
    let of = match &scope.of {
        Of::Room => String::new(),
        Of::Track(track) => format!(", track {}", text(track.as_str())),
        Of::Brief(brief) => format!(", {}", text(brief.as_str())),
    };
    let _ = writeln!(out, "# Work log of {}{of}\n", text(paper.room));
    let (from, until) = (scope.from, scope.until);
    let span = match (from, until) {
        (Time(0), Time(u64::MAX)) => "Everything since the room was first opened".to_owned(),
        (Time(0), until) => format!("Until {}", full(until)),
        (from, Time(u64::MAX)) => format!("Since {}", full(from)),
        (from, until) => format!("From {} to {}", full(from), full(until)),
    };
    let at = if from == Time(0) { Time(1) } else { from };
    let _ = writeln!(out, "{span} ({}).", text(&span::zone(at)));
    let count = |kind: Kind| log.counts.get(&kind).copied().unwrap_or(0);
    let briefs: Vec<&BriefLog> = log.tracks.values().flat_map(BTreeMap::values).collect();
    let shipped = briefs.iter().filter(|it| it.shipped.is_some()).count();
    let unlanded = briefs.iter().filter(|it| it.unlanded.is_some()).count();
    let plural = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let mut said = vec![
        plural(briefs.len(), "brief", "briefs"),
        format!("{shipped} shipped"),
        plural(count(Kind::Decided) as usize, "decision", "decisions"),
        plural(count(Kind::Rejected) as usize, "rejection", "rejections"),
    ];
    if unlanded > 0 {
        said.insert(2, format!("{unlanded} done, not landed"));
    }
    if count(Kind::ByRule) > 0 {
        said.push(format!(
            "{} by rule",
            plural(count(Kind::ByRule) as usize, "permission", "permissions")
        ));
    }
    if log.used != Usage::default() {
        said.push(text(&log.used.sentence()));
    }
    let _ = writeln!(out, "{}.", said.join(" · "));
}

/// A way in which briefs are done.
struct Ending {
    heading: &'static str,
    /// When a brief was, if it was.
    at: fn(&BriefLog) -> Option<Time>,
    /// The line that says what became of its branch.
    how: Kind,
    /// The line that says who wanted it so, and how they are named.
    wanted: (Kind, &'static str),
}

const SHIPPED: Ending = Ending {
    heading: "## Shipped",
    at: |brief| brief.shipped,
    how: Kind::Shipped,
    wanted: (Kind::Decided, "approved by"),
};

const UNLANDED: Ending = Ending {
    heading: "## Done, not landed",
    at: |brief| brief.unlanded,
    how: Kind::Unlanded,
    wanted: (Kind::Unlanded, "by"),
};

fn ended(out: &mut String, log: &WorkLog, ending: &Ending, days: Days) {
    let briefs = log.tracks.values().flatten();
    let mut done: Vec<(Time, &BriefId, &BriefLog)> = briefs
        .filter_map(|(id, brief)| Some(((ending.at)(brief)?, id, brief)))
        .collect();
    if done.is_empty() {
        return;
    }
    done.sort_by_key(|(at, id, _)| (*at, *id));
    section(out, ending.heading);
    for (at, id, brief) in done {
        let how = brief.deeds.kept.iter().rev();
        let mut how = how.filter(|deed| deed.kind == ending.how && deed.what.contains("branch"));
        let how = how.next().map(|deed| format!(", {}", text(&deed.what)));
        let (kind, word) = ending.wanted;
        let by = brief.deeds.kept.iter().rev();
        let by = by.filter(|deed| deed.kind == kind).map(|deed| &deed.by);
        // what the room did then is what a person said before
        let person = by.clone().find(|by| matches!(by, Doer::Person(_)));
        let by = person.or(by.clone().next());
        let by = by.map(|by| format!(", {word} {}", who(by)));
        let _ = writeln!(
            out,
            "- **{}**, {}{}{}",
            text(id.as_str()),
            days.shown(at),
            how.unwrap_or_default(),
            by.unwrap_or_default()
        );
    }
}

fn one(out: &mut String, id: &BriefId, brief: &BriefLog, days: Days) {
    let stage = brief.place.as_ref().map(|place| place.stage.as_str());
    let stage = stage.map_or_else(String::new, |stage| format!(" – {}", text(stage)));
    section(out, &format!("### {}{stage}", text(id.as_str())));
    let mut facts = Vec::new();
    if let Some(agent) = &brief.filed {
        facts.push(format!("Filed by {}", who(agent)));
    }
    if !brief.agents.is_empty() {
        let names: Vec<String> = brief.agents.iter().map(who).collect();
        facts.push(format!("Worked on by {}", names.join(", ")));
    }
    if brief.worked_ms > 0 {
        facts.push(format!("{} of work", lasted(brief.worked_ms)));
    }
    if brief.used != Usage::default() {
        facts.push(text(&brief.used.sentence()));
    }
    if !facts.is_empty() {
        let _ = writeln!(out, "{}.\n", facts.join(" · "));
    }
    deeds(out, &brief.deeds, days);
}

fn deeds(out: &mut String, deeds: &Deeds, days: Days) {
    if deeds.left_out > 0 {
        let _ = writeln!(out, "- … {} earlier lines are left out", deeds.left_out);
    }
    for deed in &deeds.kept {
        line(out, deed, days);
    }
    if deeds.by_rule > 0 {
        let _ = writeln!(out, "- permissions decided by rules: {}", deeds.by_rule);
    }
}

fn line(out: &mut String, deed: &Deed, days: Days) {
    let what = match deed.what.as_str() {
        "" => String::new(),
        what => format!(" {}", text(what)),
    };
    let _ = writeln!(
        out,
        "- {} · {} · **{}**{what}",
        days.shown(deed.at),
        who(&deed.by),
        deed.kind.word()
    );
    if let Doer::Rule(rule) = &deed.by {
        let _ = writeln!(out, "  > {}", text(rule));
    }
    for (at, words) in deed.words.iter().enumerate() {
        let end = if at + 1 < deed.words.len() { "\\" } else { "" };
        let _ = writeln!(out, "  > {}{end}", text(words));
    }
}

fn foot(out: &mut String, paper: &Paper<'_>, log: &WorkLog) {
    if !log.people.is_empty() {
        section(out, "## People");
        for Person { name, key } in &log.people {
            let key = match key {
                Some(key) => format!("key {}", text(key)),
                None => "on the room's machine".to_owned(),
            };
            let _ = writeln!(out, "- {}: {key}", text(name));
        }
    }
    section(out, "## Where this comes from");
    let lines = match log.lines {
        Some((first, last)) => format!("lines {first} to {last} of the room's journal"),
        None => "the room's journal, which has no line of this time".to_owned(),
    };
    let proof = match paper.proof {
        Proof::Whole(all, last) => format!(
            "The journal is whole: none of its {all} lines was changed or is missing; the hash of the last is `{last}`. `opsroom journal verify` checks it again."
        ),
        Proof::Broken(why) => format!(
            "**The journal is not whole: {}.** What is written above is what it says.",
            text(why)
        ),
    };
    let _ = writeln!(out, "Made of {lines}.\n{proof}");
}

fn section(out: &mut String, heading: &str) {
    let _ = writeln!(out, "\n{heading}\n");
}

fn who(doer: &Doer) -> String {
    match doer {
        Doer::Person(person) => text(&person.named()),
        Doer::Agent { profile, .. } if !profile.is_empty() => {
            format!("{} with {}", text(&doer.name()), text(profile))
        }
        Doer::Agent { .. } | Doer::Room | Doer::Hand | Doer::Rule(_) => text(&doer.name()),
    }
}

/// Whether all of it lies on one day, so that a time says enough.
#[derive(Clone, Copy)]
enum Days {
    One,
    More,
}

impl Days {
    fn of(log: &WorkLog) -> Self {
        let briefs = log.tracks.values().flat_map(BTreeMap::values);
        let all = briefs.map(|brief| &brief.deeds);
        let all = all.chain([&log.others, &log.room]);
        let mut days = all.flat_map(|deeds| &deeds.kept).map(|deed| day(deed.at));
        match days.next() {
            Some(first) if days.any(|day| day != first) => Days::More,
            Some(_) | None => Days::One,
        }
    }

    fn shown(self, at: Time) -> String {
        match self {
            Days::One => span::shown(at, "%H:%M:%S"),
            Days::More => span::shown(at, "%Y-%m-%d %H:%M"),
        }
    }
}

fn day(at: Time) -> String {
    span::shown(at, "%Y-%m-%d")
}

fn full(at: Time) -> String {
    span::shown(at, "%Y-%m-%d %H:%M")
}

fn lasted(ms: u64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        0 => format!("{} s", ms / 1_000),
        1..=59 => format!("{minutes} min"),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

/// Anybody's text as markdown that shows it, in one line.
fn text(text: &str) -> String {
    let shown = Untrusted::new(text.trim()).shown();
    let mut out = String::with_capacity(shown.len() + 8);
    let lead = shown.chars().take_while(char::is_ascii_digit).count();
    for (at, c) in shown.char_indices() {
        let starts = match c {
            '-' | '+' | '=' => at == 0,
            // `1.` and `1)` begin a list
            '.' | ')' => lead > 0 && at == lead,
            // what becomes a link by itself
            ':' => shown[at..].starts_with("://"),
            '@' => true,
            _ => false,
        };
        let active = matches!(
            c,
            '\\' | '`'
                | '*'
                | '_'
                | '['
                | ']'
                | '<'
                | '>'
                | '#'
                | '|'
                | '~'
                | '&'
                | '!'
                | '$'
                | '{'
                | '}'
        );
        if starts || active {
            out.push('\\');
        }
        out.push(c);
    }
    out.replace("www.", "www\\.")
}

#[cfg(test)]
mod tests;
