//! What a brief lacks: the one place that judges it, for `brief lint`, the sidebar, the cards and the dispatcher. It
//! looks for words, not for a form.

use crate::model::{Heading, Lack, Weight};

/// A longer text is seldom read to its end, by anybody, in characters.
const LONG: usize = 20_000;

/// A longer title is cut in the queue, in characters.
const TITLE_LONG: usize = 72;

/// Fewer words are not an objective.
const OBJECTIVE_WORDS: usize = 4;

const LIMITS: [&str; 19] = [
    "constraint",
    "must",
    "never",
    "do not",
    "don't",
    "only",
    "without",
    "keep ",
    "at most",
    "at least",
    "avoid",
    "no more than",
    "unchanged",
    "limit",
    "budget",
    "not touch",
    "leave ",
    "may not",
    "out of scope",
];

const DONE: [&str; 18] = [
    "done", "accept", "test", "pass", "verif", "criteri", "expect", "returns", "shows", "measur",
    "succe", "finished", "result", "prove", "complete", "deliver", "so that", "reply",
];

/// What a brief lacks; nothing where it says what it should.
pub fn lint(heading: &Heading, body: &str) -> Vec<Lack> {
    let said = said(body);
    let has = |some: &[&str]| some.iter().any(|word| said.text.contains(word));
    let mut lacks = Vec::new();
    let mut lack = |weight, what: &str, hint: String| {
        lacks.push(Lack {
            weight,
            what: what.to_owned(),
            hint,
        });
    };
    if heading.title.raw().chars().count() > TITLE_LONG {
        let hint = format!("more than {TITLE_LONG} characters are cut in the queue");
        lack(Weight::Advice, "a long title", hint);
    }
    let few = said.text.split_whitespace().count() < OBJECTIVE_WORDS;
    if few || said.empty.iter().any(|name| is_objective(name)) {
        let hint = "say what should be true afterwards, and why".to_owned();
        lack(Weight::Unclear, "no objective", hint);
    }
    if !has(&LIMITS) {
        let hint = "say what must stay as it is, and what is off limits".to_owned();
        lack(Weight::Advice, "no constraints", hint);
    }
    if !has(&DONE) && heading.checks.is_empty() && !said.text.contains(TO_TICK) {
        let hint = "name a check, a figure, or what will be there".to_owned();
        lack(Weight::Unclear, "no way to see that it is done", hint);
    }
    if body.chars().count() > LONG {
        let hint =
            format!("over {LONG} characters; split it, or name files instead of pasting them");
        lack(Weight::Advice, "very long", hint);
    }
    lacks
}

/// A list of what is to be ticked off says in any language when it is done.
const TO_TICK: &str = "- [";

/// What the text says, in lower case, and the headings that nothing stands under.
struct Said {
    text: String,
    empty: Vec<String>,
}

fn said(body: &str) -> Said {
    let body = without_comments(body).to_lowercase();
    let mut said = Said {
        text: String::new(),
        empty: Vec::new(),
    };
    let mut heading: Option<String> = None;
    for line in body.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('#') {
            said.empty
                .extend(heading.replace(name.trim_matches(['#', ' ']).to_owned()));
        } else if !line.is_empty() {
            // a heading counts as said once something stands under it
            for part in heading.take().as_deref().into_iter().chain([line]) {
                said.text.push_str(part);
                said.text.push('\n');
            }
        }
    }
    said.empty.extend(heading);
    said
}

fn is_objective(name: &str) -> bool {
    ["objective", "goal", "purpose"]
        .iter()
        .any(|word| name.contains(word))
}

/// Without `<!-- … -->`: those are ours, or meant for nobody.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::Untrusted;

    fn lacks(body: &str) -> Vec<String> {
        let heading = Heading {
            title: Untrusted::new("Export orders as CSV"),
            ..Heading::default()
        };
        lint(&heading, body).into_iter().map(|it| it.what).collect()
    }

    #[test]
    fn plain_prose_that_says_all_three_lacks_nothing() {
        let body = "Customers want their orders in a sheet. Do not touch the API. It is done when `make test` passes.";
        assert_eq!(lacks(body), Vec::<String>::new());
    }

    #[test]
    fn an_empty_text_lacks_all_three() {
        let all = [
            "no objective",
            "no constraints",
            "no way to see that it is done",
        ];
        assert_eq!(lacks(""), all);
        assert_eq!(lacks("<!-- objective must pass the tests"), all);
    }

    #[test]
    fn checks_and_things_to_tick_off_say_how_it_is_seen_to_be_done() {
        let body = "Kunden wollen ihre Bestellungen als Tabelle, only that.\n";
        assert_eq!(lacks(body), ["no way to see that it is done"]);
        assert_eq!(
            lacks(&format!("{body}- [ ] eine Datei je Tag\n")),
            Vec::<String>::new()
        );
        let checked = Heading {
            checks: vec![Untrusted::new("make e2e")],
            ..Heading::default()
        };
        assert_eq!(lint(&checked, body), []);
    }

    #[test]
    fn what_a_stage_opens_says_what_is_to_be_done_with_it() {
        let opening = crate::model::Opening {
            from: "0012-a".into(),
            left: crate::model::Place {
                track: "web".into(),
                stage: "dev".into(),
            },
            to: crate::model::Place::default(),
            handoff: Untrusted::new(""),
            called: None,
        };
        let heading = crate::config::brief::read("b.md", &opening.text("Tell the customers"));
        assert_eq!(heading.unwrap().lacks, []);
    }

    #[test]
    fn only_what_makes_a_brief_unclear_weighs() {
        let heading = Heading {
            lacks: lint(
                &Heading::default(),
                "Sort the drawer by colour. Done: it is.",
            ),
            ..Heading::default()
        };
        assert_eq!(heading.lacking().as_deref(), Some("no constraints"));
        assert_eq!(heading.unclear().count(), 0);
        let empty = lint(&Heading::default(), "");
        let weighs = empty.iter().filter(|it| it.weight == Weight::Unclear);
        let weighs: Vec<&str> = weighs.map(|it| it.what.as_str()).collect();
        assert_eq!(weighs, ["no objective", "no way to see that it is done"]);
    }

    #[test]
    fn a_heading_with_nothing_under_it_says_nothing() {
        let body = "## Objective\n\n## Constraints\nnever write to the live database, not even once\n\n## Done looks like\n";
        assert_eq!(
            lacks(body),
            ["no objective", "no way to see that it is done"]
        );
    }

    #[test]
    fn a_pasted_log_is_too_long() {
        let body = format!(
            "It must pass the test suite. {}",
            "log line\n".repeat(4_000)
        );
        assert_eq!(lacks(&body), ["very long"]);
    }
}
