//! The `[tracks.…]` tables and their pipelines.

use toml::Spanned;
use toml::de::DeValue;

use super::defaults;
use super::roles::Roles;
use crate::config::name::check;
use crate::config::reader::{Entry, Placed, Reader, Table, list, table};
use crate::model::{
    OBSERVERS, RESERVED, RoleName, Stage, StageShape, Track, TrackKind, TrackShape,
};

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
    entries
        .into_iter()
        .filter_map(|entry| {
            check("a track", &entry.key, reader);
            let name = entry.key.value.clone();
            table(entry, reader).map(|inner| read_track(name, inner, roles, reader))
        })
        .collect()
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

fn read_track(name: String, mut from: Table, roles: &Roles, reader: &mut Reader) -> TrackShape {
    let kind = from.choice("kind", &KINDS, reader).unwrap_or_default();
    let place = from.span.clone();
    let entry = from.take("stages");
    let hide = read_hide(&mut from, reader);
    from.end(reader);
    if entry.is_none() {
        let hint = "write `stages = [ { name = \"dev\", role = \"builder\" } ]`";
        reader.error(&place, format!("track `{name}` has no stages"), hint);
    }
    TrackShape {
        name: Track(name),
        kind,
        stages: entry.map_or_else(Vec::new, |entry| read_stages(entry, roles, reader)),
        hide,
        ..TrackShape::default()
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
            reader.error(
                &name.span,
                format!("nobody is called `{}`", name.value),
                hint,
            );
        } else if name.value.trim().is_empty() {
            let hint = format!("write a person's name, or \"{OBSERVERS}\"");
            reader.error(&name.span, "an empty name", hint);
        }
    }
    names.value.into_iter().map(|name| name.value).collect()
}

fn read_stages(entry: Entry, roles: &Roles, reader: &mut Reader) -> Vec<StageShape> {
    let place = entry.value.span();
    let wanted = "a list of stages, as in [ { name = \"dev\", role = \"builder\" } ]";
    let Some(items) = list(entry.value, wanted, reader) else {
        return Vec::new();
    };
    if items.is_empty() {
        reader.error(
            &place,
            "a pipeline without a stage",
            format!("write {wanted}"),
        );
    }
    let mut stages: Vec<StageShape> = Vec::new();
    for item in items {
        stages.extend(read_stage(item, &stages, roles, reader));
    }
    stages
}

fn read_stage(
    item: Spanned<DeValue>,
    before: &[StageShape],
    roles: &Roles,
    reader: &mut Reader,
) -> Option<StageShape> {
    let span = item.span();
    let key = Placed {
        value: String::new(),
        span: span.clone(),
    };
    let mut from = table(Entry { key, value: item }, reader)?;
    let complete = from.has("name") && from.has("role");
    let name = from.text("name", reader);
    let role = from.text("role", reader);
    from.end(reader);
    if !complete {
        let hint = "write { name = \"dev\", role = \"builder\" }";
        reader.error(&span, "a stage has a name and a role", hint);
    }
    let (name, role) = (name?, role?);
    check("a stage", &name, reader);
    if RESERVED.contains(&name.value.as_str()) {
        let what = format!("every track has a stage `{}` by itself", name.value);
        reader.error(&name.span, what, "take another name, or leave it out");
    }
    if before.iter().any(|stage| stage.name.as_str() == name.value) {
        let what = format!("two stages are called `{}`", name.value);
        reader.error(&name.span, what, "rename one of the two");
    }
    roles.check(&role, reader);
    Some(StageShape {
        name: Stage(name.value),
        role: RoleName(role.value),
        ..StageShape::default()
    })
}
