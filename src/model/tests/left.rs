//! Work that an agent left: when a person is asked, and what the answers do.

use super::*;
use crate::model::left::{AGAIN, ANEW, HOLD, LEAVE};

const BRIEF: &str = "0001-a";

impl Stage {
    /// The open card about what was left.
    fn left(&self) -> Option<Card> {
        let mut open = self.room.open_requests();
        let asked = open.find(|it| it.ask.left().is_some());
        asked.map(|request| Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    }

    fn fails(&mut self, agent: AgentId, code: i32) -> Vec<Effect> {
        let exit = Exit::Code(code);
        self.take(Event::Ended { agent, exit })
    }

    fn says(&mut self, word: &str) -> (Answer, Vec<Effect>) {
        let card = self.left().unwrap();
        self.look(ALICE, &[&card]);
        let text = word.to_owned();
        self.decide(&card, Verdict::Reply { text })
    }
}

fn launches(out: &[Effect]) -> Vec<&Launch> {
    out.iter()
        .filter_map(|effect| match effect {
            Effect::Spawn { launch, .. } => Some(launch),
            _ => None,
        })
        .collect()
}

#[test]
fn an_agent_that_fails_on_a_brief_makes_a_card_that_starts_it_again() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    let out = stage.fails(agent, 3);
    assert!(launches(&out).is_empty(), "nothing starts by itself");
    let card = stage.left().unwrap();
    let request = &stage.room.book.requests[&card.request];
    assert_eq!(request.agent, Some(agent));
    assert_eq!(request.brief, Some(BRIEF.into()));
    let (_, out) = stage.says(AGAIN);
    let [launch] = launches(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(launch.brief, Some(BRIEF.into()));
    assert_eq!(stage.left(), None);
}

#[test]
fn the_brief_is_handed_to_a_new_agent_of_its_stage_or_put_on_hold_or_left() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.fails(agent, 0);
    let (_, out) = stage.says(ANEW);
    let [launch] = launches(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(launch.role, Some("builder".into()));
    let next = stage.room.living().last().unwrap().id;
    stage.fails(next, 1);
    let (_, out) = stage.says(LEAVE);
    assert!(launches(&out).is_empty());
    assert_eq!(stage.left(), None);
    let Answer::Agent(last) = stage.wish(Wish::BriefStart {
        brief: BRIEF.into(),
        on: StartOn::Stage,
    }) else {
        panic!("not started");
    };
    stage.fails(last, 1);
    let (_, out) = stage.says(HOLD);
    let held = |effect: &Effect| matches!(effect, Effect::BriefMove { to, .. } if to.stage.as_str() == "hold");
    assert!(out.iter().any(held), "{out:?}");
}

#[test]
fn a_brief_whose_start_failed_twice_makes_a_card_that_says_why() {
    let mut stage = Stage::open();
    stage.take_one(Event::Settings(super::dispatch::dispatching(
        Dispatch::Auto,
    )));
    let mut out = stage.take_one(Event::BriefSeen(brief(BRIEF, "web/dev", stage.now)));
    for _ in 0..2 {
        assert_eq!(stage.left(), None, "{out:?}");
        assert!(out.iter().any(|it| matches!(it, Effect::Gather { .. })));
        let (brief, papers) = (BRIEF.into(), Err("no such skill".to_owned()));
        out = stage.take_one(Event::Gathered { brief, papers });
        if stage.left().is_none() {
            out.extend(stage.take_one(Event::Tick));
        }
    }
    let card = stage.left().unwrap();
    let request = &stage.room.book.requests[&card.request];
    assert_eq!(
        (request.agent, request.brief.clone()),
        (None, Some(BRIEF.into()))
    );
    let Ask::Matter { text, .. } = &request.ask else {
        panic!("{request:?}");
    };
    assert!(format!("{text:?}").contains("no such skill"), "{text:?}");
    let (_, out) = stage.says(HOLD);
    let held = |effect: &Effect| matches!(effect, Effect::BriefMove { to, .. } if to.stage.as_str() == "hold");
    assert!(out.iter().any(held), "{out:?}");
    assert_eq!(stage.left(), None);
}

#[test]
fn what_a_person_stopped_and_what_was_handed_over_is_not_left() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.wish(Wish::Stop(agent));
    stage.fails(agent, 1);
    assert_eq!(stage.left(), None);

    let idle = stage.agent("no brief");
    stage.fails(idle, 1);
    assert_eq!(stage.left(), None);
}

#[test]
fn a_card_about_work_that_somebody_took_up_or_moved_goes() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    stage.fails(agent, 1);
    assert!(stage.left().is_some());
    stage.wish(Wish::Restart(agent));
    assert_eq!(stage.left(), None, "it works again");

    let next = stage.room.living().last().unwrap().id;
    stage.fails(next, 1);
    assert!(stage.left().is_some());
    let mut brief = stage.room.briefs[&BriefId::from(BRIEF)].clone();
    brief.place.stage = "hold".into();
    stage.take(Event::BriefSeen(brief));
    assert_eq!(stage.left(), None, "it was moved by hand");
}

#[test]
fn what_was_lost_with_the_machine_is_asked_about_once_the_folder_is_known() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    let other = stage.agent("other");
    let brief = stage.room.briefs[&BriefId::from(BRIEF)].clone();
    stage.room = Room::replay(&stage.journal);
    stage.mirror = promises::Mirror::of(&stage.room);
    stage.take(Event::Settings(settings()));
    stage.take(opened(&[(other, 9)]));
    assert_eq!(stage.left(), None, "the folder is not known yet");
    stage.take(Event::BriefSeen(brief));
    stage.take(Event::Scanned);
    let card = stage.left().unwrap();
    assert_eq!(stage.room.book.requests[&card.request].agent, Some(agent));
}

#[test]
fn what_is_wrong_with_the_files_is_told_once_and_to_whoever_comes() {
    let mut stage = Stage::open();
    let faults = vec!["opsroom.toml:4:9: not a stage".to_owned()];
    let out = stage.take(Event::Faults(faults.clone()));
    assert_eq!(out, [Effect::Show(Fact::Faults(faults.clone()))]);
    assert_eq!(stage.take(Event::Faults(faults.clone())), []);
    assert!(stage.room.snapshot().contains(&Fact::Faults(faults)));
    stage.take(Event::Faults(Vec::new()));
    let told = |fact: &Fact| matches!(fact, Fact::Faults(_));
    assert!(!stage.room.snapshot().iter().any(told));
}
