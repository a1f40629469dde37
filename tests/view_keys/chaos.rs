//! Whatever is pressed, clicked, told or resized: nothing panics, and the promises hold.

use opsroom::model::{Answer, Exit, Fact, RequestId, SeatRole, State};
use opsroom::terminal::{Key, KeyCode, Limits, Mods, MouseAction, MouseButton, Screen, Size};
use opsroom::view::desk::Mode;
use opsroom::view::update::{Act, Input, next_deadline};
use opsroom::wire::{Place, ToClient, ToServer};
use proptest::prelude::*;

use crate::play::{Play, agent, permission, question, request, room};
use crate::sighting;

#[derive(Clone, Debug)]
enum Step {
    Key(char, u8),
    Named(u8, u8),
    Mouse(u8, u16, u16),
    Size(u16, u16),
    Wait(u64),
    Request(u64, u32),
    Close(u64),
    Agent(u32, u8),
    Gone(u32),
    Frame(u32, u16, u16, usize),
    Answers,
    Cut,
    Back,
    Paste(String),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let small = 0u16..60;
    let step = prop_oneof![
        8 => (prop::char::range(' ', '~'), 0u8..4).prop_map(|(c, mods)| Step::Key(c, mods)),
        6 => (0u8..17, 0u8..8).prop_map(|(key, mods)| Step::Named(key, mods)),
        4 => (0u8..9, 0u16..150, 0u16..50).prop_map(|(a, x, y)| Step::Mouse(a, x, y)),
        1 => (small.clone(), small).prop_map(|(cols, rows)| Step::Size(cols, rows)),
        1 => (80u16..250, 20u16..90).prop_map(|(cols, rows)| Step::Size(cols, rows)),
        2 => (0u64..2_000).prop_map(Step::Wait),
        2 => (1u64..8, 0u32..6).prop_map(|(id, agent)| Step::Request(id, agent)),
        1 => (1u64..8).prop_map(Step::Close),
        1 => (1u32..8, 0u8..4).prop_map(|(id, state)| Step::Agent(id, state)),
        1 => (1u32..8).prop_map(Step::Gone),
        1 => (1u32..8, 2u16..150, 1u16..60, 0usize..90).prop_map(|(a, c, r, n)| Step::Frame(a, c, r, n)),
        2 => Just(Step::Answers),
        1 => Just(Step::Cut),
        2 => Just(Step::Back),
        1 => ".{0,20}".prop_map(Step::Paste),
    ];
    proptest::collection::vec(step, 0..60)
}

fn mods(bits: u8) -> Mods {
    let all = [Mods::SHIFT, Mods::ALT, Mods::CTRL];
    let held = all
        .into_iter()
        .enumerate()
        .filter(|(at, _)| bits & (1 << at) != 0);
    held.fold(Mods::NONE, |sum, (_, one)| sum.with(one))
}

const NAMED: [KeyCode; 17] = [
    KeyCode::Enter,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Esc,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Insert,
    KeyCode::Delete,
    KeyCode::F(1),
    KeyCode::F(12),
];

const MOUSE: [MouseAction; 9] = [
    MouseAction::Press(MouseButton::Left),
    MouseAction::Drag(MouseButton::Left),
    MouseAction::Release(MouseButton::Left),
    MouseAction::Press(MouseButton::Right),
    MouseAction::Press(MouseButton::Middle),
    MouseAction::Move,
    MouseAction::WheelUp,
    MouseAction::WheelDown,
    MouseAction::WheelLeft,
];

/// What a server would say to these questions.
fn answers(acts: &[Act]) -> Vec<ToClient> {
    let sent = acts.iter().filter_map(|act| match act {
        Act::Send(message) => Some(message.clone()),
        _ => None,
    });
    let answer = |message: ToServer| match message {
        ToServer::Past {
            ticket,
            agent,
            first,
            count,
        } => {
            let mut screen = Screen::new(Size::new(30, 5), Limits::default());
            (0..40).for_each(|line| screen.feed(format!("{line}\r\n").as_bytes()).unwrap());
            let rows = screen.history().lines(0..u64::from(count)).collect();
            Some(ToClient::Past {
                ticket,
                agent,
                first: first.max(3),
                oldest: 3,
                total: first + 7,
                rows,
            })
        }
        ToServer::Find { ticket, agent, .. } => {
            let hits = vec![
                Place {
                    line: 2,
                    column: 900,
                    width: 3,
                },
                Place {
                    line: u64::MAX,
                    column: 0,
                    width: 1,
                },
            ];
            Some(ToClient::Found {
                ticket,
                agent,
                hits,
            })
        }
        ToServer::ReadBrief { ticket, brief } => {
            let text = Ok(("path".to_owned(), "text\n".repeat(30)));
            Some(ToClient::BriefText {
                ticket,
                brief,
                text,
            })
        }
        ToServer::Wish { ticket, .. } => Some(ToClient::Answer {
            ticket,
            answer: Answer::Refused("no".to_owned()),
        }),
        _ => None,
    };
    sent.filter_map(answer).collect()
}

fn take(p: &mut Play, step: Step, last: &[Act]) -> Vec<Act> {
    match step {
        Step::Key(c, bits) => p.key(Key::new(KeyCode::Char(c), mods(bits & 6))),
        Step::Named(at, bits) => p.key(Key::new(NAMED[usize::from(at)], mods(bits))),
        Step::Mouse(at, x, y) => p.mouse(MOUSE[usize::from(at)], x, y),
        Step::Size(cols, rows) => p.input(Input::Resized(Size { cols, rows })),
        Step::Wait(ms) => p.wait(ms),
        Step::Request(id, agent) => {
            let ask = if id % 2 == 0 {
                question()
            } else {
                permission("x")
            };
            p.fact(Fact::Request(request(id, agent, "same", ask)))
        }
        Step::Close(id) => p.fact(Fact::RequestGone(RequestId(id))),
        Step::Agent(id, state) => {
            let states = [
                State::Working,
                State::Stuck,
                State::Exited(Exit::Lost),
                State::Starting,
            ];
            p.fact(Fact::Agent(agent(id, states[usize::from(state)].clone())))
        }
        Step::Gone(id) => p.fact(Fact::AgentGone(opsroom::model::AgentId(id))),
        Step::Frame(agent, cols, rows, lines) => {
            let mut screen = Screen::new(Size::new(cols, rows), Limits::default());
            (0..lines).for_each(|line| screen.feed(format!("宽{line}\r\n").as_bytes()).unwrap());
            let patch = screen.patch_since(None);
            p.server(ToClient::Frame {
                agent: opsroom::model::AgentId(agent),
                patch,
            })
        }
        Step::Answers => {
            let all = answers(last).into_iter();
            all.flat_map(|answer| p.server(answer)).collect()
        }
        Step::Cut => p.input(Input::LinkLost("cut".to_owned())),
        Step::Back => {
            let mut acts = p.input(Input::Linked);
            acts.extend(p.server(ToClient::Seated {
                seat: opsroom::model::SeatId(1),
                name: "alice".to_owned(),
                role: p.desk.me.role.unwrap(),
                folder: String::new(),
            }));
            acts.extend(p.server(ToClient::Facts(room())));
            acts.extend(p.server(ToClient::Current));
            acts
        }
        Step::Paste(text) => p.input(Input::Paste(text)),
    }
}

/// What holds after every step.
fn holds(p: &mut Play, before: Mode, key: bool, acts: &[Act]) {
    let plan = p.plan();
    for act in acts {
        if let Act::Send(ToServer::Keys { agent, .. } | ToServer::Paste { agent, .. }) = act {
            let typed_to = before == Mode::Pane(*agent) || p.desk.mode == Mode::Pane(*agent);
            assert!(key && typed_to, "{act:?} in {before:?}");
            assert_eq!(p.desk.me.role, Some(SeatRole::Operator));
        }
        if let Act::Send(ToServer::Resize { size, .. }) = act {
            assert!(size.cols >= 100 && size.rows >= 30);
        }
    }
    if let (Some(focused), false) = (p.desk.focused(), plan.tiles.is_empty()) {
        assert!(plan.tile(focused).is_some(), "{focused} in {plan:?}");
    }
    for (agent, pane) in &p.desk.panes {
        let looked_at = p.desk.mode == Mode::Scroll(*agent);
        assert!(
            pane.scroll.is_none() || looked_at,
            "{agent} in {:?}",
            p.desk.mode
        );
    }
    for card in p.desk.shown.keys() {
        let request = &p.desk.facts.requests[&card.request];
        assert!(request.is_open() && request.digest == card.digest);
    }
    assert!(p.desk.awaited.len() <= 256 && p.desk.toasts.len() <= 50);
    if let Some(due) = next_deadline(&p.desk) {
        assert!(due > p.desk.now);
    }
    p.drew();
    sighting::is_true(p);
}

fn run(mut p: Play, steps: Vec<Step>) {
    let mut last = Vec::new();
    for step in steps {
        let key = matches!(step, Step::Key(..) | Step::Named(..) | Step::Paste(_));
        let before = p.desk.mode;
        let acts = take(&mut p, step, &last);
        holds(&mut p, before, key, &acts);
        if !acts.is_empty() {
            last = acts;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_for_an_operator(steps in steps()) {
        run(Play::new(), steps);
    }

    #[test]
    fn nothing_panics_for_an_observer(steps in steps()) {
        run(Play::observer(), steps);
    }
}
