//! The person's own editor, on a brief. Waits for it; says what came out.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
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
    let path = match draft(&template) {
        Ok(path) => path,
        Err(error) => return Edited::Failed(format!("cannot write a draft: {error}")),
    };
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

/// A file of our own that did not exist before and that nobody else can read, with this text in it.
fn draft(text: &str) -> io::Result<PathBuf> {
    let mut tries = 0..1_000;
    loop {
        let Some(number) = tries.next() else {
            return Err(io::Error::other("too many old drafts are there"));
        };
        let name = format!("opsroom-new-brief-{}-{number}.md", std::process::id());
        let path = env::temp_dir().join(name);
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_draft_never_writes_through_what_somebody_else_put_there() {
        use std::os::unix::fs::PermissionsExt as _;
        let first = draft("one").unwrap();
        let second = draft("two").unwrap();
        assert_ne!(first, second);
        assert_eq!(fs::read_to_string(&first).unwrap(), "one");
        assert_eq!(
            fs::metadata(&second).unwrap().permissions().mode() & 0o777,
            0o600
        );
        for path in [first, second] {
            fs::remove_file(path).unwrap();
        }
    }
}
