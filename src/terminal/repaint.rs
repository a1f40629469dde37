//! A screen written as the bytes that make it again on an empty one: its rows, what lies beneath the
//! alternate screen, cursor, modes, margins, and the piece of a sequence that has not ended yet.
//! Left out: tab stops, a shift to the second character set, and the history. An emoji that is wide only by its
//! variation selector and was cut to one column comes back wide, or as a blank.

use super::cell::{Attrs, Color, Size, Style, Underline};
use super::grid::{Cursor, Visibility};
use super::link::Link;
use super::row::{Cell, Row};
use std::io::Write as _;

/// Rows on their way to being bytes.
#[derive(Debug, Default)]
pub(super) struct Brush {
    out: Vec<u8>,
    pen: Style,
    link: Option<Link>,
}

impl Brush {
    /// Begins with a full reset.
    pub fn new() -> Self {
        let mut brush = Brush::default();
        brush.raw(b"\x1bc");
        brush
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// One control sequence, from its numbers on.
    pub fn csi(&mut self, rest: std::fmt::Arguments<'_>) {
        self.raw(b"\x1b[");
        // A vector takes everything.
        let _never_fails = self.out.write_fmt(rest);
    }

    /// The title, without what would end it.
    pub fn title(&mut self, title: &str) {
        if !title.is_empty() {
            let title: String = title.chars().filter(|one| !one.is_control()).collect();
            self.raw(b"\x1b]2;");
            self.raw(title.as_bytes());
            self.raw(b"\x07");
        }
    }

    /// All rows of a screen, each from its left edge; lines that go on in the next row stay joined.
    pub fn rows(&mut self, rows: &[Row], size: Size) {
        self.pen(Style::default());
        for at in 1..=rows.len() {
            self.csi(format_args!("{at};1H"));
            self.raw(b"\x1b[2K");
        }
        let mut joined = false;
        for (at, row) in rows.iter().enumerate() {
            if !joined {
                self.csi(format_args!("{};1H", at + 1));
            }
            self.row(row, size);
            joined = rows
                .get(at + 1)
                .is_some_and(|next| goes_on(row, next, size));
        }
    }

    fn row(&mut self, row: &Row, size: Size) {
        let mut col = 0;
        for cell in row.cells() {
            self.cell(&cell);
            col += u16::from(cell.width);
            // What is more than a byte may count differently once its neighbours are there.
            if !cell.text.is_ascii() && col < size.cols {
                self.csi(format_args!("{}G", col + 1));
            }
        }
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        self.pen(cell.style);
        self.lead(cell.link);
        self.raw(cell.text.as_bytes());
    }

    /// The cursor's place. `pending` is the row whose last cell was just written, so that the next
    /// character begins a new line.
    pub fn place(&mut self, cursor: Cursor, pending: Option<&Row>) {
        let row = cursor.row + 1;
        self.csi(format_args!("{row};{}H", cursor.col + 1));
        let Some(full) = pending else {
            return;
        };
        let blank = Cell {
            text: " ",
            width: 1,
            style: Style::default(),
            link: None,
        };
        let written = full.columns() > usize::from(cursor.col);
        let last = full.cells().last().filter(|_| written).unwrap_or(blank);
        if last.width == 2 {
            self.csi(format_args!("{row};{}H", cursor.col.max(1)));
        }
        self.cell(&last);
    }

    /// Whether the cursor is shown, and that the pen is as given and leads there.
    pub fn finish(
        mut self,
        cursor: Cursor,
        pen: Style,
        link: Option<&Link>,
        rest: &[u8],
    ) -> Vec<u8> {
        if cursor.visibility == Visibility::Hidden {
            self.raw(b"\x1b[?25l");
        }
        self.pen(pen);
        self.lead(link);
        self.raw(rest);
        self.out
    }

    fn lead(&mut self, link: Option<&Link>) {
        if self.link.as_ref() != link {
            self.link = link.cloned();
            self.raw(b"\x1b]8;;");
            self.raw(link.map_or("", Link::uri).as_bytes());
            self.raw(b"\x1b\\");
        }
    }

    /// What is written from here on looks so.
    pub fn pen(&mut self, style: Style) {
        if style == self.pen {
            return;
        }
        self.pen = style;
        let mut codes = "0".to_owned();
        for (attr, code) in [
            (Attrs::BOLD, ";1"),
            (Attrs::DIM, ";2"),
            (Attrs::ITALIC, ";3"),
            (Attrs::BLINK, ";5"),
            (Attrs::REVERSE, ";7"),
            (Attrs::HIDDEN, ";8"),
            (Attrs::STRIKE, ";9"),
        ] {
            if style.attrs.contains(attr) {
                codes.push_str(code);
            }
        }
        codes.push_str(match style.underline {
            Underline::None => "",
            Underline::Single => ";4",
            Underline::Double => ";4:2",
            Underline::Curly => ";4:3",
            Underline::Dotted => ";4:4",
            Underline::Dashed => ";4:5",
        });
        codes.push_str(&colour(style.fg, 38));
        codes.push_str(&colour(style.bg, 48));
        codes.push_str(&colour(style.underline_color, 58));
        self.csi(format_args!("{codes}m"));
    }
}

fn colour(color: Color, kind: u8) -> String {
    match color {
        Color::Default => String::new(),
        Color::Indexed(n) if n < 8 && kind < 58 => format!(";{}", kind - 8 + n),
        Color::Indexed(n) if n < 16 && kind < 58 => format!(";{}", kind + 52 + n - 8),
        Color::Indexed(n) => format!(";{kind};5;{n}"),
        Color::Rgb(r, g, b) => format!(";{kind};2;{r};{g};{b}"),
    }
}

/// Whether writing on after this row begins the next one by itself.
fn goes_on(row: &Row, next: &Row, size: Size) -> bool {
    if row.wrap() == super::row::Wrap::Ends {
        return false;
    }
    let cols = usize::from(size.cols);
    let wide = next.cells().next().map(|cell| cell.width == 2);
    match wide {
        Some(wide) => row.columns() == cols || (wide && row.columns() + 1 == cols),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::super::pieces::pieces;
    use super::super::{Limits, Screen};
    use super::*;
    use proptest::prelude::*;

    const SIZE: Size = Size { cols: 12, rows: 5 };

    fn fed(bytes: &[u8]) -> Screen {
        let mut screen = Screen::new(SIZE, Limits::default());
        screen.feed(bytes).unwrap();
        screen
    }

    /// A cell: its text, columns, style and where it leads.
    type Seen = (String, u8, Style, Option<Link>);

    /// Everything that can be seen.
    fn seen(screen: &Screen) -> (Vec<Vec<Seen>>, Cursor, super::super::Modes, String) {
        let rows = screen.rows(0..u16::MAX).iter().map(cells).collect();
        (
            rows,
            screen.cursor(),
            screen.modes(),
            screen.title().to_owned(),
        )
    }

    /// A row without the blanks at its end.
    fn cells(row: &Row) -> Vec<Seen> {
        let cells = row.cells().map(|cell| {
            (
                cell.text.to_owned(),
                cell.width,
                cell.style,
                cell.link.cloned(),
            )
        });
        let mut cells: Vec<_> = cells.collect();
        while cells.last().is_some_and(|(text, _, style, link)| {
            text == " " && !style.shows_on_blank() && link.is_none()
        }) {
            cells.pop();
        }
        cells
    }

    fn alike(first: &[u8], then: &[u8]) {
        let mut live = fed(first);
        let mut again = fed(&live.repaint());
        assert_eq!(
            seen(&live),
            seen(&again),
            "after {:?}",
            String::from_utf8_lossy(first)
        );
        live.feed(then).unwrap();
        again.feed(then).unwrap();
        assert_eq!(
            seen(&live),
            seen(&again),
            "{:?} and then {:?}",
            String::from_utf8_lossy(first),
            String::from_utf8_lossy(then)
        );
    }

    #[test]
    fn colours_attributes_and_wide_characters_come_back() {
        alike(
            "\x1b[1;4:3;31;48;2;1;2;3mred\x1b[58;5;9m宽x\x1b[0;97;105m !\x1b[m e\u{301}".as_bytes(),
            b"on",
        );
    }

    #[test]
    fn a_line_that_is_full_goes_on_where_it_would_have() {
        alike(b"abcdefghijkl", b"m");
        alike("abcdefghij宽".as_bytes(), b"m");
        alike(b"abcdefghijklmn", b"\x1b[H\x1b[2P");
    }

    #[test]
    fn what_lies_beneath_the_alternate_screen_comes_back() {
        alike(b"main\r\nscreen\x1b[?1049h\x1b[2;3Halt", b"\x1b[?1049l!");
    }

    #[test]
    fn margins_origin_and_saved_cursor_come_back() {
        alike(b"1\r\n2\r\n3\r\n4\r\n5\x1b[2;4r\x1b[4;1H", b"\nx");
        alike(b"\x1b[2;4r\x1b[?6h\x1b[2;2Hab", b"\x1b[1;1Hx");
        alike(b"\x1b[3;4H\x1b7\x1b[Habc", b"\x1b8x");
        alike(b"\x1b[2;3r\x1bcxx", b"\r\n\r\n\r\n\r\n\r\n\r\ny");
    }

    #[test]
    fn a_sequence_cut_in_two_is_finished() {
        alike(b"a\x1b", b"[31mb");
        alike(b"a\x1b[3", b"1mb");
        alike(b"a\x1b]2;ti", b"tle\x07b");
        alike(b"a\x1bP=1", b"s\x1b\\b");
        alike(b"a\x1b]2;title\x1b", b"\\b");
    }

    #[test]
    fn an_update_that_is_open_shows_nothing_of_itself() {
        alike(b"before\x1b[?2026h\x1b[Hafter!", b"\x1b[?2026l");
        alike(b"before\x1b[?2026h\x1b[Hafter!", b"more");
    }

    #[test]
    fn links_come_back_and_so_does_the_one_that_is_open() {
        let two = "see \x1b]8;;https://x/1\x07one\x1b]8;;https://x/2\x07宽t";
        alike(two.as_bytes(), b"wo\x1b]8;;\x07 none");
        alike(b"\x1b]8;;https://x\x07ab\x1b[?1049h", b"cd\x1b[?1049lef");
        assert!(
            fed(two.as_bytes()).rows(0..1)[0]
                .cells()
                .any(|cell| cell.link.is_some())
        );
    }

    #[test]
    fn colours_that_were_set_come_back_and_can_be_reset() {
        let set = b"\x1b]4;1;#010203\x07\x1b]11;#102030\x07\x1b[31mred\x1b[m plain";
        alike(set, b"\x1b]104\x07\x1b]111\x07");
        alike(set, b"\x1b[?1049hx\x1b[?1049l");
        alike(b"a\x1b[?2026h\x1b]10;#a0b0c0\x07b", b"\x1b[?2026l");
    }

    #[test]
    fn modes_come_back() {
        alike(
            b"\x1b[?1h\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b=\x1b[=5;1u\x1b[4 q\x1b[?25l",
            b"x",
        );
        alike(b"abc\x1b[4h\x1b[?7l\r", b"xyz");
        alike(b"\x1b(0lqqk", b"x");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn whatever_was_written_the_repaint_shows_the_same(bytes in pieces(14)) {
            let text = String::from_utf8_lossy(&bytes);
            prop_assume!(!text.contains('\u{fe0f}'));
            // A cursor that was put back outside of the rows that are counted cannot be sent there.
            let put_back = ["\x1b8", "\x1b[u", "\x1b[?1049l"].iter().any(|one| text.contains(one));
            prop_assume!(!(put_back && text.contains("\x1b[?6h")));
            let mut live = fed(&bytes);
            let again = fed(&live.repaint());
            prop_assert_eq!(seen(&live), seen(&again));
        }
    }
}
