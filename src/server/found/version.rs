//! What a program says of its version: asked once, with a limit to its time and its words.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use crate::model::Untrusted;

/// How long a program may take to say its version.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// So many bytes of an answer are read.
const ANSWER: u64 = 4 * 1024;
/// The longest version, in characters.
const LONGEST: usize = 40;

/// What a program prints of its version; none where it prints nothing.
pub async fn version(
    program: &Path,
    arguments: &[String],
    patience: Duration,
) -> Result<Option<Untrusted>, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("it does not start ({error})"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let group = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
    let answer = async {
        let (out, err) = tokio::join!(start_of(out), start_of(err));
        let status = child.wait().await;
        (out, err, status.is_ok_and(|status| status.success()))
    };
    let answered = tokio::time::timeout(patience, answer).await;
    let Ok((out, err, went_well)) = answered else {
        // With all that it started: it leads a group of its own.
        let _gone_already = group.map(|group| kill_process_group(group, Signal::KILL));
        let seconds = patience.as_secs();
        return Err(format!(
            "it did not say its version within {seconds} seconds"
        ));
    };
    match went_well {
        true => Ok(number_in(&out).or_else(|| number_in(&err))),
        false => Err(format!(
            "it cannot say its version: {}",
            Untrusted::new(first_line(&err).or(first_line(&out)).unwrap_or("it fails")).shown()
        )),
    }
}

/// The start of what somebody writes. The rest is read as well, so that they do not wait for us.
async fn start_of(from: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else {
        return String::new();
    };
    let mut start = Vec::new();
    let _as_far_as_it_came = (&mut from).take(ANSWER).read_to_end(&mut start).await;
    let _the_rest = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&start).into_owned()
}

/// The first word that looks like a version, else the first line.
fn number_in(said: &str) -> Option<Untrusted> {
    let is_number = |word: &&str| {
        let bare = word.trim_start_matches('v');
        bare.starts_with(|c: char| c.is_ascii_digit()) && bare.contains('.')
    };
    let word = said.split_whitespace().find(is_number);
    let word = word.map(|word| word.trim_end_matches(['.', ',', ')']));
    let said = word.or(first_line(said))?;
    Some(Untrusted::new(
        said.chars().take(LONGEST).collect::<String>(),
    ))
}

fn first_line(said: &str) -> Option<&str> {
    said.lines().map(str::trim).find(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    use std::fs;

    #[test]
    fn a_version_is_the_first_number_that_is_printed_and_never_more_than_a_word() {
        let read = |said: &str| number_in(said).map(|said| said.shown());
        assert_eq!(read("2.1.329 (Claude Code)\n").unwrap(), "2.1.329");
        assert_eq!(read("codex-cli 0.169.0\n").unwrap(), "0.169.0");
        assert_eq!(
            read("GitHub Copilot CLI 1.0.102.\nRun 'copilot update'").unwrap(),
            "1.0.102"
        );
        assert_eq!(read("\n nightly \n").unwrap(), "nightly");
        assert_eq!(read(" \n"), None);
        assert!(!read("\u{1b}]0;x\u{7}").unwrap().contains('\u{1b}'));
        assert_eq!(read(&"x".repeat(9_000)).unwrap().len(), LONGEST);
    }

    #[tokio::test]
    async fn a_program_that_does_not_answer_is_ended_with_what_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("slow");
        let script = "#!/bin/sh\nsleep 1000 & echo $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(
            &program,
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
        let file = dir.path().join("pid");
        let patience = Duration::from_secs(2);
        let said = version(&program, &[file.display().to_string()], patience).await;
        assert!(said.unwrap_err().contains("within 2 seconds"));
        let pid: i32 = fs::read_to_string(file).unwrap().trim().parse().unwrap();
        let pid = Pid::from_raw(pid).unwrap();
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while lives(pid) {
            assert!(std::time::Instant::now() < until, "it was left behind");
            tokio::task::yield_now().await;
        }
    }

    fn lives(pid: Pid) -> bool {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let ended = stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z'));
        rustix::process::test_kill_process(pid).is_ok() && !ended
    }
}
