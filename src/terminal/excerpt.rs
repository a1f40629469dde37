//! What is told of a line in which a text was found: all of a short one, else what stands around the text.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Which part of a line stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Piece {
    /// All of it.
    #[default]
    Whole,
    /// More of it follows.
    Beginning,
    /// More of it comes before and follows.
    Middle,
    /// More of it comes before.
    End,
}

impl Piece {
    /// Less of a part: whether this range of `length` bytes leaves out what comes before or what follows.
    fn narrowed(self, part: &Range<usize>, length: usize) -> Self {
        let begins = part.start == 0 && matches!(self, Piece::Whole | Piece::Beginning);
        let ends = part.end == length && matches!(self, Piece::Whole | Piece::End);
        match (begins, ends) {
            (true, true) => Piece::Whole,
            (true, false) => Piece::Beginning,
            (false, false) => Piece::Middle,
            (false, true) => Piece::End,
        }
    }

    /// The text with a mark where it is cut.
    pub fn marked(self, text: &str) -> String {
        match self {
            Piece::Whole => text.to_owned(),
            Piece::Beginning => format!("{text}…"),
            Piece::Middle => format!("…{text}…"),
            Piece::End => format!("…{text}"),
        }
    }
}

/// How many characters may stand before what was found, so that it is in sight where the end is cut too, and how many
/// are left of more.
const BEFORE: usize = 40;
const LEFT: usize = 20;

/// At most so many characters of a line that hold what was found at this byte of it, or its beginning. `piece` says
/// which part of the whole line this is.
pub fn excerpt(line: &str, piece: Piece, found: usize, most: usize) -> (&str, Piece) {
    let back = |from: usize, characters: usize| {
        let mut before = line[..from].char_indices().rev();
        before.nth(characters - 1).map_or(0, |(at, _)| at)
    };
    let start = match back(found, BEFORE) {
        0 => 0,
        _ => back(found, LEFT),
    };
    let mut rest = line[start..].char_indices();
    let end = rest.nth(most).map_or(line.len(), |(at, _)| start + at);
    let part = start..end;
    (&line[part.clone()], piece.narrowed(&part, line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str, text: &str, most: usize) -> String {
        let at = line.find(text).unwrap_or(0);
        let (part, piece) = excerpt(line, Piece::Whole, at, most);
        piece.marked(part)
    }

    #[test]
    fn a_short_line_is_told_whole() {
        assert_eq!(told("one needle", "needle", 300), "one needle");
        assert_eq!(told("", "", 300), "");
    }

    #[test]
    fn a_long_line_is_cut_around_what_was_found() {
        let line = format!("{}needle{}", "宽".repeat(1_000), "b".repeat(1_000));
        let told = told(&line, "needle", 30);
        assert_eq!(told, format!("…{}needlebbbb…", "宽".repeat(20)));
        let end = format!("{}needle", "宽".repeat(1_000));
        assert_eq!(
            self::told(&end, "needle", 30),
            format!("…{}needle", "宽".repeat(20))
        );
        assert_eq!(self::told("needles and pins", "needle", 7), "needles…");
    }
}
