//! The server dies between a decision and what follows from it, behind every line that it wrote: whoever takes over
//! does the rest, once.

use super::*;

const BRIEF: &str = "0001-a";

/// Another server, which finds the first `lines` of the journal, the folder, and of the agents only these: what was
/// started in the last moment was written and not done.
fn taken_over(
    of: &Stage,
    lines: usize,
    settings: Settings,
    alive: &[AgentId],
) -> (Stage, Vec<Effect>) {
    let mut next = Stage::empty();
    next.now = Time(of.now.0 + 1_000);
    next.journal = of.journal[..lines].to_vec();
    next.room = Room::replay(&next.journal);
    next.replayed = next.room.book.clone();
    next.mirror = promises::Mirror::of(&next.room);
    next.take(Event::Settings(settings));
    for brief in of.room.briefs.values() {
        next.take(Event::BriefSeen(brief.clone()));
    }
    let mut out = next.take(Event::Scanned);
    let alive: Vec<(AgentId, u32)> = alive.iter().map(|id| (*id, 1_000 + id.0)).collect();
    out.extend(next.take(opened(&alive)));
    next.sit(ALICE, "alice", SeatRole::Operator);
    (next, out)
}

impl Stage {
    fn living(&self) -> Vec<AgentId> {
        self.room.living().map(|agent| agent.id).collect()
    }

    /// Who was given the brief by alice since a line.
    fn given_since(&self, line: usize) -> Vec<AgentId> {
        let alice = Actor::Person(person("alice"));
        let lines = self.journal[line..].iter().filter(|it| it.by == alice);
        lines
            .filter_map(|it| match &it.what {
                Happening::Assigned { agent, .. } => Some(*agent),
                _ => None,
            })
            .collect()
    }

    fn said_since(&self, line: usize) -> Vec<&str> {
        let lines = self.journal[line..].iter();
        lines
            .filter_map(|it| match &it.what {
                Happening::Messaged { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    fn cut_off(&self) -> Option<Card> {
        let mut open = self.room.open_requests();
        open.find(|it| it.ask.cut_off().is_some())
            .map(|request| Card {
                request: request.id,
                digest: request.digest.clone(),
            })
    }

    fn lapsed_since(&self, line: usize) -> Vec<&str> {
        let lines = self.journal[line..].iter();
        lines
            .filter_map(|it| match &it.what {
                Happening::Lapsed { why, .. } => Some(why.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// How an agent is to be started, once.
fn launch_of(out: &[Effect], of: AgentId) -> Option<Launch> {
    let mut launches = out.iter().filter_map(|effect| match effect {
        Effect::Spawn { agent, launch } if *agent == of => Some(launch.clone()),
        _ => None,
    });
    let first = launches.next();
    assert_eq!(launches.next(), None, "started twice");
    first
}

fn moves(out: &[Effect]) -> Vec<Place> {
    let moves = out.iter().filter_map(|effect| match effect {
        Effect::BriefMove { to, .. } => Some(to.clone()),
        _ => None,
    });
    moves.collect()
}

fn reply(text: &str) -> Verdict {
    let text = text.to_owned();
    Verdict::Reply { text }
}

fn to_role(role: &str) -> Verdict {
    Verdict::Redirect(Redirect::Role {
        role: role.into(),
        text: "with other eyes".to_owned(),
    })
}

/// A builder at its gate, or before a permission, and a scout that is free; the card.
fn asked_of_a_builder(gate: bool) -> (Stage, AgentId, AgentId, Card) {
    let mut stage = Stage::open();
    let scout = stage.agent("scout");
    let builder = stage.builder(BRIEF);
    stage.hear(builder, Source::Record, State::Idle);
    let card = match gate {
        true => stage.hand("done", builder),
        false => stage.ask("k", builder, "rm -rf build"),
    };
    stage.look(ALICE, &[&card]);
    (stage, builder, scout, card)
}

#[test]
fn a_redirect_to_a_role_or_an_agent_survives_behind_every_line() {
    for gate in [true, false] {
        for by_role in [true, false] {
            let (mut stage, builder, scout, card) = asked_of_a_builder(gate);
            let verdict = match by_role {
                true => to_role("adversary"),
                false => Verdict::Redirect(Redirect::Agent {
                    agent: scout,
                    text: "yours".to_owned(),
                }),
            };
            let (before, alive) = (stage.journal.len(), stage.living());
            stage.decide(&card, verdict);
            let all = stage.journal.len();
            assert!(all >= before + 2, "{:?}", &stage.journal[before..]);
            assert_eq!(stage.given_since(before).len(), 1);
            for lines in before..=all {
                let (next, out) = taken_over(&stage, lines, settings(), &alive);
                let given = next.given_since(before);
                if lines == before {
                    assert_eq!(given, [], "nothing was decided");
                    continue;
                }
                let [to] = given[..] else {
                    panic!(
                        "given to {given:?} behind line {lines}: {:#?}",
                        &next.journal[before..]
                    );
                };
                assert_eq!(next.room.book.agents[&builder].brief, None);
                assert!(by_role != (to == scout));
                assert!(next.room.book.owed.is_empty());
                let left = next.room.open_requests().any(|it| it.ask.left().is_some());
                assert!(!left, "nothing is lost behind line {lines}");
                if by_role {
                    let launch = launch_of(&out, to).unwrap();
                    assert!(launch.text.contains("with other eyes"), "{launch:?}");
                    assert_eq!(launch.brief, Some(BRIEF.into()));
                }
                let (third, _) = taken_over(&next, next.journal.len(), settings(), &next.living());
                assert_eq!(third.given_since(before).len(), 1, "once");
            }
        }
    }
}

/// A builder whose start was recorded, and the line behind its assignment; nobody saw its process.
fn recorded_and_not_started() -> (Stage, AgentId, usize) {
    let mut stage = Stage::open();
    stage.brief(BRIEF, "web/dev");
    let (brief, on) = (BRIEF.into(), StartOn::Stage);
    stage.wish(Wish::BriefStart { brief, on });
    let assigned = stage
        .journal
        .iter()
        .rposition(|it| matches!(it.what, Happening::Assigned { .. }));
    let line = assigned.unwrap() + 1;
    let Happening::Assigned { agent, .. } = stage.journal[line - 1].what else {
        panic!("no assignment");
    };
    (stage, agent, line)
}

#[test]
fn an_agent_that_was_recorded_and_not_started_is_started_once_by_the_next_server() {
    let (stage, agent, line) = recorded_and_not_started();
    let (next, out) = taken_over(&stage, line, settings(), &[]);
    let launch = launch_of(&out, agent).unwrap();
    assert_eq!(next.room.book.launches[&agent], launch);
    assert!(next.room.living().any(|it| it.id == agent));
    let kept = out
        .iter()
        .any(|it| matches!(it, Effect::KeepAssignment { text, .. } if *text == launch.text));
    assert!(kept, "its assignment is findable later");
    // it starts, and the server after that asks for it no more
    let mut next = next;
    next.take(Event::Started { agent, pid: 7 });
    let lines = next.journal.len();
    let (_, out) = taken_over(&next, lines, settings(), &[agent]);
    assert_eq!(launch_of(&out, agent), None);
    let (third, out) = taken_over(&next, lines, settings(), &[]);
    assert_eq!(launch_of(&out, agent), None, "it ran, and is lost");
    assert!(third.room.open_requests().any(|it| it.ask.left().is_some()));
}

#[test]
fn what_was_not_started_is_not_started_where_a_hand_or_a_stop_came_between() {
    let (mut stage, agent, line) = recorded_and_not_started();
    let (next, out) = taken_over(&stage, line - 1, settings(), &[]);
    assert_eq!(launch_of(&out, agent), None, "it was never given the brief");
    assert!(next.room.living().all(|it| it.id != agent));
    stage.journal.truncate(line);
    let elsewhere = place("web/hold");
    let moved = Happening::Moved {
        brief: BRIEF.into(),
        from: Some(place("web/dev")),
        to: Some(elsewhere),
        why: String::new(),
    };
    let by = Actor::Hand;
    let at = stage.now;
    stage.journal.push(Entry {
        at,
        by,
        what: moved,
    });
    stage.brief(BRIEF, "web/hold");
    let (_, out) = taken_over(&stage, line + 1, settings(), &[]);
    assert_eq!(launch_of(&out, agent), None, "its brief is elsewhere");

    let (mut stage, agent, line) = recorded_and_not_started();
    stage.journal.truncate(line);
    let (at, by) = (stage.now, Actor::Person(person("alice")));
    let what = Happening::Stopped {
        agent,
        why: String::new(),
    };
    stage.journal.push(Entry { at, by, what });
    let (next, out) = taken_over(&stage, line + 1, settings(), &[]);
    assert_eq!(launch_of(&out, agent), None);
    let left = next.room.open_requests().any(|it| it.ask.left().is_some());
    assert!(!left, "who stopped it knows");
}

#[test]
fn a_redirect_that_two_servers_die_over_still_happens_once() {
    let (mut stage, _, _, card) = asked_of_a_builder(true);
    let (before, alive) = (stage.journal.len(), stage.living());
    stage.decide(&card, to_role("adversary"));
    let (next, _) = taken_over(&stage, before + 1, settings(), &alive);
    // the second server came as far as telling that it has the room
    let opened = next
        .journal
        .iter()
        .rposition(|it| matches!(it.what, Happening::Opened { .. }));
    let (third, _) = taken_over(&next, opened.unwrap() + 1, settings(), &alive);
    assert_eq!(third.given_since(before).len(), 1);
}

#[test]
fn a_redirect_to_a_stage_moves_its_brief_behind_every_line() {
    let (mut stage, builder, _, card) = asked_of_a_builder(false);
    let (before, alive) = (stage.journal.len(), stage.living());
    let place = place("web/qa");
    let text = "look".to_owned();
    stage.decide(
        &card,
        Verdict::Redirect(Redirect::Stage {
            place: place.clone(),
            text,
        }),
    );
    for lines in before + 1..=stage.journal.len() {
        let (mut next, out) = taken_over(&stage, lines, settings(), &alive);
        assert_eq!(moves(&out), vec![place.clone()], "behind line {lines}");
        next.brief(BRIEF, "web/qa");
        assert_eq!(next.room.book.agents[&builder].brief, None);
    }
}

#[test]
fn a_redirect_that_failed_is_said_and_not_tried_again() {
    let (mut stage, builder, _, card) = asked_of_a_builder(true);
    let (before, alive) = (stage.journal.len(), stage.living());
    let wish = decide(&[&card], to_role("adversary"));
    let (seat, ticket, screens) = (ALICE, 900, Vec::new());
    stage.take_one(Event::Wanted {
        seat,
        ticket,
        wish,
        screens,
    });
    let (brief, papers) = (BRIEF.into(), Err("no such skill".to_owned()));
    stage.take_one(Event::Gathered { brief, papers });
    assert_eq!(stage.lapsed_since(before), ["no such skill"]);
    let (next, _) = taken_over(&stage, stage.journal.len(), settings(), &alive);
    assert_eq!(next.given_since(before), []);
    assert_eq!(next.room.book.agents[&builder].brief, Some(BRIEF.into()));
}

#[test]
fn a_redirect_that_cannot_be_followed_any_more_is_said_and_a_hand_that_moves_the_brief_ends_it() {
    let (mut stage, _, scout, card) = asked_of_a_builder(true);
    let alive: Vec<AgentId> = stage
        .living()
        .into_iter()
        .filter(|it| *it != scout)
        .collect();
    let before = stage.journal.len();
    let redirect = Redirect::Agent {
        agent: scout,
        text: "yours".to_owned(),
    };
    stage.decide(&card, Verdict::Redirect(redirect));
    let (next, out) = taken_over(&stage, before + 1, settings(), &alive);
    assert_eq!(next.given_since(before), []);
    assert_eq!(next.lapsed_since(before).len(), 1);
    assert!(
        out.iter()
            .any(|it| matches!(it, Effect::Show(Fact::Notice(_))))
    );

    let (mut stage, _, _, card) = asked_of_a_builder(true);
    let wish = decide(&[&card], to_role("adversary"));
    let (seat, ticket, screens) = (ALICE, 900, Vec::new());
    let (before, alive) = (stage.journal.len(), stage.living());
    stage.take_one(Event::Wanted {
        seat,
        ticket,
        wish,
        screens,
    });
    stage.brief(BRIEF, "web/hold");
    let (next, out) = taken_over(&stage, stage.journal.len(), settings(), &alive);
    assert_eq!((next.given_since(before), moves(&out)), (vec![], vec![]));
}

#[test]
fn a_rejected_gate_is_told_behind_every_line_and_never_twice() {
    let (mut stage, builder, _, card) = asked_of_a_builder(true);
    let (before, alive) = (stage.journal.len(), stage.living());
    let (_, out) = stage.decide(&card, reject("too short"));
    assert_eq!(delivered(&out).len(), 1, "it rests, so it is told at once");
    let sent = |it: &Entry| matches!(it.what, Happening::Delivered { .. });
    let sent = before + stage.journal[before..].iter().position(sent).unwrap();
    for lines in before + 1..=stage.journal.len() {
        let (mut next, mut out) = taken_over(&stage, lines, settings(), &alive);
        assert_eq!(next.said_since(before).len(), 1, "behind line {lines}");
        out.extend(next.hear(builder, Source::Record, State::Idle));
        if lines <= sent {
            let [(to, text)] = delivered(&out)[..] else {
                panic!("not told behind line {lines}: {out:#?}");
            };
            assert!(to == builder && text.contains("too short"));
            assert_eq!(next.cut_off(), None);
            continue;
        }
        // It was being written: nobody knows, and a person is asked.
        assert_eq!(delivered(&out), []);
        let card = next.cut_off().unwrap();
        let (third, _) = taken_over(&next, next.journal.len(), settings(), &alive);
        assert_eq!(third.cut_off(), Some(card.clone()), "asked once");
        next.look(ALICE, &[&card]);
        let (answer, out) = next.decide(&card, reply(CutOff::AGAIN));
        assert_eq!((answer, delivered(&out).len()), (Answer::Done, 1));
        assert_eq!(next.cut_off(), None);
    }
}

#[test]
fn a_card_about_words_that_were_cut_off_goes_with_what_they_were_for() {
    let cut = || {
        let (mut stage, builder, _, card) = asked_of_a_builder(true);
        let alive = stage.living();
        stage.decide(&card, reject("too short"));
        let lines = stage.journal.len();
        let (next, _) = taken_over(&stage, lines, settings(), &alive);
        (next, builder)
    };
    let (mut stage, builder) = cut();
    assert!(stage.cut_off().is_some());
    stage.hand("again", builder);
    assert_eq!(stage.cut_off(), None, "it was handed over again");
    let (mut stage, _) = cut();
    stage.brief(BRIEF, "web/qa");
    assert_eq!(stage.cut_off(), None, "its brief went on");
    let (mut stage, agent) = cut();
    let exit = Exit::Code(0);
    stage.take(Event::Ended { agent, exit });
    assert_eq!(stage.cut_off(), None, "nobody is there to hear it");
    let (mut stage, _) = cut();
    let (card, before) = (stage.cut_off().unwrap(), stage.journal.len());
    stage.look(ALICE, &[&card]);
    stage.decide(&card, reply(CutOff::LEAVE));
    assert_eq!((stage.cut_off(), stage.said_since(before)), (None, vec![]));
}

#[test]
fn checks_that_failed_are_told_behind_every_line() {
    let mut stage = Stage::open();
    let mut wanted = settings();
    wanted.tracks[0].stages[0].gate.checks = vec![CheckShape {
        name: "test".to_owned(),
        command: "make test".to_owned(),
        seconds: 60,
    }];
    stage.take(Event::Settings(wanted.clone()));
    let agent = stage.builder(BRIEF);
    let order = orders(&stage.take(handed("done", agent, "it works"))).remove(0);
    let (before, alive) = (stage.journal.len(), stage.living());
    stage.take(checked(order, &["test"]));
    for lines in before + 1..=stage.journal.len() {
        let (mut next, mut out) = taken_over(&stage, lines, wanted.clone(), &alive);
        out.extend(next.hear(agent, Source::Record, State::Idle));
        let [(_, text)] = delivered(&out)[..] else {
            panic!("not told behind line {lines}: {out:#?}");
        };
        assert!(text.contains("did not pass") && orders(&out).is_empty());
        assert_eq!(next.said_since(before).len(), 1);
    }
}

#[test]
fn a_start_that_was_approved_happens_in_those_words_behind_every_line() {
    let wanted = dispatch::dispatching(Dispatch::Ask);
    let mut stage = Stage::open();
    stage.take(Event::Settings(wanted.clone()));
    stage.brief(BRIEF, "web/dev");
    stage.at_rest();
    let asked = stage
        .room
        .open_requests()
        .find(|it| it.ask.start().is_some());
    let asked = asked.unwrap().clone();
    let card = Card {
        request: asked.id,
        digest: asked.digest.clone(),
    };
    stage.look(ALICE, &[&card]);
    let before = stage.journal.len();
    stage.decide(&card, Verdict::Approve);
    let words = asked.ask.start().unwrap().text.raw();
    for lines in before + 1..stage.journal.len() {
        let (mut next, _) = taken_over(&stage, lines, wanted.clone(), &[]);
        next.at_rest();
        let [agent] = next.given_since(before)[..] else {
            panic!("behind line {lines}: {:#?}", &next.journal[before..]);
        };
        assert_eq!(next.room.book.launches[&agent].text, words);
    }
}

#[test]
fn what_is_said_of_a_branch_that_did_not_land_holds_behind_every_line() {
    for (answer, goes) in [
        (reply("leave the branch, the brief is done"), "web/done"),
        (reply("back to dev"), "web/dev"),
    ] {
        let (mut stage, card) = gates::that_did_not_land();
        let before = stage.journal.len();
        stage.decide(&card, answer);
        for lines in before + 1..=stage.journal.len() {
            let (next, out) = taken_over(&stage, lines, gates::settings(), &stage.living());
            assert_eq!(moves(&out), [place(goes)], "behind line {lines}");
            assert!(!out.iter().any(|it| matches!(it, Effect::Land { .. })));
            let told = next.room.book.course_of(&BRIEF.into()).rejections.len();
            assert_eq!(told, usize::from(goes == "web/dev"));
        }
    }
}

#[test]
fn an_assignment_that_an_old_journal_told_in_two_lines_is_still_read() {
    let line = r#"{"at":1,"by":"room","what":"assigned","brief":"0001-a","agent":7,"place":{"track":"web","stage":"dev"}}"#;
    let entry: Entry = serde_json::from_str(line).unwrap();
    assert!(matches!(entry.what, Happening::Assigned { told: None, .. }));
}

#[test]
fn a_first_text_that_nobody_handed_over_yet_is_known() {
    let mut stage = Stage::open();
    let agent = stage.builder(BRIEF);
    assert!(stage.room.book.untold.contains(&agent));
    let text = stage.room.book.launches[&agent].text.clone();
    stage.take(Event::FirstText { agent, text });
    assert!(stage.room.book.untold.is_empty());
}

#[test]
fn an_agent_that_was_to_be_stopped_is_stopped_by_the_next_server_behind_every_line() {
    let mut stage = Stage::open();
    let mut agent = stage.builder(BRIEF);
    stage.take(Event::Ended {
        agent,
        exit: Exit::Code(0),
    });
    stage.brief(BRIEF, "web/qa");
    let wish = Wish::BriefStart {
        brief: BRIEF.into(),
        on: StartOn::Stage,
    };
    let Answer::Agent(adversary) = stage.wish(wish) else {
        panic!("not started");
    };
    agent = adversary;
    stage.take(Event::Started {
        agent,
        pid: 1_000 + agent.0,
    });
    let gate = stage.hand("last", agent);
    stage.look(ALICE, &[&gate]);
    stage.decide(&gate, Verdict::Approve);
    let (before, alive) = (stage.journal.len(), stage.living());
    stage.brief(BRIEF, "web/done");
    for lines in before..=stage.journal.len() {
        let (next, out) = taken_over(&stage, lines, settings(), &alive);
        let stops = out.iter().filter(|it| **it == Effect::Stop(agent));
        assert_eq!(stops.count(), 1, "behind line {lines}");
        assert_eq!(next.living(), [agent], "until it is seen ended");
    }
}
