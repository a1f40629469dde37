//! Driving: one seat at most, taken and handed over explicitly, and what the others may do meanwhile.

use super::*;

const CAROL: SeatId = SeatId(4);
const IDLE_MS: u64 = 120_000;

fn part(stage: &Stage, seat: SeatId) -> Part {
    stage.room.seats[&seat].part
}

/// Alice drives and is at work.
fn at_work() -> Stage {
    let mut stage = Stage::open();
    stage.agent("scout");
    stage
}

fn refused(stage: &mut Stage, seat: SeatId, wish: Wish) -> String {
    let before = stage.room.clone();
    let (answer, _) = stage.wish_of(seat, wish);
    assert_eq!(before, stage.room, "a refused wish changes nothing");
    match answer {
        Answer::Refused(why) => why,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn whoever_is_alone_drives_and_an_observer_never_does() {
    let mut stage = Stage::empty();
    stage.sit(EVE, "eve", SeatRole::Observer);
    assert_eq!(stage.room.driver(), None);
    stage.sit(ALICE, "alice", SeatRole::Operator);
    assert_eq!(stage.room.driver(), Some(ALICE));
    stage.sit(BOB, "bob", SeatRole::Operator);
    assert_eq!(
        (part(&stage, ALICE), part(&stage, BOB)),
        (Part::Drives, Part::Rides)
    );
    stage.take(Event::Reaches(EVE));
    assert_eq!(stage.room.driver(), Some(ALICE));
}

#[test]
fn the_first_who_acts_drives_where_the_other_was_only_there() {
    let mut stage = Stage::open();
    stage.take(Event::Reaches(BOB));
    assert_eq!(stage.room.driver(), Some(BOB));
    assert_eq!(stage.room.reaches(BOB), Ok(()));
    let why = stage.room.reaches(ALICE).unwrap_err();
    assert!(
        why.contains("bob drives") && why.contains("(`:drive`)"),
        "{why}"
    );
}

#[test]
fn while_one_works_the_keys_and_wishes_of_another_operator_wait_and_say_so() {
    let mut stage = at_work();
    let before = stage.room.clone();
    assert!(stage.take(Event::Reaches(BOB)).is_empty());
    assert_eq!(before, stage.room);
    assert!(stage.room.reaches(BOB).is_err());
    let why = refused(&mut stage, BOB, Wish::Spawn(launch("mine")));
    assert!(why.contains("alice drives"), "{why}");
    refused(&mut stage, BOB, Wish::CloseRoom(Force::Yes));
}

#[test]
fn cards_are_decided_by_every_operator_and_the_first_decision_wins() {
    let mut stage = at_work();
    let card = stage.ask("k", AgentId(1), "ls");
    stage.look(BOB, &[&card]);
    let (answer, _) = stage.wish_of(BOB, decide(&[&card], Verdict::Approve));
    assert_eq!(answer, Answer::Done);
    assert_eq!(stage.room.driver(), Some(ALICE));
    stage.look(ALICE, &[&card]);
    let why = stage.refused(decide(&[&card], Verdict::Approve));
    assert!(why.contains("bob"), "{why}");
}

#[test]
fn an_idle_driver_gives_way_to_the_next_who_does_something_and_the_journal_says_so() {
    let mut stage = at_work();
    stage.wait(IDLE_MS - 1);
    assert!(stage.take(Event::Reaches(BOB)).is_empty());
    stage.wait(1);
    let out = stage.take(Event::Reaches(BOB));
    assert_eq!(stage.room.driver(), Some(BOB));
    let line = &entries(&out)[0];
    assert_eq!(line.by, Actor::Person(person("bob")));
    let (driver, before) = (person("bob"), person("alice"));
    assert_eq!(line.what, Happening::Drove { driver, before });
}

#[test]
fn whoever_types_or_looks_around_is_not_idle() {
    let mut stage = at_work();
    let agent = AgentId(1);
    stage.take(Event::LooksAt {
        seat: ALICE,
        gaze: Some(agent).into(),
    });
    stage.wait(IDLE_MS - 1);
    stage.take(Event::Typed { seat: ALICE, agent });
    stage.wait(IDLE_MS - 1);
    stage.take(Event::LooksAt {
        seat: ALICE,
        gaze: Gaze {
            width: Width::Whole,
            ..Some(agent).into()
        },
    });
    stage.wait(IDLE_MS - 1);
    assert!(stage.take(Event::Reaches(BOB)).is_empty());
    // a card that comes up by itself is nothing that the driver did
    let card = stage.ask("k", agent, "ls");
    let gaze = Gaze {
        width: Width::Whole,
        card: Some(card.request),
        ..Some(agent).into()
    };
    stage.take(Event::LooksAt { seat: ALICE, gaze });
    stage.wait(1);
    stage.take(Event::Reaches(BOB));
    assert_eq!(stage.room.driver(), Some(BOB));
}

#[test]
fn a_driver_at_work_is_asked_and_hands_over() {
    let mut stage = at_work();
    let (answer, out) = stage.wish_of(BOB, Wish::Drive);
    assert_eq!(answer, Answer::Done);
    assert_eq!(
        (stage.room.driver(), part(&stage, BOB)),
        (Some(ALICE), Part::Asks)
    );
    assert!(entries(&out).is_empty());
    assert_eq!(stage.wish(Wish::HandOver(Some(BOB))), Answer::Done);
    assert_eq!(
        (part(&stage, ALICE), part(&stage, BOB)),
        (Part::Rides, Part::Drives)
    );
    let last = stage.journal.last().unwrap();
    assert_eq!(last.by, Actor::Person(person("alice")));
    refused(&mut stage, EVE, Wish::HandOver(Some(EVE)));
    stage.refused(Wish::HandOver(Some(ALICE)));
}

#[test]
fn the_driving_is_handed_to_operators_who_sit_here_or_to_nobody() {
    let mut stage = at_work();
    stage.refused(Wish::HandOver(Some(EVE)));
    stage.refused(Wish::HandOver(Some(SeatId(99))));
    assert_eq!(stage.wish(Wish::HandOver(None)), Answer::Done);
    assert_eq!(stage.room.driver(), None);
    assert_eq!(stage.wish_of(BOB, Wish::Drive).0, Answer::Done);
    assert_eq!(stage.room.driver(), Some(BOB));
}

#[test]
fn asking_twice_is_asking_no_more() {
    let mut stage = at_work();
    let before = stage.room.clone();
    stage.wish_of(BOB, Wish::Drive);
    stage.wish_of(BOB, Wish::Drive);
    assert_eq!(before.seats, stage.room.seats);
    assert_eq!(before.next_deadline(), stage.room.next_deadline());
}

#[test]
fn who_asked_first_has_it_once_the_driver_does_nothing() {
    let mut stage = at_work();
    stage.sit(CAROL, "carol", SeatRole::Operator);
    assert_eq!(stage.room.next_deadline(), None);
    stage.wish_of(CAROL, Wish::Drive);
    stage.wish_of(BOB, Wish::Drive);
    assert_eq!(
        stage.room.next_deadline(),
        Some(Time(stage.now.0 + IDLE_MS))
    );
    stage.wait(IDLE_MS);
    stage.take(Event::Tick);
    assert_eq!(stage.room.driver(), Some(CAROL));
    assert_eq!(part(&stage, BOB), Part::Asks);
    assert_eq!(stage.journal.last().unwrap().by, Actor::Room);
}

#[test]
fn a_driver_who_leaves_lets_go_and_who_asked_or_is_left_alone_drives() {
    let mut stage = at_work();
    stage.sit(CAROL, "carol", SeatRole::Operator);
    stage.wish_of(CAROL, Wish::Drive);
    stage.take(Event::SeatLeft(ALICE));
    assert_eq!(stage.room.driver(), Some(CAROL));
    stage.take(Event::SeatLeft(CAROL));
    assert_eq!(stage.room.driver(), Some(BOB));
    stage.take(Event::SeatLeft(BOB));
    assert_eq!(stage.room.driver(), None);
}

#[test]
fn of_several_who_are_left_nobody_drives_until_one_does_something() {
    let mut stage = at_work();
    stage.sit(CAROL, "carol", SeatRole::Operator);
    stage.take(Event::SeatLeft(ALICE));
    assert_eq!(stage.room.driver(), None);
    let (answer, _) = stage.wish_of(CAROL, Wish::Spawn(launch("mine")));
    assert!(matches!(answer, Answer::Agent(_)));
    assert_eq!(stage.room.driver(), Some(CAROL));
}

#[test]
fn a_persons_own_other_window_drives_at_once_and_no_line_says_so() {
    let mut stage = at_work();
    stage.sit(CAROL, "alice", SeatRole::Operator);
    let out = stage.take(Event::Reaches(CAROL));
    assert_eq!(stage.room.driver(), Some(CAROL));
    assert!(entries(&out).is_empty());
}

#[test]
fn a_script_needs_no_driving_and_takes_none() {
    let mut stage = at_work();
    stage.take(Event::SeatTaken {
        seat: CAROL,
        arrival: arrival("carol", SeatRole::Operator),
        sitting: Sitting::Visits,
    });
    let (answer, _) = stage.wish_of(CAROL, Wish::Spawn(launch("theirs")));
    assert!(matches!(answer, Answer::Agent(_)));
    assert_eq!(stage.room.driver(), Some(ALICE));
    refused(&mut stage, CAROL, Wish::Drive);
}

#[test]
fn setting_the_clock_makes_nobody_idle() {
    let mut stage = at_work();
    stage.room.clock_set(3_600_000);
    stage.mirror = promises::Mirror::of(&stage.room);
    stage.now = Time(stage.now.0 + 3_600_000);
    assert!(stage.take(Event::Reaches(BOB)).is_empty());
    assert_eq!(stage.room.driver(), Some(ALICE));
}

#[test]
fn who_is_followed_and_leaves_is_followed_no_more() {
    let mut stage = at_work();
    let follows = |seat, whom| Event::Follows { seat, whom };
    stage.take(follows(EVE, Some(ALICE)));
    assert_eq!(stage.room.seats[&EVE].follows, Some(ALICE));
    stage.take(follows(BOB, Some(BOB)));
    stage.take(follows(BOB, Some(SeatId(99))));
    assert_eq!(stage.room.seats[&BOB].follows, None);
    stage.take(Event::SeatLeft(ALICE));
    assert_eq!(stage.room.seats[&EVE].follows, None);
}
