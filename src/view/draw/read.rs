//! A text to read: a brief, the evidence of a state, the notices of late.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::model::Untrusted;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Heads;
use crate::view::reading::Sight;

use super::ink::{self, Runs};
use super::{over, words};

/// Draws the text from line `top` on, with headings and front matter told apart.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    (title, text, heads): (&str, &Untrusted, &Heads),
    top: usize,
    area: Rect,
    buf: &mut Buffer,
) {
    let lines = lines(desk, (text, heads), area.width.saturating_sub(4));
    let sight = Sight::new(top, usize::from(area.height.saturating_sub(2)), lines.len());
    let hints: &[_] = match sight.top < sight.most() {
        true => &[
            (Command::PageDown, "more"),
            (Command::LeaveScroll, "closes"),
        ],
        false => &[(Command::LeaveScroll, "closes")],
    };
    let hints = over::hints(desk, keys, KeyTable::Scroll, hints);
    let inner = over::frame(desk, area, title, hints, buf);
    for (row, line) in inner.rows().zip(lines.iter().skip(sight.top)) {
        ink::write(buf, row, line);
    }
    over::scrollbar(desk, area, lines.len(), sight.top, buf);
}

/// Its lines, broken at this width.
pub fn lines(desk: &Desk, (text, heads): (&Untrusted, &Heads), width: u16) -> Vec<Runs> {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let plain = theme.on(Role::PopupText, face);
    let mut front = false;
    let mut all = Vec::new();
    for (at, line) in words::lines(text).into_iter().enumerate() {
        let (edge, head) = match heads {
            Heads::Written => (line.trim() == "+++", line.starts_with('#')),
            Heads::Lines(heads) => (false, heads.binary_search(&at).is_ok()),
        };
        let face = match (edge || front, head) {
            (true, _) => theme.on(Role::Dim, face),
            (false, true) => theme.on(Role::PopupTitle, face),
            (false, false) => plain,
        };
        front ^= edge;
        all.extend(
            ink::wrap(&line, width)
                .into_iter()
                .map(|row| Runs::of(row, face)),
        );
    }
    all
}
