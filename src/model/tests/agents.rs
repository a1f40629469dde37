//! Agents: started within limits, heard by trust, ended with everything that hung on them.

use super::*;

#[test]
fn a_spawned_agent_is_starting_until_its_process_is_there_and_then_unknown() {
    let mut stage = Stage::open();
    let Answer::Agent(agent) = stage.wish(Wish::Spawn(launch("scout"))) else {
        panic!("no agent");
    };
    assert_eq!(stage.state(agent), State::Starting);
    stage.take(Event::Started { agent, pid: 42 });
    let known = stage.room.agent(agent).unwrap();
    assert_eq!(
        (known.evidence.state, known.pid),
        (State::Unknown, Some(42))
    );
    assert_eq!(known.evidence.source, Source::Process);
}

#[test]
fn names_are_unique_among_the_living() {
    let mut stage = Stage::open();
    let first = stage.agent("builder");
    let second = stage.agent("builder");
    let name = |stage: &Stage, id| stage.room.book.agents[&id].name.clone();
    assert_eq!(name(&stage, first), "builder");
    assert_eq!(name(&stage, second), "builder-2");
    let exit = Exit::Code(0);
    stage.take(Event::Ended { agent: first, exit });
    let third = stage.agent("builder");
    assert_eq!(name(&stage, third), "builder");
}

#[test]
fn a_launch_without_a_name_is_named_by_its_role_or_its_program() {
    let mut stage = Stage::open();
    let unnamed = stage.agent("");
    assert_eq!(stage.room.book.agents[&unnamed].name, "agent");
    let role = Some("adversary".into());
    let of_role = Launch {
        role,
        ..Launch::default()
    };
    let Answer::Agent(id) = stage.wish(Wish::Spawn(of_role)) else {
        panic!("no agent");
    };
    let agent = &stage.room.book.agents[&id];
    assert_eq!(agent.name, "adversary");
    assert_eq!(agent.command[1], Untrusted::new("adversary"));
    stage.refused(Wish::Spawn(Launch::default()));
}

#[test]
fn one_agent_too_many_is_refused_with_the_limit() {
    let mut stage = Stage::open();
    for _ in 0..6 {
        stage.agent("scout");
    }
    let why = stage.refused(Wish::Spawn(launch("scout")));
    assert!(
        why.starts_with("6 agents live already, which is the limit"),
        "{why}"
    );
}

#[test]
fn the_most_trusted_source_that_names_a_state_wins() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Screen, State::Idle);
    assert_eq!(stage.state(agent), State::Idle);
    stage.wait(10);
    stage.hear(agent, Source::Record, State::Working);
    stage.wait(10);
    stage.hear(agent, Source::Screen, State::Limited);
    let known = stage.room.agent(agent).unwrap();
    assert_eq!(known.evidence.state, State::Working);
    assert_eq!(known.contradiction().unwrap().state, State::Limited);
    stage.hear(agent, Source::Record, State::Unknown);
    assert_eq!(stage.state(agent), State::Limited);
}

#[test]
fn a_hooks_word_falls_when_the_screen_says_otherwise_later() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Screen, State::Idle);
    stage.wait(10);
    stage.hear(agent, Source::Hook, State::Working);
    assert_eq!(stage.state(agent), State::Working);
    stage.wait(10);
    stage.hear(agent, Source::Screen, State::Waiting);
    assert_eq!(stage.state(agent), State::Waiting);
}

#[test]
fn a_working_line_that_counts_on_does_not_take_back_that_nothing_new_comes() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Screen, State::Working);
    stage.wait(900_000);
    stage.hear(agent, Source::Silence, State::Stuck);
    stage.wait(5_000);
    stage.hear(agent, Source::Screen, State::Working);
    assert_eq!(stage.state(agent), State::Stuck);
    stage.wait(5_000);
    stage.hear(agent, Source::Silence, State::Unknown);
    assert_eq!(stage.state(agent), State::Working);
    stage.hear(agent, Source::Silence, State::Stuck);
    stage.hear(agent, Source::Screen, State::Idle);
    assert_eq!(stage.state(agent), State::Idle);
}

#[test]
fn silence_is_never_idle_and_makes_a_working_agent_stuck_until_it_speaks() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.wait(10);
    stage.hear(agent, Source::Silence, State::Idle);
    assert_eq!(stage.state(agent), State::Unknown);
    stage.hear(agent, Source::Record, State::Working);
    stage.wait(10);
    stage.hear(agent, Source::Silence, State::Stuck);
    assert_eq!(stage.state(agent), State::Stuck);
    stage.wait(10);
    stage.hear(agent, Source::Record, State::Working);
    assert_eq!(stage.state(agent), State::Working);
}

#[test]
fn silence_counts_for_nothing_beside_an_agent_that_rests_or_waits_and_its_end_is_heard() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Screen, State::Idle);
    stage.wait(10);
    assert_eq!(stage.hear(agent, Source::Silence, State::Stuck).len(), 0);
    assert_eq!(stage.hear(agent, Source::Silence, State::Unknown).len(), 0);
    stage.wait(10);
    stage.hear(agent, Source::Screen, State::Working);
    stage.wait(10);
    stage.hear(agent, Source::Silence, State::Stuck);
    assert_eq!(stage.state(agent), State::Stuck);
    stage.wait(10);
    // the screen says what it said before: that is no news
    stage.hear(agent, Source::Silence, State::Unknown);
    assert_eq!(stage.state(agent), State::Working);
}

#[test]
fn the_same_word_again_is_no_news() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    assert_eq!(stage.hear(agent, Source::Screen, State::Working).len(), 1);
    stage.wait(10);
    assert_eq!(stage.hear(agent, Source::Screen, State::Working).len(), 0);
}

#[test]
fn only_the_keeper_says_that_an_agent_ended() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.hear(agent, Source::Record, State::Exited(Exit::Code(0)));
    assert!(stage.room.agent(agent).unwrap().is_alive());
}

#[test]
fn an_ended_agents_questions_and_messages_end_with_it() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.ask("k", agent, "ls");
    let text = "hello".to_owned();
    let manner = Manner::AtRest;
    stage.wish(Wish::Say {
        agent,
        text,
        manner,
    });
    let exit = Exit::Code(3);
    let out = stage.take(Event::Ended {
        agent,
        exit: exit.clone(),
    });
    assert_eq!(stage.state(agent), State::Exited(exit));
    let why = "scout ended (exit 3)".to_owned();
    assert_eq!(outcomes(&out), [("k", &Outcome::Withdrawn(why.clone()))]);
    let dropped = Happening::Dropped {
        message: 1,
        why: format!("{why} before it was at rest"),
    };
    assert!(entries(&out).iter().any(|entry| entry.what == dropped));
    assert!(stage.room.book.messages.is_empty());
}

#[test]
fn a_running_agent_is_not_cleared_and_an_ended_one_is() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let why = stage.refused(Wish::Clear(agent));
    assert_eq!(why, "scout still runs; stop it, then clear it");
    stage.take(Event::LooksAt {
        seat: ALICE,
        gaze: Some(agent).into(),
    });
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(0),
    });
    let (_, out) = stage.wish_of(ALICE, Wish::Clear(agent));
    assert!(out.contains(&Effect::Show(Fact::AgentGone(agent))));
    assert!(out.contains(&Effect::Forget(agent)));
    assert_eq!(stage.room.seats[&ALICE].looks_at.pane, None);
}

#[test]
fn an_ended_agent_is_restarted_as_it_was_under_a_new_number() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.refused(Wish::Restart(agent));
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(1),
    });
    let (answer, out) = stage.wish_of(ALICE, Wish::Restart(agent));
    let Answer::Agent(again) = answer else {
        panic!("{answer:?}");
    };
    assert_ne!(agent, again);
    assert!(!stage.room.book.agents.contains_key(&agent));
    let launches = out.iter().filter_map(|effect| match effect {
        Effect::Spawn { launch, .. } => Some(launch.name.as_str()),
        _ => None,
    });
    assert_eq!(launches.collect::<Vec<_>>(), ["scout"]);
}

#[test]
fn stopping_is_recorded_and_asked_of_the_living_only() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let (answer, out) = stage.wish_of(ALICE, Wish::Stop(agent));
    assert_eq!(answer, Answer::Done);
    assert!(out.contains(&Effect::Stop(agent)));
    stage.take(Event::Ended {
        agent,
        exit: Exit::Signal("SIGTERM".to_owned()),
    });
    let ended = Box::new(Exit::Signal("SIGTERM".to_owned()));
    assert_eq!(stage.state(agent), State::Exited(Exit::Stopped(ended)));
    let why = stage.refused(Wish::Stop(agent));
    assert_eq!(why, "scout has ended; restart it first");
}

#[test]
fn ended_tiles_do_not_pile_up_without_end() {
    let mut stage = Stage::open();
    for _ in 0..203 {
        let agent = stage.agent("scout");
        stage.take(Event::Ended {
            agent,
            exit: Exit::Code(0),
        });
    }
    assert_eq!(stage.room.book.agents.len(), 200);
    assert_eq!(stage.room.book.launches.len(), 200);
    assert!(!stage.room.book.agents.contains_key(&AgentId(3)));
}
