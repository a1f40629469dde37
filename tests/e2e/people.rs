//! Two people at two terminals of different sizes, in one room.

use super::support::{Console, Place};

fn two() -> Place {
    Place::of(&[
        ("one", "seq -f 'past-%g' 1 200; echo first-here; exec cat"),
        ("two", "echo second-here; exec cat"),
    ])
}

/// The driver in a large window, somebody who looks on in a small one.
fn pair(place: &Place) -> (Console, Console) {
    let driver = place.console(&[], 140, 44);
    driver.sees("second-here");
    let other = place.console(&["attach", "--observer"], 80, 24);
    other.sees("▸driving");
    driver.sees("·watching");
    (driver, other)
}

#[test]
fn one_view_follows_the_other_in_its_own_size_until_its_own_person_moves() {
    let place = two();
    let (mut driver, mut other) = pair(&place);
    driver.types("1");
    other.does("F", "follows alice");
    driver.does("z", "first-here");
    driver.no_longer_sees("second-here");
    other.until("the driver's pane alone", |screen| {
        screen.contains("first-here") && !screen.contains("second-here")
    });
    driver.types("[g");
    driver.does("g", "past-1 ");
    other.until("the same place in the past", |screen| {
        screen.contains("past-2") && !screen.contains("first-here")
    });
    other.does("q", "look for yourself again");
    other.no_longer_sees("follows alice");
    driver.types("q2");
    driver.sees("second-here");
    let stays = other.sees("first-here");
    assert!(!stays.contains("second-here"), "{stays}");
}

#[test]
fn the_header_says_who_drives_at_eighty_columns_too() {
    let place = two();
    let (_driver, mut other) = pair(&place);
    let first = other.lines().remove(0);
    assert!(first.contains("alice ▸driving"), "{first}");
    other.does("gp", "watching · you");
    let list = other.text();
    assert!(
        list.contains("▸driving") && list.contains("watching · you"),
        "{list}"
    );
}

#[test]
fn who_looks_on_writes_in_the_breakroom_only_where_everyone_may() {
    let place = two();
    let (mut driver, mut other) = pair(&place);
    driver.does("B", "breakroom");
    driver.does("look at this\r", "alice  look at this");
    other.sees("1 said");
    other.does("B", "look at this");
    other.does("me too\r", "only operators write");
    assert!(place.noted("spoke").len() == 1);
}

#[test]
fn where_somebody_points_everybody_sees_their_name() {
    let place = two();
    let (mut driver, other) = pair(&place);
    driver.types("2");
    driver.does("P", "◀ alice");
    other.sees("alice points at agent 2");
}
