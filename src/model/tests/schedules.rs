//! No schedule starves, assigns twice, exceeds places or starts what is held.

use proptest::prelude::*;

use super::dispatch::dispatching;
use super::*;
use crate::model::dispatch::Wait;

#[derive(Clone, Debug)]
enum Step {
    /// A file appears, changes, or is moved by a hand.
    Seen(u8, Place, u8, Vec<u8>),
    Gone(u8),
    /// A start that waits for its papers gets them, or not.
    Papers(u8, bool),
    Ended(u8, i32),
    Handed(u8),
    /// The n-th open card is decided.
    Decided(u8, Verdict),
    Paused(bool),
    Start(u8),
    Tick,
    Crash,
}

fn id(n: u8) -> BriefId {
    BriefId(format!("000{n}-b"))
}

fn step() -> impl Strategy<Value = Step> {
    let place = prop::sample::select(vec![
        "web/dev",
        "web/dev",
        "web/qa",
        "web/hold",
        "web/done",
        "web/inbox",
    ]);
    let needs = prop::collection::vec(0..6_u8, 0..2);
    let verdict = prop_oneof![
        3 => Just(Verdict::Approve),
        1 => Just(reject("no")),
    ];
    prop_oneof![
        6 => (0..6_u8, place, 1..4_u8, needs).prop_map(|(n, at, priority, needs)| Step::Seen(n, super::place(at), priority, needs)),
        1 => (0..6_u8).prop_map(Step::Gone),
        10 => (0..6_u8, prop::bool::weighted(0.9)).prop_map(|(n, good)| Step::Papers(n, good)),
        3 => (0..4_u8, 0..2_i32).prop_map(|(n, code)| Step::Ended(n, code)),
        4 => (0..4_u8).prop_map(Step::Handed),
        6 => (0..4_u8, verdict).prop_map(|(n, verdict)| Step::Decided(n, verdict)),
        1 => any::<bool>().prop_map(Step::Paused),
        1 => (0..6_u8).prop_map(Step::Start),
        4 => Just(Step::Tick),
        1 => Just(Step::Crash),
    ]
}

struct Play {
    stage: Stage,
    dispatch: Dispatch,
    keys: u32,
}

impl Play {
    fn take(&mut self, event: Event) {
        // Whoever takes over does besides what people decided and the server before did not come to do.
        let owed = match &event {
            Event::Opened { .. } => self.stage.room.book.owed.len(),
            _ => 0,
        };
        let out = self.stage.take_one(event);
        let begun = out.iter().filter(|it| matches!(it, Effect::Gather { .. }));
        assert!(begun.count() <= 1 + owed, "more than one action in a turn");
        self.assigned_rightly(&out);
        for effect in &out {
            match effect {
                Effect::BriefMove { brief, to, .. } => {
                    let mut seen = self.stage.room.briefs[brief].clone();
                    seen.place = to.clone();
                    self.take(Event::BriefSeen(seen));
                }
                Effect::Spawn { agent, .. } => {
                    let (agent, pid) = (*agent, 7);
                    self.take(Event::Started { agent, pid });
                }
                Effect::Check(order) => self.take(checked((**order).clone(), &[])),
                Effect::Stop(agent) => {
                    let (agent, exit) = (*agent, Exit::Code(0));
                    self.take(Event::Ended { agent, exit });
                }
                _ => {}
            }
        }
    }

    /// What the room gives out by itself stands in a pipeline and is nobody else's.
    fn assigned_rightly(&self, out: &[Effect]) {
        for entry in entries(out) {
            let Happening::Assigned { brief, place, .. } = &entry.what else {
                continue;
            };
            let stage = place.as_ref().unwrap().stage.clone();
            assert!(
                !RESERVED.contains(&stage.as_str()),
                "{brief} was started in {stage}"
            );
            assert!(
                self.dispatch != Dispatch::Ask || entry.by != Actor::Room,
                "{brief} was started unasked"
            );
        }
        let room = &self.stage.room;
        for role in &room.settings.roles {
            let staff = room
                .living()
                .filter(|it| it.role.as_ref() == Some(&role.name));
            let busy = staff.filter(|it| it.brief.is_some()).count();
            assert!(busy <= role.places as usize, "{} has {busy}", role.name);
        }
        for brief in room.briefs.keys() {
            let on_it = room.living().filter(|it| it.brief.as_ref() == Some(brief));
            assert!(on_it.count() <= 1, "{brief} has two agents");
        }
    }

    fn play(&mut self, step: Step) {
        let room = &self.stage.room;
        let event = match step {
            Step::Seen(n, place, priority, needs) => {
                self.stage.wait(1);
                let mut seen = brief(id(n).as_str(), "web/dev", self.stage.now);
                seen.place = place;
                if let Content::Read(heading) = &mut seen.content {
                    heading.priority = priority;
                    heading.needs = needs.into_iter().filter(|it| *it != n).map(id).collect();
                }
                Event::BriefSeen(seen)
            }
            Step::Gone(n) => Event::BriefGone(id(n)),
            Step::Papers(n, good) => {
                let papers = match good {
                    true => Ok(Box::default()),
                    false => Err("unreadable".to_owned()),
                };
                Event::Gathered {
                    brief: id(n),
                    papers,
                }
            }
            Step::Ended(n, code) => {
                let Some(agent) = room.living().nth(n.into()).map(|it| it.id) else {
                    return;
                };
                Event::Ended {
                    agent,
                    exit: Exit::Code(code),
                }
            }
            Step::Handed(n) => {
                let Some(agent) = room.living().nth(n.into()).map(|it| it.id) else {
                    return;
                };
                self.keys += 1;
                handed(&format!("k{}", self.keys), agent, "done")
            }
            Step::Decided(n, verdict) => return self.decide(n.into(), verdict),
            Step::Paused(true) => self.wanted(Wish::Pause(None)),
            Step::Paused(false) => self.wanted(Wish::Resume(None)),
            Step::Start(n) => self.wanted(Wish::BriefStart {
                brief: id(n),
                on: StartOn::Stage,
            }),
            Step::Tick => Event::Tick,
            Step::Crash => return self.crash(),
        };
        self.take(event);
    }

    fn wanted(&self, wish: Wish) -> Event {
        Event::Wanted {
            seat: ALICE,
            ticket: 1,
            wish,
            screens: Vec::new(),
        }
    }

    fn decide(&mut self, n: usize, verdict: Verdict) {
        let Some(request) = self.stage.room.open_requests().nth(n).cloned() else {
            return;
        };
        let card = Card {
            request: request.id,
            digest: request.digest,
        };
        self.take(Event::Shown {
            seat: ALICE,
            cards: vec![card.clone()],
        });
        self.stage.wait(500);
        self.take(self.wanted(decide(&[&card], verdict)));
    }

    fn crash(&mut self) {
        self.stage.crash();
        self.stage
            .take_one(Event::Settings(dispatching(self.dispatch)));
        let alive: Vec<(AgentId, u32)> = self.stage.room.living().map(|it| (it.id, 7)).collect();
        self.take(opened(&alive));
        self.stage.sit(ALICE, "alice", SeatRole::Operator);
    }

    /// Everything that was asked for arrives, and time passes until nothing is due.
    fn come_to_rest(&mut self) {
        for _ in 0..500 {
            let starting = self.stage.room.passing.starts.keys().next().cloned();
            if let Some(brief) = starting {
                let papers = Ok(Box::default());
                self.take(Event::Gathered { brief, papers });
            } else if self
                .stage
                .room
                .next_deadline()
                .is_some_and(|due| due <= self.stage.now)
            {
                self.take(Event::Tick);
            } else {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    fn nobody_starves(&self) {
        for brief in self.stage.room.briefs.values() {
            let wait = self.stage.room.wait_of(brief);
            assert_ne!(
                wait,
                Wait::Ready,
                "{} could be started and is not",
                brief.id
            );
        }
    }

    /// Approves the first card that can be approved now; says whether there is one.
    fn approve_one(&mut self) -> bool {
        let open = self.stage.room.open_requests().count();
        (0..open).any(|n| {
            self.decide(n, Verdict::Approve);
            self.stage.room.open_requests().count() < open
                || !self.stage.room.passing.starts.is_empty()
        })
    }

    /// Whether a file was away, until when it was waited for.
    fn waits_for_a_file(&mut self) -> bool {
        let waits = !self.stage.room.passing.absent.is_empty();
        if waits {
            self.stage.wait(10_000);
            self.take(Event::Tick);
        }
        waits
    }

    /// Everybody who works hands over, every card is approved, until nothing moves any more.
    fn play_to_the_end(&mut self) {
        for _ in 0..200 {
            self.come_to_rest();
            self.nobody_starves();
            if self.waits_for_a_file() {
                continue;
            }
            let room = &self.stage.room;
            let handing: Option<AgentId> = room
                .living()
                .find(|it| {
                    let brief = it.brief.as_ref();
                    let gate = self
                        .stage
                        .room
                        .open_requests()
                        .any(|open| open.brief.as_ref() == brief);
                    brief.is_some() && !gate
                })
                .map(|it| it.id);
            if let Some(agent) = handing {
                self.keys += 1;
                let key = format!("k{}", self.keys);
                self.take(handed(&key, agent, "done"));
            } else if !self.approve_one() {
                return;
            }
        }
        panic!("the work never ends");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() })]

    /// `Stage::take_one` checks besides that replaying the journal rebuilds the book.
    #[test]
    fn no_schedule_starves_a_brief_assigns_twice_exceeds_places_or_starts_a_held_one(
        steps in prop::collection::vec(step(), 1..120),
        dispatch in prop::sample::select(vec![Dispatch::Ask, Dispatch::Auto]),
    ) {
        let mut stage = Stage::open();
        stage.take_one(Event::Settings(dispatching(dispatch)));
        let mut play = Play { stage, dispatch, keys: 0 };
        for step in steps {
            play.play(step);
        }
        play.come_to_rest();
        play.nobody_starves();
        if !play.stage.room.book.pauses.is_empty() {
            play.take(play.wanted(Wish::Resume(None)));
        }
        play.play_to_the_end();
        for brief in play.stage.room.briefs.values() {
            let wait = play.stage.room.wait_of(brief);
            let stuck = matches!(wait, Wait::Rests(_) | Wait::Kept(_) | Wait::Failed { .. } | Wait::Needs(_));
            prop_assert!(stuck, "{} {wait:?}", brief.id);
        }
    }
}
