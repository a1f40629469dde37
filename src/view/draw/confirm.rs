//! A question before something is lost.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::view::desk::Desk;
use crate::view::popup::{Confirm, Confirmed};

use super::ink::{self, Runs};
use super::over;

/// Draws the question and its two answers.
pub fn draw(desk: &Desk, confirm: &Confirm, area: Rect, buf: &mut Buffer) {
    let (title, yes) = match confirm.then {
        Confirmed::Stop(_) => ("stop the agent?", "stop it"),
        Confirmed::Move(..) => ("move the brief?", "move it"),
        Confirmed::Drop(..) => ("drop the brief?", "drop it"),
        Confirmed::CloseRoom => ("close the room?", "close it"),
    };
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let foot = over::answers(desk, &[("y", yes), ("n", "leave it")]);
    let inner = over::frame(desk, area, title, foot, buf);
    let lines = ink::wrap(&confirm.sentence, inner.width);
    let room = usize::from(inner.height).saturating_sub(lines.len());
    for (row, line) in inner.rows().skip(room.min(1)).zip(lines) {
        ink::write(buf, row, &Runs::of(line, theme.on(Role::PopupText, face)));
    }
}
