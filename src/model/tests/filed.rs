//! Briefs that agents propose.

use super::*;
use crate::model::Filed;

impl Stage {
    fn proposes(&mut self, agent: AgentId, title: &str) -> Vec<Effect> {
        self.take(Event::Filed {
            agent,
            key: "k".into(),
            track: None,
            text: format!("+++\ntitle = \"{title}\"\n+++\n"),
        })
    }
}

#[test]
fn what_an_agent_proposes_comes_into_the_inbox_and_the_journal_and_everybody_know_whose_it_is() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let out = stage.proposes(agent, "Mend the door");
    let id = BriefId::from("0001-mend-the-door");
    assert_eq!(outcomes(&out), [("k", &Outcome::Filed(id.clone()))]);
    let line = entries(&out)[0];
    assert_eq!(line.by, Actor::Agent(agent));
    assert!(
        matches!(&line.what, Happening::Moved { from: None, to: Some(to), .. }
        if *to == place("web/inbox"))
    );
    assert!(out.iter().any(
        |effect| matches!(effect, Effect::BriefWrite { brief, stage, .. }
        if *brief == id && stage.as_str() == "inbox")
    ));
    let filed = Some(Filed {
        agent,
        name: "scout".to_owned(),
    });
    let told = out.iter().any(|effect| {
        matches!(effect, Effect::Show(Fact::Course { brief, course })
            if *brief == id && course.filed == filed)
    });
    assert!(told, "{out:?}");
    stage.take(Event::BriefSeen(brief(id.as_str(), "web/inbox", stage.now)));
    stage.take(Event::BriefSeen(brief(id.as_str(), "web/dev", stage.now)));
    assert_eq!(
        stage.room.book.course_of(&id).filed,
        filed,
        "also once it was accepted"
    );
    let gone = stage.take(Event::BriefGone(id.clone()));
    assert!(!gone.is_empty() && stage.room.book.course_of(&id).filed.is_none());
}

#[test]
fn an_agent_that_proposes_without_end_is_told_to_wait_for_a_person() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for number in 1..=50 {
        stage.proposes(agent, "x");
        let id = format!("{number:04}-x");
        stage.take(Event::BriefSeen(brief(&id, "web/inbox", stage.now)));
    }
    let refused = |out: &[Effect]| matches!(outcomes(out).as_slice(), [(_, Outcome::Refused(_))]);
    assert!(refused(&stage.proposes(agent, "one more")));
    stage.take(Event::BriefSeen(brief("0007-x", "web/dev", stage.now)));
    assert!(!refused(&stage.proposes(agent, "one more")));
    assert!(refused(&stage.proposes(AgentId(99), "nobody's")));
}
