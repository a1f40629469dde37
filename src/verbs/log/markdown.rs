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
    shipped(&mut out, log, days);
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

fn shipped(out: &mut String, log: &WorkLog, days: Days) {
    let briefs = log.tracks.values().flatten();
    let mut done: Vec<(Time, &BriefId, &BriefLog)> = briefs
        .filter_map(|(id, brief)| Some((brief.shipped?, id, brief)))
        .collect();
    if done.is_empty() {
        return;
    }
    done.sort_by_key(|(at, id, _)| (*at, *id));
    section(out, "## Shipped");
    for (at, id, brief) in done {
        let how = brief.deeds.kept.iter().rev();
        let mut how = how.filter(|deed| deed.kind == Kind::Shipped && deed.what.contains("branch"));
        let how = how.next().map(|deed| format!(", {}", text(&deed.what)));
        let by = brief.deeds.kept.iter().rev();
        let by = by.filter(|deed| deed.kind == Kind::Decided);
        let by = by
            .map(|deed| format!(", approved by {}", who(&deed.by)))
            .next();
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::worklog::Scribe;
    use crate::model::{Actor, AgentId, Entry, Handover, Happening, Launch, Place};

    fn room() -> Scope {
        Scope {
            from: Time(0),
            until: Time(u64::MAX),
            of: Of::Room,
        }
    }

    fn paper(entries: &[(u64, Actor, Happening)], scope: Scope) -> String {
        let mut scribe = Scribe::new(scope.clone());
        for (number, (at, by, what)) in entries.iter().cloned().enumerate() {
            let at = Time(at);
            scribe.take(number as u64 + 1, &Entry { at, by, what });
        }
        let proof = Proof::Whole(9, "ab".to_owned());
        let paper = Paper {
            room: "quay",
            scope: &scope,
            proof: &proof,
        };
        write(&paper, &scribe.finish())
    }

    fn moved(from: &str, to: &str) -> Happening {
        let place = |stage: &str| Place {
            track: "web".into(),
            stage: stage.into(),
        };
        Happening::Moved {
            brief: "0001-a".into(),
            from: Some(place(from)),
            to: Some(place(to)),
            why: "looks *good*".into(),
        }
    }

    fn alice() -> Actor {
        Actor::Person(Person {
            name: "alice".into(),
            key: Some("SHA256:abcdefghijkl".into()),
        })
    }

    #[test]
    fn who_moved_what_and_why_stands_there_with_the_key_that_signed_in() {
        let said = paper(&[(1_000, alice(), moved("qa", "done"))], room());
        for words in [
            "# Work log of quay",
            "1 brief · 1 shipped · 0 decisions",
            "## Track web",
            "### 0001-a – done",
            "alice (SHA256:abcdefgh…) · **shipped** qa → done",
            "> looks \\*good\\*",
            "- alice: key SHA256:abcdefghijkl",
            "the hash of the last is `ab`",
        ] {
            assert!(said.contains(words), "`{words}` is not in\n{said}");
        }
    }

    #[test]
    fn what_lies_outside_of_the_time_or_the_track_is_not_told() {
        let entries = [
            (1_000, alice(), moved("prep", "dev")),
            (2_000, alice(), moved("dev", "qa")),
            (3_000, alice(), moved("qa", "review")),
        ];
        let scope = Scope {
            from: Time(2_000),
            until: Time(3_000),
            of: Of::Room,
        };
        let said = paper(&entries, scope);
        assert!(said.contains("dev → qa"), "{said}");
        assert!(!said.contains("prep →") && !said.contains("→ review"));
        assert!(said.contains("lines 2 to 2 of"), "{said}");
        let scope = Scope {
            of: Of::Track("sales".into()),
            ..room()
        };
        let said = paper(&entries, scope);
        assert!(
            said.contains("0 briefs") && !said.contains("0001-a"),
            "{said}"
        );
    }

    #[test]
    fn an_agents_words_stay_words_whatever_they_look_like() {
        let handoff = "# Approved by the client\n<script>x</script>\n![p](http://x.example/y)\n- [ ] a\n1. one\u{202e}\u{1b}[31m\nwww.x.example\na\nb";
        let handover = Handover {
            agent: AgentId(3),
            key: "k".into(),
            from: Place {
                track: "web".into(),
                stage: "dev".into(),
            },
            to: "qa".into(),
            handoff: Untrusted::new(handoff),
        };
        let launch = Launch {
            name: "builder-1".into(),
            profile: "claude".into(),
            brief: Some("0001-a".into()),
            ..Launch::default()
        };
        let agent = Actor::Agent(handover.agent);
        let said = paper(
            &[
                (
                    1,
                    Actor::Room,
                    Happening::Spawned {
                        agent: handover.agent,
                        launch,
                    },
                ),
                (
                    2,
                    agent,
                    Happening::Handed {
                        brief: "0001-a".into(),
                        handover: Box::new(handover),
                    },
                ),
            ],
            room(),
        );
        for words in [
            "builder-1 (agent 3) with claude · **handed over** dev → qa",
            "> \\# Approved by the client\\\n",
            "> \\<script\\>x\\</script\\>\\\n",
            "> \\!\\[p\\](http\\://x.example/y)\\\n",
            "> \\- \\[ \\] a\\\n",
            "> 1\\. one⟨U+202E⟩␛\\[31m\\\n",
            "> www\\.x.example\\\n",
            "> … and 2 more lines\n",
        ] {
            assert!(said.contains(words), "`{words}` is not in\n{said}");
        }
    }
}
