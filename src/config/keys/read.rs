//! Reads `keys.toml`: tables of `"keys" = "command"`, and how long an escape waits.

use super::chord::key_names;
use super::{BadChord, Binding, Bound, Chord, ESCAPE_MOST, KeyTable, Keys, sequence};
use crate::config::Parsed;
use crate::config::nearest::nearest;
use crate::config::reader::{Placed, Reader, suggest, text};

/// Longer sequences cannot be remembered, and would fill the popup.
const LONGEST: usize = 5;

/// Which commands there are.
#[derive(Clone, Copy)]
pub struct Commands<'a> {
    /// Whether a text runs one. It may hold arguments: `layout wall`.
    pub known: &'a dyn Fn(&str) -> bool,
    /// Their names, for suggestions.
    pub names: &'a [&'a str],
}

/// Reads a person's own keys. A command that does not exist is a warning, and its key is left out:
/// commands come and go between versions, and one must not cost the others.
pub fn parse(path: &str, source: &str, commands: Commands) -> Parsed<Keys> {
    let mut reader = Reader::new(path, source);
    let mut root = reader.document();
    let mut keys = Keys::default();
    for (name, which) in KeyTable::NAMED {
        let Some(mut table) = root.table(name, &mut reader) else {
            continue;
        };
        let mut seen: Vec<(Vec<Chord>, String)> = Vec::new();
        for entry in table.take_rest() {
            let action = text(entry.value, &mut reader)
                .and_then(|written| read_action(&written, commands, &mut reader));
            let Some(chords) = read_keys(&entry.key, &mut reader) else {
                continue;
            };
            if clashes(&chords, &entry.key, &seen, &mut reader) {
                continue;
            }
            keys.bindings.extend(action.map(|action| Binding {
                table: which,
                keys: chords.clone(),
                action,
            }));
            seen.push((chords, entry.key.value));
        }
    }
    keys.escape_ms = root
        .number("escape_ms", 0..=ESCAPE_MOST, &mut reader)
        .map(|ms| ms.value);
    root.end(&mut reader);
    reader.finish(|| keys)
}

fn read_action(written: &Placed<String>, commands: Commands, reader: &mut Reader) -> Option<Bound> {
    let command = written.value.trim();
    if command == "none" {
        return Some(Bound::Nothing);
    }
    if (commands.known)(command) {
        return Some(Bound::Command(command.to_owned()));
    }
    let hint = match nearest(command, commands.names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the palette lists every command; \"none\" takes a key away".to_owned(),
    };
    let what = format!("no command is called `{command}`; its key is left as it was");
    reader.warn(&written.span, what, hint);
    None
}

fn read_keys(key: &Placed<String>, reader: &mut Reader) -> Option<Vec<Chord>> {
    let chords = match sequence(&key.value) {
        Ok(chords) => chords,
        Err(bad) => {
            reader.error(&key.span, bad.to_string(), hint_for(&bad));
            return None;
        }
    };
    if chords.len() > LONGEST {
        reader.error(
            &key.span,
            "too many keys in a row",
            format!("write at most {LONGEST}"),
        );
        return None;
    }
    if let Some((chord, twin)) = chords.iter().find_map(|chord| Some((chord, chord.twin()?))) {
        let what = format!("many terminals send the same for {chord} and {twin}");
        reader.warn(&key.span, what, "take another key where that matters");
    }
    Some(chords)
}

fn hint_for(bad: &BadChord) -> String {
    match bad {
        BadChord::Empty => "write a key, as in `g`, `ctrl-g` or `g g`".to_owned(),
        BadChord::NoSuchModifier(word) => suggest(word, &["ctrl", "alt", "shift"]),
        BadChord::NoSuchKey(word) => match nearest(word, key_names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "put a space between keys that are pressed one after the other".to_owned(),
        },
    }
}

/// The same keys twice, or keys that begin with others: the longer ones could never be reached.
fn clashes(
    chords: &[Chord],
    key: &Placed<String>,
    seen: &[(Vec<Chord>, String)],
    reader: &mut Reader,
) -> bool {
    let clash = seen
        .iter()
        .find(|(other, _)| other.starts_with(chords) || chords.starts_with(other));
    let Some((other, written)) = clash else {
        return false;
    };
    if other == chords {
        let what = format!("`{}` is the same as `{written}` above", key.value);
        reader.error(&key.span, what, "remove one of the two");
    } else {
        let what = format!("`{}` and `{written}` begin alike", key.value);
        let hint = "the longer one could never be reached: take another key for one of the two";
        reader.error(&key.span, what, hint);
    }
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::keys::spell;

    const NAMES: [&str; 4] = ["quit", "approve", "focus", "layout"];

    fn read(text: &str) -> Parsed<Keys> {
        let known = |command: &str| {
            let name = command.split(' ').next().unwrap();
            NAMES.contains(&name)
        };
        let commands = Commands {
            known: &known,
            names: &NAMES,
        };
        parse("keys.toml", text, commands)
    }

    fn printed(text: &str) -> String {
        let all = read(text).diagnostics;
        all.iter().map(|one| format!("{one}\n")).collect()
    }

    #[test]
    fn a_line_binds_keys_to_a_command_in_the_order_of_the_file() {
        let parsed =
            read("[room]\n\"g q\" = \"quit\"\na = \"layout wall\"\n[card]\nA = \"none\"\n");
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let bindings = parsed.value.unwrap().bindings;
        let lines: Vec<_> = bindings
            .iter()
            .map(|one| (one.table, spell(&one.keys), one.action.clone()))
            .collect();
        let command = |name: &str| Bound::Command(name.to_owned());
        assert_eq!(
            lines,
            [
                (KeyTable::Room, "g q".to_owned(), command("quit")),
                (KeyTable::Room, "a".to_owned(), command("layout wall")),
                (KeyTable::Card, "A".to_owned(), Bound::Nothing),
            ]
        );
    }

    #[test]
    fn an_unknown_command_is_a_warning_that_costs_only_its_own_key() {
        let text = "[room]\na = \"aprove\"\nq = \"quit\"\n";
        assert_eq!(read(text).value.unwrap().bindings.len(), 1);
        assert_eq!(
            printed(text),
            "keys.toml:2:5: warning: no command is called `aprove`; its key is left as it was\n  \
             a = \"aprove\"\n      ^ did you mean `approve`?\n"
        );
    }

    #[test]
    fn every_wrong_key_is_reported_with_its_place() {
        let text = "[room]\n\"crtl-g\" = \"quit\"\nentr = \"quit\"\n\"\" = \"quit\"\n[rom]\n";
        assert!(read(text).value.is_none());
        assert_eq!(
            printed(text),
            "keys.toml:2:1: `crtl` is not held down with a key\n  \"crtl-g\" = \"quit\"\n  ^ did you mean `ctrl`?\n\
             keys.toml:3:1: no key is called `entr`\n  entr = \"quit\"\n  ^ did you mean `enter`?\n\
             keys.toml:4:1: no key\n  \"\" = \"quit\"\n  ^ write a key, as in `g`, `ctrl-g` or `g g`\n\
             keys.toml:5:2: unknown key `rom`\n  [rom]\n   ^ there is `room`, `pane`, `scroll`, `queue`, `card`, `input`, `review`, `escape_ms`\n"
        );
    }

    #[test]
    fn keys_that_hide_one_another_are_refused_within_a_table_only() {
        assert!(read("[room]\ng = \"quit\"\n[pane]\n\"g g\" = \"quit\"\n").is_clean());
        assert!(
            read("[room]\ng = \"quit\"\n\"g g\" = \"focus\"\n")
                .value
                .is_none()
        );
        assert!(
            read("[room]\nA = \"quit\"\nshift-a = \"focus\"\n")
                .value
                .is_none()
        );
    }

    #[test]
    fn how_long_an_escape_waits_is_a_number_above_the_tables() {
        let read_ms = |text| read(text).value.map(|keys| keys.escape_ms);
        assert_eq!(read_ms("escape_ms = 200\n[room]\n"), Some(Some(200)));
        assert_eq!(read_ms("[room]\n"), Some(None));
        assert_eq!(
            printed("escape_ms = 5000\n"),
            "keys.toml:1:13: out of range\n  escape_ms = 5000\n              ^ write a number from 0 to 1000\n"
        );
    }

    #[test]
    fn a_key_that_terminals_cannot_tell_apart_is_pointed_out() {
        let parsed = read("[room]\nctrl-i = \"quit\"\n");
        assert_eq!(parsed.value.unwrap().bindings.len(), 1);
        assert_eq!(
            parsed.diagnostics[0].what,
            "many terminals send the same for ctrl-i and tab"
        );
    }
}
