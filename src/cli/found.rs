//! Which agent programs are on this machine: where, in which version, and what is missing. Starts each of
//! them once, with the arguments that print its version, and ends whoever takes too long.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::config::profile;
use crate::door::{RoomPaths, personal_folder};
use crate::folder::ProfileFolders;
use crate::model::Untrusted;
use crate::profile::{Profile, Profiles};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(5);
/// Programs that are asked at once: some of them load a lot only to say it.
const AT_ONCE: usize = 4;
/// So many bytes of an answer are read.
const ANSWER: u64 = 4 * 1024;
/// The longest version, in characters.
const LONGEST: usize = 40;
/// So much of a program's file tells what runs it.
const HEAD: u64 = 128;

/// A profile and its program on this machine.
#[derive(Clone, Debug)]
pub struct Found {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The program that it starts; none where that is the user's shell or this very program.
    pub program: Option<String>,
    /// Where it is.
    pub at: Option<PathBuf>,
    /// What it said of its version.
    pub version: Option<Untrusted>,
    /// What is missing, for people.
    pub missing: Vec<String>,
}

impl Found {
    /// Whether it can be started.
    pub fn is_there(&self) -> bool {
        self.program.is_none() || self.at.is_some()
    }
}

/// The profiles in force for this room and person, and what is wrong with their files.
pub fn profiles(paths: &RoomPaths) -> (Profiles, Vec<String>) {
    let folders = ProfileFolders::of(personal_folder().as_deref(), &paths.folder);
    let texts = folders.read();
    let shelved = profile::shelve(&texts.layers, &Profiles::default());
    let found = shelved.diagnostics.iter().map(ToString::to_string);
    let faults = texts.faults.into_iter().chain(found).collect();
    (shelved.profiles, faults)
}

/// Looks for the program of every profile. Starts none.
pub fn look(profiles: &Profiles) -> Vec<Found> {
    profiles
        .0
        .values()
        .map(|one| located(Arc::clone(one)))
        .collect()
}

/// Looks for them, and asks each for its version.
pub async fn ask(profiles: &Profiles) -> Vec<Found> {
    let mut all = look(profiles);
    let mut asked = JoinSet::new();
    let mut answers = BTreeMap::new();
    for (number, one) in all.iter().enumerate() {
        let Some(at) = one.at.clone().filter(|_| !one.profile.version.is_empty()) else {
            continue;
        };
        if asked.len() >= AT_ONCE
            && let Some(Ok((number, answer))) = asked.join_next().await
        {
            answers.insert(number, answer);
        }
        let arguments = one.profile.version.clone();
        asked.spawn(async move { (number, version(&at, &arguments, PATIENCE).await) });
    }
    while let Some(Ok((number, answer))) = asked.join_next().await {
        answers.insert(number, answer);
    }
    let node = node().await;
    for (number, one) in all.iter_mut().enumerate() {
        match answers.remove(&number) {
            Some(Ok(said)) => one.version = said,
            Some(Err(why)) => one.missing.push(why),
            None => {}
        }
        let older = one
            .at
            .as_deref()
            .and_then(|at| needs_node(at, node.as_deref()));
        one.missing.extend(older);
    }
    all
}

fn located(profile: Arc<Profile>) -> Found {
    let own = ["rehearsal", "shell", "generic"].contains(&profile.name.as_str());
    let program = match profile.command.first() {
        None if own => None,
        None => Some(profile.name.clone()),
        Some(program) => Some(program.clone()),
    };
    let at = program.as_deref().and_then(on_path);
    let missing = program.iter().filter(|_| at.is_none());
    let missing = missing.map(|name| match name.contains('/') {
        true => format!(
            "there is no program {}",
            Untrusted::new(name.as_str()).shown()
        ),
        false => format!("{} is not on PATH", Untrusted::new(name.as_str()).shown()),
    });
    Found {
        missing: missing.collect(),
        profile,
        program,
        at,
        version: None,
    }
}

/// A program by its name, as it is found when it is started.
pub fn on_path(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|file| is_program(file));
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// What a program prints of its version; none where it prints nothing.
async fn version(
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

/// The version of node on this machine.
async fn node() -> Option<String> {
    let at = on_path("node")?;
    let said = version(&at, &["--version".to_owned()], PATIENCE)
        .await
        .ok()??;
    Some(said.raw().to_owned())
}

/// What a program that runs on node says it needs, where this machine has less.
fn needs_node(program: &Path, node: Option<&str>) -> Option<String> {
    let file = program.canonicalize().ok()?;
    let mut head = String::new();
    let _binary_perhaps = fs::File::open(&file)
        .ok()?
        .take(HEAD)
        .read_to_string(&mut head);
    if !head.lines().next()?.starts_with("#!") || !head.lines().next()?.contains("node") {
        return None;
    }
    let package = file.ancestors().find_map(|folder| {
        let inside = folder.parent().and_then(Path::file_name) == Some(OsStr::new("node_modules"));
        let scoped = folder
            .parent()?
            .file_name()?
            .to_string_lossy()
            .starts_with('@');
        let text = fs::read_to_string(folder.join("package.json"));
        text.ok().filter(|_| inside || scoped)
    })?;
    let package: serde_json::Value = serde_json::from_str(&package).ok()?;
    let wanted = package["engines"]["node"].as_str()?;
    let least = wanted.trim().strip_prefix(">=")?.trim();
    let wanted = Untrusted::new(least).shown();
    match node {
        None => Some(format!(
            "it needs node {wanted} or newer; there is none on PATH"
        )),
        Some(have) if parts(have) < parts(least) => {
            let have = Untrusted::new(have).shown();
            Some(format!("it needs node {wanted} or newer; here is {have}"))
        }
        Some(_) => None,
    }
}

/// `v22.1.0` as numbers.
fn parts(version: &str) -> Vec<u32> {
    let bare = version.trim_start_matches('v');
    let numbers = bare.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    numbers.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

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

    #[test]
    fn a_program_of_node_says_which_node_it_needs() {
        let dir = tempfile::tempdir().unwrap();
        let package = dir.path().join("node_modules/@a/b");
        fs::create_dir_all(&package).unwrap();
        fs::write(
            package.join("package.json"),
            r#"{"engines":{"node":">=22.1"}}"#,
        )
        .unwrap();
        let program = package.join("cli.js");
        fs::write(&program, "#!/usr/bin/env node\n").unwrap();
        let said = needs_node(&program, Some("v20.20.2")).unwrap();
        assert!(said.contains("22.1") && said.contains("v20.20.2"), "{said}");
        assert!(needs_node(&program, None).is_some());
        assert_eq!(needs_node(&program, Some("v22.1.0")), None);
        assert_eq!(needs_node(&program, Some("v100.0.0")), None);
        fs::write(&program, "\u{7f}ELF").unwrap();
        assert_eq!(needs_node(&program, Some("v1.0.0")), None);
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
