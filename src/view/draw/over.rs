//! What all popups share: the frame, lines to type in, lists with a cursor, scroll bars.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::{Face, Role};
use crate::terminal::CursorShape;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Line;

use super::CursorAt;
use super::frame;
use super::ink::{self, Runs};

/// Draws an empty popup and gives the area inside its frame, with a column left free at both sides.
pub fn frame(desk: &Desk, area: Rect, title: &str, foot: Runs, buf: &mut Buffer) -> Rect {
    frame::popup(&desk.theme, area, title, foot, buf);
    frame::within(area)
}

/// Keys that do something in a popup, for its lower edge.
pub fn hints(desk: &Desk, keys: &Keymap, table: KeyTable, hints: &[(Command, &str)]) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let dim = theme.on(Role::Dim, face);
    let mut runs = Runs::default();
    for (command, word) in hints {
        if let Some(key) = keys.hint(table, *command) {
            runs.add(" ", face);
            runs.add(key, theme.on(Role::PopupKey, face));
            runs.add(format!(" {word} "), dim);
        }
    }
    runs
}

/// Letters that answer a popup's question; they are no commands and have always this meaning.
pub fn answers(desk: &Desk, answers: &[(&str, &str)]) -> Runs {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let mut runs = Runs::default();
    for (key, word) in answers {
        runs.add(format!(" {key}"), theme.on(Role::PopupKey, face));
        runs.add(format!(" {word} "), theme.on(Role::PopupText, face));
    }
    runs
}

/// A remark in a popup's lower edge.
pub fn note(desk: &Desk, text: &str) -> Runs {
    let theme = &desk.theme;
    Runs::of(
        format!(" {text} "),
        theme.on(Role::Dim, theme.face(Role::Popup)),
    )
}

/// A bar on the right side of a frame: which part of so many lines is in sight.
pub fn scrollbar(desk: &Desk, area: Rect, lines: usize, top: usize, buf: &mut Buffer) {
    let track = frame::inside(area);
    let height = usize::from(track.height);
    if lines <= height || height == 0 {
        return;
    }
    let theme = &desk.theme;
    let face = theme.on(Role::ScrollbarThumb, theme.face(Role::Popup));
    let size = (height * height / lines).max(1);
    let most = lines - height;
    let start = top.min(most) * (height - size) / most;
    let x = area.right().saturating_sub(1);
    for row in start..start + size {
        let y = track
            .y
            .saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
        let place = Rect {
            x,
            y,
            width: 1,
            height: 1,
        };
        ink::write(buf, place, &Runs::of("┃", face));
    }
}

/// Draws a line to type in, as many rows as the area has, and says where the cursor is.
pub fn input(
    desk: &Desk,
    line: &Line,
    placeholder: &str,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let theme = &desk.theme;
    let face = theme.face(Role::Input);
    ink::fill(buf, area, face);
    if area.is_empty() {
        return None;
    }
    let rows = rows_of(&line.text, area.width.saturating_sub(1));
    let cursor = line.cursor.min(line.text.len());
    let at = rows
        .iter()
        .rposition(|row| row.start <= cursor)
        .unwrap_or(0);
    let top = (at + 1).saturating_sub(usize::from(area.height));
    for (row, range) in area.rows().zip(rows.iter().skip(top)) {
        ink::write(buf, row, &Runs::of(&line.text[range.clone()], face));
    }
    if line.text.is_empty() {
        ink::write(
            buf,
            area,
            &Runs::of(placeholder, theme.on(Role::InputPlaceholder, face)),
        );
    }
    let before = line.text.get(rows[at].start..cursor).unwrap_or_default();
    let x = area
        .x
        .saturating_add(ink::columns(before))
        .min(area.right() - 1);
    let y = area.y.saturating_add(u16::try_from(at - top).unwrap_or(0));
    let block = Rect {
        x,
        y,
        width: 1,
        height: 1,
    };
    ink::restyle(buf, block, theme.on(Role::InputCursor, face));
    Some(CursorAt {
        x,
        y,
        shape: CursorShape::Bar,
    })
}

/// Draws a line that is not typed in now.
pub fn unfocused(desk: &Desk, line: &Line, placeholder: &str, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    if line.text.is_empty() {
        let dim = theme.on(Role::InputPlaceholder, face);
        ink::write(buf, area, &Runs::of(placeholder, dim));
        return;
    }
    let rows = rows_of(&line.text, area.width.saturating_sub(1));
    for (row, range) in area.rows().zip(rows) {
        ink::write(buf, row, &Runs::of(&line.text[range], face));
    }
}

/// The rows of a text: a row ends at a new line, or where the next word has no room.
pub fn rows_of(text: &str, width: u16) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        rows.extend(
            ink::breaks(line, width)
                .into_iter()
                .map(|row| start + row.start..start + row.end),
        );
        start += line.len() + 1;
    }
    rows
}

/// A text with some of its letters marked.
pub fn marked(text: &str, positions: &[usize], face: Face, mark: Face) -> Runs {
    let mut runs = Runs::default();
    let mut plain = 0;
    for (at, c) in text.char_indices().filter(|(at, _)| positions.contains(at)) {
        if at > plain {
            runs.add(&text[plain..at], face);
        }
        plain = at + c.len_utf8();
        runs.add(&text[at..plain], mark);
    }
    runs.add(&text[plain..], face);
    runs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::view::draw::sample;

    #[test]
    fn the_cursor_stands_where_the_next_letter_goes() {
        let desk = sample::empty(40, 10);
        let at = |text: &str, cursor: usize| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 8, 3));
            let line = Line {
                text: text.into(),
                cursor,
            };
            let area = buf.area;
            let at = input(&desk, &line, "", area, &mut buf).unwrap();
            (at.x, at.y)
        };
        assert_eq!(at("", 0), (0, 0));
        assert_eq!(at("ab", 2), (2, 0));
        assert_eq!(at("a\nbc", 3), (1, 1));
        assert_eq!(at("宽字", 3), (2, 0));
        assert_eq!(at("one two three", 13), (5, 1));
        assert_eq!(at("1\n2\n3\n4\n5", 9), (1, 2));
    }

    #[test]
    fn marked_letters_leave_the_text_whole() {
        let face = Face::default();
        let runs = marked("zoom", &[0, 3], face, face);
        assert_eq!(runs.columns(), 4);
    }
}
