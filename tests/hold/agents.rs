//! An agent gets no byte that nobody sent, whatever the windows that look at it go through.

use crate::kit::{operator, paths};
use crate::support::Place;
use crate::tty::{Terminal, USUAL};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_yes_or_no_gets_no_byte_from_windows_that_focus_zoom_search_detach_and_die() {
    let place = Place::new();
    // Prints every byte that it gets, as soon as it gets it.
    let script = "stty raw -echo; printf 'Proceed? [Y/n] '; exec od -An -v -tx1 -w1";
    place.ok(&["spawn", "--name", "asks", "--", "sh", "-c", script]);
    let mut first = Terminal::open(&place, &[], USUAL);
    first.sees("[Y/n]");
    let observer = Terminal::open(&place, &["attach", "--observer"], USUAL);
    observer.sees("[Y/n]");
    // Into the pane and out of it, zoomed, scrolled and searched, other layouts, and away.
    for keys in [
        "\r", "\x07", "z", "z", "[", "k", "/Y\r", "\x1b", "L", "\x1b", "?", "\x1b", "\r", "\x07",
    ] {
        let frames = first.frames();
        first.types(keys);
        first.draws_soon(frames);
    }
    first.resize((200, 60));
    first.draws_soon(first.frames());
    first.types("q");
    assert_eq!(first.ends().0, 0);
    // One dies with the keyboard in the pane, one is told to go, and the server is killed under a third.
    let mut second = Terminal::open(&place, &[], USUAL);
    second.sees("[Y/n]");
    second.types("\r");
    second.draws_soon(second.frames());
    second.kill();
    observer.terminate();
    observer.ends();
    let third = Terminal::open(&place, &[], USUAL);
    third.sees("[Y/n]");
    crate::kit::signal(place.server_pid().unwrap(), rustix::process::Signal::KILL);
    place.ok(&["ls"]);
    let mut last = Terminal::open(&place, &[], USUAL);
    last.sees("[Y/n]");
    let mut alice = operator(&paths(&place)).await;
    let agent = *alice.facts.agents.keys().next().unwrap();
    alice.watch(agent).await;
    alice.sees(agent, "[Y/n]").await;
    // Its first byte is the one a person types.
    last.types("\r");
    last.types("q");
    alice.sees(agent, "71").await;
    let text = alice.text(agent);
    let bytes: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.len() == 2)
        .collect();
    assert_eq!(bytes, ["71"], "{text}");
    drop(third);
}
