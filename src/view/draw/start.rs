//! An agent program before it is started: what it is told first, its name, its folder.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::{Start, StartField};
use crate::view::tiles::start_lines;

use super::ink::{self, Runs};
use super::{CursorAt, over};

/// The columns of the fields' names.
const NAMES: u16 = 12;

/// Draws the fields below each other.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    form: &Start,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let hints = [
        (Command::Submit, "starts it"),
        (Command::EntryDown, "next line"),
        (Command::Newline, "new line"),
        (Command::Cancel, "closes"),
    ];
    let hints = over::hints(desk, keys, KeyTable::Input, &hints);
    let title = format!("start {}", form.profile);
    let inner = over::frame(desk, area, &title, hints, buf);
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let mut cursor = None;
    let mut y = inner.y;
    for (at, (field, line)) in form.fields.iter().enumerate() {
        let height = start_lines(*field, line).min(inner.bottom().saturating_sub(y));
        let row = Rect { y, height, ..inner };
        let chosen = at == form.at;
        let (name, placeholder) = words(*field);
        let role = if chosen { Role::PopupKey } else { Role::Dim };
        ink::write(buf, row, &Runs::of(name, theme.on(role, face)));
        let names = NAMES.min(row.width);
        let input = Rect {
            x: row.x.saturating_add(names),
            width: row.width - names,
            ..row
        };
        if chosen {
            cursor = over::input(desk, line, placeholder, input, buf);
        } else {
            over::unfocused(desk, line, placeholder, input, buf);
        }
        y = y.saturating_add(height);
    }
    cursor
}

/// A field's name, and what stands there while it is empty.
fn words(field: StartField) -> (&'static str, &'static str) {
    match field {
        StartField::Text => ("first text", "what it should do; nothing: it waits for you"),
        StartField::Name => ("name", "what you call it; nothing: as its program"),
        StartField::Folder => ("folder", "where it works; nothing: the room's folder"),
    }
}
