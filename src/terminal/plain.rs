//! A program's output as lines of plain text, for searching: sequences are left out, and whatever moves
//! the cursor elsewhere ends a line. What was drawn over is there too.

use super::excerpt::Piece;

/// The longest line, in bytes. A longer one is given in pieces, and the end of each stands in the next one too.
const LONGEST: usize = 64 * 1024;

/// Makes lines of output.
#[derive(Clone, Debug)]
pub struct Plain {
    state: State,
    line: String,
    /// Where the stretches of the line come from: their first byte in the line, and in the output.
    runs: Vec<(usize, u64)>,
    begins: Begins,
    /// How many bytes came.
    came: u64,
    /// How much of a piece stands in the next one too, in bytes.
    overlap: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    Escape,
    /// Between `ESC (` and its letter.
    Set,
    Sequence,
    String,
    StringEscape,
}

/// Whether the line begins where it stands, or before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Begins {
    #[default]
    Here,
    Before,
}

/// A line, or a piece of one that is too long.
#[derive(Clone, Copy, Debug)]
pub struct Written<'l> {
    text: &'l str,
    /// What was taken off its beginning, in bytes.
    off: usize,
    runs: &'l [(usize, u64)],
    /// What begins here or behind is in the next piece as well.
    fresh: usize,
    piece: Piece,
}

impl<'l> Written<'l> {
    /// The text, without blanks at its ends.
    pub fn text(&self) -> &'l str {
        self.text
    }

    /// Which part of the line it is.
    pub fn piece(&self) -> Piece {
        self.piece
    }

    /// Whether what begins at this byte of the text is told by the next piece, which holds it whole.
    pub fn is_left_to_the_next(&self, byte: usize) -> bool {
        byte >= self.fresh
    }

    /// How many bytes of all output had come when so many bytes of the text, at least one, were written.
    pub fn came(&self, bytes: usize) -> u64 {
        let last = self.off + bytes.max(1) - 1;
        let run = self.runs.partition_point(|(first, _)| *first <= last);
        let run = run.checked_sub(1).and_then(|run| self.runs.get(run));
        run.map_or(0, |(first, came)| came + (last - first) as u64 + 1)
    }
}

impl Plain {
    /// Lines that a text of so many bytes is found in, however long they are.
    pub fn for_texts_of(bytes: usize) -> Self {
        Self {
            state: State::Text,
            line: String::new(),
            runs: Vec::new(),
            begins: Begins::Here,
            came: 0,
            overlap: bytes,
        }
    }

    /// How many bytes of output came.
    pub fn came(&self) -> u64 {
        self.came
    }

    /// Takes output and gives each line that ended in it.
    pub fn feed(&mut self, output: &str, mut give: impl FnMut(Written<'_>)) {
        let mut rest = output;
        while let Some(one) = rest.chars().next() {
            let stretch = match self.state {
                State::Text => rest.find(char::is_control).unwrap_or(rest.len()),
                _ => 0,
            };
            if stretch > 0 {
                self.write(&rest[..stretch], &mut give);
                rest = &rest[stretch..];
                continue;
            }
            self.state = match self.state {
                State::Text => self.control(one, &mut give),
                State::Escape => self.escape(one, &mut give),
                State::Set => State::Text,
                State::Sequence => self.sequence(one, &mut give),
                State::String => match one {
                    '\u{7}' | '\u{18}' | '\u{1a}' => State::Text,
                    '\u{1b}' => State::StringEscape,
                    _ => State::String,
                },
                State::StringEscape => match one {
                    '\\' => State::Text,
                    other => self.escape(other, &mut give),
                },
            };
            self.came += one.len_utf8() as u64;
            rest = &rest[one.len_utf8()..];
        }
    }

    /// Gives what stands in the line that has not ended.
    pub fn end(&mut self, mut give: impl FnMut(Written<'_>)) {
        self.line_ends(&mut give);
    }

    /// Text that begins at the next byte of the output.
    fn write(&mut self, mut text: &str, give: &mut impl FnMut(Written<'_>)) {
        while !text.is_empty() {
            let room = self.longest().saturating_sub(self.line.len());
            let fits = (room.min(text.len())..).find(|at| text.is_char_boundary(*at));
            let part = &text[..fits.unwrap_or(text.len())];
            self.from(self.came);
            self.line.push_str(part);
            self.came += part.len() as u64;
            text = &text[part.len()..];
            self.cut_long(give);
        }
    }

    /// A blank in the place of the character that comes next.
    fn blank(&mut self, give: &mut impl FnMut(Written<'_>)) {
        self.from(self.came);
        self.line.push(' ');
        self.cut_long(give);
    }

    /// What is put to the line now begins at this byte of the output.
    fn from(&mut self, came: u64) {
        let line = self.line.len();
        let goes_on = |(first, from): &(usize, u64)| from + (line - first) as u64 == came;
        if !self.runs.last().is_some_and(goes_on) {
            self.runs.push((line, came));
        }
    }

    fn control(&mut self, one: char, give: &mut impl FnMut(Written<'_>)) -> State {
        match one {
            '\u{1b}' => return State::Escape,
            '\n' | '\r' | '\u{b}' | '\u{c}' => self.line_ends(give),
            '\t' => self.blank(give),
            _ => {}
        }
        State::Text
    }

    fn escape(&mut self, one: char, give: &mut impl FnMut(Written<'_>)) -> State {
        match one {
            '[' => State::Sequence,
            ']' | 'P' | 'X' | '^' | '_' | 'k' => State::String,
            '(' | ')' | '*' | '+' | '#' => State::Set,
            '\u{1b}' => State::Escape,
            'D' | 'E' | 'M' | '8' | 'c' => {
                self.line_ends(give);
                State::Text
            }
            _ => State::Text,
        }
    }

    fn sequence(&mut self, one: char, give: &mut impl FnMut(Written<'_>)) -> State {
        match one {
            '\u{1b}' => return State::Escape,
            '\u{18}' | '\u{1a}' => return State::Text,
            'C' | 'G' | '`' | 'a' => self.blank(give),
            'A' | 'B' | 'E' | 'F' | 'H' | 'f' | 'd' | 'e' | 'J' | 'u' => self.line_ends(give),
            '@'..='~' => {}
            _ => return State::Sequence,
        }
        State::Text
    }

    fn longest(&self) -> usize {
        LONGEST.max(self.overlap.saturating_mul(4))
    }

    /// Gives a piece of a line that is too long, and keeps its end.
    fn cut_long(&mut self, give: &mut impl FnMut(Written<'_>)) {
        if self.line.len() < self.longest() {
            return;
        }
        let mut kept = self.line.len().saturating_sub(self.overlap);
        while !self.line.is_char_boundary(kept) {
            kept -= 1;
        }
        let piece = match self.begins {
            Begins::Here => Piece::Beginning,
            Begins::Before => Piece::Middle,
        };
        self.give(kept, piece, give);
        let run = self.runs.partition_point(|(first, _)| *first <= kept);
        self.runs.drain(..run.saturating_sub(1));
        for (first, came) in &mut self.runs {
            *came += kept.saturating_sub(*first) as u64;
            *first = first.saturating_sub(kept);
        }
        self.line.drain(..kept);
        self.begins = Begins::Before;
    }

    fn line_ends(&mut self, give: &mut impl FnMut(Written<'_>)) {
        let piece = match self.begins {
            Begins::Here => Piece::Whole,
            Begins::Before => Piece::End,
        };
        self.give(self.line.len(), piece, give);
        self.line.clear();
        self.runs.clear();
        self.begins = Begins::Here;
    }

    fn give(&self, fresh: usize, piece: Piece, give: &mut impl FnMut(Written<'_>)) {
        let text = self.line.trim();
        if text.is_empty() {
            return;
        }
        let off = self.line.len() - self.line.trim_start().len();
        give(Written {
            text,
            off,
            runs: &self.runs,
            fresh: match piece {
                Piece::Whole | Piece::End => usize::MAX,
                Piece::Beginning | Piece::Middle => fresh.saturating_sub(off),
            },
            piece,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&str]) -> Vec<String> {
        let (mut plain, mut lines) = (Plain::for_texts_of(100), Vec::new());
        for piece in pieces {
            plain.feed(piece, |line| lines.push(line.text().to_owned()));
        }
        plain.end(|line| lines.push(line.text().to_owned()));
        lines
    }

    #[test]
    fn sequences_are_left_out_and_words_between_them_stay_together() {
        assert_eq!(
            lines(&["\u{1b}[1;31mre", "d\u{1b}[0m one\r\n", "two"]),
            ["red one", "two"]
        );
        assert_eq!(
            lines(&["a\u{1b}]0;title\u{7}b\u{1b}", "[3", "1mc\u{1b}(Bd"]),
            ["abcd"]
        );
        assert_eq!(lines(&["x\u{1b}P1;2\u{1b}\\y"]), ["xy"]);
    }

    #[test]
    fn a_cursor_that_goes_elsewhere_ends_the_line() {
        assert_eq!(
            lines(&["top\u{1b}[5;1Hbottom\rover\u{1b}[4Cright"]),
            ["top", "bottom", "over right"]
        );
    }

    #[test]
    fn a_text_is_found_once_wherever_a_long_line_is_cut() {
        for before in LONGEST - 120..LONGEST + 20 {
            let output = format!(
                "{}\u{1b}[1mNEE\u{1b}[mDLE{}\n",
                "宽a".repeat(before / 4),
                "z".repeat(before)
            );
            let (mut plain, mut found) = (Plain::for_texts_of(100), Vec::new());
            let mut take = |line: Written<'_>| {
                if let Some(at) = line.text().find("NEEDLE")
                    && !line.is_left_to_the_next(at)
                {
                    found.push(line.came(at + 6));
                }
            };
            let cut = (before..)
                .find(|at| output.is_char_boundary(*at))
                .unwrap_or(0);
            plain.feed(&output[..cut], &mut take);
            plain.feed(&output[cut..], &mut take);
            plain.end(&mut take);
            let end = output.find("DLE").map(|at| at as u64 + 3);
            assert_eq!(found, Vec::from_iter(end), "{before}");
        }
    }

    #[test]
    fn a_line_knows_how_much_had_come_when_it_was_written() {
        let (mut plain, mut seen) = (Plain::for_texts_of(10), Vec::new());
        let output = "\u{1b}[2J  re\u{1b}[1md\tone\u{1b}[2Cx\u{1b}[2Jafter";
        let came = |text: &str| output.find(text).map_or(0, |at| (at + text.len()) as u64);
        plain.feed(output, |line| {
            assert_eq!(line.text(), "red one x");
            seen = (1..=9).map(|bytes| line.came(bytes)).collect();
        });
        let one = came("one");
        assert_eq!(
            seen,
            [
                came("  r"),
                came("re"),
                came("1md"),
                came("\t"),
                one - 2,
                one - 1,
                one,
                one + 4,
                one + 5
            ]
        );
    }
}
