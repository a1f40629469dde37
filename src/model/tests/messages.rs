//! Messages wait for rest, are recorded before they go, and are never silently lost.

use super::*;

fn say(agent: AgentId, text: &str, manner: Manner) -> Wish {
    let text = text.to_owned();
    Wish::Say {
        agent,
        text,
        manner,
    }
}

fn at_rest(agent: AgentId, text: &str) -> Wish {
    say(agent, text, Manner::AtRest)
}

#[test]
fn a_message_waits_until_the_turn_has_ended() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Working);
    assert_eq!(stage.wish(at_rest(agent, "hello")), Answer::Done);
    assert_eq!(stage.room.book.messages[&1].delivery, Delivery::Held);
    assert_eq!(stage.room.next_deadline(), None);
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert_eq!(delivered(&out), [(agent, "hello")]);
    stage.take(Event::Written {
        message: 1,
        outcome: Wrote::Taken,
    });
    assert!(stage.room.book.messages.is_empty());
}

#[test]
fn a_message_waits_until_the_request_is_answered() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    let card = stage.ask("k", agent, "ls");
    for manner in [Manner::AtRest, Manner::Interrupt] {
        let (_, out) = stage.wish_of(ALICE, say(agent, "hello", manner));
        assert!(delivered(&out).is_empty());
    }
    stage.look(ALICE, &[&card]);
    let (_, out) = stage.decide(&card, Verdict::Approve);
    assert!(!delivered(&out).is_empty());
}

#[test]
fn an_interrupt_goes_at_once() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Working);
    let (_, out) = stage.wish_of(ALICE, say(agent, "stop that", Manner::Interrupt));
    assert_eq!(delivered(&out), [(agent, "stop that")]);
}

#[test]
fn nothing_is_written_where_there_is_no_process_yet() {
    let mut stage = Stage::open();
    let Answer::Agent(agent) = stage.wish(Wish::Spawn(launch("late"))) else {
        panic!("no agent");
    };
    let (_, out) = stage.wish_of(ALICE, say(agent, "hello", Manner::Interrupt));
    assert!(delivered(&out).is_empty());
    let out = stage.take(Event::Started { agent, pid: 7 });
    assert_eq!(delivered(&out), [(agent, "hello")]);
}

#[test]
fn one_message_at_a_time_and_the_next_when_it_rests_again() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    let (_, first) = stage.wish_of(ALICE, at_rest(agent, "one"));
    let (_, second) = stage.wish_of(ALICE, at_rest(agent, "two"));
    assert_eq!(delivered(&first), [(agent, "one")]);
    assert!(delivered(&second).is_empty());
    stage.wait(9_000);
    assert!(
        delivered(&stage.take(Event::Tick)).is_empty(),
        "the first is not written yet"
    );
    let out = stage.take(Event::Written {
        message: 1,
        outcome: Wrote::Taken,
    });
    assert!(
        delivered(&out).is_empty(),
        "it has just been given something to do"
    );
    stage.hear(agent, Source::Record, State::Working);
    stage.wait(60_000);
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert_eq!(delivered(&out), [(agent, "two")]);
}

#[test]
fn an_agent_that_stays_idle_gets_the_next_message_a_moment_later() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wish(at_rest(agent, "one"));
    stage.wish(at_rest(agent, "two"));
    stage.take(Event::Written {
        message: 1,
        outcome: Wrote::Taken,
    });
    let due = stage.room.next_deadline().unwrap();
    assert_eq!(due, Time(stage.now.0 + 2_000));
    stage.now = due;
    assert_eq!(delivered(&stage.take(Event::Tick)), [(agent, "two")]);
}

#[test]
fn an_agent_of_which_nothing_is_known_gets_its_message_when_it_is_quiet() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    assert_eq!(stage.state(agent), State::Unknown);
    stage.wish(at_rest(agent, "hello"));
    let due = stage.room.next_deadline().unwrap();
    assert_eq!(due, Time(stage.now.0 + 2_000));
    stage.now = due;
    assert_eq!(delivered(&stage.take(Event::Tick)), [(agent, "hello")]);
    assert_eq!(stage.room.next_deadline(), None);
}

#[test]
fn a_message_waits_while_somebody_types_there() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wait(1_000);
    stage.take(Event::Typed { seat: BOB, agent });
    let (_, out) = stage.wish_of(ALICE, at_rest(agent, "hello"));
    assert!(delivered(&out).is_empty());
    let due = stage.room.next_deadline().unwrap();
    assert_eq!(due, Time(stage.now.0 + 5_000));
    stage.now = due;
    assert_eq!(delivered(&stage.take(Event::Tick)), [(agent, "hello")]);
}

#[test]
fn a_dialog_that_only_the_screen_shows_holds_a_message_back() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wait(10);
    stage.hear(agent, Source::Screen, State::Waiting);
    assert_eq!(stage.state(agent), State::Idle);
    assert!(stage.room.agent(agent).unwrap().contradiction().is_some());
    let (_, out) = stage.wish_of(ALICE, at_rest(agent, "hello"));
    assert!(delivered(&out).is_empty());
    assert_eq!(stage.room.next_deadline(), None);
}

#[test]
fn a_message_that_could_not_be_written_is_dropped_with_the_reason() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wish(at_rest(agent, "hello"));
    let outcome = Wrote::Not("the pane is closed".to_owned());
    let out = stage.take(Event::Written {
        message: 1,
        outcome,
    });
    let why = "the pane is closed".to_owned();
    assert_eq!(
        entries(&out)[0].what,
        Happening::Dropped { message: 1, why }
    );
}

#[test]
fn a_hundred_messages_may_wait_and_not_one_more() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Working);
    for n in 0..100 {
        assert_eq!(stage.wish(at_rest(agent, &format!("{n}"))), Answer::Done);
    }
    let why = stage.refused(at_rest(agent, "one more"));
    assert!(
        why.starts_with("100 messages wait for scout already"),
        "{why}"
    );
}

#[test]
fn an_empty_message_or_one_to_nobody_is_refused() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.refused(at_rest(agent, " \n"));
    stage.refused(at_rest(AgentId(77), "hello"));
}

#[test]
fn new_direction_interrupts_unless_a_request_is_open() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Working);
    let redirect = Redirect::Direction {
        text: "look elsewhere".to_owned(),
    };
    let wish = Wish::Redirect { agent, redirect };
    let (_, out) = stage.wish_of(ALICE, wish.clone());
    assert_eq!(delivered(&out), [(agent, "look elsewhere")]);
    stage.ask("k", agent, "ls");
    let why = stage.refused(wish);
    assert!(why.contains("answer its request first"), "{why}");
}

fn wrote(message: u64, outcome: Wrote) -> Event {
    Event::Written { message, outcome }
}

/// The card that asks whether an agent took something, where one is open.
fn doubt(stage: &Stage) -> Option<Request> {
    let mut open = stage.room.open_requests();
    open.find(|it| it.ask.cut_off().is_some()).cloned()
}

/// A message that is written to an agent at rest.
fn written_to(stage: &mut Stage) -> AgentId {
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    stage.wish(at_rest(agent, "hello"));
    agent
}

#[test]
fn a_message_is_delivered_only_when_a_turn_was_seen_to_begin_behind_it() {
    for source in [Source::Record, Source::Hook, Source::Api] {
        let mut stage = Stage::open();
        let agent = written_to(&mut stage);
        stage.hear(agent, Source::Screen, State::Working);
        stage.wait(10);
        stage.take(wrote(1, Wrote::Submitted(stage.now)));
        assert!(
            matches!(stage.room.book.messages[&1].delivery, Delivery::Sent(_)),
            "what was said before it was submitted tells nothing"
        );
        stage.wait(10);
        let out = stage.hear(agent, source, State::Working);
        let taken = Happening::Written { message: 1 };
        assert!(entries(&out).iter().any(|it| it.what == taken), "{out:?}");
        assert!(stage.room.book.messages.is_empty());
        assert!(
            stage
                .take(wrote(1, Wrote::Unseen("late".into())))
                .is_empty()
        );
    }
}

#[test]
fn a_hook_that_is_faster_than_its_pane_tells_all_the_same() {
    let mut stage = Stage::open();
    let agent = written_to(&mut stage);
    stage.wait(10);
    let submitted = stage.now;
    stage.wait(10);
    stage.hear(agent, Source::Hook, State::Working);
    stage.take(wrote(1, Wrote::Submitted(submitted)));
    assert!(stage.room.book.messages.is_empty());
}

#[test]
fn an_agent_that_asks_or_says_something_has_read() {
    let mut stage = Stage::open();
    let agent = written_to(&mut stage);
    stage.take(wrote(1, Wrote::Submitted(stage.now)));
    stage.ask("k", agent, "ls");
    assert!(stage.room.book.messages.is_empty());
}

#[test]
fn what_was_not_seen_to_be_taken_is_a_card_and_is_never_written_again_by_itself() {
    let mut stage = Stage::open();
    let agent = written_to(&mut stage);
    stage.take(wrote(1, Wrote::Submitted(stage.now)));
    stage.wish(at_rest(agent, "and this"));
    let out = stage.take(wrote(1, Wrote::Unseen("nothing shows it".into())));
    let why = "nothing shows it".to_owned();
    let line = Happening::Unseen { message: 1, why };
    assert!(entries(&out).iter().any(|it| it.what == line), "{out:?}");
    let card = doubt(&stage).unwrap();
    let text = card.ask.line();
    for words in [
        "scout was not seen to take this: nothing shows it",
        "press enter",
        "alice: hello",
    ] {
        assert!(text.raw().contains(words), "{text:?}");
    }
    stage.wait(60_000);
    assert!(
        delivered(&stage.take(Event::Tick)).is_empty(),
        "the next would be written behind it"
    );
    let card = Card {
        request: card.id,
        digest: card.digest,
    };
    stage.look(ALICE, &[&card]);
    let again = Verdict::Reply {
        text: CutOff::AGAIN.to_owned(),
    };
    let (_, out) = stage.decide(&card, again);
    stage.wait(60_000);
    let out = [out, stage.take(Event::Tick)].concat();
    assert_eq!(delivered(&out), [(agent, "and this")]);
    let held = &stage.room.book.messages;
    assert!(held.values().any(|it| it.text == "hello"), "{held:?}");
}

#[test]
fn the_card_goes_when_the_agent_goes_to_work_after_all() {
    let mut stage = Stage::open();
    let agent = written_to(&mut stage);
    stage.take(wrote(1, Wrote::Submitted(stage.now)));
    stage.take(wrote(1, Wrote::Unseen("nothing shows it".into())));
    stage.wait(500);
    stage.hear(agent, Source::Hook, State::Idle);
    assert!(doubt(&stage).is_some());
    stage.hear(agent, Source::Record, State::Working);
    assert_eq!(doubt(&stage), None);
}

#[test]
fn a_server_that_takes_over_in_between_asks_once() {
    let mut stage = Stage::open();
    let agent = written_to(&mut stage);
    stage.take(wrote(1, Wrote::Submitted(stage.now)));
    stage.take(wrote(1, Wrote::Unseen("nothing shows it".into())));
    stage.crash();
    stage.take(opened(&[(agent, 7)]));
    let open = stage.room.open_requests();
    assert_eq!(open.filter(|it| it.ask.cut_off().is_some()).count(), 1);
}
