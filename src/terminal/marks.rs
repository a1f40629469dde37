//! Counts the marks that pile up on one character, so that an endless pile costs nothing.

use unicode_width::UnicodeWidthChar;

/// The most marks and joined characters one cluster gets.
const CLUSTER: u32 = 32;
/// After this many joins that may have evaded the count the engine's cells are looked over.
const SETTLE: u32 = 128;

/// What to do with a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admit {
    /// Let it through.
    Keep,
    /// Let it through, then look over the cells.
    KeepAndSettle,
    /// Leave it out.
    Drop,
}

/// The length of the cluster at the end of the text so far.
#[derive(Debug, Default)]
pub(super) struct Marks {
    length: u32,
    joins: u32,
    last: Last,
    place: Place,
}

/// Whether the character before the next one is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// It was written just now.
    #[default]
    Known,
    /// The cursor may have gone back to an older one.
    Moved,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Base,
    Mark,
    Joiner,
    Leading,
}

impl Marks {
    /// A character that stands by itself came.
    pub fn base(&mut self) {
        self.length = 0;
        self.last = Last::Base;
        self.place = Place::Known;
    }

    /// Something came that may move the cursor.
    pub fn moved(&mut self) {
        self.place = Place::Moved;
    }

    /// True if repeating the last character would pile marks up.
    pub fn ends_in_mark(&self) -> bool {
        self.last != Last::Base
    }

    /// A character beyond ASCII came.
    pub fn admit(&mut self, c: char) -> Admit {
        let (joins, last) = self.class(c);
        let doubtful = maybe_spacing_mark(c);
        if joins {
            if self.length >= CLUSTER {
                return Admit::Drop;
            }
            self.length += 1;
        } else {
            self.length = 0;
        }
        if !joins && !doubtful {
            self.place = Place::Known;
        }
        self.last = last;
        self.joins += u32::from(doubtful || (joins && self.place == Place::Moved));
        if self.joins < SETTLE {
            return Admit::Keep;
        }
        self.joins = 0;
        Admit::KeepAndSettle
    }

    /// Whether `c` surely continues the cluster, and what it is to the next character.
    fn class(&self, c: char) -> (bool, Last) {
        match c {
            '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{3400}'..='\u{a4cf}' => {
                (false, Last::Base)
            }
            '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205e}'
            | '\u{20a0}'..='\u{20c0}'
            | '\u{2100}'..='\u{2bff}' => (self.last == Last::Joiner, Last::Base),
            '\u{200d}' => (true, Last::Joiner),
            '\u{1f3fb}'..='\u{1f3ff}' => (true, Last::Mark),
            '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}' => {
                (self.last == Last::Leading, Last::Leading)
            }
            c if c.width().unwrap_or(0) == 0 => (true, Last::Mark),
            '\u{2000}'.. => (self.last == Last::Joiner, Last::Base),
            _ => (false, Last::Base),
        }
    }
}

/// Scripts whose vowel signs take a column and yet belong to the letter before them.
fn maybe_spacing_mark(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{e33}' | '\u{eb3}' | '\u{f00}'..='\u{fff}'
        | '\u{1000}'..='\u{109f}' | '\u{1160}'..='\u{11ff}' | '\u{1700}'..='\u{1cff}'
        | '\u{a800}'..='\u{abff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{11000}'..='\u{11fff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn kept(text: &str) -> usize {
        let mut marks = Marks::default();
        text.chars()
            .filter(|c| marks.admit(*c) != Admit::Drop)
            .count()
    }

    #[test]
    fn a_pile_of_marks_is_cut() {
        assert_eq!(kept(&"\u{301}".repeat(10_000)), 32);
        assert_eq!(kept(&"\u{200d}".repeat(10_000)), 32);
        assert_eq!(kept(&"\u{1100}".repeat(10_000)), 33);
    }

    #[test]
    fn long_words_of_any_script_are_left_whole() {
        for text in ["नमस्ते", "สวัสดี", "각각", "é", "👩‍👩‍👧‍👦", "ｱﾞ", "ท่านี้"]
        {
            let text = text.repeat(100);
            assert_eq!(kept(&text), text.chars().count(), "{text}");
        }
    }
}
