//! `opsroom brief split`, with a real folder and an editor that is a script.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use opsroom::folder::splits::Split;
use support::{Place, eventually};

const BIG: &str =
    "+++\ntitle = \"Sessions\"\npriority = 2\nneeds = [\"0001-base\"]\n+++\nSee to it all.\n";

fn room() -> Place {
    let place = Place::new();
    place.settings("[tracks.web]\nstages = [ { name = \"dev\", role = \"x\" } ]\n[roles.x]\ncommand = [\"cat\"]\n");
    place.write(
        "room/briefs/web/dev/0001-base.md",
        "+++\ntitle = \"base\"\n+++\n",
    );
    place.write("room/briefs/web/dev/0002-big.md", BIG);
    place
}

/// What a brief's file says in its front matter, by key.
fn head(place: &Place, brief: &str) -> toml::Table {
    let text = place.read(&format!("briefs/web/dev/{brief}.md"));
    let front = text.split("+++").nth(1).unwrap_or_default();
    front.parse().unwrap()
}

fn needs(place: &Place, brief: &str) -> Vec<String> {
    let head = head(place, brief);
    let needs = head.get("needs").and_then(|it| it.as_array());
    let needs = needs.into_iter().flatten();
    needs.map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_brief_is_split_in_the_editor_into_a_chain_with_two_side_by_side() {
    let mut place = room();
    place.write(
        "home/edit",
        "cat >> \"$1\" <<END\n=== Store them\nIn the table.\n=== Read them\n||| Expire them\nAt night.\nEND\n",
    );
    let editor = format!("sh {}", place.home.join("edit").display());
    place.env("EDITOR", &editor);
    let split = place.run(&["brief", "split", "0002"]);
    let told = String::from_utf8(split.stderr).unwrap();
    assert!(
        told.contains("0003-store-them has no objective"),
        "what may wait says so: {told}"
    );
    assert_eq!(
        String::from_utf8(split.stdout).unwrap(),
        "0003-store-them\n0004-read-them\n0005-expire-them\n0002-big waits for them\n"
    );
    assert_eq!(needs(&place, "0003-store-them"), ["0001-base"]);
    assert_eq!(needs(&place, "0004-read-them"), ["0003-store-them"]);
    assert_eq!(needs(&place, "0005-expire-them"), ["0003-store-them"]);
    assert_eq!(
        needs(&place, "0002-big"),
        ["0004-read-them", "0005-expire-them"]
    );
    assert_eq!(
        head(&place, "0005-expire-them")["priority"].as_integer(),
        Some(2)
    );
    let big = place.read("briefs/web/dev/0002-big.md");
    assert!(big.ends_with("+++\n\nSee to it all.\n"), "{big}");
    assert!(
        place
            .read("briefs/web/dev/0003-store-them.md")
            .ends_with("In the table.\n")
    );
}

#[test]
fn where_nothing_stays_the_brief_is_dropped_and_names_its_parts() {
    let place = room();
    place.write("room/cut", "=== One\na\n||| Two\nb\n");
    place.ok(&["brief", "split", "0002-big", "--file", "cut"]);
    let dropped = place.read("briefs/web/dropped/0002-big.md");
    assert!(dropped.starts_with(BIG), "{dropped}");
    assert!(
        dropped.contains("Split into 0003-one, 0004-two."),
        "{dropped}"
    );
    assert_eq!(needs(&place, "0004-two"), ["0001-base"]);
    // and not where somebody waits for it
    place.write(
        "room/briefs/web/dev/0009-last.md",
        "+++\ntitle = \"l\"\nneeds = [\"0003-one\"]\n+++\n",
    );
    let said = place.fails(&["brief", "split", "0003-one", "--file", "cut"]);
    assert!(said.contains("0009-last needs 0003-one"), "{said}");
    assert_eq!(place.read("briefs/web/dev/0005-one.md"), "");
}

#[test]
fn an_editor_that_fails_or_a_text_that_is_wrong_changes_nothing_and_loses_nothing() {
    let mut place = room();
    place.env("EDITOR", "false");
    let said = place.fails(&["brief", "split", "0002-big"]);
    assert!(said.contains("nothing was split"), "{said}");
    place.write("home/edit", "printf '===\\n' >> \"$1\"\n");
    let editor = format!("sh {}", place.home.join("edit").display());
    place.env("EDITOR", &editor);
    let said = place.fails(&["brief", "split", "0002-big"]);
    assert!(
        said.contains(":10:1: a part without a title; write the part's title"),
        "{said}"
    );
    let kept = said
        .split("--file ")
        .nth(1)
        .unwrap()
        .trim()
        .trim_end_matches('`');
    let text = std::fs::read_to_string(kept).unwrap();
    assert!(
        text.contains("See to it all.") && text.ends_with("===\n"),
        "{text}"
    );
    place.env("EDITOR", "true");
    assert!(
        place
            .ok(&["brief", "split", "0002-big"])
            .contains("nothing was split")
    );
    assert_eq!(place.read("briefs/web/dev/0002-big.md"), BIG);
    let listed = place.ok(&["brief", "list"]);
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[test]
fn a_split_that_is_killed_at_any_moment_is_whole_or_did_not_happen() {
    let split = |place: &Place| {
        place.write("room/cut", "Rest.\n=== One\na\n||| Two\nb\n=== Three\nc\n");
        let mut command = place.command(&["brief", "split", "0002-big", "--file", "cut"]);
        let quiet = std::process::Stdio::null;
        command.stdout(quiet()).stderr(quiet());
        command
    };
    let place = room();
    let began = std::time::Instant::now();
    assert!(split(&place).status().unwrap().success());
    let whole = began.elapsed();
    let done = place.ok(&["brief", "list"]);
    let (mut undone, mut ended) = (0, 0);
    for step in 0..60 {
        let place = room();
        let before = place.ok(&["brief", "list"]);
        let mut running = split(&place).spawn().unwrap();
        // where in its work it dies is what this goes through; nothing is waited for
        std::thread::sleep(whole * step / 50);
        running.kill().unwrap();
        running.wait().unwrap();
        let now = place.ok(&["brief", "list"]);
        match now {
            now if now == done => ended += 1,
            now if now == before => undone += 1,
            now => panic!("neither whole nor as it was at step {step}:\n{now}"),
        }
        if needs(&place, "0002-big") == ["0001-base"] {
            assert!(place.read("briefs/web/dev/0002-big.md") == BIG);
        }
    }
    assert!(undone > 0 && ended > 0, "it was killed before and behind");
}

#[test]
fn a_split_whose_writer_died_is_ended_by_the_server_and_a_hands_edit_wins_there_too() {
    for edited in [false, true] {
        let place = room();
        let after = BIG.replace("0001-base", "0003-one");
        let one = "+++\ntitle = \"One\"\n+++\na\n";
        let two = one.replace("One", "Two");
        let split = Split {
            brief: "0002-big".into(),
            place: opsroom::model::Place {
                track: "web".into(),
                stage: "dev".into(),
            },
            before: BIG.to_owned(),
            after: after.clone(),
            to: None,
            parts: vec![
                ("0003-one".into(), one.to_owned()),
                ("0004-two".into(), two),
            ],
        };
        let note = serde_json::to_string(&split).unwrap();
        place.write("room/.opsroom/splits/0002-big.json", &note);
        // it died behind the first part
        place.write("room/briefs/web/dev/0003-one.md", one);
        let mine = format!("{BIG}And mine.\n");
        if edited {
            place.write("room/briefs/web/dev/0002-big.md", &mine);
        }
        let console = place.console(&[], 100, 30);
        console.sees("Sessions");
        let note = place.room.join(".opsroom/splits/0002-big.json");
        eventually("the split to be ended", || (!note.exists()).then_some(()));
        let stands = |part: &str| !place.read(&format!("briefs/web/dev/{part}.md")).is_empty();
        let big = place.read("briefs/web/dev/0002-big.md");
        match edited {
            false => assert!(
                big == after && stands("0003-one") && stands("0004-two"),
                "{big}"
            ),
            true => assert!(
                big == mine && !stands("0003-one") && !stands("0004-two"),
                "{big}"
            ),
        }
    }
}
