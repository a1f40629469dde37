//! Handoffs and gates: a brief leaves its stage by an operator's yes.

use super::*;

#[test]
fn a_handoff_is_kept_and_opens_the_gate_once_it_is_checked() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let out = stage.take(handed("done", agent, "it works"));
    let [order] = &orders(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(order.report.iteration, 1);
    assert!(stage.room.open_requests().next().is_none());
    assert!(stage.room.is_being_checked(&"done".into()));
    stage.take(checked(order.clone(), &[]));
    assert!(!stage.room.is_being_checked(&"done".into()));
    let request = stage.card("done").request;
    let gate = stage.room.book.requests[&request].clone();
    let Ask::Gate {
        from, to, handoff, ..
    } = &gate.ask
    else {
        panic!("{gate:?}");
    };
    assert_eq!(
        (from, to.as_str(), handoff.raw()),
        (&place("web/dev"), "qa", "it works")
    );
    assert_eq!(
        (gate.asker, gate.brief),
        (Asker::Room, Some("0001-a".into()))
    );
    assert!(out.contains(&Effect::KeepHandoff {
        brief: "0001-a".into(),
        place: place("web/dev"),
        text: "it works".to_owned(),
    }));
    assert!(outcomes(&out).is_empty());
}

#[test]
fn an_approved_gate_moves_the_brief_and_frees_its_agent() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let gate = stage.hand("done", agent);
    stage.look(ALICE, &[&gate]);
    let (answer, out) = stage.decide(&gate, Verdict::Approve);
    assert_eq!(answer, Answer::Done);
    assert!(out.contains(&Effect::BriefMove {
        brief: "0001-a".into(),
        from: place("web/dev"),
        to: place("web/qa"),
    }));
    assert_eq!(stage.room.book.agents[&agent].brief, Some("0001-a".into()));
    stage.brief("0001-a", "web/qa");
    assert_eq!(stage.room.book.agents[&agent].brief, None);
    let on = StartOn::Stage;
    let wish = Wish::BriefStart {
        brief: "0001-a".into(),
        on,
    };
    assert!(matches!(stage.wish(wish), Answer::Agent(_)));
}

#[test]
fn a_rejected_gate_leaves_the_brief_and_tells_its_agent_why() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.hear(agent, Source::Record, State::Idle);
    let gate = stage.hand("done", agent);
    stage.look(ALICE, &[&gate]);
    let (_, out) = stage.decide(&gate, reject("no tests"));
    assert!(
        !out.iter()
            .any(|effect| matches!(effect, Effect::BriefMove { .. }))
    );
    let [(to, text)] = delivered(&out)[..] else {
        panic!("{out:?}");
    };
    assert!(
        to == agent && text.starts_with("alice rejected the handoff of brief 0001-a: no tests")
    );
}

#[test]
fn a_gate_outlives_its_agent_and_the_next_one_hears_the_reason() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let gate = stage.hand("done", agent);
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(0),
    });
    assert_eq!(stage.status("done"), Status::Open);
    let start = || Wish::BriefStart {
        brief: "0001-a".into(),
        on: StartOn::Stage,
    };
    let why = stage.refused(start());
    assert!(why.contains("was handed over; decide its gate"), "{why}");
    stage.look(ALICE, &[&gate]);
    stage.decide(&gate, reject("no tests"));
    let (_, out) = stage.wish_of(ALICE, start());
    let text = out.iter().find_map(|effect| match effect {
        Effect::Spawn { launch, .. } => Some(launch.text.clone()),
        _ => None,
    });
    assert!(
        text.unwrap()
            .contains("## Rejected here before, by alice\n```\nno tests\n```")
    );
}

#[test]
fn who_has_no_brief_has_nothing_to_hand_over() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let out = stage.take(handed("done", agent, "it works"));
    let why = "scout has no brief to hand over; give it one first".to_owned();
    assert_eq!(outcomes(&out), [("done", &Outcome::Refused(why))]);
}

#[test]
fn a_gate_falls_when_a_hand_moves_its_brief() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.hand("done", agent);
    stage.brief("0001-a", "web/hold");
    let Status::Withdrawn { why, .. } = stage.status("done") else {
        panic!("still open");
    };
    assert_eq!(why, "its brief stands in web/hold now");
    assert_eq!(stage.room.book.agents[&agent].brief, None);
}

#[test]
fn handing_over_again_replaces_the_gate() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.hand("one", agent);
    let same = stage.take(handed("one", agent, "it works"));
    assert!(same.is_empty());
    stage.hand_over("two", agent, "it works better");
    assert!(matches!(stage.status("one"), Status::Withdrawn { .. }));
    assert_eq!(stage.status("two"), Status::Open);
}

#[test]
fn a_gate_whose_brief_is_broken_is_not_approved() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let gate = stage.hand("done", agent);
    stage.take(Event::BriefSeen(broken("0001-a", "web/dev")));
    stage.look(ALICE, &[&gate]);
    let why = stage.refused(decide(&[&gate], Verdict::Approve));
    assert!(why.contains("is broken"), "{why}");
}

#[test]
fn direction_on_a_gate_goes_to_its_agent() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.hear(agent, Source::Record, State::Idle);
    let gate = stage.hand("done", agent);
    stage.look(ALICE, &[&gate]);
    let text = "add the docs".to_owned();
    let (_, out) = stage.decide(&gate, Verdict::Redirect(Redirect::Direction { text }));
    assert_eq!(delivered(&out), [(agent, "alice: add the docs")]);
}
