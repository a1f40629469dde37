//! Profiles from the command line: which agent programs are here, and whether a file is right.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use support::Place;

/// A place with a folder of programs in front of everything else on PATH.
fn place(programs: &[(&str, &str)]) -> Place {
    let mut place = Place::new();
    for (name, script) in programs {
        place.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        let file = place.room.with_file_name("bin").join(name);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let bin = place.room.with_file_name("bin");
    place.env("PATH", &format!("{}:/usr/bin:/bin", bin.display()));
    place
}

fn agents(place: &Place) -> Value {
    serde_json::from_str(&place.ok(&["agents", "--json"])).unwrap()
}

fn named<'a>(all: &'a Value, name: &str) -> &'a Value {
    let all = all["profiles"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap()
}

#[test]
fn agent_programs_are_found_with_their_versions_and_what_is_missing() {
    let place = place(&[
        ("claude", "printf '9.8.7\\033[31m (Claude Code)\\n'"),
        ("codex", "echo 'no licence' >&2; exit 1"),
    ]);
    let all = agents(&place);
    let claude = named(&all, "claude");
    assert_eq!(claude["version"], "9.8.7␛[31m");
    assert_eq!(claude["installed"], true);
    assert_eq!(claude["watched"], "structured");
    assert_eq!(claude["from"], "built in");
    assert!(claude["path"].as_str().unwrap().ends_with("/bin/claude"));
    let codex = named(&all, "codex");
    assert!(
        codex["missing"][0].as_str().unwrap().contains("no licence"),
        "{codex}"
    );
    let aider = named(&all, "aider");
    assert_eq!(aider["installed"], false);
    assert_eq!(aider["missing"][0], "aider is not on PATH");
    assert_eq!(named(&all, "shell")["installed"], true);
    let table = place.ok(&["agents"]);
    let first = table.lines().nth(1).unwrap();
    assert!(
        first.starts_with("claude") && first.contains("9.8.7"),
        "{table}"
    );
    assert!(!table.contains('\u{1b}'), "{table:?}");
    assert!(place.ok(&["init"]).contains("found here: claude, codex"));
    let report = place.run(&["doctor"]);
    assert!(String::from_utf8_lossy(&report.stdout).contains("claude 9.8.7"));
}

#[test]
fn a_person_and_a_room_add_profiles_of_their_own() {
    let place = place(&[("mine", "echo \"args: $*\"; cat")]);
    place.write(
        "home/.config/opsroom/profiles/mine.toml",
        "about = \"hers\"\nversion = []\n",
    );
    place.write(
        "room/profiles/careful.toml",
        "extends = \"mine\"\ncommand = [\"mine\", \"--care\"]\n",
    );
    place.write("room/profiles/broken.toml", "extends = \"mime\"\n");
    let all = agents(&place);
    assert_eq!(named(&all, "mine")["from"], "yours");
    assert_eq!(named(&all, "mine")["version"], Value::Null);
    assert_eq!(named(&all, "careful")["from"], "the room's");
    assert_eq!(named(&all, "careful")["about"], "hers");
    let fault = all["faults"][0].as_str().unwrap();
    assert!(
        fault.contains("profiles/broken.toml:1:11") && fault.contains("`mine`"),
        "{fault}"
    );
    let shown = place.ok(&["profile", "show", "careful"]);
    assert!(
        shown.contains("command = [\"mine\", \"--care\"]"),
        "{shown}"
    );
    assert!(
        place
            .fails(&["profile", "show", "nobody"])
            .contains("careful")
    );
    place.ok(&["spawn", "--profile", "careful"]);
    place.so_many_agents(1);
    assert_eq!(place.ls()["agents"][0]["profile"], "careful");
}

#[test]
fn a_profiles_file_is_checked_and_the_exit_code_says_whether_a_room_would_take_it() {
    let place = Place::new();
    place.write(
        "room/good.toml",
        "extends = \"claude\"\nprompt = \"none\"\n",
    );
    assert!(
        place
            .ok(&["profile", "check", "good.toml"])
            .contains("no faults")
    );
    place.write(
        "room/bad.toml",
        "comand = [\"x\"]\n[keys]\npaste = \"slow\"\n",
    );
    let output = place.run(&["profile", "check", "bad.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("bad.toml:1:1: unknown key `comand`"),
        "{said}"
    );
    assert!(
        said.contains("bad.toml:3:9: `paste` cannot be `slow`"),
        "{said}"
    );
    place.write("room/Not Plain.toml", "about = \"x\"\n");
    assert_eq!(
        place
            .run(&["profile", "check", "Not Plain.toml"])
            .status
            .code(),
        Some(1)
    );
    assert!(
        place
            .fails(&["profile", "check", "gone.toml"])
            .contains("cannot read gone.toml")
    );
}
