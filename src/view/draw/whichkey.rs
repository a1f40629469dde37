//! What may follow the keys typed so far, at the lower right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::{Chord, spell};
use crate::config::theme::Role;
use crate::view::desk::Desk;
use crate::view::keymap::{Found, Keymap, Next};

use super::ink::{self, Runs};
use super::{over, status};

/// The most columns of keys, the least width of one where there are several, and what is between them.
const COLUMNS: u16 = 3;
const COLUMN: u16 = 24;
const GAP: u16 = 2;
/// The frame, with a column left free at both sides.
const EDGES: u16 = 4;

/// The keys that may follow, and where they go.
struct Laid {
    rows: Vec<(String, String)>,
    area: Rect,
    /// How many columns of keys there are, and how wide the widest key is.
    columns: u16,
    key: u16,
}

/// Where it is drawn, where it is.
pub fn area(desk: &Desk, keys: &Keymap, body: Rect) -> Option<Rect> {
    laid(desk, keys, body).map(|laid| laid.area)
}

/// Lays it into the lower right of the area between header and status line: in as few columns as hold every key.
fn laid(desk: &Desk, keys: &Keymap, body: Rect) -> Option<Laid> {
    if desk.pending.is_empty() || desk.popup.is_some() {
        return None;
    }
    let Found::Wait(next) = keys.find(status::table(desk), &desk.pending) else {
        return None;
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
    let full = key.saturating_add(widest(|row| &row.1)).saturating_add(3);
    let (columns, tall) = shape(rows.len(), body);
    let width = columns
        .saturating_mul(full.saturating_add(GAP))
        .saturating_sub(GAP)
        .saturating_add(EDGES)
        .min(body.width);
    let height = tall.saturating_add(2).min(body.height);
    let area = Rect {
        x: body.right().saturating_sub(width),
        y: body.bottom().saturating_sub(height),
        width,
        height,
    };
    Some(Laid {
        rows,
        area,
        columns,
        key,
    })
}

/// Draws it, with the number of those keys that find no room.
pub fn draw(desk: &Desk, keys: &Keymap, body: Rect, buf: &mut Buffer) {
    let Some(laid) = laid(desk, keys, body) else {
        return;
    };
    let Laid {
        rows,
        area,
        columns,
        key,
    } = laid;
    let inner = over::frame(desk, area, &spell(&desk.pending), Runs::default(), buf);
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let column = inner.width.saturating_add(GAP) / columns;
    let places = (0..columns).flat_map(|at| {
        let place = Rect {
            x: inner.x + at * column,
            width: column.saturating_sub(GAP),
            ..inner
        };
        place.rows()
    });
    let room = usize::from(columns) * usize::from(inner.height);
    let shown = match rows.len() > room {
        true => room.saturating_sub(1),
        false => rows.len(),
    };
    let mut lines: Vec<Runs> = Vec::new();
    for (chord, what) in rows.iter().take(shown) {
        let runs = Runs::of(ink::pad(chord, key), theme.on(Role::PopupKey, face))
            .with("   ", face)
            .with(what, theme.on(Role::PopupText, face));
        lines.push(runs);
    }
    if shown < rows.len() {
        let more = format!("{} {} more in the help", ink::CUT, rows.len() - shown);
        lines.push(Runs::of(more, theme.on(Role::Dim, face)));
    }
    for (place, line) in places.zip(&lines) {
        ink::write(buf, place, line);
    }
}

/// How many columns so many keys take, and how high each is.
fn shape(count: usize, body: Rect) -> (u16, u16) {
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let most = body.width.saturating_sub(EDGES).saturating_add(GAP) / (COLUMN + GAP);
    let high = body.height.saturating_sub(2).max(1);
    let columns = count.div_ceil(high).min(most).clamp(1, COLUMNS);
    (columns, count.div_ceil(columns).min(high))
}

fn row((chord, next): &(Chord, Next)) -> (String, String) {
    let what = match next {
        Next::Run(action) => action.command.help().to_owned(),
        Next::More(count) => format!("{count} more"),
    };
    (chord.to_string(), what)
}
