//! Requests: opened, come back to, taken back, limited, forgotten.

use super::*;

#[test]
fn an_agent_with_an_open_request_waits_whatever_else_is_heard() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.ask("k", agent, "ls");
    stage.hear(agent, Source::Record, State::Working);
    let evidence = stage.room.agent(agent).unwrap().evidence;
    assert_eq!(
        (evidence.state, evidence.source),
        (State::Waiting, Source::Hook)
    );
    stage.take(Event::TookBack {
        key: "k".into(),
        why: "answered on its screen".to_owned(),
    });
    assert_eq!(stage.state(agent), State::Working);
}

#[test]
fn asking_twice_with_one_key_is_asking_once() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.ask("k", agent, "ls");
    stage.take(Event::AskerGone { key: "k".into() });
    let request = stage.card("k").request;
    let left = stage.now;
    assert_eq!(
        stage.room.request(request).unwrap().asker,
        Asker::Away(left)
    );
    stage.wait(100);
    let out = stage.take(asked("k", Some(agent), permission("ls")));
    assert_eq!(entries(&out).len(), 0);
    assert_eq!(stage.room.request(request).unwrap().asker, Asker::Waits);
    assert_eq!(stage.room.next_deadline(), None);
}

#[test]
fn who_comes_back_after_the_decision_learns_it_at_once() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let card = stage.ask("k", agent, "ls");
    stage.take(Event::AskerGone { key: "k".into() });
    stage.look(ALICE, &[&card]);
    stage.decide(&card, reject("no"));
    let out = stage.take(asked("k", Some(agent), permission("ls")));
    let [("k", Outcome::Decided(decision))] = outcomes(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(decision.verdict, reject("no"));
    assert_eq!(out.len(), 1);
}

#[test]
fn an_asker_that_does_not_come_back_is_given_up_on_its_deadline() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    stage.ask("k", agent, "ls");
    stage.take(Event::AskerGone { key: "k".into() });
    let due = stage.room.next_deadline().unwrap();
    assert_eq!(due, Time(stage.now.0 + 60_000));
    stage.now = Time(due.0 - 1);
    assert!(stage.take(Event::Tick).is_empty());
    stage.now = due;
    stage.take(Event::Tick);
    assert!(matches!(stage.status("k"), Status::Withdrawn { .. }));
    assert_eq!(stage.room.next_deadline(), None);
    let out = stage.take(asked("k", Some(agent), permission("ls")));
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Withdrawn(_))]));
}

#[test]
fn a_key_belongs_to_whoever_used_it_first() {
    let mut stage = Stage::open();
    let (one, two) = (stage.agent("one"), stage.agent("two"));
    stage.ask("k", one, "ls");
    let before = stage.room.clone();
    let out = stage.take(asked("k", Some(two), permission("ls")));
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Refused(_))]));
    assert_eq!(before, stage.room);
}

#[test]
fn something_else_under_the_same_key_is_a_new_request() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let old = stage.ask("k", agent, "ls");
    let out = stage.take(asked("k", Some(agent), permission("pwd")));
    assert!(outcomes(&out).is_empty(), "the new asker waits on that key");
    let new = stage.card("k");
    assert_ne!(old.request, new.request);
    assert!(!stage.room.book.requests[&old.request].is_open());
    assert!(stage.room.book.requests[&new.request].is_open());
}

#[test]
fn one_request_too_many_is_answered_busy_and_not_shown() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for n in 0..5 {
        stage.ask(&format!("k{n}"), agent, "ls");
    }
    let before = stage.room.clone();
    let out = stage.take(asked("one more", Some(agent), permission("ls")));
    let why = "busy: 5 requests wait already; ask again later".to_owned();
    assert_eq!(outcomes(&out), [("one more", &Outcome::Refused(why))]);
    assert_eq!(before, stage.room);
}

#[test]
fn nobody_asks_in_the_name_of_an_agent_that_is_not_there() {
    let mut stage = Stage::open();
    let out = stage.take(asked("k", Some(AgentId(9)), permission("ls")));
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Refused(_))]));
    stage.take(asked("script", None, permission("ls")));
    assert_eq!(stage.status("script"), Status::Open);
}

#[test]
fn a_gate_cannot_be_asked_for() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let ask = Ask::Gate {
        from: place("web/dev"),
        to: "qa".into(),
        handoff: Untrusted::new("done"),
        report: None,
    };
    let out = stage.take(asked("k", Some(agent), ask));
    assert!(matches!(outcomes(&out)[..], [("k", Outcome::Refused(_))]));
    assert!(stage.room.book.requests.is_empty());
}

#[test]
fn the_latest_closed_requests_are_kept_and_the_others_forgotten() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for n in 0..205 {
        let key = format!("k{n}");
        stage.ask(&key, agent, "ls");
        let key = AskKey(key);
        stage.take(Event::TookBack {
            key,
            why: "done".to_owned(),
        });
    }
    let kept: Vec<u64> = stage.room.book.requests.keys().map(|id| id.0).collect();
    assert_eq!(kept, (6..=205).collect::<Vec<u64>>());
    assert_eq!(stage.room.book.keys.len(), 200);
}
