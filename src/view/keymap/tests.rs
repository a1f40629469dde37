#![allow(clippy::unwrap_used, clippy::panic)]

use super::lay::spread;
use super::*;
use crate::config::keys::{Binding, Bound, sequence};

fn bind(table: KeyTable, keys: &str, command: &str) -> Binding {
    let action = match command {
        "none" => Bound::Nothing,
        name => Bound::Command(name.to_owned()),
    };
    Binding {
        table,
        keys: sequence(keys).unwrap(),
        action,
    }
}

fn find(map: &Keymap, table: KeyTable, keys: &str) -> Found {
    map.find(table, &sequence(keys).unwrap())
}

fn own(bindings: Vec<Binding>) -> Keys {
    Keys {
        bindings,
        ..Keys::default()
    }
}

#[test]
fn no_default_key_is_bound_twice_or_hides_another() {
    let mut seen: BTreeMap<(KeyTable, Vec<Chord>), Action> = BTreeMap::new();
    for command in Command::ALL.iter().copied() {
        for (table, keys) in command.defaults() {
            for (keys, action) in keys.iter().flat_map(|keys| spread(keys, command)) {
                assert!(!keys.is_empty(), "{}", command.name());
                for ((of, other), what) in &seen {
                    let clash =
                        of == table && (other.starts_with(&keys) || keys.starts_with(other));
                    assert!(
                        !clash,
                        "{action:?} and {what:?} in {table:?}: {}",
                        spell(&keys)
                    );
                }
                seen.insert((*table, keys), action);
            }
        }
    }
}

#[test]
fn every_command_has_a_key() {
    for command in Command::ALL {
        assert!(!command.defaults().is_empty(), "{}", command.name());
    }
}

#[test]
fn the_room_gets_what_the_queue_has_no_use_for() {
    let map = Keymap::default();
    assert_eq!(
        find(&map, KeyTable::Queue, "a"),
        Found::Run(Command::Approve.into())
    );
    assert_eq!(
        find(&map, KeyTable::Queue, "j"),
        Found::Run(Command::ListDown.into())
    );
    assert_eq!(
        find(&map, KeyTable::Queue, "g t"),
        Found::Run(Command::GoTiles.into())
    );
    assert_eq!(
        find(&map, KeyTable::Queue, "g g"),
        Found::Run(Command::ListFirst.into())
    );
    assert_eq!(find(&map, KeyTable::Pane, "a"), Found::Pass);
    assert_eq!(find(&map, KeyTable::Scroll, "a"), Found::Pass);
}

#[test]
fn a_prefix_says_what_may_follow() {
    let Found::Wait(next) = find(&Keymap::default(), KeyTable::Room, "g") else {
        panic!("not a prefix")
    };
    let waiting = (Chord::char('w'), Next::Run(Command::GoWaiting.into()));
    assert!(next.contains(&waiting), "{next:?}");
}

#[test]
fn a_persons_keys_come_over_the_defaults() {
    let keys = own(vec![
        bind(KeyTable::Room, "a", "none"),
        bind(KeyTable::Room, "ctrl-y y", "approve"),
        bind(KeyTable::Room, "g", "zoom"),
        bind(KeyTable::Room, "f5", "focus-3"),
    ]);
    let (map, faults) = Keymap::new(&keys);
    assert!(
        faults.len() == 1 && faults[0].contains("`g` leaves no key for"),
        "{faults:?}"
    );
    assert_eq!(find(&map, KeyTable::Room, "a"), Found::Pass);
    assert_eq!(
        find(&map, KeyTable::Room, "ctrl-y y"),
        Found::Run(Command::Approve.into())
    );
    assert_eq!(
        find(&map, KeyTable::Room, "g"),
        Found::Run(Command::Zoom.into())
    );
    let third = Action {
        command: Command::Focus,
        digit: 3,
    };
    assert_eq!(find(&map, KeyTable::Room, "f5"), Found::Run(third));
    assert_eq!(
        map.hint(KeyTable::Room, Command::Approve).unwrap(),
        "ctrl-y y"
    );
}

#[test]
fn a_pane_can_always_be_left() {
    let leaves = |map: &Keymap, keys: &str| {
        find(map, KeyTable::Pane, keys) == Found::Run(Command::LeavePane.into())
    };
    for (keys, what) in [("ctrl-g", "none"), ("ctrl-g g", "scroll-mode")] {
        let bindings = vec![bind(KeyTable::Pane, keys, what)];
        let (map, faults) = Keymap::new(&own(bindings));
        assert!(leaves(&map, "ctrl-g"), "{keys}");
        assert!(faults[0].contains("no key leaves a pane"), "{faults:?}");
    }
    let bindings = vec![
        bind(KeyTable::Pane, "ctrl-g", "none"),
        bind(KeyTable::Pane, "ctrl-q", "leave-pane"),
    ];
    let (map, faults) = Keymap::new(&own(bindings));
    assert!(leaves(&map, "ctrl-q") && !leaves(&map, "ctrl-g"));
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn keys_that_take_each_others_place_and_unknown_commands_are_told() {
    let keys = own(vec![
        bind(KeyTable::Room, "f2 a", "zoom"),
        bind(KeyTable::Room, "f2", "help"),
        bind(KeyTable::Room, "f3", "fly"),
    ]);
    let (map, faults) = Keymap::new(&keys);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("`f2` for help takes the place of `f2 a` for zoom"));
    assert!(faults[1].contains("no command is called `fly`"));
    assert_eq!(
        find(&map, KeyTable::Room, "f2"),
        Found::Run(Command::Help.into())
    );
}

#[test]
fn a_sequence_that_leaves_a_command_without_any_key_is_told() {
    let faults = |bindings: Vec<Binding>| Keymap::new(&own(bindings)).1;
    let taken = faults(vec![bind(KeyTable::Room, "a b", "zoom")]);
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(
        taken[0].contains("`a b` leaves no key for `approve`"),
        "{taken:?}"
    );
    let given_another = faults(vec![
        bind(KeyTable::Room, "a b", "zoom"),
        bind(KeyTable::Room, "f5", "approve"),
    ]);
    assert_eq!(given_another, Vec::<String>::new());
    // whoever writes the very key, or takes it away, knows what they do
    let meant = faults(vec![
        bind(KeyTable::Room, "a", "zoom"),
        bind(KeyTable::Room, "r", "none"),
    ]);
    assert_eq!(meant, Vec::<String>::new());
}

#[test]
fn none_in_the_queue_hides_what_would_fall_through() {
    let keys = own(vec![bind(KeyTable::Queue, "a", "none")]);
    let (map, _) = Keymap::new(&keys);
    assert_eq!(find(&map, KeyTable::Queue, "a"), Found::Pass);
    assert_eq!(
        find(&map, KeyTable::Room, "a"),
        Found::Run(Command::Approve.into())
    );
}

#[test]
fn a_key_is_the_chord_that_writes_it() {
    for text in [
        "a",
        "A",
        "ctrl-g",
        "shift-tab",
        "space",
        "alt-enter",
        "f5",
        "?",
    ] {
        let one: Chord = text.parse().unwrap();
        assert_eq!(chord(&key(one)), Some(one), "{text}");
    }
    let back = Key::plain(KeyCode::BackTab);
    assert_eq!(chord(&back), Some("shift-tab".parse().unwrap()));
}
