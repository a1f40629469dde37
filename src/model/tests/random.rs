//! Whatever happens, in whatever order, with crashes in between: the promises hold.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Small numbers, so that things meet.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Tick,
    Crash(u8),
    Take(Event),
    Look {
        seat: SeatId,
        requests: Vec<u64>,
    },
    Decide {
        seat: SeatId,
        requests: Vec<u64>,
        verdict: Verdict,
    },
}

fn id() -> impl Strategy<Value = AgentId> {
    (1..7_u32).prop_map(AgentId)
}

fn seat() -> impl Strategy<Value = SeatId> {
    (1..4_u32).prop_map(SeatId)
}

fn key() -> impl Strategy<Value = AskKey> {
    (0..2_u8).prop_map(|n| AskKey(format!("k{n}")))
}

fn brief_id() -> impl Strategy<Value = BriefId> {
    (1..4_u8).prop_map(|n| BriefId(format!("000{n}-b")))
}

fn anywhere() -> impl Strategy<Value = Place> {
    prop::sample::select(vec![
        "web/inbox",
        "web/dev",
        "web/qa",
        "web/hold",
        "web/done",
    ])
    .prop_map(place)
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        Just(permission("ls")),
        Just(permission("pwd")),
        Just(question("which?"))
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "go", "stop"]).prop_map(str::to_owned)
}

fn redirect() -> impl Strategy<Value = Redirect> {
    prop_oneof![
        words().prop_map(|text| Redirect::Direction { text }),
        words().prop_map(|text| Redirect::Role {
            role: "adversary".into(),
            text
        }),
        (id(), words()).prop_map(|(agent, text)| Redirect::Agent { agent, text }),
        (anywhere(), words()).prop_map(|(place, text)| Redirect::Stage { place, text }),
    ]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        3 => Just(Verdict::Approve),
        1 => words().prop_map(|reason| Verdict::Reject { reason }),
        1 => words().prop_map(|text| Verdict::Reply { text }),
        1 => redirect().prop_map(Verdict::Redirect),
    ]
}

fn manner() -> impl Strategy<Value = Manner> {
    prop::sample::select(vec![Manner::AtRest, Manner::Interrupt])
}

fn start_on() -> impl Strategy<Value = StartOn> {
    prop_oneof![Just(StartOn::Stage), id().prop_map(StartOn::Agent)]
}

fn wish() -> impl Strategy<Value = Wish> {
    let force = prop::sample::select(vec![Force::No, Force::No, Force::No, Force::Yes]);
    let title = Just("title = \"b\"".to_owned());
    prop_oneof![
        4 => Just(Wish::Spawn(launch("scout"))),
        1 => id().prop_map(Wish::Stop),
        1 => id().prop_map(Wish::Clear),
        1 => id().prop_map(Wish::Restart),
        4 => (id(), words(), manner())
            .prop_map(|(agent, text, manner)| Wish::Say { agent, text, manner }),
        1 => (id(), redirect()).prop_map(|(agent, redirect)| Wish::Redirect { agent, redirect }),
        1 => title.prop_map(|text| Wish::BriefAdd { track: "web".into(), stage: "dev".into(), text }),
        4 => (brief_id(), anywhere(), anywhere(), words())
            .prop_map(|(brief, from, to, why)| Wish::BriefMove { brief, from, to, why }),
        1 => (brief_id(), 0..11_u8).prop_map(|(brief, priority)| Wish::BriefPriority { brief, priority }),
        4 => (brief_id(), start_on()).prop_map(|(brief, on)| Wish::BriefStart { brief, on }),
        2 => (1..12_u64).prop_map(|request| Wish::PolicyAdd {
            card: Card { request: RequestId(request), digest: digest(&permission("ls")) },
            rule: Box::new(allows("ls")),
        }),
        6 => (brief_id(), review_wish()).prop_map(|(brief, wish)| Wish::Review { brief, wish }),
        2 => (1..12_u64, words()).prop_map(|(request, words)| Wish::RejectWithRound {
            card: Card { request: RequestId(request), digest: digest(&permission("ls")) },
            words,
        }),
        1 => force.prop_map(Wish::CloseRoom),
        1 => words().prop_map(Wish::Speak),
        1 => id().prop_map(|agent| Wish::Point(Spot::Pane(agent))),
        2 => Just(Wish::Drive),
        1 => prop::option::of(seat()).prop_map(Wish::HandOver),
        1 => Just(Wish::Revoke { name: "bob".to_owned() }),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    (1..3_u32, 1..3_u32).prop_map(|(round, place)| Number { round, place })
}

fn review_wish() -> impl Strategy<Value = ReviewWish> {
    let anchor = (1..9_u32, 0..2_u32).prop_map(|(first, more)| {
        let last = first + more;
        Anchor::new(&"a.rs".into(), Side::New, (first, last), ["let x;"])
    });
    prop_oneof![
        4 => (anchor, words()).prop_map(|(anchor, text)| ReviewWish::Comment {
            anchor, text, on: "d1".into() }),
        1 => (1..9_u64, words()).prop_map(|(id, text)| ReviewWish::Reword { comment: CommentId(id), text }),
        1 => (1..9_u64).prop_map(|id| ReviewWish::Delete(CommentId(id))),
        2 => Just(ReviewWish::Send),
        1 => number().prop_map(ReviewWish::Settle),
        1 => number().prop_map(ReviewWish::Reopen),
    ]
}

fn allows(command: &str) -> Policy {
    Policy {
        tools: vec!["bash".to_owned()],
        command: Some(command.to_owned()),
        ..Policy::new(policy::Does::Allow)
    }
}

fn denies(command: &str) -> Policy {
    Policy {
        command: Some(command.to_owned()),
        ..Policy::new(policy::Does::Deny)
    }
}

fn evidence() -> impl Strategy<Value = (Source, State)> {
    let sources = vec![
        Source::Api,
        Source::Record,
        Source::Hook,
        Source::Notice,
        Source::Screen,
        Source::Silence,
    ];
    let states = vec![
        State::Working,
        State::Waiting,
        State::Idle,
        State::Idle,
        State::Unknown,
        State::Stuck,
        State::Limited,
    ];
    (prop::sample::select(sources), prop::sample::select(states))
}

fn pressed() -> impl Strategy<Value = Pressed> {
    prop_oneof![
        Just(Pressed::Cleared),
        Just(Pressed::Changed("another".to_owned())),
        Just(Pressed::Unknown("it stands".to_owned())),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let heard = (id(), evidence(), 0..3_000_000_u64);
    let exit = prop::sample::select(vec![Exit::Code(0), Exit::Signal("SIGKILL".to_owned())]);
    prop_oneof![
        12 => (seat(), wish()).prop_map(|(seat, wish)| Event::Wanted { seat, ticket: 1, wish, screens: Vec::new() }),
        4 => (id(), 1..9_u32).prop_map(|(agent, pid)| Event::Started { agent, pid }),
        2 => (id(), exit).prop_map(|(agent, exit)| Event::Ended { agent, exit }),
        2 => (id(), "[ab]").prop_map(|(agent, text)| Event::Session {
            agent,
            session: SessionId::new(&text).unwrap(),
        }),
        1 => id().prop_map(|agent| Event::FirstText { agent, text: "begin".to_owned() }),
        6 => heard.prop_map(|(agent, (source, state), at)| Event::Heard {
            agent,
            evidence: Evidence { state, source, at: Time(at), detail: Untrusted::default() },
        }),
        12 => (key(), id(), ask()).prop_map(|(key, agent, ask)| Event::Asked {
            key: AskKey(format!("{key} of {agent}")),
            agent: Some(agent),
            digest: digest(&ask),
            ask,
            screen: 1,
        }),
        1 => (key(), ask()).prop_map(|(key, ask)| asked(key.as_str(), None, ask)),
        6 => (id(), prop::option::of(words())).prop_map(|(agent, text)| {
            let rests = text.as_deref() == Some("go");
            let dialog = text.map(|text| {
                standing(&text, &[("Yes", Means::Approve), ("go", Means::Other), ("No", Means::Reject)])
            });
            let telling = if rests { Telling::Rest } else { Telling::NeverRest };
            Event::Read { agent, dialog, telling }
        }),
        4 => (1..12_u64, pressed()).prop_map(|(request, outcome)| {
            Event::Pressed { request: RequestId(request), outcome }
        }),
        2 => (key(), id()).prop_map(|(key, agent)| Event::TookBack {
            key: AskKey(format!("{key} of {agent}")), why: "gone".to_owned() }),
        3 => (key(), id()).prop_map(|(key, agent)| Event::AskerGone {
            key: AskKey(format!("{key} of {agent}")),
        }),
        6 => (id(), key(), words()).prop_map(|(agent, key, text)| {
            handed(&format!("{key} of {agent} done"), agent, &text)
        }),
        3 => (1..9_u64, words(), 0..4, 0..3_000_000_u64).prop_map(|(message, why, far, at)| {
            let outcome = match far {
                0 => Wrote::Submitted(Time(at)),
                1 => Wrote::Taken,
                2 => Wrote::Unseen(why),
                _ => Wrote::Not(why),
            };
            Event::Written { message, outcome }
        }),
        1 => (seat(), id()).prop_map(|(seat, agent)| Event::Typed { seat, agent }),
        1 => (seat(), prop::option::of(id())).prop_map(|(seat, pane)| Event::LooksAt { seat, gaze: pane.into() }),
        1 => (seat(), prop::option::of(seat())).prop_map(|(seat, whom)| Event::Follows { seat, whom }),
        2 => seat().prop_map(Event::Reaches),
        1 => (id(), words()).prop_map(|(agent, text)| Event::Spoke { agent, key: AskKey::from("said"), text }),
        1 => (id(), words()).prop_map(|(agent, words)| {
            let text = format!("+++\ntitle = \"{words}\"\n+++\n");
            Event::Filed { agent, key: AskKey::from("filed"), track: None, text }
        }),
        2 => (brief_id(), anywhere()).prop_map(|(id, at)| {
            Event::BriefSeen(Brief { place: at, ..brief(id.as_str(), "web/dev", Time(0)) })
        }),
        1 => (brief_id(), 1..4_u64).prop_map(|(id, tokens)| {
            let heading = Heading { budget: Some(Budget::Tokens(tokens)), ..Heading::default() };
            let content = Content::Read(heading);
            Event::BriefSeen(Brief { content, ..brief(id.as_str(), "web/dev", Time(0)) })
        }),
        1 => brief_id().prop_map(|id| Event::BriefSeen(broken(id.as_str(), "web/dev"))),
        1 => brief_id().prop_map(Event::BriefGone),
        1 => brief_id().prop_map(|brief| Event::BriefFailed { brief, why: "full".to_owned() }),
        1 => prop::sample::subsequence(vec![allows("ls"), allows("pwd"), denies("pwd")], 0..3).prop_map(|policies| {
            let mut settings = Settings { policies, ..gates::settings() };
            settings.tracks[0].gauges = vec![gauges::every(10)];
            settings.tracks[0].stages[0].opens = Some(place("web/inbox"));
            Event::Settings(settings)
        }),
        2 => (id(), 0..5_u64).prop_map(|(agent, input_tokens)| Event::Used {
            agent,
            word: Usage { input_tokens, ..Usage::default() }.into(),
        }),
        2 => (key(), id(), number(), words()).prop_map(|(key, agent, number, note)| Event::Claimed {
            key: AskKey(format!("{key} of {agent} claims")),
            agent,
            number,
            note: Untrusted::new(note),
        }),
        1 => seat().prop_map(Event::SeatLeft),
        1 => seat().prop_map(|seat| Event::SeatTaken {
            seat,
            arrival: arrival("alice", SeatRole::Operator),
            sitting: if seat.0 % 2 == 0 { Sitting::Visits } else { Sitting::Stays },
        }),
        2 => (any::<bool>(), 0..3_i32).prop_map(|(track, code)| Event::Measured {
            gauge: gauges::id(if track { "web" } else { "sales" }, "tests"),
            shape: Box::new(gauges::every(10)),
            found: Found::of(Reads::Number, code, &code.to_string()),
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(1..12_u64, 0..4);
    prop_oneof![
        4 => (0..4_000_u64).prop_map(Step::Wait),
        1 => Just(Step::Wait(60_000)),
        2 => Just(Step::Tick),
        1 => prop::sample::select(vec![7, 7, 7, 7, 3, 0]).prop_map(Step::Crash),
        24 => event().prop_map(Step::Take),
        4 => (seat(), some()).prop_map(|(seat, requests)| Step::Look { seat, requests }),
        8 => (seat(), some(), verdict())
            .prop_map(|(seat, requests, verdict)| Step::Decide { seat, requests, verdict }),
    ]
}

/// The world outside: the folder as the performed effects leave it, and processes that start.
#[derive(Default)]
struct Folder(BTreeMap<BriefId, Place>);

impl Folder {
    fn perform(&mut self, stage: &mut Stage, out: &[Effect]) {
        for effect in out {
            let event = match effect {
                Effect::BriefMove { brief, from, to } => self.rename(brief, from, to),
                Effect::BriefWrite {
                    brief,
                    track,
                    stage,
                    ..
                } => {
                    let (track, stage) = (track.clone(), stage.clone());
                    self.0.insert(brief.clone(), Place { track, stage });
                    Some(self.seen(brief))
                }
                Effect::Spawn { agent, .. } => Some(Event::Started {
                    agent: *agent,
                    pid: 7,
                }),
                Effect::Deliver { message, .. } if message % 3 > 0 => Some(Event::Written {
                    message: *message,
                    outcome: Wrote::Taken,
                }),
                Effect::Check(order) => {
                    let fails = order.report.iteration % 2 == 1;
                    let failed: &[&str] = if fails { &["test"] } else { &[] };
                    Some(checked((**order).clone(), failed))
                }
                Effect::Worktree { brief, branch, .. } => Some(Event::Worktree {
                    brief: brief.clone(),
                    made: Ok((gates::made(branch), format!("/work/{}", branch.folder))),
                }),
                Effect::Land { brief, landing, .. } => Some(Event::Landed {
                    brief: brief.clone(),
                    result: match stage.now.0 % 3 {
                        0 => Err("it conflicts".to_owned()),
                        _ => Ok(gates::landed(landing)),
                    },
                }),
                Effect::Clean { brief, .. } => Some(Event::Cleaned {
                    brief: brief.clone(),
                    result: Ok(Cleaned {
                        branch: Remains::Kept,
                        saved: 0,
                    }),
                }),
                _ => None,
            };
            if let Some(event) = event {
                let more = stage.take(event);
                self.perform(stage, &more);
            }
        }
    }

    fn rename(&mut self, brief: &BriefId, from: &Place, to: &Place) -> Option<Event> {
        if self.0.get(brief) != Some(from) {
            let why = "it is not there".to_owned();
            return Some(Event::BriefFailed {
                brief: brief.clone(),
                why,
            });
        }
        self.0.insert(brief.clone(), to.clone());
        Some(self.seen(brief))
    }

    fn seen(&self, id: &BriefId) -> Event {
        let place = self.0[id].clone();
        Event::BriefSeen(Brief {
            place,
            ..brief(id.as_str(), "web/dev", Time(0))
        })
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::BriefSeen(brief) => {
                self.0.insert(brief.id.clone(), brief.place.clone());
            }
            Event::BriefGone(id) => {
                self.0.remove(id);
            }
            _ => {}
        }
    }
}

/// Cards by their place among the open requests, or else by number.
fn cards(stage: &Stage, wanted: &[u64]) -> Vec<Card> {
    let book = &stage.room.book;
    let open: Vec<RequestId> = stage.room.open_requests().map(|it| it.id).collect();
    let known = wanted.iter().filter_map(|n| {
        let nth = open.get(*n as usize - 1).copied();
        let request = book.requests.get(&nth.unwrap_or(RequestId(*n)))?;
        let digest = request.digest.clone();
        let request = request.id;
        Some(Card { request, digest })
    });
    known.collect()
}

fn play(stage: &mut Stage, folder: &mut Folder, step: Step) {
    let event = match step {
        Step::Wait(ms) => return stage.wait(ms),
        Step::Tick => Event::Tick,
        Step::Crash(survivors) => return take_over(stage, folder, survivors),
        Step::Take(event) => event,
        Step::Look { seat, requests } => {
            let cards = cards(stage, &requests);
            Event::Shown { seat, cards }
        }
        Step::Decide {
            seat,
            requests,
            verdict,
        } => {
            let cards = cards(stage, &requests);
            stage.take(Event::Shown {
                seat,
                cards: cards.clone(),
            });
            stage.wait(500);
            let wish = Wish::Decide { cards, verdict };
            Event::Wanted {
                seat,
                ticket: 1,
                wish,
                screens: vec![moment(1), moment(2)],
            }
        }
    };
    folder.note(&event);
    let out = stage.take(event.clone());
    folder.perform(stage, &out);
    if event == Event::Tick {
        let due = stage.room.next_deadline();
        assert!(
            due.is_none_or(|due| due > stage.now),
            "a tick leaves nothing due"
        );
    }
}

/// A crash behind the last event, whose effects were performed; any of the agents may have died with it.
fn take_over(stage: &mut Stage, folder: &mut Folder, survivors: u8) {
    stage.room.briefs = BTreeMap::new();
    for id in folder.0.keys() {
        let Event::BriefSeen(brief) = folder.seen(id) else {
            continue;
        };
        stage.room.briefs.insert(id.clone(), brief);
    }
    stage.crash();
    let alive = stage
        .room
        .living()
        .filter(|it| survivors & (1 << (it.id.0 % 3)) != 0);
    let alive: Vec<(AgentId, u32)> = alive.map(|agent| (agent.id, 7)).collect();
    let out = stage.take(opened(&alive));
    folder.perform(stage, &out);
    assert!(
        stage.room.book.moving.is_empty(),
        "{:?}",
        stage.room.book.moving
    );
    stage.sit(ALICE, "alice", SeatRole::Operator);
    stage.sit(BOB, "bob", SeatRole::Operator);
    stage.sit(EVE, "eve", SeatRole::Observer);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// `Stage::take` checks after every event that replaying the journal rebuilds the book, that a client
    /// that listened knows what a new one is told, and that every effect was recorded first.
    #[test]
    fn whatever_happens_the_journal_rebuilds_the_room(steps in prop::collection::vec(step(), 1..250)) {
        let mut stage = Stage::open();
        let mut folder = Folder::default();
        for id in ["0001-b", "0002-b"] {
            let seen = Event::BriefSeen(brief(id, "web/dev", Time(0)));
            folder.note(&seen);
            stage.take(seen);
        }
        stage.agent("first");
        for step in steps {
            play(&mut stage, &mut folder, step);
            let room = &stage.room;
            prop_assert!(room.living().count() <= 6);
            prop_assert!(room.open_requests().count() <= 5);
            for request in room.open_requests() {
                let gate = matches!(request.ask, Ask::Gate { .. });
                let asker = request.agent.and_then(|id| room.agent(id));
                let left = request.ask.left();
                let fits = match (left, asker) {
                    (_, None) => true,
                    (Some(_), Some(asker)) => !asker.is_alive(),
                    (None, Some(asker)) => gate || asker.evidence.state == State::Waiting,
                };
                prop_assert!(fits, "an asker that does not wait");
                let taken_up = |left: &crate::model::Left| {
                    let mut living = room.living();
                    living.any(|it| it.brief.as_ref() == Some(&left.brief))
                };
                prop_assert!(!left.is_some_and(taken_up), "somebody works on it");
            }
        }
        stage.crash();
    }
}
