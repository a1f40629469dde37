//! The dispatcher: what is started, in which order, and what never is.

use super::*;
use crate::model::dispatch::Wait;

/// The settings of the tests with another way to dispatch, and different profiles.
pub(super) fn dispatching(dispatch: Dispatch) -> Settings {
    let mut settings = settings();
    settings.tracks[0].dispatch = dispatch;
    for (role, checker, profile) in [
        (0, Checker::Maker, "claude"),
        (1, Checker::OtherProfile, "codex"),
    ] {
        settings.roles[role].checker = checker;
        settings.roles[role].profile = profile.to_owned();
    }
    settings.limits.requests = 50;
    settings.limits.agents = 20;
    settings
}

fn stage(dispatch: Dispatch) -> Stage {
    let mut stage = Stage::open();
    stage.take(Event::Settings(dispatching(dispatch)));
    stage
}

impl Stage {
    /// Time passes until nothing is due; the effects.
    pub(super) fn at_rest(&mut self) -> Vec<Effect> {
        let mut out = Vec::new();
        for _ in 0..200 {
            if self.room.next_deadline().is_none_or(|due| due > self.now) {
                return out;
            }
            out.extend(self.take(Event::Tick));
        }
        panic!("it never comes to rest");
    }

    fn queue(&mut self, id: &str, at: &str, priority: u8) -> Brief {
        self.wait(1);
        let mut brief = brief(id, at, self.now);
        if let Content::Read(heading) = &mut brief.content {
            heading.priority = priority;
        }
        self.take(Event::BriefSeen(brief.clone()));
        brief
    }

    pub(super) fn wait_of(&self, id: &str) -> Wait {
        self.room.wait_of(&self.room.briefs[&BriefId::from(id)])
    }

    fn worker(&self, id: &str) -> Option<AgentId> {
        let brief = BriefId::from(id);
        let mut living = self.room.living();
        living
            .find(|it| it.brief.as_ref() == Some(&brief))
            .map(|it| it.id)
    }

    /// The open card that proposes to start this brief.
    fn start_card(&self, id: &str) -> Option<Card> {
        let mut open = self.room.open_requests();
        let found = open.find(|it| it.ask.start().is_some() && it.brief == Some(id.into()))?;
        Some(Card {
            request: found.id,
            digest: found.digest.clone(),
        })
    }

    fn answer_card(&mut self, card: &Card, verdict: Verdict) -> Answer {
        self.look(ALICE, &[card]);
        self.decide(card, verdict).0
    }

    fn end(&mut self, agent: AgentId, code: i32) {
        let exit = Exit::Code(code);
        self.take(Event::Ended { agent, exit });
    }
}

#[test]
fn auto_starts_by_priority_then_age_and_leaves_nobody_a_second_place() {
    let mut stage = stage(Dispatch::Auto);
    stage.take(Event::Wanted {
        seat: ALICE,
        ticket: 9,
        wish: Wish::Pause(None),
        screens: Vec::new(),
    });
    stage.queue("0001-old", "web/dev", 3);
    stage.queue("0002-urgent", "web/dev", 1);
    stage.queue("0003-young", "web/dev", 3);
    stage.queue("0004-held", "web/hold", 1);
    assert!(
        stage.at_rest().is_empty(),
        "nothing starts while it is paused"
    );
    assert_eq!(stage.wait_of("0001-old"), Wait::Paused(person("alice")));
    stage.wish(Wish::Resume(None));
    stage.at_rest();
    let working = ["0001-old", "0002-urgent", "0003-young", "0004-held"].map(|id| stage.worker(id));
    assert_eq!(working, [Some(AgentId(2)), Some(AgentId(1)), None, None]);
    let (role, places) = ("builder".into(), 2);
    assert_eq!(stage.wait_of("0003-young"), Wait::NoPlace { role, places });
    assert_eq!(stage.wait_of("0004-held"), Wait::Rests("hold".into()));
}

#[test]
fn one_action_a_turn() {
    let mut stage = stage(Dispatch::Auto);
    stage.wish(Wish::Pause(None));
    for id in ["0001-a", "0002-b"] {
        stage.queue(id, "web/dev", 3);
    }
    let begun = |out: &[Effect]| {
        let gathers = out.iter().filter(|it| matches!(it, Effect::Gather { .. }));
        gathers.count()
    };
    let out = stage.take_one(Event::Wanted {
        seat: ALICE,
        ticket: 9,
        wish: Wish::Resume(None),
        screens: Vec::new(),
    });
    assert_eq!(begun(&out), 1);
    assert_eq!(
        stage.room.next_deadline(),
        Some(Time(0)),
        "the next one is due at once"
    );
    assert_eq!(begun(&stage.take_one(Event::Tick)), 1);
    stage.take_one(Event::Tick);
    assert_eq!(stage.room.next_deadline(), None, "and then it rests");
}

#[test]
fn what_a_brief_needs_is_done_first() {
    let mut stage = stage(Dispatch::Auto);
    let mut needy = brief("0001-a", "web/dev", stage.now);
    needy.content = Content::Read(Heading {
        needs: vec!["0002-b".into()],
        ..Heading::default()
    });
    stage.take(Event::BriefSeen(needy));
    stage.queue("0002-b", "web/hold", 3);
    stage.at_rest();
    assert_eq!(stage.wait_of("0001-a"), Wait::Needs(vec!["0002-b".into()]));
    stage.queue("0002-b", "web/done", 3);
    stage.at_rest();
    assert!(stage.worker("0001-a").is_some());
}

#[test]
fn asked_first_it_starts_with_the_very_text_that_was_shown() {
    let mut stage = stage(Dispatch::Ask);
    stage.papers.skill = "be careful".to_owned();
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    let card = stage.start_card("0001-a").unwrap();
    assert_eq!(stage.wait_of("0001-a"), Wait::Card(card.request));
    assert_eq!(stage.worker("0001-a"), None);
    let shown = stage.room.book.requests[&card.request]
        .ask
        .start()
        .unwrap()
        .text
        .clone();
    assert!(shown.raw().contains("be careful"), "{shown:?}");
    stage.papers.skill = "be reckless".to_owned();
    assert_eq!(stage.answer_card(&card, Verdict::Approve), Answer::Done);
    let agent = stage.worker("0001-a").unwrap();
    assert_eq!(stage.room.book.launches[&agent].text, shown.raw());
}

#[test]
fn a_start_that_was_refused_is_not_proposed_again_until_its_file_changes() {
    let mut stage = stage(Dispatch::Ask);
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    let card = stage.start_card("0001-a").unwrap();
    stage.answer_card(&card, reject("not before monday"));
    stage.at_rest();
    assert_eq!(stage.start_card("0001-a"), None);
    let said = stage.wait_of("0001-a").sentence();
    assert!(
        said.contains("alice keeps it back (not before monday)"),
        "{said}"
    );
    stage.queue("0001-a", "web/dev", 2);
    stage.at_rest();
    assert!(stage.start_card("0001-a").is_some());
}

#[test]
fn a_card_that_is_no_longer_what_would_happen_is_taken_back() {
    let mut stage = stage(Dispatch::Ask);
    for (id, then) in [("0001-a", "web/dev"), ("0002-b", "web/hold")] {
        stage.queue(id, "web/dev", 3);
        stage.at_rest();
        let card = stage.start_card(id).unwrap();
        stage.queue(id, then, 3);
        stage.at_rest();
        let status = &stage.room.book.requests[&card.request].status;
        assert!(
            matches!(status, Status::Withdrawn { .. }),
            "{id}: {status:?}"
        );
    }
    assert!(
        stage.start_card("0001-a").is_some(),
        "asked anew about the new file"
    );
    stage.take(Event::Settings(dispatching(Dispatch::Off)));
    stage.at_rest();
    assert_eq!(stage.start_card("0001-a"), None);
}

#[test]
fn a_proposed_start_may_be_sent_elsewhere() {
    let mut stage = stage(Dispatch::Ask);
    stage.queue("0001-a", "web/dev", 3);
    stage.queue("0002-b", "web/dev", 3);
    stage.at_rest();
    let card = stage.start_card("0001-a").unwrap();
    let text = "mind the migration".to_owned();
    stage.answer_card(&card, Verdict::Redirect(Redirect::Direction { text }));
    let agent = stage.worker("0001-a").unwrap();
    let launch = &stage.room.book.launches[&agent];
    assert_eq!(launch.role, Some("builder".into()));
    assert!(
        launch.text.contains("mind the migration"),
        "{}",
        launch.text
    );
    let card = stage.start_card("0002-b").unwrap();
    let (role, text) = ("adversary".into(), String::new());
    stage.answer_card(&card, Verdict::Redirect(Redirect::Role { role, text }));
    let agent = stage.worker("0002-b").unwrap();
    assert_eq!(
        stage.room.book.launches[&agent].role,
        Some("adversary".into())
    );
}

#[test]
fn two_failures_in_a_row_wait_for_a_person_and_touch_nobody_else() {
    let mut stage = stage(Dispatch::Auto);
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    for _ in 0..2 {
        let agent = stage.worker("0001-a").unwrap();
        stage.end(agent, 3);
        stage.at_rest();
    }
    assert_eq!(stage.worker("0001-a"), None);
    let why = "exit 3".to_owned();
    assert_eq!(stage.wait_of("0001-a"), Wait::Failed { times: 2, why });
    stage.queue("0002-b", "web/dev", 3);
    stage.at_rest();
    assert!(stage.worker("0002-b").is_some());
    let (brief, on) = ("0001-a".into(), StartOn::Stage);
    assert!(matches!(
        stage.wish(Wish::BriefStart { brief, on }),
        Answer::Agent(_)
    ));
    assert_eq!(stage.room.book.course_of(&"0001-a".into()).failures, 0);
}

#[test]
fn papers_that_cannot_be_read_count_as_a_failed_start() {
    let mut stage = stage(Dispatch::Auto);
    stage.queue("0001-a", "web/hold", 3);
    stage.wait(1);
    let seen = brief("0001-a", "web/dev", stage.now);
    let mut out = stage.take_one(Event::BriefSeen(seen));
    for _ in 0..2 {
        let wanted = out.iter().any(|it| matches!(it, Effect::Gather { .. }));
        assert!(wanted, "{out:?}");
        let (brief, papers) = ("0001-a".into(), Err("no such skill".to_owned()));
        out = stage.take_one(Event::Gathered { brief, papers });
        if stage.room.next_deadline().is_some() {
            out.extend(stage.take_one(Event::Tick));
        }
    }
    let why = "no such skill".to_owned();
    assert_eq!(stage.wait_of("0001-a"), Wait::Failed { times: 2, why });
    assert_eq!(stage.room.living().count(), 0);
}

#[test]
fn a_person_who_stops_an_agent_is_not_given_the_next_one() {
    let mut stage = stage(Dispatch::Auto);
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    let agent = stage.worker("0001-a").unwrap();
    stage.wish(Wish::Stop(agent));
    stage.end(agent, 0);
    stage.at_rest();
    assert_eq!(stage.worker("0001-a"), None);
    let said = stage.wait_of("0001-a").sentence();
    assert!(
        said.contains("alice keeps it back (stopped its agent)"),
        "{said}"
    );
}

#[test]
fn whoever_made_it_does_not_check_it() {
    let mut stage = stage(Dispatch::Off);
    let builder = stage.builder("0001-a");
    stage.hear(builder, Source::Record, State::Idle);
    stage.take(Event::BriefSeen(brief("0001-a", "web/qa", stage.now)));
    let mut same = dispatching(Dispatch::Auto);
    same.roles[1].profile = "claude".to_owned();
    stage.take(Event::Settings(same));
    stage.at_rest();
    let said = stage.wait_of("0001-a").sentence();
    assert!(
        said.starts_with("claude made it in dev, and a adversary checks"),
        "{said}"
    );
    let why = stage.refused(Wish::BriefStart {
        brief: "0001-a".into(),
        on: StartOn::Stage,
    });
    assert!(why.contains("claude made it in dev"), "{why}");
    stage.take(Event::Settings(dispatching(Dispatch::Auto)));
    stage.at_rest();
    let checker = stage.worker("0001-a").unwrap();
    assert_ne!(checker, builder);
    assert_eq!(stage.room.book.agents[&checker].profile, "codex");
}

#[test]
fn an_agent_that_stays_gets_one_brief_after_another_and_never_checks_its_own() {
    let mut settings = dispatching(Dispatch::Auto);
    settings.roles[0].lifetime = Lifetime::Track;
    settings.roles[1] = Role {
        lifetime: Lifetime::Track,
        checker: Checker::OtherAgent,
        ..settings.roles[1].clone()
    };
    let mut stage = Stage::open();
    stage.take(Event::Settings(settings));
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    let agent = stage.worker("0001-a").unwrap();
    stage.take(Event::Started { agent, pid: 7 });
    stage.queue("0002-b", "web/dev", 3);
    stage.at_rest();
    assert_eq!(stage.wait_of("0002-b"), Wait::Session(agent));
    stage.take(Event::BriefSeen(brief("0001-a", "web/done", stage.now)));
    stage.at_rest();
    assert_eq!(
        stage.worker("0002-b"),
        Some(agent),
        "the same session goes on"
    );
    let held = stage.room.book.messages.values().last().unwrap();
    assert!(held.text.contains("Brief 0002-b"), "{}", held.text);
    stage.take(Event::BriefSeen(brief("0002-b", "web/qa", stage.now)));
    let on = StartOn::Agent(agent);
    let why = stage.refused(Wish::BriefStart {
        brief: "0002-b".into(),
        on,
    });
    assert!(
        why.contains("is about to") || why.contains("works on") || why.contains("agent"),
        "{why}"
    );
    stage.at_rest();
    assert_ne!(stage.worker("0002-b"), Some(agent));
}

#[test]
fn an_agent_of_one_brief_ends_when_its_brief_leaves_the_stage() {
    let mut stage = stage(Dispatch::Auto);
    stage.queue("0001-a", "web/dev", 3);
    stage.at_rest();
    let agent = stage.worker("0001-a").unwrap();
    let out = stage.take(Event::BriefSeen(brief("0001-a", "web/qa", stage.now)));
    assert!(out.contains(&Effect::Stop(agent)), "{out:?}");
}

#[test]
fn a_wish_is_answered_when_the_start_happened_or_failed() {
    let mut stage = stage(Dispatch::Off);
    stage.brief("0001-a", "web/dev");
    let wish = |stage: &mut Stage| {
        stage.take_one(Event::Wanted {
            seat: ALICE,
            ticket: 5,
            wish: Wish::BriefStart {
                brief: "0001-a".into(),
                on: StartOn::Stage,
            },
            screens: Vec::new(),
        })
    };
    let answers = |out: &[Effect]| {
        let answers = out.iter().filter_map(|it| match it {
            Effect::Reply { answer, ticket, .. } => Some((*ticket, answer.clone())),
            _ => None,
        });
        answers.collect::<Vec<_>>()
    };
    assert_eq!(answers(&wish(&mut stage)), []);
    let why = answers(&wish(&mut stage));
    assert!(
        matches!(&why[..], [(5, Answer::Refused(why))] if why.contains("being started already"))
    );
    let papers = |papers| Event::Gathered {
        brief: "0001-a".into(),
        papers,
    };
    let out = stage.take_one(papers(Err("no such skill".to_owned())));
    assert_eq!(
        answers(&out),
        [(5, Answer::Refused("no such skill".to_owned()))]
    );
    wish(&mut stage);
    stage.take_one(Event::BriefSeen(brief("0001-a", "web/hold", stage.now)));
    let out = stage.take_one(papers(Ok(Box::default())));
    assert!(
        matches!(&answers(&out)[..], [(5, Answer::Refused(_))]),
        "a hand was faster"
    );
    stage.take_one(Event::BriefSeen(brief("0001-a", "web/dev", stage.now)));
    wish(&mut stage);
    let out = stage.take_one(papers(Ok(Box::default())));
    assert_eq!(answers(&out), [(5, Answer::Agent(AgentId(1)))]);
}
