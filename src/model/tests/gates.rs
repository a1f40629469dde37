//! Gates with checks and branches: what goes back by itself, what opens by itself, what lands, what is done again
//! after a crash.

use super::*;

/// Worktrees, two checks at dev that ask nobody, and a last stage that merges.
pub(super) fn settings() -> Settings {
    let mut settings = super::settings();
    settings.tracks[0].worktrees = Worktrees::Each {
        setup: vec!["make deps".to_owned()],
    };
    settings.tracks[0].land = Land::Merge;
    let check = |name: &str| CheckShape {
        name: name.to_owned(),
        command: format!("make {name}"),
        seconds: 60,
    };
    settings.tracks[0].stages[0].gate = GateShape {
        operator: Consent::Unasked,
        checks: vec![check("build"), check("test")],
        checklist: vec!["Is it said in the README?".to_owned()],
    };
    settings
}

/// The branch of a worktree that stands.
pub(super) fn made(branch: &Branch) -> Branch {
    Branch {
        base: "0123456789abcdef".to_owned(),
        onto: "main".to_owned(),
        ..branch.clone()
    }
}

pub(super) fn landed(landing: &Landing) -> Landed {
    Landed {
        commit: Some("feedbeef00000000".to_owned()),
        head: landing.branch.name.clone(),
        saved: 0,
    }
}

struct Pipeline {
    stage: Stage,
}

impl Pipeline {
    fn new() -> Self {
        let mut stage = Stage::open();
        stage.take(Event::Settings(settings()));
        Self { stage }
    }

    /// A builder that works on a brief in its own worktree.
    fn builder(&mut self) -> AgentId {
        self.stage.brief("0001-a", "web/dev");
        self.start()
    }

    fn start(&mut self) -> AgentId {
        let out = self.begin();
        let agent = spawned(&out).unwrap();
        self.stage.take(Event::Started { agent, pid: 70 });
        self.stage.hear(agent, Source::Record, State::Idle);
        agent
    }

    /// Everything that a start of the brief brings, git's word included.
    fn begin(&mut self) -> Vec<Effect> {
        self.stage.ticket += 1;
        let mut out = self.stage.take(Event::Wanted {
            seat: ALICE,
            ticket: self.stage.ticket,
            wish: Wish::BriefStart {
                brief: "0001-a".into(),
                on: StartOn::Stage,
            },
            screens: Vec::new(),
        });
        out.extend(self.stage.take(Event::Gathered {
            brief: "0001-a".into(),
            papers: Ok(Box::default()),
        }));
        let wanted = out.iter().find_map(|effect| match effect {
            Effect::Worktree { brief, branch, .. } => Some((brief.clone(), branch.clone())),
            _ => None,
        });
        let (brief, branch) = wanted.unwrap_or_else(|| panic!("no worktree: {out:?}"));
        let made = Ok((made(&branch), format!("/work/{}", branch.folder)));
        out.extend(self.stage.take(Event::Worktree { brief, made }));
        out
    }

    /// Hands over, with these checks failed.
    fn hand(&mut self, key: &str, agent: AgentId, failed: &[&str]) -> Vec<Effect> {
        let mut out = self
            .stage
            .take(handed(key, agent, "it works\n## Tried\nall of it"));
        for order in orders(&out) {
            out.extend(self.stage.take(checked(order, failed)));
        }
        out
    }

    /// The brief at its last stage, handed over by its checker; the gate's card.
    fn at_the_last_gate(&mut self) -> Card {
        self.stage.brief("0001-a", "web/qa");
        let adversary = self.start();
        self.hand("last", adversary, &[]);
        let card = self.stage.card("last");
        self.stage.look(ALICE, &[&card]);
        card
    }

    fn step(&self) -> Work {
        self.stage.room.book.progress_of(&"0001-a".into()).step
    }

    fn approve(&mut self) -> Vec<Effect> {
        let card = self.at_the_last_gate();
        let (answer, out) = self.stage.decide(&card, Verdict::Approve);
        assert_eq!(answer, Answer::Done);
        out
    }

    fn trouble(&mut self, why: &str) -> Card {
        let out = self.stage.take(Event::Landed {
            brief: "0001-a".into(),
            result: Err(why.to_owned()),
        });
        let asked = entries(&out).iter().find_map(|entry| match &entry.what {
            Happening::Asked { key, .. } => Some(key.clone()),
            _ => None,
        });
        let card = self.stage.card(asked.unwrap().as_str());
        self.stage.look(ALICE, &[&card]);
        card
    }
}

fn spawned(out: &[Effect]) -> Option<AgentId> {
    out.iter().find_map(|effect| match effect {
        Effect::Spawn { agent, .. } => Some(*agent),
        _ => None,
    })
}

fn moves(out: &[Effect]) -> Vec<(String, String)> {
    let moves = out.iter().filter_map(|effect| match effect {
        Effect::BriefMove { from, to, .. } => Some((from.to_string(), to.to_string())),
        _ => None,
    });
    moves.collect()
}

/// A brief at its last stage that was approved and whose branch conflicts; the card that asks about it.
pub(super) fn that_did_not_land() -> (Stage, Card) {
    that_did_not_land_in(Pipeline::new().stage)
}

/// The same in this room.
pub(super) fn that_did_not_land_in(stage: Stage) -> (Stage, Card) {
    let mut it = Pipeline { stage };
    it.approve();
    let card = it.trouble("it conflicts");
    (it.stage, card)
}

fn lands(out: &[Effect]) -> bool {
    out.iter().any(|it| matches!(it, Effect::Land { .. }))
}

fn cleans(out: &[Effect]) -> Option<Fate> {
    out.iter().find_map(|effect| match effect {
        Effect::Clean { fate, .. } => Some(fate.clone()),
        _ => None,
    })
}

fn reply(text: &str) -> Verdict {
    Verdict::Reply {
        text: text.to_owned(),
    }
}

#[test]
fn a_brief_gets_its_branch_before_its_agent_and_the_agent_starts_in_it() {
    let mut it = Pipeline::new();
    it.stage.brief("0001-a", "web/dev");
    let out = it.begin();
    let launch = out.iter().find_map(|effect| match effect {
        Effect::Spawn { launch, .. } => Some(launch.clone()),
        _ => None,
    });
    assert_eq!(launch.unwrap().cwd, "/work/.opsroom/worktrees/0001-a");
    let branch = it.stage.room.book.progress_of(&"0001-a".into()).branch;
    assert_eq!(branch.unwrap().onto, "main");
    let lines = entries(&out);
    let at = |of: fn(&Happening) -> bool| lines.iter().position(|entry| of(&entry.what));
    let branched = at(|it| matches!(it, Happening::Branched { .. }));
    assert!(branched < at(|it| matches!(it, Happening::Spawned { .. })));
}

#[test]
fn a_worktree_that_cannot_be_made_stops_the_start_and_says_why() {
    let mut it = Pipeline::new();
    it.stage.brief("0001-a", "web/dev");
    it.stage.wish_of(
        ALICE,
        Wish::BriefPriority {
            brief: "0001-a".into(),
            priority: 2,
        },
    );
    it.stage.ticket += 1;
    let ticket = it.stage.ticket;
    it.stage.take(Event::Wanted {
        seat: ALICE,
        ticket,
        wish: Wish::BriefStart {
            brief: "0001-a".into(),
            on: StartOn::Stage,
        },
        screens: Vec::new(),
    });
    let papers = Ok(Box::default());
    it.stage.take(Event::Gathered {
        brief: "0001-a".into(),
        papers,
    });
    let out = it.stage.take(Event::Worktree {
        brief: "0001-a".into(),
        made: Err("no git repository".to_owned()),
    });
    assert_eq!(spawned(&out), None);
    let refused = out.iter().any(|effect| {
        matches!(effect, Effect::Reply { answer: Answer::Refused(why), .. } if why.contains("no git repository"))
    });
    assert!(refused, "{out:?}");
}

#[test]
fn failed_checks_go_back_to_the_agent_by_themselves_and_the_third_time_to_a_person() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    for round in ["one", "two"] {
        let out = it.hand(round, agent, &["test"]);
        let [(to, text)] = delivered(&out)[..] else {
            panic!("{out:?}");
        };
        assert_eq!(to, agent);
        assert!(
            text.contains("test failed (exit code 1)") && text.contains("line 2"),
            "{text}"
        );
        assert!(!text.contains("build"), "{text}");
        assert_eq!(it.stage.room.open_requests().count(), 0);
        it.stage.take(Event::Written {
            message: it.stage.room.book.last_message,
            outcome: Wrote::Taken,
        });
        it.stage.wait(5_000);
        it.stage.hear(agent, Source::Record, State::Idle);
    }
    let out = it.hand("three", agent, &["test"]);
    assert!(delivered(&out).is_empty() && moves(&out).is_empty());
    let card = it.stage.card("three");
    it.stage.look(ALICE, &[&card]);
    let why = it.stage.refused(decide(&[&card], Verdict::Approve));
    assert!(
        why.contains("test did not pass") && why.contains("redirect it"),
        "{why}"
    );
    let to_qa = Redirect::Stage {
        place: place("web/qa"),
        text: "let it be".to_owned(),
    };
    let (answer, out) = it.stage.decide(&card, Verdict::Redirect(to_qa));
    assert_eq!(answer, Answer::Done);
    assert_eq!(moves(&out), [("web/dev".to_owned(), "web/qa".to_owned())]);
}

#[test]
fn passed_checks_open_a_gate_that_asks_nobody_and_the_journal_says_by_which_rule() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    let out = it.hand("one", agent, &[]);
    assert_eq!(moves(&out), [("web/dev".to_owned(), "web/qa".to_owned())]);
    let opened = entries(&out)
        .into_iter()
        .find_map(|entry| match &entry.what {
            Happening::Checked {
                so: Checks::Open { rule, .. },
                report,
                ..
            } => Some((entry.by.clone(), rule.clone(), report.checks.len())),
            _ => None,
        });
    let (by, rule, checks) = opened.unwrap();
    assert_eq!((by, checks), (Actor::Room, 2));
    assert!(rule.contains("operator = false"), "{rule}");
}

#[test]
fn what_could_not_be_found_out_is_never_passed_without_a_person() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    let out = it.stage.take(handed("one", agent, "it works"));
    let mut order = orders(&out).remove(0);
    order.report.gaps.push("git does not answer".to_owned());
    let out = it.stage.take(checked(order, &[]));
    assert!(moves(&out).is_empty());
    assert_eq!(it.stage.status("one"), Status::Open);
}

#[test]
fn the_last_gate_lands_the_branch_and_only_then_is_the_brief_done() {
    let mut it = Pipeline::new();
    let out = it.approve();
    assert!(lands(&out) && moves(&out).is_empty());
    assert!(matches!(it.step(), Work::Lands { .. }));
    let landing = out.iter().find_map(|effect| match effect {
        Effect::Land { landing, .. } => Some((**landing).clone()),
        _ => None,
    });
    let landing = landing.unwrap();
    assert_eq!(
        (landing.tree.as_str(), &landing.how),
        ("tree", &Land::Merge)
    );
    let agent = it.stage.room.living().next().unwrap().id;
    let brought = landed(&landing);
    let out = it.stage.take(Event::Landed {
        brief: "0001-a".into(),
        result: Ok(brought.clone()),
    });
    assert_eq!(moves(&out), [("web/qa".to_owned(), "web/done".to_owned())]);
    let out = it
        .stage
        .take(Event::BriefSeen(brief("0001-a", "web/done", Time(1))));
    assert_eq!(cleans(&out), None, "somebody still works there");
    let exit = Exit::Code(0);
    let out = it.stage.take(Event::Ended { agent, exit });
    let fate = Fate::GoesIfLanded {
        head: brought.head,
        commit: brought.commit.unwrap(),
    };
    assert_eq!(cleans(&out), Some(fate));
    let result = Ok(Cleaned {
        branch: Remains::Gone,
        saved: 0,
    });
    it.stage.take(Event::Cleaned {
        brief: "0001-a".into(),
        result,
    });
    assert!(it.stage.room.book.progress.is_empty());
}

#[test]
fn a_branch_that_does_not_land_is_asked_about_and_tried_again() {
    let mut it = Pipeline::new();
    it.approve();
    let card = it.trouble("it conflicts in a.txt");
    let text = it.stage.room.book.requests[&card.request].ask.line();
    assert!(text.raw().contains("it conflicts in a.txt"));
    let room = &it.stage.room;
    let waits = room.wait_of(&room.briefs[&BriefId::from("0001-a")]);
    assert_eq!(waits, crate::model::dispatch::Wait::Unlanded(card.request));
    let (answer, out) = it.stage.decide(&card, reply("try again"));
    assert_eq!((answer, lands(&out)), (Answer::Done, true));
}

#[test]
fn a_branch_that_does_not_land_goes_back_with_the_reason() {
    let mut it = Pipeline::new();
    it.approve();
    let card = it.trouble("it conflicts in a.txt");
    let (answer, out) = it.stage.decide(&card, reply("back to dev"));
    assert_eq!(answer, Answer::Done);
    assert_eq!(moves(&out), [("web/qa".to_owned(), "web/dev".to_owned())]);
    assert_eq!(it.step(), Work::Open);
    let course = it.stage.room.book.course_of(&"0001-a".into());
    let told = course.rejections.last().unwrap();
    assert_eq!(told.stage.as_str(), "dev");
    assert!(told.reason.contains("it conflicts in a.txt"));
}

#[test]
fn a_branch_may_be_left_as_it_is_and_stays() {
    let mut it = Pipeline::new();
    it.approve();
    let card = it.trouble("it conflicts in a.txt");
    let agent = it.stage.room.living().next().unwrap().id;
    let (answer, out) = it
        .stage
        .decide(&card, reply("leave the branch, the brief is done"));
    assert_eq!(answer, Answer::Done);
    assert_eq!(moves(&out), [("web/qa".to_owned(), "web/done".to_owned())]);
    it.stage
        .take(Event::BriefSeen(brief("0001-a", "web/done", Time(1))));
    let exit = Exit::Code(0);
    let out = it.stage.take(Event::Ended { agent, exit });
    assert_eq!(cleans(&out), Some(Fate::Stays));
}

#[test]
fn a_server_that_takes_over_runs_unfinished_checks_again_and_moves_nothing_twice() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    let out = it.stage.take(handed("one", agent, "it works"));
    let first = orders(&out).remove(0);
    it.stage.crash();
    it.stage.take(Event::Settings(settings()));
    let out = it.stage.take(opened(&[(agent, 70)]));
    let [again] = &orders(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!((&again.brief, &again.key), (&first.brief, &first.key));
    let out = it.stage.take(checked(again.clone(), &[]));
    assert_eq!(moves(&out).len(), 1);
    let out = it.stage.take(checked(first, &[]));
    assert!(out.is_empty(), "{out:?}");
    // An agent whose line was cut says it again under the same name.
    assert!(
        it.stage
            .take(handed("one", agent, "it works"))
            .iter()
            .all(|effect| !matches!(effect, Effect::Check(_)))
    );
}

#[test]
fn a_server_that_takes_over_lands_what_was_approved() {
    let mut it = Pipeline::new();
    it.approve();
    it.stage.crash();
    it.stage.take(Event::Settings(settings()));
    let out = it.stage.take(opened(&[]));
    assert!(lands(&out) && moves(&out).is_empty());
    let Work::Lands { landing, .. } = it.step() else {
        panic!("{:?}", it.step());
    };
    let result = Ok(landed(&landing));
    it.stage.take(Event::Landed {
        brief: "0001-a".into(),
        result,
    });
    // Cut off between the landing's line and the move: only the move is done.
    it.stage.crash();
    it.stage.take(Event::Settings(settings()));
    let out = it.stage.take(opened(&[]));
    assert!(!lands(&out));
    assert_eq!(moves(&out), [("web/qa".to_owned(), "web/done".to_owned())]);
}

#[test]
fn a_hand_that_moves_a_brief_ends_its_checks_and_its_landing() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    let out = it.stage.take(handed("one", agent, "it works"));
    let order = orders(&out).remove(0);
    let out = it
        .stage
        .take(Event::BriefSeen(brief("0001-a", "web/hold", Time(2))));
    assert!(out.contains(&Effect::StopChecks("0001-a".into())));
    let out = it.stage.take(checked(order, &[]));
    assert!(out.is_empty(), "{out:?}");
    it.approve();
    let card = it.trouble("it conflicts");
    it.stage
        .take(Event::BriefSeen(brief("0001-a", "web/dev", Time(3))));
    let request = &it.stage.room.book.requests[&card.request];
    assert!(matches!(request.status, Status::Withdrawn { .. }));
    assert_eq!(it.step(), Work::Open);
}

#[test]
fn a_checker_that_does_not_say_what_it_tried_is_sent_back_once() {
    let mut it = Pipeline::new();
    let mut strict = settings();
    strict.roles[1].checker = Checker::OtherAgent;
    it.stage.take(Event::Settings(strict));
    it.stage.brief("0001-a", "web/qa");
    let adversary = it.start();
    let out = it.stage.take(handed("one", adversary, "nothing found"));
    let [("one", Outcome::Refused(why))] = outcomes(&out)[..] else {
        panic!("{out:?}");
    };
    assert!(why.contains("## Tried"), "{why}");
    let out = it.stage.take(handed("two", adversary, "nothing found"));
    let order = orders(&out).remove(0);
    assert_eq!(
        order.report.gaps,
        ["the handoff does not say what was tried"]
    );
    let out = it.stage.take(handed(
        "three",
        adversary,
        "nothing\n\n### Tried:\n- a huge id",
    ));
    assert!(orders(&out)[0].report.gaps.is_empty());
}

#[test]
fn a_gate_tells_how_often_and_how_long_and_asks_its_questions() {
    let mut it = Pipeline::new();
    let agent = it.builder();
    it.stage.wait(61_000);
    it.hand("one", agent, &["build"]);
    it.stage.wait(60_000);
    let out = it.stage.take(handed("two", agent, "again"));
    let report = orders(&out).remove(0).report;
    assert_eq!((report.iteration, report.seconds / 60), (2, 2));
    assert_eq!(report.checklist, ["Is it said in the README?"]);
}
