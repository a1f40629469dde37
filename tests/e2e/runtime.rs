//! The runtime directory goes under a room that lives, as with the last logout: everybody finds the room again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};

use super::support::{Place, eventually, kill, lives};

/// Says a word when it is told to, and goes on.
const WAITER: &str = "echo ready; while [ ! -e go ]; do sleep 0.05; done; \
                      \"$OPSROOM_BIN\" say 'still here'; echo code $? > said; exec cat";

/// A room with an agent that lives; its server, and the agent's process.
fn lived_in() -> (Place, i32, i32) {
    let place = Place::new();
    place.ok(&["spawn", "--name", "waiter", "--", "sh", "-c", WAITER]);
    let agents = place.so_many_agents(1);
    let server = place.server_pid().unwrap();
    (place, server, agents[0].1)
}

fn remove_runtime(place: &Place) {
    fs::remove_dir_all(&place.runtime).unwrap();
}

fn make_runtime(place: &Place) {
    fs::create_dir(&place.runtime).unwrap();
    fs::set_permissions(&place.runtime, fs::Permissions::from_mode(0o700)).unwrap();
}

/// Where the room's note says that its sockets are.
fn noted(place: &Place) -> PathBuf {
    PathBuf::from(place.read(".opsroom/runtime").trim_end())
}

/// The agent is still there, and can say what it has to say.
fn the_agent_speaks(place: &Place, agent: i32) {
    assert_eq!(place.agents(), [("waiter".to_owned(), agent)]);
    fs::write(place.room.join("go"), "").unwrap();
    let said = eventually("the verb", || {
        Some(place.read("said")).filter(|said| said.ends_with('\n'))
    });
    assert_eq!(said, "code 0\n");
    assert_eq!(place.noted("spoke").len(), 1);
}

/// Closes the room. Nothing is left of it.
fn stops(place: &Place, agent: i32) {
    let sockets = noted(place);
    assert!(sockets.is_dir());
    let said = place.ok(&["stop", "--force"]);
    assert!(said.starts_with("stopped"), "{said}");
    assert!(!lives(agent) && !sockets.exists());
}

#[test]
fn a_room_whose_runtime_directory_was_made_anew_is_found_and_its_server_and_agents_go_on() {
    let (place, server, agent) = lived_in();
    let console = place.console(&[], 120, 30);
    console.sees("ready");
    remove_runtime(&place);
    make_runtime(&place);
    assert_eq!(place.server_pid(), Some(server));
    the_agent_speaks(&place, agent);
    console.sees("1 said");
    // Whoever serves next finds the keeper, too.
    kill(server);
    eventually("the next server", || {
        place.server_pid().filter(|next| *next != server)
    });
    assert_eq!(place.agents(), [("waiter".to_owned(), agent)]);
    stops(&place, agent);
}

#[test]
fn a_room_whose_runtime_directory_cannot_be_made_anew_is_found_elsewhere() {
    let (place, server, agent) = lived_in();
    remove_runtime(&place);
    fs::write(&place.runtime, "no folder").unwrap();
    assert_eq!(place.server_pid(), Some(server));
    assert!(!noted(&place).starts_with(&place.runtime));
    place.console(&[], 120, 30).sees("ready");
    the_agent_speaks(&place, agent);
    kill(server);
    assert_eq!(place.agents(), [("waiter".to_owned(), agent)]);
    stops(&place, agent);
}

#[test]
fn a_keeper_whose_runtime_directory_went_while_no_server_ran_is_found_with_its_agents() {
    let (place, server, agent) = lived_in();
    kill(server);
    eventually("the server's end", || (!lives(server)).then_some(()));
    remove_runtime(&place);
    make_runtime(&place);
    the_agent_speaks(&place, agent);
    stops(&place, agent);
}

#[test]
fn where_a_server_holds_the_room_and_is_not_reached_stop_says_which_and_what_to_do() {
    let (place, server, agent) = lived_in();
    let process = Pid::from_raw(server).unwrap();
    kill_process(process, Signal::STOP).unwrap();
    remove_runtime(&place);
    make_runtime(&place);
    let said = place.fails(&["stop", "--force"]);
    assert!(said.contains(&format!("process {server} holds")), "{said}");
    assert!(said.contains(&format!("`kill {server}`")), "{said}");
    kill_process(process, Signal::CONT).unwrap();
    assert_eq!(place.server_pid(), Some(server));
    stops(&place, agent);
}
