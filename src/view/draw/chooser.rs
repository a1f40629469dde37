//! A list to choose one entry from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::view::command::Command;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Chooser;
use crate::view::update;

use super::list::{self, Item};
use super::{CursorAt, over};

/// Draws the filter and the entries that it leaves, best first.
pub fn draw(
    desk: &Desk,
    keys: &Keymap,
    chooser: &Chooser,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let hints = [
        (Command::Submit, "chooses"),
        (Command::EntryDown, "next"),
        (Command::Cancel, "closes"),
    ];
    let hints = over::hints(desk, keys, KeyTable::Input, &hints);
    let inner = over::frame(desk, area, &chooser.title, hints, buf);
    let cursor = over::input(
        desk,
        &chooser.line,
        "type to filter",
        list::head(inner),
        buf,
    );
    let items: Vec<Item> = update::choices(chooser)
        .into_iter()
        .filter_map(|at| chooser.entries.get(at))
        .map(|entry| Item {
            label: entry.label.clone(),
            remark: entry.remark.clone(),
            end: String::new(),
        })
        .collect();
    list::draw(
        desk,
        &items,
        &chooser.line.text,
        chooser.at,
        (area, list::body(inner)),
        buf,
    );
    cursor
}
