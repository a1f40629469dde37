//! Briefs: the folder is the state; a hand always wins.

use super::*;

fn moved(out: &[Effect]) -> Vec<(Actor, Option<Place>, Option<Place>)> {
    let moved = entries(out)
        .into_iter()
        .filter_map(|entry| match &entry.what {
            Happening::Moved { from, to, .. } => Some((entry.by.clone(), from.clone(), to.clone())),
            _ => None,
        });
    moved.collect()
}

fn start(brief: &str, on: StartOn) -> Wish {
    let brief = brief.into();
    Wish::BriefStart { brief, on }
}

fn shift(brief: &str, from: &str, to: &str) -> Wish {
    Wish::BriefMove {
        brief: brief.into(),
        from: place(from),
        to: place(to),
        why: String::new(),
    }
}

fn add(text: &str) -> Wish {
    Wish::BriefAdd {
        track: "web".into(),
        stage: "inbox".into(),
        text: text.to_owned(),
    }
}

#[test]
fn a_title_becomes_a_short_plain_id_in_any_script() {
    let id = |title: &str| BriefId::of(7, title).0;
    assert_eq!(
        id("Rate-limit the LOGIN endpoint!"),
        "0007-rate-limit-the-login-endpoint"
    );
    assert_eq!(id("Prüfe die Größe"), "0007-prufe-die-grosse");
    assert_eq!(id("日本"), "0007-ri-ben");
    assert_eq!(id("…"), "0007");
    let long = id(&"long ".repeat(40));
    assert!(
        long.len() <= "0007-".len() + 40 && !long.ends_with('-'),
        "{long}"
    );
}

#[test]
fn a_brief_moved_by_hand_is_journalled_as_by_hand() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/dev", stage.now)));
    let expected = (
        Actor::Hand,
        Some(place("web/inbox")),
        Some(place("web/dev")),
    );
    assert_eq!(moved(&out), [expected]);
    let out = stage.take(Event::BriefGone("0001-a".into()));
    assert_eq!(moved(&out), [(Actor::Hand, Some(place("web/dev")), None)]);
    assert!(stage.room.briefs.is_empty());
}

/// A builder at its gate; the brief, the agent, the card.
fn at_its_gate() -> (Stage, AgentId, Card) {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let card = stage.hand("done", agent);
    (stage, agent, card)
}

fn goes(stage: &mut Stage) -> Vec<Effect> {
    stage.take(Event::BriefGone("0001-a".into()))
}

#[test]
fn a_file_that_is_away_for_a_moment_costs_neither_the_agent_nor_the_gate() {
    let (mut stage, agent, card) = at_its_gate();
    let lines = stage.journal.len();
    let out = goes(&mut stage);
    let said = out.iter().any(
        |it| matches!(it, Effect::Show(Fact::Notice(notice)) if notice.text.contains("not in web/dev")),
    );
    assert!(said, "{out:#?}");
    stage.wait(9_000);
    stage.take(Event::Tick);
    stage.brief("0001-a", "web/dev");
    stage.wait(9_000);
    let out = stage.take(Event::Tick);
    assert!(!out.contains(&Effect::Stop(agent)));
    assert_eq!(stage.journal.len(), lines, "nothing happened to it");
    assert!(stage.room.request(card.request).unwrap().is_open());
    assert_eq!(stage.room.book.agents[&agent].brief, Some("0001-a".into()));
}

#[test]
fn a_file_that_stays_away_stops_its_work_and_says_where_the_work_is() {
    let (mut stage, agent, card) = at_its_gate();
    goes(&mut stage);
    stage.wait(10_000);
    assert!(stage.room.next_deadline() <= Some(stage.now));
    let out = stage.take(Event::Tick);
    assert_eq!(moved(&out), [(Actor::Hand, Some(place("web/dev")), None)]);
    assert!(!stage.room.request(card.request).unwrap().is_open());
    assert_eq!(stage.room.book.agents[&agent].brief, None);
}

#[test]
fn a_file_that_comes_back_elsewhere_was_moved_by_hand() {
    let (mut stage, _, card) = at_its_gate();
    goes(&mut stage);
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/qa", stage.now)));
    let expected = (Actor::Hand, Some(place("web/dev")), Some(place("web/qa")));
    assert_eq!(moved(&out), [expected]);
    assert!(!stage.room.request(card.request).unwrap().is_open());
}

/// The next server, which finds the agent alive and the folder as a hand left it meanwhile.
fn meanwhile(stage: &mut Stage, agent: AgentId, hand: impl FnOnce(&mut Stage)) {
    hand(stage);
    stage.crash();
    stage.take(opened(&[(agent, 7)]));
}

#[test]
fn what_a_hand_moved_while_no_server_ran_is_not_worked_on_and_has_no_gate() {
    let (mut stage, agent, card) = at_its_gate();
    let lines = stage.journal.len();
    meanwhile(&mut stage, agent, |_| {});
    assert!(stage.room.request(card.request).unwrap().is_open());
    let moves = |stage: &Stage| {
        let since = stage.journal[lines..].iter();
        since
            .filter_map(|it| match &it.what {
                Happening::Moved { from, to, .. } => {
                    Some((it.by.clone(), from.clone(), to.clone()))
                }
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(moves(&stage), [], "nobody moved it");
    meanwhile(&mut stage, agent, |stage| {
        stage.room.briefs.get_mut(&"0001-a".into()).unwrap().place = place("web/hold");
    });
    let expected = (Actor::Hand, Some(place("web/dev")), Some(place("web/hold")));
    assert_eq!(moves(&stage), [expected]);
    assert!(!stage.room.request(card.request).unwrap().is_open());
    assert_eq!(stage.room.book.agents[&agent].brief, None);
}

#[test]
fn what_was_away_when_a_server_died_was_moved_from_where_its_work_stands() {
    let (mut stage, agent, card) = at_its_gate();
    meanwhile(&mut stage, agent, |stage| {
        stage.room.briefs.clear();
    });
    assert!(stage.room.request(card.request).unwrap().is_open());
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/hold", stage.now)));
    let expected = (Actor::Hand, Some(place("web/dev")), Some(place("web/hold")));
    assert_eq!(moved(&out), [expected]);
    assert_eq!(stage.room.book.agents[&agent].brief, None);
}

#[test]
fn the_first_scan_is_no_news_and_a_file_after_it_is() {
    let mut stage = Stage::empty();
    let seen = Event::BriefSeen(brief("0001-a", "web/dev", stage.now));
    assert!(entries(&stage.take(seen.clone())).is_empty());
    stage.take(Event::Scanned);
    assert!(stage.take(seen).is_empty(), "nothing changed");
    let new = Event::BriefSeen(brief("0002-b", "web/dev", stage.now));
    let out = stage.take(new);
    assert_eq!(moved(&out), [(Actor::Hand, None, Some(place("web/dev")))]);
}

#[test]
fn an_ordered_move_is_not_taken_for_a_hand() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    let (answer, out) = stage.wish_of(ALICE, shift("0001-a", "web/inbox", "web/dev"));
    assert_eq!(answer, Answer::Done);
    assert_eq!(moved(&out).len(), 1);
    let why = stage.refused(shift("0001-a", "web/inbox", "web/qa"));
    assert!(why.contains("is being moved"), "{why}");
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/dev", stage.now)));
    assert!(moved(&out).is_empty());
    assert!(stage.room.book.moving.is_empty());
}

#[test]
fn a_hand_that_is_faster_than_the_room_wins() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    stage.wish(shift("0001-a", "web/inbox", "web/dev"));
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/hold", stage.now)));
    assert_eq!(moved(&out)[0].0, Actor::Hand);
    assert!(
        !out.iter()
            .any(|effect| matches!(effect, Effect::BriefMove { .. }))
    );
    assert!(stage.room.book.moving.is_empty());
}

#[test]
fn a_move_that_failed_is_taken_back_in_the_journal() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.wish(shift("0001-a", "web/dev", "web/hold"));
    let out = stage.take(Event::BriefFailed {
        brief: "0001-a".into(),
        why: "the disk is full".to_owned(),
    });
    assert_eq!(
        moved(&out),
        [(Actor::Room, Some(place("web/hold")), Some(place("web/dev")))]
    );
    assert_eq!(stage.room.book.agents[&agent].brief, Some("0001-a".into()));
    assert_eq!(
        stage.wish(shift("0001-a", "web/dev", "web/hold")),
        Answer::Done
    );
}

#[test]
fn a_move_must_start_where_the_brief_stands_and_end_where_there_is_a_stage() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    stage.take(Event::BriefSeen(broken("0002-b", "web/inbox")));
    let why = stage.refused(shift("0001-a", "web/dev", "web/qa"));
    assert_eq!(
        why,
        "brief 0001-a stands in web/inbox, no longer in web/dev; look again"
    );
    for (id, from, to) in [
        ("0001-a", "web/inbox", "web/inbox"),
        ("0001-a", "web/inbox", "web/nowhere"),
        ("0001-a", "web/inbox", "sales/dev"),
        ("0002-b", "web/inbox", "web/dev"),
        ("0003-c", "web/inbox", "web/dev"),
    ] {
        stage.refused(shift(id, from, to));
    }
}

#[test]
fn a_new_brief_gets_the_next_number_and_its_title() {
    let mut stage = Stage::open();
    stage.brief("0041-old", "web/done");
    let text = "+++\ntitle = \"Rate-limit the Login, please!\"\n+++\nBody\n";
    let (answer, out) = stage.wish_of(ALICE, add(text));
    let id: BriefId = "0042-rate-limit-the-login-please".into();
    assert_eq!(answer, Answer::Brief(id.clone()));
    assert!(
        out.iter()
            .any(|effect| matches!(effect, Effect::BriefWrite { brief, .. } if *brief == id))
    );
    assert_eq!(
        stage.wish(add(text)),
        Answer::Brief("0043-rate-limit-the-login-please".into())
    );
    let out = stage.take(Event::BriefSeen(brief(id.as_str(), "web/inbox", stage.now)));
    assert!(entries(&out).is_empty(), "the room wrote it itself");
}

#[test]
fn a_new_brief_without_a_title_is_refused() {
    let mut stage = Stage::open();
    for text in [
        "",
        "title",
        "+++\npriority = 1\n+++\ntitle = \"in the body\"",
        "title = \"\"",
    ] {
        let why = stage.refused(add(text));
        assert!(why.starts_with("the brief has no title"), "{why}");
    }
    let Answer::Brief(id) = stage.wish(add("+++\ntitle = '計画'\n+++")) else {
        panic!("refused");
    };
    assert_eq!(id.as_str(), "0001-ji-hua");
}

#[test]
fn a_priority_is_a_number_from_1_to_9() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/dev");
    let wish = |priority| Wish::BriefPriority {
        brief: "0001-a".into(),
        priority,
    };
    stage.refused(wish(0));
    stage.refused(wish(10));
    let (_, out) = stage.wish_of(ALICE, wish(1));
    let how = "priority 3 to 1".to_owned();
    assert_eq!(
        entries(&out)[0].what,
        Happening::Changed {
            brief: "0001-a".into(),
            how
        }
    );
}

#[test]
fn a_brief_is_started_on_a_new_agent_of_its_stages_role() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/dev");
    let (answer, out) = stage.wish_of(ALICE, start("0001-a", StartOn::Stage));
    let Answer::Agent(agent) = answer else {
        panic!("{answer:?}");
    };
    let known = &stage.room.book.agents[&agent];
    assert_eq!(
        (known.name.as_str(), &known.brief),
        ("builder", &Some("0001-a".into()))
    );
    let assigned = Happening::Assigned {
        brief: "0001-a".into(),
        agent,
        place: Some(place("web/dev")),
        told: None,
    };
    assert!(entries(&out).iter().any(|entry| entry.what == assigned));
    let text = out.iter().find_map(|effect| match effect {
        Effect::Spawn { launch, .. } => Some(launch.text.as_str()),
        _ => None,
    });
    let text = text.unwrap();
    for part in [
        "the title of 0001-a",
        "stage dev in track web",
        "opsroom done",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_brief_is_started_on_a_living_agent_by_a_message() {
    let mut stage = Stage::open();
    let agent = stage.agent("helper");
    stage.hear(agent, Source::Record, State::Idle);
    stage.brief("0001-a", "web/dev");
    stage.brief("0002-b", "web/dev");
    let on = || StartOn::Agent(agent);
    let (answer, out) = stage.wish_of(ALICE, start("0001-a", on()));
    assert_eq!(answer, Answer::Agent(agent));
    assert!(delivered(&out)[0].1.contains("0001-a"));
    let why = stage.refused(start("0002-b", on()));
    assert_eq!(
        why,
        "helper works on brief 0001-a; choose an agent that is free"
    );
}

#[test]
fn a_brief_that_cannot_be_worked_on_is_not_started() {
    let mut stage = Stage::open();
    stage.brief("0001-a", "web/inbox");
    stage.brief("0002-b", "web/hold");
    stage.take(Event::BriefSeen(broken("0003-c", "web/dev")));
    let mut needy = brief("0004-d", "web/dev", stage.now);
    needy.content = Content::Read(Heading {
        needs: vec!["0001-a".into(), "0099-z".into()],
        ..Heading::default()
    });
    stage.take(Event::BriefSeen(needy));
    for (id, says) in [
        ("0001-a", "accept it first"),
        ("0002-b", "where nobody works"),
        (
            "0003-c",
            "is broken (briefs/web/dev/0003-c.md:2:5: expected a value)",
        ),
        ("0004-d", "needs 0001-a, 0099-z first"),
        ("0005-e", "there is no brief 0005-e"),
    ] {
        let why = stage.refused(start(id, StartOn::Stage));
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn a_role_has_only_its_places_and_a_brief_only_one_agent() {
    let mut stage = Stage::open();
    stage.builder("0001-a");
    stage.builder("0002-b");
    stage.brief("0003-c", "web/dev");
    let why = stage.refused(start("0001-a", StartOn::Stage));
    assert!(
        why.contains("builder works on brief 0001-a already"),
        "{why}"
    );
    let why = stage.refused(start("0003-c", StartOn::Stage));
    assert!(why.contains("2 places are taken"), "{why}");
    stage.refused(start("0003-c", StartOn::Role("nobody".into())));
    let role = StartOn::Role("adversary".into());
    assert!(matches!(
        stage.wish(start("0003-c", role)),
        Answer::Agent(_)
    ));
}

#[test]
fn who_is_redirected_away_from_a_brief_is_told() {
    let mut stage = Stage::open();
    let builder = stage.builder("0001-a");
    let redirect = Redirect::Stage {
        place: place("web/hold"),
        text: "later".to_owned(),
    };
    let wish = Wish::Redirect {
        agent: builder,
        redirect,
    };
    let (answer, out) = stage.wish_of(ALICE, wish);
    assert_eq!(answer, Answer::Done);
    assert_eq!(moved(&out).len(), 1);
    let told = "alice took brief 0001-a from you; stop working on it";
    assert_eq!(delivered(&out), [(builder, told)]);
}
