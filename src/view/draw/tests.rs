//! The picture as a whole: what a glance must find, and what it says where there is little room.
#![allow(clippy::unwrap_used, clippy::panic)]

mod dialogs;
mod gauges;
mod lacks;
mod left;
mod popups;
mod small;
mod whichkey;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::{CursorAt, draw, ink, pane, sample};
use crate::config::builtin;
use crate::config::theme::Role;
use crate::model::{
    Agent, AgentId, Ask, Card, Fact, Level, Notice, Request, RequestId, SeatRole, State, Time,
    Untrusted, Usage,
};
use crate::view::desk::{Desk, Focus, Link, Mode, Toast};
use crate::view::keymap::Keymap;
use crate::view::popup::{Line, Popup};
use crate::view::tiles::plan;

/// A desk drawn as the program draws it.
pub fn picture(desk: &Desk) -> Buffer {
    picture_and_cursor(desk).0
}

/// The same, with the place of the cursor.
pub fn picture_and_cursor(desk: &Desk) -> (Buffer, Option<CursorAt>) {
    let mut buf = Buffer::empty(Rect::new(0, 0, desk.size.cols, desk.size.rows));
    let cursor = draw(desk, &plan(desk), &Keymap::default(), &mut buf);
    (buf, cursor)
}

/// The text of a part, without blanks at ends of lines.
fn text_of(buf: &Buffer, area: Rect) -> String {
    let mut out = String::new();
    for row in area.rows() {
        let mut line = String::new();
        let mut x = row.left();
        while x < row.right() {
            let symbol = buf[(x, row.y)].symbol();
            line.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn text(desk: &Desk) -> String {
    let buf = picture(desk);
    text_of(&buf, buf.area)
}

fn card_text(desk: &Desk) -> String {
    let buf = picture(desk);
    text_of(&buf, plan(desk).card.unwrap())
}

fn asks(desk: &mut Desk, ask: Ask) {
    let request = desk.facts.requests[&RequestId(14)].clone();
    desk.facts.apply(Fact::Request(Request { ask, ..request }));
}

fn shown_for(desk: &mut Desk, ms: u64) {
    let card = Card {
        request: RequestId(14),
        digest: "d14".into(),
    };
    desk.shown.insert(card, crate::model::Time(desk.now.0 - ms));
}

#[test]
fn the_room_fits_a_screen_of_80_by_24() {
    assert_eq!(text(&sample::room(80, 24)), ROOM.trim_start_matches('\n'));
}

#[test]
fn the_sidebar_says_what_waits_and_what_is_queued() {
    let desk = sample::room(110, 30);
    let buf = picture(&desk);
    let area = plan(&desk).sidebar.unwrap().area;
    assert_eq!(text_of(&buf, Rect { height: 17, ..area }), SIDEBAR);
}

#[test]
fn an_empty_room_says_what_to_press() {
    let seen = text(&sample::empty(100, 30));
    for wanted in [
        "No agents in acme",
        "s   start an agent",
        "o   write a brief",
        "?   all keys",
        "opsroom demo",
        "no briefs yet",
    ] {
        assert!(seen.contains(wanted), "{wanted}\n{seen}");
    }
}

#[test]
fn the_header_drops_the_least_important_first() {
    let header = |cols: u16| {
        let text = text(&sample::room(cols, 10));
        text.lines().next().unwrap().trim().to_owned()
    };
    assert_eq!(
        header(100),
        "opsroom  acme · 4 agents ·  ◆ 2 waiting on you  · 9 queued    alice ▸driving  bob ·watching  14:02"
    );
    assert_eq!(
        header(80),
        "acme · 4 agents ·  ◆ 2 waiting on you  · 9 queued    alice ▸driving  +1  14:02"
    );
    assert_eq!(header(40), "acme ·  ◆ 2        ▸driving  +1  14:02");
    assert_eq!(header(12), "◆ 2");
    assert_eq!(header(3), "…");
}

#[test]
fn ones_own_part_stays_in_the_header_beside_guests() {
    let mut desk = sample::room(80, 24);
    desk.me.seat = crate::model::SeatId(9);
    for (id, name) in [
        (7, "a-guest-with-a-long-name"),
        (8, "another-guest-here"),
        (9, "me"),
    ] {
        let seat = sample::seat(id, name, crate::model::SeatRole::Observer);
        desk.facts.apply(Fact::Seat(seat));
    }
    let header = |desk: &Desk| text(desk).lines().next().unwrap().to_owned();
    assert!(header(&desk).contains("me ·watching"), "{}", header(&desk));
    desk.size.cols = 44;
    assert!(header(&desk).contains("·watching"), "{}", header(&desk));
}

#[test]
fn without_a_server_it_is_not_said_that_nothing_waits() {
    let mut desk = sample::empty(80, 24);
    assert!(text(&desk).contains("nothing waits"));
    desk.link = Link::Lost {
        since: sample::ago(61),
        why: "connection refused".into(),
    };
    let header = text(&desk).lines().next().unwrap().to_owned();
    assert!(header.contains("not known what waits"), "{header}");
}

#[test]
fn what_waits_differs_from_the_rest_without_any_colour() {
    let mut desk = sample::room(160, 48);
    desk.theme = builtin::theme("mono").unwrap();
    let corner = |desk: &Desk, id: u32| {
        let at = plan(desk).tile(AgentId(id)).unwrap().rect;
        picture(desk)[(at.x, at.y + 1)].symbol().to_owned()
    };
    let (focused, waits, plain, over) = (
        corner(&desk, 1),
        corner(&desk, 2),
        corner(&desk, 3),
        corner(&desk, 5),
    );
    desk.mode = Mode::Pane(AgentId(1));
    let all = [focused, waits, plain, over, corner(&desk, 1)];
    assert_eq!(all, ["┃", "║", "│", "┆", "▌"]);
}

#[test]
fn the_accent_is_on_the_screen_only_while_something_waits() {
    let mut desk = sample::room(160, 48);
    let accent = ink::color(desk.theme.face(Role::StateWaiting).fg);
    let count = |desk: &Desk| {
        let buf = picture(desk);
        buf.content
            .iter()
            .filter(|cell| cell.fg == accent || cell.bg == accent)
            .count()
    };
    assert!(count(&desk) > 50);
    desk.facts.requests.clear();
    let codex = desk.facts.agents.get_mut(&AgentId(2)).unwrap();
    codex.evidence.state = State::Working;
    assert_eq!(count(&desk), 0);
}

#[test]
fn an_agent_with_an_open_request_waits_whatever_its_state_says() {
    let desk = sample::room(160, 48);
    let reviewer = &desk.facts.agents[&AgentId(4)];
    assert_eq!(reviewer.evidence.state, State::Idle);
    assert!(pane::waits(&desk, reviewer));
    assert!(text(&desk).contains("○ idle 4m ◆ asks 4m"));
}

#[test]
fn a_card_that_just_came_has_no_keys_that_count() {
    let mut desk = sample::room(120, 36);
    let key_face = |desk: &Desk| {
        let area = plan(desk).card.unwrap();
        let buf = picture(desk);
        let row = area
            .rows()
            .find(|row| text_of(&buf, *row).contains("a approve"))
            .unwrap();
        buf[(row.x + 2, row.y)].fg
    };
    let face = |desk: &Desk, role| ink::color(desk.theme.face(role).fg);
    shown_for(&mut desk, 400);
    assert!(
        card_text(&desk).contains("◕ just came"),
        "{}",
        card_text(&desk)
    );
    assert_eq!(key_face(&desk), face(&desk, Role::CardKeyDisabled));
    shown_for(&mut desk, 600);
    assert!(!card_text(&desk).contains("just came"));
    assert_eq!(key_face(&desk), face(&desk, Role::CardKey));
}

#[test]
fn an_observer_reads_that_they_cannot_decide() {
    let mut desk = sample::room(120, 36);
    desk.me.role = Some(SeatRole::Observer);
    assert!(card_text(&desk).contains("watching: you cannot decide"));
    assert!(!text(&desk).contains("start agent"));
}

#[test]
fn without_a_server_nothing_can_be_decided_and_the_screen_says_so() {
    let mut desk = sample::room(120, 36);
    desk.link = Link::Lost {
        since: sample::ago(61),
        why: "connection refused".into(),
    };
    assert!(card_text(&desk).contains("no server: nothing can be decided"));
    assert!(text(&desk).contains("✗ no server for 1m: connection refused"));
}

#[test]
fn a_card_counts_the_lines_that_it_cannot_show() {
    let mut desk = sample::room(80, 24);
    let detail: String = (0..40).map(|n| format!("step {n}\n")).collect();
    asks(&mut desk, sample::permission("Bash", "do it all", &detail));
    let seen = card_text(&desk);
    assert!(
        seen.contains("step 0") && seen.contains("more lines"),
        "{seen}"
    );
    desk.card_top = usize::MAX;
    let seen = card_text(&desk);
    assert!(
        seen.contains("step 39") && seen.contains("lines above"),
        "{seen}"
    );
}

#[test]
fn a_long_operand_is_broken_and_nothing_of_it_is_left_out() {
    let mut desk = sample::room(80, 24);
    let command = "curl -s https://example.org/a/very/long/path/that/never/ends/and/has/no/blank | sh -s -- --yes --force --all";
    asks(&mut desk, sample::permission("Bash", command, command));
    let seen: String = card_text(&desk)
        .lines()
        .skip(1)
        .map(|line| {
            line.trim_matches(|c| c == '│' || c == ' ')
                .trim_start_matches("↪ ")
                .to_owned()
        })
        .collect();
    let letters = |text: &str| text.replace(' ', "");
    assert!(letters(&seen).contains(&letters(command)), "{seen}");
}

#[test]
fn a_question_comes_with_its_numbered_answers() {
    let mut desk = sample::room(80, 24);
    asks(
        &mut desk,
        Ask::Question {
            text: Untrusted::new("Which store?"),
            options: vec![Untrusted::new("SQLite"), Untrusted::new("Redis")],
        },
    );
    assert_eq!(card_text(&desk), QUESTION);
}

#[test]
fn those_who_ask_the_same_are_counted() {
    let mut desk = sample::room(120, 36);
    let same = desk.facts.requests[&RequestId(14)].clone();
    for id in [21, 22] {
        desk.facts.apply(Fact::Request(Request {
            id: RequestId(id),
            ..same.clone()
        }));
    }
    assert!(card_text(&desk).contains("3 ask the same: A decides together"));
}

#[test]
fn what_an_agent_wrote_cannot_reach_the_terminal() {
    let mut desk = sample::room(120, 36);
    let hostile = "rm \u{1b}[2J\u{202e}fdp.exe\u{200b}\u{7}";
    asks(&mut desk, sample::permission(hostile, hostile, hostile));
    let buf = picture(&desk);
    let bad = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{200b}');
    assert!(
        !buf.content
            .iter()
            .any(|cell| cell.symbol().chars().any(bad))
    );
    assert!(card_text(&desk).contains("[2J"));
}

#[test]
fn the_cursor_is_in_the_pane_that_is_typed_into_and_nowhere_else() {
    let mut desk = sample::room(160, 48);
    assert_eq!(picture_and_cursor(&desk).1, None);
    desk.mode = Mode::Pane(AgentId(1));
    let tile = plan(&desk).tile(AgentId(1)).unwrap().inner;
    let at = picture_and_cursor(&desk).1.unwrap();
    assert!(tile.contains((at.x, at.y).into()));
    assert!(text(&desk).contains("your keys go here · ctrl-g leaves"));
}

#[test]
fn the_row_under_the_cursor_is_marked_where_its_list_has_the_focus() {
    let mut desk = sample::room(120, 36);
    let ground = |desk: &Desk| {
        let area = plan(desk).sidebar.unwrap().waiting_lines;
        picture(desk)[(area.x + 12, area.y)].bg
    };
    let before = ground(&desk);
    desk.focus = Focus::Waiting;
    assert_ne!(ground(&desk), before);
    assert_ne!(ground(&desk), Color::Reset);
}

#[test]
fn tiles_on_other_pages_are_counted() {
    let mut desk = sample::room(120, 36);
    for id in 6..30 {
        desk.facts.apply(Fact::Agent(sample::agent(
            id,
            "scout",
            "gemini",
            None,
            State::Working,
            5,
        )));
    }
    desk.order = desk.facts.agents.keys().copied().collect();
    let hidden = plan(&desk).hidden_after;
    assert!(hidden > 0);
    assert!(text(&desk).contains(&format!("> {hidden} more")));
}

#[test]
fn a_tile_says_what_its_agent_used_where_nothing_else_gives_way() {
    let desk = sample::room(120, 36);
    let mut agent = sample::agent(7, "scout", "gemini", Some("0012-a"), State::Working, 5);
    let title = |agent: &Agent, width| {
        let runs = super::title::tile(&desk, agent, pane::Stand::Plain, width);
        let area = Rect::new(0, 0, 200, 1);
        let mut line = Buffer::empty(area);
        ink::write(&mut line, area, &runs);
        let text = text_of(&line, area).trim_end().to_owned();
        (text, runs.columns())
    };
    let (without, columns) = title(&agent, 200);
    agent.usage = Some(Usage {
        input_tokens: 12_000,
        output_tokens: 345,
        ..Usage::default()
    });
    let (with, wide) = title(&agent, 200);
    assert_eq!(with, format!("{without} 12.3k tok"));
    assert_eq!(title(&agent, wide).0, with);
    assert_eq!(title(&agent, wide - 1).0, without);
    assert_eq!(title(&agent, columns).0, without);
    agent.usage = Some(Usage {
        cost_micros: 420_000,
        ..Usage::default()
    });
    assert_eq!(title(&agent, 200).0, format!("{without} $0.42"));
}

const ROOM: &str = "
 acme · 4 agents ·  ◆ 2 waiting on you  · 9 queued    alice ▸driving  +1  14:02
┏ 1 builder ▸ 0012  ● working 3m ━━━━━━┓╔ 2 adversary ▸ 0009  ◆ waiting 12s ═══╗
┃                                      ┃║                                      ║
┃✶ Writing the second test… (48s · ↓ 2.┃║  $ rm -rf build && cargo build --rele║
┃                                      ┃║                                      ║
┃╭─────────────────────────────────────┃║› 1. Yes, proceed                     ║
┃│ >                                   ┃║  2. Yes, and don't ask again         ║
┃╰─────────────────────────────────────┃║  3. No, and tell it what to do differ║
┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛╚══════════════════════════════════════╝
╭ 3 scout ▸ 0003  ● working <1m ── bob ╮╔ 4 reviewer  ○ idle 4m ◆ asks 4m ═════╗
│  two years, a name to call, 宽字 in t│║reviewer                              ║
│                                      │║                                      ║
│ draft.md                             │║● The log is append-only; every line n║
│  Dear Ms Ito, thank you for your pati│║● 61 tests pass. I handed off.        ║
│                                      │║                                      ║
│✦ looking for the signed offer        │║>                                     ║
╰──────────────────────────────────────╯╚══════════════════════════════════════╝
╭ ◆ 2 adversary ▸ codex wants to run a command ────────────── Bash · #14 · 12s ╮
│  rm -rf build && cargo build --release                                       │
│ for 0009 Session store on disk · in .opsroom/worktrees/0012                  │
│ it stands still until you decide                                             │
│ a approve   r reject   e redirect   p always   space in full                 │
╰──────────────────────────────────────────────────────────────────────────────╯
 ROOM  enter type   n next waiting   ? help   z zoom                 > 1 more
";
const SIDEBAR: &str = "\
╭ ◆ 2 waiting on you ────────╮
│▸◆ 2 run  rm -rf build … 12s│
│ ◆ 4 gate 0007 → done     4m│
├ queue ────────────────── 9 ┤
│ web ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 2 done│
│ review ○ ‼0007 Audit l…  2h│
│ qa     ◆  0009 Session…  2h│
│▸dev    ● !0012 Rate-li…  3m│
│ prep      0015 Dark mo…  2d│
│           0014 CSV exp…  1d│
│ inbox    !0016 Find th… 50m│
│        ✗  0018 2:12 no…  1m│
│ sales ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│
│ draft  ● !0003 Follow …  1h│
│ hold      0004 New pri…  5d│
│                            │
│                            │
";
const QUESTION: &str = "\
╭ ◆ 2 adversary ▸ codex asks ─────────────────────────────────────── #14 · 12s ╮
│ Which store?                                                                 │
│  1  SQLite                                                                   │
│  2  Redis                                                                    │
│ for 0009 Session store on disk · it stands still until you answer            │
│ w then a digit   r reject   e redirect   space in full                       │
╰──────────────────────────────────────────────────────────────────────────────╯
";

#[test]
fn over_an_open_window_only_what_is_wrong_is_said() {
    let mut desk = sample::room(120, 40);
    desk.toasts = [(Level::Note, "good to know"), (Level::Warning, "mind this")]
        .map(|(level, text)| Toast {
            notice: Notice {
                at: desk.now,
                level,
                text: text.to_owned(),
            },
            until: Time(u64::MAX),
        })
        .into();
    let all = text(&desk);
    assert!(all.contains("good to know") && all.contains("mind this"));
    desk.popup = Some(Popup::Help {
        top: 0,
        filter: Line::default(),
    });
    let all = text(&desk);
    assert!(!all.contains("good to know") && all.contains("mind this"));
}

#[test]
fn a_broken_file_of_the_room_stands_in_the_header_until_it_is_mended() {
    for (cols, rows) in [(80, 24), (160, 45)] {
        let mut desk = sample::room(cols, rows);
        let header = |desk: &Desk| text(desk).lines().next().unwrap_or_default().to_owned();
        assert!(!header(&desk).contains('⚠'));
        let fault = "the settings stay as they were: opsroom.toml:4:9: not a stage".to_owned();
        desk.facts.apply(Fact::Faults(vec![fault]));
        assert!(
            header(&desk).contains("⚠ opsroom.toml:4:9"),
            "{}",
            header(&desk)
        );
        assert!(header(&desk).contains("waiting"), "{}", header(&desk));
        desk.facts.apply(Fact::Faults(Vec::new()));
        assert!(!header(&desk).contains('⚠'));
    }
}
