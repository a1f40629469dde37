//! `kill -9` of the window, of the server, of both: nothing that an agent or a person did is lost.

use opsroom::model::{Actor, AgentId, Entry, Happening, Launch};
use opsroom::server::journal::Journal;

use super::support::{Console, Place, eventually, kill, lives};

/// Counts for ever, and asks once, in the background.
const COUNTER: &str = "i=0; while :; do i=$((i+1)); echo \"counted $i\"; sleep 0.01; done";
const ASKER: &str =
    "\"$OPSROOM_BIN\" ask-permission --tool run --summary 'launch it' --timeout 2h; exec cat";
const READER: &str = "printf 'go on? [Y/n] '; read -r x; echo \"got <$x>\"; exec cat";

fn load() -> Place {
    Place::of(&[("counter", COUNTER), ("asker", ASKER), ("reader", READER)])
}

fn settled(place: &Place) -> Console {
    let console = place.console(&[], 140, 44);
    console.card("launch it");
    console.sees("go on? [Y/n]");
    console
}

/// The highest number on the screen.
fn counted(screen: &str) -> u64 {
    let numbers = screen.split("counted ").skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

/// The room is as it was: the same processes, the counter goes on, the question is still unanswered,
/// and the decision reaches the one who asked before all this.
fn goes_on(place: &Place, console: &mut Console, before: &[(String, i32)]) {
    let seen = counted(&console.sees("counted "));
    console.until("the counter to go on", |screen| counted(screen) > seen + 20);
    assert_eq!(place.so_many_agents(before.len()), before);
    let screen = console.card("launch it");
    assert!(
        screen.contains("go on? [Y/n]") && !screen.contains("got <"),
        "{screen}"
    );
    let asked = place.noted("asked");
    let permissions = asked
        .iter()
        .filter(|line| line["ask"]["Permission"].is_object());
    assert_eq!(permissions.count(), 1, "{asked:#?}");
    console.decides("a", "\"decision\":\"approve\"");
    // What the reader asks on its screen is a card too, and stays.
    console.sees("1 waiting on you");
    let screen = console.sees("go on? [Y/n]");
    assert!(!screen.contains("got <"), "{screen}");
    assert_eq!(place.noted("decided").len(), 1);
    place.ok(&["journal", "verify"]);
}

#[test]
fn a_killed_window_loses_nothing() {
    let place = load();
    let console = settled(&place);
    let before = place.so_many_agents(3);
    let server = place.server_pid();
    console.kill();
    assert_eq!(place.server_pid(), server);
    let mut console = settled(&place);
    goes_on(&place, &mut console, &before);
}

#[test]
fn a_killed_server_loses_nothing_and_its_window_comes_back_by_itself() {
    let place = load();
    let mut console = settled(&place);
    let before = place.so_many_agents(3);
    let server = place.server_pid().unwrap();
    let journal = place.journal().len();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    eventually("another server", || {
        let entries = place.journal();
        (entries
            .iter()
            .filter(|entry| entry["what"] == "opened")
            .count()
            == 2)
            .then_some(())
    });
    assert!(place.journal().len() > journal);
    assert_ne!(place.server_pid(), Some(server));
    goes_on(&place, &mut console, &before);
}

#[test]
fn both_killed_lose_nothing() {
    let place = load();
    let console = settled(&place);
    let before = place.so_many_agents(3);
    let server = place.server_pid().unwrap();
    console.kill();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    assert!(before.iter().all(|(_, pid)| lives(*pid)));
    let mut console = settled(&place);
    goes_on(&place, &mut console, &before);
}

#[test]
fn killed_again_and_again_the_room_goes_on() {
    let place = load();
    let mut console = settled(&place);
    let before = place.so_many_agents(3);
    for _ in 0..4 {
        let server = place.server_pid().unwrap();
        kill(server);
        eventually("the server to be gone", || (!lives(server)).then_some(()));
        eventually("another server", || {
            place.ls()["running"].as_bool().filter(|running| *running)
        });
    }
    goes_on(&place, &mut console, &before);
}

#[test]
fn an_agent_that_was_recorded_and_not_started_is_started_by_the_next_server_and_only_by_that() {
    let place = Place::of(&[("reader", READER)]);
    let console = place.console(&[], 100, 30);
    console.sees("go on?");
    let (reader, server) = (place.agents(), place.server_pid().unwrap());
    console.kill();
    kill(server);
    eventually("the server to be gone", || (!lives(server)).then_some(()));
    // The server died right behind this line, before it told the keeper.
    let private = place.folder().join(".opsroom");
    let script = "echo \"begun in process $$\"; exec cat";
    let launch = Launch {
        name: "late".to_owned(),
        profile: "generic".to_owned(),
        command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        ..Launch::default()
    };
    // free once the last thread of the killed server is gone
    let (mut journal, entries, _) =
        eventually("the journal to be free", || Journal::open(&private).ok());
    let spawned = Entry {
        at: entries.last().unwrap().at,
        by: Actor::Room,
        what: Happening::Spawned {
            agent: AgentId(2),
            launch,
        },
    };
    journal.append(&spawned).unwrap();
    drop(journal);
    let console = place.console(&[], 140, 40);
    console.sees("begun in process");
    let both = place.so_many_agents(2);
    assert_eq!(both[0], reader[0], "whoever ran goes on");
    assert_eq!(both[1].0, "late");
    assert_eq!(place.noted("started").len(), 2);
    // and the next server finds it
    let server = place.server_pid().unwrap();
    kill(server);
    eventually("another server", || {
        (place.noted("opened").len() == 3).then_some(())
    });
    assert_eq!(place.so_many_agents(2), both);
    assert_eq!(place.noted("started").len(), 2);
    assert_eq!(place.noted("ended").len(), 0);
    place.ok(&["journal", "verify"]);
}

#[test]
fn a_decision_on_disk_reaches_an_asker_whose_server_died() {
    let place = Place::of(&[("asker", ASKER)]);
    let mut console = place.console(&[], 100, 30);
    console.card("launch it");
    let server = place.server_pid().unwrap();
    console.decides_elsewhere("a", "the decision on disk", || {
        !place.noted("decided").is_empty()
    });
    kill(server);
    console.sees("\"decision\":\"approve\"");
    assert_eq!(place.noted("decided").len(), 1);
    assert_eq!(place.noted("asked").len(), 1);
}

#[test]
fn a_program_that_waits_for_a_line_gets_no_byte_by_coming_and_going() {
    // Raw, so that even a single byte without a line's end would be seen.
    let script = "stty raw -echo; printf 'go on? [Y/n] '; head -c 1 | od -c; stty sane; exec cat";
    let place = Place::of(&[("reader", script)]);
    for _ in 0..3 {
        let mut console = place.console(&[], 100, 30);
        console.sees("go on? [Y/n]");
        console.types("q");
        assert_eq!(console.ends(), 0);
        let observer = place.console(&["attach", "--observer"], 120, 40);
        observer.sees("go on? [Y/n]");
        observer.kill();
        let server = place.server_pid().unwrap();
        kill(server);
        eventually("the server to be gone", || (!lives(server)).then_some(()));
    }
    let mut console = place.console(&[], 100, 30);
    let screen = console.sees("go on? [Y/n]");
    assert!(!screen.contains("0000000"), "a byte came: {screen}");
    // and one that a person types does come
    console.does("i", "your keys go here");
    console.does("x", "0000000");
    let screen = console.sees("0000001");
    assert!(screen.contains("0000000   x"), "{screen}");
}
