//! `opsroom.toml` to [`Settings`]. What comes out is valid: every role exists, every name can be a folder.

mod agents;
mod defaults;
mod roles;
mod tracks;

pub use defaults::{settings as default_settings, template};

use super::Parsed;
use super::reader::{Reader, Table};
use crate::model::{RoomLimits, Settings};

/// The longest name of a room, in characters.
const NAME_LONGEST: usize = 64;

/// Reads a room's settings. The room's name is empty where the file gives none: the caller then takes
/// the folder's. Without `[roles]` or `[tracks]` those of [`default_settings`] hold.
pub fn parse(path: &str, text: &str) -> Parsed<Settings> {
    let mut reader = Reader::new(path, text);
    let mut root = reader.document();
    let name = read_name(&mut root, &mut reader);
    let limits = root
        .table("limits", &mut reader)
        .map(|table| read_limits(table, &mut reader))
        .unwrap_or_default();
    let roles = roles::read(&mut root, &mut reader);
    let tracks = tracks::read(&mut root, &roles, &mut reader);
    let agents = agents::read(&mut root, &roles, limits.agents, &mut reader);
    root.end(&mut reader);
    reader.finish(|| Settings {
        name,
        tracks,
        roles: roles.all,
        agents,
        limits,
    })
}

fn read_name(root: &mut Table, reader: &mut Reader) -> String {
    let Some(name) = root.text("name", reader) else {
        return String::new();
    };
    let long = name.value.chars().count() > NAME_LONGEST;
    if long || name.value.trim().is_empty() || name.value.chars().any(char::is_control) {
        let hint = format!("write one line of 1 to {NAME_LONGEST} characters");
        reader.error(&name.span, "not a name for a room", hint);
    }
    name.value
}

fn read_limits(mut table: Table, reader: &mut Reader) -> RoomLimits {
    let usual = RoomLimits::default();
    let mut take = |key, range| table.number(key, range, reader).map(|number| number.value);
    let small = |number: u64| u32::try_from(number).ok();
    let limits = RoomLimits {
        agents: take("agents", 1..=4_096).and_then(small).unwrap_or(usual.agents),
        requests: take("requests", 1..=100_000)
            .and_then(small)
            .unwrap_or(usual.requests),
        asker_away_ms: take("asker_away_ms", 1_000..=3_600_000).unwrap_or(usual.asker_away_ms),
        settle_ms: take("settle_ms", 100..=10_000).unwrap_or(usual.settle_ms),
    };
    table.end(reader);
    limits
}
