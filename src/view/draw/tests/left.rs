//! Work that an agent left: its card, its line in the list and its brief's in the queue.

use super::*;
use crate::model::{BriefId, Exit, Left, Matter, Place};
use crate::view::draw::words;

/// The adversary ended and left its brief; a card asks what becomes of it.
fn desk() -> Desk {
    let mut desk = sample::room(140, 40);
    let brief: BriefId = "0009-session-store".into();
    let mut agent = desk.facts.agents[&AgentId(2)].clone();
    agent.evidence.state = State::Exited(Exit::Code(3));
    desk.facts.apply(Fact::Agent(agent));
    let at = Place {
        track: "acme".into(),
        stage: "qa".into(),
    };
    let left = Left {
        brief: brief.clone(),
        at,
    };
    let ask = Ask::Matter {
        text: Untrusted::new("adversary: exit 3. Brief 0009 stands in acme/qa."),
        options: ["start it again", "leave it where it is"]
            .map(Untrusted::new)
            .to_vec(),
        about: Matter::Left(left),
    };
    let request = Request {
        ask,
        brief: Some(brief),
        agent: Some(AgentId(2)),
        ..desk.facts.requests[&RequestId(14)].clone()
    };
    desk.facts.apply(Fact::Request(request));
    desk
}

#[test]
fn work_that_was_left_says_what_and_where_and_marks_its_brief() {
    let seen = text(&desk());
    let line = |words: &str| {
        seen.lines()
            .find(|line| line.contains(words))
            .unwrap()
            .to_owned()
    };
    assert!(
        line("left 0009 in acme/qa").contains(words::WAITS),
        "{seen}"
    );
    assert!(line("0009 Session").contains(words::WAITS), "{seen}");
}

#[test]
fn a_brief_that_could_not_be_started_was_left_by_nobody() {
    let mut desk = desk();
    let mut request = desk.facts.requests[&RequestId(14)].clone();
    request.agent = None;
    desk.facts.apply(Fact::Request(request));
    let card = card_text(&desk);
    assert!(card.contains("the room cannot start a brief"), "{card}");
    assert!(text(&desk).contains("not started 0009"), "{}", text(&desk));
    // nobody's evidence is there to be looked at, wherever the focus is
    for focus in [Focus::Tiles, Focus::Waiting] {
        desk.focus = focus;
        assert!(
            !card_text(&desk).contains("evidence"),
            "{focus:?}: {}",
            card_text(&desk)
        );
    }
}

#[test]
fn options_look_like_keys_only_where_their_digits_count() {
    let mut desk = desk();
    let digit = |desk: &Desk| {
        let (buf, area) = (picture(desk), plan(desk).card.unwrap());
        let row = area
            .rows()
            .find(|row| text_of(&buf, *row).contains("start it again"));
        let row = row.unwrap();
        let x = (row.x..row.right())
            .find(|x| buf[(*x, row.y)].symbol() == "1")
            .unwrap();
        buf[(x, row.y)].fg
    };
    let color = |desk: &Desk, role| ink::color(desk.theme.on(role, desk.theme.face(Role::Card)).fg);
    assert_eq!(digit(&desk), color(&desk, Role::CardMeta));
    assert!(
        card_text(&desk).contains("w then a digit"),
        "{}",
        card_text(&desk)
    );
    desk.focus = Focus::Waiting;
    assert_eq!(digit(&desk), color(&desk, Role::CardKey));
    assert!(
        card_text(&desk).contains("w answer"),
        "{}",
        card_text(&desk)
    );
}
