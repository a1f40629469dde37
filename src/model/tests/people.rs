//! Seats: operators act, observers change nothing, and closing says what would be lost.

use super::*;

/// One wish of every kind, each of which an operator would be granted.
fn every_wish(stage: &mut Stage) -> Vec<Wish> {
    let busy = stage.builder("0001-a");
    let ended = stage.agent("gone");
    stage.take(Event::Ended {
        agent: ended,
        exit: Exit::Code(0),
    });
    stage.brief("0002-b", "web/dev");
    let card = stage.ask("k", busy, "ls");
    let free = stage.agent("free");
    stage.look(EVE, &[&card]);
    let (brief, from, to): (BriefId, _, _) = ("0002-b".into(), place("web/dev"), place("web/qa"));
    vec![
        decide(&[&card], Verdict::Approve),
        Wish::Spawn(launch("mine")),
        Wish::Stop(busy),
        Wish::Clear(ended),
        Wish::Restart(ended),
        Wish::Say {
            agent: free,
            text: "hello".to_owned(),
            manner: Manner::Interrupt,
        },
        Wish::Redirect {
            agent: free,
            redirect: Redirect::Direction {
                text: "hello".to_owned(),
            },
        },
        Wish::BriefAdd {
            track: "web".into(),
            stage: "dev".into(),
            text: "title = \"x\"".to_owned(),
        },
        Wish::BriefMove {
            brief: brief.clone(),
            from,
            to,
            why: String::new(),
        },
        Wish::BriefPriority {
            brief: brief.clone(),
            priority: 1,
        },
        Wish::BriefStart {
            brief,
            on: StartOn::Stage,
        },
        Wish::Revoke {
            name: "bob".to_owned(),
        },
        Wish::CloseRoom(Force::Yes),
    ]
}

#[test]
fn an_observer_changes_nothing_whatever_they_wish() {
    let mut stage = Stage::open();
    let wishes = every_wish(&mut stage);
    for wish in wishes {
        for seat in [EVE, SeatId(99)] {
            let before = stage.room.clone();
            let (answer, out) = stage.wish_of(seat, wish.clone());
            assert!(matches!(answer, Answer::Refused(_)), "{wish:?}");
            assert_eq!(out.len(), 1, "{wish:?}");
            assert_eq!(before, stage.room, "{wish:?}");
        }
    }
}

#[test]
fn an_operator_is_granted_the_same_wishes() {
    let mut fresh = Stage::open();
    for n in 0..every_wish(&mut fresh).len() {
        let mut stage = Stage::open();
        let wish = every_wish(&mut stage).swap_remove(n);
        if let Wish::Decide { cards, .. } = &wish {
            stage.look(ALICE, &[&cards[0]]);
        }
        let answer = stage.wish(wish.clone());
        assert!(
            !matches!(answer, Answer::Refused(_)),
            "{wish:?}: {answer:?}"
        );
    }
}

#[test]
fn an_observers_keys_are_nothing() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let before = stage.room.clone();
    assert!(stage.take(Event::Typed { seat: EVE, agent }).is_empty());
    assert_eq!(before, stage.room);
}

#[test]
fn typing_is_one_line_until_a_minute_has_passed_without() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let mut lines = Vec::new();
    for wait in [0, 59_000, 59_000, 60_000] {
        stage.wait(wait);
        let out = stage.take(Event::Typed { seat: ALICE, agent });
        lines.push(entries(&out).len());
    }
    assert_eq!(lines, [1, 0, 0, 1]);
    let out = stage.take(Event::Typed { seat: BOB, agent });
    assert_eq!(entries(&out)[0].by, Actor::Person(person("bob")));
}

#[test]
fn coming_and_going_is_journalled_and_shown() {
    let mut stage = Stage::open();
    stage.take(Event::SeatLeft(BOB));
    assert!(!stage.room.seats.contains_key(&BOB));
    let last = stage.journal.last().unwrap();
    assert_eq!(
        (&last.by, &last.what),
        (&Actor::Person(person("bob")), &Happening::Left)
    );
    assert!(stage.take(Event::SeatLeft(BOB)).is_empty());
}

#[test]
fn who_comes_back_has_to_look_again() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "ls");
    stage.look(ALICE, &[&card]);
    stage.take(Event::SeatLeft(ALICE));
    stage.sit(ALICE, "alice", SeatRole::Operator);
    stage.refused(decide(&[&card], Verdict::Approve));
    stage.look(ALICE, &[&card]);
    stage.sit(ALICE, "alice", SeatRole::Operator);
    stage.refused(decide(&[&card], Verdict::Approve));
}

#[test]
fn closing_says_what_would_be_lost_unless_forced() {
    let mut stage = Stage::open();
    let scout = stage.agent("scout");
    stage.agent("helper");
    stage.ask("k", scout, "ls");
    let why = stage.refused(Wish::CloseRoom(Force::No));
    assert_eq!(
        why,
        "closing would end 2 living agents (scout, helper) and leave 1 request undecided"
    );
    let (answer, out) = stage.wish_of(ALICE, Wish::CloseRoom(Force::Yes));
    assert_eq!(answer, Answer::Done);
    let stops = out
        .iter()
        .filter(|effect| matches!(effect, Effect::Stop(_)));
    assert_eq!(stops.count(), 2);
    assert_eq!(out.last(), Some(&Effect::Close));
}

#[test]
fn an_empty_room_closes_without_force() {
    let mut stage = Stage::open();
    assert_eq!(stage.wish(Wish::CloseRoom(Force::No)), Answer::Done);
}
