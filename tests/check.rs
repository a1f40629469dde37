//! `opsroom check`: everything that is wrong with a room's files, at once.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::Place;

/// The exit code, and each finding in a line.
fn check(place: &Place) -> (i32, Vec<String>) {
    let said = place.run(&["check", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let word = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    let lines = json["found"].as_array().unwrap().iter().map(|one| {
        let (path, severity, what) = (word(one, "path"), word(one, "severity"), word(one, "what"));
        format!("{path}:{}:{} {severity} {what}", one["line"], one["column"])
    });
    (said.status.code().unwrap(), lines.collect())
}

#[test]
fn check_says_everything_that_is_wrong_with_a_room_at_once_and_where() {
    let place = Place::new();
    let made = std::process::Command::new("git")
        .args(["init", "-q"])
        .arg(&place.room)
        .status();
    assert!(made.unwrap().success());
    place.settings(
        r#"[tracks.web]
folder = "api"
constraints = "RULES.md"
template = "call"
dispatch = "auto"
stages = [
  { name = "dev", role = "builder", gate = { checks = ["make 'test"] } },
]
[tracks.code]
worktrees = true
dispatch = "auto"
template = "thin"
stages = [ { name = "dev", role = "builder" } ]
[roles.builder]
profile = "cluade"
skill = "careful"
[runners.box]
command = ["no-such-sandbox-here"]
"#,
    );
    place.write("room/briefs/web/dev/0001-a.md", "+++\ntitle = \"a\"\nneeds = [\"0002-b\"]\nrole = \"poet\"\n+++\nIt must not break; done when tests pass.\n");
    place.write("room/briefs/web/dev/0002-b.md", "+++\ntitle = \"b\"\nneeds = [\"0001-a\", \"0009-z\"]\n+++\nIt must not break; done when tests pass.\n");
    place.write("room/briefs/web/dve/0003-c.md", "+++\ntitle = \"c\"\n+++\n");
    place.write("room/briefs/web/dev/0004-d.md", "+++\ntitle = d\n+++\n");
    place.write(
        "room/templates/call.md",
        "+++\ntitle = \"{{titel}}\"\n+++\n",
    );
    place.write(
        "room/templates/thin.md",
        "+++\ntitle = \"{{title}}\"\n+++\n{{content}}\n",
    );
    place.write("room/profiles/mine.toml", "abuot = \"x\"\n");
    place.write(
        "home/.config/opsroom/keys.toml",
        "[room]\n\"crtl-g\" = \"quit\"\n",
    );
    place.write(
        "home/.config/opsroom/themes/dusk.toml",
        "[roles]\npane = { fg = \"rde\" }\n",
    );
    let (code, found) = check(&place);
    assert_eq!(code, 1);
    for wanted in [
        "opsroom.toml:2:10 error the folder `api` is not there",
        "opsroom.toml:3:15 error `RULES.md` cannot be read",
        "opsroom.toml:7:56 error not a line for `sh`",
        "opsroom.toml:10:13 error its repository has no commit yet",
        "opsroom.toml:15:11 error there is no profile `cluade`",
        "opsroom.toml:16:9 error the skill `careful` is not there",
        "opsroom.toml:18:1 warning the program `no-such-sandbox-here` is not on this machine",
        "opsroom.toml:12:12 warning briefs of this template have no objective",
        "templates/call.md:2:10 error `titel` is no placeholder",
        "profiles/mine.toml:1:1 error unknown key `abuot`",
        "keys.toml:2:1 error `crtl` is not held down with a key",
        "themes/dusk.toml:2:15 error not a colour",
        "briefs/web/dev/0001-a.md:3:1 error waits for itself: 0001-a needs 0002-b needs 0001-a",
        "briefs/web/dev/0001-a.md:4:8 error no role is called `poet`",
        "briefs/web/dev/0002-b.md:3:20 error needs 0009-z, which is nowhere in the queue",
        "briefs/web/dve/0003-c.md:1:1 error track web has no stage dve",
        "briefs/web/dve/0003-c.md:2:9 warning no objective",
        "briefs/web/dev/0004-d.md:2:9 error a text without quotes",
    ] {
        assert!(
            found.iter().any(|one| one.contains(wanted)),
            "`{wanted}` is not in\n{}",
            found.join("\n")
        );
    }
    let said = String::from_utf8(place.run(&["check"]).stdout).unwrap();
    assert!(
        said.contains("profile = \"cluade\"\n            ^ did you mean `claude`?"),
        "{said}"
    );
    let clean_room = Place::new();
    clean_room.ok(&["init"]);
    let (code, found) = check(&clean_room);
    assert_eq!(code, 0, "{found:?}");
}
