//! All that a card asks, as large as the screen has room, with the keys that decide it once it was read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::{Ask, Card, Request};
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::reading::{Reading, Sight};

use super::ask::{self, Line};
use super::ink::{self, Runs};
use super::{decide, over, words};

/// Draws it from line `top` on.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    (title, card): (&str, &Card),
    top: usize,
    area: Rect,
    buf: &mut Buffer,
) {
    let lines = lines(desk, card, area.width.saturating_sub(4));
    let foot = foot(
        desk,
        keys,
        card,
        lines.len() > usize::from(area.height.saturating_sub(2)),
    );
    let inner = over::frame(desk, area, title, foot, buf);
    let sight = Sight::new(top, usize::from(inner.height), lines.len());
    for (row, line) in inner.rows().zip(lines.iter().skip(sight.top)) {
        if let Some(ground) = line.ground {
            ink::fill(buf, row, ground);
        }
        ink::write(buf, row, &line.runs);
    }
    over::scrollbar(desk, area, lines.len(), sight.top, buf);
}

/// The keys that count now: reading on, then deciding.
fn foot(desk: &Desk, keys: &Keymap, card: &Card, scrolls: bool) -> Runs {
    let closes = (Command::LeaveScroll, "closes");
    let Some(request) = open(desk, card) else {
        return over::hints(desk, keys, KeyTable::Scroll, &[closes]);
    };
    let whole = matches!(desk.read.get(card), Some(Reading::Whole(_)));
    let mut foot = match (desk.may_act(), whole, decide::settling(desk, card)) {
        (false, _, _) => Runs::default(),
        (true, false, _) => over::note(desk, "read it to the end to decide"),
        (true, true, Some(mark)) => over::note(desk, &format!("{mark} just came")),
        (true, true, None) => {
            let yes = match request.ask.takes_yes() {
                true => (Command::Approve, "approve"),
                false => (Command::Reply, "answer"),
            };
            let decides = [
                yes,
                (Command::Reject, "reject"),
                (Command::Redirect, "redirect"),
            ];
            // the room's own question has no other answers than its own
            let many = match request.ask {
                Ask::Matter { .. } => 2,
                Ask::Permission { .. }
                | Ask::Question { .. }
                | Ask::Gate { .. }
                | Ask::Dialog { .. } => 3,
            };
            over::hints(desk, keys, KeyTable::Card, &decides[..many])
        }
    };
    if scrolls {
        foot.append(over::hints(
            desk,
            keys,
            KeyTable::Scroll,
            &[(Command::PageDown, "more")],
        ));
    }
    foot.append(over::hints(desk, keys, KeyTable::Scroll, &[closes]));
    foot
}

/// The request of a card, while it is the same and waits.
fn open<'d>(desk: &'d Desk, card: &Card) -> Option<&'d Request> {
    let request = desk.facts.requests.get(&card.request)?;
    (request.is_open() && request.digest == card.digest).then_some(request)
}

/// All of it: where it would happen, then what is asked.
pub fn lines(desk: &Desk, card: &Card, width: u16) -> Vec<Line> {
    let face = desk.theme.face(Role::Popup);
    let dim = desk.theme.on(Role::Dim, face);
    let said = |text: &str| -> Vec<Line> {
        let rows = ink::wrap(text, width).into_iter();
        rows.map(|row| Line {
            runs: Runs::of(row, dim),
            ground: None,
        })
        .collect()
    };
    let Some(request) = open(desk, card) else {
        return said("it does not wait any more, or asks something else by now");
    };
    let mut all = match &request.ask {
        Ask::Permission { tool, cwd, .. } => {
            let tool = ink::crop(&tool.shown(), 80);
            said(&format!("{tool} in {}", cwd.shown()))
        }
        Ask::Gate { from, to, .. } => said(&format!("{} {} → {to}", from.track, from.stage)),
        Ask::Dialog { .. } => said("as it stands on the agent's screen"),
        Ask::Question { .. } | Ask::Matter { .. } => Vec::new(),
    };
    if let Some(brief) = &request.brief {
        all.extend(said(&format!("for {}", words::brief(brief))));
    }
    if !all.is_empty() {
        all.push(Line::default());
    }
    all.extend(ask::lines(desk, request, Role::Popup, width));
    all
}
