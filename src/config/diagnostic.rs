//! What is wrong with a file, and where. One form for every file a person writes:
//!
//! ```text
//! themes/dusk.toml:2:15: not a colour
//!   pane = { fg = "rde" }
//!                 ^ write a palette name, an ANSI name, or "#rrggbb"
//! ```
//!
//! It never reads a file: the line it shows is the one that was parsed.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::model::{Fault, Untrusted};

/// The widest source line that is shown whole, in columns; a wider one is cut around the caret.
const WIDEST: usize = 100;

/// The longest sentence, in characters: what a file calls itself may have any length.
const LONGEST: usize = 400;

/// A value, where the text has no error, and everything that was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// `None` as soon as one diagnostic is an error: the caller keeps what it had.
    pub value: Option<T>,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file is used; this part of it is not, or not as meant.
    Warning,
    /// The file is not used.
    Error,
}

/// One thing that is wrong, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as the caller named it.
    pub path: String,
    /// Whether the file is used all the same.
    pub severity: Severity,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong: lower case, no full stop.
    pub what: String,
    /// The line as it can be shown: nothing invisible in it, and cut around the caret where it is wide.
    pub source_line: String,
    /// Below which terminal column of `source_line` the caret stands, from 0.
    pub caret: u32,
    /// How wide the wrong part is, in terminal columns, at least 1. The printed form marks only its start.
    pub caret_len: u32,
    /// What to do about it.
    pub hint: String,
}

impl<T> Parsed<T> {
    /// Whether nothing at all was found.
    pub fn is_clean(&self) -> bool {
        self.value.is_some() && self.diagnostics.is_empty()
    }

    /// The same findings with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed {
            value: self.value.map(change),
            diagnostics: self.diagnostics,
        }
    }
}

impl Diagnostic {
    /// A diagnostic about the bytes `span` of `text`.
    pub fn at(
        (path, text): (&str, &str),
        span: Range<usize>,
        severity: Severity,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let start = floor(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let marked = &text[start..floor(text, span.end).clamp(start, line_end)];
        let after = text[start..line_end].trim_end_matches('\r');
        let (source_line, caret) = excerpt(&text[line_start..start], after);
        Self {
            path: path.to_owned(),
            severity,
            line: count(text[..start].matches('\n').count()) + 1,
            column: count(text[line_start..start].chars().count()) + 1,
            what: visible(&what.into()),
            source_line,
            caret: count(caret),
            caret_len: count(width(marked.trim_end())).max(1),
            hint: visible(&hint.into()),
        }
    }

    /// Whether the file is not used because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The first line of the printed form: place and sentence.
    pub fn headline(&self) -> String {
        let Self {
            path,
            line,
            column,
            what,
            ..
        } = self;
        let path = visible(path);
        let word = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        format!("{path}:{line}:{column}: {word}{what}")
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caret = self.caret as usize;
        writeln!(f, "{}", self.headline())?;
        writeln!(f, "  {}", self.source_line.trim_end())?;
        write!(f, "  {:caret$}^ {}", "", self.hint)
    }
}

impl std::error::Error for Diagnostic {}

impl From<Diagnostic> for Fault {
    fn from(one: Diagnostic) -> Self {
        Self {
            path: one.path,
            line: one.line,
            column: one.column,
            what: one.what,
            hint: one.hint,
        }
    }
}

/// A line as it can be shown, with the column (from 0) of the caret below its part `after`.
fn excerpt(before: &str, after: &str) -> (String, usize) {
    let is_wide = before.len() + after.len() > WIDEST;
    let back = if is_wide { WIDEST / 2 } else { WIDEST };
    let from = before
        .char_indices()
        .rev()
        .nth(back - 1)
        .map_or(0, |(at, _)| at);
    let mut line = String::from(if from > 0 { "…" } else { "" });
    for one in before[from..].chars() {
        push_visible(&mut line, one);
    }
    let caret = width(&line);
    let mut room = WIDEST.saturating_sub(caret).max(WIDEST / 4);
    for one in after.chars() {
        if room == 0 {
            line.push('…');
            break;
        }
        let start = line.len();
        push_visible(&mut line, one);
        room = room.saturating_sub(width(&line[start..]));
    }
    (line, caret)
}

/// A tab is one column; what cannot be seen is shown as what it is.
fn push_visible(line: &mut String, one: char) {
    match one {
        '\t' => line.push(' '),
        _ if UnicodeWidthChar::width(one).unwrap_or(0) == 0 => {
            line.push_str(&Untrusted::new(one).shown());
        }
        _ => line.push(one),
    }
}

/// One line, with nothing in it that cannot be seen: names in it may come from anybody's file.
fn visible(text: &str) -> String {
    let mut line = String::new();
    for one in text.chars().take(LONGEST) {
        push_visible(&mut line, one);
    }
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

fn width(text: &str) -> usize {
    text.chars()
        .map(|one| UnicodeWidthChar::width(one).unwrap_or(1))
        .sum()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn at(text: &str, part: &str) -> Diagnostic {
        let start = text.find(part).unwrap();
        let span = start..start + part.len();
        Diagnostic::at(("a.toml", text), span, Severity::Error, "wrong", "right it")
    }

    #[test]
    fn the_caret_stands_below_the_first_wrong_character() {
        let one = at("x\n  né = 東東 bad\n", "bad");
        assert_eq!((one.line, one.column, one.caret_len), (2, 11, 3));
        assert_eq!(
            one.to_string(),
            "a.toml:2:11: wrong\n    né = 東東 bad\n              ^ right it"
        );
    }

    #[test]
    fn tabs_and_invisible_characters_do_not_move_the_caret() {
        let one = at("\ta\u{200b} = bad\r\n", "bad");
        let shown = one.to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let column = |line: &str, of: &str| width(line.split(of).next().unwrap());
        assert_eq!(column(lines[1], "bad"), column(lines[2], "^"), "{shown}");
        assert!(!shown.contains(['\t', '\r', '\u{200b}']));
    }

    #[test]
    fn a_line_that_is_too_wide_is_cut_around_the_caret() {
        let text = format!("{}bad{}", "a".repeat(500), "b".repeat(500));
        let shown = at(&text, "bad").to_string();
        let lines: Vec<Vec<char>> = shown.lines().map(|line| line.chars().collect()).collect();
        assert!(lines[1].len() <= WIDEST + 4);
        let caret = lines[2].iter().position(|one| *one == '^').unwrap();
        assert_eq!(lines[1][caret..caret + 3], ['b', 'a', 'd']);
        assert_eq!(lines[1].first(), Some(&' '));
    }

    #[test]
    fn the_end_of_a_file_is_a_place_too() {
        let one = Diagnostic::at(("a", "x ="), 3..9, Severity::Warning, "w", "h");
        assert_eq!(one.to_string(), "a:1:4: warning: w\n  x =\n     ^ h");
        let empty = Diagnostic::at(("a", ""), 0..0, Severity::Error, "w", "h");
        assert_eq!((empty.line, empty.column, empty.caret_len), (1, 1, 1));
    }

    #[test]
    fn what_a_file_says_of_itself_cannot_reach_the_terminal() {
        let one = Diagnostic::at(
            ("a\u{1b}", "x"),
            0..1,
            Severity::Error,
            "no `\u{1b}[2J`",
            "\u{202e}\n",
        );
        assert!(!one.to_string().contains(['\u{1b}', '\u{202e}']));
        assert_eq!(one.to_string().lines().count(), 3);
        let long = Diagnostic::at(("a", "x"), 0..1, Severity::Error, "x".repeat(9_000), "h");
        assert_eq!(long.what.chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_fault_keeps_place_and_hint() {
        let fault = Fault::from(at("x = bad", "bad"));
        assert_eq!((fault.line, fault.column), (1, 5));
        assert_eq!(
            (fault.what.as_str(), fault.hint.as_str()),
            ("wrong", "right it")
        );
    }
}
