//! A list in a popup: labels, dimmer remarks, a cursor, the letters that matched.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::view::desk::Desk;
use crate::view::tiles::list_top;

use super::ink::{self, Runs};
use super::over;

/// The most columns that labels take.
const LABEL: u16 = 28;

/// One line of a list.
pub struct Item {
    /// Its name.
    pub label: String,
    /// A dimmer remark.
    pub remark: String,
    /// At the right end: a key.
    pub end: String,
}

/// The line to type in, above a list.
pub fn head(inner: Rect) -> Rect {
    Rect {
        height: inner.height.min(1),
        ..inner
    }
}

/// The list, below the line to type in.
pub fn body(inner: Rect) -> Rect {
    Rect {
        y: inner.y.saturating_add(1).min(inner.bottom()),
        height: inner.height.saturating_sub(1),
        ..inner
    }
}

/// Draws the items in sight; `typed` is what they were filtered by.
pub fn draw(
    desk: &Desk,
    items: &[Item],
    typed: &str,
    at: usize,
    (frame, area): (Rect, Rect),
    buf: &mut Buffer,
) {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    if items.is_empty() {
        ink::write(
            buf,
            area,
            &Runs::of("nothing of that name", theme.on(Role::Dim, face)),
        );
        return;
    }
    let top = list_top(at, items.len(), area.height);
    let label = items
        .iter()
        .map(|item| ink::columns(&item.label))
        .max()
        .unwrap_or(0);
    let remarks = items.iter().any(|item| !item.remark.is_empty());
    let label = if remarks { label.min(LABEL) } else { label };
    for (row, (index, item)) in area.rows().zip(items.iter().enumerate().skip(top)) {
        let chosen = theme.on(Role::PopupSelected, face);
        let under = if index == at { chosen } else { face };
        ink::fill(buf, row, under);
        draw_item(desk, item, typed, (under, label), row, buf);
    }
    over::scrollbar(desk, frame, items.len().saturating_add(1), top, buf);
}

fn draw_item(
    desk: &Desk,
    item: &Item,
    typed: &str,
    (under, label): (Face, u16),
    row: Rect,
    buf: &mut Buffer,
) {
    let theme = &desk.theme;
    let part = |role: Role| ink::part(theme, role, under);
    let matched = part(Role::PopupMatch);
    let text = ink::pad(&item.label, label);
    let mut runs = Runs::of(" ", under);
    runs.append(over::marked(
        &text,
        &positions(typed, &text),
        under,
        matched,
    ));
    runs.add("  ", under);
    runs.add(&item.remark, part(Role::Dim));
    let end = Runs::of(format!(" {} ", item.end), part(Role::PopupKey));
    let left = Rect {
        width: row.width.saturating_sub(end.columns()),
        ..row
    };
    ink::write(buf, left, &runs);
    if !item.end.is_empty() {
        ink::write_right(buf, row, &end);
    }
}

/// Where the typed letters are in a text, in this order: next to the last one, at the start of a
/// word, or anywhere behind. None where one is missing.
fn positions(typed: &str, text: &str) -> Vec<usize> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let same = |at: usize, wanted: char| {
        letters
            .get(at)
            .is_some_and(|(_, c)| c.to_lowercase().eq(wanted.to_lowercase()))
    };
    let starts = |at: usize| at == 0 || !letters[at - 1].1.is_alphanumeric();
    let mut found = Vec::new();
    let mut from = 0;
    for wanted in typed.chars().filter(|c| *c != ' ') {
        let mut later = (from..letters.len()).filter(|at| same(*at, wanted));
        let near = (from > 0 && same(from, wanted)).then_some(from);
        let word = || later.clone().find(|at| starts(*at));
        let Some(at) = near.or_else(word).or_else(|| later.next()) else {
            return Vec::new();
        };
        found.push(letters[at].0);
        from = at + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::positions;

    #[test]
    fn the_letters_that_matched_are_marked() {
        assert_eq!(positions("zm", "zoom"), [0, 3]);
        assert_eq!(positions("nb", "new-brief"), [0, 4]);
        assert!(positions("xq", "zoom").is_empty());
        assert!(positions("", "zoom").is_empty());
    }
}
