//! A track's pipeline: its stages, who acts there, and what each opens elsewhere.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::gate;
use crate::config::name::check;
use crate::config::reader::{Entry, Placed, Reader, list, suggest, table};
use crate::config::room::roles::Roles;
use crate::model::{Place, RESERVED, RoleName, Stage, StageShape, Track, TrackShape};

/// A stage that opens a brief elsewhere: looked at once all tracks are read.
pub(super) struct Door {
    place: Place,
    span: Range<usize>,
}

pub(super) fn read(
    track: &str,
    entry: Entry,
    roles: &Roles,
    doors: &mut Vec<Door>,
    reader: &mut Reader,
) -> Vec<StageShape> {
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
        stages.extend(read_one(item, track, &stages, roles, doors, reader));
    }
    stages
}

fn read_one(
    item: Spanned<DeValue>,
    track: &str,
    before: &[StageShape],
    roles: &Roles,
    doors: &mut Vec<Door>,
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
    let gate = from.take("gate");
    let gate = gate.map(|entry| gate::read(entry, reader));
    let opens = from.text("opens", reader);
    let opens = opens.and_then(|written| read_door(&written, track, doors, reader));
    from.end(reader);
    if !complete {
        let hint = "write { name = \"dev\", role = \"builder\" }";
        reader.error(&span, "a stage has a name and a role", hint);
    }
    let (name, role) = (name?, role?);
    check("a stage", &name, reader);
    if name.value == "drop" {
        let what = "`drop` is where files are dropped that become briefs";
        reader.error(&name.span, what, "take another name");
    }
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
        gate: gate.unwrap_or_default(),
        opens,
    })
}

/// `opens = "sales/inbox"`.
fn read_door(
    written: &Placed<String>,
    from: &str,
    doors: &mut Vec<Door>,
    reader: &mut Reader,
) -> Option<Place> {
    let parts: Vec<&str> = written.value.split('/').collect();
    let [track, stage] = parts.as_slice() else {
        let hint = "write a track and one of its stages, as in \"sales/inbox\"";
        reader.error(&written.span, "not a place for a brief", hint);
        return None;
    };
    if *track == from {
        let hint = "name another track, or add a stage behind this one";
        reader.error(&written.span, "a stage that opens in its own track", hint);
    }
    let place = Place {
        track: Track::from(*track),
        stage: Stage::from(*stage),
    };
    doors.push(Door {
        place: place.clone(),
        span: written.span.clone(),
    });
    Some(place)
}

/// Notes a place that no track of the file has.
pub(super) fn check_door(door: &Door, tracks: &[TrackShape], reader: &mut Reader) {
    let Place { track, stage } = &door.place;
    let Some(shape) = tracks.iter().find(|shape| &shape.name == track) else {
        let names: Vec<&str> = tracks.iter().map(|shape| shape.name.as_str()).collect();
        let what = format!("no track is called `{track}`");
        return reader.error(&door.span, what, suggest(track.as_str(), &names));
    };
    let stages = shape.stages.iter().map(|shape| shape.name.as_str());
    let stages: Vec<&str> = stages.chain(["inbox", "hold"]).collect();
    if !stages.contains(&stage.as_str()) {
        let what = format!("no brief begins in `{stage}` of track {track}");
        reader.error(&door.span, what, suggest(stage.as_str(), &stages));
    }
}
