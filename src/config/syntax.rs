//! The TOML reader's sentences in our words, with a hint where one helps. Unknown ones pass as they are.

use std::ops::Range;

use toml::de::Error;

/// Where it is, what is wrong, and what to do about it. In the order of the file, one for each line;
/// where something does not end, only the first: the rest follows from that.
pub(super) fn explain(errors: &[Error]) -> Vec<(Range<usize>, String, String)> {
    let mut placed: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message()))
        .collect();
    placed.sort_by_key(|(span, _)| span.start);
    if does_not_end(errors) {
        placed.truncate(1);
    }
    placed
        .into_iter()
        .map(|(span, message)| {
            let (what, hint) = sentences(message, span.is_empty());
            (span, what, hint)
        })
        .collect()
}

/// Whether a list, table or heading does not end, so that the rest was read as a part of it.
pub(super) fn does_not_end(errors: &[Error]) -> bool {
    errors
        .iter()
        .any(|error| error.message().contains("unclosed"))
}

fn sentences(message: &str, nothing_there: bool) -> (String, String) {
    if nothing_there && message.contains("values must be quoted") {
        return ("no value".to_owned(), "write one after the `=`".to_owned());
    }
    let what = message.split(", expected").next().unwrap_or(message);
    match KNOWN.iter().find(|(part, _, _)| message.contains(part)) {
        Some((_, "", hint)) => (first_lower(what), (*hint).to_owned()),
        Some((_, ours, hint)) => ((*ours).to_owned(), (*hint).to_owned()),
        None => (first_lower(what), expected(message)),
    }
}

/// Parts of its sentences, the more particular ones first; ours where that is plainer; and the hint.
const KNOWN: [(&str, &str, &str); 21] = [
    (
        "duplicate key",
        "",
        "each key once: remove or rename one of the two",
    ),
    (
        "cannot extend value",
        "",
        "a name that has a value cannot have parts: quote the dotted name",
    ),
    (
        "values must be quoted",
        "a text without quotes",
        "put it in quotes, as in \"text\"",
    ),
    (
        "missing opening quote",
        "a text without quotes",
        "put it in quotes, as in \"text\"",
    ),
    (
        "invalid basic string, expected `\"`",
        "a text that does not end",
        "end it with a quote on the same line",
    ),
    (
        "invalid literal string, expected `'`",
        "a text that does not end",
        "end it with a quote on the same line",
    ),
    (
        "invalid multi-line basic string, expected `\"`",
        "a text that does not end",
        "end it with three quotes",
    ),
    (
        "invalid multi-line literal string, expected `'`",
        "a text that does not end",
        "end it with three quotes",
    ),
    (
        "missing escaped value",
        "a backslash that means nothing",
        "write `\\\\`, or put the text in single quotes",
    ),
    (
        "invalid unquoted key",
        "not a name",
        "names are letters, digits, `-` and `_`; put others in quotes",
    ),
    (
        "key with no value",
        "a name without a value",
        "write `= …` after it",
    ),
    (
        "unclosed array table",
        "a heading that does not end",
        "end it with `]]`",
    ),
    (
        "unclosed table",
        "a heading that does not end",
        "end it with `]`",
    ),
    (
        "unclosed array",
        "a list that does not end",
        "end it with `]`",
    ),
    (
        "unclosed inline table",
        "a table that does not end",
        "end it with `}`",
    ),
    (
        "missing comma between array",
        "no comma, or no end of the list",
        "put a comma between values, or `]` after the last",
    ),
    (
        "missing comma",
        "no comma, or no end of the table",
        "put a comma between values, or `}` after the last",
    ),
    ("extra comma", "", "remove it"),
    ("missing assignment", "", "write `=` between name and value"),
    ("invalid boolean", "", "write true or false, in lower case"),
    (
        "leading zero",
        "",
        "write the number without the zero in front",
    ),
];

/// The hint that the reader itself gives.
fn expected(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "write TOML: `key = value`, texts in quotes, tables as `[name]`".to_owned(),
    }
}

fn first_lower(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => "not TOML".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use crate::config::{keys, room};

    fn printed(text: &str) -> String {
        let all = room::parse("o.toml", text).diagnostics;
        all.iter().map(|one| format!("{one}\n")).collect()
    }

    #[test]
    fn errors_of_syntax_have_the_same_form_and_a_hint() {
        assert_eq!(
            printed("name = acme\n"),
            "o.toml:1:8: a text without quotes\n  name = acme\n         ^ put it in quotes, as in \"text\"\n"
        );
        assert_eq!(
            printed("name = \"a\"\nname = \"b\"\n"),
            "o.toml:2:1: duplicate key\n  name = \"b\"\n  ^ each key once: remove or rename one of the two\n"
        );
        assert_eq!(
            printed("[limits\nagents = 1\n"),
            "o.toml:1:8: a heading that does not end\n  [limits\n         ^ end it with `]`\n"
        );
        assert_eq!(
            printed("name = \"acme\n"),
            "o.toml:1:13: a text that does not end\n  name = \"acme\n              ^ end it with a quote on the same line\n"
        );
        assert_eq!(
            printed("name =\n"),
            "o.toml:1:7: no value\n  name =\n        ^ write one after the `=`\n"
        );
    }

    #[test]
    fn a_list_that_does_not_end_is_one_mistake() {
        assert_eq!(
            printed(
                "[tracks.web]\nstages = [\n  { name = \"dev\", role = \"builder\" }\n[roles]\nx = 1\n"
            ),
            "o.toml:4:1: no comma, or no end of the list\n  [roles]\n  ^ put a comma between values, or `]` after the last\n"
        );
    }

    #[test]
    fn two_mistakes_of_syntax_are_both_reported() {
        let all = room::parse("o.toml", "name = acme\n[limits]\nagents = 1x\n").diagnostics;
        let lines: Vec<u32> = all.iter().map(|one| one.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn nothing_is_read_into_a_panic() {
        let commands = keys::Commands {
            known: &|_| true,
            names: &[],
        };
        for text in [
            "[",
            "[[",
            "a.",
            "= 1",
            "\u{0}",
            "'''",
            "a = [1, {",
            "\u{feff}",
            "[a]\n[a]",
            "a.b = 1\na = 2",
        ] {
            let room = room::parse("o", text);
            assert!(room.value.is_some() || !room.diagnostics.is_empty());
            let _ = keys::parse("k", text, commands);
        }
        let deep = "[".repeat(50_000);
        assert!(room::parse("o", &format!("name = {deep}")).value.is_none());
    }
}
