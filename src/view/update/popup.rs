//! Keys for what stands over the room: questions of yes or no, previews, texts to read.
//! Where something is written or chosen, `write` has the keys.

use crate::config::keys::{ChordKey, KeyTable, Mods};
use crate::model::{Card, Force, Stage, Verdict, Wish};
use crate::terminal::Key;
use crate::view::command::Command;
use crate::view::desk::{Confirm, Confirmed, Form, Line, Popup, Then};
use crate::view::keymap::{Found, chord};

use super::key::follow;
use super::turn::Turn;
use super::{always, decide, queue, write as writing};

/// The lines of a page, where the page's height does not matter much.
const PAGE: isize = 20;

/// How far the keys of a pane's past go in a text, in lines.
const STEPS: [(Command, isize); 8] = [
    (Command::ScrollDown, 1),
    (Command::ScrollUp, -1),
    (Command::HalfDown, PAGE / 2),
    (Command::HalfUp, -PAGE / 2),
    (Command::PageDown, PAGE),
    (Command::PageUp, -PAGE),
    (Command::Top, isize::MIN),
    (Command::Bottom, isize::MAX),
];

/// Asks for a text.
pub(super) fn write(turn: &mut Turn, title: &str, placeholder: &str, then: Then) {
    turn.desk.popup = Some(Popup::Write(Form {
        title: title.to_owned(),
        placeholder: placeholder.to_owned(),
        line: Line::default(),
        then,
    }));
}

/// Shows all keys.
pub(super) fn help(turn: &mut Turn) {
    turn.desk.popup = Some(Popup::Help {
        top: 0,
        filter: Line::default(),
    });
}

/// Shows all commands.
pub(super) fn palette(turn: &mut Turn) {
    turn.desk.popup = Some(Popup::Palette {
        line: Line::default(),
        at: 0,
    });
}

/// A key while a popup stands.
pub(super) fn key(turn: &mut Turn, key: Key) {
    match turn.desk.popup.take() {
        Some(Popup::Confirm(confirm)) => confirmed(turn, confirm, key),
        Some(Popup::Together { cards, top }) => together(turn, cards, top, key),
        Some(Popup::Always(always)) => always::key(turn, always, key),
        Some(Popup::Read { title, text, top }) => {
            let most = text.raw().lines().count().saturating_sub(1);
            if let Some(top) = scrolled(turn, key, top, most) {
                turn.desk.popup = Some(Popup::Read { title, text, top });
            }
        }
        popup @ (Some(Popup::Help { .. } | Popup::Palette { .. } | Popup::Choose(_))
        | Some(Popup::Write(_))
        | None) => {
            turn.desk.popup = popup;
            writing::key(turn, key);
        }
    }
}

/// The character of a key pressed by itself.
fn letter(key: Key) -> Option<char> {
    let chord = chord(&key)?;
    match (chord.code, chord.mods) {
        (ChordKey::Char(one), Mods::NONE) => Some(one),
        (ChordKey::Enter, Mods::NONE) => Some('\n'),
        (ChordKey::Esc, Mods::NONE) => Some('\u{1b}'),
        (ChordKey::Char('c' | 'g'), Mods::CTRL) => Some('\u{1b}'),
        _ => None,
    }
}

/// `y` does it, `n`, `q` and escape do not; any other key asks again.
fn confirmed(turn: &mut Turn, confirm: Confirm, key: Key) {
    match letter(key) {
        Some('y' | 'Y') => yes(turn, confirm.then),
        Some('n' | 'N' | 'q' | '\u{1b}') => {}
        Some(_) | None => turn.desk.popup = Some(Popup::Confirm(confirm)),
    }
}

fn yes(turn: &mut Turn, then: Confirmed) {
    match then {
        Confirmed::Stop(agent) => turn.wish(Wish::Stop(agent), ""),
        Confirmed::Drop(brief, from) => {
            let to = crate::model::Place {
                track: from.track.clone(),
                stage: Stage::from("dropped"),
            };
            queue::relocate_to(turn, brief, from, to);
        }
        Confirmed::CloseRoom => turn.wish(Wish::CloseRoom(Force::Yes), ""),
    }
}

/// Only `a` approves all of them and only `r` rejects them: no key that closes or confirms other things
/// decides here. Else the preview scrolls or goes.
fn together(turn: &mut Turn, cards: Vec<Card>, top: usize, key: Key) {
    let verdict = match letter(key) {
        Some('a') => Some(Verdict::Approve),
        Some('r') => Some(Verdict::Reject {
            reason: String::new(),
        }),
        Some('n') => return,
        Some(_) | None => None,
    };
    let most = cards.len().saturating_mul(2);
    if let Some(verdict) = verdict {
        let settling = cards
            .iter()
            .any(|card| turn.desk.settles_at(card).is_some());
        let unseen = cards.iter().any(|card| !turn.desk.shown.contains_key(card));
        if settling || unseen {
            turn.refuse("these came only now, look at them and press again");
            turn.desk.popup = Some(Popup::Together { cards, top });
            return;
        }
        return decide::decide(turn, cards, verdict);
    }
    if let Some(top) = scrolled(turn, key, top, most) {
        turn.desk.popup = Some(Popup::Together { cards, top });
    }
}

/// Where a scroll key leads; nothing where the key closes the text.
fn scrolled(turn: &mut Turn, key: Key, top: usize, most: usize) -> Option<usize> {
    let Some(chord) = chord(&key) else {
        return Some(top);
    };
    let Found::Run(action) = follow(turn, KeyTable::Scroll, chord) else {
        return Some(top);
    };
    if action.command == Command::LeaveScroll {
        return None;
    }
    let by = STEPS
        .iter()
        .find(|(command, _)| *command == action.command)
        .map_or(0, |(_, by)| *by);
    let top = top.saturating_add_signed(by);
    Some(top.min(most))
}

/// Scrolls what stands over the room by lines.
pub(super) fn wheel(turn: &mut Turn, lines: isize) {
    let moved = |top: usize, most: usize| top.saturating_add_signed(lines).min(most);
    match &mut turn.desk.popup {
        Some(Popup::Read { text, top, .. }) => {
            *top = moved(*top, text.raw().lines().count().saturating_sub(1));
        }
        Some(Popup::Help { top, .. }) => *top = moved(*top, Command::ALL.len()),
        Some(Popup::Together { cards, top }) => *top = moved(*top, cards.len().saturating_mul(2)),
        Some(Popup::Always(_)) => always::wheel(turn.desk, lines),
        Some(Popup::Palette { .. } | Popup::Choose(_)) => {
            writing::entries(turn, lines.signum());
        }
        Some(Popup::Write(form)) if form.then == Then::Speak => writing::entries(turn, lines),
        Some(Popup::Write(_) | Popup::Confirm(_)) | None => {}
    }
}
