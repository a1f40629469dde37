//! The characters a terminal has. The console of Linux has one small font: what it lacks would be a box of its own,
//! all the same, so something like it stands there instead. Knows characters, one cell at a time.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;

/// What a terminal draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Whatever there is.
    All,
    /// The 256 of code page 437, which is what console fonts have in common.
    Console,
}

/// What console fonts have beyond ASCII; letters with accents pass, as each font has those of its country.
const CONSOLE: &str = "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀■∙√•○♦►◄▲▼↑↓→←↔‼♪";

impl Glyphs {
    /// Those of a terminal that calls itself so (`TERM`).
    pub fn of(term: &str) -> Self {
        match term {
            "linux" | "linux-16color" | "cons25" => Self::Console,
            _ => Self::All,
        }
    }

    /// A cell's letter as this terminal draws it, as wide as it was.
    pub fn spell(self, letter: &str) -> Cow<'_, str> {
        if self == Self::All || letter.is_ascii() {
            return Cow::Borrowed(letter);
        }
        let Some(first) = letter.chars().next() else {
            return Cow::Borrowed(letter);
        };
        if letter.cell_width() > 1 {
            return Cow::Borrowed("??");
        }
        match like(first) {
            Some(other) => Cow::Owned(other.to_string()),
            None => Cow::Owned(first.to_string()),
        }
    }
}

/// What stands for a character that the console lacks.
fn like(c: char) -> Option<char> {
    Some(match c {
        c if (c < '\u{250}' && c != '×') || CONSOLE.contains(c) => return None,
        '╭' | '┏' | '┍' | '┎' => '┌',
        '╮' | '┓' | '┑' | '┒' => '┐',
        '╰' | '┗' | '┕' | '┖' => '└',
        '╯' | '┛' | '┙' | '┚' => '┘',
        '━' | '╌' | '╍' | '┄' | '┅' | '┈' | '┉' | '╴' | '╶' | '╸'..='╺' | '‾' | '–' | '—' => {
            '─'
        }
        '┃' | '╎' | '╏' | '┆' | '┇' | '┊' | '┋' | '╵' | '╷' | '╻' | '╽' | '⎿' | '⎸' => {
            '│'
        }
        '┝'..='┣' => '├',
        '┥'..='┫' => '┤',
        '┭'..='┳' => '┬',
        '┵'..='┻' => '┴',
        '┽'..='╋' => '┼',
        '▁' | '▂' => '_',
        '▃'..='▆' => '▄',
        '▇' | '▙'..='▜' | '▞' | '▟' | '◼' => '█',
        '▉'..='▏' => '▌',
        '▔' => '▀',
        '▕' => '▐',
        '▖' | '▗' => '▄',
        '▘' | '▝' => '▀',
        '◆' | '◇' => '♦',
        '●' | '◉' | '⏺' | '‧' | '⋅' => '•',
        '◌' | '◐'..='◕' | '◦' => '○',
        '□' | '▪' | '▫' | '◻' => '■',
        '▸' | '▶' | '❯' | '➜' | '➤' | '›' => '►',
        '◂' | '◀' | '❮' | '‹' => '◄',
        '▴' | '△' | '⇧' => '▲',
        '▾' | '▽' => '▼',
        '✓' | '✔' => '√',
        '✗' | '✘' | '✕' | '×' => 'x',
        '…' | '⋯' => '~',
        '−' => '-',
        '‖' => '║',
        '⚠' => '!',
        '⟨' | '‘' | '’' => '\'',
        '⟩' => '\'',
        '“' | '”' => '"',
        '↪' | '↗' => '→',
        '↩' | '⏎' | '↙' => '←',
        '\u{2800}'..='\u{28ff}' | '✶' | '✦' | '✻' | '✽' | '✢' | '✎' => '*',
        _ => '?',
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_console_gets_characters_it_has_each_as_wide_as_what_it_stands_for() {
        let all = (0x80..0x1_f800)
            .filter_map(char::from_u32)
            .filter(|c| !c.is_control());
        for c in all {
            let letter = c.to_string();
            let spelled = Glyphs::Console.spell(&letter);
            let fits = |c: char| c.is_ascii() || c < '\u{250}' || CONSOLE.contains(c);
            assert!(spelled.chars().all(fits), "{c:?} {spelled:?}");
            if letter.cell_width() > 0 {
                assert_eq!(spelled.cell_width(), letter.cell_width().min(2), "{c:?}");
            }
        }
        assert_eq!(Glyphs::Console.spell("👩\u{200d}👧"), "??");
        assert_eq!(Glyphs::Console.spell("e\u{301}"), "e");
    }

    #[test]
    fn any_other_terminal_gets_what_was_meant() {
        for letter in ["a", "╭", "👩\u{200d}👧", "宽"] {
            assert_eq!(Glyphs::of("xterm-256color").spell(letter), letter);
        }
        assert_eq!(Glyphs::of("linux"), Glyphs::Console);
    }
}
