#![allow(clippy::unwrap_used, clippy::panic)]
//! That no changed row is missed, and no pile of marks grows.

use super::super::limits::Scanner;
use super::super::pieces::pieces;
use super::*;
use proptest::prelude::*;

fn feed(scanner: &mut Scanner, intake: &mut Intake, bytes: &[u8]) {
    scanner.feed(bytes, intake.picture.size, intake);
    intake.show();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_row_is_missed(lives in prop::collection::vec(pieces(9), 1..30)) {
        let limits = Limits::default();
        let (mut scanner, mut intake) = (Scanner::new(&limits), Intake::new(Size::new(10, 5), &limits));
        for bytes in lives {
            feed(&mut scanner, &mut intake, &bytes);
            let told = intake.picture.rows.clone();
            intake.pending.fill(true);
            intake.show_now();
            prop_assert_eq!(&told, &intake.picture.rows);
        }
    }
}

#[test]
fn no_pile_of_marks_grows_however_it_is_made() {
    let limits = Limits::default();
    let piles = [
        "\u{301}",
        "👩\u{200d}",
        "x\x08\u{301}",
        "\u{1100}",
        "\u{600}",
        "\u{915}\u{94d}",
        "\x1b[m\u{301}",
        "\u{903}",
    ];
    for pile in piles {
        let (mut scanner, mut intake) = (
            Scanner::new(&limits),
            Intake::new(Size::new(20, 3), &limits),
        );
        feed(
            &mut scanner,
            &mut intake,
            format!("a{}", pile.repeat(5000)).as_bytes(),
        );
        assert!(
            intake.emulator.longest_pile() <= 32,
            "{pile:?}: {}",
            intake.emulator.longest_pile()
        );
    }
}

#[test]
fn no_character_is_lost_however_much_comes_at_once() {
    let limits = Limits::default();
    // a character of two bytes, one of one, and again: every cut at an odd place is within one
    let text = "xé".repeat(40_000);
    for begin in 0..3 {
        let mut shown = Vec::new();
        for most in [usize::MAX, 100] {
            let (mut scanner, mut intake) = (
                Scanner::new(&limits),
                Intake::new(Size::new(100, 5), &limits),
            );
            for bytes in text.as_bytes()[begin..].chunks(most.min(text.len())) {
                feed(&mut scanner, &mut intake, bytes);
            }
            let lines = intake.history.lines(0..u64::MAX);
            let rows: Vec<Row> = lines.chain(intake.picture.rows.iter().cloned()).collect();
            shown.push(rows);
        }
        assert!(shown[0] == shown[1], "{begin}");
    }
}
