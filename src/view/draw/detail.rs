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
    let rows = usize::from(area.height.saturating_sub(2));
    let sight = Sight::new(top, rows, lines.len());
    let foot = foot(desk, keys, card, sight);
    let inner = over::frame(desk, area, title, foot, buf);
    for (row, line) in inner.rows().zip(lines.iter().skip(sight.top)) {
        if let Some(ground) = line.ground {
            ink::fill(buf, row, ground);
        }
        ink::write(buf, row, &line.runs);
    }
    over::scrollbar(desk, area, lines.len(), sight.top, buf);
}

/// The keys that count now: reading on, then deciding.
fn foot(desk: &Desk, keys: &Keymap, card: &Card, sight: Sight) -> Runs {
    let closes = (Command::LeaveScroll, "closes");
    let Some(request) = open(desk, card) else {
        return over::hints(desk, keys, KeyTable::Scroll, &[closes]);
    };
    let whole = matches!(desk.read.get(card), Some(Reading::Whole(_)));
    let missing = desk.read.get(card).and_then(|read| read.missing(sight));
    let mut foot = match (desk.may_act(), whole, decide::settling(desk, card)) {
        (false, _, _) => Runs::default(),
        (true, false, _) => match missing.filter(|_| sight.top >= sight.most()) {
            Some((from, to)) => over::note(desk, &format!("lines {from} to {to} not seen yet")),
            None => over::note(desk, "read it to the end to decide"),
        },
        (true, true, Some(mark)) => over::note(desk, &format!("{mark} just came")),
        (true, true, None) => over::hints(desk, keys, KeyTable::Card, &decisions(&request.ask)),
    };
    if sight.top < sight.most() {
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

/// The keys that decide it, as many as have room beside those that scroll.
fn decisions(ask: &Ask) -> Vec<(Command, &'static str)> {
    let reject = (Command::Reject, "reject");
    let redirect = (Command::Redirect, "redirect");
    let diff = (Command::Diff, "diff");
    let yes = match ask.takes_yes() {
        true => (Command::Approve, "approve"),
        false => (Command::Reply, "answer"),
    };
    match ask {
        Ask::Gate { .. } if !ask.takes_yes() => vec![
            (Command::Reject, "send back"),
            (Command::Redirect, "move on"),
            diff,
        ],
        Ask::Gate { .. } => vec![yes, reject, redirect, diff],
        // the room's own question has no other answers than its own
        Ask::Matter { .. } => vec![yes, reject],
        Ask::Permission { .. } | Ask::Question { .. } | Ask::Dialog { .. } => {
            vec![yes, reject, redirect]
        }
    }
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
