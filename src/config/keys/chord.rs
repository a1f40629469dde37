//! Key notation: `a`, `A`, `ctrl-g`, `alt-1`, `space`, `shift-tab`, `f5`, and sequences of them (`g g`).
//! What is written comes back from `Display` in one spelling.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};
use std::str::FromStr;

/// One key with what is held down beside it. Built by [`Chord::new`], so that a key has one form only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// The key.
    pub code: ChordKey,
    /// What is held down. Never `SHIFT` with a character: that is the other character.
    pub mods: Mods,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChordKey {
    /// A character, as it comes out (`A`, not shift and `a`).
    Char(char),
    /// A function key, 1-24.
    F(u8),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift, back-tab.
    Tab,
    /// Deletes to the left.
    Backspace,
    /// Deletes to the right.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
}

/// What is held down beside a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mods(u8);

/// Why a notation is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadChord {
    /// There is nothing.
    #[error("no key")]
    Empty,
    /// No key has that name.
    #[error("no key is called `{0}`")]
    NoSuchKey(String),
    /// Not one of `ctrl`, `alt`, `shift`.
    #[error("`{0}` is not held down with a key")]
    NoSuchModifier(String),
}

/// The spelling that is written first, then others that are understood.
const NAMES: [(ChordKey, &[&str]); 14] = [
    (ChordKey::Enter, &["enter", "return"]),
    (ChordKey::Esc, &["esc", "escape"]),
    (ChordKey::Tab, &["tab"]),
    (ChordKey::Backspace, &["backspace"]),
    (ChordKey::Delete, &["delete", "del"]),
    (ChordKey::Insert, &["insert", "ins"]),
    (ChordKey::Home, &["home"]),
    (ChordKey::End, &["end"]),
    (ChordKey::PageUp, &["pageup", "pgup"]),
    (ChordKey::PageDown, &["pagedown", "pgdn"]),
    (ChordKey::Up, &["up"]),
    (ChordKey::Down, &["down"]),
    (ChordKey::Left, &["left"]),
    (ChordKey::Right, &["right"]),
];

impl Mods {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Control.
    pub const CTRL: Self = Self(1);
    /// Alt, or option.
    pub const ALT: Self = Self(2);
    /// Shift, with keys that are not characters.
    pub const SHIFT: Self = Self(4);

    /// In the order they are written.
    const NAMED: [(&str, Self); 3] = [
        ("ctrl", Self::CTRL),
        ("alt", Self::ALT),
        ("shift", Self::SHIFT),
    ];

    /// Whether all of `others` are held down.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

impl BitOr for Mods {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Mods {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Chord {
    /// The one form of a key: shift and a character is that character in upper case.
    pub fn new(code: ChordKey, mods: Mods) -> Self {
        let ChordKey::Char(one) = code else {
            return Self { code, mods };
        };
        let shifted = if mods.contains(Mods::SHIFT) {
            upper(one)
        } else {
            one
        };
        Self {
            code: ChordKey::Char(shifted),
            mods: mods.without(Mods::SHIFT),
        }
    }

    /// A character with nothing held down.
    pub fn char(one: char) -> Self {
        Self::new(ChordKey::Char(one), Mods::NONE)
    }

    /// The other key that sends the same byte in many terminals (`ctrl-i` and `tab`).
    pub fn twin(self) -> Option<Chord> {
        let twin = match (self.code, self.mods) {
            (ChordKey::Char('i'), Mods::CTRL) => ChordKey::Tab,
            (ChordKey::Char('m'), Mods::CTRL) => ChordKey::Enter,
            (ChordKey::Char('['), Mods::CTRL) => ChordKey::Esc,
            _ => return None,
        };
        Some(Self::new(twin, Mods::NONE))
    }
}

/// Reads keys that are pressed one after the other.
///
/// # Errors
/// What is not a key, or that there is none.
pub fn sequence(text: &str) -> Result<Vec<Chord>, BadChord> {
    let chords: Vec<Chord> = text
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    if chords.is_empty() {
        return Err(BadChord::Empty);
    }
    Ok(chords)
}

/// Writes keys that are pressed one after the other.
pub fn spell(chords: &[Chord]) -> String {
    let words: Vec<String> = chords.iter().map(Chord::to_string).collect();
    words.join(" ")
}

/// The names of all keys that are not characters or function keys.
pub(super) fn key_names() -> impl Iterator<Item = &'static str> {
    NAMES
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .chain(["space"])
}

impl FromStr for Chord {
    type Err = BadChord;

    fn from_str(text: &str) -> Result<Self, BadChord> {
        let mut mods = Mods::NONE;
        let mut rest = text;
        // a minus that ends the text is the key itself
        while let Some((word, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty())
        {
            if word.is_empty() {
                break;
            }
            mods |= modifier(word)?;
            rest = after;
        }
        let code = key(rest)?;
        let ChordKey::Char(one) = code else {
            return Ok(Self::new(code, mods));
        };
        // terminals send one byte for ctrl-g and ctrl-G, so the case is not a difference
        let one = if mods.contains(Mods::CTRL) {
            lower(one)
        } else {
            one
        };
        Ok(Self::new(ChordKey::Char(one), mods))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = *self;
        if let ChordKey::Char(one) = self.code
            && self.mods.contains(Mods::CTRL)
            && lower(one) != one
        {
            shown.code = ChordKey::Char(lower(one));
            shown.mods |= Mods::SHIFT;
        }
        for (word, modifier) in Mods::NAMED {
            if shown.mods.contains(modifier) {
                write!(f, "{word}-")?;
            }
        }
        match shown.code {
            ChordKey::Char(' ') => f.write_str("space"),
            ChordKey::Char(one) => write!(f, "{one}"),
            ChordKey::F(number) => write!(f, "f{number}"),
            other => f.write_str(name(other)),
        }
    }
}

fn name(code: ChordKey) -> &'static str {
    NAMES
        .iter()
        .find(|(key, _)| *key == code)
        .map_or("", |(_, names)| names[0])
}

fn modifier(word: &str) -> Result<Mods, BadChord> {
    let lower = word.to_lowercase();
    Mods::NAMED
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, one)| *one)
        .ok_or_else(|| BadChord::NoSuchModifier(word.to_owned()))
}

fn key(word: &str) -> Result<ChordKey, BadChord> {
    let mut characters = word.chars();
    if let (Some(one), None) = (characters.next(), characters.next()) {
        return Ok(ChordKey::Char(one));
    }
    let lower = word.to_lowercase();
    if lower == "space" {
        return Ok(ChordKey::Char(' '));
    }
    if let Some(number) = lower.strip_prefix('f').and_then(|rest| rest.parse().ok())
        && (1..=24).contains(&number)
    {
        return Ok(ChordKey::F(number));
    }
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&lower.as_str()))
        .map(|(key, _)| *key)
        .ok_or_else(|| match word {
            "" => BadChord::Empty,
            _ => BadChord::NoSuchKey(word.to_owned()),
        })
}

/// In upper case, where that is one character that comes back.
fn upper(one: char) -> char {
    let mut all = one.to_uppercase();
    match (all.next(), all.next()) {
        (Some(upper), None) if lower(upper) == one => upper,
        _ => one,
    }
}

/// In lower case, where that is one character.
fn lower(one: char) -> char {
    let mut all = one.to_lowercase();
    match (all.next(), all.next()) {
        (Some(lower), None) => lower,
        _ => one,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn notation_comes_back_as_it_was_written() {
        let spellings = [
            "a",
            "A",
            "ctrl-g",
            "alt-1",
            "space",
            "enter",
            "esc",
            "tab",
            "shift-tab",
            "f5",
            "g g",
            "ctrl-w h",
            "-",
            "ctrl--",
            "alt--",
            "?",
            "ctrl-alt-shift-up",
            "ctrl-space",
            "ä",
            "f24",
            "pagedown",
            "ctrl-shift-g",
            "alt-A",
            ":",
        ];
        for spelling in spellings {
            assert_eq!(spell(&sequence(spelling).unwrap()), spelling);
        }
    }

    #[test]
    fn other_spellings_mean_the_same_key() {
        for (one, other) in [
            ("shift-a", "A"),
            ("ctrl-G", "ctrl-g"),
            ("Return", "enter"),
            ("ESC", "esc"),
            ("Ctrl-Alt-x", "alt-ctrl-x"),
            ("pgdn", "pagedown"),
            ("F5", "f5"),
            (" g  g ", "g g"),
        ] {
            assert_eq!(sequence(one), sequence(other), "{one}");
        }
    }

    #[test]
    fn what_is_no_key_is_named() {
        assert_eq!(sequence(" "), Err(BadChord::Empty));
        assert_eq!(sequence("f25"), Err(BadChord::NoSuchKey("f25".to_owned())));
        assert_eq!(
            sequence("hyper-x"),
            Err(BadChord::NoSuchModifier("hyper".to_owned()))
        );
        assert_eq!(sequence("-x"), Err(BadChord::NoSuchKey("-x".to_owned())));
    }

    fn any_chord() -> impl Strategy<Value = Chord> {
        let keys = prop_oneof![
            any::<char>()
                .prop_filter("a key has no white space but space", |one| *one == ' '
                    || !one.is_whitespace())
                .prop_map(ChordKey::Char),
            (1..=24_u8).prop_map(ChordKey::F),
            prop::sample::select(NAMES.map(|(key, _)| key).to_vec()),
        ];
        (keys, 0..8_u8).prop_map(|(code, mods)| Chord::new(code, Mods(mods)))
    }

    proptest! {
        #[test]
        fn every_chord_is_read_back_from_what_it_shows(chord in any_chord()) {
            prop_assert_eq!(chord.to_string().parse(), Ok(chord));
        }
    }
}
