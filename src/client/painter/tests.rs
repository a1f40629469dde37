//! What the operator's terminal gets for what an agent printed.
#![allow(clippy::unwrap_used, clippy::panic)]
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::config::builtin;
use crate::terminal::{Limits, Screen, Size};
use crate::view::draw::agent_row;

fn knows(underlines: Underlines) -> Knows {
    Knows {
        underlines,
        glyphs: Glyphs::All,
    }
}

/// What the operator's terminal gets for what an agent printed.
fn painted(printed: &str, underlines: Underlines) -> String {
    let mut screen = Screen::new(Size::new(6, 1), Limits::default());
    screen.feed(printed.as_bytes()).unwrap();
    let area = Rect::new(0, 0, 6, 1);
    let mut buf = Buffer::empty(area);
    let theme = builtin::theme("mono").unwrap();
    agent_row(&mut buf, area, &screen.rows(0..1)[0], 0, &theme);
    let mut painter = Painter::new(Vec::new(), knows(underlines));
    painter.draw((0..6).map(|x| (x, 0, &buf[(x, 0)]))).unwrap();
    String::from_utf8(painter.out).unwrap()
}

#[test]
fn a_curly_coloured_underline_reaches_a_terminal_that_knows_them() {
    let wave = "\x1b[4:3;58:2::255:0:9mab\x1b[0mc";
    let got = painted(wave, Underlines::Styled);
    assert!(
        got.contains("\x1b[0;4:3;58:2::255:0:9mab\x1b[0m"),
        "{got:?}"
    );
    for (kind, code) in [("4:2", ";4:2m"), ("4:4", ";4:4m"), ("4:5", ";4:5m")] {
        let got = painted(&format!("\x1b[{kind}mx"), Underlines::Styled);
        assert!(got.contains(code), "{got:?}");
    }
}

#[test]
fn no_sequence_is_so_long_that_a_terminal_skips_it() {
    let printed = "\x1b[1;2;3;5;7;8;9;4:3;38;2;100;101;102;48;2;200;201;202;58:2::210:211:212mab";
    let got = painted(printed, Underlines::Styled);
    for sequence in got.split("\x1b[").skip(1) {
        let numbers = sequence.split('m').next().unwrap();
        assert!(numbers.len() < 63, "{numbers}");
    }
    for part in ["38;2;100;101;102", "48;2;200;201;202", "58:2::210:211:212"] {
        assert!(got.contains(part), "{got:?}");
    }
    assert_eq!(
        got.matches("[0;").count(),
        1,
        "the second part resets nothing: {got:?}"
    );
}

#[test]
fn every_other_terminal_gets_a_plain_underline() {
    let got = painted("\x1b[4:3;58:5:9mab", Underlines::Plain);
    assert!(got.contains("\x1b[0;4mab") && !got.contains(':'), "{got:?}");
}

#[test]
fn what_another_terminal_reads_is_what_the_agent_printed() {
    let printed = "\x1b[1;31mB\x1b[22;3mi\x1b[0;7;48;2;1;2;3mr\x1b[0;92;45mg\x1b[38;5;200mx";
    let got = painted(printed, Underlines::Styled);
    let mut other = vt100::Parser::new(1, 6, 0);
    other.process(got.as_bytes());
    let cell = |x| other.screen().cell(0, x).unwrap();
    assert_eq!(other.screen().contents().trim_end(), "Birgx");
    assert!(cell(0).bold() && !cell(1).bold() && cell(1).italic() && cell(2).inverse());
    assert_eq!(cell(0).fgcolor(), vt100::Color::Idx(1));
    assert_eq!(cell(1).fgcolor(), vt100::Color::Idx(1));
    assert_eq!(cell(2).bgcolor(), vt100::Color::Rgb(1, 2, 3));
    assert_eq!(cell(3).fgcolor(), vt100::Color::Idx(10));
    assert_eq!(cell(3).bgcolor(), vt100::Color::Idx(5));
    assert_eq!(cell(4).fgcolor(), vt100::Color::Idx(200));
}

const X: &str = "\x1b]8;;https://x\x07";

#[test]
fn a_link_reaches_the_terminal_and_is_closed_where_it_ends() {
    let got = painted(&format!("a{X}bc\x1b]8;;\x07d"), Underlines::Styled);
    let (before, rest) = got.split_once("\x1b]8;id=o").unwrap();
    let (id, rest) = rest.split_once(';').unwrap();
    assert!(before.ends_with('a') || before.ends_with('m'), "{got:?}");
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{got:?}");
    let linked = rest.strip_prefix("https://x\x1b\\bc").unwrap();
    let (_turn, after) = linked.split_once("\x1b]8;;\x1b\\").unwrap();
    assert!(after.starts_with('d') && !after.contains("]8;"), "{got:?}");
    assert!(before.contains("\x1b[0;4:4m"), "it is underlined: {got:?}");
}

#[test]
fn one_link_ends_where_another_begins_and_nothing_stays_open() {
    let got = painted(
        &format!("{X}ab\x1b]8;;https://y\x07cdef"),
        Underlines::Plain,
    );
    assert_eq!(got.matches("\x1b]8;id=o").count(), 2, "{got:?}");
    assert_eq!(got.matches("\x1b]8;;\x1b\\").count(), 1, "{got:?}");
    let (_, end) = got.rsplit_once('f').unwrap();
    assert!(end.starts_with("\x1b]8;;\x1b\\"), "{got:?}");
}

#[test]
fn what_an_agent_underlined_keeps_its_line() {
    let got = painted(&format!("\x1b[4:3m{X}ab"), Underlines::Styled);
    assert!(got.contains("4:3m") && !got.contains("4:4m"), "{got:?}");
}

#[test]
fn no_cell_can_lead_where_no_link_may() {
    let mut cell = Cell::default();
    for uri in [
        "javascript:alert(1)",
        "https://x\x07\x1b[2J",
        "https://x\x1b\\",
        "",
        "\u{9c}",
    ] {
        cell.set_symbol(&format!("a\u{1f}{uri}"));
        let mut painter = Painter::new(Vec::new(), knows(Underlines::Plain));
        painter.draw([(0, 0, &cell)].into_iter()).unwrap();
        let sent = String::from_utf8(painter.out).unwrap();
        assert_eq!(sent, "\x1b[1;1Ha", "{uri:?}");
    }
}

#[test]
fn colours_that_an_agent_set_are_what_another_terminal_reads() {
    let set = "\x1b]4;1;#010203\x07\x1b]10;rgb:a/b/c\x07\x1b]11;#102030\x07";
    let got = painted(&format!("{set}\x1b[31ma\x1b[mb"), Underlines::Styled);
    let mut other = vt100::Parser::new(1, 6, 0);
    other.process(got.as_bytes());
    let colours = |x| {
        let cell = other.screen().cell(0, x).unwrap();
        (cell.fgcolor(), cell.bgcolor())
    };
    let ground = vt100::Color::Rgb(16, 32, 48);
    assert_eq!(colours(0), (vt100::Color::Rgb(1, 2, 3), ground));
    assert_eq!(colours(1), (vt100::Color::Rgb(170, 187, 204), ground));
    assert_eq!(colours(5).1, ground);
}

#[test]
fn sixteen_colours_need_no_more_than_sixteen() {
    let mut codes = String::new();
    color(Color::Red, Layer::Letters, &mut codes);
    color(Color::White, Layer::Ground, &mut codes);
    color(Color::Black, Layer::Letters, &mut codes);
    color(Color::DarkGray, Layer::Letters, &mut codes);
    assert_eq!(codes, "31;107;30;90");
}
