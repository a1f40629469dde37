//! A room at work, for looking at and for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::config::builtin;
use crate::config::theme::Theme;
use crate::model::{
    Agent, AgentId, Ask, AskKey, Asker, Branch, Brief, BriefId, Card, CheckResult, CheckRun,
    Content, Evidence, Fact, Fault, FileStat, GateReport, Gaze, Heading, Land, Origin, Part,
    Person, Place, Request, RequestId, Seat, SeatId, SeatRole, Settings, Source, StageShape, State,
    Status, Time, TrackKind, TrackShape, Untrusted, Usage,
};
use crate::terminal::{Grid, Limits, Row, Screen, Size};
use crate::view::desk::{Desk, Link, Pane};

use super::screens::{ADVERSARY, BUILDER, PLANNER, REVIEWER, SCOUT};

/// 14:02 on some day.
pub const NOW: Time = Time(1_770_000_000_000 - 1_770_000_000_000 % 86_400_000 + 50_520_000);

/// The default theme.
pub fn theme() -> Theme {
    Theme::default()
}

/// So many seconds ago.
pub fn ago(seconds: u64) -> Time {
    Time(NOW.0 - seconds * 1000)
}

/// A screen that a program wrote to.
pub fn grid(cols: u16, rows: u16, text: &str) -> Grid {
    let mut screen = Screen::new(Size::new(cols, rows), Limits::default());
    screen.feed(text.replace('\n', "\r\n").as_bytes()).unwrap();
    let mut grid = Grid::default();
    grid.apply(screen.patch_since(None)).unwrap();
    grid
}

/// One row of plain text.
pub fn row(text: &str) -> Row {
    grid(120, 1, text).rows()[0].clone()
}

/// An empty room, connected.
pub fn empty(cols: u16, rows: u16) -> Desk {
    let layout = builtin::layout("wall").unwrap();
    let mut desk = Desk::new(Size { cols, rows }, layout, theme());
    desk.shelf.layouts = builtin::LAYOUTS
        .iter()
        .filter_map(|file| builtin::layout(file.name))
        .collect();
    desk.now = NOW;
    desk.link = Link::Live;
    desk.me.seat = SeatId(1);
    desk.me.name = "alice".into();
    desk.me.role = Some(SeatRole::Operator);
    desk.me.folder = "/home/alice/acme".into();
    desk.facts.settings = settings();
    desk.facts
        .apply(Fact::Seat(seat(1, "alice", SeatRole::Operator)));
    desk
}

fn settings() -> Settings {
    let track = |name: &str, kind, stages: &[(&str, &str)]| TrackShape {
        name: name.into(),
        kind,
        stages: stages
            .iter()
            .map(|(stage, role)| StageShape {
                name: (*stage).into(),
                role: (*role).into(),
                ..StageShape::default()
            })
            .collect(),
        ..TrackShape::default()
    };
    let coding = [
        ("prep", "planner"),
        ("dev", "builder"),
        ("qa", "adversary"),
        ("review", "reviewer"),
    ];
    Settings {
        name: "acme".into(),
        tracks: vec![
            track("web", TrackKind::Coding, &coding),
            track(
                "sales",
                TrackKind::Workflow,
                &[("draft", "scout"), ("send", "scout")],
            ),
        ],
        ..Settings::default()
    }
}

/// A person.
pub fn seat(id: u32, name: &str, role: SeatRole) -> Seat {
    Seat {
        id: SeatId(id),
        person: Person {
            name: name.into(),
            key: None,
        },
        role,
        origin: Origin::Here,
        since: ago(600),
        part: match id {
            1 => Part::Drives,
            _ => Part::Rides,
        },
        looks_at: Gaze::default(),
        follows: None,
    }
}

/// An agent in a state since so many seconds.
pub fn agent(
    id: u32,
    name: &str,
    profile: &str,
    brief: Option<&str>,
    state: State,
    s: u64,
) -> Agent {
    Agent {
        folder: "/home/alice/acme".into(),
        usage: None,
        id: AgentId(id),
        name: name.into(),
        role: Some(name.into()),
        profile: profile.into(),
        command: vec![Untrusted::new(profile)],
        brief: brief.map(BriefId::from),
        evidence: Evidence {
            state,
            source: Source::Hook,
            at: ago(s),
            detail: Untrusted::default(),
        },
        track: None,
        known: Vec::new(),
        pid: Some(4_000 + id),
        started: ago(3_000),
        session: None,
    }
}

/// A request, open.
pub fn request(id: u64, agent: Option<u32>, brief: Option<&str>, ask: Ask, s: u64) -> Request {
    Request {
        id: RequestId(id),
        key: AskKey::from(format!("k{id}").as_str()),
        agent: agent.map(AgentId),
        brief: brief.map(BriefId::from),
        ask,
        digest: format!("d{id}").as_str().into(),
        opened: ago(s),
        screen: 1,
        asker: Asker::Waits,
        status: Status::Open,
    }
}

/// A permission.
pub fn permission(tool: &str, summary: &str, detail: &str) -> Ask {
    Ask::Permission {
        tool: Untrusted::new(tool),
        summary: Untrusted::new(summary),
        detail: Untrusted::new(detail),
        cwd: Untrusted::new("/home/alice/acme/.opsroom/worktrees/0012"),
    }
}

/// A brief.
pub fn brief(id: &str, track: &str, stage: &str, title: &str, priority: u8, s: u64) -> Brief {
    Brief {
        id: id.into(),
        place: Place {
            track: track.into(),
            stage: stage.into(),
        },
        changed: ago(s),
        content: Content::Read(Heading {
            title: Untrusted::new(title),
            priority,
            ..Heading::default()
        }),
    }
}

/// Five agents, two requests, a queue in two tracks, two people.
pub fn room(cols: u16, rows: u16) -> Desk {
    let mut desk = empty(cols, rows);
    for fact in people_and_agents().into_iter().chain(work()) {
        desk.facts.apply(fact);
    }
    desk.order = desk.facts.agents.keys().copied().collect();
    for (id, text) in (1..).zip([BUILDER, ADVERSARY, SCOUT, REVIEWER, PLANNER]) {
        let pane = Pane {
            grid: grid(100, 30, text),
            ..Pane::default()
        };
        desk.panes.insert(AgentId(id), pane);
    }
    desk.pane = Some(AgentId(1));
    desk.request = Some(RequestId(14));
    desk.brief = Some("0012-rate-limit".into());
    let card = Card {
        request: RequestId(14),
        digest: "d14".into(),
    };
    desk.shown.insert(card, ago(4));
    desk
}

fn people_and_agents() -> Vec<Fact> {
    let mut bob = seat(2, "bob", SeatRole::Observer);
    bob.looks_at.pane = Some(AgentId(3));
    vec![
        Fact::Seat(bob),
        Fact::Agent(agent(
            1,
            "builder",
            "claude",
            Some("0012-rate-limit"),
            State::Working,
            185,
        )),
        Fact::Agent(agent(
            2,
            "adversary",
            "codex",
            Some("0009-session-store"),
            State::Waiting,
            12,
        )),
        Fact::Agent(agent(
            3,
            "scout",
            "gemini",
            Some("0003-acme-followup"),
            State::Working,
            40,
        )),
        Fact::Agent(agent(
            4,
            "reviewer",
            "claude",
            Some("0007-audit-log"),
            State::Idle,
            260,
        )),
        Fact::Agent(agent(
            5,
            "planner",
            "opencode",
            None,
            State::Exited(crate::model::Exit::Code(0)),
            900,
        )),
    ]
}

/// What was found at a gate.
fn report() -> GateReport {
    let file = |path: &str, added, removed| FileStat {
        path: Untrusted::new(path),
        added: Some(added),
        removed: Some(removed),
    };
    let check = |name: &str, result, millis, tail: &str| CheckRun {
        name: name.to_owned(),
        result,
        millis,
        tail: Untrusted::new(tail),
        log: format!(".opsroom/checks/0007-audit-log/review-2-{name}.log"),
    };
    let branch = Branch {
        onto: "main".to_owned(),
        ..Branch::planned(&"0007-audit-log".into(), "")
    };
    GateReport {
        files: vec![
            file("src/audit/log.rs", 212, 8),
            file("src/audit/rotate.rs", 96, 0),
            file("src/server/start.rs", 11, 3),
            file("tests/audit.rs", 140, 0),
        ],
        commits: vec![
            (
                "4be21c9".to_owned(),
                Untrusted::new("audit: rotate at 4 MiB"),
            ),
            ("91f00d2".to_owned(), Untrusted::new("audit: append only")),
        ],
        uncommitted: 1,
        checks: vec![
            check("build", CheckResult::Passed, 8_200, ""),
            check("test", CheckResult::Passed, 41_000, ""),
            check(
                "lint",
                CheckResult::Failed(1),
                1_900,
                "src/audit/rotate.rs:31: unused variable `kept`\n1 warning, treated as an error",
            ),
        ],
        checklist: vec!["Is it said in the README how to read the log?".to_owned()],
        iteration: 2,
        seconds: 2_460,
        usage: Some(Usage {
            input_tokens: 181_000,
            output_tokens: 22_400,
            cost_micros: 1_340_000,
            context_left_percent: None,
        }),
        branch: Some(branch),
        lands: Some(Land::Merge),
        ..GateReport::default()
    }
}

fn work() -> Vec<Fact> {
    let gate = Ask::Gate {
        from: Place {
            track: "web".into(),
            stage: "review".into(),
        },
        to: "done".into(),
        handoff: Untrusted::new(
            "Audit log is append-only and rotated.\nBranch audit-log, 4 commits, 61 tests pass.",
        ),
        report: Some(Box::new(report())),
    };
    let broken = Brief {
        id: "0018-broken".into(),
        place: Place {
            track: "web".into(),
            stage: "inbox".into(),
        },
        changed: ago(90),
        content: Content::Broken(Fault {
            path: "briefs/web/inbox/0018-broken.md".into(),
            line: 2,
            column: 12,
            what: "not a number".into(),
            hint: "write a number from 1 to 9".into(),
        }),
    };
    vec![
        Fact::Request(request(
            14,
            Some(2),
            Some("0009-session-store"),
            permission(
                "Bash",
                "rm -rf build && cargo build --release",
                "rm -rf build && cargo build --release",
            ),
            12,
        )),
        Fact::Request(request(15, Some(4), Some("0007-audit-log"), gate, 260)),
        Fact::Brief(brief(
            "0012-rate-limit",
            "web",
            "dev",
            "Rate-limit the login endpoint",
            2,
            185,
        )),
        Fact::Brief(brief(
            "0009-session-store",
            "web",
            "qa",
            "Session store on disk",
            3,
            7_400,
        )),
        Fact::Brief(brief(
            "0007-audit-log",
            "web",
            "review",
            "Audit log",
            1,
            9_000,
        )),
        Fact::Brief(brief(
            "0014-csv-export",
            "web",
            "prep",
            "CSV export of all orders",
            3,
            86_400,
        )),
        Fact::Brief(brief(
            "0015-dark-mode",
            "web",
            "prep",
            "Dark mode",
            3,
            172_800,
        )),
        Fact::Brief(brief(
            "0016-flaky",
            "web",
            "inbox",
            "Find the flaky upload test",
            2,
            3_000,
        )),
        Fact::Brief(broken),
        Fact::Brief(brief("0001-hello", "web", "done", "Hello", 3, 999_999)),
        Fact::Brief(brief("0002-login", "web", "done", "Login", 3, 999_999)),
        Fact::Brief(brief(
            "0003-acme-followup",
            "sales",
            "draft",
            "Follow up with Acme about the renewal",
            2,
            5_000,
        )),
        Fact::Brief(brief(
            "0004-prices",
            "sales",
            "hold",
            "New price list",
            3,
            500_000,
        )),
    ]
}
