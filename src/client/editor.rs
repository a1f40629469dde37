//! The person's own editor, on a brief: says what came out.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::config::brief;
use crate::door::{complaint, own_program};
use crate::editor;
use crate::model::{AgentId, BriefId, Track, Untrusted, title_in};
use crate::view::update::{Draft, Edited};
use crate::wire::cast::Still;

/// Opens a brief's file where it stands.
pub fn open(id: BriefId, path: &str) -> Edited {
    match editor::open(Path::new(path)) {
        Ok(()) => Edited::Brief(id),
        Err(why) => Edited::Failed(why),
    }
}

/// Opens a new brief: a draft that was kept, or the template with objective, constraints and what done looks like.
/// The template left as it was is none; what was written stays in its file until it is a brief.
pub fn write_new(track: Track, kept: Option<&str>) -> Edited {
    let template = brief::template("");
    let kept = kept.filter(|path| Path::new(path).exists());
    let written = match kept {
        Some(path) => editor::again(Path::new(path)),
        None => editor::edited(&template),
    };
    let draft = match (written, kept) {
        (Ok(draft), _) => draft,
        (Err(why), Some(path)) => {
            let path = path.to_owned();
            return Edited::Kept { path, why };
        }
        (Err(why), None) => return Edited::Failed(why),
    };
    if draft.text == template || draft.text.trim().is_empty() {
        draft.discard();
        return Edited::New { track, draft: None };
    }
    let path = draft.path.display().to_string();
    if title_in(&draft.text).is_none() {
        let why = no_brief(&draft.text);
        return Edited::Kept { path, why };
    }
    let text = draft.text;
    let draft = Some(Draft { text, path });
    Edited::New { track, draft }
}

/// Why a text in which no title was found is no brief: the first thing that keeps it from being one, which need not
/// be the title.
fn no_brief(text: &str) -> String {
    match brief::read("it", text) {
        Err(fault) => format!(
            "the brief is not taken, line {}: {} ({})",
            fault.line, fault.what, fault.hint
        ),
        Ok(_) => "the brief has no title (title = \"…\" at its top)".to_owned(),
    }
}

/// Splits a brief, as `opsroom brief split` does: it opens the editor, and says what it did or why it did not.
pub fn split(id: BriefId, path: &str) -> Edited {
    // the room's folder, its briefs, a track, a stage, the file
    let Some(room) = Path::new(path).ancestors().nth(4) else {
        return Edited::Failed(format!("{path} is in no room"));
    };
    match opsroom(room, &["brief", "split", id.as_str()]) {
        Ok(()) => Edited::Brief(id),
        Err(why) => Edited::Failed(why),
    }
}

/// Looks at an agent's recording, as `opsroom replay` does, from a picture of it on, with a text marked.
pub fn replay(room: &Path, agent: AgentId, still: Still, marked: &str) -> Edited {
    let (agent, at) = (agent.to_string(), still.to_string());
    let mark = format!("--mark={marked}");
    match opsroom(room, &["replay", &agent, "--at", &at, &mark]) {
        Ok(()) => Edited::Looked,
        Err(why) => Edited::Failed(why),
    }
}

/// Lends the terminal to a verb of this program; what it said where it failed.
fn opsroom(room: &Path, verb: &[&str]) -> Result<(), String> {
    let program = own_program().map_err(|why| format!("{why:#}"))?;
    let mut command = Command::new(program);
    command.arg("--room").arg(room).args(verb);
    let done = command
        .stderr(Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output);
    let done = done.map_err(|why| format!("cannot start opsroom {}: {why}", verb.join(" ")))?;
    if done.status.success() {
        return Ok(());
    }
    Err(Untrusted::new(complaint(&done.stderr)).shown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brief_that_is_not_taken_says_the_line_that_keeps_it_from_being_one() {
        let written = "+++\npriority = 3\ntitle = untitled\n+++\n\ndo it\n";
        let said = no_brief(written);
        assert!(
            said.starts_with("the brief is not taken, line 3: "),
            "{said}"
        );
        let said = no_brief("+++\npriority = 3\n+++\n\ndo it\n");
        assert!(said.contains("no title"), "{said}");
        let said = no_brief("do it\n");
        assert!(
            said.starts_with("the brief is not taken, line 1: "),
            "{said}"
        );
    }
}
