//! Who is here, who drives, and going along with another person's view.

use opsroom::model::{
    Actor, AgentId, Breakroom, Fact, Gaze, Part, Person, Pointed, RequestId, SeatId, SeatRole,
    Spoken, Spot, Time, Width, Wish,
};
use opsroom::view::command::Command;
use opsroom::view::desk::{Follow, Mode, Popup, Zoom};
use opsroom::view::update::Act;
use opsroom::wire::ToServer;

use crate::play::{Play, Script, seat, sent, wish, wishes};

const BOB: SeatId = SeatId(2);

/// Bob is here too, and drives where `part` says so; alice rides then.
fn bob(p: &mut Play, part: Part, gaze: Gaze) -> Vec<Act> {
    if part == Part::Drives {
        p.fact(Fact::Seat(seat(
            1,
            "alice",
            SeatRole::Operator,
            Part::Rides,
        )));
    }
    let mut bob = seat(2, "bob", SeatRole::Operator, part);
    bob.looks_at = gaze;
    p.fact(Fact::Seat(bob))
}

fn at(agent: u32) -> Gaze {
    Gaze::from(Some(AgentId(agent)))
}

fn labels(p: &Play) -> Vec<String> {
    let Some(Popup::Choose(chooser)) = &p.desk.popup else {
        panic!("{:?}", p.desk.popup)
    };
    chooser
        .entries
        .iter()
        .map(|one| one.label.clone())
        .collect()
}

pub const PEOPLE: &[Script] = &[
    (Command::Drive, |p| {
        p.keys("g d");
        assert!(p.said().contains("no other operator"), "{}", p.said());
        bob(p, Part::Asks, at(2));
        assert!(p.said().contains("bob asks to drive: g d"), "{}", p.said());
        p.keys("g d");
        assert_eq!(labels(p), ["bob", "nobody"]);
        assert_eq!(wish(&p.keys("enter")), Wish::HandOver(Some(BOB)));
        bob(p, Part::Drives, at(2));
        assert_eq!(wish(&p.keys("g d")), Wish::Drive);
    }),
    (Command::People, |p| {
        bob(p, Part::Rides, at(2));
        p.keys("g p");
        assert_eq!(labels(p), ["alice", "bob"]);
        p.fact(Fact::SeatGone(BOB));
        assert_eq!(labels(p), ["alice"], "the list is what is true now");
        bob(p, Part::Rides, at(2));
        p.keys("down enter");
        assert_eq!(labels(p), ["follow", "hand over"]);
        p.keys("enter");
        assert_eq!(
            (p.desk.follow, p.desk.pane),
            (Some(Follow::Seat(BOB)), Some(AgentId(2)))
        );
    }),
    (Command::Follow, |p| {
        p.keys("F");
        assert!(p.said().contains("you drive"), "{}", p.said());
        bob(p, Part::Drives, at(3));
        let acts = p.keys("F");
        assert_eq!(p.desk.pane, Some(AgentId(3)));
        assert!(
            sent(&acts).contains(&&ToServer::Follow(Some(BOB))),
            "{acts:?}"
        );
        let acts = p.keys("F");
        assert!(sent(&acts).contains(&&ToServer::Follow(None)), "{acts:?}");
        assert_eq!(p.desk.follow, None);
    }),
    (Command::Point, |p| {
        assert_eq!(wish(&p.keys("2 P")), Wish::Point(Spot::Pane(AgentId(2))));
        assert_eq!(
            wish(&p.keys("g w P")),
            Wish::Point(Spot::Card(RequestId(2)))
        );
        p.keys("g t 1 [");
        let line = p.desk.panes[&AgentId(1)].scroll.as_ref().unwrap().at.0;
        let agent = AgentId(1);
        assert_eq!(wish(&p.keys("P")), Wish::Point(Spot::Line { agent, line }));
    }),
    (Command::Breakroom, |p| {
        said(p, 1, "bob", "come and look");
        assert_eq!((p.said(), p.desk.unread()), ("bob: come and look", 1));
        p.keys("B");
        assert_eq!(p.desk.unread(), 0, "it is read");
        p.text("I see it");
        assert_eq!(wish(&p.keys("enter")), Wish::Speak("I see it".to_owned()));
        said(p, 2, "bob", "fine");
        assert_eq!(p.desk.unread(), 0, "it is open");
        p.keys("pageup pagedown esc");
        assert!(p.desk.popup.is_none());
    }),
];

/// A person says something in the breakroom.
fn said(p: &mut Play, id: u64, name: &str, text: &str) {
    let person = Person {
        name: name.to_owned(),
        key: None,
    };
    p.fact(Fact::Spoken(Spoken {
        id,
        at: Time(1_000_000_000),
        by: Actor::Person(person),
        text: text.into(),
    }));
}

#[test]
fn a_mark_stands_for_a_while_and_goes_by_itself() {
    let mut p = Play::new();
    let pointed = |seat, agent| {
        Fact::Pointed(Pointed {
            seat: SeatId(seat),
            by: Person {
                name: "bob".to_owned(),
                key: None,
            },
            spot: Spot::Pane(AgentId(agent)),
            at: Time(1),
        })
    };
    p.fact(pointed(2, 3));
    assert_eq!(p.said(), "bob points at agent 3");
    p.fact(pointed(2, 4));
    p.fact(pointed(5, 3));
    let marks = |p: &Play| {
        p.desk
            .marks
            .iter()
            .map(|mark| mark.seat.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(marks(&p), [2, 5], "one mark a person");
    let until = p.desk.marks[0].until;
    assert!(opsroom::view::update::next_deadline(&p.desk).unwrap() <= until);
    p.wait(8_000);
    assert!(p.desk.marks.is_empty());
}

#[test]
fn an_observer_reads_the_breakroom_and_writes_only_where_everyone_may() {
    let mut p = Play::observer();
    p.keys("B");
    p.text("hello");
    assert!(wishes(&p.keys("enter")).is_empty());
    assert!(p.said().contains("only operators write"), "{}", p.said());
    let mut settings = p.desk.facts.settings.clone();
    settings.breakroom = Breakroom::Everyone;
    p.fact(Fact::Settings(settings));
    p.text("hello");
    assert_eq!(wish(&p.keys("enter")), Wish::Speak("hello".to_owned()));
    p.keys("esc");
    assert!(wishes(&p.keys("2 P")).is_empty(), "and points at nothing");
}

#[test]
fn a_view_goes_along_with_pane_zoom_card_and_place_in_the_past() {
    let mut p = Play::new();
    bob(&mut p, Part::Drives, at(3));
    p.keys("F");
    let zoomed = Gaze {
        width: Width::Whole,
        card: Some(RequestId(2)),
        ..at(2)
    };
    bob(&mut p, Part::Drives, zoomed);
    assert_eq!(
        (p.desk.pane, p.desk.zoom, p.desk.request),
        (Some(AgentId(2)), Zoom::On, Some(RequestId(2)))
    );
    bob(
        &mut p,
        Part::Drives,
        Gaze {
            line: Some(40),
            ..zoomed
        },
    );
    assert_eq!(p.desk.mode, Mode::Scroll(AgentId(2)));
    let top = |p: &Play| {
        p.desk.panes[&AgentId(2)]
            .scroll
            .as_ref()
            .map(|scroll| scroll.top)
    };
    assert_eq!(top(&p), Some(40));
    bob(
        &mut p,
        Part::Drives,
        Gaze {
            line: Some(41),
            ..zoomed
        },
    );
    assert_eq!(top(&p), Some(41));
    bob(&mut p, Part::Drives, at(1));
    assert_eq!(
        (p.desk.pane, p.desk.zoom, p.desk.mode),
        (Some(AgentId(1)), Zoom::Off, Mode::Room)
    );
}

#[test]
fn an_own_move_ends_the_following_and_nothing_else_does() {
    for (keys, goes_on) in [
        ("1", false),
        ("z", false),
        ("[", false),
        ("n", false),
        ("?", true),
        ("L", true),
        ("b", true),
    ] {
        let mut p = Play::new();
        bob(&mut p, Part::Drives, at(3));
        p.keys("F");
        p.keys(keys);
        assert_eq!(p.desk.follow.is_some(), goes_on, "{keys}");
    }
    let mut p = Play::new();
    bob(&mut p, Part::Drives, at(3));
    p.keys("F");
    p.screen(3, 210);
    p.wait(60_000);
    assert_eq!(p.desk.follow, Some(Follow::Driver));
}

#[test]
fn who_is_followed_and_leaves_leaves_the_view_where_it_is() {
    let mut p = Play::new();
    bob(&mut p, Part::Rides, at(2));
    p.keys("g p down enter enter");
    assert_eq!(p.desk.follow, Some(Follow::Seat(BOB)));
    let acts = p.fact(Fact::SeatGone(BOB));
    assert_eq!((p.desk.follow, p.desk.pane), (None, Some(AgentId(2))));
    assert!(sent(&acts).contains(&&ToServer::Follow(None)), "{acts:?}");
}

#[test]
fn how_far_back_a_person_reads_is_told_only_while_somebody_goes_along() {
    let lines = |acts: &[Act]| -> Vec<Option<u64>> {
        let gazes = sent(acts).into_iter().filter_map(|one| match one {
            ToServer::LooksAt(gaze) => Some(gaze.line),
            _ => None,
        });
        gazes.collect()
    };
    let mut p = Play::new();
    assert_eq!(lines(&p.keys("3 [ ctrl-b")), [None]);
    let mut bob = seat(2, "bob", SeatRole::Observer, Part::Rides);
    bob.follows = Some(SeatId(1));
    let acts = p.fact(Fact::Seat(bob));
    assert!(matches!(lines(&acts)[..], [Some(_)]), "{acts:?}");
    assert!(matches!(lines(&p.keys("ctrl-b"))[..], [Some(_)]));
}

#[test]
fn only_who_drives_asks_for_a_size() {
    let mut p = Play::new();
    bob(&mut p, Part::Drives, at(3));
    let resizes = |acts: &[Act]| {
        sent(acts)
            .iter()
            .filter(|one| matches!(one, ToServer::Resize { .. }))
            .count()
    };
    assert_eq!(resizes(&p.keys("b z 1")), 0);
    let acts = p.fact(Fact::Seat(seat(
        1,
        "alice",
        SeatRole::Operator,
        Part::Drives,
    )));
    assert_eq!(resizes(&acts), 1);
}

#[test]
fn an_observer_follows_and_does_not_drive() {
    let mut p = Play::observer();
    bob(&mut p, Part::Rides, at(3));
    p.fact(Fact::Seat(seat(
        1,
        "alice",
        SeatRole::Observer,
        Part::Rides,
    )));
    assert!(wishes(&p.keys("g d")).is_empty());
    p.keys("g p down enter");
    assert_eq!(
        p.desk.follow,
        Some(Follow::Seat(BOB)),
        "there is nothing else to do with them"
    );
    let mut p = Play::observer();
    p.fact(Fact::Seat(seat(
        1,
        "alice",
        SeatRole::Observer,
        Part::Rides,
    )));
    p.keys("g p enter");
    assert!(
        p.desk.popup.is_none() && p.said().contains("observer"),
        "{}",
        p.said()
    );
}
