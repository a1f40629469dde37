//! The TOML reader's sentences in our words, with a hint where one helps. Unknown ones pass as they are.

/// What is wrong, and what to do about it.
pub(super) fn explain(message: &str) -> (String, String) {
    let what = message.split(", expected").next().unwrap_or(message);
    let hint = KNOWN
        .iter()
        .find(|(part, _)| what.contains(part))
        .map_or_else(|| expected(message), |(_, hint)| (*hint).to_owned());
    (first_lower(what), hint)
}

/// Parts of its sentences, the more particular ones first.
const KNOWN: [(&str, &str); 17] = [
    ("duplicate key", "each key once: remove or rename one of the two"),
    ("string values must be quoted", "put it in quotes, as in \"text\""),
    ("missing opening quote", "put it in quotes, as in \"text\""),
    ("invalid basic string", "end it with a quote on the same line"),
    ("invalid literal string", "end it with a quote on the same line"),
    ("invalid multi-line", "end it with three quotes"),
    ("unclosed table", "end it with `]`"),
    ("unclosed array table", "end it with `]]`"),
    ("unclosed array", "end it with `]`"),
    ("unclosed inline table", "end it with `}`"),
    ("missing comma", "put a comma between them"),
    ("extra comma", "remove it"),
    ("key with no value", "write `= …` after it"),
    ("missing value", "write a value after the `=`"),
    ("missing assignment", "write `=` between key and value"),
    ("leading zero", "write the number without the zero in front"),
    ("cannot extend value", "a name that has a value cannot have parts: quote the dotted name"),
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
