//! A brief's file: front matter between two `+++` lines, then text. It reads and edits texts, never files.

mod budget;
mod edit;
mod fill;
mod lint;
mod parts;

pub use edit::{template, with_priority};
pub use fill::{Filling, TEMPLATES, fill};
pub use lint::lint;
pub use parts::{Cut, Part, cut, draft, part, rest};

use std::ops::Range;

use super::reader::{Placed, Reader, Table};
use super::room::AUTONOMY;
use super::{Diagnostic, Gleaned, Parsed, Severity, name};
use crate::model::{BriefId, Fault, Heading, Lack, PRIORITY_DEFAULT, RoleName, Untrusted, Weight};

/// A larger file is not read as a brief, in bytes.
pub const LARGEST: usize = 1 << 20;

/// The longest title, in characters.
const TITLE_LONGEST: usize = 200;

/// The most briefs that one can need.
const NEEDS_MOST: usize = 64;

/// The most checks that one can name.
const CHECKS_MOST: usize = 16;

const FENCE: &str = "+++";

/// The two parts of a file, as bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The TOML between the fences.
    pub front: Range<usize>,
    /// What follows.
    pub body: Range<usize>,
}

/// Reads a brief. The heading's `lacks` holds what [`lint()`] misses and what was not understood.
///
/// # Errors
/// The first thing in the file that keeps it from being a brief.
pub fn read(path: &str, text: &str) -> Result<Heading, Fault> {
    let parsed = parse(path, text);
    let asides = parsed.diagnostics.iter().filter(|one| !one.is_error());
    let asides = asides.map(|one| Lack {
        weight: Weight::Advice,
        what: format!("line {}: {}", one.line, one.what),
        hint: one.hint.clone(),
    });
    let asides: Vec<Lack> = asides.collect();
    match parsed.value {
        Some(mut heading) => {
            heading.lacks.extend(asides);
            Ok(heading)
        }
        None => Err(parsed
            .diagnostics
            .into_iter()
            .find(Diagnostic::is_error)
            .map_or_else(|| unread(path), Fault::from)),
    }
}

/// Reads a brief and says everything that is wrong with it. Unknown keys are warnings.
pub fn parse(path: &str, text: &str) -> Parsed<Heading> {
    glean(path, text).parsed
}

/// The same, with what could be read of a brief that has errors.
pub fn glean(path: &str, text: &str) -> Gleaned<Heading> {
    let parts = match split(path, text) {
        Ok(parts) => parts,
        Err(why) => return Gleaned::nothing(*why),
    };
    let mut reader = Reader::part(path, text, parts.front);
    let mut root = reader.document();
    let mut heading = read_heading(&mut root, &mut reader);
    root.end_softly(&mut reader);
    heading.lacks = lint(&heading, &text[parts.body]);
    reader.glean(heading)
}

/// Finds the two parts.
///
/// # Errors
/// The file is too large, has no front matter, or it does not end.
pub fn split(path: &str, text: &str) -> Result<Parts, Box<Diagnostic>> {
    let wrong = |span, what: &str, hint: &str| {
        let source = (path, text);
        Box::new(Diagnostic::at(source, span, Severity::Error, what, hint))
    };
    if text.len() > LARGEST {
        let hint = "put the material in a file of the project and name it in the brief";
        return Err(wrong(0..0, "larger than 1 MiB", hint));
    }
    let mut lines = lines(text);
    let opening = lines.next().unwrap_or(0..0);
    if text[opening.clone()]
        .trim_start_matches('\u{feff}')
        .trim_end()
        != FENCE
    {
        let hint = "begin the file with a line `+++`, then `title = \"…\"`, then a line `+++`";
        return Err(wrong(0..0, "no front matter", hint));
    }
    let Some(closing) = lines.find(|line| text[line.clone()].trim_end() == FENCE) else {
        let hint = "end it with a line `+++`";
        return Err(wrong(opening, "the front matter does not end", hint));
    };
    Ok(Parts {
        front: opening.end..closing.start,
        body: closing.end..text.len(),
    })
}

/// Each line with its end.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(start..*at)
    })
}

fn read_heading(root: &mut Table, reader: &mut Reader) -> Heading {
    let place = 0..0;
    let silent = !root.has("title");
    let title = root.text("title", reader);
    if silent {
        reader.error(&place, "no title", "write `title = \"…\"`, one line");
    }
    if let Some(title) = &title {
        check_title(title, reader);
    }
    let priority = root.number("priority", 1..=9, reader);
    let needs = root.texts("needs", reader);
    if let Some(needs) = &needs {
        check_needs(needs, reader);
    }
    let from = root.text("from", reader);
    if let Some(from) = &from {
        name::check("a brief", from, reader);
    }
    let role = root.text("role", reader);
    if let Some(role) = &role {
        name::check("a role", role, reader);
    }
    let agent = root.text("agent", reader);
    if let Some(agent) = &agent {
        check_line("an agent's name", agent, reader);
    }
    let autonomy = root.choice("autonomy", &AUTONOMY, reader);
    let checks = root.text_or_texts("checks", reader);
    if let Some(checks) = &checks {
        if checks.value.len() > CHECKS_MOST {
            let hint = format!("write at most {CHECKS_MOST}");
            reader.error(&checks.span, "too many checks", hint);
        }
        for one in &checks.value {
            check_line("a check", one, reader);
        }
    }
    let skill = root.text("skill", reader);
    if let Some(skill) = &skill {
        name::check("a skill", skill, reader);
    }
    let budget = budget::budget(root, reader);
    Heading {
        title: Untrusted::new(title.map(|title| title.value).unwrap_or_default()),
        priority: priority
            .and_then(|priority| u8::try_from(priority.value).ok())
            .unwrap_or(PRIORITY_DEFAULT),
        needs: needs
            .map(|needs| needs.value)
            .unwrap_or_default()
            .into_iter()
            .map(|id| BriefId(id.value))
            .collect(),
        from: from.map(|from| BriefId(from.value)),
        role: role.map(|role| RoleName(role.value)),
        agent: agent.map(|agent| agent.value),
        autonomy,
        checks: checks
            .map(|checks| checks.value)
            .unwrap_or_default()
            .into_iter()
            .map(|one| Untrusted::new(one.value))
            .collect(),
        skill: skill.map(|skill| skill.value),
        budget,
        lacks: Vec::new(),
    }
}

/// Notes what is no line of its own.
fn check_line(kind: &str, line: &Placed<String>, reader: &mut Reader) {
    let long = line.value.chars().count() > TITLE_LONGEST;
    if long || line.value.trim().is_empty() || line.value.chars().any(char::is_control) {
        let hint = format!("write one line of 1 to {TITLE_LONGEST} characters");
        reader.error(&line.span, format!("not {kind}"), hint);
    }
}

fn check_title(title: &Placed<String>, reader: &mut Reader) {
    let hint = format!("write one line of 1 to {TITLE_LONGEST} characters");
    if title.value.trim().is_empty() {
        reader.error(&title.span, "an empty title", hint);
    } else if title.value.contains(['\n', '\r']) {
        reader.error(&title.span, "a title of more than one line", hint);
    } else if title.value.chars().count() > TITLE_LONGEST {
        reader.error(&title.span, "a title that is too long", hint);
    }
}

fn check_needs(needs: &Placed<Vec<Placed<String>>>, reader: &mut Reader) {
    for id in &needs.value {
        name::check("a brief", id, reader);
    }
    if needs.value.len() > NEEDS_MOST {
        let hint = format!("write at most {NEEDS_MOST}");
        reader.error(&needs.span, "too many needs", hint);
    }
}

/// Cannot happen: what has no value has an error. Said all the same, rather than taken for read.
fn unread(path: &str) -> Fault {
    Fault {
        path: path.to_owned(),
        line: 1,
        column: 1,
        what: "not read".to_owned(),
        hint: "save the file again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const GOOD: &str = "+++\ntitle = \"Rate-limit the login\"\npriority = 2 # soon\nneeds = [\"0011-store\"]\nrole = \"builder\"\nbudget = 3\n+++\nSlow down guessing. It must not slow down people. Done when the test passes.\n";

    fn fault(text: &str) -> String {
        let fault = read("briefs/web/dev/7.md", text).unwrap_err();
        format!(
            "{}:{}: {}; {}",
            fault.line, fault.column, fault.what, fault.hint
        )
    }

    #[test]
    fn a_brief_is_a_heading_and_a_text() {
        let heading = read("b.md", GOOD).unwrap();
        assert_eq!(heading.title.raw(), "Rate-limit the login");
        assert_eq!(heading.priority, 2);
        assert_eq!(heading.needs, [BriefId::from("0011-store")]);
        assert_eq!(heading.role, Some(RoleName::from("builder")));
        assert_eq!(heading.lacks, []);
        let parts = split("b.md", GOOD).unwrap();
        assert!(GOOD[parts.body].starts_with("Slow down"));
    }

    #[test]
    fn a_brief_may_say_who_how_freely_and_by_what_it_is_done() {
        let more = "agent = \"builder-2\"\nautonomy = \"edits\"\nchecks = \"make e2e\"\nskill = \"careful\"\n+++\n";
        let heading = read(
            "b.md",
            &GOOD.replacen("+++\nSlow", &format!("{more}Slow"), 1),
        )
        .unwrap();
        assert_eq!(heading.agent.as_deref(), Some("builder-2"));
        assert_eq!(heading.autonomy, Some(crate::model::Autonomy::Edits));
        assert_eq!(heading.checks, [Untrusted::new("make e2e")]);
        assert_eq!(heading.skill.as_deref(), Some("careful"));
        assert_eq!(
            fault("+++\ntitle = \"x\"\nskill = \"../x\"\n+++\n"),
            "3:9: `../x` cannot be the name of a skill; write `x`: names are a-z, 0-9, - and _"
        );
        assert_eq!(
            fault("+++\ntitle = \"x\"\nautonomy = \"ful\"\n+++\n"),
            "3:12: `autonomy` cannot be `ful`; there is `ask`, `edits`, `full`"
        );
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_are_no_matter() {
        let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
        assert_eq!(read("b.md", &text), read("b.md", GOOD));
    }

    #[test]
    fn only_a_title_is_needed() {
        let heading = read("b.md", "+++\ntitle = \"x\"\n+++").unwrap();
        assert_eq!(heading.priority, PRIORITY_DEFAULT);
        assert!(!heading.lacks.is_empty());
    }

    #[test]
    fn a_fault_has_its_line_in_the_whole_file() {
        assert_eq!(
            fault("+++\ntitle = \"x\"\npriority = 12\n+++\n"),
            "3:12: out of range; write a number from 1 to 9"
        );
        assert_eq!(
            fault("+++\ntitle = Rate-limit\n+++\n"),
            "2:9: a text without quotes; put it in quotes, as in \"text\""
        );
        assert_eq!(
            fault("+++\n\nneeds = [\"../x\"]\ntitle = \"x\"\n+++\n"),
            "3:10: `../x` cannot be the name of a brief; write `x`: names are a-z, 0-9, - and _"
        );
    }

    #[test]
    fn a_file_without_front_matter_says_how_to_begin() {
        let hint = "begin the file with a line `+++`, then `title = \"…\"`, then a line `+++`";
        assert_eq!(
            fault("# Rate-limit"),
            format!("1:1: no front matter; {hint}")
        );
        assert_eq!(fault(""), format!("1:1: no front matter; {hint}"));
        assert_eq!(
            fault("+++\ntitle = \"x\"\n"),
            "1:1: the front matter does not end; end it with a line `+++`"
        );
        assert_eq!(
            fault("+++\n+++\n"),
            "2:1: no title; write `title = \"…\"`, one line"
        );
    }

    #[test]
    fn a_title_is_one_line() {
        assert!(
            fault("+++\ntitle = \"\"\"a\nb\"\"\"\n+++\n")
                .starts_with("2:9: a title of more than one line")
        );
        assert!(fault("+++\ntitle = \" \"\n+++\n").starts_with("2:9: an empty title"));
    }

    #[test]
    fn an_unknown_key_does_not_break_a_brief() {
        let heading = read("b.md", &GOOD.replace("priority", "prioritty")).unwrap();
        let lacks: Vec<String> = heading.lacks.iter().map(Lack::sentence).collect();
        assert_eq!(
            lacks,
            ["line 3: unknown key `prioritty`: did you mean `priority`?"]
        );
    }

    #[test]
    fn every_error_is_reported_at_once() {
        let parsed = parse("b.md", "+++\ntitle = 3\npriority = 0\nneeds = \"x\"\n+++\n");
        assert_eq!(
            parsed
                .diagnostics
                .iter()
                .map(|one| one.line)
                .collect::<Vec<_>>(),
            [2, 3, 4]
        );
    }

    #[test]
    fn a_file_made_to_hurt_costs_little() {
        let keys: String = (0..100_000).map(|at| format!("k{at}=1,")).collect();
        let parsed = parse(
            "b.md",
            &format!("+++\ntitle = 'x'\nneeds = {{{keys}}}\nrole = 3\n+++\n"),
        );
        assert_eq!(parsed.diagnostics.len(), 2);
        let keys: String = (0..60_000).map(|at| format!("k{at} = 1\n")).collect();
        let parsed = parse("b.md", &format!("+++\ntitle = 'x'\n{keys}+++\n"));
        assert_eq!(parsed.diagnostics.len(), 100);
        assert!(
            parsed
                .diagnostics
                .iter()
                .all(|one| one.source_line.len() < 400)
        );
        assert!(parsed.value.is_some());
    }

    #[test]
    fn a_huge_file_is_refused_before_it_is_read() {
        let text = format!("{GOOD}{}", " ".repeat(LARGEST));
        assert!(fault(&text).starts_with("1:1: larger than 1 MiB"));
    }
}
