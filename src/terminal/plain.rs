//! A program's output as lines of plain text, for searching: sequences are left out, and whatever moves
//! the cursor elsewhere ends a line. What was drawn over is there too.

/// The longest line, in bytes; what follows begins another.
const LONGEST: usize = 2_000;

/// Makes lines of output.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    state: State,
    line: String,
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

impl Plain {
    /// Takes output and gives each line that ended in it.
    pub fn feed(&mut self, output: &str, mut give: impl FnMut(&str)) {
        for one in output.chars() {
            self.state = match self.state {
                State::Text => self.text(one, &mut give),
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
        }
    }

    /// Gives what stands in the line that has not ended.
    pub fn end(&mut self, mut give: impl FnMut(&str)) {
        self.line_ends(&mut give);
    }

    fn text(&mut self, one: char, give: &mut impl FnMut(&str)) -> State {
        match one {
            '\u{1b}' => return State::Escape,
            '\n' | '\r' | '\u{b}' | '\u{c}' => self.line_ends(give),
            '\t' => self.line.push(' '),
            control if control.is_control() => {}
            text => self.line.push(text),
        }
        if self.line.len() >= LONGEST {
            self.line_ends(give);
        }
        State::Text
    }

    fn escape(&mut self, one: char, give: &mut impl FnMut(&str)) -> State {
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

    fn sequence(&mut self, one: char, give: &mut impl FnMut(&str)) -> State {
        match one {
            '\u{1b}' => return State::Escape,
            '\u{18}' | '\u{1a}' => return State::Text,
            'C' | 'G' | '`' | 'a' => self.line.push(' '),
            'A' | 'B' | 'E' | 'F' | 'H' | 'f' | 'd' | 'e' | 'J' | 'u' => self.line_ends(give),
            '@'..='~' => {}
            _ => return State::Sequence,
        }
        State::Text
    }

    fn line_ends(&mut self, give: &mut impl FnMut(&str)) {
        if !self.line.trim().is_empty() {
            give(self.line.trim());
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&str]) -> Vec<String> {
        let (mut plain, mut lines) = (Plain::default(), Vec::new());
        for piece in pieces {
            plain.feed(piece, |line| lines.push(line.to_owned()));
        }
        plain.end(|line| lines.push(line.to_owned()));
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
}
