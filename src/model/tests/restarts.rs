//! Another server takes the room over with the journal, the settings and the folder.

use super::*;

#[test]
fn agents_that_the_keeper_does_not_have_are_lost_and_the_others_live_on() {
    let mut stage = Stage::open();
    let (kept, lost) = (stage.agent("kept"), stage.agent("lost"));
    stage.ask("k", lost, "ls");
    stage.crash();
    stage.take(opened(&[(kept, 5)]));
    assert_eq!(stage.state(lost), State::Exited(Exit::Lost));
    let known = stage.room.agent(kept).unwrap();
    assert_eq!((known.pid, known.evidence.state), (Some(5), State::Unknown));
    assert!(matches!(stage.status("k"), Status::Withdrawn { .. }));
}

#[test]
fn askers_have_their_time_to_come_back_to_the_new_server() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let one = stage.ask("one", agent, "ls");
    stage.ask("two", agent, "pwd");
    stage.crash();
    stage.take(opened(&[(agent, 5)]));
    assert_eq!(stage.room.next_deadline(), Some(Time(stage.now.0 + 60_000)));
    stage.wait(59_000);
    stage.take(asked("one", Some(agent), permission("ls")));
    stage.wait(1_000);
    stage.take(Event::Tick);
    assert_eq!(stage.status("one"), Status::Open);
    assert!(matches!(stage.status("two"), Status::Withdrawn { .. }));
    stage.sit(ALICE, "alice", SeatRole::Operator);
    stage.look(ALICE, &[&one]);
    let (answer, out) = stage.decide(&one, Verdict::Approve);
    assert_eq!((answer, outcomes(&out).len()), (Answer::Done, 1));
}

#[test]
fn a_decision_that_was_recorded_is_there_for_who_comes_back() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "ls");
    stage.look(ALICE, &[&card]);
    stage.decide(&card, Verdict::Approve);
    stage.crash();
    stage.take(opened(&[(agent, 5)]));
    let out = stage.take(asked("k", Some(agent), permission("ls")));
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Decided(_))]));
}

#[test]
fn a_message_that_was_being_written_is_dropped_and_a_held_one_still_goes() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Idle);
    for text in ["one", "two"] {
        let (text, manner) = (text.to_owned(), Manner::AtRest);
        stage.wish(Wish::Say {
            agent,
            text,
            manner,
        });
    }
    stage.crash();
    let out = stage.take(opened(&[(agent, 5)]));
    let dropped = entries(&out)
        .into_iter()
        .find_map(|entry| match &entry.what {
            Happening::Dropped { message, why } => Some((*message, why.as_str())),
            _ => None,
        });
    let why = "the server was replaced while it was being written; it may or may not have arrived";
    assert_eq!(dropped, Some((1, why)));
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert_eq!(delivered(&out), [(agent, "two")]);
}

/// Up to `kept` of the lines of the last decision reached the disk; no effect was performed.
fn gate_approved_and_cut(kept: usize) -> (Stage, Vec<Effect>) {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let gate = stage.hand("done", agent);
    stage.look(ALICE, &[&gate]);
    let (before, book) = (stage.journal.len(), stage.replayed.clone());
    stage.decide(&gate, Verdict::Approve);
    stage.journal.truncate(before + kept);
    stage.replayed = book;
    for entry in &stage.journal[before..] {
        stage.replayed.apply(entry);
    }
    stage.crash();
    let out = stage.take(opened(&[(agent, 5)]));
    (stage, out)
}

#[test]
fn an_approved_gate_moves_its_brief_even_when_the_server_died_in_between() {
    for kept in [1, 2] {
        let (mut stage, out) = gate_approved_and_cut(kept);
        let moves = out
            .iter()
            .filter(|effect| matches!(effect, Effect::BriefMove { .. }));
        assert_eq!(moves.count(), 1);
        stage.brief("0001-a", "web/qa");
        assert!(stage.room.book.moving.is_empty());
        stage.crash();
        let out = stage.take(opened(&[]));
        assert!(
            !out.iter()
                .any(|effect| matches!(effect, Effect::BriefMove { .. }))
        );
    }
    let (stage, out) = gate_approved_and_cut(0);
    assert_eq!(stage.status("done"), Status::Open);
    assert!(
        !out.iter()
            .any(|effect| matches!(effect, Effect::BriefMove { .. }))
    );
}

#[test]
fn a_move_that_was_done_before_the_crash_is_not_done_again() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    let (from, to) = (place("web/inbox"), place("web/dev"));
    stage.wish(Wish::BriefMove {
        brief: "0001-a".into(),
        from,
        to: to.clone(),
        why: String::new(),
    });
    stage
        .room
        .briefs
        .get_mut(&BriefId::from("0001-a"))
        .unwrap()
        .place = to;
    stage.crash();
    let out = stage.take(opened(&[]));
    assert!(
        !out.iter()
            .any(|effect| matches!(effect, Effect::BriefMove { .. }))
    );
    assert!(stage.room.book.moving.is_empty());
}

#[test]
fn a_process_that_the_journal_does_not_know_is_named_and_its_number_left_alone() {
    let mut stage = Stage::open();
    stage.crash();
    let out = stage.take(opened(&[(AgentId(9), 5)]));
    assert!(
        out.iter()
            .any(|effect| matches!(effect, Effect::Show(Fact::Notice(_))))
    );
    stage.sit(ALICE, "alice", SeatRole::Operator);
    assert_eq!(stage.agent("scout"), AgentId(10));
}

#[test]
fn the_agents_of_the_settings_start_with_the_room_and_not_with_every_server() {
    let spawned = |out: &[Effect]| {
        let spawns = out
            .iter()
            .filter(|effect| matches!(effect, Effect::Spawn { .. }));
        spawns.count()
    };
    let mut stage = Stage::empty();
    let with_agent = Settings {
        agents: vec![launch("resident")],
        ..settings()
    };
    stage.take(Event::Settings(with_agent.clone()));
    assert_eq!(spawned(&stage.take(opened(&[]))), 1);
    stage.crash();
    stage.take(Event::Settings(with_agent.clone()));
    assert_eq!(spawned(&stage.take(opened(&[(AgentId(1), 5)]))), 0);
    stage.crash();
    stage.take(Event::Settings(with_agent));
    assert_eq!(spawned(&stage.take(opened(&[]))), 1, "every agent was lost");
}

fn session(text: &str) -> SessionId {
    SessionId::new(text).unwrap()
}

/// Starts an ended agent again, and says with which session.
fn restarted(stage: &mut Stage, agent: AgentId) -> (AgentId, Option<SessionId>) {
    let (answer, out) = stage.wish_of(ALICE, Wish::Restart(agent));
    let Answer::Agent(again) = answer else {
        panic!("not started: {answer:?}");
    };
    let launch = out.into_iter().find_map(|effect| match effect {
        Effect::Spawn { launch, .. } => Some(launch),
        _ => None,
    });
    (again, launch.unwrap().resume)
}

#[test]
fn an_agent_that_is_started_again_goes_on_with_its_session_also_behind_a_crash() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let told = |session| Event::Session { agent, session };
    assert_eq!(entries(&stage.take(told(session("s-1")))).len(), 1);
    assert_eq!(
        entries(&stage.take(told(session("s-1")))).len(),
        0,
        "told once"
    );
    stage.take(told(session("s-2")));
    stage.crash();
    stage.take(opened(&[]));
    stage.sit(ALICE, "alice", SeatRole::Operator);
    let (again, resumed) = restarted(&mut stage, agent);
    assert_eq!(resumed, Some(session("s-2")));
    let known = stage.room.agent(again).unwrap();
    assert_eq!(known.session, Some(session("s-2")));
}

#[test]
fn a_session_that_cannot_be_gone_on_with_is_not_tried_for_ever() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let ended = |agent, exit| Event::Ended { agent, exit };
    stage.take(Event::Session {
        agent,
        session: session("s-1"),
    });
    stage.take(ended(agent, Exit::Code(1)));
    let (again, resumed) = restarted(&mut stage, agent);
    assert_eq!(resumed, Some(session("s-1")));
    stage.wait(500);
    stage.take(ended(again, Exit::Code(1)));
    let (anew, resumed) = restarted(&mut stage, again);
    assert_eq!(resumed, None);
    stage.take(Event::Session {
        agent: anew,
        session: session("s-2"),
    });
    stage.take(ended(anew, Exit::Failed("no such program".into())));
    assert_eq!(restarted(&mut stage, anew).1, None, "it never began");
}

#[test]
fn a_session_that_was_gone_on_with_for_a_while_is_gone_on_with_again() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.take(Event::Session {
        agent,
        session: session("s-1"),
    });
    stage.take(Event::Ended {
        agent,
        exit: Exit::Lost,
    });
    let (again, _) = restarted(&mut stage, agent);
    stage.wait(10_000);
    stage.take(Event::Ended {
        agent: again,
        exit: Exit::Code(1),
    });
    assert_eq!(restarted(&mut stage, again).1, Some(session("s-1")));
}

#[test]
fn lines_of_a_journal_without_sessions_are_still_read() {
    let line = r#"{"at":1,"by":"room","what":"spawned","agent":7,"launch":{"name":"a","role":null,"profile":"claude","command":[],"cwd":"","brief":null,"text":""}}"#;
    let entry: Entry = serde_json::from_str(line).unwrap();
    let mut book = Book::default();
    book.apply(&entry);
    assert_eq!(book.agents[&AgentId(7)].session, None);
}

#[test]
fn a_session_is_nothing_but_an_id_in_a_command() {
    for bad in ["", "-r", "a b", "a\u{1b}", "$(x)", "é", &"x".repeat(129)] {
        assert_eq!(SessionId::new(bad), None, "{bad:?}");
    }
    assert!(serde_json::from_str::<SessionId>("\"--help\"").is_err());
    assert!(SessionId::new("ses_0b-4.1:x").is_some());
}

#[test]
fn a_first_text_waits_for_rest_like_any_message_and_ends_with_its_agent() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let text = "the brief".to_owned();
    stage.take(Event::FirstText { agent, text });
    let out = stage.hear(agent, Source::Record, State::Idle);
    assert_eq!(delivered(&out), [(agent, "the brief")]);
    let out = stage.take(Event::FirstText {
        agent: AgentId(99),
        text: "x".into(),
    });
    assert_eq!(out, []);
}

#[test]
fn the_time_a_card_must_be_seen_does_not_become_shorter_while_the_room_is_open() {
    let mut stage = Stage::open();
    let held = stage.room.settings.limits.settle_ms;
    let with = |settle_ms| {
        let mut settings = settings();
        settings.limits.settle_ms = settle_ms;
        Event::Settings(settings)
    };
    let told = stage.take(with(held - 1));
    assert_eq!(stage.room.settings.limits.settle_ms, held);
    assert!(
        told.iter()
            .any(|effect| matches!(effect, Effect::Show(Fact::Notice(_))))
    );
    stage.take(with(held + 1));
    assert_eq!(stage.room.settings.limits.settle_ms, held + 1);
}

#[test]
fn less_of_recordings_is_kept_only_from_the_next_start_on_and_more_at_once() {
    let mut stage = Stage::open();
    let held = stage.room.settings.limits.recordings_mib;
    let with = |recordings_mib| {
        let mut settings = settings();
        settings.limits.recordings_mib = recordings_mib;
        Event::Settings(settings)
    };
    let told = stage.take(with(held - 1));
    assert_eq!(stage.room.settings.limits.recordings_mib, held);
    assert!(
        told.iter()
            .any(|effect| matches!(effect, Effect::Show(Fact::Notice(_))))
    );
    stage.take(with(held + 1));
    assert_eq!(stage.room.settings.limits.recordings_mib, held + 1);
}

#[test]
fn settings_that_were_agreed_to_before_recordings_had_a_limit_have_the_usual_one() {
    let mut told = serde_json::to_value(settings()).unwrap();
    let limits = told["limits"].as_object_mut().unwrap();
    assert!(limits.remove("recordings_mib").is_some());
    let read: Settings = serde_json::from_value(told).unwrap();
    assert_eq!(read.limits.recordings_mib, 2_048);
}
