//! The `[tracks.…]` tables: where a track's work lies, who starts it, and what becomes of it.

mod commands;
mod gate;
mod stages;
#[cfg(test)]
mod tests;
mod ways;

use super::defaults;
use super::roles::Roles;
use crate::config::name::check;
use crate::config::reader::{Placed, Reader, Table, table};
use crate::model::{Dispatch, OBSERVERS, Track, TrackKind, TrackShape, Unclear, Worktrees};

const DISPATCH: [(&str, Dispatch); 3] = [
    ("off", Dispatch::Off),
    ("ask", Dispatch::Ask),
    ("auto", Dispatch::Auto),
];

const UNCLEAR: [(&str, Unclear); 2] = [("waits", Unclear::Waits), ("starts", Unclear::Starts)];

const KINDS: [(&str, TrackKind); 2] = [
    ("coding", TrackKind::Coding),
    ("workflow", TrackKind::Workflow),
];

pub(super) fn read(root: &mut Table, roles: &Roles, reader: &mut Reader) -> Vec<TrackShape> {
    let Some(mut inner) = root.table("tracks", reader) else {
        return usual(roles, reader);
    };
    let place = inner.span.clone();
    let entries = inner.take_rest();
    if entries.is_empty() {
        reader.error(&place, "no track", "write `[tracks.work]` and its `stages`");
    }
    let mut doors = Vec::new();
    let tracks: Vec<TrackShape> = entries
        .into_iter()
        .filter_map(|entry| {
            check("a track", &entry.key, reader);
            let name = entry.key.value.clone();
            table(entry, reader).map(|inner| read_track(name, inner, roles, &mut doors, reader))
        })
        .collect();
    for door in doors {
        stages::check_door(&door, &tracks, reader);
    }
    tracks
}

/// The usual track, which needs the usual roles.
fn usual(roles: &Roles, reader: &mut Reader) -> Vec<TrackShape> {
    let tracks = defaults::tracks();
    let stages = tracks.iter().flat_map(|track| &track.stages);
    let names = roles.names();
    let lacking = stages
        .map(|stage| &stage.role)
        .find(|role| !names.contains(&role.as_str()));
    if let (Some(role), Some(place)) = (lacking, &roles.place) {
        let what = format!("the usual track needs a role `{role}`");
        let hint = format!("add `[roles.{role}]`, or write tracks of your own: `[tracks.web]`");
        reader.error(place, what, hint);
    }
    tracks
}

fn read_track(
    name: String,
    mut from: Table,
    roles: &Roles,
    doors: &mut Vec<stages::Door>,
    reader: &mut Reader,
) -> TrackShape {
    let kind = from.choice("kind", &KINDS, reader).unwrap_or_default();
    let folder = read_path("folder", &mut from, reader);
    let constraints = read_path("constraints", &mut from, reader);
    let template = from.text("template", reader);
    if let Some(template) = &template {
        check("a template", template, reader);
    }
    let dispatch = from.choice("dispatch", &DISPATCH, reader);
    let unclear = from.choice("unclear", &UNCLEAR, reader);
    let trees = from.take("worktrees");
    let trees = trees.map(|entry| (entry.value.span(), ways::worktrees(entry, reader)));
    let land = from.take("land");
    let land = land.map(|entry| (entry.value.span(), ways::land(entry, reader)));
    let gauges = from.take("gauges");
    let hide = read_hide(&mut from, reader);
    let place = from.span.clone();
    let entry = from.take("stages");
    from.end(reader);
    if entry.is_none() {
        let hint = "write `stages = [ { name = \"dev\", role = \"builder\" } ]`";
        reader.error(&place, format!("track `{name}` has no stages"), hint);
    }
    let worktrees = trees
        .as_ref()
        .map_or(Worktrees::None, |(_, trees)| trees.clone());
    if let (Some((span, _)), Worktrees::None) = (&land, &worktrees) {
        let hint = "add `worktrees = true`, or take `land` out";
        reader.error(span, "nothing to land: no brief has a branch here", hint);
    }
    if let (Some((span, Worktrees::Each { .. })), TrackKind::Workflow) = (&trees, kind) {
        let hint = "take `worktrees` out, or write `kind = \"coding\"`";
        reader.error(span, "a workflow track works in its folder", hint);
    }
    TrackShape {
        stages: entry.map_or_else(Vec::new, |entry| {
            stages::read(&name, entry, roles, doors, reader)
        }),
        name: Track(name),
        kind,
        folder,
        constraints,
        template: template.map(|name| name.value).unwrap_or_default(),
        dispatch: dispatch.unwrap_or_default(),
        unclear: unclear.unwrap_or_default(),
        worktrees,
        land: land.map(|(_, land)| land).unwrap_or_default(),
        gauges: gauges.map_or_else(Vec::new, |entry| commands::gauges(entry, reader)),
        hide,
    }
}

/// From whom a track is hidden. A name is taken as it is written: who it is, their key says.
fn read_hide(from: &mut Table, reader: &mut Reader) -> Vec<String> {
    let Some(names) = from.texts("hide", reader) else {
        return Vec::new();
    };
    for name in &names.value {
        let meant = ["observer", "everybody", "everyone", "all", "guests"];
        if meant.contains(&name.value.as_str()) {
            let hint = format!("write \"{OBSERVERS}\" for all who only look, or people's names");
            let what = format!("nobody is called `{}`", name.value);
            reader.error(&name.span, what, hint);
        } else if name.value.trim().is_empty() {
            let hint = format!("write a person's name, or \"{OBSERVERS}\"");
            reader.error(&name.span, "an empty name", hint);
        }
    }
    names.value.into_iter().map(|name| name.value).collect()
}

/// A path inside the room's folder; empty where none is written.
fn read_path(key: &'static str, from: &mut Table, reader: &mut Reader) -> String {
    let Some(path) = from.text(key, reader) else {
        return String::new();
    };
    check_path(&path, reader);
    match path.value.trim_end_matches('/') {
        "." => String::new(),
        inside => inside.to_owned(),
    }
}

/// Notes a path that leads out of the room's folder.
fn check_path(path: &Placed<String>, reader: &mut Reader) {
    let written = path.value.as_str();
    let climbs = written.split('/').any(|part| part == "..");
    let odd = written.trim().is_empty() || written.chars().any(char::is_control);
    if climbs || odd || written.starts_with(['/', '~']) {
        let hint = "write it from the room's folder, as in `services/api`";
        reader.error(&path.span, "not a path inside the room's folder", hint);
    }
}
