//! A stage's gate: a person's yes, commands that pass, questions for whoever decides.

use super::commands::{self, Line};
use crate::config::reader::{Entry, Reader, table};
use crate::model::{CheckShape, Consent, GateShape};

/// The most checks, and the most questions, of one gate.
const MOST: usize = 32;

/// The longest question, in characters.
const QUESTION_LONGEST: usize = 200;

pub(super) fn read(entry: Entry, reader: &mut Reader) -> GateShape {
    let span = entry.value.span();
    let Some(mut from) = table(entry, reader) else {
        return GateShape::default();
    };
    let operator = match from.yes_or_no("operator", reader) {
        Some(false) => Consent::Unasked,
        Some(true) | None => Consent::Needed,
    };
    let checks = from.take("checks");
    let checks = checks.map_or_else(Vec::new, |entry| read_checks(entry, reader));
    let checklist = from.texts("checklist", reader);
    from.end(reader);
    if operator == Consent::Unasked && checks.is_empty() {
        let hint = "add `checks = [\"cargo test\"]`, or take `operator = false` out";
        reader.error(&span, "a gate that nothing holds", hint);
    }
    let checklist = checklist.map_or_else(Vec::new, |questions| {
        if questions.value.len() > MOST {
            let hint = format!("keep at most {MOST}: nobody reads more");
            reader.error(&questions.span, "too many questions", hint);
        }
        for one in &questions.value {
            let long = one.value.chars().count() > QUESTION_LONGEST;
            if long || one.value.trim().is_empty() || one.value.contains(['\n', '\r']) {
                let hint = format!("write one line of 1 to {QUESTION_LONGEST} characters");
                reader.error(&one.span, "not a question for a card", hint);
            }
        }
        questions.value.into_iter().map(|one| one.value).collect()
    });
    GateShape {
        operator,
        checks,
        checklist,
    }
}

/// `checks = [ "cargo test", { name = "lint", command = "cargo clippy", seconds = 300 } ]`.
fn read_checks(entry: Entry, reader: &mut Reader) -> Vec<CheckShape> {
    let wanted = "a list of checks, as in [\"cargo test\"]";
    let line = |line: Line| CheckShape {
        name: line.name,
        command: line.command,
        seconds: line.seconds,
    };
    commands::lines(entry, "check", wanted, MOST, reader, |_, _| ())
        .into_iter()
        .map(|(one, ())| line(one))
        .collect()
}
