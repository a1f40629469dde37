//! Budgets: who is paused and asked, when, and what the answers do.

use super::*;

const BRIEF: &str = "0001-a";

fn used(agent: AgentId, output_tokens: u64) -> Event {
    let usage = Usage {
        output_tokens,
        ..Usage::default()
    };
    Event::Used {
        agent,
        word: usage.into(),
    }
}

impl Stage {
    /// A builder on a brief that may use so much; it is at rest.
    fn builder_with(&mut self, budget: Budget) -> AgentId {
        let agent = self.builder(BRIEF);
        self.budget(Some(budget));
        self.hear(agent, Source::Hook, State::Idle);
        let held: Vec<u64> = self.room.book.messages.keys().copied().collect();
        for message in held {
            let outcome = Wrote::Taken;
            self.take(Event::Written { message, outcome });
        }
        agent
    }

    fn budget(&mut self, budget: Option<Budget>) -> Vec<Effect> {
        let mut brief = self.room.briefs[&BriefId::from(BRIEF)].clone();
        let Content::Read(heading) = &mut brief.content else {
            panic!("a broken brief");
        };
        heading.budget = budget;
        self.take(Event::BriefSeen(brief))
    }

    /// The open card about a budget.
    fn overrun(&self) -> Option<Card> {
        let mut open = self.room.open_requests();
        let asked = open.find(|it| it.ask.overrun().is_some());
        asked.map(|request| Card {
            request: request.id,
            digest: request.digest.clone(),
        })
    }

    /// Alice answers the open card.
    fn settle(&mut self, verdict: Verdict) -> Vec<Effect> {
        let card = self.overrun().unwrap();
        self.look(ALICE, &[&card]);
        let (answer, out) = self.decide(&card, verdict);
        assert_eq!(answer, Answer::Done);
        out
    }
}

#[test]
fn an_agent_over_its_budget_is_interrupted_once_and_a_person_is_asked_once() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(100));
    assert!(delivered(&stage.take(used(agent, 100))).is_empty());
    assert_eq!(stage.overrun(), None, "all of it is not more than it");
    let out = stage.take(used(agent, 101));
    let [(to, text)] = delivered(&out)[..] else {
        panic!("{out:?}");
    };
    assert!(
        to == agent && text.contains("budget of brief 0001-a is used up"),
        "{text}"
    );
    let interrupts = |it: &Effect| {
        matches!(
            it,
            Effect::Deliver {
                manner: Manner::Interrupt,
                ..
            }
        )
    };
    assert!(out.iter().any(interrupts));
    let card = stage.overrun().unwrap();
    let request = stage.room.request(card.request).unwrap();
    assert_eq!(request.brief, Some(BRIEF.into()));
    let text = request.ask.line().shown();
    for said in [
        "101 tokens",
        "approve: it may use 100 tokens more",
        "reject: builder is stopped",
    ] {
        assert!(text.contains(said), "{text}");
    }
    assert_eq!(stage.state(agent), State::Waiting);
    for tokens in 102..110 {
        stage.wait(61_000);
        let out = stage.take(used(agent, tokens));
        assert!(delivered(&out).is_empty(), "{out:?}");
    }
    assert_eq!(stage.room.open_requests().count(), 1);
}

#[test]
fn while_the_budget_is_asked_about_words_are_held_and_an_interrupt_is_not() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(100));
    stage.take(used(agent, 101));
    let message = stage.room.book.last_message;
    stage.take(Event::Written {
        message,
        outcome: Wrote::Taken,
    });
    stage.hear(agent, Source::Hook, State::Idle);
    stage.wait(60_000);
    let say = |manner| Wish::Say {
        agent,
        text: "more".to_owned(),
        manner,
    };
    let (_, out) = stage.wish_of(ALICE, say(Manner::AtRest));
    assert!(delivered(&out).is_empty(), "{out:?}");
    stage.wait(60_000);
    assert!(delivered(&stage.take(Event::Tick)).is_empty());
    let (_, out) = stage.wish_of(ALICE, say(Manner::Interrupt));
    assert_eq!(delivered(&out), [(agent, "more")]);
    let message = stage.room.book.last_message;
    stage.take(Event::Written {
        message,
        outcome: Wrote::Taken,
    });
    stage.wait(60_000);
    let out = stage.settle(Verdict::Approve);
    assert_eq!(
        delivered(&out),
        [(agent, "more")],
        "what was held comes first"
    );
}

#[test]
fn an_approval_grants_as_much_again_and_the_next_overrun_is_asked_about_anew() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(100));
    stage.take(used(agent, 101));
    stage.settle(Verdict::Approve);
    let message = stage.room.book.messages.values().last().unwrap();
    assert!(message.text.starts_with("alice granted 100 tokens more"));
    stage.take(used(agent, 200));
    assert_eq!(stage.overrun(), None);
    stage.crash();
    stage.take(opened(&[(agent, 1)]));
    assert_eq!(
        stage.overrun(),
        None,
        "what was granted outlives the server"
    );
    stage.take(used(agent, 201));
    let card = stage.overrun().unwrap();
    let text = stage.room.request(card.request).unwrap().ask.line().shown();
    assert!(text.contains("it may use 200 tokens"), "{text}");
}

#[test]
fn a_rejection_stops_the_agent_and_is_not_asked_about_again() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Micros(1_000_000));
    let spent = |cost_micros| Event::Used {
        agent,
        word: UsageWord {
            cost_micros: Some(cost_micros),
            ..UsageWord::default()
        },
    };
    stage.take(spent(1_000_001));
    let out = stage.settle(reject("enough"));
    assert!(out.contains(&Effect::Stop(agent)), "{out:?}");
    stage.take(spent(1_500_000));
    assert_eq!(stage.overrun(), None, "it is being stopped");
    let exit = Exit::Code(0);
    stage.take(Event::Ended { agent, exit });
    let Answer::Agent(next) = stage.wish(Wish::Restart(agent)) else {
        panic!("not started again");
    };
    stage.take(Event::Started {
        agent: next,
        pid: 7,
    });
    let usage = Usage {
        cost_micros: 1,
        ..Usage::default()
    };
    stage.take(Event::Used {
        agent: next,
        word: usage.into(),
    });
    assert!(
        stage.overrun().is_some(),
        "the next one on it is asked about"
    );
}

#[test]
fn what_the_agents_before_it_used_counts_and_a_session_that_goes_on_counts_once() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(1_000));
    let session = SessionId::new("s-1").unwrap();
    stage.take(Event::Session { agent, session });
    stage.take(used(agent, 600));
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(0),
    });
    let Answer::Agent(next) = stage.wish(Wish::Restart(agent)) else {
        panic!("not started again");
    };
    stage.take(Event::Started {
        agent: next,
        pid: 7,
    });
    stage.take(used(next, 700));
    let spent = |stage: &Stage| stage.room.book.spending.of(&BRIEF.into()).used.tokens();
    assert_eq!(
        spent(&stage),
        700,
        "it went on with the count of its session"
    );
    stage.take(Event::Ended {
        agent: next,
        exit: Exit::Failed("gone".to_owned()),
    });
    let Answer::Agent(last) = stage.wish(Wish::Restart(next)) else {
        panic!("not started again");
    };
    stage.take(Event::Started {
        agent: last,
        pid: 8,
    });
    stage.take(used(last, 301));
    assert_eq!(spent(&stage), 1_001, "a count that is lower began anew");
    assert!(stage.overrun().is_some());
}

#[test]
fn a_smaller_budget_counts_at_once_and_a_larger_one_closes_no_question() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(1_000));
    stage.take(used(agent, 600));
    stage.budget(Some(Budget::Tokens(500)));
    let card = stage.overrun().unwrap();
    stage.budget(Some(Budget::Tokens(5_000)));
    stage.budget(None);
    assert_eq!(stage.overrun(), Some(card), "an agent can write its brief");
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(0),
    });
    assert_eq!(stage.overrun(), None, "nobody is left to be paused");
}

#[test]
fn an_agent_cannot_take_back_or_replace_the_question_about_its_budget() {
    let mut stage = Stage::open();
    let agent = stage.builder_with(Budget::Tokens(100));
    stage.take(used(agent, 101));
    let card = stage.overrun().unwrap();
    let key = stage.room.request(card.request).unwrap().key;
    let why = "never mind".to_owned();
    stage.take(Event::TookBack {
        key: key.clone(),
        why,
    });
    stage.take(asked(key.as_str(), Some(agent), question("which?")));
    assert_eq!(stage.overrun(), Some(card));
}

#[test]
fn what_was_used_for_a_brief_stays_there_when_its_agent_gets_another() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    for (brief, tokens) in [("0001-a", 100), ("0002-b", 130)] {
        stage.brief(brief, "web/dev");
        let on = StartOn::Agent(agent);
        let brief = brief.into();
        assert_eq!(
            stage.wish(Wish::BriefStart { brief, on }),
            Answer::Agent(agent)
        );
        // the second word comes too soon for a line of its own
        stage.take(used(agent, tokens - 50));
        stage.take(used(agent, tokens));
        let place = |at| place(&format!("web/{at}"));
        if tokens == 100 {
            let (brief, why) = ("0001-a".into(), String::new());
            let (from, to) = (place("dev"), place("qa"));
            stage.wish(Wish::BriefMove {
                brief,
                from,
                to,
                why,
            });
            stage.brief("0001-a", "web/qa");
        }
    }
    let exit = Exit::Code(0);
    stage.take(Event::Ended { agent, exit });
    let of = |brief: &str| stage.room.book.spending.of(&brief.into()).used.tokens();
    assert_eq!((of("0001-a"), of("0002-b")), (100, 30));
    assert_eq!(stage.room.book.spending.all.tokens(), 130);
}

#[test]
fn a_session_that_is_left_for_another_is_counted_on_and_so_is_the_other() {
    let mut stage = Stage::open();
    let agent = stage.agent("scout");
    let says = |stage: &mut Stage, name: &str, tokens: &[u64]| {
        let session = SessionId::new(name).unwrap();
        stage.take(Event::Session { agent, session });
        for tokens in tokens {
            stage.wait(60_000);
            stage.take(used(agent, *tokens));
        }
        stage.room.book.spending.all.tokens()
    };
    stage.take(used(agent, 5));
    assert_eq!(
        says(&mut stage, "s-1", &[10, 100]),
        100,
        "it spoke before it had a name"
    );
    assert_eq!(
        says(&mut stage, "s-2", &[200]),
        300,
        "another session began at nothing"
    );
    assert_eq!(
        says(&mut stage, "s-1", &[110]),
        310,
        "the first goes on where it was"
    );
}
