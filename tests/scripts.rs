//! The program as a script uses it: what it prints, to whom, and with which exit code. No server runs here.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn opsroom(room: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsroom"));
    command.arg("--room").arg(room).args(arguments);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_reader_that_has_had_enough_is_no_fault() {
    let room = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = opsroom(room.path(), &["completions", "bash"]);
    let output = command
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn every_shell_gets_completions_that_name_every_verb() {
    let room = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(
            &opsroom(room.path(), &["completions", shell])
                .output()
                .unwrap(),
        );
        for verb in [
            "attach",
            "spawn",
            "stop",
            "brief",
            "journal",
            "log",
            "check",
            "upgrade-server",
            "ask-permission",
        ] {
            assert!(script.contains(verb), "{shell} lacks {verb}");
        }
    }
}

#[test]
fn lint_finds_briefs_on_which_nobody_can_ever_act() {
    let room = tempfile::tempdir().unwrap();
    fs::write(room.path().join("opsroom.toml"), "[tracks.web]\nstages = [{ name = \"dev\", role = \"x\" }]\n[roles.x]\nprofile = \"shell\"\n").unwrap();
    let put = |place: &str, id: &str, needs: &str| {
        let folder = room.path().join("briefs").join(place);
        fs::create_dir_all(&folder).unwrap();
        let text =
            format!("+++\ntitle = \"t\"\nneeds = [{needs}]\n+++\nObjective, constraints, done.\n");
        fs::write(folder.join(format!("{id}.md")), text).unwrap();
    };
    put("web/dev", "0001-a", "\"0002-b\"");
    put("web/hold", "0002-b", "");
    let lint = || opsroom(room.path(), &["brief", "lint"]).output().unwrap();
    assert!(lint().status.success(), "{}", said(&lint()));
    put("web/dev", "0003-c", "\"0999-nope\"");
    put("nosuch/dev", "0004-d", "");
    put("web/weird", "0005-e", "");
    let output = lint();
    assert!(!output.status.success());
    for part in [
        "0003-c.md:3:10: needs 0999-nope",
        "0004-d.md:1:1: there is no track nosuch",
        "0005-e.md:1:1: track web has no stage weird",
    ] {
        assert!(
            said(&output).contains(part),
            "no `{part}` in\n{}",
            said(&output)
        );
    }
}

#[test]
fn a_room_that_is_not_running_answers_ls_and_stop_and_starts_nothing() {
    let room = tempfile::tempdir().unwrap();
    let json = opsroom(room.path(), &["ls", "--json"]).output().unwrap();
    assert!(said(&json).contains("\"running\":false"), "{json:?}");
    let stop = opsroom(room.path(), &["stop"]).output().unwrap();
    assert!(said(&stop).contains("nothing runs"), "{stop:?}");
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
}

#[test]
fn an_agent_starts_no_server_for_its_own_room() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().canonicalize().unwrap();
    let mut command = opsroom(&folder, &["spawn", "--", "true"]);
    let output = command.env("OPSROOM_ROOM", &folder).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && error.contains("inside an agent"),
        "{error}"
    );
    assert!(!folder.join(".opsroom/journal.jsonl").exists());
}
