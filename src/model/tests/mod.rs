//! The room under test: events in, effects out, nothing pretended. After every event the promises that
//! hold for all of them are checked, whatever the test is about.

#![allow(clippy::unwrap_used, clippy::panic)]

mod agents;
mod assignments;
mod breakroom;
mod briefs;
mod budgets;
mod decisions;
mod dialogs;
mod dispatch;
mod driving;
mod explained;
mod filed;
mod gates;
mod gauges;
mod handoffs;
mod hidden;
mod left;
mod messages;
mod moves;
mod opens;
mod owed;
mod people;
mod policies;
mod promises;
mod random;
mod requests;
mod restarts;
mod reviews;
mod runs;
mod schedules;
mod unclear;
mod usages;

use super::*;

/// A room with its journal, and the folder that its effects would change.
struct Stage {
    room: Room,
    now: Time,
    journal: Vec<Entry>,
    replayed: Book,
    mirror: promises::Mirror,
    ticket: u32,
    /// What the server says stands before whoever wants something.
    screens: Vec<Moment>,
    /// What is read of papers.
    papers: Papers,
}

const ALICE: SeatId = SeatId(1);
const BOB: SeatId = SeatId(2);
const EVE: SeatId = SeatId(3);

impl Stage {
    /// A room that knows its settings and nothing else.
    fn empty() -> Stage {
        let mut stage = Stage {
            room: Room::default(),
            now: Time(1_000_000),
            journal: Vec::new(),
            replayed: Book::default(),
            mirror: promises::Mirror::default(),
            ticket: 0,
            screens: Vec::new(),
            papers: Papers::default(),
        };
        stage.take(Event::Settings(settings()));
        stage
    }

    /// An open room with two operators and an observer.
    fn open() -> Stage {
        let mut stage = Stage::empty();
        stage.take(Event::Scanned);
        stage.take(opened(&[]));
        for (seat, name, role) in [
            (ALICE, "alice", SeatRole::Operator),
            (BOB, "bob", SeatRole::Operator),
            (EVE, "eve", SeatRole::Observer),
        ] {
            stage.sit(seat, name, role);
        }
        stage
    }

    /// One event; its effects, and those of the papers that it wants read, which are there at once.
    fn take(&mut self, event: Event) -> Vec<Effect> {
        let mut out = self.take_one(event);
        let mut at = 0;
        while let Some(effect) = out.get(at) {
            at += 1;
            if let Effect::Gather { brief, .. } = effect {
                let papers = Ok(Box::new(self.papers.clone()));
                let brief = brief.clone();
                out.extend(self.take_one(Event::Gathered { brief, papers }));
            }
        }
        out
    }

    /// One event; its effects, with all promises checked.
    fn take_one(&mut self, event: Event) -> Vec<Effect> {
        let before = self.room.clone();
        let out = self.room.update(event, self.now);
        promises::journal_comes_first(&before, &out);
        promises::nothing_is_said_into_a_dialog(&self.room, &out);
        for effect in &out {
            match effect {
                Effect::Journal(entry) => {
                    let line = promises::through_json(entry);
                    self.replayed.apply(&line);
                    self.journal.push(line);
                }
                Effect::Show(fact) => self.mirror.apply(fact.clone()),
                _ => {}
            }
        }
        assert_eq!(self.replayed, self.room.book, "replay differs");
        self.mirror.equals(&self.room);
        out
    }

    /// The server is gone; another one has only the journal, the settings and the folder.
    fn crash(&mut self) {
        let briefs = std::mem::take(&mut self.room.briefs);
        self.room = Room::replay(&self.journal);
        assert_eq!(self.replayed, self.room.book, "replay differs");
        self.mirror = promises::Mirror::of(&self.room);
        self.take(Event::Settings(settings()));
        for brief in briefs.into_values() {
            self.take(Event::BriefSeen(brief));
        }
        self.take(Event::Scanned);
    }

    /// Somebody takes a seat.
    fn sit(&mut self, seat: SeatId, name: &str, role: SeatRole) {
        self.take(Event::SeatTaken {
            seat,
            arrival: arrival(name, role),
            sitting: Sitting::Stays,
        });
    }

    fn wait(&mut self, ms: u64) {
        self.now = Time(self.now.0 + ms);
    }

    /// A wish of alice's and its answer.
    fn wish(&mut self, wish: Wish) -> Answer {
        self.wish_of(ALICE, wish).0
    }

    fn wish_of(&mut self, seat: SeatId, wish: Wish) -> (Answer, Vec<Effect>) {
        self.ticket += 1;
        let ticket = self.ticket;
        let out = self.take(Event::Wanted {
            seat,
            ticket,
            wish,
            screens: self.screens.clone(),
        });
        let answers: Vec<Answer> = out
            .iter()
            .filter_map(|effect| match effect {
                Effect::Reply {
                    ticket: to, answer, ..
                } if *to == ticket => Some(answer.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(answers.len(), 1, "one wish, one answer");
        (answers[0].clone(), out)
    }

    fn refused(&mut self, wish: Wish) -> String {
        let before = self.room.clone();
        let answer = self.wish(wish);
        assert_eq!(before, self.room, "a refused wish changes nothing");
        match answer {
            Answer::Refused(why) => why,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// A living agent with a process.
    fn agent(&mut self, name: &str) -> AgentId {
        let launch = launch(name);
        let Answer::Agent(id) = self.wish(Wish::Spawn(launch)) else {
            panic!("no agent");
        };
        self.take(Event::Started {
            agent: id,
            pid: 1_000 + id.0,
        });
        id
    }

    fn hear(&mut self, agent: AgentId, source: Source, state: State) -> Vec<Effect> {
        let evidence = Evidence {
            state,
            source,
            at: self.now,
            detail: Untrusted::default(),
        };
        self.take(Event::Heard { agent, evidence })
    }

    fn state(&self, agent: AgentId) -> State {
        self.room.agent(agent).unwrap().evidence.state
    }

    /// A permission asked by an agent; its card.
    fn ask(&mut self, key: &str, agent: AgentId, what: &str) -> Card {
        self.take(asked(key, Some(agent), permission(what)));
        self.card(key)
    }

    fn card(&self, key: &str) -> Card {
        let request = self.room.book.keys[&AskKey::from(key)];
        let digest = self.room.book.requests[&request].digest.clone();
        Card { request, digest }
    }

    /// Puts cards on a screen and lets them stand there long enough.
    fn look(&mut self, seat: SeatId, cards: &[&Card]) {
        let cards = cards.iter().map(|card| (*card).clone()).collect();
        self.take(Event::Shown { seat, cards });
        self.wait(500);
    }

    fn decide(&mut self, card: &Card, verdict: Verdict) -> (Answer, Vec<Effect>) {
        self.wish_of(ALICE, decide(&[card], verdict))
    }

    fn status(&self, key: &str) -> Status {
        self.room.book.requests[&self.card(key).request]
            .status
            .clone()
    }

    /// A brief in the folder.
    fn brief(&mut self, id: &str, at: &str) -> Brief {
        let brief = brief(id, at, self.now);
        self.take(Event::BriefSeen(brief.clone()));
        brief
    }

    /// A builder working on a brief in dev.
    fn builder(&mut self, id: &str) -> AgentId {
        self.brief(id, "web/dev");
        let on = StartOn::Stage;
        let brief = id.into();
        let Answer::Agent(agent) = self.wish(Wish::BriefStart { brief, on }) else {
            panic!("not started");
        };
        let pid = 1_000 + agent.0;
        self.take(Event::Started { agent, pid });
        agent
    }

    /// The agent hands its brief over; the gate's card.
    fn hand(&mut self, key: &str, agent: AgentId) -> Card {
        self.hand_over(key, agent, "it works");
        self.card(key)
    }

    /// The same in these words, and with every check passed; all that follows.
    fn hand_over(&mut self, key: &str, agent: AgentId, text: &str) -> Vec<Effect> {
        let mut out = self.take(handed(key, agent, text));
        for order in orders(&out) {
            out.extend(self.take(checked(order, &[])));
        }
        out
    }
}

fn settings() -> Settings {
    let stage = |name: &str, role: &str| StageShape {
        name: name.into(),
        role: role.into(),
        ..StageShape::default()
    };
    let role = |name: &str, places| Role {
        name: name.into(),
        profile: "generic".to_owned(),
        command: vec!["agent".to_owned(), name.to_owned()],
        places,
        ..Role::default()
    };
    Settings {
        name: "acme".to_owned(),
        tracks: vec![TrackShape {
            name: "web".into(),
            kind: TrackKind::Coding,
            stages: vec![stage("dev", "builder"), stage("qa", "adversary")],
            ..TrackShape::default()
        }],
        roles: vec![role("builder", 2), role("adversary", 1)],
        agents: Vec::new(),
        limits: RoomLimits {
            agents: 6,
            requests: 5,
            ..RoomLimits::default()
        },
        policies: Vec::new(),
        folder: "/work".to_owned(),
        ..Settings::default()
    }
}

fn opened(alive: &[(AgentId, u32)]) -> Event {
    Event::Opened {
        version: "0.1.0".to_owned(),
        alive: alive.to_vec(),
        by: Actor::Room,
    }
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        key: None,
    }
}

fn arrival(name: &str, role: SeatRole) -> Arrival {
    Arrival {
        person: person(name),
        role,
        origin: Origin::Here,
        right: Right::Own,
    }
}

fn launch(name: &str) -> Launch {
    Launch {
        name: name.to_owned(),
        command: vec!["/usr/bin/agent".to_owned()],
        ..Launch::default()
    }
}

fn permission(what: &str) -> Ask {
    Ask::Permission {
        tool: Untrusted::new("bash"),
        summary: Untrusted::new(what),
        detail: Untrusted::new(what),
        cwd: Untrusted::new("/work"),
    }
}

fn question(text: &str) -> Ask {
    Ask::Question {
        text: Untrusted::new(text),
        options: vec![Untrusted::new("red"), Untrusted::new("blue")],
    }
}

/// A digest is any text that is the same for the same content.
fn digest(ask: &Ask) -> Digest {
    Digest(format!("{ask:?}"))
}

/// A dialog on a screen: what it asks, and what its options mean.
fn standing(text: &str, options: &[(&str, Means)]) -> Standing {
    let choices = options.iter().map(|(label, means)| Choice {
        label: Untrusted::new(*label),
        means: *means,
    });
    let rows: Vec<&str> = options.iter().map(|(label, _)| *label).collect();
    let ask = Ask::Dialog {
        rows: Untrusted::new(format!("{text}\n{}", rows.join("\n"))),
        options: choices.collect(),
    };
    Standing {
        digest: digest(&ask),
        ask,
        screen: 3,
    }
}

fn asked(key: &str, agent: Option<AgentId>, ask: Ask) -> Event {
    Event::Asked {
        key: key.into(),
        agent,
        digest: digest(&ask),
        ask,
        screen: 7,
    }
}

fn handed(key: &str, agent: AgentId, text: &str) -> Event {
    Event::Handed {
        agent,
        key: key.into(),
        handoff: Untrusted::new(text),
    }
}

/// The checks that are ordered.
fn orders(out: &[Effect]) -> Vec<CheckOrder> {
    let orders = out.iter().filter_map(|effect| match effect {
        Effect::Check(order) => Some((**order).clone()),
        _ => None,
    });
    orders.collect()
}

/// The word that the checks of an order are through: those named here failed.
fn checked(order: CheckOrder, failed: &[&str]) -> Event {
    let mut report = order.report;
    report.checks = order
        .checks
        .iter()
        .map(|shape| CheckRun {
            name: shape.name.clone(),
            result: match failed.contains(&shape.name.as_str()) {
                true => CheckResult::Failed(1),
                false => CheckResult::Passed,
            },
            millis: 5,
            tail: Untrusted::new("line 1\nline 2\n"),
            log: "kept.log".to_owned(),
        })
        .collect();
    if report.branch.is_some() {
        report.tree = "tree".to_owned();
    }
    let gate = Ask::Gate {
        from: order.from,
        to: order.to,
        handoff: order.handoff,
        report: Some(Box::new(report)),
    };
    Event::Checked {
        brief: order.brief,
        key: order.key,
        digest: digest(&gate),
        gate,
    }
}

fn decide(cards: &[&Card], verdict: Verdict) -> Wish {
    Wish::Decide {
        cards: cards.iter().map(|card| (*card).clone()).collect(),
        verdict,
    }
}

fn reject(reason: &str) -> Verdict {
    Verdict::Reject {
        reason: reason.to_owned(),
    }
}

fn place(at: &str) -> Place {
    let (track, stage) = at.split_once('/').unwrap();
    Place {
        track: track.into(),
        stage: stage.into(),
    }
}

fn brief(id: &str, at: &str, changed: Time) -> Brief {
    Brief {
        id: id.into(),
        place: place(at),
        changed,
        content: Content::Read(Heading {
            title: Untrusted::new(format!("the title of {id}")),
            priority: PRIORITY_DEFAULT,
            ..Heading::default()
        }),
    }
}

fn broken(id: &str, at: &str) -> Brief {
    Brief {
        content: Content::Broken(Fault {
            path: format!("briefs/{at}/{id}.md"),
            line: 2,
            column: 5,
            what: "expected a value".to_owned(),
            hint: "write one".to_owned(),
        }),
        ..brief(id, at, Time(0))
    }
}

fn entries(out: &[Effect]) -> Vec<&Entry> {
    let entries = out.iter().filter_map(|effect| match effect {
        Effect::Journal(entry) => Some(entry),
        _ => None,
    });
    entries.collect()
}

/// The answers to askers, by key.
fn outcomes(out: &[Effect]) -> Vec<(&str, &Outcome)> {
    let outcomes = out.iter().filter_map(|effect| match effect {
        Effect::Answer { key, outcome } => Some((key.as_str(), outcome)),
        _ => None,
    });
    outcomes.collect()
}

/// The texts delivered, and to whom.
fn delivered(out: &[Effect]) -> Vec<(AgentId, &str)> {
    let delivered = out.iter().filter_map(|effect| match effect {
        Effect::Deliver { agent, text, .. } => Some((*agent, text.as_str())),
        _ => None,
    });
    delivered.collect()
}

/// The picture of an agent, as the server would name it.
fn moment(agent: u32) -> Moment {
    Moment {
        agent: AgentId(agent),
        segment: 1,
        offset: 1_000 + u64::from(agent),
        at: Time(999_000),
        screen: 7,
        sight: Sight::Drawn,
        crop: None,
    }
}
