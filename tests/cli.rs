//! The command line, as a script uses it: the real binary, real processes.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Stdio;

use support::{Place, eventually, kill, lives};

/// Where the room's sockets are.
fn sockets(place: &Place) -> PathBuf {
    PathBuf::from(place.read(".opsroom/runtime").trim_end())
}

#[test]
fn a_folder_becomes_a_room_once() {
    let place = Place::new();
    place.ok(&["init"]);
    for path in [
        "opsroom.toml",
        "briefs/work/inbox",
        "briefs/work/dev",
        "skills/builder/SKILL.md",
    ] {
        assert!(place.room.join(path).exists(), "{path}");
    }
    let before = place.read("opsroom.toml");
    assert!(place.fails(&["init"]).contains("exists already"));
    assert_eq!(place.read("opsroom.toml"), before);
    place.ok(&["brief", "lint"]);
}

#[test]
fn a_room_that_does_not_run_is_said_to_be_none() {
    let place = Place::of(&[]);
    assert!(place.ok(&["ls"]).contains("no server runs"));
    assert_eq!(place.ls()["running"], false);
    assert!(place.ok(&["stop"]).contains("nothing runs"));
}

#[test]
fn a_theme_is_taken_without_a_command_and_refused_where_nothing_is_drawn() {
    let place = Place::of(&[]);
    let why = place.fails(&["--theme", "nord"]);
    assert!(why.contains("needs a terminal"), "{why}");
    let why = place.fails(&["--theme", "nord", "ls"]);
    assert!(why.contains("opsroom attach --theme NAME"), "{why}");
}

#[test]
fn an_agent_is_started_listed_and_stopped_by_name() {
    let place = Place::of(&[]);
    assert_eq!(
        place.ok(&["spawn", "--name", "tests", "--", "cat"]).trim(),
        "agent 1"
    );
    let started: serde_json::Value = serde_json::from_str(
        &place.ok(&["spawn", "--json", "--name", "more", "--", "sleep", "1000"]),
    )
    .unwrap();
    assert_eq!(started["agent"], 2);
    let agents = place.so_many_agents(2);
    assert_eq!(
        agents
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["tests", "more"]
    );
    assert!(place.ok(&["ls"]).contains("tests"));
    let never = place.fails(&["spawn", "--", "/nonexistent/program"]);
    assert!(
        never.contains("never started") || never.contains("No such file"),
        "{never}"
    );
    place.ok(&["stop", "tests"]);
    let gone = agents[0].1;
    eventually("the agent's process to be gone", || {
        (!lives(gone)).then_some(())
    });
    assert!(lives(agents[1].1));
    assert!(
        place
            .fails(&["stop", "nobody"])
            .contains("no living agent is called nobody")
    );
    assert!(place.fails(&["spawn"]).contains("nothing to start"));
}

#[test]
fn closing_a_room_says_what_would_be_lost_and_leaves_no_process_when_forced() {
    let script = "sleep 1000 & setsid sleep 1000 & exec cat";
    let place = Place::of(&[("worker", script)]);
    place.ok(&["spawn", "--name", "tests", "--", "cat"]);
    eventually("its children", || {
        (place.leftovers().len() >= 6).then_some(())
    });
    let server = place.server_pid().unwrap();
    let said = place.fails(&["stop"]);
    assert!(
        said.contains("2 living agents") && said.contains("worker") && said.contains("--force"),
        "{said}"
    );
    assert!(lives(server));
    let sockets = sockets(&place);
    assert!(sockets.join("agent.sock").exists());
    assert!(place.ok(&["stop", "--force"]).contains("stopped"));
    eventually("everything to be gone", || {
        place.leftovers().is_empty().then_some(())
    });
    assert!(!sockets.exists(), "{:?}", std::fs::read_dir(&sockets));
    assert!(place.ok(&["stop"]).contains("nothing runs"));
    place.ok(&["journal", "verify"]);
    assert!(place.noted("closed").len() == 1);
}

#[test]
fn two_that_start_at_once_get_one_server() {
    let place = Place::of(&[("one", "exec cat")]);
    let starts: Vec<_> = (0..6)
        .map(|at| {
            place
                .command(&["spawn", "--name", &format!("n{at}"), "--", "cat"])
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut start in starts {
        assert!(start.wait().unwrap().success());
    }
    place.so_many_agents(7);
    assert_eq!(place.noted("opened").len(), 1);
}

/// The start comes while the server that was stopped still takes its sockets away.
#[test]
fn a_room_that_is_started_right_behind_its_stop_is_there_and_can_be_reached() {
    let place = Place::of(&[]);
    for round in 1..=8 {
        place.ok(&["spawn", "--name", "tests", "--", "cat"]);
        assert_eq!(place.so_many_agents(1)[0].0, "tests", "round {round}");
        assert!(sockets(&place).join("agent.sock").exists(), "round {round}");
        place.ok(&["stop", "--force"]);
    }
    let mut serving = place.command(&["serve"]).spawn().unwrap();
    eventually("a server in the foreground, as another one leaves", || {
        (place.ls()["running"] == true).then_some(())
    });
    place.ok(&["stop", "--force"]);
    assert!(serving.wait().unwrap().success());
    assert_eq!(place.noted("closed").len(), 9);
    assert!(!sockets(&place).exists());
}

#[test]
fn a_second_server_is_told_that_there_is_one() {
    let place = Place::new();
    place.ok(&["spawn", "--", "cat"]);
    let said = place.fails(&["serve"]);
    assert!(said.contains("another server serves"), "{said}");
    let which = format!("(process {})", place.server_pid().unwrap());
    assert!(said.contains(&which), "{said}");
    assert!(said.contains("opsroom attach"), "{said}");
}

#[test]
fn a_socket_that_a_killed_server_left_is_no_obstacle() {
    let place = Place::of(&[("one", "exec cat")]);
    place.ok(&["spawn", "--name", "two", "--", "cat"]);
    let before = place.so_many_agents(2);
    let server = place.server_pid().unwrap();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    assert!(sockets(&place).join("room.sock").exists());
    assert_eq!(place.so_many_agents(2), before);
    assert_ne!(place.server_pid(), Some(server));
    place.ok(&["spawn", "--name", "three", "--", "cat"]);
    assert_eq!(place.so_many_agents(3)[..2], before[..]);
}

#[test]
fn a_room_whose_server_was_killed_is_stopped_with_all_its_agents() {
    let place = Place::of(&[("one", "exec cat")]);
    place.ok(&["spawn", "--name", "two", "--", "cat"]);
    let server = place.server_pid().unwrap();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    place.ok(&["stop", "--force"]);
    eventually("everything to be gone", || {
        place.leftovers().is_empty().then_some(())
    });
}

#[test]
fn a_server_of_another_version_is_named_in_a_sentence_and_left_alone() {
    let place = Place::of(&[]);
    place.ok(&["spawn", "--name", "one", "--", "cat"]);
    let socket = sockets(&place).join("room.sock");
    place.ok(&["stop", "--force"]);
    eventually("the room to be closed", || {
        place.leftovers().is_empty().then_some(())
    });
    std::fs::create_dir_all(socket.parent().unwrap()).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(socket.parent().unwrap(), mode).unwrap();
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).unwrap();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap())
            .read_line(&mut line)
            .unwrap();
        stream.write_all(b"OPSROOM 9999 7.0.0\n").unwrap();
        line
    });
    let said = place.fails(&["spawn", "--", "cat"]);
    assert!(
        said.contains("7.0.0") && said.contains("9999") && said.contains("upgrade-server"),
        "{said}"
    );
    assert!(answering.join().unwrap().starts_with("OPSROOM "));
    std::fs::remove_file(&socket).unwrap();
}

#[test]
fn a_client_of_another_version_is_told_ours_and_changes_nothing() {
    let place = Place::of(&[]);
    place.ok(&["spawn", "--name", "one", "--", "cat"]);
    let mut stream = UnixStream::connect(sockets(&place).join("room.sock")).unwrap();
    stream.write_all(b"OPSROOM 9999 7.0.0\n").unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).unwrap();
    let first = said.split(|byte| *byte == b'\n').next().unwrap();
    assert_eq!(
        String::from_utf8_lossy(first),
        format!(
            "OPSROOM {} {}",
            opsroom::wire::hello::PROTOCOL,
            env!("CARGO_PKG_VERSION")
        )
    );
    assert!(place.noted("joined").is_empty());
    assert_eq!(place.ls()["agents"].as_array().unwrap().len(), 1);
}

#[test]
fn a_server_is_replaced_and_its_agents_go_on() {
    let place = Place::of(&[("one", "exec cat")]);
    place.ok(&["spawn", "--name", "two", "--", "cat"]);
    let (before, server) = (place.so_many_agents(2), place.server_pid());
    assert!(place.ok(&["upgrade-server"]).contains("its agents went on"));
    assert_eq!(place.agents(), before);
    assert_ne!(place.server_pid(), server);
}

#[test]
fn the_queue_is_worked_from_a_script() {
    let place = Place::demo();
    let id = place.ok(&[
        "brief",
        "add",
        "Write the manual",
        "--body",
        "Objective: it can be read.",
        "--priority",
        "2",
    ]);
    assert_eq!(id, "0016-write-the-manual\n");
    assert!(
        place
            .ok(&["brief", "show", "0016"])
            .contains("it can be read")
    );
    let listed: serde_json::Value = serde_json::from_str(&place.ok(&[
        "brief", "list", "--json", "--track", "web", "--stage", "inbox",
    ]))
    .unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    place.ok(&["brief", "move", "0016", "dev"]);
    assert!(
        place
            .room
            .join("briefs/web/dev/0016-write-the-manual.md")
            .exists()
    );
    assert!(
        !place
            .room
            .join("briefs/web/inbox/0016-write-the-manual.md")
            .exists()
    );
    assert!(
        place
            .fails(&["brief", "move", "0016", "nowhere"])
            .contains("no stage nowhere")
    );
    assert!(
        place
            .fails(&["brief", "show", "00"])
            .contains("more than one")
    );
    let shown: serde_json::Value =
        serde_json::from_str(&place.ok(&["brief", "show", "0016", "--json"])).unwrap();
    assert_eq!(shown["id"], "0016-write-the-manual");
    assert_eq!(shown["place"]["stage"], "dev");
    assert!(shown["text"].as_str().unwrap().contains("it can be read"));
    let written = shown["content"].to_string();
    assert!(written.contains("Write the manual"), "{written}");
    assert!(place.ok(&["--help"]).contains("show, move, split, lint"));
    let lint = place.run(&["brief", "lint"]);
    assert!(!lint.status.success());
    assert!(
        String::from_utf8_lossy(&lint.stdout).contains("briefs/web/dev/0013-audit-trail.md:2:39:")
    );
    assert!(
        place.run(&["brief", "lint", "0012"]).status.success(),
        "the beginning of an id is enough"
    );
    assert!(
        place
            .fails(&["brief", "lint", "00"])
            .contains("more than one")
    );
}

#[test]
fn a_changed_journal_is_noticed() {
    let place = Place::of(&[("one", "exec cat")]);
    place.ok(&["spawn", "--name", "two", "--", "cat"]);
    assert!(
        place
            .ok(&["journal", "verify"])
            .contains("none changed or missing")
    );
    assert!(place.ok(&["journal"]).contains("two"));
    for line in place.ok(&["journal", "--json"]).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    place.ok(&["stop", "--force"]);
    let text = place.read(".opsroom/journal.jsonl");
    std::fs::write(
        place.room.join(".opsroom/journal.jsonl"),
        text.replacen("\"two\"", "\"tow\"", 1),
    )
    .unwrap();
    place.fails(&["journal", "verify"]);
    let told = |code: i32| {
        let said = place.run(&["journal", "verify", "--json"]);
        assert_eq!(said.status.code(), Some(code));
        serde_json::from_slice::<serde_json::Value>(&said.stdout).unwrap()
    };
    let changed = told(1);
    assert_eq!(changed["whole"], false);
    assert!(changed["line"].as_u64().unwrap() > 1 && changed["fault"].is_string());
    let lines: Vec<&str> = text.lines().collect();
    let short = lines[..lines.len() - 1].join("\n") + "\n";
    std::fs::write(place.room.join(".opsroom/journal.jsonl"), short).unwrap();
    place.fails(&["journal", "verify"]);
    std::fs::write(place.room.join(".opsroom/journal.jsonl"), &text).unwrap();
    place.ok(&["journal", "verify"]);
    let whole = told(0);
    assert_eq!(
        (&whole["whole"], &whole["lines"]),
        (&true.into(), &text.lines().count().into())
    );
}

#[test]
fn completions_come_for_each_shell_and_the_version_for_people_and_scripts() {
    let place = Place::new();
    for (shell, word) in [
        ("bash", "complete"),
        ("zsh", "#compdef opsroom"),
        ("fish", "complete -c opsroom"),
    ] {
        assert!(place.ok(&["completions", shell]).contains(word), "{shell}");
    }
    assert!(
        place
            .ok(&["version"])
            .starts_with(&format!("opsroom {}", env!("CARGO_PKG_VERSION")))
    );
    let version: serde_json::Value =
        serde_json::from_str(&place.ok(&["version", "--json"])).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["protocol"].is_u64() && version["agent_protocol"].is_u64());
    assert!(place.ok(&["--version"]).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_agents_verbs_say_so_where_there_is_no_room() {
    let place = Place::new();
    let output = place.run(&["ask-permission", "--tool", "run", "--summary", "make"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(
        place
            .fails(&["done", "--handoff", "/dev/null"])
            .contains("OPSROOM_")
    );
}

#[test]
fn rules_are_tried_on_what_was_asked_beside_what_a_person_decided() {
    let ask =
        |what: &str| format!("\"$OPSROOM_BIN\" ask-permission --tool bash --summary '{what}'; ");
    let script = format!("{}{}exec cat", ask("make all"), ask("rm -rf build"));
    let place = Place::of(&[("worker", &script)]);
    let mut console = place.console(&[], 140, 44);
    console.card("make all");
    console.decides("a", "rm -rf build");
    console.card("rm -rf build");
    console.does("r", "why");
    console.does("no\r", "nothing waits");
    let said = place.ok(&[
        "policy",
        "test",
        "--rule",
        r#"do = "allow"; tool = "bash"; command = "*""#,
    ]);
    assert!(
        said.contains("  #1     allow  worker · bash make all")
            && said.contains("approved by alice"),
        "{said}"
    );
    assert!(
        said.contains("! #2     allow  worker · bash rm -rf build")
            && said.contains("rejected by alice: no"),
        "{said}"
    );
    assert!(
        said.contains("2 would be allowed, 0 denied, 0 left to a person; 1 not as"),
        "{said}"
    );
    let wrong = place.fails(&["policy", "test", "--rule", "do = \"alow\""]);
    assert!(
        wrong.contains("--rule:1:6: `do` cannot be `alow`"),
        "{wrong}"
    );
    place.settings("[[policy]]\ndo = \"allow\"\ntool = \"bash\"\n\n[[policy]]\ndo = \"deny\"\ncommand = \"rm*\"\n");
    console.sees("allows more. May it?");
    let listed = place.ok(&["policy", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].starts_with("allow bash ") && lines[0].ends_with("waits for your yes"),
        "{listed}"
    );
    assert!(
        lines[1].starts_with("deny every tool rm*") && lines[1].ends_with("in force"),
        "{listed}"
    );
    let said = place.ok(&["policy", "test"]);
    assert!(
        said.contains("; none otherwise than a person decided\n") && !said.contains("(!)"),
        "{said}"
    );
    let tried: serde_json::Value =
        serde_json::from_str(&place.ok(&["policy", "test", "--json"])).unwrap();
    assert_eq!(tried[1]["does"], "deny");
    assert_eq!(tried[1]["differs"], false);
}

#[test]
fn a_state_is_explained_with_every_source_and_what_became_of_its_word() {
    let script = "\"$OPSROOM_BIN\" status working --message 'running the tests'; \
                  printf '\\033]7501;state=idle\\007'; exec cat";
    let place = Place::of(&[("worker", script)]);
    place.ok(&["spawn", "--name", "other", "--", "cat"]);
    let said = eventually("both sources", || {
        let said = place.ok(&["explain", "worker"]);
        (said.contains("by its hook") && said.contains("a status record")).then_some(said)
    });
    for line in [
        "# shown\nidle        by a status record in its output",
        "the most trusted source that names a state",
        "working     by its hook",
        "running the tests",
        "a status record in its output is trusted more",
        "unknown     by its process",
        "names no state, and steps back",
        "profile     generic",
    ] {
        assert!(said.contains(line), "no `{line}` in:\n{said}");
    }
    let explained: serde_json::Value =
        serde_json::from_str(&place.ok(&["explain", "1", "--json"])).unwrap();
    assert_eq!(explained["shown"]["state"], "Idle");
    assert_eq!(explained["said"][0]["title"], "shown");
    place.ok(&[
        "spawn",
        "--name",
        "brief",
        "--",
        "sh",
        "-c",
        "echo no such table; exit 3",
    ]);
    let said = eventually("its end", || {
        let said = place.ok(&["explain", "brief"]);
        said.contains("its last lines").then_some(said)
    });
    assert!(said.contains("exit 3"), "{said}");
    assert!(said.contains("# its last lines\nno such table"), "{said}");
    assert!(
        place
            .fails(&["explain", "nobody"])
            .contains("no agent is called nobody")
    );
}

#[test]
fn what_agents_used_is_listed_by_agent_and_by_brief() {
    let say = "\"$OPSROOM_BIN\" used --input-tokens 12345 --output-tokens 400 --cost-micros 420000 --context-left 71; exec cat";
    let place = Place::of(&[("one", say), ("two", say)]);
    place.ok(&["spawn", "--name", "other", "--", "cat"]);
    eventually("both usages", || {
        (place.noted("used").len() == 2).then_some(())
    });
    let said = place.ok(&["usage"]);
    assert!(
        said.contains("one                       12.3k in, 400 out, $0.42, 71 % left"),
        "{said}"
    );
    assert!(said.contains("24.6k in, 800 out, $0.84"), "{said}");
    assert_eq!(place.ls()["agents"][0]["usage"]["cost_micros"], 420_000);
    assert!(
        place
            .ok(&["explain", "one"])
            .contains("used        12.3k in")
    );
    let json: serde_json::Value = serde_json::from_str(&place.ok(&["usage", "--json"])).unwrap();
    assert_eq!(json["agents"][1]["usage"]["context_left_percent"], 71);
}

#[test]
fn who_may_decide_sees_hidden_tracks_from_scripts_too_and_an_agent_does_not() {
    let place = Place::new();
    place.settings(
        "[tracks.web]\nstages = [ { name = \"dev\", role = \"x\" } ]\n[tracks.sales]\nhide = [\"observers\"]\nstages = [ { name = \"draft\", role = \"x\" } ]\n[roles.x]\ncommand = [\"cat\"]\n",
    );
    let brief = "+++\ntitle = \"t\"\n+++\nObjective, constraints, done.\n";
    place.write("room/briefs/sales/draft/0001-deal.md", brief);
    place.write("room/briefs/web/dev/0002-page.md", brief);
    let look = "until $OPSROOM_BIN next > seen.new 2>&1 && grep -q 0002-page seen.new; do sleep 0.1; done; mv seen.new seen; exec cat";
    place.ok(&["spawn", "--name", "spy", "--", "sh", "-c", look]);
    let next = eventually("both briefs", || {
        let next = place.ok(&["next"]);
        (next.contains("0001-deal") && next.contains("0002-page")).then_some(next)
    });
    assert!(next.contains("sales/draft"), "{next}");
    let seen = eventually("what the agent saw", || {
        Some(place.read("seen")).filter(|seen| !seen.is_empty())
    });
    assert!(!seen.contains("deal") && !seen.contains("sales"), "{seen}");
}

#[test]
fn an_invitation_without_a_role_names_both_and_a_folder_without_a_room_has_no_guests() {
    let place = Place::new();
    let said = place.fails(&["invite", "bob.pub", "--as", "bob"]);
    assert!(said.contains("--observer|--operator"), "{said}");
    let said = place.fails(&["guests"]);
    assert!(said.contains("there is no room in"), "{said}");
    place.ok(&["init"]);
    assert!(place.ok(&["guests"]).contains("nobody is here"));
}
