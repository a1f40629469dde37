//! All keys, by heading, in as many columns as there is room for; with a filter.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::view::command::{Command, Group, table_title};
use crate::view::desk::Desk;
use crate::view::keymap::{Keymap, below};
use crate::view::popup::Line;

use super::ink::{self, Runs};
use super::{CursorAt, over, status};

/// The least width of a column.
const COLUMN: u16 = 46;
/// The most columns that keys take.
const KEYS: u16 = 14;

/// One line of the help.
#[derive(Clone)]
enum Entry {
    Heading(String),
    Keys(String, String),
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

    /// The columns that it takes behind its keys.
    fn help(&self) -> u16 {
        match self {
            Entry::Keys(_, help) => ink::columns(help).saturating_add(2),
            Entry::Heading(_) | Entry::Blank => 0,
        }
    }

    fn is_heading(&self) -> bool {
        match self {
            Entry::Heading(_) => true,
            Entry::Keys(..) | Entry::Blank => false,
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
    let here = status::table(desk);
    let groups = groups(keys, here, &filter.text.to_lowercase());
    let columns = arrange(&groups, area.width.saturating_sub(4));
    let lines = columns.iter().map(Vec::len).max().unwrap_or(0);
    let most = lines.saturating_sub(usize::from(area.height.saturating_sub(4)));
    let top = top.min(most);
    let hints: &[_] = match top < most {
        true => &[(Command::EntriesDown, "more"), (Command::Cancel, "closes")],
        false => &[(Command::Cancel, "closes")],
    };
    let foot = over::hints(desk, keys, KeyTable::Input, hints);
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
    let count = u16::try_from(columns.len()).unwrap_or(1).max(1);
    let width = body.width / count;
    for (at, entries) in (0..count).zip(&columns) {
        let column = Rect {
            x: body.x + at * width,
            width: width.saturating_sub(2),
            ..body
        };
        let keys = keys_of(entries);
        let last = top + usize::from(column.height.saturating_sub(1));
        for (row, (at, entry)) in column.rows().zip(entries.iter().enumerate().skip(top)) {
            // a heading comes with what stands under it
            if at == last && entry.is_heading() {
                continue;
            }
            draw_entry(desk, entry, keys, row, buf);
        }
    }
    over::scrollbar(desk, area, lines.saturating_add(2), top, buf);
    cursor
}

/// What counts in the mode one is in, headed with its name; then everything else, by subject.
fn groups(keys: &Keymap, here: KeyTable, filter: &str) -> Vec<Vec<Entry>> {
    // the room's own keys are most of all: there the subjects tell more than one long list
    let own = |command: Command| match here {
        KeyTable::Room => false,
        KeyTable::Pane
        | KeyTable::Scroll
        | KeyTable::Queue
        | KeyTable::Card
        | KeyTable::Input
        | KeyTable::Review => command.defaults().iter().any(|(table, _)| *table == here),
    };
    let listed = |wanted: &mut dyn Iterator<Item = Command>| -> Vec<Entry> {
        wanted
            .filter_map(|command| entry(keys, here, command, filter))
            .collect()
    };
    let first = listed(&mut Command::ALL.iter().copied().filter(|one| own(*one)));
    let mut all = vec![(format!("here: {}", table_title(here)), first)];
    for group in Group::ALL {
        let rest = listed(&mut Command::of(group).filter(|one| !own(*one)));
        all.push((group.title().to_owned(), rest));
    }
    let all = all.into_iter().filter(|(_, entries)| !entries.is_empty());
    all.map(|(title, entries)| {
        let heading = [Entry::Heading(title)].into_iter();
        heading.chain(entries).chain([Entry::Blank]).collect()
    })
    .collect()
}

/// A command with its keys: those that count here, or all others and where they do.
fn entry(keys: &Keymap, here: KeyTable, command: Command, filter: &str) -> Option<Entry> {
    let tables = command.defaults().iter().map(|(table, _)| *table);
    let (now, others): (Vec<KeyTable>, Vec<KeyTable>) =
        tables.partition(|table| *table == here || Some(*table) == below(here));
    let mut spelled: Vec<String> = Vec::new();
    let tables = if now.is_empty() { &others } else { &now };
    for key in tables.iter().filter_map(|table| keys.hint(*table, command)) {
        if !spelled.contains(&key) {
            spelled.push(key);
        }
    }
    let spelled = spelled.join(" ");
    let mut help = command.help().to_owned();
    if now.is_empty() && !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|table| table_title(*table)).collect();
        help.push_str(&format!(" ({})", names.join(", ")));
    }
    let wanted = filter.is_empty()
        || command.name().contains(filter)
        || help.to_lowercase().contains(filter)
        || spelled.to_lowercase() == filter;
    wanted.then_some(Entry::Keys(spelled, help))
}

/// The columns of a column's keys.
fn keys_of(entries: &[Entry]) -> u16 {
    entries.iter().map(Entry::keys).max().unwrap_or(0).min(KEYS)
}

/// In as many columns as leave every text whole.
fn arrange(groups: &[Vec<Entry>], width: u16) -> Vec<Vec<Entry>> {
    let most = (width / COLUMN).clamp(1, 3);
    let whole = |columns: &Vec<Vec<Entry>>| {
        let count = u16::try_from(columns.len()).unwrap_or(1).max(1);
        let room = (width / count).saturating_sub(2);
        columns.iter().all(|entries| {
            let help = entries.iter().map(Entry::help).max().unwrap_or(0);
            keys_of(entries).saturating_add(help) <= room
        })
    };
    let mut all = (2..=most).rev().map(|count| in_columns(groups, count));
    all.find(whole).unwrap_or_else(|| in_columns(groups, 1))
}

/// Headings with what stands under them stay together; columns come out about as long.
fn in_columns(groups: &[Vec<Entry>], count: u16) -> Vec<Vec<Entry>> {
    let count = usize::from(count);
    let all: usize = groups.iter().map(Vec::len).sum();
    let target = all.div_ceil(count);
    let mut columns: Vec<Vec<Entry>> = vec![Vec::new()];
    for group in groups {
        let more = columns.len() < count;
        match columns.last_mut() {
            Some(last) if last.is_empty() || !more || last.len() + group.len() / 2 <= target => {
                last.extend_from_slice(group);
            }
            Some(_) | None => columns.push(group.clone()),
        }
    }
    columns
}

fn draw_entry(desk: &Desk, entry: &Entry, width: u16, row: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let face = theme.face(Role::Popup);
    let runs = match entry {
        Entry::Blank => return,
        Entry::Heading(title) => Runs::of(title.as_str(), theme.on(Role::PopupTitle, face)),
        Entry::Keys(keys, help) => Runs::of(ink::pad(keys, width), theme.on(Role::PopupKey, face))
            .with("  ", face)
            .with(help.as_str(), theme.on(Role::PopupText, face)),
    };
    ink::write(buf, row, &runs);
}
