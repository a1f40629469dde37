//! The person's own editor, on a brief: says what came out.

use std::path::Path;

use crate::config::brief;
use crate::editor;
use crate::model::{BriefId, Track};
use crate::view::update::Edited;

/// Opens a brief's file where it stands.
pub fn open(id: BriefId, path: &str) -> Edited {
    match editor::open(Path::new(path)) {
        Ok(()) => Edited::Brief(id),
        Err(why) => Edited::Failed(why),
    }
}

/// Opens a new brief, from a template with objective, constraints and what done looks like. One that was left as
/// it was is none.
pub fn write_new(track: Track) -> Edited {
    let template = brief::template("");
    match editor::edited(&template) {
        Ok(text) => Edited::New {
            track,
            text: Some(text).filter(|text| *text != template),
        },
        Err(why) => Edited::Failed(why),
    }
}
