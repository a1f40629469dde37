//! THE PEN: the person's own editor, on a file or on a text. Waits for it. Knows no brief and no room.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Opens a file in `$VISUAL`, `$EDITOR` or vi.
///
/// # Errors
/// A sentence, where it cannot be started or fails.
pub fn open(path: &Path) -> Result<(), String> {
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

/// A text as it came out of the editor, and the file it still stands in.
#[derive(Debug)]
pub struct Draft {
    /// What was written.
    pub text: String,
    /// Where it stands, until it is discarded.
    pub path: PathBuf,
}

impl Draft {
    /// The text is somewhere else now, or is none: the file goes.
    pub fn discard(self) -> String {
        let _it_is_in_a_folder_that_is_swept = fs::remove_file(&self.path);
        self.text
    }
}

/// A draft that was kept, as it comes out of the editor again.
///
/// # Errors
/// A sentence, where the editor fails or the draft cannot be read.
pub fn again(path: &Path) -> Result<Draft, String> {
    open(path)?;
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {} back: {error}", path.display()))?;
    let path = path.to_owned();
    Ok(Draft { text, path })
}

/// A text, as it comes out of the editor. Its file stays until the draft is discarded.
///
/// # Errors
/// A sentence, where the draft cannot be written or read back, or the editor fails; what was written by then is
/// kept, and the sentence says where.
pub fn edited(text: &str) -> Result<Draft, String> {
    let path = draft(text).map_err(|error| format!("cannot write a draft: {error}"))?;
    let opened = open(&path);
    let read = fs::read_to_string(&path);
    match (opened, read) {
        (Ok(()), Ok(text)) => Ok(Draft { text, path }),
        (Err(why), Ok(same)) if same == text => {
            let _nothing_was_written = fs::remove_file(&path);
            Err(why)
        }
        (Err(why), _) => Err(format!("{why}; the text is kept in {}", path.display())),
        (Ok(()), Err(error)) => Err(format!("cannot read {} back: {error}", path.display())),
    }
}

/// A file of our own that did not exist before and that nobody else can read, with this text in it.
fn draft(text: &str) -> io::Result<PathBuf> {
    let mut tries = 0..1_000;
    loop {
        let Some(number) = tries.next() else {
            return Err(io::Error::other("too many old drafts are there"));
        };
        let name = format!("opsroom-draft-{}-{number}.md", std::process::id());
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
