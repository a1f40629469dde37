//! The person's own editor, on a brief: says what came out.

use std::path::Path;

use crate::config::brief;
use crate::editor;
use crate::model::{BriefId, Track, title_in};
use crate::view::update::Edited;

/// Opens a brief's file where it stands.
pub fn open(id: BriefId, path: &str) -> Edited {
    match editor::open(Path::new(path)) {
        Ok(()) => Edited::Brief(id),
        Err(why) => Edited::Failed(why),
    }
}

/// Opens a new brief, from a template with objective, constraints and what done looks like. One that was left as
/// it was is none; one without a title is kept where it was written.
pub fn write_new(track: Track) -> Edited {
    let template = brief::template("");
    let draft = match editor::edited(&template) {
        Ok(draft) => draft,
        Err(why) => return Edited::Failed(why),
    };
    if draft.text == template || draft.text.trim().is_empty() {
        draft.discard();
        return Edited::New { track, text: None };
    }
    if title_in(&draft.text).is_none() {
        return Edited::Failed(format!(
            "the brief has no title (title = \"…\" at its top); what you wrote is kept in {}",
            draft.path.display()
        ));
    }
    let text = Some(draft.discard());
    Edited::New { track, text }
}
