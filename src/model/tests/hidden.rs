//! A track that is hidden from somebody: nothing of it is told, and what worked on it stays hidden.

use super::*;

/// A room whose second track is hidden from observers, and from bob.
fn stage() -> Stage {
    let mut stage = Stage::open();
    stage.take(Event::Settings(secretive(&["observers", "bob"])));
    stage
}

fn secretive(hide: &[&str]) -> Settings {
    let mut settings = settings();
    settings.roles.push(Role {
        name: "seller".into(),
        profile: "generic".to_owned(),
        command: vec!["agent".to_owned(), "seller".to_owned()],
        places: 2,
        ..Role::default()
    });
    settings.tracks.push(TrackShape {
        name: "sales".into(),
        kind: TrackKind::Workflow,
        stages: vec![
            StageShape {
                name: "draft".into(),
                role: "seller".into(),
                ..StageShape::default()
            },
            StageShape {
                name: "send".into(),
                role: "builder".into(),
                ..StageShape::default()
            },
        ],
        hide: hide.iter().map(|name| (*name).to_owned()).collect(),
        ..TrackShape::default()
    });
    settings
}

/// What eve is told of the room now.
fn told(stage: &Stage) -> Vec<Fact> {
    let curtain = curtain(stage).unwrap();
    curtain.told_all(stage.room.snapshot())
}

fn curtain(stage: &Stage) -> Option<Curtain> {
    stage.room.curtain(SeatRole::Observer, &person("eve"))
}

fn agents(facts: &[Fact]) -> Vec<u32> {
    let agents = facts.iter().filter_map(|fact| match fact {
        Fact::Agent(agent) => Some(agent.id.0),
        _ => None,
    });
    agents.collect()
}

/// An agent started on a brief of a place.
fn on(stage: &mut Stage, brief: &str, at: &str) -> AgentId {
    stage.brief(brief, at);
    let on = StartOn::Stage;
    let Answer::Agent(agent) = stage.wish(Wish::BriefStart {
        brief: brief.into(),
        on,
    }) else {
        panic!("not started");
    };
    stage.take(Event::Started { agent, pid: 1 });
    agent
}

#[test]
fn a_track_is_hidden_from_whom_it_names_and_from_nobody_else() {
    let stage = stage();
    let hidden = |role, name: &str| stage.room.curtain(role, &person(name)).is_some();
    assert!(hidden(SeatRole::Observer, "eve"));
    assert!(hidden(SeatRole::Observer, "alice"));
    assert!(hidden(SeatRole::Operator, "bob"));
    assert!(!hidden(SeatRole::Operator, "alice"));
    // the word for all who look is nobody's name
    assert!(!hidden(SeatRole::Operator, OBSERVERS));
    assert!(
        Stage::open()
            .room
            .curtain(SeatRole::Observer, &person("eve"))
            .is_none()
    );
}

#[test]
fn no_fact_names_a_hidden_track_its_briefs_agents_requests_messages_or_words() {
    let mut stage = stage();
    let web = on(&mut stage, "0001-a", "web/dev");
    let sales = on(&mut stage, "0900-secret", "sales/draft");
    stage.ask("k", sales, "secret command");
    stage.ask("k2", web, "ls");
    stage.wish(Wish::Say {
        agent: sales,
        text: "secret word".to_owned(),
        manner: Manner::AtRest,
    });
    stage.take(Event::Spoke {
        agent: sales,
        key: "s".into(),
        text: "secret gossip".to_owned(),
    });
    stage.take(Event::Spoke {
        agent: web,
        key: "t".into(),
        text: "hello".to_owned(),
    });
    let gaze = Gaze {
        card: Some(stage.card("k").request),
        line: Some(3),
        ..Some(sales).into()
    };
    stage.take(Event::LooksAt { seat: ALICE, gaze });
    let facts = told(&stage);
    assert_eq!(agents(&facts), [web.0]);
    let text = format!("{facts:?}");
    for word in [
        "secret",
        "sales",
        "seller",
        "0900",
        "hide: [\"",
        &format!("AgentId({})", sales.0),
    ] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert!(text.contains("hello") && text.contains("0001-a"));
    let requests = facts.iter().filter(|fact| matches!(fact, Fact::Request(_)));
    assert_eq!(requests.count(), 1);
}

#[test]
fn an_agent_that_worked_on_a_hidden_brief_stays_hidden_whatever_it_works_on_now() {
    let mut stage = stage();
    let builder = stage.agent("free");
    assert_eq!(agents(&told(&stage)), [builder.0]);
    stage.brief("0900-secret", "sales/send");
    let (brief, on) = ("0900-secret".into(), StartOn::Agent(builder));
    stage.wish(Wish::BriefStart { brief, on });
    stage.take(Event::BriefGone("0900-secret".into()));
    stage.wait(10_000);
    stage.take(Event::Tick);
    stage.brief("0900-secret", "sales/send");
    assert_eq!(
        stage.room.book.agents[&builder].brief, None,
        "it does something else now"
    );
    assert_eq!(agents(&told(&stage)), [0_u32; 0]);
    stage.take(Event::Ended {
        agent: builder,
        exit: Exit::Code(0),
    });
    stage.wish(Wish::Clear(builder));
    assert!(
        !curtain(&stage).unwrap().shows_agent(builder),
        "its recording stays"
    );
    stage.crash();
    stage.take(Event::Settings(secretive(&["observers"])));
    assert!(
        !curtain(&stage).unwrap().shows_agent(builder),
        "and the journal knows it"
    );
}

#[test]
fn an_agent_that_goes_on_with_a_hidden_session_is_hidden() {
    let mut stage = stage();
    let first = on(&mut stage, "0900-secret", "sales/send");
    stage.take(Event::Session {
        agent: first,
        session: SessionId::new("abc").unwrap(),
    });
    let resume = SessionId::new("abc");
    let launch = Launch {
        resume,
        ..launch("again")
    };
    let Answer::Agent(second) = stage.wish(Wish::Spawn(launch)) else {
        panic!()
    };
    assert!(!curtain(&stage).unwrap().shows_agent(second));
}

#[test]
fn what_is_not_known_is_hidden() {
    let mut stage = stage();
    let web = on(&mut stage, "0001-a", "web/dev");
    let known = curtain(&stage).unwrap();
    assert!(known.shows_agent(web) && known.shows_brief(&"0001-a".into()));
    assert!(!known.shows_agent(AgentId(99)) && !known.shows_brief(&"0777-x".into()));
    assert!(!known.shows_request(RequestId(99)));
    // nobody can say any more which track that brief was of
    stage.take(Event::BriefGone("0001-a".into()));
    assert!(!curtain(&stage).unwrap().shows_agent(web));
}

#[test]
fn a_brief_that_moves_behind_the_curtain_calls_for_a_new_snapshot() {
    let mut stage = stage();
    stage.brief("0001-a", "web/dev");
    let before = curtain(&stage).unwrap();
    stage.brief("0002-b", "web/dev");
    let more = curtain(&stage).unwrap();
    assert!(!more.moved_since(&before), "something new is told by facts");
    let fact = Fact::Brief(stage.brief("0001-a", "sales/draft"));
    let after = curtain(&stage).unwrap();
    assert!(after.moved_since(&more));
    assert_eq!(after.told(&more, &fact), None);
    let gone = Fact::BriefGone("0001-a".into());
    assert_eq!(after.told(&after, &gone), None, "not even that it went");
}

#[test]
fn a_sentence_for_everybody_is_not_for_whoever_sees_a_part() {
    let stage = stage();
    let curtain = curtain(&stage).unwrap();
    let notice = Notice {
        at: stage.now,
        level: Level::Note,
        text: "0900-secret is on hold".to_owned(),
    };
    assert_eq!(curtain.told(&curtain, &Fact::Notice(notice)), None);
}

#[test]
fn who_was_away_misses_nothing_of_a_hidden_track() {
    let mut stage = stage();
    let left = Leaving::then(stage.now);
    stage.take(Event::SeatLeft(EVE));
    stage.wait(10_000);
    let web = on(&mut stage, "0001-a", "web/dev");
    let sales = on(&mut stage, "0900-secret", "sales/draft");
    stage.ask("k", sales, "secret command");
    stage.ask("k2", web, "ls");
    for agent in [web, sales] {
        stage.take(Event::Ended {
            agent,
            exit: Exit::Code(0),
        });
    }
    let all = since(&stage.journal, &person("eve"), &left).unwrap();
    let seen = curtain(&stage).unwrap().missed(all).unwrap();
    let text = format!("{seen:?}");
    assert!(
        !text.contains("secret") && !text.contains(&format!("AgentId({})", sales.0)),
        "{text}"
    );
    assert!(text.contains("Ended") && text.contains("Asked"), "{text}");
}

#[test]
fn a_brief_that_went_behind_the_curtain_or_away_is_not_told_as_moved() {
    let mut stage = stage();
    for id in ["0001-stays", "0002-goes", "0003-hides"] {
        stage.brief(id, "web/dev");
    }
    stage.brief("0003-hides", "web/qa");
    stage.brief("0003-hides", "sales/draft");
    stage.take(Event::BriefGone("0002-goes".into()));
    stage.wait(20_000);
    stage.take(Event::Tick);
    let all = since(&stage.journal, &person("eve"), &Leaving::then(Time(0))).unwrap();
    let seen = curtain(&stage).unwrap().missed(all).unwrap();
    let text = format!("{seen:?}");
    assert!(text.contains("0001-stays"), "{text}");
    assert!(!text.contains("0002") && !text.contains("0003"), "{text}");
}

#[test]
fn a_decision_that_hands_work_behind_the_curtain_is_not_told() {
    let mut stage = stage();
    let web = on(&mut stage, "0001-a", "web/dev");
    let card = stage.ask("k", web, "ls");
    let other = stage.ask("k2", web, "pwd");
    let shown = |stage: &Stage| {
        let facts = told(stage);
        let requests = facts.iter().filter(|fact| matches!(fact, Fact::Request(_)));
        requests.count()
    };
    assert_eq!(shown(&stage), 2);
    let before = curtain(&stage).unwrap();
    stage.look(ALICE, &[&card, &other]);
    let redirect = Verdict::Redirect(Redirect::Role {
        role: "seller".into(),
        text: "sell it".to_owned(),
    });
    let (answer, _) = stage.decide(&card, redirect);
    assert_eq!(answer, Answer::Done);
    assert_eq!(stage.decide(&other, Verdict::Approve).0, Answer::Done);
    let now = curtain(&stage).unwrap();
    assert!(now.moved_since(&before), "and the open one is taken back");
    let text = format!("{:?}", told(&stage));
    assert!(
        !text.contains("seller") && !text.contains("sell it"),
        "{text}"
    );
    let all = since(&stage.journal, &person("eve"), &Leaving::then(Time(0))).unwrap();
    assert!(format!("{all:?}").contains("sell it"));
    let seen = format!("{:?}", now.missed(all).unwrap());
    assert!(
        !seen.contains("seller") && !seen.contains("sell it"),
        "{seen}"
    );
}

#[test]
fn a_gauge_does_not_name_the_hidden_briefs_whose_gates_it_was_read_at() {
    let mut stage = stage();
    stage.brief("0001-a", "web/dev");
    stage.brief("0900-secret", "sales/draft");
    let reading = |brief: Option<&str>| Reading {
        at: stage.now,
        found: Found::Passed,
        brief: brief.map(BriefId::from),
    };
    let gauge = Gauge {
        id: gauges::id("web", "lint"),
        readings: vec![
            reading(None),
            reading(Some("0001-a")),
            reading(Some("0900-secret")),
        ],
    };
    let curtain = curtain(&stage).unwrap();
    let Some(Fact::Gauge(seen)) = curtain.told(&curtain, &Fact::Gauge(gauge.clone())) else {
        panic!("nothing is told");
    };
    assert_eq!(seen.readings, gauge.readings[..2]);
}
