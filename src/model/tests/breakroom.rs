//! The breakroom and the pointer: words and marks that reach no agent.

use super::*;

#[test]
fn agents_and_operators_speak_and_the_server_names_them() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let out = stage.take(Event::Spoke {
        agent,
        key: "k".into(),
        text: " hello\n".to_owned(),
    });
    assert_eq!(outcomes(&out), [("k", &Outcome::Noted)]);
    assert_eq!(stage.wish(Wish::Speak("hi".to_owned())), Answer::Done);
    let lines: Vec<_> = stage.room.book.breakroom.iter().collect();
    assert_eq!(
        (lines[0].id, &lines[0].by, lines[0].text.raw()),
        (1, &Actor::Agent(agent), "hello")
    );
    assert_eq!(
        (lines[1].id, &lines[1].by),
        (2, &Actor::Person(person("alice")))
    );
    assert!(
        out.iter()
            .all(|effect| !matches!(effect, Effect::Deliver { .. }))
    );
}

#[test]
fn an_observer_speaks_only_where_the_room_lets_everyone() {
    let mut stage = Stage::open();
    let before = stage.room.clone();
    let speak = || Wish::Speak("may I?".to_owned());
    assert!(matches!(stage.wish_of(EVE, speak()).0, Answer::Refused(_)));
    assert_eq!(before, stage.room);
    stage.take(Event::Settings(Settings {
        breakroom: Breakroom::Everyone,
        ..settings()
    }));
    assert_eq!(stage.wish_of(EVE, speak()).0, Answer::Done);
    assert!(matches!(
        stage.wish_of(EVE, Wish::Stop(AgentId(1))).0,
        Answer::Refused(_)
    ));
    assert_eq!(stage.room.driver(), Some(ALICE));
}

#[test]
fn speaking_needs_no_driving() {
    let mut stage = Stage::open();
    stage.agent("scout");
    assert_eq!(
        stage.wish_of(BOB, Wish::Speak("hi".to_owned())).0,
        Answer::Done
    );
    assert_eq!(stage.room.driver(), Some(ALICE));
}

#[test]
fn a_line_too_long_and_one_too_many_are_refused_with_a_sentence() {
    let mut stage = Stage::open();
    stage.refused(Wish::Speak(" \n".to_owned()));
    stage.refused(Wish::Speak("x".repeat(2_001)));
    for _ in 0..20 {
        assert_eq!(stage.wish(Wish::Speak("x".repeat(2_000))), Answer::Done);
    }
    let why = stage.refused(Wish::Speak("x".to_owned()));
    assert!(why.contains("20 lines"), "{why}");
    assert_eq!(
        stage.wish_of(BOB, Wish::Speak("y".to_owned())).0,
        Answer::Done
    );
    stage.wait(60_000);
    assert_eq!(stage.wish(Wish::Speak("x".to_owned())), Answer::Done);
}

#[test]
fn the_oldest_line_goes_and_a_crash_forgets_none_that_is_kept() {
    let mut stage = Stage::open();
    for _ in 0..BREAKROOM_KEPT + 5 {
        stage.wait(4_000);
        stage.wish(Wish::Speak("x".to_owned()));
    }
    let ids = |stage: &Stage| {
        stage
            .room
            .book
            .breakroom
            .iter()
            .map(|line| line.id)
            .collect::<Vec<_>>()
    };
    let kept = ids(&stage);
    assert_eq!((kept.len(), kept[0]), (BREAKROOM_KEPT, 6));
    stage.crash();
    assert_eq!(ids(&stage), kept);
}

#[test]
fn a_pointer_is_shown_once_and_changes_nothing() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "ls");
    for spot in [
        Spot::Pane(agent),
        Spot::Line { agent, line: 7 },
        Spot::Card(card.request),
    ] {
        let before = stage.room.clone();
        let (answer, out) = stage.wish_of(BOB, Wish::Point(spot));
        assert_eq!(answer, Answer::Done);
        assert!(out.iter().any(|effect| matches!(effect, Effect::Show(Fact::Pointed(one)) if one.spot == spot && one.seat == BOB)));
        assert_eq!(before, stage.room);
    }
    stage.refused(Wish::Point(Spot::Pane(AgentId(99))));
    assert!(matches!(
        stage.wish_of(EVE, Wish::Point(Spot::Pane(agent))).0,
        Answer::Refused(_)
    ));
}
