//! A clock that is set, in the pure room: it decides nothing, loses nothing, and nobody waits an hour for
//! a card because of it.

use std::collections::BTreeSet;

use opsroom::model::{
    Actor, AgentId, Answer, Arrival, Ask, AskKey, Book, Card, Digest, Effect, Entry, Event,
    Evidence, Happening, Launch, Origin, Person, Right, Room, SeatId, SeatRole, Settings, Sitting,
    Source, State, Time, Untrusted, Verdict, Wish,
};

use crate::kit::Dice;

const ALICE: SeatId = SeatId(1);
const HOUR: i64 = 3_600_000;

/// A room and its journal.
struct Stage {
    room: Room,
    now: Time,
    journal: Vec<Entry>,
    keys: u64,
}

impl Stage {
    fn new() -> Self {
        let mut stage = Self {
            room: Room::default(),
            now: Time(1_700_000_000_000),
            journal: Vec::new(),
            keys: 0,
        };
        stage.take(Event::Settings(Settings::default()));
        stage.take(Event::Scanned);
        stage.take(Event::Opened {
            version: "1".into(),
            alive: Vec::new(),
            by: Actor::Room,
        });
        stage.take(Event::SeatTaken {
            seat: ALICE,
            arrival: Arrival {
                person: Person {
                    name: "alice".into(),
                    key: None,
                },
                role: SeatRole::Operator,
                origin: Origin::Here,
                right: Right::Own,
            },
            sitting: Sitting::Stays,
        });
        let launch = Launch {
            command: vec!["cat".into()],
            ..Launch::default()
        };
        stage.wish(Wish::Spawn(launch));
        stage.take(Event::Started {
            agent: AgentId(1),
            pid: 7,
        });
        stage
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        let out = self.room.update(event, self.now);
        let lines = out.iter().filter_map(|effect| match effect {
            Effect::Journal(entry) => Some(entry.clone()),
            _ => None,
        });
        self.journal.extend(lines);
        out
    }

    fn wish(&mut self, wish: Wish) -> Answer {
        let out = self.take(Event::Wanted {
            seat: ALICE,
            ticket: 1,
            wish,
            screens: Vec::new(),
        });
        let answer = out.into_iter().find_map(|effect| match effect {
            Effect::Reply { answer, .. } => Some(answer),
            _ => None,
        });
        answer.expect("every wish is answered")
    }

    fn ask(&mut self) -> Card {
        self.keys += 1;
        let (text, digest) = (
            format!("question {}", self.keys),
            Digest::from(format!("{:064}", self.keys).as_str()),
        );
        let ask = Ask::Permission {
            tool: "bash".into(),
            summary: Untrusted::new(text),
            detail: "".into(),
            cwd: "".into(),
        };
        let key = AskKey(format!("k{}", self.keys));
        self.take(Event::Asked {
            key: key.clone(),
            agent: Some(AgentId(1)),
            ask,
            digest: digest.clone(),
            screen: 0,
        });
        let request = self
            .room
            .open_requests()
            .find(|request| request.key == key)
            .expect("it is open");
        Card {
            request: request.id,
            digest,
        }
    }

    fn shows(&mut self, card: &Card) {
        self.take(Event::Shown {
            seat: ALICE,
            cards: vec![card.clone()],
        });
    }

    fn decides(&mut self, card: &Card) -> Answer {
        self.wish(Wish::Decide {
            cards: vec![card.clone()],
            verdict: Verdict::Approve,
        })
    }

    fn passes(&mut self, ms: i64) {
        self.now = self.now.set_by(ms);
    }

    /// The clock is set: as the server does it.
    fn set(&mut self, ms: i64) {
        self.now = self.now.set_by(ms);
        self.room.clock_set(ms);
    }
}

#[test]
fn a_clock_that_is_set_makes_no_card_older_or_younger() {
    for by in [-HOUR, HOUR, -24 * 365 * HOUR, i64::MIN, i64::MAX] {
        let mut stage = Stage::new();
        let card = stage.ask();
        stage.shows(&card);
        stage.passes(200);
        stage.set(by.clamp(-(stage.now.0 as i64) / 2, i64::MAX / 2));
        assert!(
            matches!(stage.decides(&card), Answer::Refused(_)),
            "set by {by}: decided after 200 ms"
        );
        stage.passes(299);
        assert!(
            matches!(stage.decides(&card), Answer::Refused(_)),
            "set by {by}: decided after 499 ms"
        );
        stage.passes(1);
        assert_eq!(stage.decides(&card), Answer::Done, "set by {by}");
    }
}

#[test]
fn an_asker_that_is_away_keeps_its_time_to_come_back_when_the_clock_is_set() {
    for by in [-HOUR, HOUR] {
        let mut stage = Stage::new();
        let card = stage.ask();
        stage.take(Event::AskerGone { key: "k1".into() });
        stage.passes(1_000);
        stage.set(by);
        stage.take(Event::Tick);
        assert!(
            stage.room.request(card.request).unwrap().is_open(),
            "set by {by}: withdrawn at once"
        );
        stage.passes(59_000);
        assert!(
            stage
                .room
                .next_deadline()
                .is_some_and(|due| due <= stage.now),
            "set by {by}: it waits on and on"
        );
        stage.take(Event::Tick);
        assert!(
            !stage.room.request(card.request).unwrap().is_open(),
            "set by {by}: it waits on and on"
        );
    }
}

#[test]
fn a_message_is_not_held_for_an_hour_because_the_clock_was_set_back() {
    let mut stage = Stage::new();
    let idle = Evidence {
        state: State::Idle,
        source: Source::Hook,
        at: stage.now,
        detail: "".into(),
    };
    stage.take(Event::Heard {
        agent: AgentId(1),
        evidence: idle,
    });
    stage.set(-HOUR);
    stage.passes(5_000);
    let manner = opsroom::model::Manner::AtRest;
    let out = stage.take(Event::Wanted {
        seat: ALICE,
        ticket: 1,
        wish: Wish::Say {
            agent: AgentId(1),
            text: "go on".into(),
            manner,
        },
        screens: Vec::new(),
    });
    assert!(
        out.iter()
            .any(|effect| matches!(effect, Effect::Deliver { .. })),
        "{out:#?}"
    );
}

/// Whatever the clock shows at each event, told or untold: nothing is decided that nobody decided, no
/// request is lost, and the journal rebuilds the book.
#[test]
fn a_clock_that_jumps_about_decides_nothing_and_loses_nothing() {
    for seed in 0..200 {
        let (mut dice, mut stage) = (Dice::new(seed), Stage::new());
        let (mut asked, mut approved) = (BTreeSet::new(), BTreeSet::new());
        let mut last = None;
        for _ in 0..60 {
            match dice.roll(4) {
                0 => stage.passes(dice.roll(1_000) as i64),
                1 => stage.set(dice.roll(4 * HOUR as u64) as i64 - 2 * HOUR),
                // Nobody noticed.
                2 => stage.passes(dice.roll(4 * HOUR as u64) as i64 - 2 * HOUR),
                _ => {
                    stage.now = Time(
                        [0, 1, u64::MAX, u64::MAX - 1, 1_700_000_000_000][dice.roll(5) as usize],
                    )
                }
            }
            match dice.roll(6) {
                0 => {
                    let card = stage.ask();
                    asked.insert(card.request);
                    last = Some(card);
                }
                1 => {
                    if let Some(card) = &last {
                        stage.shows(&card.clone());
                    }
                }
                2 => {
                    if let Some(card) = last.clone()
                        && stage.decides(&card) == Answer::Done
                    {
                        approved.insert(card.request);
                    }
                }
                3 => drop(stage.take(Event::AskerGone {
                    key: AskKey(format!("k{}", dice.roll(stage.keys + 1))),
                })),
                4 => drop(stage.take(Event::Typed {
                    seat: ALICE,
                    agent: AgentId(1),
                })),
                _ => drop(stage.take(Event::Tick)),
            }
        }
        let decided = stage.journal.iter().filter_map(|entry| match &entry.what {
            Happening::Decided { card, .. } => Some(card.request),
            _ => None,
        });
        let decided: BTreeSet<_> = decided.collect();
        assert_eq!(decided, approved, "seed {seed}");
        assert!(
            asked
                .iter()
                .all(|request| stage.room.request(*request).is_some()),
            "seed {seed}"
        );
        let mut book = Book::default();
        stage.journal.iter().for_each(|entry| book.apply(entry));
        assert_eq!(book, stage.room.book, "seed {seed}");
    }
}
