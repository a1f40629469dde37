//! The person's own editor, on a brief. Waits for it; says what came out.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::brief;
use crate::model::{BriefId, Track};
use crate::view::update::Edited;

/// Opens a brief's file where it stands.
pub fn open(id: BriefId, path: &str) -> Edited {
    match run(Path::new(path)) {
        Ok(()) => Edited::Brief(id),
        Err(why) => Edited::Failed(why),
    }
}

/// Opens a new brief, from a template with objective, constraints and what done looks like. One that was left as
/// it was is none.
pub fn write_new(track: Track) -> Edited {
    let template = brief::template("");
    let path = draft();
    if let Err(error) = fs::write(&path, &template) {
        return Edited::Failed(format!("cannot write {}: {error}", path.display()));
    }
    let ran = run(&path);
    let text = fs::read_to_string(&path);
    let _ = fs::remove_file(&path);
    match (ran, text) {
        (Ok(()), Ok(text)) => Edited::New {
            track,
            text: Some(text).filter(|text| *text != template),
        },
        (Err(why), _) => Edited::Failed(why),
        (_, Err(error)) => Edited::Failed(format!("cannot read {} back: {error}", path.display())),
    }
}

fn draft() -> PathBuf {
    env::temp_dir().join(format!("opsroom-new-brief-{}.md", std::process::id()))
}

fn run(path: &Path) -> Result<(), String> {
    let named = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|it| !it.trim().is_empty()));
    let editor = named.unwrap_or_else(|| "vi".to_owned());
    // As git does: the variable is a shell's line, so that `code --wait` works.
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(path)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "{editor} ended with {status}; set EDITOR to one that works"
        )),
        Err(error) => Err(format!("cannot start {editor}: {error}; set EDITOR")),
    }
}
