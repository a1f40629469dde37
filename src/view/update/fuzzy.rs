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

/// The commands that the palette shows for what was typed, best first.
pub fn palette(typed: &str) -> Vec<Action> {
    let typed = typed.trim();
    if let Some(action) = Action::named(typed) {
        return vec![action];
    }
    let all: Vec<Command> = Command::ALL
        .iter()
        .copied()
        .filter(|command| command.group() != Group::Write && !command.is_numbered())
        .collect();
    let found = all.iter().enumerate().filter_map(|(at, command)| {
        let name = score(typed, command.name()).map(|score| score * 2);
        let both = || score(typed, command.help());
        Some((at, name.or_else(both)?))
    });
    ranked(found.collect())
        .into_iter()
        .map(|at| all[at].into())
        .collect()
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
        let best = |typed: &str| palette(typed).first().map(|action| action.name());
        assert_eq!(best("zo").as_deref(), Some("zoom"));
        assert_eq!(best("nb").as_deref(), Some("new-brief"));
        assert_eq!(best("ct").as_deref(), Some("choose-theme"));
        assert_eq!(best("focus-4").as_deref(), Some("focus-4"));
    }

    #[test]
    fn the_palette_shows_all_commands_before_anything_is_typed() {
        let shown = palette("").len();
        let hidden = Command::of(Group::Write).count() + 2;
        assert_eq!(shown + hidden, Command::ALL.len());
    }
}
