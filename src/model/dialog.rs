//! A dialog as it stands on an agent's screen, and what is pressed to answer it.

use serde::{Deserialize, Serialize};

use super::{Ask, Digest, Untrusted};

/// One option of a dialog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its words, without mark and number.
    pub label: Untrusted,
    /// What it means, by those words alone.
    pub means: Means,
}

/// What an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Yes, this once.
    Approve,
    /// No.
    Reject,
    /// Anything else (always, another mode, amend).
    Other,
}

/// A dialog that stands on a screen now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What a card of it would show: [`Ask::Dialog`].
    pub ask: Ask,
    /// SHA-256 of it.
    pub digest: Digest,
    /// The generation of the screen that shows it.
    pub screen: u64,
}

/// What the rules that a screen is read by can tell of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// Never that it is at rest; or nobody reads it.
    #[default]
    NeverRest,
    /// Also that it is at rest.
    Rest,
}

/// What is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// The option of these words, wherever it stands.
    Choose(Untrusted),
    /// Whatever says no in that program's dialogs.
    Refuse,
}

/// What became of a press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pressed {
    /// It was sent, and the dialog is seen gone.
    Cleared,
    /// No answer was sent, and why.
    Changed(String),
    /// It was sent, and the dialog still stands; or nobody could look.
    Unknown(String),
}

/// What one verdict presses in a dialog of these options, or why it cannot.
pub(super) fn choose(options: &[Choice], means: Means) -> Result<Press, String> {
    let mut fitting = options.iter().filter(|option| option.means == means);
    match (fitting.next(), fitting.next()) {
        (Some(option), None) => named(options, option.label.raw()),
        (None, _) => {
            Err("none of its options plainly says yes; answer it with one of them".to_owned())
        }
        (Some(_), Some(_)) => {
            Err("several of its options say yes; answer it with one of them".to_owned())
        }
    }
}

/// The option of these words, where there is exactly one.
pub(super) fn named(options: &[Choice], label: &str) -> Result<Press, String> {
    let mut fitting = options.iter().filter(|option| option.label.raw() == label);
    match (fitting.next(), fitting.next()) {
        (Some(option), None) => Ok(Press::Choose(option.label.clone())),
        (None, _) => Err(format!(
            "it has no option “{}”; choose one that it has",
            Untrusted::new(label).shown()
        )),
        (Some(_), Some(_)) => {
            Err("its options cannot be told apart by their words; answer it in its pane".to_owned())
        }
    }
}

/// The one line that says what a dialog wants: the last words before its first option. Where the options stand within
/// the question itself (`Overwrite? [y/N]`), that line.
pub(super) fn headline(rows: &str, options: &[Choice]) -> String {
    let words = |row: &&str| row.chars().any(char::is_alphanumeric);
    let first = options.first().map(|option| option.label.raw());
    let first = first.filter(|label| !label.is_empty());
    let said = match first {
        None => rows.lines().rfind(words),
        Some(label) => match rows.lines().position(|row| begins_with(row, label)) {
            Some(option) => rows.lines().take(option).filter(words).last(),
            None => rows.lines().rfind(|row| row.contains(label)),
        },
    };
    let said = said
        .or_else(|| rows.lines().find(words))
        .unwrap_or_default();
    let edge = |c: char| c.is_whitespace() || ('\u{2500}'..='\u{259f}').contains(&c);
    said.trim_matches(edge).to_owned()
}

/// Whether a row is an option of these words: marks and a number may stand before them.
fn begins_with(row: &str, label: &str) -> bool {
    let unmarked = |text: &str| {
        let marks = |c: char| !c.is_alphanumeric() && !label.starts_with(c);
        text.trim_start_matches(marks).to_owned()
    };
    let row = unmarked(row);
    let unnumbered = row.trim_start_matches(|c: char| c.is_ascii_digit());
    [row.as_str(), unmarked(unnumbered).as_str()]
        .iter()
        .filter_map(|row| row.strip_prefix(label))
        .any(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn options(labels: &[(&str, Means)]) -> Vec<Choice> {
        let option = |(label, means): &(&str, Means)| Choice {
            label: Untrusted::new(*label),
            means: *means,
        };
        labels.iter().map(option).collect()
    }

    #[test]
    fn an_option_is_named_by_words_that_only_it_has() {
        let all = options(&[
            ("Yes", Means::Approve),
            ("Later", Means::Other),
            ("Later", Means::Other),
        ]);
        assert_eq!(
            choose(&all, Means::Approve),
            Ok(Press::Choose(Untrusted::new("Yes")))
        );
        assert!(named(&all, "Later").unwrap_err().contains("told apart"));
        assert!(named(&all, "yes").unwrap_err().contains("no option"));
        let two = options(&[("Yes", Means::Approve), ("Allow", Means::Approve)]);
        assert!(
            choose(&two, Means::Approve)
                .unwrap_err()
                .contains("several")
        );
        assert!(choose(&[], Means::Approve).unwrap_err().contains("none"));
    }

    #[test]
    fn a_dialog_is_told_by_the_words_above_its_options() {
        let all = options(&[("Yes", Means::Approve), ("No", Means::Reject)]);
        let rows = "╭────╮\n│ Bash command\n│ Do you want to proceed? │\n│ ────\n│ 1. Yes\n│ 2. No";
        assert_eq!(headline(rows, &all), "Do you want to proceed?");
        assert_eq!(headline("  1. Yes\n  2. No", &all), "1. Yes");
        assert_eq!(headline("", &[]), "");
    }

    #[test]
    fn options_within_the_question_are_told_by_the_question() {
        let asked = "Overwrite config.json? [y/N]";
        for all in [
            options(&[("y", Means::Approve), ("N", Means::Reject)]),
            options(&[("N", Means::Reject), ("y", Means::Approve)]),
        ] {
            let rows = format!("compiling my 1N query\nwarning: unused\n{asked}");
            assert_eq!(headline(&rows, &all), asked);
            assert_eq!(headline(asked, &all), asked);
        }
        let marked = options(&[("Yes", Means::Approve), ("No", Means::Reject)]);
        let rows = "Yesterday it failed. Nothing else.\nGo on?\n❯ 1. Yes\n  2. No";
        assert_eq!(headline(rows, &marked), "Go on?");
    }
}
