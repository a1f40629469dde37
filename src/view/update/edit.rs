//! Editing a line (or a few of them): where the cursor goes and what goes away. Always on the edge
//! of a character; a character with its marks counts as one.

use unicode_width::UnicodeWidthChar;

use crate::view::desk::Line;

/// The longest text that can be written here, in bytes. More is not taken in.
pub(super) const LONGEST: usize = 64 * 1024;

/// Whether all of a text was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    All,
    /// There was no room for all of it, so none was.
    Nothing,
}

impl Line {
    /// A line with this text, the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let cursor = text.len();
        Self { text, cursor }
    }

    /// Puts text in at the cursor.
    pub(super) fn insert(&mut self, text: &str) -> Taken {
        if self.text.len() + text.len() > LONGEST {
            return Taken::Nothing;
        }
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        Taken::All
    }

    /// Goes a character to the left.
    pub(super) fn left(&mut self) {
        self.cursor = self.before(self.cursor);
    }

    /// Goes a character to the right.
    pub(super) fn right(&mut self) {
        self.cursor = self.behind(self.cursor);
    }

    /// Goes to the start of the word at the left.
    pub(super) fn word_left(&mut self) {
        self.cursor = self.word_start();
    }

    /// Goes behind the word at the right.
    pub(super) fn word_right(&mut self) {
        let rest = &self.text[self.cursor..];
        let gap = rest.find(is_word).unwrap_or(rest.len());
        let word = rest[gap..].find(|c| !is_word(c)).map(|end| gap + end);
        self.cursor += word.unwrap_or(rest.len());
    }

    /// Goes to the start of this line of the text.
    pub(super) fn home(&mut self) {
        self.cursor = self.line_start();
    }

    /// Goes to the end of this line of the text.
    pub(super) fn end(&mut self) {
        self.cursor = self.line_end();
    }

    /// Goes to the line above, to the same character of it.
    pub(super) fn up(&mut self) {
        let start = self.line_start();
        let column = self.text[start..self.cursor].chars().count();
        if start > 0 {
            self.cursor = start - 1;
            self.cursor = self.line_start();
            self.go(column);
        }
    }

    /// Goes to the line below, to the same character of it.
    pub(super) fn down(&mut self) {
        let column = self.text[self.line_start()..self.cursor].chars().count();
        let end = self.line_end();
        if end < self.text.len() {
            self.cursor = end + 1;
            self.go(column);
        }
    }

    /// Deletes the character at the left.
    pub(super) fn delete_back(&mut self) {
        let from = self.before(self.cursor);
        self.cut(from, self.cursor);
    }

    /// Deletes the character at the right.
    pub(super) fn delete_forward(&mut self) {
        let to = self.behind(self.cursor);
        self.cut(self.cursor, to);
    }

    /// Deletes the word at the left.
    pub(super) fn delete_word(&mut self) {
        let from = self.word_start();
        self.cut(from, self.cursor);
    }

    /// Deletes to the end of the line; at its end, the line break.
    pub(super) fn delete_to_end(&mut self) {
        let end = self.line_end();
        let to = if end == self.cursor {
            self.behind(end)
        } else {
            end
        };
        self.cut(self.cursor, to);
    }

    /// Deletes to the start of the line.
    pub(super) fn delete_to_start(&mut self) {
        let from = self.line_start();
        self.cut(from, self.cursor);
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn go(&mut self, column: usize) {
        let line = &self.text[self.cursor..self.line_end()];
        let far = line.char_indices().nth(column);
        self.cursor += far.map_or(line.len(), |(at, _)| at);
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        let rest = &self.text[self.cursor..];
        rest.find('\n')
            .map_or(self.text.len(), |at| self.cursor + at)
    }

    fn word_start(&self) -> usize {
        let before = self.text[..self.cursor].trim_end_matches(|c| !is_word(c));
        before.trim_end_matches(is_word).len()
    }

    fn before(&self, at: usize) -> usize {
        let mut characters = self.text[..at].char_indices().rev();
        let base = characters.find(|(_, c)| !is_mark(*c));
        base.map_or(0, |(at, _)| at)
    }

    fn behind(&self, at: usize) -> usize {
        let mut characters = self.text[at..].char_indices().skip(1);
        let next = characters.find(|(_, c)| !is_mark(*c));
        next.map_or(self.text.len(), |(far, _)| at + far)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a character stands over the one before it.
fn is_mark(c: char) -> bool {
    c != '\n' && c.width() == Some(0)
}

/// Pasted text as it can be written: one kind of line break, no other control but the tab.
pub(super) fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

/// The same in one line.
pub(super) fn flattened(text: &str) -> String {
    cleaned(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Line {
        let cursor = text.find('|').unwrap();
        Line {
            text: text.replace('|', ""),
            cursor,
        }
    }

    fn after(text: &str, change: impl Fn(&mut Line)) -> String {
        let mut line = line(text);
        change(&mut line);
        line.text.insert(line.cursor, '|');
        line.text
    }

    #[test]
    fn words_are_gone_over_and_deleted_as_in_a_shell() {
        assert_eq!(after("cargo test| now", Line::word_left), "cargo |test now");
        assert_eq!(
            after("cargo |test now", Line::word_right),
            "cargo test| now"
        );
        assert_eq!(after("cargo test | now", Line::delete_word), "cargo | now");
        assert_eq!(after("cargo |test", Line::delete_to_end), "cargo |");
        assert_eq!(after("cargo |test", Line::delete_to_start), "|test");
    }

    #[test]
    fn a_character_with_its_marks_goes_at_once() {
        assert_eq!(after("cafe\u{301}|", Line::delete_back), "caf|");
        assert_eq!(after("caf|e\u{301}!", Line::right), "cafe\u{301}|!");
    }

    #[test]
    fn the_cursor_goes_up_and_down_between_lines() {
        assert_eq!(
            after("one\ntwo th|ree\nx", Line::down),
            "one\ntwo three\nx|"
        );
        assert_eq!(after("one\ntw|o", Line::up), "on|e\ntwo");
        assert_eq!(after("on|e", Line::up), "on|e");
        assert_eq!(after("one|\ntwo", Line::delete_to_end), "one|two");
    }

    #[test]
    fn pasted_controls_do_not_come_in() {
        assert_eq!(cleaned("a\r\nb\rc\u{1b}[31m\td"), "a\nb\nc[31m\td");
        assert_eq!(flattened("a\nb"), "a b");
    }

    #[test]
    fn what_does_not_fit_is_not_taken() {
        let mut line = Line::new("x".repeat(LONGEST));
        assert_eq!(line.insert("y"), Taken::Nothing);
        assert_eq!(line.text.len(), LONGEST);
    }

    proptest! {
        #[test]
        fn no_editing_leaves_the_edge_of_a_character(
            text in "[a-zé宽\u{301}\n ]{0,20}",
            steps in proptest::collection::vec(0u8..13, 0..40),
        ) {
            let mut line = Line::new(text);
            for step in steps {
                match step {
                    0 => line.left(),
                    1 => line.right(),
                    2 => line.word_left(),
                    3 => line.word_right(),
                    4 => line.home(),
                    5 => line.end(),
                    6 => line.up(),
                    7 => line.down(),
                    8 => line.delete_back(),
                    9 => line.delete_forward(),
                    10 => line.delete_word(),
                    11 => line.delete_to_end(),
                    _ => drop(line.insert("é\n")),
                }
                prop_assert!(line.text.is_char_boundary(line.cursor));
            }
        }
    }
}
