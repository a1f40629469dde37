//! A decision counts only for what was seen.

use super::*;

#[test]
fn an_approval_reaches_its_asker_and_names_who_saw_it_how_long() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "rm -rf build");
    stage.look(ALICE, &[&card]);
    stage.wait(250);
    let (answer, out) = stage.decide(&card, Verdict::Approve);
    assert_eq!(answer, Answer::Done);
    let decision = Decision {
        verdict: Verdict::Approve,
        by: person("alice"),
        at: stage.now,
        rule: None,
    };
    assert_eq!(outcomes(&out), [("k", &Outcome::Decided(decision.clone()))]);
    let decided = Happening::Decided {
        card,
        decision,
        seen_ms: 750,
        at_screen: None,
    };
    let lines = entries(&out);
    assert_eq!(lines[0].what, decided);
    assert_eq!(lines[0].by, Actor::Person(person("alice")));
}

#[test]
fn the_first_decision_wins_and_the_second_gets_a_sentence() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "rm -rf build");
    stage.look(BOB, &[&card]);
    stage.look(ALICE, &[&card]);
    stage.decide(&card, reject("not that folder"));
    stage.wait(3_000);
    let before = stage.room.clone();
    let (second, out) = stage.wish_of(BOB, decide(&[&card], Verdict::Approve));
    let sentence = "alice rejected this 3 s ago: not that folder";
    assert_eq!(second, Answer::Refused(sentence.to_owned()));
    assert_eq!(out.len(), 1);
    assert_eq!(before, stage.room);
}

#[test]
fn a_card_must_have_stood_on_that_persons_screen() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "rm -rf build");
    stage.look(BOB, &[&card]);
    let never_seen = stage.refused(decide(&[&card], Verdict::Approve));
    assert!(
        never_seen.contains("was not on your screen for 500 ms"),
        "{never_seen}"
    );

    let cards = vec![card.clone()];
    stage.take(Event::Shown { seat: ALICE, cards });
    stage.wait(499);
    stage.refused(decide(&[&card], Verdict::Approve));
    stage.wait(1);
    assert_eq!(stage.decide(&card, Verdict::Approve).0, Answer::Done);
}

#[test]
fn a_card_that_stays_keeps_its_time_and_one_that_left_starts_anew() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let one = stage.ask("one", agent, "ls");
    let two = stage.ask("two", agent, "pwd");
    stage.look(ALICE, &[&one]);
    let both = vec![one.clone(), two.clone()];
    stage.take(Event::Shown {
        seat: ALICE,
        cards: both,
    });
    stage.refused(decide(&[&two], Verdict::Approve));
    assert_eq!(stage.decide(&one, Verdict::Approve).0, Answer::Done);

    stage.look(ALICE, &[]);
    stage.take(Event::Shown {
        seat: ALICE,
        cards: vec![two.clone()],
    });
    stage.refused(decide(&[&two], Verdict::Approve));
}

#[test]
fn content_that_changed_is_not_decided() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let seen = stage.ask("k", agent, "ls");
    stage.look(ALICE, &[&seen]);
    let changed = stage.ask("k", agent, "rm -rf /");
    assert_ne!(seen.request, changed.request);
    let why = stage.refused(decide(&[&seen], Verdict::Approve));
    assert_eq!(
        why,
        "this was taken back 0 s ago: the asker asks for something else now"
    );

    let forged = Card {
        request: changed.request,
        digest: seen.digest,
    };
    let why = stage.refused(decide(&[&forged], Verdict::Approve));
    assert!(why.contains("is not what you saw any more"), "{why}");
}

#[test]
fn identical_requests_are_decided_together() {
    let mut stage = Stage::open();
    let (one, two) = (stage.agent("one"), stage.agent("two"));
    let first = stage.ask("first", one, "cargo test");
    let second = stage.ask("second", two, "cargo test");
    stage.look(ALICE, &[&first, &second]);
    let wish = decide(&[&first, &second, &first], Verdict::Approve);
    let (answer, out) = stage.wish_of(ALICE, wish);
    assert_eq!(answer, Answer::Done);
    let told: Vec<&str> = outcomes(&out).iter().map(|(key, _)| *key).collect();
    assert_eq!(told, ["first", "second"]);
    assert_eq!(entries(&out).len(), 2);
}

#[test]
fn different_requests_are_not_decided_together() {
    let mut stage = Stage::open();
    let (one, two) = (stage.agent("one"), stage.agent("two"));
    let first = stage.ask("first", one, "cargo test");
    let second = stage.ask("second", two, "cargo publish");
    stage.look(ALICE, &[&first, &second]);
    let why = stage.refused(decide(&[&first, &second], Verdict::Approve));
    assert!(
        why.ends_with("are not alike; decide them one at a time"),
        "{why}"
    );
}

#[test]
fn one_card_that_does_not_pass_stops_them_all() {
    let mut stage = Stage::open();
    let (one, two) = (stage.agent("one"), stage.agent("two"));
    let first = stage.ask("first", one, "cargo test");
    let second = stage.ask("second", two, "cargo test");
    stage.look(ALICE, &[&first]);
    stage.refused(decide(&[&first, &second], Verdict::Approve));
    assert_eq!(stage.status("first"), Status::Open);
}

#[test]
fn a_verdict_must_fit_what_is_asked() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let permission = stage.ask("p", agent, "ls");
    stage.take(asked("q", Some(agent), question("which colour?")));
    let question = stage.card("q");
    stage.look(ALICE, &[&permission, &question]);
    let reply = |text: &str| Verdict::Reply {
        text: text.to_owned(),
    };
    let empty = Verdict::Redirect(Redirect::Direction {
        text: " ".to_owned(),
    });
    for (card, verdict) in [
        (&permission, reply("yes")),
        (&permission, empty),
        (&question, Verdict::Approve),
        (&question, reply("  ")),
    ] {
        stage.refused(decide(&[card], verdict));
    }
    stage.refused(decide(&[], Verdict::Approve));
    assert_eq!(stage.decide(&question, reply("green")).0, Answer::Done);
}

#[test]
fn a_question_may_be_rejected() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.take(asked("q", Some(agent), question("which colour?")));
    let card = stage.card("q");
    stage.look(ALICE, &[&card]);
    assert_eq!(stage.decide(&card, reject("ask nobody")).0, Answer::Done);
}

#[test]
fn new_direction_goes_to_the_asker_and_nowhere_else() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "ls");
    stage.look(ALICE, &[&card]);
    let text = "use the index instead".to_owned();
    let redirect = Verdict::Redirect(Redirect::Direction { text });
    let (answer, out) = stage.decide(&card, redirect.clone());
    assert_eq!(answer, Answer::Done);
    let [("k", Outcome::Decided(decision))] = outcomes(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(decision.verdict, redirect);
    assert!(stage.room.book.messages.is_empty());
    assert_eq!(entries(&out).len(), 1);
}

#[test]
fn a_brief_is_redirected_to_a_stage_a_role_or_an_agent() {
    let mut stage = Stage::open();
    let builder = stage.builder("0001-a");
    let helper = stage.agent("helper");
    let text = || "with care".to_owned();
    for (key, redirect) in [
        (
            "agent",
            Redirect::Agent {
                agent: helper,
                text: text(),
            },
        ),
        (
            "role",
            Redirect::Role {
                role: "adversary".into(),
                text: text(),
            },
        ),
        (
            "stage",
            Redirect::Stage {
                place: place("web/hold"),
                text: text(),
            },
        ),
    ] {
        let holder = stage
            .room
            .living()
            .find(|it| it.brief.is_some())
            .unwrap()
            .id;
        let card = stage.ask(key, holder, "ls");
        stage.look(ALICE, &[&card]);
        let (answer, out) = stage.decide(&card, Verdict::Redirect(redirect));
        assert_eq!(answer, Answer::Done, "{key}");
        assert_eq!(outcomes(&out).len(), 1);
        match key {
            "agent" => {
                assert_eq!(stage.room.book.agents[&helper].brief, Some("0001-a".into()));
                assert_eq!(stage.room.book.agents[&builder].brief, None);
                let told = stage.room.book.messages.values().next().unwrap();
                assert!(told.to == helper && told.text.contains("with care"));
            }
            "role" => {
                let launch = out.iter().find_map(|effect| match effect {
                    Effect::Spawn { launch, .. } => Some(launch),
                    _ => None,
                });
                let launch = launch.unwrap();
                assert_eq!(launch.role, Some("adversary".into()));
                assert!(launch.text.contains("with care"), "{}", launch.text);
            }
            _ => assert!(out.contains(&Effect::BriefMove {
                brief: "0001-a".into(),
                from: place("web/dev"),
                to: place("web/hold"),
            })),
        }
    }
}

#[test]
fn a_redirect_that_cannot_be_followed_is_refused_before_anything_is_recorded() {
    let mut stage = Stage::open();
    let builder = stage.builder("0001-a");
    let free = stage.agent("free");
    let with_brief = stage.ask("b", builder, "ls");
    let without = stage.ask("f", free, "pwd");
    stage.look(ALICE, &[&with_brief, &without]);
    let text = String::new;
    let stage_of = |at: &str| Redirect::Stage {
        place: place(at),
        text: text(),
    };
    let role_of = |role: &str| Redirect::Role {
        role: role.into(),
        text: text(),
    };
    for (card, redirect) in [
        (&without, stage_of("web/hold")),
        (&with_brief, stage_of("web/dev")),
        (&with_brief, stage_of("web/nowhere")),
        (&with_brief, role_of("nobody")),
        (
            &with_brief,
            Redirect::Agent {
                agent: builder,
                text: text(),
            },
        ),
        (
            &with_brief,
            Redirect::Agent {
                agent: AgentId(99),
                text: text(),
            },
        ),
    ] {
        stage.refused(decide(&[card], Verdict::Redirect(redirect)));
    }
}

#[test]
fn a_decision_names_the_picture_of_the_agent_that_asked() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let other = stage.agent("other");
    let card = stage.ask("k", agent, "rm -rf build");
    stage.look(ALICE, &[&card]);
    stage.wait(750);
    stage.screens = vec![moment(other.0), moment(agent.0)];
    let (_, out) = stage.decide(&card, Verdict::Approve);
    let Happening::Decided { at_screen, .. } = &entries(&out)[0].what else {
        panic!("nothing was decided");
    };
    assert_eq!(at_screen.as_ref(), Some(&moment(agent.0)));
}

#[test]
fn a_line_from_before_pictures_were_named_still_reads() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "rm -rf build");
    stage.look(ALICE, &[&card]);
    stage.wait(750);
    let (_, out) = stage.decide(&card, Verdict::Approve);
    let old = serde_json::to_string(entries(&out)[0]).unwrap();
    assert!(!old.contains("at_screen"), "{old}");
    let read: Entry = serde_json::from_str(&old).unwrap();
    assert_eq!(&read, entries(&out)[0]);
}
