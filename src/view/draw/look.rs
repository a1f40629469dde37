//! Pictures of a room at work, for people to look at.
#![allow(clippy::unwrap_used, clippy::panic)]

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::{Color, Modifier};

use super::tests::picture;
use super::{popups, sample};
use crate::config::builtin;
use crate::config::keys::Chord;
use crate::model::{
    AgentId, Ask, Card, Exit, Fact, Level, Notice, Request, RequestId, SeatRole, State, Time,
    Untrusted,
};
use crate::terminal::Row;
use crate::view::desk::{Desk, Focus, Link, Mode, Scroll, SelectBy, Selection, Toast, Zoom};
use crate::view::popup::{Line, Popup};
use crate::wire::Place;

fn show(name: &str, desk: &Desk) {
    let svg = svg(&picture(desk));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target");
    std::fs::write(format!("{folder}/desk-{name}.svg"), svg).unwrap();
}

#[test]
#[ignore = "writes pictures to target/desk-*.svg for people to look at"]
fn pictures_to_look_at() {
    let theme = std::env::var("THEME").unwrap_or_else(|_| "opsroom".into());
    let look = |name: &str, mut desk: Desk| {
        desk.theme = builtin::theme(&theme).unwrap();
        show(name, &desk);
    };
    for file in builtin::THEMES {
        let mut desk = sample::room(120, 36);
        desk.theme = builtin::theme(file.name).unwrap();
        show(&format!("theme-{}", file.name), &desk);
    }
    look("scroll", scrolled());
    look("states", states());
    look("many", many());
    look(
        "palette",
        over(Popup::Palette {
            line: Line {
                text: "br".into(),
                cursor: 2,
            },
            at: 1,
        }),
    );
    look("chooser", over(popups::chooser()));
    look("room", sample::room(160, 48));
    look("small", sample::room(80, 24));
    look("empty", sample::empty(100, 30));
    look("narrow", sample::room(40, 20));
    look("typing", typing());
    look("queue", focused(Focus::Queue));
    look(
        "help",
        over(Popup::Help {
            top: 0,
            filter: Line::default(),
        }),
    );
    look("form", over(popups::form()));
    look("confirm", over(popups::confirm()));
    look("always", over(popups::always("rm -rf build", 1)));
    look("read", over(popups::reading()));
    look("together", together());
    look("whichkey", whichkey());
    look("question", question());
    look("diff", diff());
}

fn scrolled() -> Desk {
    let mut desk = sample::room(120, 36);
    desk.mode = Mode::Scroll(AgentId(1));
    desk.zoom = Zoom::On;
    let rows: Vec<Row> = (0..40)
        .map(|n| {
            sample::row(&format!(
                "line {n} of what the builder said, with a limit in it"
            ))
        })
        .collect();
    let hit = |line| Place {
        line,
        column: 42,
        width: 5,
    };
    let pane = desk.panes.get_mut(&AgentId(1)).unwrap();
    pane.scroll = Some(Scroll {
        top: 100,
        total: 130,
        first: 95,
        rows,
        needle: "limit".into(),
        hits: vec![hit(101), hit(104), hit(110)],
        hit: 1,
        at: (104, 42),
        ..Scroll::default()
    });
    desk.selection = Some(Selection {
        agent: AgentId(1),
        from: (106, 8),
        to: (108, 20),
        by: SelectBy::Keys,
    });
    desk
}

fn states() -> Desk {
    let mut desk = sample::room(160, 44);
    desk.me.role = Some(SeatRole::Observer);
    desk.link = Link::Lost {
        since: sample::ago(12),
        why: "connection refused".into(),
    };
    let all = [
        State::Starting,
        State::Unknown,
        State::Stuck,
        State::Limited,
        State::Exited(Exit::Code(1)),
        State::Exited(Exit::Failed("no such program".into())),
    ];
    for (id, state) in (6..).zip(all) {
        desk.facts.apply(Fact::Agent(sample::agent(
            id,
            "builder",
            "claude",
            Some("0014-csv-export"),
            state,
            75,
        )));
    }
    desk.panes.get_mut(&AgentId(3)).unwrap().broken = Some("row 12 was too strange".into());
    desk.panes.get_mut(&AgentId(4)).unwrap().rang = Some(sample::ago(2));
    desk.order = desk.facts.agents.keys().copied().collect();
    desk
}

fn many() -> Desk {
    let mut desk = sample::room(200, 60);
    for id in 6..40 {
        desk.facts.apply(Fact::Agent(sample::agent(
            id,
            "scout",
            "gemini",
            None,
            State::Working,
            u64::from(id),
        )));
    }
    desk.order = desk.facts.agents.keys().copied().collect();
    desk
}

fn typing() -> Desk {
    let mut desk = sample::room(160, 48);
    desk.layout = builtin::layout("focus").unwrap();
    desk.mode = Mode::Pane(AgentId(1));
    desk
}

fn focused(focus: Focus) -> Desk {
    let mut desk = sample::room(120, 36);
    desk.layout = builtin::layout("triage").unwrap();
    desk.focus = focus;
    desk
}

fn over(popup: Popup) -> Desk {
    let mut desk = sample::room(120, 36);
    desk.popup = Some(popup);
    desk
}

fn together() -> Desk {
    let mut desk = sample::room(120, 36);
    let first = desk.facts.requests[&RequestId(14)].clone();
    let cards = [14, 21, 22].map(|id| {
        let request = Request {
            id: RequestId(id),
            agent: Some(AgentId(u32::try_from(id).unwrap() % 5 + 1)),
            ..first.clone()
        };
        desk.facts.apply(Fact::Request(request));
        Card {
            request: RequestId(id),
            digest: first.digest.clone(),
        }
    });
    desk.popup = Some(Popup::Together {
        cards: cards.to_vec(),
        top: 0,
    });
    desk
}

fn whichkey() -> Desk {
    let mut desk = sample::room(120, 36);
    desk.pending = vec![Chord::char('g')];
    for (level, text) in [
        (Level::Note, "bob joined as observer"),
        (
            Level::Warning,
            "themes/dusk.toml:2:15: not a colour: the old theme stays",
        ),
        (
            Level::Error,
            "agent 6 could not be started: `codex` is not installed here; install it or choose another profile",
        ),
    ] {
        let notice = Notice {
            at: desk.now,
            level,
            text: text.into(),
        };
        desk.toasts.push(Toast {
            notice,
            until: Time(desk.now.0 + 1000),
        });
    }
    desk
}

fn with_card(ask: Ask) -> Desk {
    let mut desk = sample::room(120, 36);
    let request = Request {
        ask,
        ..desk.facts.requests[&RequestId(14)].clone()
    };
    desk.facts.apply(Fact::Request(request));
    desk
}

fn question() -> Desk {
    let mut desk = with_card(Ask::Question {
        text: Untrusted::new("Which store shall the sessions use?"),
        options: [
            "SQLite, one file, no server",
            "Redis, as the other services do",
            "Keep them in memory",
        ]
        .map(Untrusted::new)
        .to_vec(),
    });
    desk.shown.insert(
        Card {
            request: RequestId(14),
            digest: "d14".into(),
        },
        sample::ago(0),
    );
    desk
}

fn diff() -> Desk {
    let lines: String = (0..20).map(|n| format!("+    added line {n}\n")).collect();
    with_card(sample::permission(
        "Edit",
        "src/login/limit.rs",
        &format!(
            "@@ -12,4 +12,9 @@ impl Login\n fn check(&self) {{\n-    // TODO: limit\n+    self.bucket.take()?;\n{lines}"
        ),
    ))
}

/// A picture as SVG: 9 by 18 for each cell.
fn svg(buf: &Buffer) -> String {
    let (w, h) = (
        u32::from(buf.area.width) * 9,
        u32::from(buf.area.height) * 18,
    );
    let mut out = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{w}' height='{h}' font-family='DejaVu Sans Mono, Noto Sans Mono CJK JP, monospace' font-size='15'><rect width='100%' height='100%' fill='#101010'/>"
    );
    let mut over = String::new();
    for y in 0..buf.area.height {
        let mut x = 0;
        while x < buf.area.width {
            let cell = &buf[(x, y)];
            let width = cell.symbol().cell_width().max(1);
            let (mut fg, mut bg) = (hex(cell.fg, "#d0d0d0"), hex(cell.bg, "#101010"));
            if cell.modifier.contains(Modifier::REVERSED) {
                std::mem::swap(&mut fg, &mut bg);
            }
            let (px, py) = (u32::from(x) * 9, u32::from(y) * 18);
            out.push_str(&format!(
                "<rect x='{px}' y='{py}' width='{}' height='18.5' fill='{bg}'/>",
                u32::from(width) * 9
            ));
            let mut more = String::new();
            for (modifier, attr) in [
                (Modifier::BOLD, " font-weight='bold'"),
                (Modifier::ITALIC, " font-style='italic'"),
                (Modifier::DIM, " opacity='0.55'"),
                (Modifier::UNDERLINED, " text-decoration='underline'"),
            ] {
                if cell.modifier.contains(modifier) {
                    more.push_str(attr);
                }
            }
            if cell.symbol() != " " {
                let symbol = cell.symbol().replace('&', "&amp;").replace('<', "&lt;");
                over.push_str(&format!(
                    "<text x='{px}' y='{}' fill='{fg}'{more}>{symbol}</text>",
                    py + 14
                ));
            }
            x += width;
        }
    }
    format!("{out}{over}</svg>")
}

fn hex(color: Color, default: &str) -> String {
    const SIXTEEN: [&str; 16] = [
        "#000000", "#cc4444", "#44aa44", "#bb9933", "#4477cc", "#aa55aa", "#33aaaa", "#cccccc",
        "#777777", "#ff6666", "#66dd66", "#eecc55", "#6699ff", "#dd77dd", "#55dddd", "#ffffff",
    ];
    let indexed = |n: usize| match n {
        0..16 => SIXTEEN[n].to_owned(),
        16..232 => {
            let part = |at: usize| [0, 95, 135, 175, 215, 255][(n - 16) / at % 6];
            format!("#{:02x}{:02x}{:02x}", part(36), part(6), part(1))
        }
        _ => format!("#{0:02x}{0:02x}{0:02x}", 8 + (n - 232) * 10),
    };
    match color {
        Color::Reset => default.into(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Indexed(n) => indexed(usize::from(n)),
        Color::Black => indexed(0),
        Color::Red => indexed(1),
        Color::Green => indexed(2),
        Color::Yellow => indexed(3),
        Color::Blue => indexed(4),
        Color::Magenta => indexed(5),
        Color::Cyan => indexed(6),
        Color::Gray => indexed(7),
        Color::DarkGray => indexed(8),
        Color::LightRed => indexed(9),
        Color::LightGreen => indexed(10),
        Color::LightYellow => indexed(11),
        Color::LightBlue => indexed(12),
        Color::LightMagenta => indexed(13),
        Color::LightCyan => indexed(14),
        Color::White => indexed(15),
    }
}
