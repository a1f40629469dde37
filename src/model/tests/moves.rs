//! A brief that is moved while somebody works on it: what that ends is said. And how long it was worked on.

use super::*;
use crate::model::worklog::{Of, Scope, Scribe};

fn said(out: &[Effect]) -> Vec<String> {
    let notices = out.iter().filter_map(|it| match it {
        Effect::Show(Fact::Notice(notice)) => Some(notice.text.clone()),
        _ => None,
    });
    notices.collect()
}

/// Why the journal says that an agent was stopped.
fn stopped(stage: &Stage, agent: AgentId) -> Option<String> {
    stage.journal.iter().find_map(|it| match &it.what {
        Happening::Stopped { agent: of, why } if *of == agent => Some(why.clone()),
        _ => None,
    })
}

#[test]
fn a_hand_that_moves_a_brief_at_work_wins_and_what_that_ends_is_said() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let name = stage.room.book.agents[&agent].name.clone();
    let card = stage.hand("done", agent);
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/hold", stage.now)));
    let moved = "brief 0001-a was moved by hand from web/dev to web/hold";
    let gate = card.request;
    assert_eq!(
        said(&out),
        [format!(
            "{moved}; that stops {name} and closes its gate ({gate})"
        )]
    );
    assert_eq!(stopped(&stage, agent).as_deref(), Some(moved));
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/dev", stage.now)));
    assert!(said(&out).is_empty(), "nobody worked on it: {out:#?}");
}

#[test]
fn a_brief_at_work_that_is_moved_by_a_command_says_whose_work_ends() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    let name = stage.room.book.agents[&agent].name.clone();
    let wish = Wish::BriefMove {
        brief: "0001-a".into(),
        from: place("web/dev"),
        to: place("web/hold"),
        why: String::new(),
    };
    let (answer, out) = stage.wish_of(ALICE, wish);
    assert_eq!(answer, Answer::Done);
    assert_eq!(
        said(&out),
        [format!(
            "brief 0001-a goes from web/dev to web/hold; that stops {name}"
        )]
    );
    stage.brief("0001-a", "web/hold");
    let why = stopped(&stage, agent);
    assert_eq!(why.as_deref(), Some("brief 0001-a stands in web/hold now"));
}

/// What the work log says of the same lines, in s.
fn logged(stage: &Stage) -> u64 {
    let mut scribe = Scribe::new(Scope {
        from: Time(0),
        until: Time(u64::MAX),
        of: Of::Room,
    });
    for (number, entry) in (1..).zip(&stage.journal) {
        scribe.take(number, entry);
    }
    scribe.finish().tracks[&"web".into()][&"0001-a".into()].worked_ms / 1_000
}

fn at_work(stage: &Stage) -> u64 {
    let progress = stage.room.book.progress_of(&"0001-a".into());
    progress.seconds(&"dev".into(), stage.now)
}

#[test]
fn the_time_at_work_ends_at_the_handover_and_goes_on_with_a_rejection_as_in_the_work_log() {
    let mut stage = Stage::open();
    let agent = stage.builder("0001-a");
    stage.wait(60_000);
    let card = stage.hand("done", agent);
    stage.wait(600_000);
    assert_eq!((at_work(&stage), logged(&stage)), (60, 60), "it waited");
    stage.look(ALICE, &[&card]);
    let reason = "once more".to_owned();
    let (answer, _) = stage.decide(&card, Verdict::Reject { reason });
    assert_eq!(answer, Answer::Done);
    stage.wait(30_000);
    assert_eq!(at_work(&stage), 90, "it is worked on again");
    let exit = Exit::Code(0);
    stage.take(Event::Ended { agent, exit });
    stage.wait(600_000);
    assert_eq!(
        (at_work(&stage), logged(&stage)),
        (90, 90),
        "nobody is there"
    );
    stage.brief("0001-a", "web/hold");
    assert_eq!((at_work(&stage), logged(&stage)), (90, 90), "it is kept");
}
