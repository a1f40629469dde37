//! Keys for what stands over the room: questions of yes or no, previews, texts to read.
//! Where something is written or chosen, `write` has the keys.

use crate::config::keys::{ChordKey, KeyTable, Mods};
use crate::model::{Ask, Card, Force, Stage, Verdict, Wish};
use crate::terminal::Key;
use crate::view::command::Command;
use crate::view::desk::{Confirm, Confirmed, Form, Line, Popup, Then};
use crate::view::draw::popup_sight;
use crate::view::keymap::{Found, chord};
use crate::view::reading::Sight;

use super::key::follow;
use super::run::run;
use super::turn::Turn;
use super::{always, decide, queue, review, write as writing};

/// How many lines a key goes in a text of which so many are in sight.
type Far = fn(isize) -> isize;

/// How far the keys of a pane's past go.
const STEPS: [(Command, Far); 8] = [
    (Command::ScrollDown, |_| 1),
    (Command::ScrollUp, |_| -1),
    (Command::HalfDown, |page| (page / 2).max(1)),
    (Command::HalfUp, |page| -(page / 2).max(1)),
    (Command::PageDown, |page| page),
    (Command::PageUp, |page| -page),
    (Command::Top, |_| isize::MIN),
    (Command::Bottom, |_| isize::MAX),
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
    let sight = sight(turn);
    match turn.desk.popup.take() {
        Some(Popup::Confirm(confirm)) => confirmed(turn, confirm, key),
        Some(Popup::Together { cards, top }) => together(turn, cards, (top, sight), key),
        Some(Popup::Always(always)) => always::key(turn, always, key),
        Some(Popup::Read {
            title,
            text,
            heads,
            top,
        }) => {
            if let Some(top) = scrolled(turn, key, top, sight) {
                turn.desk.popup = Some(Popup::Read {
                    title,
                    text,
                    heads,
                    top,
                });
            }
        }
        Some(Popup::Detail { title, card, top }) => detail(turn, (title, card), (top, sight), key),
        popup @ (Some(Popup::Help { .. } | Popup::Palette { .. } | Popup::Choose(_))
        | Some(Popup::Write(_) | Popup::Start(_))
        | None) => {
            turn.desk.popup = popup;
            writing::key(turn, key);
        }
    }
}

/// Which lines of the popup's text are in sight; none of one without a text.
fn sight(turn: &Turn) -> Sight {
    let top = match &turn.desk.popup {
        Some(Popup::Together { top, .. } | Popup::Detail { top, .. } | Popup::Read { top, .. }) => {
            *top
        }
        Some(
            Popup::Help { .. }
            | Popup::Palette { .. }
            | Popup::Choose(_)
            | Popup::Write(_)
            | Popup::Start(_)
            | Popup::Confirm(_)
            | Popup::Always(_),
        )
        | None => return Sight::new(0, 0, 0),
    };
    match (&turn.desk.popup, turn.plan().popup) {
        (Some(popup), Some(area)) => popup_sight(turn.desk, popup, top, area),
        (_, None) | (None, _) => Sight::new(0, 0, 0),
    }
}

/// The keys of a card decide here too; else the text scrolls or goes.
fn detail(turn: &mut Turn, (title, card): (String, Card), (top, sight): (usize, Sight), key: Key) {
    let decides = chord(&key)
        .filter(|_| turn.desk.pending.is_empty())
        .and_then(|chord| match turn.keymap.find(KeyTable::Card, &[chord]) {
            Found::Run(action) => Some(action),
            Found::Wait(_) | Found::Pass => None,
        })
        .filter(|action| DECIDES.contains(&action.command))
        .filter(|action| action.command != Command::Diff || is_gate(turn, &card));
    let ours = turn.desk.card().map(decide::card_of).as_ref() == Some(&card);
    match decides {
        Some(action) if action.command == Command::Diff => {
            let gate = turn.desk.facts.requests.get(&card.request);
            match gate.and_then(|gate| gate.brief.clone()) {
                Some(brief) => review::open_of(turn, brief),
                None => turn.refuse("no brief belongs to it"),
            }
        }
        Some(action) if ours && (LIGHT.contains(&action.command) || decide::whole(turn, &card)) => {
            // what follows may open a popup of its own; a refusal leaves this one
            run(turn, action);
            let done = turn.desk.popup.is_some() || decide::is_sent(turn, &card);
            if !done {
                turn.desk.popup = Some(Popup::Detail { title, card, top });
            }
        }
        Some(_) if ours => {
            let missing = turn.desk.read.get(&card).and_then(|it| it.missing(sight));
            turn.refuse(missing.map_or(decide::UNREAD.to_owned(), |(from, to)| {
                format!("lines {from} to {to} were not on the screen yet; read them, then decide")
            }));
            turn.desk.popup = Some(Popup::Detail { title, card, top });
        }
        Some(_) => turn.refuse("the request changed or closed meanwhile, nothing was sent"),
        None => {
            if let Some(top) = scrolled(turn, key, top, sight) {
                turn.desk.popup = Some(Popup::Detail { title, card, top });
            }
        }
    }
}

/// The commands of a card that count while it is read in full.
const DECIDES: [Command; 7] = [
    Command::Approve,
    Command::ApproveIdentical,
    Command::Always,
    Command::Reply,
    Command::Reject,
    Command::Redirect,
    Command::Diff,
];

fn is_gate(turn: &Turn, card: &Card) -> bool {
    let request = turn.desk.facts.requests.get(&card.request);
    request.is_some_and(|request| matches!(request.ask, Ask::Gate { .. }))
}

/// Those that grant nothing: they do not wait until all was read. The preview of many is read by itself.
const LIGHT: [Command; 3] = [
    Command::Reject,
    Command::Redirect,
    Command::ApproveIdentical,
];

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
        Confirmed::Move(brief, from, to) => queue::relocate_to(turn, brief, from, to),
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
fn together(turn: &mut Turn, cards: Vec<Card>, (top, sight): (usize, Sight), key: Key) {
    enum Choice {
        Approve,
        Reject,
    }
    let choice = match letter(key) {
        Some('a') => Some(Choice::Approve),
        Some('r') => Some(Choice::Reject),
        Some('n') => return,
        Some(_) | None => None,
    };
    if let Some(choice) = choice {
        let settling = cards
            .iter()
            .any(|card| turn.desk.settles_at(card).is_some());
        let unseen = cards.iter().any(|card| !turn.desk.shown.contains_key(card));
        if settling || unseen {
            turn.refuse("these came only now, look at them and press again");
            turn.desk.popup = Some(Popup::Together { cards, top });
            return;
        }
        let unread = cards.iter().any(|card| !decide::whole(turn, card));
        return match choice {
            Choice::Approve if unread => {
                turn.refuse(decide::UNREAD);
                turn.desk.popup = Some(Popup::Together { cards, top });
            }
            Choice::Approve => decide::decide(turn, cards, Verdict::Approve),
            Choice::Reject => {
                let title = format!("reject {} requests", cards.len());
                let placeholder = "why, in your words; enter without a word is fine";
                write(turn, &title, placeholder, Then::Reject(cards));
            }
        };
    }
    if is_of_no_use(turn, &key) {
        turn.refuse("a approves all of them, r rejects them, esc decides nothing");
        turn.desk.popup = Some(Popup::Together { cards, top });
        return;
    }
    if let Some(top) = scrolled(turn, key, top, sight) {
        turn.desk.popup = Some(Popup::Together { cards, top });
    }
}

/// Whether a key neither scrolls a text nor closes it, nor begins something that does.
fn is_of_no_use(turn: &Turn, key: &Key) -> bool {
    let Some(chord) = chord(key).filter(|_| turn.desk.pending.is_empty()) else {
        return false;
    };
    match turn.keymap.find(KeyTable::Scroll, &[chord]) {
        Found::Run(action) => {
            let scrolls = STEPS.iter().any(|(command, _)| *command == action.command);
            action.command != Command::LeaveScroll && !scrolls
        }
        Found::Wait(_) => false,
        Found::Pass => true,
    }
}

/// Where a scroll key leads; nothing where the key closes the text.
fn scrolled(turn: &mut Turn, key: Key, top: usize, sight: Sight) -> Option<usize> {
    let Some(chord) = chord(&key) else {
        return Some(top);
    };
    let Found::Run(action) = follow(turn, KeyTable::Scroll, chord) else {
        return Some(top);
    };
    if action.command == Command::LeaveScroll {
        return None;
    }
    let page = isize::try_from(sight.rows.max(1)).unwrap_or(1);
    let step = STEPS.iter().find(|(command, _)| *command == action.command);
    let by = step.map_or(0, |(_, by)| by(page));
    Some(
        top.min(sight.most())
            .saturating_add_signed(by)
            .min(sight.most()),
    )
}

/// Scrolls what stands over the room by lines.
pub(super) fn wheel(turn: &mut Turn, lines: isize) {
    let sight = sight(turn);
    let moved = |top: usize, most: usize| top.min(most).saturating_add_signed(lines).min(most);
    match &mut turn.desk.popup {
        Some(Popup::Read { top, .. } | Popup::Together { top, .. } | Popup::Detail { top, .. }) => {
            *top = moved(*top, sight.most());
        }
        Some(Popup::Help { top, .. }) => *top = moved(*top, Command::ALL.len()),
        Some(Popup::Always(_)) => always::wheel(turn.desk, lines),
        Some(Popup::Palette { .. } | Popup::Choose(_)) => {
            writing::entries(turn, lines.signum());
        }
        Some(Popup::Write(form)) if form.then == Then::Speak => writing::entries(turn, lines),
        Some(Popup::Write(_) | Popup::Start(_) | Popup::Confirm(_)) | None => {}
    }
}
