//! The keys of a card: whether they count, and why not; what became of it once it is decided.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::{Ask, Card, Matter, Request, Status, Untrusted};
use crate::view::command::Command;
use crate::view::desk::{Desk, Focus, Link};
use crate::view::keymap::Keymap;
use crate::view::reading::Reading;

use super::card::{cut, flow};
use super::ink::{self, Runs};
use super::words;

/// How a card's keys stand.
enum Keys {
    /// They count; and what else there is to say.
    Count(String),
    /// They do not, and why.
    Refused(String),
    /// Nothing is left to decide.
    Over(String),
}

fn standing(desk: &Desk, keys: &Keymap, request: &Request) -> Keys {
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    if let Some(sentence) = closed(desk, request) {
        return Keys::Over(sentence);
    }
    match (desk.may_act(), &desk.link) {
        (false, _) => Keys::Refused("watching: you cannot decide".into()),
        (true, Link::Connecting | Link::Lost { .. }) => {
            Keys::Refused("no server: nothing can be decided".into())
        }
        (true, Link::Live) => match settling(desk, &card) {
            Some(mark) => Keys::Refused(format!("{mark} just came")),
            None => Keys::Count(like_this(desk, keys, request)),
        },
    }
}

/// The keys in as few lines as have room, and the note behind them or below.
fn lines(desk: &Desk, keys: &Keymap, request: &Request, width: u16) -> (Vec<Runs>, Runs) {
    let theme = &desk.theme;
    let face = theme.face(Role::Card);
    let soft = theme.on(Role::CardMeta, face);
    let (key, word, note) = match standing(desk, keys, request) {
        Keys::Over(sentence) => {
            return (
                vec![Runs::of(sentence, theme.on(Role::CardTitle, face))],
                Runs::default(),
            );
        }
        Keys::Count(note) => (Role::CardKey, face, note),
        Keys::Refused(note) => (Role::CardKeyDisabled, soft, note),
    };
    let key = theme.on(key, face);
    // evidence is shown of who has the focus: offered where that is who asks
    let asks = request.agent.is_some()
        && (request.agent == desk.focused() || desk.focus == Focus::Waiting);
    let parts = decisions(&request.ask)
        .iter()
        .filter(|(command, _)| *command != Command::Explain || asks)
        .filter(|(command, _)| counts(*command, &request.ask))
        .filter_map(|(command, name)| {
            let spelled = keys.hint(KeyTable::Card, *command)?;
            let name = match (command, request.ask.approving()) {
                (Command::Approve | Command::Reply, _) if unread(desk, request) => {
                    "read on".to_owned()
                }
                (Command::Approve, Some(option)) => takes(&option.label),
                (Command::Reply, _) if by_digit(desk, &request.ask) => "then a digit".to_owned(),
                _ => (*name).to_owned(),
            };
            Some(Runs::of(spelled, key).with(format!(" {name}"), word))
        });
    let lines = flow(parts.collect(), &Runs::of("   ", face), width);
    (lines, Runs::of(note, theme.on(Role::CardSettling, face)))
}

/// Whether it is answered by an option's digit, once its options are offered.
fn by_digit(desk: &Desk, ask: &Ask) -> bool {
    match ask {
        Ask::Question { options, .. } | Ask::Matter { options, .. } => {
            !options.is_empty() && desk.focus != Focus::Waiting
        }
        Ask::Permission { .. } | Ask::Gate { .. } | Ask::Dialog { .. } => false,
    }
}

/// Whether part of it was not on the screen yet: then it is read first.
fn unread(desk: &Desk, request: &Request) -> bool {
    let card = Card {
        request: request.id,
        digest: request.digest.clone(),
    };
    matches!(desk.read.get(&card), Some(Reading::UpTo { .. }))
}

/// How many rows the keys need.
pub fn rows(desk: &Desk, keys: &Keymap, request: &Request, width: u16) -> u16 {
    let (lines, note) = lines(desk, keys, request, width);
    let last = lines.last().map_or(0, Runs::columns);
    let apart = !note.is_empty() && last.saturating_add(note.columns()).saturating_add(2) > width;
    u16::try_from(lines.len() + usize::from(apart)).unwrap_or(1)
}

/// How many rows the default keys take.
pub fn rows_about(width: u16) -> usize {
    match width {
        0..20 => 6,
        20..35 => 3,
        35..69 => 2,
        _ => 1,
    }
}

/// Draws them.
pub fn draw(desk: &Desk, keys: &Keymap, request: &Request, area: Rect, buf: &mut Buffer) {
    let (lines, note) = lines(desk, keys, request, area.width);
    let mut last = 0;
    for (row, line) in area.rows().zip(&lines) {
        last = ink::write(buf, row, line);
    }
    let (_, row) = cut(area, 1);
    let alone = usize::from(area.height) > lines.len();
    if alone || last.saturating_add(note.columns()).saturating_add(2) <= area.width {
        ink::write_right(buf, row, &note);
    }
}

/// What approving takes in a dialog, in that dialog's words.
fn takes(label: &Untrusted) -> String {
    format!("takes “{}”", ink::crop(&label.shown(), 20))
}

/// A dialog in which nothing plainly says yes is answered by its
/// options; one of which none is known, in its pane.
fn counts(command: Command, ask: &Ask) -> bool {
    let options = match ask {
        Ask::Permission { .. } | Ask::Question { .. } | Ask::Gate { .. } | Ask::Matter { .. } => {
            return true;
        }
        Ask::Dialog { options, .. } => options,
    };
    let answers = [Command::Reject, Command::Reply, Command::Redirect].contains(&command);
    let approves = command == Command::Approve;
    (!approves || ask.approving().is_some()) && (!answers || !options.is_empty())
}

/// The keys that decide, first what is wanted most.
fn decisions(ask: &Ask) -> &'static [(Command, &'static str)] {
    match ask {
        Ask::Permission { .. } => &[
            (Command::Approve, "approve"),
            (Command::Reject, "reject"),
            (Command::Redirect, "redirect"),
            (Command::Always, "always"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Gate { .. } if !ask.takes_yes() => &[
            (Command::Reject, "send back"),
            (Command::Redirect, "move on"),
            (Command::Diff, "diff"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Gate { .. } => &[
            (Command::Approve, "approve"),
            (Command::Reject, "reject"),
            (Command::Redirect, "redirect"),
            (Command::Diff, "diff"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Dialog { .. } => &[
            (Command::Approve, "approve"),
            (Command::Reject, "reject"),
            (Command::Reply, "options"),
            (Command::Redirect, "redirect"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Matter {
            about: Matter::Budget(_),
            ..
        } => &[
            (Command::Approve, "approve"),
            (Command::Reject, "reject"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Matter {
            about: Matter::Start(_),
            ..
        } => &[
            (Command::Approve, "start"),
            (Command::Reject, "keep back"),
            (Command::Redirect, "redirect"),
            (Command::Detail, "in full"),
        ],
        Ask::Matter {
            about: Matter::Landing { .. },
            ..
        } => &[
            (Command::Reply, "answer"),
            (Command::Reject, "back to its stage"),
            (Command::Detail, "in full"),
        ],
        // the room's own question has no other answers than its own
        Ask::Matter {
            about: Matter::Rules(_) | Matter::Runs(_) | Matter::Left(_) | Matter::CutOff(_),
            ..
        } => &[
            (Command::Reply, "answer"),
            (Command::Reject, "reject"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
        Ask::Question { .. } => &[
            (Command::Reply, "answer"),
            (Command::Reject, "reject"),
            (Command::Redirect, "redirect"),
            (Command::Explain, "evidence"),
            (Command::Detail, "in full"),
        ],
    }
}

/// A mark for how far a card has settled; none once it did.
pub fn settling(desk: &Desk, card: &Card) -> Option<&'static str> {
    const MARKS: [&str; 4] = ["○", "◔", "◑", "◕"];
    let Some(since) = desk.seen_since(card) else {
        return Some(MARKS[0]);
    };
    desk.settles_at(card)?;
    let whole = desk.facts.settings.limits.settle_ms.max(1);
    let quarter = desk.now.since(since).saturating_mul(4) / whole;
    let at = usize::try_from(quarter).unwrap_or(3).min(3);
    Some(MARKS[at])
}

/// Others that ask for the very same.
fn like_this(desk: &Desk, keys: &Keymap, request: &Request) -> String {
    let same = desk
        .facts
        .waiting()
        .filter(|one| one.digest == request.digest)
        .count();
    let key = keys.hint(KeyTable::Card, Command::ApproveIdentical);
    match (same, key) {
        (0 | 1, _) | (_, None) => String::new(),
        (same, Some(key)) => format!("{same} ask the same: {key} decides together"),
    }
}

/// What became of a request that no longer waits.
fn closed(desk: &Desk, request: &Request) -> Option<String> {
    match &request.status {
        Status::Open | Status::Unsure(_) => None,
        Status::Answering(decision) => Some(format!(
            "{} by {}: being pressed on its screen",
            words::verdict(&decision.verdict),
            decision.by.named()
        )),
        Status::Decided(decision) => Some(format!(
            "{} by {}, {}",
            words::verdict(&decision.verdict),
            decision.who(),
            words::ago(desk.now, decision.at)
        )),
        Status::Withdrawn { at, why } => {
            Some(format!("withdrawn {}: {why}", words::ago(desk.now, *at)))
        }
    }
}
