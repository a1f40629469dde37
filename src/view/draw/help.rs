//! All keys, by heading, in as many columns as there is room for; with a filter.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::view::command::{Command, Group};
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Line;

use super::ink::{self, Runs};
use super::{CursorAt, over};

/// The least width of a column.
const COLUMN: u16 = 46;
/// The most columns that keys take.
const KEYS: u16 = 14;

/// One line of the help.
enum Entry {
    Heading(&'static str),
    Keys(String, &'static str),
    Blank,
}

impl Entry {
    /// The columns that its keys take.
    fn keys(&self) -> u16 {
        match self {
            Entry::Keys(keys, _) => ink::columns(keys),
            Entry::Heading(_) | Entry::Blank => 0,
        }
    }
}

/// Draws the help.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    top: usize,
    filter: &Line,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let foot = over::hints(
        desk,
        keys,
        KeyTable::Input,
        &[(Command::EntriesDown, "more"), (Command::Cancel, "closes")],
    );
    let inner = over::frame(desk, area, "keys", foot, buf);
    let line = Rect {
        height: inner.height.min(1),
        ..inner
    };
    let cursor = over::input(desk, filter, "type to filter", line, buf);
    let body = Rect {
        y: inner.y.saturating_add(2).min(inner.bottom()),
        height: inner.height.saturating_sub(2),
        ..inner
    };
    let columns = arrange(groups(keys, &filter.text.to_lowercase()), body.width);
    let lines = columns.iter().map(Vec::len).max().unwrap_or(0);
    let top = top.min(lines.saturating_sub(usize::from(body.height)));
    let count = u16::try_from(columns.len()).unwrap_or(1).max(1);
    let width = body.width / count;
    for (at, entries) in (0..count).zip(&columns) {
        let column = Rect {
            x: body.x + at * width,
            width: width.saturating_sub(2),
            ..body
        };
        let keys = entries.iter().map(Entry::keys).max().unwrap_or(0).min(KEYS);
        for (row, entry) in column.rows().zip(entries.iter().skip(top)) {
            draw_entry(desk, entry, keys, row, buf);
        }
    }
    over::scrollbar(desk, area, lines.saturating_add(2), top, buf);
    cursor
}

fn groups(keys: &Keymap, filter: &str) -> Vec<Vec<Entry>> {
    let mut all = Vec::new();
    for group in Group::ALL {
        let entries: Vec<Entry> = Command::of(group)
            .filter_map(|command| entry(keys, command, filter))
            .collect();
        if !entries.is_empty() {
            let heading = [Entry::Heading(group.title())];
            all.push(
                heading
                    .into_iter()
                    .chain(entries)
                    .chain([Entry::Blank])
                    .collect(),
            );
        }
    }
    all
}

fn entry(keys: &Keymap, command: Command, filter: &str) -> Option<Entry> {
    let mut spelled: Vec<String> = Vec::new();
    for (table, _) in command.defaults() {
        if let Some(key) = keys.hint(*table, command)
            && !spelled.contains(&key)
        {
            spelled.push(key);
        }
    }
    let spelled = spelled.join(" ");
    let wanted = filter.is_empty()
        || command.name().contains(filter)
        || command.help().to_lowercase().contains(filter)
        || spelled.to_lowercase() == filter;
    wanted.then(|| Entry::Keys(spelled, command.help()))
}

/// Headings with what stands under them stay together; columns come out about as long.
fn arrange(groups: Vec<Vec<Entry>>, width: u16) -> Vec<Vec<Entry>> {
    let count = usize::from(width / COLUMN).clamp(1, 3);
    let all: usize = groups.iter().map(Vec::len).sum();
    let target = all.div_ceil(count);
    let mut columns: Vec<Vec<Entry>> = vec![Vec::new()];
    for group in groups {
        let more = columns.len() < count;
        match columns.last_mut() {
            Some(last) if last.is_empty() || !more || last.len() + group.len() / 2 <= target => {
                last.extend(group);
            }
            Some(_) | None => columns.push(group),
        }
    }
    columns
}

fn draw_entry(desk: &Desk, entry: &Entry, width: u16, row: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let runs = match entry {
        Entry::Blank => return,
        Entry::Heading(title) => Runs::of(*title, theme.on(Role::PopupTitle, face)),
        Entry::Keys(keys, help) => Runs::of(ink::pad(keys, width), theme.on(Role::PopupKey, face))
            .with("  ", face)
            .with(*help, theme.on(Role::PopupText, face)),
    };
    ink::write(buf, row, &runs);
}
