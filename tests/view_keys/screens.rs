//! What the screens offer and say: only keys that do something, and all that has room.

use opsroom::model::{
    Answer, Ask, CheckResult, CheckRun, Content, Dispatch, Fact, Fault, GateReport, Place, Request,
    Untrusted, Verdict, Wish,
};
use opsroom::terminal::{Piece, Size};
use opsroom::view::desk::{Focus, Popup, Zoom};
use opsroom::view::update::{Act, Input};
use opsroom::wire::cast::Still;
use opsroom::wire::{FoundLine, Place as Spot, Reach, ToClient, ToServer, Where};

use crate::play::{Play, brief, card, request, sent, wish, wishes};
use crate::popups::brief_text;

fn check(result: CheckResult) -> CheckRun {
    CheckRun {
        name: "test".to_owned(),
        result,
        millis: 900,
        tail: Untrusted::new("1 failed"),
        log: "log".to_owned(),
    }
}

/// Request 1 is the gate of brief 3, with this check; its card is read.
fn gate(result: CheckResult, size: Size) -> Play {
    let mut p = Play::new();
    p.input(Input::Resized(size));
    let ask = Ask::Gate {
        from: Place {
            track: "web".into(),
            stage: "dev".into(),
        },
        to: "qa".into(),
        handoff: "it is done".into(),
        report: Some(Box::new(GateReport {
            checks: vec![check(result)],
            ..GateReport::default()
        })),
    };
    p.fact(Fact::Request(Request {
        brief: Some("0003-dev".into()),
        ..request(1, 1, "gg", ask)
    }));
    p.keys("N N N");
    while p.desk.request.unwrap().0 != 1 {
        p.keys("n");
    }
    p.wait(600);
    p.read_card();
    p
}

const LARGE: Size = Size {
    cols: 140,
    rows: 44,
};
const SMALL: Size = Size { cols: 80, rows: 24 };

#[test]
fn a_gate_with_a_failed_check_offers_only_what_can_be_done() {
    let mut p = gate(CheckResult::Failed(1), LARGE);
    let seen = p.seen();
    assert!(!seen.contains("a approve"), "{seen}");
    assert!(
        seen.contains("r send back") && seen.contains("e move on"),
        "{seen}"
    );
    for key in ["a", "w"] {
        assert!(wishes(&p.keys(key)).is_empty());
        let said = "a check failed: r sends it back, e moves it on all the same";
        assert_eq!(p.said(), said);
    }
    p.keys("space");
    let seen = p.seen();
    let foot = seen
        .lines()
        .find(|line| line.contains("send back"))
        .unwrap();
    assert!(
        !foot.contains("w answer") && foot.contains("e move on"),
        "{seen}"
    );
    p.keys("esc");
    let mut p = gate(CheckResult::Passed, LARGE);
    assert!(p.seen().contains("a approve"));
    assert_eq!(wishes(&p.keys("a")).len(), 1);
}

#[test]
fn the_diff_of_a_gate_opens_from_its_card_in_full() {
    let mut p = gate(CheckResult::Passed, LARGE);
    p.keys("space d");
    let review = p.desk.review.as_ref().unwrap();
    assert_eq!(review.brief.as_str(), "0003-dev");
    assert!(p.desk.popup.is_none());
}

#[test]
fn what_happens_after_a_gate_is_said_as_the_track_starts_briefs() {
    for (dispatch, said) in [
        (Dispatch::Off, "S in the queue starts it there"),
        (Dispatch::Ask, "the room asks you before it starts there"),
        (Dispatch::Auto, "the room starts it there"),
    ] {
        let mut p = gate(CheckResult::Passed, LARGE);
        let mut settings = p.desk.facts.settings.clone();
        settings.tracks[0].dispatch = dispatch;
        p.fact(Fact::Settings(settings));
        p.keys("a");
        p.answer(Answer::Done);
        assert!(p.said().ends_with(said), "{}", p.said());
    }
}

#[test]
fn space_goes_down_a_card_in_full_and_stays_at_its_end() {
    let mut p = Play::new();
    p.input(Input::Resized(Size {
        cols: 140,
        rows: 20,
    }));
    let long: String = (0..60).map(|n| format!("step {n}\n")).collect();
    let ask = Ask::Permission {
        tool: "Bash".into(),
        summary: "do it".into(),
        detail: long.into(),
        cwd: "/x".into(),
    };
    p.fact(Fact::Request(request(1, 1, "ll", ask)));
    while p.desk.request.unwrap().0 != 1 {
        p.keys("n");
    }
    p.wait(600);
    p.keys("space");
    let top = |p: &Play| match &p.desk.popup {
        Some(Popup::Detail { top, .. }) => *top,
        other => panic!("{other:?}"),
    };
    p.keys("G");
    let end = top(&p);
    p.keys("space");
    assert_eq!(top(&p), end, "it stays");
    assert!(!p.seen().contains("pagedown more"), "{}", p.seen());
    assert!(wishes(&p.keys("a")).is_empty());
    assert!(
        p.said().starts_with("lines ") && p.said().contains("were not on the screen yet"),
        "{}",
        p.said()
    );
    p.wait(7_000);
    assert!(!p.seen().contains("pagedown more"), "{}", p.seen());
    p.keys("g g");
    assert!(p.seen().contains("pagedown more"), "{}", p.seen());
    for _ in 0..20 {
        p.keys("space");
    }
    assert_eq!(top(&p), end);
    p.wait(600);
    assert_eq!(wishes(&p.keys("a")).len(), 1, "{}", p.said());
}

#[test]
fn a_digit_takes_the_numbered_option_of_a_question_that_is_being_answered() {
    let mut p = Play::new();
    p.keys("n");
    p.wait(600);
    p.read_card();
    assert_eq!(p.desk.request.unwrap().0, 2);
    let options = match &p.desk.facts.requests[&p.desk.request.unwrap()].ask {
        Ask::Question { options, .. } => options.clone(),
        other => panic!("{other:?}"),
    };
    p.keys("w");
    let seen = p.seen();
    assert!(
        seen.contains(&format!("2  {}", options[1].shown())),
        "{seen}"
    );
    let Wish::Decide { cards, verdict } = wish(&p.keys("2")) else {
        panic!()
    };
    assert_eq!(cards, vec![card(2, "bb")]);
    let text = options[1].raw().to_owned();
    assert_eq!(verdict, Verdict::Reply { text });
}

#[test]
fn rejecting_together_asks_for_a_reason() {
    let mut p = Play::new();
    p.keys("A");
    p.wait(600);
    assert!(wishes(&p.keys("r")).is_empty());
    p.text("not now");
    let Wish::Decide { cards, verdict } = wish(&p.keys("enter")) else {
        panic!()
    };
    assert_eq!(cards.len(), 2);
    assert!(matches!(verdict, Verdict::Reject { reason } if reason == "not now"));
}

#[test]
fn a_small_screen_with_a_sidebar_shows_what_is_asked_over_all_columns() {
    let mut p = gate(CheckResult::Passed, SMALL);
    p.keys("b");
    let plan = p.plan();
    let card = plan.card.unwrap();
    assert!(plan.sidebar.is_some() && card.width == 80, "{plan:?}");
    let seen = p.seen();
    for part in [
        "is done with dev: on to qa?",
        "#1 · ",
        "it is done",
        "✓ test",
    ] {
        assert!(seen.contains(part), "{part}\n{seen}");
    }
}

#[test]
fn the_queue_tells_its_brief_in_full_and_the_list_keeps_a_gates_target() {
    let mut p = gate(CheckResult::Passed, SMALL);
    let mut long = brief("0002-prep", "web", "prep");
    let title = "Count every letter of every title that is longer than the queue";
    if let Content::Read(heading) = &mut long.content {
        heading.title = title.into();
    }
    p.fact(Fact::Brief(long));
    p.keys("g q");
    p.desk.brief = Some("0002-prep".into());
    let seen = p.seen().replace(['\n', '│'], " ");
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(seen.contains("web/prep · priority 3"), "{seen}");
    assert!(seen.contains("Count every letter of every title"), "{seen}");
    p.keys("g w");
    assert!(p.seen().contains("→ qa"), "{}", p.seen());
}

#[test]
fn a_broken_brief_says_where_what_and_what_to_do() {
    let mut p = Play::new();
    p.input(Input::Resized(SMALL));
    let mut broken = brief("0002-prep", "web", "prep");
    broken.content = Content::Broken(Fault {
        path: "briefs/web/prep/0002.md".into(),
        line: 2,
        column: 12,
        what: "not a number".into(),
        hint: "write a number from 1 to 9".into(),
    });
    p.fact(Fact::Brief(broken));
    p.keys("g q");
    p.desk.brief = Some("0002-prep".into());
    let seen = p.seen();
    assert!(seen.contains("write a number from 1 to 9"), "{seen}");
    assert!(wishes(&p.keys("S")).is_empty());
    let place = "briefs/web/prep/0002.md:2:12: not a number";
    assert_eq!(
        p.said(),
        format!("{place}; mend the file first: write a number from 1 to 9")
    );
    p.keys("space");
    brief_text(&mut p, "0002-prep");
    let Some(Popup::Read { text, .. }) = &p.desk.popup else {
        panic!()
    };
    let all = text.raw();
    assert!(all.contains(place) && all.contains("write a number") && all.ends_with("do it"));
}

#[test]
fn a_line_of_an_ended_agent_is_gone_to_in_its_tile_where_that_holds_it() {
    let chosen = |hits: Vec<Spot>| {
        let mut p = Play::new();
        p.keys("g /");
        p.text("limit");
        p.keys("enter");
        let ticket = p.desk.last_ticket;
        p.server(ToClient::FoundAll {
            ticket,
            hits: vec![FoundLine {
                agent: opsroom::model::AgentId(4),
                at: None,
                text: " the limit is ten ".into(),
                piece: Piece::Whole,
                place: Where::Recording(Still::behind(1, 7)),
            }],
            reach: Reach::All,
        });
        let acts = p.keys("enter");
        let asked = sent(&acts).into_iter().find_map(|one| match one {
            ToServer::Find { ticket, needle, .. } => Some((*ticket, needle.clone())),
            _ => None,
        });
        let (ticket, needle) = asked.unwrap();
        assert_eq!(needle, "the limit is ten");
        let acts = p.server(ToClient::Found {
            ticket,
            agent: opsroom::model::AgentId(4),
            hits,
        });
        (p, acts)
    };
    let (p, acts) = chosen(vec![Spot {
        line: 20,
        column: 1,
        width: 16,
    }]);
    let searched = sent(&acts)
        .into_iter()
        .any(|one| matches!(one, ToServer::Find { needle, .. } if needle == "limit"));
    assert!(searched, "{acts:?}");
    assert_eq!(p.desk.pane, Some(opsroom::model::AgentId(4)));
    let (_, acts) = chosen(Vec::new());
    assert!(
        acts.iter()
            .any(|act| matches!(act, Act::Replay { agent, still, .. } if agent.0 == 4 && *still == Still::behind(1, 7)))
    );
}

#[test]
fn zooming_the_only_tile_says_that_it_has_all_the_room() {
    let mut p = Play::new();
    for id in 2..=4 {
        p.fact(Fact::AgentGone(opsroom::model::AgentId(id)));
    }
    p.keys("z");
    assert_eq!(p.desk.zoom, Zoom::Off);
    assert_eq!(
        p.said(),
        "the tile has all the room already; b hides the sidebar"
    );
}

#[test]
fn a_changed_priority_is_said() {
    let mut p = Play::new();
    p.keys("g q");
    assert_eq!(p.desk.focus, Focus::Queue);
    p.desk.brief = Some("0003-dev".into());
    p.keys("+");
    p.answer(Answer::Done);
    assert_eq!(p.said(), "0003-dev has priority 2 now");
}

#[test]
fn the_help_begins_with_where_one_is_and_says_of_all_else_where_it_counts() {
    let mut p = Play::new();
    p.keys("g q ?");
    let seen = p.seen();
    assert!(seen.contains("here: queue"), "{seen}");
    p.text("half a page");
    let seen = p.seen();
    assert!(seen.contains("(scroll"), "{seen}");
    assert!(!seen.contains("pagedown more"), "{seen}");
}
