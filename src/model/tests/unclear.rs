//! Briefs that do not say enough, and what the dispatcher does with them.

use super::dispatch::dispatching;
use super::*;
use crate::model::dispatch::Wait;
use crate::model::{Lack, Unclear, Weight};

fn stage(dispatch: Dispatch, unclear: Unclear) -> Stage {
    let mut stage = Stage::open();
    let mut settings = dispatching(dispatch);
    settings.tracks[0].unclear = unclear;
    stage.take(Event::Settings(settings));
    stage
}

fn lack(weight: Weight, what: &str) -> Lack {
    Lack {
        weight,
        what: what.to_owned(),
        hint: "say it".to_owned(),
    }
}

impl Stage {
    fn queue_lacking(&mut self, id: &str, lacks: Vec<Lack>) {
        self.wait(1);
        let mut brief = brief(id, "web/dev", self.now);
        if let Content::Read(heading) = &mut brief.content {
            heading.lacks = lacks;
        }
        self.take(Event::BriefSeen(brief));
        self.at_rest();
    }

    fn waits(&self, id: &str) -> String {
        self.wait_of(id).kind().to_owned()
    }
}

fn unclear() -> Vec<Lack> {
    vec![
        lack(Weight::Unclear, "no objective"),
        lack(Weight::Advice, "no constraints"),
    ]
}

#[test]
fn a_brief_that_does_not_say_what_is_to_be_done_waits_and_says_what_it_lacks() {
    let mut stage = stage(Dispatch::Auto, Unclear::Waits);
    stage.queue_lacking("0001-a", unclear());
    let wait = stage.wait_of("0001-a");
    assert_eq!(wait, Wait::Unclear("no objective".to_owned()));
    assert_eq!(
        wait.sentence(),
        "no objective; mend its text, or start it by hand"
    );
    stage.queue_lacking("0002-b", vec![lack(Weight::Advice, "no constraints")]);
    assert_eq!(stage.waits("0002-b"), "working", "advice holds nothing up");
    stage.queue_lacking("0001-a", Vec::new());
    assert_eq!(stage.waits("0001-a"), "working", "it was mended");
}

#[test]
fn a_track_may_say_that_unclear_briefs_start_all_the_same() {
    let mut stage = stage(Dispatch::Auto, Unclear::Starts);
    stage.queue_lacking("0001-a", unclear());
    assert_eq!(stage.waits("0001-a"), "working");
}

#[test]
fn a_person_starts_an_unclear_brief_and_from_then_on_the_room_goes_on_with_it() {
    let mut stage = stage(Dispatch::Auto, Unclear::Waits);
    stage.queue_lacking("0001-a", unclear());
    stage.wish(Wish::BriefStart {
        brief: "0001-a".into(),
        on: StartOn::Stage,
    });
    stage.at_rest();
    let Wait::Working(agent) = stage.wait_of("0001-a") else {
        panic!("{:?}", stage.wait_of("0001-a"));
    };
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(1),
    });
    stage.at_rest();
    assert_ne!(stage.wait_of("0001-a"), Wait::Working(agent));
    assert_eq!(stage.waits("0001-a"), "working", "another agent has it");
}

#[test]
fn the_card_that_proposes_a_start_says_what_the_brief_lacks() {
    let mut stage = stage(Dispatch::Ask, Unclear::Waits);
    stage.queue_lacking("0001-a", unclear());
    let mut open = stage.room.open_requests();
    let start = open.find_map(|it| it.ask.start()).unwrap();
    let lacks = start.lacks.as_ref().map(|lacks| lacks.raw());
    assert_eq!(lacks, Some("no objective, no constraints"));
}

#[test]
fn a_brief_that_waits_for_several_things_says_all_of_them_and_what_was_dropped() {
    let mut stage = stage(Dispatch::Auto, Unclear::Waits);
    stage.queue_lacking("0002-b", Vec::new());
    let mut needy = brief("0001-a", "web/dev", stage.now);
    needy.content = Content::Read(Heading {
        needs: vec!["0003-c".into(), "0004-d".into()],
        lacks: unclear(),
        ..Heading::default()
    });
    stage.take(Event::BriefSeen(needy.clone()));
    for (id, place) in [("0003-c", "web/hold"), ("0004-d", "web/dropped")] {
        let other = brief(id, place, stage.now);
        stage.take(Event::BriefSeen(other));
    }
    stage.at_rest();
    let book = &stage.room.book;
    let outlook = crate::model::dispatch::Outlook::new(
        &stage.room.settings,
        &stage.room.briefs,
        &book.courses,
        &book.pauses,
    );
    let wait = stage.wait_of("0001-a");
    let reasons = outlook.reasons(&needy, &wait);
    assert_eq!(
        reasons,
        [
            Wait::Unclear("no objective".to_owned()),
            Wait::Needs(vec!["0003-c".into(), "0004-d".into()]),
        ]
    );
    assert_eq!(outlook.needs_dropped(&needy), ["0004-d".into()]);
    let ready = outlook.reasons(&needy, &Wait::Ready);
    assert_eq!(ready, [Wait::Ready]);
}
