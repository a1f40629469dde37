//! Emoji made of several characters: families, flags, skin tones, keycaps. Only what is built like one is one;
//! any other use of a joiner or a selector stays out of the picture. Knows characters, and no cells.
//!
//! Terminals do not agree on their width: one draws them in two columns, the next draws each of their characters
//! by itself. So whoever writes one writes the cells behind it again, as far as [`Emoji::apart`] says.
//!
//! Source: Unicode Technical Standard 51, section 1.4.9, without its tag sequences.

use unicode_width::UnicodeWidthChar;

/// The most characters of one: two people, their skin tones, a heart and a kiss, with joiners and selectors.
const MOST: usize = 12;

const JOINER: char = '\u{200d}';
const SELECTOR: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// How many columns each of them takes where a terminal knows them.
pub const COLUMNS: u16 = 2;

/// One emoji of several characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// Its length in bytes.
    pub bytes: usize,
    /// The most columns it takes where its characters are drawn one by one, invisible ones included.
    pub apart: u16,
}

impl Emoji {
    /// The one that a text begins with, if it has more than one character.
    pub fn at_start_of(text: &str) -> Option<Emoji> {
        // Most text is none: the first character says so.
        let mut chars = text.chars();
        let first = chars.next()?;
        let second = chars.next().filter(|c| !c.is_ascii())?;
        let count = match first {
            '#' | '*' | '0'..='9' => keycap(text),
            flag if is_regional(flag) => is_regional(second).then_some(2),
            other if is_pictograph(other) => joined(text),
            _ => None,
        }?;
        let own = || text.chars().take(count);
        (2..=MOST).contains(&count).then(|| Emoji {
            bytes: own().map(char::len_utf8).sum(),
            apart: own().map(columns).sum::<u16>().max(COLUMNS),
        })
    }

    /// The one that a text is, whole.
    pub fn whole(text: &str) -> Option<Emoji> {
        // A cell of one ASCII letter, and one of one character, are none.
        if text.len() < 5 {
            return None;
        }
        Self::at_start_of(text).filter(|emoji| emoji.bytes == text.len())
    }
}

fn keycap(text: &str) -> Option<usize> {
    let mut rest = text.chars().skip(1);
    match (rest.next()?, rest.next()) {
        (SELECTOR, Some(KEYCAP)) => Some(3),
        _ => None,
    }
}

/// How many characters belong together: pictographs, each with its selector or skin tone, between joiners.
fn joined(text: &str) -> Option<usize> {
    let mut chars = text.chars().peekable();
    let mut count = 0;
    loop {
        if chars.next_if(|c| is_pictograph(*c)).is_none() {
            // A joiner that joins nothing belongs to no emoji.
            return (count > 2).then(|| count - 1);
        }
        count += 1;
        let dressed = |c: &char| *c == SELECTOR || is_tone(*c);
        count += usize::from(chars.next_if(dressed).is_some());
        if chars.next_if_eq(&JOINER).is_none() {
            return Some(count);
        }
        count += 1;
    }
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// What an emoji may be made of. Some of these are none; a terminal then shows them as they are.
fn is_pictograph(c: char) -> bool {
    let old = matches!(c, '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}'
        | '\u{2934}'..='\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}');
    let new = matches!(c, '\u{1f000}'..='\u{1faff}') && !is_tone(c) && !is_regional(c);
    old || new
}

/// The most columns any terminal gives it.
fn columns(c: char) -> u16 {
    match c.width() {
        _ if is_regional(c) || is_tone(c) || is_pictograph(c) => COLUMNS,
        Some(2) => COLUMNS,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn families_flags_tones_hearts_and_keycaps_are_emoji_whole() {
        for (text, apart) in [
            ("👩\u{200d}👩\u{200d}👧", 8),
            ("🇩🇪", 4),
            ("👍🏽", 4),
            ("❤\u{fe0f}", 3),
            ("1\u{fe0f}\u{20e3}", 3),
            ("🏳\u{fe0f}\u{200d}🌈", 6),
            ("👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏿", 16),
        ] {
            let bytes = text.len();
            assert_eq!(Emoji::whole(text), Some(Emoji { bytes, apart }), "{text}");
            assert_eq!(Emoji::at_start_of(&format!("{text}a")), Emoji::whole(text));
        }
    }

    #[test]
    fn whatever_else_is_joined_is_no_emoji() {
        let long = "👩\u{200d}".repeat(20) + "👩";
        for text in [
            "👩",
            "a",
            "",
            "宽",
            "e\u{301}",
            "a\u{200d}b",
            "👩\u{200d}",
            "\u{200d}👩",
            "a\u{fe0f}",
            "🇩",
            "12",
            "👩\u{200d}a",
            "👩\u{202e}",
            "👩\u{fe0f}\u{fe0f}",
            "🏴\u{e0067}\u{e007f}",
            "👩\u{200d}\u{200d}👩",
            &long,
        ] {
            assert_eq!(Emoji::whole(text), None, "{text:?}");
        }
    }

    #[test]
    fn of_what_is_joined_to_something_else_the_emoji_is_taken() {
        let text = "👍🏽\u{200d}a";
        let bytes = "👍🏽".len();
        assert_eq!(Emoji::at_start_of(text), Some(Emoji { bytes, apart: 4 }));
    }
}
