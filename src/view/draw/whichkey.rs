//! What may follow the keys typed so far, at the lower right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::{Chord, spell};
use crate::config::theme::Role;
use crate::view::desk::Desk;
use crate::view::keymap::{Found, Keymap, Next};

use super::ink::{self, Runs};
use super::{over, status};

/// Draws it into the lower right of the area between header and status line.
pub fn draw(desk: &Desk, keys: &Keymap, body: Rect, buf: &mut Buffer) {
    if desk.pending.is_empty() || desk.popup.is_some() {
        return;
    }
    let Found::Wait(next) = keys.find(status::table(desk), &desk.pending) else {
        return;
    };
    let mut rows: Vec<(String, String)> = next.iter().map(row).collect();
    rows.sort_by_key(|(key, _)| (key.to_lowercase(), key.chars().any(char::is_uppercase)));
    let widest = |text: fn(&(String, String)) -> &str| {
        rows.iter()
            .map(|row| ink::columns(text(row)))
            .max()
            .unwrap_or(0)
    };
    let key = widest(|row| &row.0);
    let width = key.saturating_add(widest(|row| &row.1)).saturating_add(7);
    let width = width.min(body.width);
    let height = u16::try_from(rows.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let height = height.min(body.height);
    let area = Rect {
        x: body.right().saturating_sub(width),
        y: body.bottom().saturating_sub(height),
        width,
        height,
    };
    let inner = over::frame(desk, area, &spell(&desk.pending), Runs::default(), buf);
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    for (row, (chord, what)) in inner.rows().zip(&rows) {
        let runs = Runs::of(ink::pad(chord, key), theme.on(Role::PopupKey, face))
            .with("   ", face)
            .with(what, theme.on(Role::PopupText, face));
        ink::write(buf, row, &runs);
    }
}

fn row((chord, next): &(Chord, Next)) -> (String, String) {
    let what = match next {
        Next::Run(action) => action.command.help().to_owned(),
        Next::More(count) => format!("{count} more"),
    };
    (chord.to_string(), what)
}
