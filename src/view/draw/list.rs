//! A list in a popup: labels, dimmer remarks, a cursor, the letters that matched.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role};
use crate::view::desk::Desk;
use crate::view::tiles::list_top;

use super::ink::{self, Runs};
use super::over;

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
    let label = label_columns(items, area.width);
    for (row, (index, item)) in area.rows().zip(items.iter().enumerate().skip(top)) {
        let chosen = theme.on(Role::PopupSelected, face);
        let under = if index == at { chosen } else { face };
        ink::fill(buf, row, under);
        draw_item(desk, item, typed, (under, label), row, buf);
    }
    over::scrollbar(desk, frame, items.len().saturating_add(1), top, buf);
}

/// What the widest of some texts takes.
fn widest<'t>(texts: impl Iterator<Item = &'t String>) -> u16 {
    texts.map(|text| ink::columns(text)).max().unwrap_or(0)
}

/// The columns of the labels: as many as they need and the remarks leave, at least the half.
fn label_columns(items: &[Item], width: u16) -> u16 {
    let end = widest(items.iter().map(|item| &item.end));
    let room = width.saturating_sub(1 + if end > 0 { end + 2 } else { 0 });
    let label = widest(items.iter().map(|item| &item.label));
    match widest(items.iter().map(|item| &item.remark)) {
        0 => label.min(room),
        remark => label.min(room.saturating_sub(remark + 2).max(room / 2)),
    }
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
    let text = ink::pad(&ink::crop_name(&item.label, label), label);
    let mut runs = Runs::of(" ", under);
    runs.append(over::marked(
        &text,
        &positions(typed, &text),
        under,
        matched,
    ));
    runs.add("  ", under);
    let end = match item.end.is_empty() {
        true => Runs::default(),
        false => Runs::of(format!(" {} ", item.end), part(Role::PopupKey)),
    };
    let left = Rect {
        width: row.width.saturating_sub(end.columns()),
        ..row
    };
    let room = left.width.saturating_sub(runs.columns());
    runs.add(ink::crop_name(&item.remark, room), part(Role::Dim));
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
    use super::{Item, label_columns, positions};

    #[test]
    fn a_label_has_what_the_remarks_leave_and_at_least_the_half() {
        let items = |label: usize, remark: usize| {
            [Item {
                label: "x".repeat(label),
                remark: "y".repeat(remark),
                end: String::new(),
            }]
        };
        assert_eq!(label_columns(&items(40, 10), 61), 40);
        assert_eq!(label_columns(&items(58, 10), 61), 48);
        assert_eq!(label_columns(&items(58, 90), 61), 30);
        assert_eq!(label_columns(&items(90, 0), 61), 60);
    }

    #[test]
    fn the_letters_that_matched_are_marked() {
        assert_eq!(positions("zm", "zoom"), [0, 3]);
        assert_eq!(positions("nb", "new-brief"), [0, 4]);
        assert!(positions("xq", "zoom").is_empty());
        assert!(positions("", "zoom").is_empty());
    }
}
