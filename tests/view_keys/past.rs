//! Scripts of scrolling, searching and copying; and what the mouse does of it.

use opsroom::model::AgentId;
use opsroom::terminal::{Limits, MouseAction, MouseButton, Piece, Screen, Size};
use opsroom::view::command::Command;
use opsroom::view::desk::{Mode, Popup, Scroll, Zoom};
use opsroom::view::update::Act;
use opsroom::wire::cast::Still;
use opsroom::wire::{FoundLine, Place, Reach, ToClient, ToServer, Where};

use crate::play::{Play, Script, sent};

const ONE: AgentId = AgentId(1);

fn scroll(p: &Play) -> &Scroll {
    p.desk.panes[&ONE].scroll.as_ref().unwrap()
}

/// Answers each question for the past as a server would, until none is open.
pub fn serve(p: &mut Play, mut acts: Vec<Act>) {
    let mut screen = Screen::new(Size::new(100, 30), Limits::default());
    (0..200).for_each(|line| {
        screen
            .feed(format!("line {line} of agent 1\r\n").as_bytes())
            .unwrap();
    });
    let total = p.desk.panes[&ONE].grid.history_rows();
    for _ in 0..20 {
        let asked = sent(&acts).into_iter().find_map(|message| match message {
            ToServer::Past {
                ticket,
                first,
                count,
                ..
            } => Some((*ticket, *first, *count)),
            _ => None,
        });
        let Some((ticket, first, count)) = asked else {
            return;
        };
        assert!(count <= 500);
        let last = (first + u64::from(count)).min(total);
        let rows = screen.history().lines(first..last).collect();
        acts = p.server(ToClient::Past {
            ticket,
            agent: ONE,
            first,
            oldest: 0,
            total,
            rows,
        });
    }
    panic!("it never stops asking");
}

fn past(p: &mut Play, keys: &str) {
    let acts = p.keys(keys);
    serve(p, acts);
}

fn find(p: &mut Play) -> Vec<Act> {
    p.keys("/");
    p.text("line 15");
    let acts = p.keys("enter");
    let asked = sent(&acts).into_iter().find_map(|message| match message {
        ToServer::Find { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let hits = [15, 150, 155]
        .map(|line| Place {
            line,
            column: 0,
            width: 7,
        })
        .to_vec();
    serve(p, acts);
    let acts = p.server(ToClient::Found {
        ticket: asked.unwrap(),
        agent: ONE,
        hits,
    });
    serve(p, acts.clone());
    acts
}

#[test]
fn a_search_is_made_again_where_lines_got_other_numbers() {
    let mut p = Play::new();
    p.screen(1, 200);
    find(&mut p);
    assert_eq!(scroll(&p).hits.len(), 3);
    let mut screen = Screen::new(Size::new(60, 30), Limits::default());
    screen.feed(b"laid out anew").unwrap();
    let patch = screen.patch_since(None);
    let acts = p.server(ToClient::Frame { agent: ONE, patch });
    assert!(scroll(&p).hits.is_empty());
    let again = sent(&acts)
        .into_iter()
        .any(|message| matches!(message, ToServer::Find { needle, .. } if needle == "line 15"));
    assert!(again, "{acts:?}");
}

fn ticket_of_all(acts: &[Act]) -> u32 {
    let asked = sent(acts).into_iter().find_map(|message| match message {
        ToServer::FindAll { ticket, .. } => Some(*ticket),
        _ => None,
    });
    asked.unwrap()
}

/// Searches everywhere, and finds a line of a pane and one of an agent that is gone.
fn find_all(p: &mut Play) {
    p.keys("g /");
    p.text("line 15");
    let acts = p.keys("enter");
    let ticket = ticket_of_all(&acts);
    let place = Place {
        line: 15,
        column: 0,
        width: 7,
    };
    let line = |agent, text: &str, place| FoundLine {
        agent,
        at: None,
        text: text.into(),
        piece: Piece::Whole,
        place,
    };
    let recorded = Where::Recording(Still::behind(2, 1234));
    let hits = vec![
        line(ONE, "line 15 of agent 1", Where::Pane(place)),
        line(AgentId(99), "line 15 of long ago", recorded),
    ];
    let reach = Reach::All;
    p.server(ToClient::FoundAll {
        ticket,
        hits,
        reach,
    });
}

pub const SCROLL: &[Script] = &[
    (Command::ScrollMode, |p| {
        past(p, "[");
        assert_eq!(p.desk.mode, Mode::Scroll(ONE));
        p.keys("q i shift-pageup q");
        assert_eq!(p.desk.mode, Mode::Pane(ONE), "back to where it came from");
    }),
    (Command::Search, |p| {
        find(p);
        assert_eq!(scroll(p).at.0, 155);
        let top = scroll(p).top;
        assert!((top..top + 44).contains(&155));
    }),
    (Command::SearchAll, |p| {
        let entries = |p: &Play| match &p.desk.popup {
            Some(Popup::Choose(chooser)) => chooser.entries.clone(),
            _ => Vec::new(),
        };
        find_all(p);
        assert!(entries(p)[0].label.contains("line 15 of agent 1"));
        let acts = p.keys("enter");
        let asked = sent(&acts).into_iter().find_map(|message| match message {
            ToServer::Find { ticket, agent, .. } => Some((*ticket, *agent)),
            _ => None,
        });
        serve(p, acts);
        assert_eq!((p.desk.mode, scroll(p).at.0), (Mode::Scroll(ONE), 15));
        let (ticket, agent) = asked.unwrap();
        let place = |line| Place {
            line,
            column: 0,
            width: 7,
        };
        let hits = vec![place(15), place(150)];
        p.server(ToClient::Found {
            ticket,
            agent,
            hits,
        });
        assert_eq!(
            scroll(p).at.0,
            15,
            "the line that was chosen, not the newest"
        );
        p.keys("q");
        find_all(p);
        let acts = p.keys("down enter");
        let moment = Act::Replay {
            agent: AgentId(99),
            still: Still::behind(2, 1234),
            needle: "line 15".into(),
        };
        assert!(acts.contains(&moment), "{acts:?}");
        find_all(p);
        p.keys("esc g /");
        p.text("nowhere at all");
        let acts = p.keys("enter");
        let ticket = ticket_of_all(&acts);
        p.keys("g /");
        p.server(ToClient::FoundAll {
            ticket,
            hits: Vec::new(),
            reach: Reach::All,
        });
        assert!(
            p.said().contains("`nowhere at all` is nowhere"),
            "{}",
            p.said()
        );
    }),
    (Command::NextHit, |p| {
        find(p);
        past(p, "n");
        assert_eq!(scroll(p).at.0, 15);
    }),
    (Command::PreviousHit, |p| {
        find(p);
        past(p, "N");
        assert_eq!(scroll(p).at.0, 150);
    }),
    (Command::ScrollUp, |p| {
        past(p, "[");
        let line = scroll(p).at.0;
        past(p, "k up");
        assert_eq!(scroll(p).at.0, line - 2);
    }),
    (Command::ScrollDown, |p| {
        past(p, "[ k k");
        let line = scroll(p).at.0;
        past(p, "j");
        assert_eq!(scroll(p).at.0, line + 1);
    }),
    (Command::ScrollLeft, |p| {
        past(p, "[ l l h");
        assert_eq!(scroll(p).at.1, 3);
    }),
    (Command::ScrollRight, |p| {
        past(p, "[ k 0 l");
        assert_eq!(scroll(p).at.1, 1);
    }),
    (Command::LineStart, |p| {
        past(p, "[ 0");
        assert_eq!(scroll(p).at.1, 0);
    }),
    (Command::LineEnd, |p| {
        past(p, "[ k $");
        assert_eq!(scroll(p).at.1, "line 199 of agent 1".len() as u16 - 1);
    }),
    (Command::HalfUp, |p| {
        past(p, "[");
        let line = scroll(p).at.0;
        past(p, "ctrl-u");
        assert!(scroll(p).at.0 + 3 < line);
    }),
    (Command::HalfDown, |p| {
        past(p, "[ g g ctrl-d");
        assert!(scroll(p).at.0 > 3);
    }),
    (Command::PageUp, |p| {
        past(p, "[");
        let line = scroll(p).at.0;
        past(p, "pageup");
        assert!(scroll(p).at.0 + 6 < line);
    }),
    (Command::PageDown, |p| {
        past(p, "[ g g space");
        assert!(scroll(p).at.0 > 6);
    }),
    (Command::Top, |p| {
        past(p, "[ g g");
        assert_eq!(
            (scroll(p).at, scroll(p).top, scroll(p).first),
            ((0, 0), 0, 0)
        );
    }),
    (Command::Bottom, |p| {
        past(p, "[ g g G");
        assert_eq!(scroll(p).at.0, 200);
    }),
    (Command::Select, |p| {
        past(p, "[ k 0 v l l");
        let selection = p.desk.selection.clone().unwrap();
        assert_eq!((selection.from, selection.to), ((199, 0), (199, 2)));
        p.keys("v");
        assert!(p.desk.selection.is_none());
    }),
    (Command::Copy, |p| {
        past(p, "[ k 0 v k k");
        let text = "line 197 of agent 1\nline 198 of agent 1\nl".to_owned();
        assert_eq!(p.keys("y"), [Act::Copy(text)]);
        p.keys("q y");
        assert!(p.said().starts_with("nothing is selected"));
    }),
    (Command::LeaveScroll, |p| {
        past(p, "[ g g v q");
        assert_eq!(p.desk.mode, Mode::Room);
        assert!(p.desk.selection.is_none() && p.desk.panes[&ONE].scroll.is_none());
    }),
];

#[test]
fn dragging_selects_and_copies() {
    let mut p = Play::new();
    let tile = *p.plan().tile(ONE).unwrap();
    let (x, y) = (tile.inner.x, tile.inner.bottom() - 2);
    p.mouse(MouseAction::Press(MouseButton::Left), x, y);
    p.mouse(MouseAction::Drag(MouseButton::Left), x + 3, y);
    let acts = p.mouse(MouseAction::Release(MouseButton::Left), x + 7, y);
    assert_eq!(
        acts,
        [Act::Copy("line".to_owned())],
        "{:?}",
        p.desk.selection
    );
}

#[test]
fn two_clicks_zoom_and_one_focuses() {
    let mut p = Play::new();
    let tile = *p.plan().tile(AgentId(2)).unwrap();
    p.click(tile.rect.x + 5, tile.rect.y + 2);
    assert_eq!((p.desk.pane, p.desk.zoom), (Some(AgentId(2)), Zoom::Off));
    p.click(tile.rect.x + 5, tile.rect.y + 2);
    assert_eq!(p.desk.zoom, Zoom::On);
}

#[test]
fn the_wheel_goes_into_the_past_and_comes_back() {
    let mut p = Play::new();
    let tile = *p.plan().tile(ONE).unwrap();
    let (x, y) = (tile.inner.x, tile.inner.y);
    let acts = p.mouse(MouseAction::WheelUp, x, y);
    serve(&mut p, acts);
    assert_eq!(p.desk.mode, Mode::Scroll(ONE));
    for _ in 0..3 {
        p.mouse(MouseAction::WheelDown, x, y);
    }
    assert_eq!(p.desk.mode, Mode::Room);
}

#[test]
fn a_program_that_asked_for_the_mouse_gets_it_only_while_typed_to() {
    let mut p = Play::new();
    let mut screen = Screen::new(Size::new(100, 30), Limits::default());
    screen.feed(b"\x1b[?1000h\x1b[?1006h").unwrap();
    let patch = screen.patch_since(None);
    p.server(ToClient::Frame { agent: ONE, patch });
    let tile = *p.plan().tile(ONE).unwrap();
    let (x, y) = (tile.inner.x + 4, tile.inner.y + 1);
    assert!(
        !sent(&p.click(x, y))
            .iter()
            .any(|one| matches!(one, ToServer::Mouse { .. }))
    );
    p.keys("i");
    let acts = p.mouse(MouseAction::Press(MouseButton::Left), x, y);
    let got = sent(&acts).into_iter().find_map(|one| match one {
        ToServer::Mouse { event, .. } => Some((event.col, event.row)),
        _ => None,
    });
    assert_eq!(got, Some((4, 1)));
}

#[test]
fn clicks_choose_in_lists_and_popups() {
    let mut p = Play::new();
    let sidebar = p.plan().sidebar.unwrap();
    p.click(sidebar.waiting_lines.x, sidebar.waiting_lines.y + 1);
    assert_eq!(p.desk.request.unwrap().0, 2);
    p.click(sidebar.queue_lines.x, sidebar.queue_lines.y + 2);
    assert_eq!(p.desk.brief.as_ref().unwrap().as_str(), "0002-prep");
    p.keys("g l");
    let popup = p.plan().popup.unwrap();
    p.click(popup.x + 3, popup.y + 3);
    assert_eq!(p.desk.layout.name, "focus");
    p.click(0, 43);
    assert!(p.desk.popup.is_none());
    assert_eq!(p.desk.layout.name, "wall");
    p.keys("?");
    assert!(matches!(p.desk.popup, Some(Popup::Help { .. })));
}

#[test]
fn lines_that_never_come_are_asked_for_once() {
    let mut p = Play::new();
    let acts = p.keys("[ g g");
    let ticket = p.desk.last_ticket;
    assert!(
        sent(&acts)
            .iter()
            .any(|one| matches!(one, ToServer::Past { .. }))
    );
    let nothing = ToClient::Past {
        ticket,
        agent: ONE,
        first: 0,
        oldest: 0,
        total: 171,
        rows: Vec::new(),
    };
    assert_eq!(p.server(nothing), []);
}

#[test]
fn going_elsewhere_leaves_the_past() {
    for (command, mode) in [
        ("next-tile", Mode::Room),
        ("go-queue", Mode::Room),
        ("next-waiting", Mode::Room),
        ("enter-pane", Mode::Pane(ONE)),
    ] {
        let mut p = Play::new();
        p.keys("[ :");
        p.text(command);
        p.keys("enter");
        assert_eq!(p.desk.mode, mode, "{command}");
        assert!(p.desk.panes[&ONE].scroll.is_none(), "{command}");
    }
}
