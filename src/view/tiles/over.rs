//! Where what stands over the room is, and how large.

use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::Plan;
use crate::view::desk::{Chooser, Desk, Entry, Line, Popup, Start, StartField, Then};
use crate::view::draw::{ink, popup_lines_at};

/// Above the card where there is room for it, else over everything.
pub(super) fn rect(desk: &Desk, popup: &Popup, plan: &Plan, body: Rect) -> Rect {
    let (wide, high) = wanted(desk, popup, plan.screen.width);
    let free = match plan.card {
        Some(card) if card.y > body.y => Rect {
            height: card.y - body.y,
            ..body
        },
        Some(_) | None => body,
    };
    let enough = match popup {
        // to be read as a whole; nobody decides meanwhile
        Popup::Help { .. } | Popup::Read { .. } | Popup::Detail { .. } => high,
        Popup::Palette { .. }
        | Popup::Choose(_)
        | Popup::Write(_)
        | Popup::Start(_)
        | Popup::Confirm(_)
        | Popup::Always(_)
        | Popup::Together { .. } => high.min(8),
    };
    let host = if free.height >= enough && free.width >= 20 {
        free
    } else if body.height >= high.min(20) {
        body
    } else {
        plan.screen
    };
    let width = wide.min(host.width);
    let height = high.min(host.height);
    Rect {
        x: host.x + (host.width - width) / 2,
        y: host.y + (host.height - height) / 3,
        width,
        height,
    }
}

/// How large a popup would be where there is room: columns and rows, with its frame.
fn wanted(desk: &Desk, popup: &Popup, screen: u16) -> (u16, u16) {
    let rows = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4);
    match popup {
        Popup::Help { .. } if screen >= 150 => (screen.min(180), 44),
        Popup::Help { .. } => (screen, 60),
        Popup::Palette { .. } => (84, 18),
        Popup::Choose(chooser) => {
            let most = if let Then::GoHit(_) = chooser.then {
                36
            } else {
                20
            };
            let high = rows(chooser.entries.len()).clamp(6, most);
            (chooser_columns(chooser), high)
        }
        Popup::Write(form) if form.then == Then::Speak => (96, 24),
        Popup::Write(form) => (76, rows(form.line.text.lines().count()).clamp(6, 16)),
        Popup::Start(form) => (76, start_rows(form)),
        Popup::Confirm(_) => (64, 7),
        Popup::Together { .. } | Popup::Detail { .. } => {
            let wide = 100.min(screen);
            (wide, rows(popup_lines_at(desk, popup, wide)).clamp(8, 60))
        }
        Popup::Always(_) => (96, 24),
        Popup::Read { text, .. } => as_written(text.raw()),
    }
}

/// The columns in which every entry can be read, with frame, blanks and title.
fn chooser_columns(chooser: &Chooser) -> u16 {
    let widest = |text: fn(&Entry) -> &String| {
        let texts = chooser.entries.iter().map(text);
        texts.map(|text| ink::columns(text)).max().unwrap_or(0)
    };
    let remark = match widest(|entry| &entry.remark) {
        0 => 0,
        remark => remark.saturating_add(2),
    };
    let entries = widest(|entry| &entry.label).saturating_add(remark);
    let title = ink::columns(&chooser.title);
    entries.max(title).saturating_add(6).max(64)
}

/// The rows of the form before a start: a text has room to grow.
fn start_rows(form: &Start) -> u16 {
    let lines = form
        .fields
        .iter()
        .map(|(field, line)| start_lines(*field, line));
    lines.sum::<u16>().saturating_add(2)
}

/// The rows of one field of that form.
pub fn start_lines(field: StartField, line: &Line) -> u16 {
    match field {
        StartField::Text => {
            let lines = line.text.split('\n').map(|it| it.chars().count() / 58 + 1);
            u16::try_from(lines.sum::<usize>())
                .unwrap_or(u16::MAX)
                .clamp(3, 10)
        }
        StartField::Name | StartField::Folder => 1,
    }
}

/// As large as a text, its long lines broken: from 52x8 to 100x60.
fn as_written(text: &str) -> (u16, u16) {
    let widths = || text.lines().map(|line| line.width().saturating_add(4));
    let wide = widths().max().unwrap_or(0).clamp(52, 100);
    let high = widths()
        .map(|line| line.div_ceil(wide - 4).max(1))
        .sum::<usize>()
        + 2;
    let (wide, high) = (u16::try_from(wide), u16::try_from(high.clamp(8, 60)));
    (wide.unwrap_or(100), high.unwrap_or(60))
}
