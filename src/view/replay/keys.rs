//! The keys of a player: one table, from which they are looked up, told and hinted at. Does nothing itself.

use crate::terminal::{Key, KeyCode, Mods};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Leave,
    Keys,
    Pause,
    Ahead,
    Back,
    FarAhead,
    FarBack,
    Tenths,
    Ends,
    OneOn,
    OneBack,
    Faster,
    Slower,
    NextDecision,
    PreviousDecision,
    Decisions,
    Card,
    Pan,
    Redraw,
}

/// What is held with a key, as far as it counts here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Nothing,
    Shift,
    Control,
}

/// Keys that do the same.
pub(super) struct Entry {
    pub deed: Deed,
    /// How they are spelled.
    pub spelled: &'static str,
    /// What they do.
    pub what: &'static str,
    /// With those beside it in a word or two for the last line, where they are told there.
    pub short: Option<(&'static str, &'static str)>,
    codes: &'static [(Held, KeyCode)],
}

const fn plain(c: char) -> (Held, KeyCode) {
    (Held::Nothing, KeyCode::Char(c))
}

const fn entry(
    deed: Deed,
    (spelled, what): (&'static str, &'static str),
    short: Option<(&'static str, &'static str)>,
    codes: &'static [(Held, KeyCode)],
) -> Entry {
    Entry {
        deed,
        spelled,
        what,
        short,
        codes,
    }
}

/// All of them, in the order in which they are told.
pub(super) const ALL: [Entry; 19] = [
    entry(
        Deed::Pause,
        ("space", "plays, or pauses"),
        Some(("space", "play")),
        &[plain(' ')],
    ),
    entry(
        Deed::Ahead,
        ("→", "five seconds on"),
        None,
        &[(Held::Nothing, KeyCode::Right)],
    ),
    entry(
        Deed::Back,
        ("←", "five seconds back"),
        Some(("←→", "5 s")),
        &[(Held::Nothing, KeyCode::Left)],
    ),
    entry(
        Deed::FarAhead,
        ("⇧→ L", "a minute on"),
        None,
        &[(Held::Shift, KeyCode::Right), plain('L')],
    ),
    entry(
        Deed::FarBack,
        ("⇧← H", "a minute back"),
        None,
        &[(Held::Shift, KeyCode::Left), plain('H')],
    ),
    entry(
        Deed::OneOn,
        (".", "to the next change of its screen"),
        None,
        &[plain('.')],
    ),
    entry(
        Deed::OneBack,
        (",", "to the change before"),
        None,
        &[plain(',')],
    ),
    entry(
        Deed::Tenths,
        ("0-9", "to that tenth of it"),
        Some(("0-9", "tenths")),
        &[
            plain('0'),
            plain('1'),
            plain('2'),
            plain('3'),
            plain('4'),
            plain('5'),
            plain('6'),
            plain('7'),
            plain('8'),
            plain('9'),
        ],
    ),
    entry(
        Deed::Ends,
        ("home end", "to its beginning, to its end"),
        None,
        &[
            (Held::Nothing, KeyCode::Home),
            (Held::Nothing, KeyCode::End),
        ],
    ),
    entry(
        Deed::Faster,
        ("+ ↑", "plays faster"),
        Some(("+-", "speed")),
        &[plain('+'), plain('='), (Held::Nothing, KeyCode::Up)],
    ),
    entry(
        Deed::Slower,
        ("- ↓", "plays slower"),
        None,
        &[plain('-'), plain('_'), (Held::Nothing, KeyCode::Down)],
    ),
    entry(
        Deed::NextDecision,
        ("n", "to the next decision, with its card"),
        Some(("n/N", "decision")),
        &[plain('n')],
    ),
    entry(
        Deed::PreviousDecision,
        ("N", "to the decision before"),
        None,
        &[plain('N')],
    ),
    entry(
        Deed::Decisions,
        ("tab", "all decisions; enter goes to one"),
        Some(("tab", "list")),
        &[(Held::Nothing, KeyCode::Tab)],
    ),
    entry(
        Deed::Card,
        ("c", "puts the card away, or brings it back"),
        Some(("c", "card")),
        &[plain('c')],
    ),
    entry(
        Deed::Pan,
        (
            "h j k l",
            "another part of a picture larger than this window",
        ),
        None,
        &[plain('h'), plain('j'), plain('k'), plain('l')],
    ),
    entry(
        Deed::Redraw,
        ("ctrl-l", "draws everything again"),
        None,
        &[(Held::Control, KeyCode::Char('l'))],
    ),
    entry(Deed::Keys, ("?", "these keys"), None, &[plain('?')]),
    entry(
        Deed::Leave,
        ("q esc ctrl-c", "leaves"),
        None,
        &[
            plain('q'),
            (Held::Nothing, KeyCode::Esc),
            (Held::Control, KeyCode::Char('c')),
            (Held::Control, KeyCode::Char('d')),
        ],
    ),
];

/// What a key does; none where it does nothing.
pub(super) fn deed(key: Key) -> Option<Deed> {
    let written = matches!(key.code, KeyCode::Char(_));
    let held = match (
        key.mods.contains(Mods::CTRL),
        key.mods.contains(Mods::SHIFT),
    ) {
        (true, _) => Held::Control,
        // a character comes already shifted
        (false, true) if !written => Held::Shift,
        (false, true | false) => Held::Nothing,
    };
    let found = ALL.iter().find(|it| it.codes.contains(&(held, key.code)));
    found.map(|it| it.deed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_does_one_thing() {
        let mut seen = Vec::new();
        for entry in &ALL {
            for (held, code) in entry.codes {
                let mods = match held {
                    Held::Nothing => Mods::NONE,
                    Held::Shift => Mods::SHIFT,
                    Held::Control => Mods::CTRL,
                };
                assert_eq!(deed(Key::new(*code, mods)), Some(entry.deed));
                assert!(!seen.contains(&(*held, *code)), "{code:?} twice");
                seen.push((*held, *code));
            }
        }
        assert_eq!(deed(Key::new(KeyCode::Char('x'), Mods::NONE)), None);
    }
}
