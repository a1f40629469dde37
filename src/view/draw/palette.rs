//! Every command, by name.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Line;
use crate::view::update;

use super::list::{self, Item};
use super::{CursorAt, over};

/// Draws the line to type in and the commands that it leaves, best first.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    (line, at): (&Line, usize),
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let hints = [
        (Command::Submit, "runs"),
        (Command::EntryDown, "next"),
        (Command::Cancel, "closes"),
    ];
    let hints = over::hints(desk, keys, KeyTable::Input, &hints);
    let inner = over::frame(desk, area, "command", hints, buf);
    let cursor = over::input(
        desk,
        line,
        "a few letters of its name",
        list::head(inner),
        buf,
    );
    let items: Vec<Item> = update::palette(&line.text)
        .into_iter()
        .map(|entry| {
            let command = entry.action.command;
            Item {
                label: entry.action.name(),
                remark: match entry.words {
                    Some(words) => format!("{}: {words}", command.help()),
                    None => command.help().to_owned(),
                },
                end: key(keys, command),
            }
        })
        .collect();
    list::draw(desk, &items, &line.text, at, (area, list::body(inner)), buf);
    cursor
}

fn key(keys: &Keymap, command: Command) -> String {
    let mut tables = command
        .defaults()
        .iter()
        .map(|(table, _)| *table)
        .chain([KeyTable::Room]);
    tables
        .find_map(|table| keys.hint(table, command))
        .unwrap_or_default()
}
