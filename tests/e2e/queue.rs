//! The queue by keys: what a person does to a brief is done to its file.

use super::support::{Console, Place, eventually, kill, lives};

/// Asks in the terminal for what it writes: every key must come here, the first one too.
const EDITOR: &str = "printf 'an editor: '; read -r line; \
                      printf '+++\\ntitle = \"%s\"\\n+++\\nObjective: it can be read.\\n' \"$line\" > \"$1\"\n";

fn desk(place: &Place) -> Console {
    let console = place.console(&[], 140, 44);
    console.sees("harbour");
    console
}

fn stands(place: &Place, at: &str) {
    let path = place.room.join("briefs").join(at);
    eventually(&format!("{at} to be there"), || path.exists().then_some(()));
}

#[test]
fn a_new_brief_is_written_in_the_persons_editor_and_stands_in_the_queue() {
    let mut place = Place::demo();
    place.write("home/edit", EDITOR);
    place.env(
        "EDITOR",
        &format!("sh {}", place.home.join("edit").display()),
    );
    let mut console = desk(&place);
    console.does("o", "a new brief for");
    console.does("web", "a new brief for");
    console.does("\r", "an editor:");
    console.types("Write the manual\r");
    console.sees("0016 Write the");
    stands(&place, "web/prep/0016-write-the-manual.md");
    assert!(
        place
            .read("briefs/web/prep/0016-write-the-manual.md")
            .contains("it can be read")
    );
    console.queue_shows("0016", "prep");
    console.does("?", "type to filter");
}

#[test]
fn a_terminal_that_was_resized_while_the_editor_had_it_is_filled_again() {
    let mut place = Place::demo();
    place.write("home/edit", EDITOR);
    let editor = format!("sh {}", place.home.join("edit").display());
    place.env("EDITOR", &editor);
    let mut console = desk(&place);
    console.does("o", "a new brief for");
    console.does("\r", "an editor:");
    console.resize(120, 60);
    console.types("Write the manual\r");
    eventually("the last line in the last row", || {
        let last = console.with_screen(|screen| screen.rows(0, 120).nth(59));
        last.is_some_and(|last| last.contains("ROOM")).then_some(())
    });
}

#[test]
fn an_editor_that_fails_leaves_no_brief_and_a_terminal_that_works() {
    let mut place = Place::demo();
    place.env("EDITOR", "false");
    let mut console = desk(&place);
    console.does("o", "a new brief for");
    console.types("\r");
    console.sees("set EDITOR");
    console.does("z", "harbour");
    console.types("q");
    assert_eq!(console.ends(), 0);
    assert!(!place.ok(&["brief", "list"]).contains("0016"));
}

#[test]
fn priority_hold_and_accept_change_the_file() {
    let place = Place::demo();
    let mut console = desk(&place);
    console.chooses("0012");
    console.types("-");
    eventually("another priority", || {
        place
            .read("briefs/web/dev/0012-rate-limit.md")
            .contains("priority = 2")
            .then_some(())
    });
    console.queue_shows("0012", "!0012");
    console.types("H");
    stands(&place, "web/hold/0012-rate-limit.md");
    assert!(
        !place
            .room
            .join("briefs/web/dev/0012-rate-limit.md")
            .exists()
    );
    console.queue_shows("0012", "hold");
    console.chooses("0015");
    console.types("c");
    stands(&place, "web/prep/0015-password-rules.md");
    console.queue_shows("0015", "prep");
}

#[test]
fn a_brief_is_dropped_only_after_a_yes() {
    let place = Place::demo();
    let mut console = desk(&place);
    console.chooses("0012");
    console.does("D", "drop 0012-rate-limit from web?");
    console.types("n");
    console.no_longer_sees("drop 0012-rate-limit from web?");
    assert!(
        place
            .room
            .join("briefs/web/dev/0012-rate-limit.md")
            .exists()
    );
    console.does("D", "drop 0012-rate-limit from web?");
    console.types("y");
    stands(&place, "web/dropped/0012-rate-limit.md");
    assert!(
        !place
            .room
            .join("briefs/web/dev/0012-rate-limit.md")
            .exists()
    );
}

#[test]
fn what_an_agent_proposes_from_its_pane_is_in_the_inbox_with_its_name_and_a_key_takes_or_drops_it()
{
    let script = "$OPSROOM_BIN brief add 'Mend the door' --body 'Guests must get in. Done when it opens.' \
        && mkdir -p .opsroom/worktrees/w && cp opsroom.toml .opsroom/worktrees/w && cd .opsroom/worktrees/w \
        && $OPSROOM_BIN brief add 'Paint it red' --body 'x' && echo all filed; exec cat";
    let place = Place::of(&[("scout", script)]);
    let mut console = place.console(&[], 140, 44);
    console.sees("all filed");
    console.queue_shows("0001", "inbox");
    console.queue_shows("0001", "↙");
    console.chooses("0001");
    console.sees("0001 by scout (1)");
    console.chooses("0002");
    console.sees("0002 by scout (1) · no obj");
    console.does("D", "drop 0002-paint-it-red from work?");
    console.types("y");
    stands(&place, "work/dropped/0002-paint-it-red.md");
    console.chooses("0001");
    console.types("c");
    stands(&place, "work/prep/0001-mend-the-door.md");
    let filed = place.noted("moved").into_iter();
    let filed: Vec<_> = filed
        .filter(|line| line["from"].is_null())
        .map(|line| (line["by"]["agent"].clone(), line["to"]["stage"].clone()))
        .collect();
    let wanted = (serde_json::json!(1), serde_json::json!("inbox"));
    assert_eq!(filed, [wanted.clone(), wanted]);
}

#[test]
fn what_an_agent_proposes_while_no_server_runs_is_in_the_inbox_of_the_next_one() {
    let script = "echo ready; until [ -e go ]; do sleep 0.02; done; : > asked; \
        $OPSROOM_BIN brief add 'Mend the door' --body 'x' && echo all filed; exec cat";
    let place = Place::of(&[("scout", script)]);
    let console = place.console(&[], 140, 44);
    console.sees("ready");
    let server = place.server_pid().unwrap();
    console.kill();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    // with its last thread: until then it is connected to, and never answers
    let noted = std::fs::read_to_string(place.room.join(".opsroom/runtime")).unwrap();
    let socket = std::path::Path::new(noted.trim()).join("agent.sock");
    let connect = || std::os::unix::net::UnixStream::connect(&socket);
    eventually("nobody to listen", || connect().is_err().then_some(()));
    place.write("room/go", "");
    let asked = place.room.join("asked");
    eventually("the agent to ask", || asked.exists().then_some(()));
    let console = place.console(&[], 140, 44);
    console.sees("all filed");
    console.queue_shows("0001", "inbox");
}

#[test]
fn a_broken_brief_is_shown_with_its_place_and_never_moved() {
    let place = Place::demo();
    let mut console = desk(&place);
    let before = place.read("briefs/web/dev/0013-audit-trail.md");
    console.chooses("0013");
    console.does("H", "mend the file first");
    console.does("D", "mend the file first");
    assert_eq!(place.read("briefs/web/dev/0013-audit-trail.md"), before);
    place.write(
        "room/briefs/web/dev/0013-audit-trail.md",
        "+++\ntitle = \"Mended\"\n+++\nObjective: x.\n",
    );
    console.queue_shows("0013", "Mended");
}

#[test]
fn a_brief_is_started_on_its_stages_role_or_on_one_that_is_chosen() {
    let place = Place::demo();
    let mut console = desk(&place);
    console.chooses("0009");
    console.types("S");
    console.sees("1 adversary");
    console.chooses("0012");
    console.does("\u{13}", "start 0012-rate-limit on");
    console.does("reviewer", "reviewer");
    console.types("\r");
    console.sees("2 reviewer");
    let listed = place.ls();
    assert_eq!(
        (&listed["agents"][0]["brief"], &listed["agents"][0]["role"]),
        (&"0009-session-store".into(), &"adversary".into())
    );
    assert_eq!(
        (&listed["agents"][1]["brief"], &listed["agents"][1]["role"]),
        (&"0012-rate-limit".into(), &"reviewer".into())
    );
}

#[test]
fn a_hand_in_the_folder_is_seen_at_once() {
    let place = Place::demo();
    let console = desk(&place);
    console.sees("0012 Rate");
    place.write(
        "room/briefs/web/prep/0020-by-hand.md",
        "+++\ntitle = \"By hand\"\n+++\nObjective: x.\n",
    );
    console.queue_shows("0020", "prep");
    std::fs::rename(
        place.room.join("briefs/web/prep/0020-by-hand.md"),
        place.room.join("briefs/web/dev/0020-by-hand.md"),
    )
    .unwrap();
    console.queue_shows("0020", "dev");
    std::fs::remove_file(place.room.join("briefs/web/dev/0020-by-hand.md")).unwrap();
    console.no_longer_sees("0020 By");
}
