#![allow(clippy::unwrap_used, clippy::panic)]
//! The same bytes with and without floods make the same screen, the same history, and the same screen later.

use super::super::pieces::pieces;
use super::super::{Limits, Screen};
use super::*;
use proptest::prelude::*;

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
    let rows = screen.rows(0..u16::MAX).to_vec();
    let shown = (rows, screen.cursor(), screen.modes());
    let said = (screen.take_replies(), screen.take_signals());
    (lines, numbers, shown, said, screen.repaint())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flood_makes_what_the_engine_makes_of_the_same_bytes(
        stream in streams(),
        cuts in prop::collection::vec(1_usize..200, 1..20),
        later in pieces(9),
    ) {
        let bytes = stream.concat();
        let (mut passed, mut drawn) = (screen(1), screen(usize::MAX));
        let mut rest = bytes.as_slice();
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at(rest.len().min(*cut));
            passed.take_in(piece).unwrap();
            drawn.take_in(piece).unwrap();
            rest = after;
            if cut % 7 == 0 {
                prop_assert_eq!(all(&mut passed), all(&mut drawn));
            }
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(all(&mut passed), all(&mut drawn));
        passed.feed(&later).unwrap();
        drawn.feed(&later).unwrap();
        prop_assert_eq!(all(&mut passed), all(&mut drawn));
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
