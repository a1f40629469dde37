//! The `[[screen]]` tables of a profile: text → rules. Knows no particular program.

use std::ops::Range;

use toml::de::DeValue;

use crate::config::reader::{self, Placed, Reader, Table};
use crate::model::State;
use crate::profile::screen::{Need, Options, Pattern, Region, Rule, Says, Shape, Test};

/// A profile holds so many rules at most: they are asked at every pause of a pane.
const MOST: usize = 100;
/// A rule's tests look at so many rows where it does not say.
const ROWS: usize = 15;

const SAYS: &[(&str, Word)] = &[
    ("dialog", Word::Needs(Need::Dialog)),
    ("signed_out", Word::Needs(Need::SignedOut)),
    ("onboarding", Word::Needs(Need::Onboarding)),
    ("working", Word::Working),
    ("idle", Word::Idle),
    ("limited", Word::Limited),
    ("stuck", Word::Stuck),
];

#[derive(Clone, Copy)]
enum Word {
    Needs(Need),
    Working,
    Idle,
    Limited,
    Stuck,
}

/// The rules in the order of the file.
pub(super) fn read(root: &mut Table, reader: &mut Reader) -> Vec<Rule> {
    let tables = root.tables("screen", reader);
    if let Some(one) = tables.get(MOST) {
        let hint = format!("write at most {MOST}");
        reader.error(&one.span, "too many screen rules", hint);
    }
    let mut rules: Vec<Rule> = Vec::new();
    for table in tables.into_iter().take(MOST) {
        let span = table.span.clone();
        let Some(rule) = rule(table, reader) else {
            continue;
        };
        if rules.iter().any(|one| one.name == rule.name) {
            let what = format!("a second screen rule of the name `{}`", rule.name);
            reader.error(&span, what, "give each rule a name of its own");
        }
        rules.push(rule);
    }
    rules
}

fn rule(mut table: Table, reader: &mut Reader) -> Option<Rule> {
    let span = table.span.clone();
    let name = table.text("name", reader);
    let is_unnamed = name
        .as_ref()
        .is_none_or(|name| name.value.trim().is_empty());
    if is_unnamed {
        let hint = "write `name`: it is what people read as the reason";
        reader.error(&span, "a screen rule without a name", hint);
    }
    let is_said = table.has("says");
    let says = table.choice("says", SAYS, reader);
    if !is_said {
        let hint = "write `says`, as in says = \"idle\"";
        reader.error(&span, "a screen rule that says nothing", hint);
    }
    let is_blind = !table.has("all") && !table.has("any");
    let region = region(&mut table, reader);
    let [all, any, none] = ["all", "any", "none"].map(|key| tests(&mut table, key, reader));
    let until = pattern(&mut table, "until", reader);
    let shape = match says {
        Some(Word::Needs(_)) => Some(shape(&mut table, reader)),
        Some(Word::Working | Word::Idle | Word::Limited | Word::Stuck) | None => None,
    };
    let has_options = shape
        .as_ref()
        .is_some_and(|shape| shape.options != Options::None);
    if is_blind && !has_options && says.is_some() {
        let hint = "write what must be there: `all` or `any`";
        reader.error(&span, "a screen rule that would fit every screen", hint);
    }
    table.end(reader);
    Some(Rule {
        name: name.map(|name| name.value).unwrap_or_default(),
        says: into_says(says?, shape),
        region,
        all,
        any,
        none,
        until,
    })
}

fn into_says(word: Word, shape: Option<Shape>) -> Says {
    match word {
        Word::Needs(need) => Says::Person(need, shape.unwrap_or_default()),
        Word::Working => Says::State(State::Working),
        Word::Idle => Says::State(State::Idle),
        Word::Limited => Says::State(State::Limited),
        Word::Stuck => Says::State(State::Stuck),
    }
}

fn region(table: &mut Table, reader: &mut Reader) -> Region {
    Region {
        rows: rows(table, reader),
        above: pattern(table, "above", reader),
    }
}

/// `rows = 15` or `rows = "all"`.
fn rows(table: &mut Table, reader: &mut Reader) -> Option<usize> {
    let Some(entry) = table.take("rows") else {
        return Some(ROWS);
    };
    match entry.value.get_ref() {
        DeValue::String(word) if word == "all" => None,
        DeValue::Integer(_) => {
            let rows = reader::number(&entry.value, &(1..=1_000), reader)?;
            usize::try_from(rows.value).ok()
        }
        other => {
            let span = entry.value.span();
            reader::mismatch(&span, "a number of rows, or \"all\"", other, reader);
            None
        }
    }
}

/// Plain texts, and patterns behind `re:`.
fn tests(table: &mut Table, key: &'static str, reader: &mut Reader) -> Vec<Test> {
    let written = table.texts(key, reader).map(|texts| texts.value);
    written
        .unwrap_or_default()
        .into_iter()
        .filter_map(|text| test(text, reader))
        .collect()
}

fn test(text: Placed<String>, reader: &mut Reader) -> Option<Test> {
    if let Some(pattern) = text.value.strip_prefix("re:") {
        return compiled(pattern, &text.span, reader).map(Test::Pattern);
    }
    if text.value.trim() != text.value || text.value.is_empty() {
        let what = "this text would never be found as it is meant";
        let hint =
            "rows have no blanks at their ends: write the words alone, or a pattern behind \"re:\"";
        reader.error(&text.span, what, hint);
        return None;
    }
    Some(Test::Text(text.value))
}

/// What must be a pattern.
fn pattern(table: &mut Table, key: &'static str, reader: &mut Reader) -> Option<Pattern> {
    let text = table.text(key, reader)?;
    patterned(&text, key, reader)
}

fn patterned(text: &Placed<String>, key: &str, reader: &mut Reader) -> Option<Pattern> {
    let Some(pattern) = text.value.strip_prefix("re:") else {
        let hint = "write one behind \"re:\", as in 're:^Yes, this time$'";
        reader.error(&text.span, format!("`{key}` is no pattern"), hint);
        return None;
    };
    compiled(pattern, &text.span, reader)
}

fn compiled(pattern: &str, span: &Range<usize>, reader: &mut Reader) -> Option<Pattern> {
    match Pattern::new(pattern) {
        Ok(good) if !good.fits("") => Some(good),
        Ok(_) => {
            let hint = "write what must be there, without a `*` or `?` behind all of it";
            reader.error(span, "this pattern fits an empty row", hint);
            None
        }
        Err(bad) => {
            let hint =
                "write it in single quotes, and a `\\` before signs that are meant as they are";
            reader.error(span, format!("this pattern cannot be read: {bad}"), hint);
            None
        }
    }
}

fn shape(table: &mut Table, reader: &mut Reader) -> Shape {
    let usual = Shape::default();
    let below = table.number("below", 0..=60, reader);
    Shape {
        options: options(table, reader),
        marks: table
            .text("marks", reader)
            .map_or(usual.marks, |marks| marks.value),
        below: below
            .and_then(|below| usize::try_from(below.value).ok())
            .unwrap_or(usual.below),
        from: pattern(table, "from", reader),
        approve: approve(table, reader),
        reject: pattern(table, "reject", reader),
    }
}

/// `"none"`, or a pattern with the groups `label`, `key` and `cursor`.
fn options(table: &mut Table, reader: &mut Reader) -> Options {
    let Some(text) = table.text("options", reader) else {
        return Options::Usual;
    };
    if text.value == "none" {
        return Options::None;
    }
    let Some(pattern) = text.value.strip_prefix("re:") else {
        let what = format!("`options` cannot be `{}`", text.value);
        let hint = "write \"none\", or a pattern, as in 're:(?<key>[0-9])\\. (?<label>.+)'";
        reader.error(&text.span, what, hint);
        return Options::Usual;
    };
    let Some(pattern) = compiled(pattern, &text.span, reader) else {
        return Options::Usual;
    };
    if !pattern.has_group("label") {
        let hint = "write `(?<label>…)` around the words of an option";
        reader.error(&text.span, "these options have no label", hint);
    }
    Options::Own(pattern)
}

/// Labels that no pattern for a plain yes may fit.
const NO_PLAIN_YES: &[&str] = &[
    "No",
    "No, yes",
    "Yes, and don't ask again",
    "Yes, always",
    "Always allow",
    "Allow always",
    "Allow for this session",
];

fn approve(table: &mut Table, reader: &mut Reader) -> Option<Pattern> {
    let text = table.text("approve", reader)?;
    let pattern = patterned(&text, "approve", reader)?;
    if let Some(wrong) = NO_PLAIN_YES.iter().find(|label| pattern.fits(label)) {
        let what = format!("this would take `{wrong}` for a yes to this one request");
        let hint = "name the whole label: begin with `^` and end with `$`";
        reader.error(&text.span, what, hint);
    }
    Some(pattern)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use crate::config::profile::parse;

    /// Line, column and words of each finding.
    fn findings(text: &str) -> Vec<(u32, u32, String)> {
        let found = parse("profiles/mine.toml", text).diagnostics;
        let told = |one: crate::config::Diagnostic| (one.line, one.column, one.what);
        found.into_iter().map(told).collect()
    }

    #[test]
    fn a_rule_is_read_with_all_it_can_say() {
        let text = "
[[screen]]
name = 'asks'
says = 'dialog'
rows = 'all'
all = ['Proceed?', 're:^\\[Y/n\\]']
none = ['esc to interrupt']
options = 're:(?<key>\\d)\\. (?<label>.+)'
marks = '>'
below = 2
from = 're:^Tool'
approve = 're:^(Yes|Run it)$'
reject = 're:^No'
[[screen]]
name = 'waits for its limit'
says = 'limited'
rows = 5
above = 're:^>'
any = ['limit reached']
until = 're:resets at (.+)$'
";
        assert_eq!(findings(text), []);
        assert_eq!(parse("a.toml", text).value.unwrap().screen.len(), 2);
    }

    #[test]
    fn a_rule_that_cannot_work_is_an_error_at_its_place() {
        let bad = "
[[screen]]
name = 'x'
says = 'idle'
all = ['ok', 're:(a']
[[screen]]
name = 'y'
says = 'idel'
all = ['re:x*', ' blank']
";
        let found = findings(bad);
        let places: Vec<(u32, u32)> = found.iter().map(|(line, at, _)| (*line, *at)).collect();
        assert_eq!(places, [(5, 14), (8, 8), (9, 8), (9, 17)], "{found:?}");
        assert!(found[0].2.contains("unclosed group"), "{found:?}");
    }

    #[test]
    fn a_rule_that_looks_for_nothing_is_an_error() {
        let found = findings("[[screen]]\nname = 'x'\nsays = 'idle'\n");
        assert_eq!(found[0].2, "a screen rule that would fit every screen");
        let found = findings("[[screen]]\nsays = 'idle'\nall = ['x']\n");
        assert_eq!(found[0].2, "a screen rule without a name");
        let found = findings("[[screen]]\nname = 'x'\nall = ['x']\n");
        assert_eq!(found[0].2, "a screen rule that says nothing");
    }

    #[test]
    fn two_rules_of_one_name_are_an_error() {
        let one = "[[screen]]\nname = 'x'\nsays = 'idle'\nall = ['x']\n";
        let found = findings(&format!("{one}{one}"));
        assert_eq!(found[0].0, 5);
        assert_eq!(found[0].2, "a second screen rule of the name `x`");
    }

    #[test]
    fn a_state_has_no_options() {
        let text = "[[screen]]\nname = 'x'\nsays = 'working'\nall = ['x']\napprove = 're:^Yes$'\n";
        assert_eq!(findings(text)[0].2, "unknown key `approve`");
    }

    #[test]
    fn a_pattern_for_yes_that_takes_more_than_yes_is_refused() {
        for pattern in ["re:Yes", "re:^Yes", "re:(?i)allow", "re:."] {
            let text = format!("[[screen]]\nname = 'x'\nsays = 'dialog'\napprove = '{pattern}'\n");
            assert!(!findings(&text).is_empty(), "{pattern}");
        }
    }
}
