//! A brief that is split into several: the text that a person cuts, and the parts that it becomes. Touches no file.

use super::{TITLE_LONGEST, edit, read, split};
use crate::config::{Diagnostic, Severity};
use crate::model::{BriefId, Fault};

/// The most parts that one brief is split into.
const PARTS: usize = 32;

/// Begins a part that needs those before it.
const AFTER: &str = "=== ";
/// Begins a part that goes beside the one before it.
const BESIDE: &str = "||| ";

const HELP: &str = include_str!("templates/split.md");

/// What a text was cut into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What stays in the brief; nothing where all of it went into parts.
    pub rest: Option<String>,
    /// The parts, step by step: those of one step go beside each other, and need all of the step before.
    pub steps: Vec<Vec<Part>>,
}

/// A brief to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// One line.
    pub title: String,
    /// What follows.
    pub body: String,
}

/// The text that a person cuts: what to do, then the brief's own.
///
/// # Errors
/// What keeps the file from being a brief.
pub fn draft(path: &str, text: &str) -> Result<String, Fault> {
    read(path, text)?;
    let parts = split(path, text).map_err(|wrong| Fault::from(*wrong))?;
    Ok(format!(
        "{HELP}\n{}",
        text[parts.body].trim_start_matches('\n')
    ))
}

/// Reads what was cut. None where there is no part: nothing shall happen.
///
/// # Errors
/// The first thing that is wrong, with its place in this text.
pub fn cut(path: &str, text: &str) -> Result<Option<Cut>, Fault> {
    let body = text.strip_prefix(HELP).unwrap_or(text);
    let mut at = text.len() - body.len();
    let mut rest = String::new();
    let mut steps: Vec<Vec<Part>> = Vec::new();
    for line in body.split_inclusive('\n') {
        let wrong = |what: String, hint: &str| {
            let span = at..at + line.trim_end().len();
            Fault::from(Diagnostic::at(
                (path, text),
                span,
                Severity::Error,
                what,
                hint,
            ))
        };
        match marked(line) {
            None => match steps.last_mut().and_then(|step| step.last_mut()) {
                Some(part) => part.body.push_str(line),
                None => rest.push_str(line),
            },
            Some((_, "")) => {
                let hint = "write the part's title behind it, as in `=== Store the sessions`";
                return Err(wrong("a part without a title".to_owned(), hint));
            }
            Some((_, title))
                if title.chars().count() > TITLE_LONGEST || title.contains(char::is_control) =>
            {
                let hint = "write one line of at most 200 characters";
                return Err(wrong("not a title".to_owned(), hint));
            }
            Some(_) if steps.iter().map(Vec::len).sum::<usize>() >= PARTS => {
                let what = format!("more than {PARTS} parts");
                return Err(wrong(what, "split one of the parts later"));
            }
            Some((marker, title)) => {
                let part = Part {
                    title: title.to_owned(),
                    body: String::new(),
                };
                match steps.last_mut().filter(|_| marker == BESIDE) {
                    Some(step) => step.push(part),
                    None => steps.push(vec![part]),
                }
            }
        }
        at += line.len();
    }
    let rest = Some(rest).filter(|rest| !rest.trim().is_empty());
    Ok((!steps.is_empty()).then_some(Cut { rest, steps }))
}

fn marked(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_end();
    [AFTER, BESIDE].into_iter().find_map(|marker| {
        let title = line.strip_prefix(marker.trim_end())?;
        // a longer line of them is a heading's
        let is_one = title.is_empty() || title.starts_with([' ', '\t']);
        is_one.then(|| (marker, title.trim()))
    })
}

/// A part's file.
pub fn part(part: &Part, priority: u8, needs: &[BriefId]) -> String {
    let title = toml::Value::String(part.title.clone());
    let needs = match needs {
        [] => String::new(),
        needs => format!("needs = {}\n", edit::list(needs)),
    };
    format!(
        "+++\ntitle = {title}\npriority = {priority}\n{needs}+++\n\n{}\n",
        part.body.trim()
    )
}

/// The brief's own file behind that: it waits for these, and keeps the rest of its text.
///
/// # Errors
/// What keeps the file from being a brief.
pub fn rest(path: &str, text: &str, rest: &str, needs: &[BriefId]) -> Result<String, Fault> {
    let parts = split(path, text).map_err(|wrong| Fault::from(*wrong))?;
    let mut changed = text[..parts.body.start].to_owned();
    changed.push_str(rest);
    edit::with_needs(path, &changed, needs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const BRIEF: &str =
        "+++\ntitle = \"big\" # so\npriority = 2\nneeds = [\"0001-a\"]\n+++\nAll of it.\n";

    fn titles(cut: &Cut) -> Vec<Vec<&str>> {
        let step = |step: &Vec<Part>| -> Vec<usize> { (0..step.len()).collect() };
        let all = cut.steps.iter().map(|it| {
            step(it)
                .into_iter()
                .map(|at| it[at].title.as_str())
                .collect()
        });
        all.collect()
    }

    #[test]
    fn a_text_is_cut_at_its_marks_into_steps() {
        let text = "Rest.\n=== One\na\n=====\nb\n||| Two\nc\n===\tThree\n";
        let cut = cut("d", text).unwrap().unwrap();
        assert_eq!(cut.rest.as_deref(), Some("Rest.\n"));
        assert_eq!(titles(&cut), [vec!["One", "Two"], vec!["Three"]]);
        assert_eq!(cut.steps[0][0].body, "a\n=====\nb\n");
    }

    #[test]
    fn the_draft_as_it_is_splits_nothing_and_its_help_is_in_no_part() {
        let draft = draft("b", BRIEF).unwrap();
        assert!(draft.ends_with("\nAll of it.\n"), "{draft}");
        assert_eq!(cut("d", &draft).unwrap(), None);
        let cut = cut("d", &format!("{draft}=== One\n")).unwrap().unwrap();
        assert_eq!(cut.rest.as_deref(), Some("\nAll of it.\n"));
    }

    #[test]
    fn a_mark_without_a_title_says_where_it_stands() {
        let fault = cut("d.md", "a\n=== One\n|||\n").unwrap_err();
        assert_eq!((fault.line, fault.column), (3, 1));
        assert_eq!(fault.what, "a part without a title");
        let many = "=== x\n".repeat(PARTS + 1);
        assert_eq!(cut("d.md", &many).unwrap_err().line, 33);
    }

    #[test]
    fn the_brief_itself_waits_for_the_parts_and_keeps_every_other_key() {
        let text = rest(
            "b",
            BRIEF,
            "Look at all.\n",
            &["0003-b".into(), "0004-c".into()],
        )
        .unwrap();
        assert_eq!(
            text,
            "+++\ntitle = \"big\" # so\npriority = 2\nneeds = [\"0003-b\", \"0004-c\"]\n+++\nLook at all.\n"
        );
        let none = BRIEF.replace("needs = [\"0001-a\"]\n", "");
        let text = rest("b", &none, "x", &["0003-b".into()]).unwrap();
        assert!(text.starts_with("+++\ntitle = \"big\" # so\nneeds = [\"0003-b\"]\npriority"));
    }

    #[test]
    fn a_part_is_a_whole_brief() {
        let part_of = Part {
            title: "say \"hi\"".into(),
            body: "\nDo it.\n+++\n".into(),
        };
        let heading = read("p", &part(&part_of, 2, &["0001-a".into()])).unwrap();
        assert_eq!(heading.title.raw(), "say \"hi\"");
        assert_eq!(
            (heading.priority, heading.needs),
            (2, vec!["0001-a".into()])
        );
    }
}
