//! A room to play in: four agents, three requests, six briefs, and somebody at the keys.

use std::cell::RefCell;
use std::collections::BTreeMap;

use opsroom::config::builtin;
use opsroom::config::keys::sequence;
use opsroom::config::layout::Layout;
use opsroom::config::theme::Theme;
use opsroom::model::{
    Agent, AgentId, Answer, Ask, Asker, Brief, Card, Content, Decision, Evidence, Exit, Fact, Gaze,
    Heading, Origin, Part, Person, Place, Request, RequestId, Role, Seat, SeatId, SeatRole,
    Settings, Source, StageShape, State, Status, Time, TrackKind, TrackShape, Untrusted, Verdict,
    Wish,
};
use opsroom::terminal::{
    Key, Limits, Mods, MouseAction, MouseButton, MouseEvent, Patch, Screen, Size,
};
use opsroom::view::desk::{Desk, Shelf};
use opsroom::view::draw::draw;
use opsroom::view::keymap::{Keymap, key};
use opsroom::view::tiles::{Plan, plan};
use opsroom::view::update::{Act, Input, drew, update};
use opsroom::wire::{ToClient, ToServer};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A command, and what shows that it works.
pub type Script = (opsroom::view::command::Command, fn(&mut Play));

/// One person's client.
pub struct Play {
    pub desk: Desk,
    pub keymap: Keymap,
    pub now: Time,
}

impl Play {
    /// A frame was drawn.
    pub fn drew(&mut self) -> Vec<ToServer> {
        let plan = plan(&self.desk);
        drew(&mut self.desk, &plan, &self.keymap)
    }

    /// An operator at a screen of 140 by 44, everything settled.
    pub fn new() -> Self {
        let mut play = Self::empty(
            Size {
                cols: 140,
                rows: 44,
            },
            SeatRole::Operator,
        );
        play.server(ToClient::Facts(room()));
        play.server(ToClient::Current);
        for agent in 1..=4 {
            play.screen(agent, 200);
        }
        play.wait(2_000);
        play.read_card();
        play
    }

    /// Scrolls the card to its end and back, as far as it goes, and waits until it settled.
    pub fn read_card(&mut self) {
        loop {
            let top = self.desk.card_top;
            self.keys("ctrl-d");
            if self.desk.card_top == top {
                break;
            }
        }
        while self.desk.card_top > 0 {
            self.keys("ctrl-u");
        }
        self.wait(600);
    }

    /// The same for somebody who looks on.
    pub fn observer() -> Self {
        let mut play = Self::new();
        play.desk.me.role = Some(SeatRole::Observer);
        play.fact(Fact::Seat(seat(
            1,
            "alice",
            SeatRole::Observer,
            Part::Rides,
        )));
        play
    }

    /// Before any fact came.
    pub fn empty(size: Size, role: SeatRole) -> Self {
        thread_local! {
            static FILES: (Vec<Layout>, Theme) = (
                builtin::LAYOUTS.iter().map(|file| builtin::layout(file.name).unwrap()).collect(),
                Theme::default(),
            );
        }
        let (layouts, theme) = FILES.with(Clone::clone);
        let mut desk = Desk::new(size, layouts[0].clone(), theme);
        desk.shelf = Shelf {
            layouts,
            themes: vec![
                ("opsroom".to_owned(), String::new()),
                ("nord".to_owned(), "cold".to_owned()),
            ],
        };
        let now = Time(1_000_000_000);
        let mut play = Self {
            desk,
            keymap: Keymap::default(),
            now,
        };
        assert!(matches!(
            play.input(Input::Linked)[..],
            [Act::SetTitle(_), ..] | [Act::Send(_), ..]
        ));
        play.server(ToClient::Seated {
            seat: SeatId(1),
            name: "alice".to_owned(),
            role,
            folder: "/home/alice/acme".to_owned(),
        });
        play
    }

    pub fn input(&mut self, input: Input) -> Vec<Act> {
        self.now.0 += 10;
        update(&mut self.desk, &self.keymap, input, self.now)
    }

    /// Presses keys, written as in `keys.toml`, and gives what left.
    pub fn keys(&mut self, keys: &str) -> Vec<Act> {
        let chords = sequence(keys).unwrap();
        chords
            .into_iter()
            .flat_map(|one| self.key(key(one)))
            .collect()
    }

    pub fn key(&mut self, key: Key) -> Vec<Act> {
        self.input(Input::Key(key))
    }

    /// Types a text, character by character.
    pub fn text(&mut self, text: &str) -> Vec<Act> {
        let keys = text.chars().map(opsroom::config::keys::Chord::char);
        let keys: Vec<Key> = keys.map(key).collect();
        keys.into_iter().flat_map(|one| self.key(one)).collect()
    }

    pub fn server(&mut self, message: ToClient) -> Vec<Act> {
        self.input(Input::Server(message))
    }

    pub fn fact(&mut self, fact: Fact) -> Vec<Act> {
        self.server(ToClient::Facts(vec![fact]))
    }

    /// Time passes.
    pub fn wait(&mut self, ms: u64) -> Vec<Act> {
        self.now.0 += ms;
        self.input(Input::Tick)
    }

    /// The agent's screen: lines of its past, and a prompt at the bottom.
    pub fn screen(&mut self, agent: u32, lines: usize) -> Vec<Act> {
        let patch = picture(agent, lines);
        self.server(ToClient::Frame {
            agent: AgentId(agent),
            patch,
        })
    }

    /// Answers the wish that left last.
    pub fn answer(&mut self, answer: Answer) -> Vec<Act> {
        let ticket = self.desk.last_ticket;
        self.server(ToClient::Answer { ticket, answer })
    }

    pub fn plan(&self) -> Plan {
        plan(&self.desk)
    }

    /// Presses the left button and lets it go.
    pub fn click(&mut self, col: u16, row: u16) -> Vec<Act> {
        let mut acts = self.mouse(MouseAction::Press(MouseButton::Left), col, row);
        acts.extend(self.mouse(MouseAction::Release(MouseButton::Left), col, row));
        acts
    }

    pub fn mouse(&mut self, action: MouseAction, col: u16, row: u16) -> Vec<Act> {
        let mods = Mods::NONE;
        self.input(Input::Mouse(MouseEvent {
            action,
            col,
            row,
            mods,
        }))
    }

    /// The sentence said last.
    /// The whole screen as text.
    pub fn seen(&self) -> String {
        let Size { cols, rows } = self.desk.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, cols, rows));
        let _cursor = draw(&self.desk, &self.plan(), &self.keymap, &mut buffer);
        let row = |y| (0..cols).map(move |x| (x, y));
        let text = |y| row(y).map(|at| buffer[at].symbol()).collect::<String>();
        (0..rows).map(|y| text(y) + "\n").collect()
    }

    pub fn said(&self) -> &str {
        self.desk
            .toasts
            .last()
            .map_or("", |toast| &toast.notice.text)
    }
}

/// What the emulator makes of so many lines; each picture is made once.
fn picture(agent: u32, lines: usize) -> Patch {
    thread_local! {
        static MADE: RefCell<BTreeMap<(u32, usize), Patch>> = const { RefCell::new(BTreeMap::new()) };
    }
    let make = || {
        let mut screen = Screen::new(Size::new(100, 30), Limits::default());
        for line in 0..lines {
            screen
                .feed(format!("line {line} of agent {agent}\r\n").as_bytes())
                .unwrap();
        }
        screen.feed(b"> ").unwrap();
        screen.patch_since(None)
    };
    MADE.with_borrow_mut(|made| made.entry((agent, lines)).or_insert_with(make).clone())
}

/// The wishes among acts.
pub fn wishes(acts: &[Act]) -> Vec<&Wish> {
    let sent = sent(acts).into_iter();
    sent.filter_map(|message| match message {
        ToServer::Wish { wish, .. } => Some(wish),
        _ => None,
    })
    .collect()
}

/// The only wish among acts.
#[track_caller]
pub fn wish(acts: &[Act]) -> Wish {
    match wishes(acts)[..] {
        [one] => one.clone(),
        ref other => panic!("not one wish: {other:?} in {acts:?}"),
    }
}

/// What was sent.
pub fn sent(acts: &[Act]) -> Vec<&ToServer> {
    let sent = acts.iter().filter_map(|act| match act {
        Act::Send(message) => Some(message),
        _ => None,
    });
    sent.collect()
}

/// The cards of the last `Shown`.
pub fn shown(acts: &[Act]) -> Option<Vec<u64>> {
    let mut all = sent(acts).into_iter().filter_map(|message| match message {
        ToServer::Shown(cards) => Some(cards.iter().map(|card| card.request.0).collect()),
        _ => None,
    });
    all.next_back()
}

pub fn card(request: u64, digest: &str) -> Card {
    Card {
        request: RequestId(request),
        digest: digest.into(),
    }
}

pub fn agent(id: u32, state: State) -> Agent {
    let evidence = Evidence {
        state,
        source: Source::Hook,
        at: Time(999_990_000),
        detail: Untrusted::new(""),
    };
    Agent {
        folder: "/home/alice/acme".into(),
        usage: None,
        id: AgentId(id),
        name: format!("name{id}"),
        role: Some("builder".into()),
        profile: "rehearsal".to_owned(),
        command: vec![Untrusted::new("rehearsal")],
        brief: (id == 1).then(|| "0003-dev".into()),
        track: None,
        known: vec![evidence.clone()],
        evidence,
        pid: Some(100 + id),
        started: Time(999_000_000),
        session: None,
    }
}

pub fn request(id: u64, agent: u32, digest: &str, ask: Ask) -> Request {
    Request {
        id: RequestId(id),
        key: format!("key{id}").as_str().into(),
        agent: Some(AgentId(agent)),
        brief: (agent == 1).then(|| "0003-dev".into()),
        ask,
        digest: digest.into(),
        opened: Time(999_000_000 + id),
        screen: 1,
        asker: Asker::Waits,
        status: Status::Open,
    }
}

pub fn permission(command: &str) -> Ask {
    Ask::Permission {
        tool: "bash".into(),
        summary: command.into(),
        detail: (0..40)
            .map(|line| format!("detail {line}\n"))
            .collect::<String>()
            .as_str()
            .into(),
        cwd: "/work".into(),
    }
}

pub fn question() -> Ask {
    Ask::Question {
        text: "which database?".into(),
        options: vec!["sqlite".into(), "postgres".into()],
    }
}

/// The same request, decided by somebody.
pub fn decided(request: &Request, by: &str) -> Fact {
    let mut request = request.clone();
    request.status = Status::Decided(Decision {
        verdict: Verdict::Approve,
        by: Person {
            name: by.to_owned(),
            key: None,
        },
        at: Time(1_000_000_000),
        rule: None,
    });
    Fact::Request(request)
}

pub fn brief(id: &str, track: &str, stage: &str) -> Brief {
    Brief {
        id: id.into(),
        place: Place {
            track: track.into(),
            stage: stage.into(),
        },
        changed: Time(900_000_000),
        content: Content::Read(Heading {
            title: Untrusted::new(id),
            priority: 3,
            ..Heading::default()
        }),
    }
}

/// A person who is here.
pub fn seat(id: u32, name: &str, role: SeatRole, part: Part) -> Seat {
    Seat {
        id: SeatId(id),
        person: Person {
            name: name.to_owned(),
            key: None,
        },
        role,
        origin: Origin::Here,
        since: Time(999_000_000),
        part,
        looks_at: Gaze::default(),
        follows: None,
    }
}

fn stage(name: &str, role: &str) -> StageShape {
    StageShape {
        name: name.into(),
        role: role.into(),
        ..StageShape::default()
    }
}

fn role(name: &str) -> Role {
    Role {
        name: name.into(),
        profile: "rehearsal".to_owned(),
        command: vec!["run".to_owned(), name.to_owned()],
        places: 2,
        ..Role::default()
    }
}

/// Agents 1 (working, asks #1 and #3, which are the same), 2 (asks #2, a question), 3 (idle) and
/// 4 (ended); two tracks.
pub fn room() -> Vec<Fact> {
    let settings = Settings {
        name: "acme".to_owned(),
        tracks: vec![
            TrackShape {
                name: "web".into(),
                kind: TrackKind::Coding,
                stages: vec![
                    stage("prep", "planner"),
                    stage("dev", "builder"),
                    stage("qa", "adversary"),
                ],
                ..TrackShape::default()
            },
            TrackShape {
                name: "sales".into(),
                kind: TrackKind::Workflow,
                stages: vec![stage("draft", "scout")],
                ..TrackShape::default()
            },
        ],
        roles: vec![role("planner"), role("builder"), role("adversary")],
        ..Settings::default()
    };
    let alice = seat(1, "alice", SeatRole::Operator, Part::Drives);
    let mut facts = vec![Fact::Settings(settings), Fact::Seat(alice)];
    let states = [
        State::Working,
        State::Waiting,
        State::Idle,
        State::Exited(Exit::Code(0)),
    ];
    facts.extend(
        (1..)
            .zip(states)
            .map(|(id, state)| Fact::Agent(agent(id, state))),
    );
    facts.push(Fact::Request(request(
        1,
        1,
        "aa",
        permission("rm -rf build"),
    )));
    facts.push(Fact::Request(request(2, 2, "bb", question())));
    facts.push(Fact::Request(request(
        3,
        1,
        "aa",
        permission("rm -rf build"),
    )));
    let briefs = [
        ("0001-in", "inbox"),
        ("0002-prep", "prep"),
        ("0003-dev", "dev"),
        ("0004-held", "hold"),
        ("0005-done", "done"),
    ];
    facts.extend(briefs.map(|(id, stage)| Fact::Brief(brief(id, "web", stage))));
    facts.push(Fact::Brief(brief("0006-offer", "sales", "draft")));
    facts
}
