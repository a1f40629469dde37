//! What may follow a key, where there is little room.

use super::*;
use crate::config::keys::{Chord, KeyTable};
use crate::view::keymap::Found;

/// The keys that may follow `g`.
fn followers() -> Vec<String> {
    let keys = Keymap::default();
    let Found::Wait(next) = keys.find(KeyTable::Room, &[Chord::char('g')]) else {
        panic!("g is a prefix");
    };
    next.iter().map(|(chord, _)| chord.to_string()).collect()
}

fn after_g(cols: u16, rows: u16) -> (usize, String) {
    let mut desk = sample::room(cols, rows);
    desk.pending = vec![Chord::char('g')];
    let picture = text(&desk);
    let cell = |key: &String| format!(" {key}   ");
    let shown = followers()
        .iter()
        .filter(|key| picture.contains(&cell(key)))
        .count();
    (shown, picture)
}

#[test]
fn every_key_that_may_follow_is_shown_or_counted() {
    for (cols, rows) in [(80, 24), (120, 36), (160, 45), (80, 18), (40, 14)] {
        let (shown, picture) = after_g(cols, rows);
        let all = followers().len();
        match picture.split(" more in the help").next() {
            Some(before) if before.len() < picture.len() => {
                let left: usize = before.rsplit(' ').next().unwrap().parse().unwrap();
                assert_eq!(shown + left, all, "{cols}x{rows}\n{picture}");
            }
            _ => assert_eq!(shown, all, "{cols}x{rows}\n{picture}"),
        }
    }
}

#[test]
fn with_a_card_at_80_by_24_most_keys_stand_in_columns() {
    let (shown, picture) = after_g(80, 24);
    assert!(shown >= 12, "{picture}");
}
