//! The person's own status line of claude, in whose place ours stands: run with the same JSON, and printed as it
//! would have been. Bounded, and silent where it fails: a status line is no reason to disturb anybody.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::time::timeout;

use crate::profile::hook::status_line;

/// So much of a settings file is read, in bytes.
const SETTINGS: u64 = 1024 * 1024;
/// So much of what it prints is printed, in bytes.
const PRINTED: u64 = 64 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the person's own status line prints; nothing where they have none.
pub(super) async fn print(payload: &Value, text: &[u8]) -> Vec<u8> {
    let personal = personal().map(|folder| folder.display().to_string());
    let files = status_line::settings(payload, personal.as_deref());
    let Some(command) = files.iter().find_map(|file| status_line::own(&read(file)?)) else {
        return Vec::new();
    };
    let printed = timeout(PATIENCE, run(&command, text)).await;
    printed.ok().and_then(Result::ok).unwrap_or_default()
}

/// Where claude keeps what is its user's own.
fn personal() -> Option<PathBuf> {
    let named = std::env::var_os("CLAUDE_CONFIG_DIR").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".claude")))
}

fn read(file: &str) -> Option<String> {
    let mut text = String::new();
    // a pipe of that name would never end
    if !std::fs::metadata(file).ok()?.is_file() {
        return None;
    }
    let file = File::open(file).ok()?;
    file.take(SETTINGS).read_to_string(&mut text).ok()?;
    Some(text)
}

async fn run(command: &str, text: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let writing = async {
        if let Some(mut input) = input {
            // it may not read it
            let _ = input.write_all(text).await;
        }
    };
    let reading = async {
        let mut printed = Vec::new();
        if let Some(output) = output {
            output.take(PRINTED).read_to_end(&mut printed).await?;
        }
        Ok(printed)
    };
    let ((), printed) = tokio::join!(writing, reading);
    printed
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn the_persons_own_line_gets_the_same_json_and_is_printed() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().display().to_string();
        std::fs::create_dir(dir.path().join(".claude")).unwrap();
        let settings =
            json!({ "statusLine": { "type": "command", "command": "printf 'mine: '; cat" } });
        std::fs::write(
            dir.path().join(".claude/settings.json"),
            settings.to_string(),
        )
        .unwrap();
        let payload = json!({ "workspace": { "project_dir": project } });
        assert_eq!(print(&payload, b"{...}").await, b"mine: {...}");
        let failing = json!({ "statusLine": { "type": "command", "command": "exit 3" } });
        std::fs::write(
            dir.path().join(".claude/settings.local.json"),
            failing.to_string(),
        )
        .unwrap();
        assert_eq!(print(&payload, &vec![b'x'; 1 << 20]).await, b"");
    }
}
