//! What a brief lacks, where the operator works.

use super::*;
use crate::model::{Brief, Content, Dispatch, Heading, Lack, Matter, Proposed, Untrusted, Weight};

/// The sample room, where this brief has no objective.
fn desk(dispatch: Dispatch) -> (Desk, Brief) {
    let mut desk = sample::room(160, 45);
    let mut settings = desk.facts.settings.clone();
    for track in &mut settings.tracks {
        track.dispatch = dispatch;
    }
    settings.roles = vec![crate::model::Role {
        name: "planner".into(),
        places: 1,
        ..Default::default()
    }];
    desk.facts.apply(Fact::Settings(settings));
    let mut queued = desk.facts.briefs.values();
    let brief = queued.find(|it| it.id.as_str().starts_with("0014"));
    let mut brief = brief.unwrap().clone();
    let what = "no objective".to_owned();
    let hint = "say it".to_owned();
    brief.content = Content::Read(Heading {
        lacks: vec![Lack {
            weight: Weight::Unclear,
            what,
            hint,
        }],
        ..brief.heading().unwrap().clone()
    });
    desk.facts.apply(Fact::Brief(brief.clone()));
    desk.brief = Some(brief.id.clone());
    desk.focus = Focus::Queue;
    (desk, brief)
}

/// The row of the queue with this in it.
fn row(desk: &Desk, with: &str) -> String {
    let all = text(desk);
    let row = all.lines().find(|row| row.contains(with));
    row.unwrap_or_else(|| panic!("no {with} in\n{all}"))
        .to_owned()
}

#[test]
fn a_brief_that_lacks_something_is_marked_and_the_edge_of_the_queue_says_what() {
    let (mut desk, brief) = desk(Dispatch::Off);
    assert!(row(&desk, "0014 ").contains(" ? "), "{}", text(&desk));
    let edge = row(&desk, "┗");
    assert!(edge.contains("0014 no objective"), "{edge}");
    let course = crate::model::Course {
        makers: vec![crate::model::Maker {
            agent: crate::model::AgentId(1),
            profile: "claude".to_owned(),
            stage: "prep".into(),
        }],
        ..Default::default()
    };
    let brief = brief.id;
    desk.facts.apply(Fact::Course { brief, course });
    assert!(!row(&desk, "0014 ").contains(" ? "), "somebody works on it");
}

#[test]
fn the_edge_of_a_queue_that_goes_on_says_so_beside_what_a_brief_lacks() {
    let (mut desk, brief) = desk(Dispatch::Off);
    for number in 100..160 {
        let id = format!("0{number}-more").as_str().into();
        desk.facts.apply(Fact::Brief(Brief {
            id,
            ..brief.clone()
        }));
    }
    for focus in [Focus::Queue, Focus::Tiles] {
        desk.focus = focus;
        let all = text(&desk);
        let edge = all
            .lines()
            .find(|row| row.contains("▼"))
            .unwrap_or_else(|| panic!("{focus:?}:\n{all}"));
        assert_eq!(
            edge.contains("0014 no obj"),
            focus == Focus::Queue,
            "{edge}"
        );
    }
}

#[test]
fn where_the_room_starts_briefs_the_edge_says_what_to_do() {
    let (desk, _) = desk(Dispatch::Auto);
    assert!(
        row(&desk, "0014 ").contains(" ? unclear"),
        "{}",
        text(&desk)
    );
    assert!(row(&desk, "┗").contains("0014 no objective; mend its"));
}

#[test]
fn the_card_that_proposes_a_start_says_what_the_brief_lacks_before_the_assignment() {
    let (mut desk, brief) = desk(Dispatch::Ask);
    desk.focus = Focus::Tiles;
    let about = Matter::Start(Box::new(Proposed {
        place: brief.place.clone(),
        file: brief.changed,
        role: "planner".into(),
        agent: None,
        text: Untrusted::new("You are the planner."),
        lacks: Some(Untrusted::new("no objective")),
    }));
    let ask = Ask::Matter {
        text: Untrusted::new("start 0014?"),
        options: Vec::new(),
        about,
    };
    asks(&mut desk, ask);
    let card = card_text(&desk);
    let at = |words: &str| {
        card.find(words)
            .unwrap_or_else(|| panic!("{words}\n{card}"))
    };
    assert!(at("start 0014?") < at("? no objective"));
    assert!(at("? no objective") < at("You are the planner."));
}

#[test]
fn cards_that_propose_starts_are_told_apart_in_the_list_by_their_briefs() {
    let (mut desk, brief) = desk(Dispatch::Ask);
    desk.size.cols = 120;
    let other = desk.facts.briefs.values();
    let mut other = other.filter(|it| it.place == brief.place && it.id != brief.id);
    let other = other
        .next()
        .unwrap_or_else(|| panic!("one brief there"))
        .clone();
    for (number, brief) in [(14, &brief), (15, &other)] {
        let about = Matter::Start(Box::new(Proposed {
            place: brief.place.clone(),
            file: brief.changed,
            role: "planner".into(),
            agent: None,
            text: Untrusted::new("You are the planner."),
            lacks: None,
        }));
        let ask = Ask::Matter {
            text: Untrusted::new(format!("start {} in {}?", brief.id, brief.place)),
            options: Vec::new(),
            about,
        };
        let request = Request {
            id: RequestId(number),
            ask,
            brief: Some(brief.id.clone()),
            agent: None,
            ..desk.facts.requests[&RequestId(14)].clone()
        };
        desk.facts.apply(Fact::Request(request));
    }
    let all = text(&desk);
    for brief in [&brief, &other] {
        let heading = brief.heading().unwrap_or_else(|| panic!("it is read"));
        let number = brief.id.as_str().split('-').next().unwrap_or_default();
        let title: String = heading.title.shown().chars().take(4).collect();
        assert!(all.contains(&format!("start {number} {title}")), "{all}");
    }
}
