//! Finding by a few letters: which entries of a list match what was typed, best first.

use crate::view::command::{Action, Command, Group};
use crate::view::desk::Chooser;

/// How well `text` matches what was typed: its letters in this order, the more together and at starts
/// of words the better. None where one is missing. Case does not matter.
pub fn score(typed: &str, text: &str) -> Option<i32> {
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut at = 0;
    let mut last = None;
    let mut sum = 0;
    for wanted in typed.chars().flat_map(char::to_lowercase) {
        if wanted == ' ' {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let starts =
            |index: usize| index == 0 || !text.get(index - 1).is_some_and(|c| c.is_alphanumeric());
        let next = match last {
            Some(last) if text.get(last + 1) == Some(&wanted) => last + 1,
            _ => {
                let word = (at..text.len()).find(|index| text[*index] == wanted && starts(*index));
                word.or_else(|| rest.iter().position(|c| *c == wanted).map(|far| at + far))?
            }
        };
        let together = last.is_some_and(|last| last + 1 == next);
        sum += match (together, starts(next)) {
            (true, _) => 8,
            (false, true) => 6,
            (false, false) => 1,
        };
        sum -= i32::try_from((next - at).min(10)).unwrap_or(10) / 4;
        last = Some(next);
        at = next + 1;
    }
    Some(sum)
}

/// The entries of a chooser that its filter leaves, best first, as indices.
pub fn choices(chooser: &Chooser) -> Vec<usize> {
    let typed = chooser.line.text.trim();
    let found = chooser
        .entries
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| {
            let name = score(typed, &entry.label).map(|score| score * 2);
            let both = || score(typed, &format!("{} {}", entry.label, entry.remark));
            Some((at, name.or_else(both)?))
        });
    ranked(found.collect())
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it runs.
    pub action: Action,
    /// What to do it with, where it was typed behind the name of a command that asks for a text.
    pub words: Option<String>,
}

/// What the palette shows for what was typed: the command of that name, the one that takes the words behind its name,
/// and the others, best first.
pub fn palette(typed: &str) -> Vec<Entry> {
    let typed = typed.trim();
    let named = Action::named(typed);
    let all: Vec<Command> = Command::ALL
        .iter()
        .copied()
        .filter(|command| command.group() != Group::Write && !command.is_numbered())
        .filter(|command| named.is_none_or(|named| named.command != *command))
        .collect();
    let found = all.iter().enumerate().filter_map(|(at, command)| {
        let name = score(typed, command.name()).map(|score| score * 2);
        let both = || score(typed, command.help());
        Some((at, name.or_else(both)?))
    });
    let found = ranked(found.collect()).into_iter();
    let found = found.map(|at| Action::from(all[at]));
    let plain = |action| Entry {
        action,
        words: None,
    };
    let mut entries: Vec<Entry> = named.into_iter().chain(found).map(plain).collect();
    if let Some(entry) = with_words(typed) {
        // "search all" may be the name of a command or a text for another one
        let spelled = typed.replace(' ', "-");
        let begins = |first: &Entry| first.action.command.name().starts_with(&spelled);
        let at = usize::from(entries.first().is_some_and(begins));
        entries.insert(at, entry);
    }
    entries
}

fn with_words(typed: &str) -> Option<Entry> {
    let (name, words) = typed.split_once(' ')?;
    let action = Action::named(name).filter(|action| action.command.takes_words())?;
    let words = Some(words.trim().to_owned());
    Some(Entry { action, words })
}

fn ranked(mut found: Vec<(usize, i32)>) -> Vec<usize> {
    found.sort_by_key(|(at, score)| (-score, *at));
    found.into_iter().map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_match_and_others_do_not() {
        assert!(score("zm", "zoom").is_some());
        assert!(score("mz", "zoom").is_none());
        assert!(score("", "zoom").is_some());
    }

    #[test]
    fn starts_of_words_come_first() {
        let best = |typed: &str| palette(typed).first().map(|entry| entry.action.name());
        assert_eq!(best("zo").as_deref(), Some("zoom"));
        assert_eq!(best("nb").as_deref(), Some("new-brief"));
        assert_eq!(best("ct").as_deref(), Some("choose-theme"));
        assert_eq!(best("focus-4").as_deref(), Some("focus-4"));
    }

    #[test]
    fn words_behind_a_commands_name_are_what_it_is_done_with() {
        let shown = |typed: &str| {
            let entries = palette(typed).into_iter().take(2);
            let entries = entries.map(|entry| (entry.action.name(), entry.words));
            entries.collect::<Vec<_>>()
        };
        let with = |name: &str, words: &str| (name.to_owned(), Some(words.to_owned()));
        let plain = |name: &str| (name.to_owned(), None);
        assert_eq!(shown("search"), [plain("search"), plain("search-all")]);
        assert_eq!(
            shown("search-all two words")[0],
            with("search-all", "two words")
        );
        assert_eq!(
            shown("search all"),
            [plain("search-all"), with("search", "all")]
        );
        assert_eq!(shown("zoom in"), []);
    }

    #[test]
    fn the_palette_shows_all_commands_before_anything_is_typed() {
        let shown = palette("").len();
        let hidden = Command::of(Group::Write).count() + 2;
        assert_eq!(shown + hidden, Command::ALL.len());
    }
}
