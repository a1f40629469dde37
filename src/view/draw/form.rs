//! A text being written: a reason, a direction, an answer, a message, a search.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Form;

use super::{CursorAt, over};

/// Draws the form.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    form: &Form,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let hints = [
        (Command::Submit, "sends"),
        (Command::Newline, "new line"),
        (Command::Cancel, "closes"),
    ];
    let inner = over::frame(
        desk,
        area,
        &form.title,
        over::hints(desk, keys, KeyTable::Input, &hints),
        buf,
    );
    over::input(desk, &form.line, &form.placeholder, inner, buf)
}
