//! `opsroom check` and `opsroom doctor`: everything that is wrong with a room's files, and with this machine.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::os::unix::fs::PermissionsExt as _;

use rustix::process::{Resource, getrlimit};
use support::{Place, eventually};

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
    in_order(&found);
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

/// What is found in one file stands in the order of its lines.
fn in_order(found: &[String]) {
    let places: Vec<(&str, u32)> = found
        .iter()
        .map(|one| {
            let mut parts = one.split(':');
            (
                parts.next().unwrap(),
                parts.next().unwrap().parse().unwrap(),
            )
        })
        .collect();
    for pair in places.windows(2) {
        let [(one, line), (other, next)] = pair else {
            unreachable!()
        };
        assert!(one != other || line <= next, "{}", found.join("\n"));
    }
}

#[test]
fn one_error_hides_nothing_else_that_is_wrong_with_the_same_file() {
    let place = Place::new();
    let settings = |more: &str| {
        format!(
            r#"[tracks.web]
folder = "api"
constraints = "RULES.md"
template = "missing"
kinds = "coding"
stages = [ {{ role = "builder" }}, {{ name = "dev", role = "builder", gate = {{ checks = ["make 'test"] }} }} ]
[roles.builder]
profile = "cluade"
skill = "careful"
[roles.poet]
command = ["no-such-program-here"]
places = "many"
{more}"#
        )
    };
    place.settings(&settings(""));
    place.write("room/briefs/web/dev/0001-a.md", "+++\ntitle = \"a\"\nbudget = \"5 apples\"\nrole = \"nix\"\nprioritty = 2\n+++\nIt must not break; done when tests pass.\n");
    let (code, found) = check(&place);
    assert_eq!(code, 1);
    let outside = [
        "opsroom.toml:2:10 error the folder `api` is not there",
        "opsroom.toml:3:15 error `RULES.md` cannot be read",
        "opsroom.toml:4:12 error",
        "opsroom.toml:5:1 error unknown key `kinds`",
        "opsroom.toml:6:12 error a stage has a name and a role",
        "opsroom.toml:6:87 error not a line for `sh`",
        "opsroom.toml:8:11 error there is no profile `cluade`",
        "opsroom.toml:9:9 error the skill `careful` is not there",
        "opsroom.toml:11:1 warning the program `no-such-program-here` is not on this machine",
        "opsroom.toml:12:10 error a text is not a whole number",
        "briefs/web/dev/0001-a.md:3:10 error not a budget",
        "briefs/web/dev/0001-a.md:5:1 warning unknown key `prioritty`",
    ];
    let says = |found: &[String], wanted: &str| {
        assert!(
            found.iter().any(|one| one.contains(wanted)),
            "`{wanted}` is not in\n{}",
            found.join("\n")
        );
    };
    outside.iter().for_each(|wanted| says(&found, wanted));
    in_order(&found);
    // a line that is no TOML hides what stands in it, and no more
    place.settings(&settings("[runners.box]\ncommand = quotes\n"));
    let (_, found) = check(&place);
    outside.iter().for_each(|wanted| says(&found, wanted));
    says(&found, "opsroom.toml:14:11 error a text without quotes");
    in_order(&found);
    // which roles there are is known once the file can be read
    place.settings("[tracks.web]\nstages = [ { name = \"dev\", role = \"builder\" } ]\n[roles.builder]\nprofile = \"shell\"\n");
    let (_, found) = check(&place);
    says(&found, "briefs/web/dev/0001-a.md:3:10 error not a budget");
    says(
        &found,
        "briefs/web/dev/0001-a.md:4:8 error no role is called `nix`",
    );
    says(
        &found,
        "briefs/web/dev/0001-a.md:5:1 warning unknown key `prioritty`",
    );
    in_order(&found);
    let lint = place.run(&["brief", "lint", "0001", "--json"]);
    let lint: serde_json::Value = serde_json::from_slice(&lint.stdout).unwrap();
    let mut roles = lint.as_array().unwrap().iter();
    let role = roles
        .find(|one| one["what"] == "no role is called `nix`")
        .unwrap();
    assert_eq!((&role["id"], &role["line"]), (&"0001-a".into(), &4.into()));
    assert_eq!(role["path"], "briefs/web/dev/0001-a.md");
}

/// The exit code, and what the doctor says of everything: its mark and its words, by name.
fn doctor(place: &Place) -> (i32, std::collections::BTreeMap<String, (char, String)>) {
    let said = place.run(&["doctor"]);
    let text = String::from_utf8(said.stdout).unwrap();
    let lines = text.lines().map(|line| {
        let mark = line.chars().next().unwrap();
        let (name, words) = line[mark.len_utf8() + 1..].split_at(10);
        (name.trim().to_owned(), (mark, words.trim().to_owned()))
    });
    (said.status.code().unwrap(), lines.collect())
}

#[test]
fn the_doctor_counts_the_servers_log_and_the_one_before_it() {
    let place = Place::of(&[]);
    let private = place.folder().join(".opsroom");
    std::fs::create_dir_all(&private).unwrap();
    let logs = |place: &Place| doctor(place).1["logs"].1.clone();
    let path = private.join("server.log");
    assert_eq!(logs(&place), format!("0 KiB: {}", path.display()));
    std::fs::write(&path, [b'x'; 1025]).unwrap();
    std::fs::write(private.join("server.log.1"), [b'x'; 5000]).unwrap();
    let both = format!("2 KiB, and 5 in server.log.1 before it: {}", path.display());
    assert_eq!(logs(&place), both);
}

#[test]
fn the_doctor_says_what_is_there() {
    let place = Place::of(&[]);
    let (code, found) = doctor(&place);
    assert_eq!(code, 0, "{found:#?}");
    let of = |name: &str| found[name].clone();
    assert_eq!(of("room"), ('✓', place.folder().display().to_string()));
    assert_eq!(of("size").0, '·');
    assert!(of("size").1.contains("no terminal"), "{found:#?}");
    assert!(of("settings").1.starts_with("no faults in "), "{found:#?}");
    let open = getrlimit(Resource::Nofile).current.unwrap();
    let agents = (open.saturating_sub(64) / 4).min(256);
    let files = of("open files");
    assert!(
        files
            .1
            .starts_with(&format!("{open}: enough for {agents} agents")),
        "{files:?}"
    );
    assert_eq!(files.0 == '·', agents < 50, "{files:?}");
    let processes = match getrlimit(Resource::Nproc).current {
        Some(limit) => format!("{limit} of yours"),
        None => "no limit".to_owned(),
    };
    assert!(of("processes").1.starts_with(&processes), "{found:#?}");
    if cfg!(target_os = "linux") {
        let read = |name: &str| {
            let path = format!("/proc/sys/fs/inotify/{name}");
            std::fs::read_to_string(path).unwrap().trim().to_owned()
        };
        let (watches, watchers) = (read("max_user_watches"), read("max_user_instances"));
        let said = format!("{watches} folders, {watchers} watchers");
        assert!(of("watches").1.starts_with(&said), "{found:#?}");
    }
    assert!(of("disk").1.contains(" MiB free"), "{found:#?}");
    assert!(of("logs").1.ends_with(".opsroom/server.log"), "{found:#?}");
    assert!(of("git").1.starts_with("git version "), "{found:#?}");
    assert!(of("runners").1.starts_with("none: "), "{found:#?}");
    let piped = "standard output is no terminal; the room needs one";
    assert_eq!(of("terminal"), ('·', piped.to_owned()));
    if cfg!(target_os = "linux") && !std::path::Path::new("/run/systemd/system").exists() {
        let stays = "agents go on after you log out";
        assert_eq!(of("logout"), ('✓', stays.to_owned()));
    }
    let told = place.run(&["doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let told = told["findings"].as_array().unwrap();
    assert_eq!(told.len(), found.len());
    for one in told {
        let (mark, _) = found[one["what"].as_str().unwrap()];
        let word = match mark {
            '✓' => "good",
            '·' => "note",
            _ => "bad",
        };
        assert_eq!(one["mark"], word, "{one}");
    }
    place.settings("name = 3\n");
    let (code, found) = doctor(&place);
    assert_eq!((code, found["settings"].0), (1, '✗'));
    assert!(
        found["settings"].1.contains("opsroom.toml:1:"),
        "{found:#?}"
    );
}

/// What the doctor says in a terminal of this kind, and its exit code.
fn doctor_in(variables: &[(&str, &str)], cols: u16) -> (u32, String) {
    let mut place = Place::of(&[]);
    for (name, value) in variables {
        place.env(name, value);
    }
    let console = place.console(&["doctor"], cols, 60);
    let screen = console.until("the last finding", |screen| screen.contains(" agents  "));
    (console.ends(), screen)
}

#[test]
fn the_doctor_says_what_a_terminal_shows() {
    let (code, screen) = doctor_in(&[], 160);
    assert_eq!(code, 0, "{screen}");
    for line in [
        "✓ terminal   xterm-256color",
        "✓ colours    16 million",
        "✓ size       160x60",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    let (code, screen) = doctor_in(&[("TERM", "dumb"), ("NO_COLOR", "1")], 70);
    assert_eq!(code, 1, "{screen}");
    for line in [
        "✗ terminal   TERM is unset or dumb; set it to what your terminal is",
        "· colours    NO_COLOR is set: none",
        "· size       70x60; 80x24 and above shows everything",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    let (_, screen) = doctor_in(&[("TERM", "linux"), ("COLORTERM", "")], 100);
    assert!(
        screen.contains("✓ terminal   linux\n· colours    16\n"),
        "{screen}"
    );
    let (_, screen) = doctor_in(&[("COLORTERM", "")], 100);
    assert!(
        screen.contains("· colours    256 (set COLORTERM=truecolor"),
        "{screen}"
    );
}

#[test]
fn the_doctor_finds_the_faults_that_check_finds() {
    let place = Place::new();
    place.settings(
        "[tracks.web]\nconstraints = \"RULES.md\"\nworktrees = true\nstages = [{ name = \"dev\", role = \"builder\" }]\n\
         [roles.builder]\nprofile = \"shell\"\nrunner = \"box\"\n\
         [runners.box]\ncommand = [\"no-such-sandbox-here\", \"--\"]\n",
    );
    let (_, checked) = check(&place);
    let errors = checked.iter().filter(|one| one.contains(" error ")).count();
    assert_eq!(errors, 2, "{checked:#?}");
    let (code, found) = doctor(&place);
    let (mark, said) = &found["settings"];
    assert_eq!((code, *mark), (1, '✗'), "{found:#?}");
    assert!(
        said.starts_with("2 errors")
            && said.contains("opsroom.toml:2:")
            && said.contains("RULES.md"),
        "{said}"
    );
    let (mark, said) = &found["runners"];
    assert_eq!(*mark, '✗', "{found:#?}");
    assert!(
        said.contains("`no-such-sandbox-here` is not on this machine"),
        "{said}"
    );
}

#[test]
fn the_doctor_looks_at_who_may_open_the_rooms_files_and_at_what_agents_know_of_the_terminal() {
    let mut place = Place::of(&[]);
    assert!(
        doctor(&place).1["isolation"]
            .1
            .contains("was not opened yet")
    );
    place.env("TMUX", "/tmp/tmux-1/default,1,0");
    place.env("TERM_PROGRAM", "ghostty");
    place.ok(&["spawn", "--name", "tests", "--", "cat"]);
    place.so_many_agents(1);
    let (_, found) = doctor(&place);
    let (mark, said) = &found["isolation"];
    if cfg!(target_os = "linux") {
        assert_eq!(*mark, '✓', "{said}");
        assert!(
            said.contains("1 living agent has nothing of your terminal"),
            "{said}"
        );
        assert!(said.contains("closed to others"), "{said}");
    }
    let secret = place.room.join(".opsroom/secret");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, found) = doctor(&place);
    let (mark, said) = &found["isolation"];
    assert_eq!((code, *mark), (1, '✗'), "{said}");
    assert!(
        said.contains("secret is open to others (mode 644)"),
        "{said}"
    );
}

#[test]
fn a_log_takes_the_beginning_of_a_briefs_name_and_refuses_names_that_are_none() {
    let place = Place::new();
    place.settings(
        "[tracks.web]\nstages = [{ name = \"dev\", role = \"builder\" }, { name = \"qa\", role = \"builder\" }]\n[roles.builder]\nprofile = \"shell\"\n",
    );
    for name in ["0001-login", "0002-logout"] {
        let text = format!("+++\ntitle = \"{name}\"\n+++\nDo it.\n");
        place.write(&format!("room/briefs/web/dev/{name}.md"), &text);
    }
    place.ok(&["spawn", "--name", "tests", "--", "cat"]);
    for name in ["0001-login", "0002-logout"] {
        place.ok(&["brief", "move", name, "qa"]);
    }
    let whole = eventually("both moves in the journal", || {
        Some(place.ok(&["log", "--track", "web"])).filter(|log| log.contains("2 briefs ·"))
    });
    assert!(whole.contains("dev → qa"), "{whole}");
    let log = place.ok(&["log", "--brief", "0001"]);
    assert!(
        log.contains(", 0001-login\n") && log.contains("1 brief ·"),
        "{log}"
    );
    assert!(!log.contains("0002"), "{log}");
    for (words, hint) in [
        (
            ["--brief", "000"],
            "more than one brief (0001-login, 0002-logout)",
        ),
        (["--brief", "0001-logni"], "did you mean `0001-login`?"),
        (
            ["--brief", "nothing-like-it"],
            "there is 0001-login, 0002-logout",
        ),
        (["--track", "webb"], "did you mean `web`?"),
        (["--track", "sales"], "there is web"),
    ] {
        let said = place.run(&[&["log"], words.as_slice()].concat());
        assert_eq!(said.status.code(), Some(1), "{words:?}");
        assert_eq!(said.stdout, b"", "{words:?}");
        let why = String::from_utf8_lossy(&said.stderr);
        assert!(why.contains(hint), "{words:?}: {why}");
    }
}
