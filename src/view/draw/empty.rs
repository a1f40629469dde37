//! What stands where the tiles would be while there are none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::keys::KeyTable;
use crate::config::theme::Role;
use crate::view::command::Command;
use crate::view::desk::{Desk, Link};
use crate::wire::Presence;

use super::ink::{self, Runs};
use crate::view::keymap::Keymap;

/// Draws it in the middle.
pub fn draw(desk: &Desk, keys: &Keymap, area: Rect, buf: &mut Buffer) {
    let theme = &desk.theme;
    let base = theme.face(Role::Base);
    let dim = theme.on(Role::Dim, base);
    let lines = match desk.link {
        Link::Connecting => vec![Runs::of("opening the room…", dim)],
        Link::Live | Link::Lost { .. } => welcome(desk, keys),
    };
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.height.saturating_sub(height) / 2;
    let width = lines
        .iter()
        .map(Runs::columns)
        .max()
        .unwrap_or(0)
        .min(area.width);
    let left = (area.width - width) / 2;
    for (row, runs) in area.rows().skip(usize::from(top)).zip(&lines) {
        let row = Rect {
            x: row.x.saturating_add(left),
            width,
            ..row
        };
        ink::write(buf, row, runs);
    }
}

fn welcome(desk: &Desk, keys: &Keymap) -> Vec<Runs> {
    let theme = &desk.theme;
    let base = theme.face(Role::Base);
    let dim = theme.on(Role::Dim, base);
    let key = ink::on_ground(theme.face(Role::PopupKey), base);
    let bold = ink::on_ground(theme.face(Role::HeaderName), base);
    let name = &desk.facts.settings.name;
    let name = if name.is_empty() { "this room" } else { name };
    let mut lines = vec![
        Runs::of("No agents in ", base).with(name, bold),
        Runs::default(),
    ];
    for (command, what) in [
        (Command::Spawn, "start an agent"),
        (Command::NewBrief, "write a brief"),
        (Command::Palette, "run a command by its name"),
        (Command::Help, "all keys"),
    ] {
        if let Some(spelled) = keys.hint(KeyTable::Room, command) {
            lines.push(Runs::of(format!("{spelled:>4}   "), key).with(what, base));
        }
    }
    lines.extend(programs(desk));
    lines.push(Runs::default());
    lines.push(
        Runs::of("or leave, and let ", dim)
            .with("opsroom demo", base)
            .with(" show you a room at work", dim),
    );
    lines
}

/// The agent programs that were found on the server's machine; who has none reads what would be looked for.
fn programs(desk: &Desk) -> Vec<Runs> {
    let theme = &desk.theme;
    let base = theme.face(Role::Base);
    let dim = theme.on(Role::Dim, base);
    let named = |presence: Presence| {
        let all = desk.programs.iter().filter(|it| it.presence == presence);
        let names: Vec<&str> = all.map(|it| it.profile.as_str()).collect();
        names.join(", ")
    };
    let here = named(Presence::Here);
    let line = match (desk.programs.is_empty(), here.is_empty()) {
        (true, _) => return Vec::new(),
        (false, false) => Runs::of("found here: ", dim).with(here, base),
        (false, true) => Runs::of(
            format!(
                "no agent program is installed here ({})",
                named(Presence::Missing)
            ),
            dim,
        ),
    };
    vec![Runs::default(), line]
}
