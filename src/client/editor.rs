//! The person's own editor, on a brief: says what came out.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::config::brief;
use crate::editor;
use crate::model::{BriefId, Track, Untrusted, title_in};
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

/// Splits a brief, as `opsroom brief split` does: it opens the editor, and says what it did or why it did not.
pub fn split(id: BriefId, path: &str) -> Edited {
    // the room's folder, its briefs, a track, a stage, the file
    let Some(room) = Path::new(path).ancestors().nth(4) else {
        return Edited::Failed(format!("{path} is in no room"));
    };
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(why) => return Edited::Failed(format!("cannot find opsroom itself: {why}")),
    };
    let mut split = Command::new(program);
    split.arg("--room").arg(room);
    split
        .args(["brief", "split", id.as_str()])
        .stderr(Stdio::piped());
    let done = split
        .spawn()
        .and_then(std::process::Child::wait_with_output);
    match done {
        Ok(done) if done.status.success() => Edited::Brief(id),
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr);
            let said = said.trim().trim_start_matches("opsroom: ");
            Edited::Failed(Untrusted::new(said).shown())
        }
        Err(why) => Edited::Failed(format!("cannot split it: {why}")),
    }
}
