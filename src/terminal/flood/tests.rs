#![allow(clippy::unwrap_used, clippy::panic)]
//! The same bytes with and without floods make the same screen, the same history, and the same screen later.

use super::super::pieces::pieces;
use super::super::row::Row;
use super::super::{Limits, Screen};
use super::text::is_narrow;
use super::*;
use proptest::prelude::*;
use std::ops::Range;

const SIZE: Size = Size { cols: 20, rows: 4 };

/// Pieces of floods, and what interrupts one or is not quite one.
const FLOODS: [&str; 44] = [
    "one\r\n",
    "two two\r\n",
    "\r\n",
    "\n",
    "   \r\n",
    "ends in blanks    \r\n",
    "a line that is longer than the screen is wide and goes on\r\n",
    "twenty columns wide.\r\n",
    "twenty columns wide.",
    "unfinished",
    " ",
    "\r",
    "\r\r\n",
    "\x1b[m",
    "\x1b[0;1;31m",
    "\x1b[38;2;1;2;3m",
    "\x1b[48;5;99m",
    "\x1b[4m",
    "\x1b[4:3m",
    "\x1b[7m",
    "\x1b[22;24;27m",
    "\x1b[39;49m",
    "\x1b[94;103m",
    "\x1b[21;9m",
    "\x1b[999m",
    "\x1b[31mred\x1b[0m and \x1b[1mbold\x1b[0m\r\n",
    "\x1b[44mblue to its end\r\n",
    "\x1b[44mblue\x1b[0m\r\n",
    "a\tb\tc\r\n",
    "\t\t\t\tx\r\n",
    "│ Grüße · “naïve” → ✓\r\n",
    "ends in 宽\r\n",
    "e\u{301}\r\n",
    "\u{301}",
    "👩\u{200d}👩",
    "\x07",
    "\x1b[2b",
    "\x1b[3;9Hhere",
    "\x1b[4;1H",
    "\x1b[2K\x1b[1A",
    "\x1b[6n",
    "\x0e",
    "\x1bH",
    "\x1b[99;1H",
];

fn floods(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&FLOODS[..]), 1..most)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// Bytes as they come: long runs of lines, and everything else between them.
fn streams() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop_oneof![4 => floods(40), 1 => pieces(6)], 1..8)
}

/// Where the cursor is sent before something is painted.
const PLACES: [&str; 14] = [
    "\x1b[H",
    "\x1b[2H",
    "\x1b[3;1H",
    "\x1b[4;1H",
    "\x1b[3;0H",
    "\r\n",
    "\r\n",
    "\r\n",
    "\x1b[2;7H",
    "\x1b[3;20H",
    "\x1b[1;99H",
    "\x1b[99;1H",
    "\x1b[;5H",
    "\x1b[3H",
];

/// What is painted there.
const STROKES: [&str; 14] = [
    "\x1b[K",
    "\x1b[K",
    "\x1b[2K",
    "a row",
    "word ",
    "twenty columns wide.",
    "│ “naïve” ✓",
    "\x1b[m",
    "\x1b[0;1;31m",
    "\x1b[38;2;1;2;3m",
    "\x1b[44m",
    "\x1b[7m",
    "\x1b[22;24;27;39m",
    "\x1b[3b",
];

/// What is no paint, or not quite.
const OTHERS: [&str; 14] = [
    "a line that is longer than the screen is wide",
    "宽",
    "\x1b[3;20H宽",
    "\x1b[2;19H宽宽",
    "e\u{301}",
    "\u{301}",
    "\r",
    "\n",
    "\x1b[1K",
    "\x1b[J",
    "\x1b[D",
    "\x1b[?25l",
    "\x1b[2;1;1H",
    "\x1b[4:3m",
];

/// Screens that are painted again and again, here and there with something else in them.
fn paint() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let some = |pieces: &'static [&'static str], most| {
        prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(|some| some.concat())
    };
    let place = prop::sample::select(&PLACES[..]);
    let stroke = (place, some(&STROKES, 5)).prop_map(|(place, rest)| format!("{place}{rest}"));
    let screen = prop::collection::vec(prop_oneof![30 => stroke, 1 => some(&OTHERS, 3)], 1..40);
    let again =
        (screen, 1_usize..4).prop_map(|(screen, times)| screen.concat().repeat(times).into_bytes());
    prop::collection::vec(
        prop_oneof![8 => again, 1 => floods(9), 1 => pieces(6)],
        1..6,
    )
}

fn screen(floods_from: usize) -> Screen {
    let limits = Limits {
        history_bytes: 20_000,
        ..Limits::default()
    };
    let mut screen = Screen::new(SIZE, limits);
    screen.set_floods_from(floods_from);
    screen
}

/// Everything that can be told of a screen.
fn all(screen: &mut Screen) -> impl PartialEq + std::fmt::Debug + use<> {
    screen.refresh().unwrap();
    let history = screen.history();
    let lines: Vec<Row> = history.lines(0..u64::MAX).collect();
    let numbers = (history.first(), history.total(), history.bytes());
    (lines, numbers, shown(screen))
}

/// All but how a line of the history ends: where a wide character began the next one and was written over, the blank
/// before it is one or none, as the line was kept before or after that.
fn nearly_all(screen: &mut Screen) -> impl PartialEq + std::fmt::Debug + use<> {
    screen.refresh().unwrap();
    let lines = screen.history().lines(0..u64::MAX);
    let lines: Vec<String> = lines.map(|row| row.text().trim_end().to_owned()).collect();
    (lines, screen.history().total(), shown(screen))
}

fn shown(screen: &mut Screen) -> impl PartialEq + std::fmt::Debug + use<> {
    let rows = screen.rows(0..u16::MAX).to_vec();
    let shown = (rows, screen.cursor(), screen.modes());
    let said = (screen.take_replies(), screen.take_signals());
    (shown, said, screen.repaint())
}

/// Feeds both the same bytes, cut alike, and looks at them here and there, also after what comes later.
fn alike<T: PartialEq + std::fmt::Debug>(
    (stream, cuts, later): (Vec<Vec<u8>>, Vec<usize>, Vec<u8>),
    tell: impl Fn(&mut Screen) -> T,
) -> Result<(), TestCaseError> {
    let bytes = stream.concat();
    let (mut passed, mut drawn) = (screen(1), screen(usize::MAX));
    let mut rest = bytes.as_slice();
    for cut in cuts.iter().cycle() {
        let (piece, after) = rest.split_at(rest.len().min(*cut));
        passed.take_in(piece).unwrap();
        drawn.take_in(piece).unwrap();
        rest = after;
        if cut % 7 == 0 {
            prop_assert_eq!(tell(&mut passed), tell(&mut drawn));
        }
        if rest.is_empty() {
            break;
        }
    }
    prop_assert_eq!(tell(&mut passed), tell(&mut drawn));
    passed.feed(&later).unwrap();
    drawn.feed(&later).unwrap();
    prop_assert_eq!(tell(&mut passed), tell(&mut drawn));
    Ok(())
}

/// The longest pieces that come at once, and what comes when all was looked at.
fn cut(lengths: Range<usize>) -> impl Strategy<Value = (Vec<usize>, Vec<u8>)> {
    (prop::collection::vec(lengths, 1..20), pieces(9))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flood_makes_what_the_engine_makes_of_the_same_bytes(stream in streams(), (cuts, later) in cut(1..200)) {
        alike((stream, cuts, later), all)?;
    }

    #[test]
    fn screens_that_are_painted_over_leave_what_the_engine_makes_of_all_of_them(
        stream in paint(), (cuts, later) in cut(50..4000),
    ) {
        alike((stream, cuts, later), nearly_all)?;
    }
}

#[test]
fn most_of_a_flood_never_meets_the_engine() {
    let mut screen = screen(1);
    let lines: String = (0..1000).map(|n| format!("line {n}\r\n")).collect();
    screen.take_in(b"\r\n\n\n\n\n").unwrap();
    screen.take_in(lines.as_bytes()).unwrap();
    let history = screen.history();
    let last = history.lines(history.total() - 1..u64::MAX).next();
    // The last screenful waits: three lines and the empty one.
    assert_eq!(last.as_ref().map(Row::text), Some("line 996"));
    assert!(screen.held_bytes() > history.bytes());
    screen.refresh().unwrap();
    assert_eq!(screen.rows(0..3)[2].text(), "line 999");
}

#[test]
fn of_screens_that_are_painted_over_only_the_last_meets_the_engine() {
    let painted = |frame: usize| {
        let row = |row| {
            format!(
                "\x1b[{row};1H\x1b[3{}mrow {row} of {frame}\x1b[0m.\x1b[K",
                frame % 8
            )
        };
        format!("\x1b[H{}", (1..=4).map(row).collect::<String>())
    };
    let listed = |frame: usize| {
        format!(
            "\x1b[Hone {frame}\x1b[K\r\n\x1b[1mtwo\x1b[K\r\n{:20}",
            frame
        )
    };
    let frames: [&dyn Fn(usize) -> String; 2] = [&painted, &listed];
    for frame in frames {
        let bytes: String = (0..100).map(frame).collect();
        let paint = overpaint::paint(bytes.as_bytes(), SIZE, Style::default());
        let thin = String::from_utf8(paint.thin.unwrap()).unwrap();
        assert_eq!(paint.length, bytes.len());
        assert!(thin.len() < frame(99).len() + 40, "{thin:?}");
        assert!(
            thin.ends_with(frame(99).strip_prefix("\x1b[H").unwrap()),
            "{thin:?}"
        );
    }
}

#[test]
fn a_character_that_was_painted_over_can_be_repeated() {
    let mut screen = screen(1);
    screen
        .take_in(b"\x1b[Hone\x1b[Htwo\x1b[H\x1b[K\x1b[2H\x1b[3b")
        .unwrap();
    screen.refresh().unwrap();
    let rows: Vec<&str> = screen.rows(0..2).iter().map(Row::text).collect();
    assert_eq!(rows, ["", "ooo"]);
}

#[test]
fn every_narrow_character_is_one_to_the_engine_too() {
    for c in ('\u{80}'..='\u{2fff}').filter(|c| is_narrow(*c)) {
        let (mut passed, mut drawn) = (self::screen(1), self::screen(usize::MAX));
        let line = format!("a{c}{c}b\r\n").repeat(9);
        for screen in [&mut passed, &mut drawn] {
            screen.take_in(b"\n\n\n\n\n\r\n").unwrap();
            screen.take_in(line.as_bytes()).unwrap();
        }
        assert_eq!(
            passed.history().lines(8..9).next(),
            drawn.history().lines(8..9).next(),
            "{c:?}"
        );
        assert_eq!(all(&mut passed), all(&mut drawn), "{c:?}");
    }
}
