//! Two operators of different names in one room: one drives, the other asks, and they see the same.

use crate::sshd::Yard;
use crate::support::PERSON;

#[test]
fn the_driving_is_asked_for_and_handed_over_and_one_goes_along_with_the_other() {
    let Some(yard) = Yard::open() else { return };
    yard.invite("bob", "--operator");
    yard.place.ok(&["spawn", "--name", "pad", "--", "cat"]);
    let mut alice = yard.place.console(&[], 120, 40);
    alice.sees("pad");
    let mut bob = yard.place.console(&["attach", &yard.url("bob")], 100, 30);
    bob.sees("pad");
    alice.sees("bob");
    alice.types("2");
    alice.does("\r", "PANE");
    alice.does("typed by alice\r", "typed by alice");
    alice.types("\x07");
    bob.sees("typed by alice");
    // bob's keys wait while alice drives, and say so
    bob.types("2");
    bob.does("\r", "PANE");
    bob.does(
        "too early",
        &format!("{PERSON} drives, so this was not done"),
    );
    bob.types("\x07");
    bob.does("gd", "was asked");
    alice.sees("bob asks to drive");
    alice.does("gd", "who drives from here on?");
    alice.types("\r");
    bob.sees("bob drives now");
    bob.types("2");
    bob.does("\r", "PANE");
    bob.types("typed by bob\r");
    let pad = alice.sees("typed by bob");
    assert!(!pad.contains("too early"), "{pad}");
    // and alice goes along with whoever drives
    alice.does("F", "follows bob");
    let who = alice.does("gp", "from 127.0.0.1");
    assert!(who.contains("you"), "{who}");
    let seats = yard.seats("bob");
    assert_eq!(seats.len(), 1, "{seats:?}");
    alice.types("\x1b");
    alice.no_longer_sees("who is here");
    bob.does("\x07", "ROOM");
    for mut console in [alice, bob] {
        console.types("q");
        console.ends();
    }
}
