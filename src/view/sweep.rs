//! The last pass over a picture before it goes out: no cell holds anything that could move, hide,
//! reorder or reprogram the terminal. It never draws and knows nothing of the desk.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

use super::emoji::{self, Emoji};
use super::link;
use crate::terminal::Link;

/// What stands for a character that may not go out.
pub const INSTEAD: char = '\u{fffd}';

/// The most marks (accents and the like) that one cell keeps.
pub const MARKS: usize = 4;

/// What a character does to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It takes one column.
    Narrow,
    /// It takes two.
    Wide,
    /// It is put over the character before it.
    Mark,
    /// It does something that cannot be seen; it may not go out.
    Forbidden,
}

/// What a character does to a terminal. Whatever is invisible, or changes how its neighbours are
/// shown, is forbidden: controls, bidi and zero-width characters, tags, variation selectors, fillers.
pub fn kind(c: char) -> Kind {
    match c {
        ' '..='~' => Kind::Narrow,
        '\u{ff9e}' | '\u{ff9f}' => Kind::Narrow,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' => Kind::Forbidden,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Kind::Forbidden,
        '\u{17b4}' | '\u{17b5}' | '\u{200b}'..='\u{200f}' => Kind::Forbidden,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => Kind::Forbidden,
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' => Kind::Forbidden,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}' => Kind::Forbidden,
        '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' => Kind::Forbidden,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => Kind::Forbidden,
        '\u{e0000}'..='\u{e0fff}' => Kind::Forbidden,
        _ => match c.width() {
            None => Kind::Forbidden,
            Some(0) => Kind::Mark,
            Some(1) => Kind::Narrow,
            Some(_) => Kind::Wide,
        },
    }
}

/// Makes every cell of a picture fit to go out. Plain characters cost one comparison a cell.
pub fn sweep(buf: &mut Buffer) {
    let width = usize::from(buf.area.width);
    if width == 0 {
        return;
    }
    for row in buf.content.chunks_mut(width) {
        sweep_row(row);
    }
}

/// The same for an area one row high.
pub fn sweep_line(buf: &mut Buffer, line: Rect) {
    let line = line.intersection(buf.area);
    if line.is_empty() {
        return;
    }
    let start = buf.index_of(line.x, line.y);
    if let Some(row) = buf.content.get_mut(start..start + usize::from(line.width)) {
        sweep_row(row);
    }
}

fn sweep_row(row: &mut [Cell]) {
    let mut at = 0;
    while at < row.len() {
        let room = row.len() - at;
        let wide = !is_plain(row[at].symbol()) && clean(&mut row[at], room) == Kind::Wide;
        if !wide {
            at += 1;
            continue;
        }
        // half of a wide character is worse than none
        match row.get_mut(at + 1) {
            Some(next) if next.symbol() == " " || next.symbol().is_empty() => {
                next.set_symbol(" ");
                at += 2;
            }
            Some(_) | None => {
                row[at].set_symbol(" ");
                row[at].set_diff_option(CellDiffOption::None);
                at += 1;
            }
        }
    }
}

/// Whether it is one character of those that take one column in every terminal: ASCII, and what frames are made of
/// (U+2500 to U+259F).
pub fn is_plain(symbol: &str) -> bool {
    matches!(
        symbol.as_bytes(),
        [b' '..=b'~'] | [0xe2, 0x94 | 0x95, _] | [0xe2, 0x96, 0x80..=0x9f]
    )
}

/// Reduces a cell to what may go out, and says whether it takes one column or two. From it to the end of its row
/// there is so much `room`, in columns.
fn clean(cell: &mut Cell, room: usize) -> Kind {
    let (letter, Some(uri)) = link::parts(cell) else {
        return clean_letter(cell, room);
    };
    let (letter, leads) = (letter.to_owned(), Link::new(uri));
    cell.set_symbol(&letter);
    let base = clean_letter(cell, room);
    if let Some(leads) = leads {
        link::attach(cell, &leads);
        let columns = if base == Kind::Wide { 2 } else { 1 };
        if let Some(width) = NonZeroU16::new(columns) {
            cell.set_diff_option(CellDiffOption::ForcedWidth(width));
        }
    }
    base
}

fn clean_letter(cell: &mut Cell, room: usize) -> Kind {
    let symbol = cell.symbol();
    // One that could be drawn beyond the end of the row would break the next.
    if Emoji::whole(symbol).is_some_and(|emoji| usize::from(emoji.apart) <= room)
        && symbol.cell_width() == emoji::COLUMNS
    {
        if let Some(width) = NonZeroU16::new(emoji::COLUMNS) {
            cell.set_diff_option(CellDiffOption::ForcedWidth(width));
        }
        return Kind::Wide;
    }
    let mut chars = symbol.chars();
    let Some(first) = chars.next() else {
        cell.set_symbol(" ");
        return Kind::Narrow;
    };
    let base = kind(first);
    let columns = match base {
        Kind::Narrow => 1,
        Kind::Wide => 2,
        Kind::Mark | Kind::Forbidden => {
            cell.set_char(INSTEAD);
            return Kind::Narrow;
        }
    };
    let marks = chars.clone().count();
    let fits = marks <= MARKS && chars.all(|c| kind(c) == Kind::Mark);
    if marks > 0 && !(fits && symbol.cell_width() == columns) {
        cell.set_char(first);
    }
    if let (true, Some(width)) = (
        cell.symbol().cell_width() != columns,
        NonZeroU16::new(columns),
    ) {
        cell.set_diff_option(CellDiffOption::ForcedWidth(width));
    }
    base
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    fn swept(symbols: &[&str]) -> Vec<String> {
        let cells = swept_cells(symbols);
        cells.iter().map(|cell| cell.symbol().to_owned()).collect()
    }

    fn swept_cells(symbols: &[&str]) -> Vec<Cell> {
        let mut buf = Buffer::empty(Rect::new(0, 0, symbols.len() as u16, 1));
        for (cell, symbol) in buf.content.iter_mut().zip(symbols) {
            cell.set_symbol(symbol);
        }
        sweep(&mut buf);
        buf.content
    }

    #[test]
    fn what_could_move_hide_or_reorder_is_replaced() {
        let hostile = [
            "\u{1b}",
            "\n",
            "\u{7f}",
            "\u{9b}",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{200d}",
            "\u{feff}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{3164}",
            "\u{301}",
        ];
        for symbol in hostile {
            assert_eq!(swept(&[symbol]), ["\u{fffd}"], "{symbol:?}");
        }
    }

    #[test]
    fn letters_accents_and_wide_characters_stay() {
        let kept = ["a", "é", "e\u{301}", "宽", " ", "●", "한", " "];
        assert_eq!(swept(&kept), kept);
    }

    #[test]
    fn a_cluster_that_is_not_base_and_marks_is_cut_to_its_first_character() {
        assert_eq!(swept(&["宽\u{200d}👧", " "]), ["宽", " "]);
        assert_eq!(swept(&["ab"]), ["a"]);
        assert_eq!(swept(&["a\u{1b}[2J"]), ["a"]);
        let zalgo = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(swept(&[&zalgo]), ["a"]);
    }

    #[test]
    fn an_emoji_of_several_characters_stays_where_it_could_be_drawn_apart() {
        let row = ["👩\u{200d}👧", " ", "a", "b", "c"];
        assert_eq!(swept(&row), row);
        assert_eq!(swept(&row[..4]), ["👩", " ", "a", "b"]);
        assert_eq!(swept(&["❤\u{fe0f}", "a", "b"]), [" ", "a", "b"]);
    }

    #[test]
    fn half_of_a_wide_character_is_a_blank() {
        assert_eq!(swept(&["a", "宽"]), ["a", " "]);
        assert_eq!(swept(&["宽", "│"]), [" ", "│"]);
    }

    #[test]
    fn a_mark_that_stands_alone_in_some_terminals_takes_the_column_it_is_given() {
        let cells = swept_cells(&["\u{ff9e}", "a"]);
        assert_eq!(cells[0].cell_width(), 1);
    }

    proptest! {
        #[test]
        fn after_a_sweep_widths_add_up_and_nothing_forbidden_is_left(
            symbols in proptest::collection::vec("\\PC{0,3}|.{0,2}|[\u{0}-\u{ff}]|[👩❤🏽🇩\u{200d}\u{fe0f}1\u{20e3} ]{1,5}", 1..40)
        ) {
            let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
            let out = swept_cells(&symbols);
            let mut at = 0;
            while at < out.len() {
                let width = usize::from(out[at].cell_width());
                prop_assert!(width == 1 || width == 2, "{:?}", out[at]);
                prop_assert!(at + width <= out.len());
                let symbol = out[at].symbol();
                let plain = symbol.chars().all(|c| kind(c) != Kind::Forbidden);
                prop_assert!(plain || Emoji::whole(symbol).is_some(), "{symbol:?}");
                prop_assert!(out[at + 1..at + width].iter().all(|next| next.symbol() == " "));
                at += width;
            }
        }
    }

    #[test]
    fn only_what_may_be_a_link_is_left_beside_a_letter() {
        let swept = swept(&[
            "a\u{1f}https://x",
            "b\u{1f}javascript:1",
            "c\u{1f}https://x\u{1b}[2J",
            "\u{202e}\u{1f}https://x",
            "d\u{1f}https://x\u{1f}y",
            "\u{1f}",
            "宽\u{1f}https://x",
            " ",
        ]);
        let expected = [
            "a\u{1f}https://x",
            "b",
            "c",
            "\u{fffd}\u{1f}https://x",
            "d",
            "\u{fffd}",
            "宽\u{1f}https://x",
            " ",
        ];
        assert_eq!(swept, expected);
    }

    #[test]
    fn a_cell_that_leads_somewhere_takes_the_columns_of_its_letter() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 1));
        for (x, symbol) in ["a\u{1f}https://x", "宽\u{1f}https://x", " ", "b"]
            .into_iter()
            .enumerate()
        {
            buf[(x as u16, 0)].set_symbol(symbol);
        }
        sweep(&mut buf);
        let blank = Buffer::empty(buf.area);
        let drawn: Vec<u16> = blank.diff_iter(&buf).map(|(x, _, _)| x).collect();
        assert_eq!(drawn, [0, 1, 3]);
    }
}
