//! What will be decided together, before it is: what is asked, once, and everybody who asks it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::{Ask, Card, Request};
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;

use super::ask::{self, Line};
use super::ink::{self, Runs};
use super::{decide, over, words};

/// Draws the preview.
pub fn draw(desk: &Desk, keys: &Keymap, cards: &[Card], top: usize, area: Rect, buf: &mut Buffer) {
    let open = open(desk, cards);
    let title = format!("decide {} together?", words::count(open.len(), "request"));
    let lines = lines(desk, &open, area.width.saturating_sub(4));
    let hints: &[_] = match lines.len() > usize::from(area.height.saturating_sub(2)) {
        true => &[
            (Command::PageDown, "more"),
            (Command::LeaveScroll, "closes"),
        ],
        false => &[(Command::LeaveScroll, "closes")],
    };
    let mut foot = match cards.iter().find_map(|card| decide::settling(desk, card)) {
        Some(mark) => over::note(desk, &format!("{mark} just came")),
        None => over::answers(desk, &[("a", "approves all"), ("r", "rejects all")]),
    };
    foot.append(over::hints(desk, keys, KeyTable::Scroll, hints));
    let inner = over::frame(desk, area, &title, foot, buf);
    let top = top.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (row, line) in inner.rows().zip(lines.iter().skip(top)) {
        if let Some(ground) = line.ground {
            ink::fill(buf, row, ground);
        }
        ink::write(buf, row, &line.runs);
    }
    over::scrollbar(desk, area, lines.len(), top, buf);
}

/// Those of the cards that still wait, and ask the same.
fn open<'d>(desk: &'d Desk, cards: &[Card]) -> Vec<&'d Request> {
    let same = |card: &Card| {
        let one = desk.facts.requests.get(&card.request)?;
        (one.digest == card.digest && one.is_open()).then_some(one)
    };
    cards.iter().filter_map(same).collect()
}

/// Its lines at this width.
pub fn lines_of(desk: &Desk, cards: &[Card], width: u16) -> Vec<Line> {
    lines(desk, &open(desk, cards), width)
}

fn lines(desk: &Desk, open: &[&Request], width: u16) -> Vec<Line> {
    let Some(first) = open.first() else {
        let face = desk.theme.on(Role::Dim, desk.theme.face(Role::Popup));
        let runs = Runs::of("none of them waits any more", face);
        return vec![Line { runs, ground: None }];
    };
    let mut all: Vec<Line> = open.iter().map(|one| asker(desk, one)).collect();
    all.push(Line::default());
    all.extend(ask::lines(desk, first, Role::Popup, width));
    all
}

/// Who asks, for which brief, since when.
fn asker(desk: &Desk, request: &Request) -> Line {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let agent = request.agent.and_then(|id| desk.facts.agents.get(&id));
    let name = agent.map_or("the room".into(), words::agent);
    let mut runs = Runs::of(words::WAITS, theme.on(Role::StateWaiting, face))
        .with(" ", face)
        .with(ink::pad(&name, 18), theme.on(Role::PopupTitle, face))
        .with(" ", face);
    if let Some(brief) = &request.brief {
        runs.add(
            format!("for {} ", words::brief(brief)),
            theme.on(Role::PopupText, face),
        );
    }
    // Alike is what they ask, not where it would happen.
    if let Ask::Permission { cwd, .. } = &request.ask {
        let place = format!("in {} ", ask::folder(desk, cwd));
        runs.add(place, theme.on(Role::PopupText, face));
    }
    let age = words::age(desk.now, request.opened);
    runs.add(format!("{} {age}", request.id), theme.on(Role::Dim, face));
    Line { runs, ground: None }
}
