//! Sizes from nothing to the largest number, of windows and of panes.

use opsroom::terminal::Size;
use opsroom::wire::ToServer;

use rustix::process::Signal;

use crate::client::{House, sh};
use crate::kit::signal;
use crate::support::Place;
use crate::tty::{Terminal, USUAL};

/// Sizes that a terminal may claim to have.
const ODD: [(u16, u16); 8] = [
    (0, 0),
    (1, 1),
    (65535, 1),
    (1, 65535),
    (2, 2),
    (65535, 65535),
    (0, 50),
    (200, 0),
];
/// What a window may take for all that, in bytes: the largest picture it draws has a million cells.
#[cfg(target_os = "linux")]
const WINDOW: u64 = 700 << 20;

#[test]
fn a_window_lives_through_every_size_from_nothing_to_65535() {
    let place = Place::new();
    place.ok(&[
        "spawn",
        "--name",
        "one",
        "--",
        "sh",
        "-c",
        "echo ready; exec cat",
    ]);
    let mut window = Terminal::open(&place, &[], USUAL);
    bounded(&window);
    window.sees("ready");
    for cells in ODD {
        let frames = window.frames();
        window.resize(cells);
        window.draws(frames);
        // Back to a usual one, at which it is seen to be alive.
        window.resize(USUAL);
        window.sees("ready");
        #[cfg(target_os = "linux")]
        assert!(crate::figures::rss(window.pid()) < WINDOW, "{cells:?}");
    }
    window.types("q");
    assert_eq!(window.ends().0, 0);
}

#[test]
fn a_key_that_comes_together_with_a_resize_is_not_lost() {
    let place = Place::new();
    let script = "stty raw -echo; printf ready; exec cat";
    place.ok(&["spawn", "--name", "one", "--", "sh", "-c", script]);
    let mut window = Terminal::open(&place, &[], USUAL);
    window.sees("ready");
    window.types("\r");
    window.sees("PANE");
    for round in 0..40_u16 {
        // Stopped, so that it finds both at once when it goes on.
        signal(window.pid(), Signal::STOP);
        window.resize((USUAL.0 - round % 2, USUAL.1));
        let word = format!("\rkey-{round};");
        window.types(&word);
        signal(window.pid(), Signal::CONT);
        window.sees(word.trim());
    }
}

#[test]
fn a_window_opens_in_a_terminal_of_any_size() {
    let place = Place::new();
    place.ok(&[
        "spawn",
        "--name",
        "one",
        "--",
        "sh",
        "-c",
        "echo ready; exec cat",
    ]);
    for cells in [(0, 0), (1, 1), (65535, 65535)] {
        let mut window = Terminal::open(&place, &[], cells);
        bounded(&window);
        window.draws(0);
        window.resize(USUAL);
        window.sees("ready");
        window.types("q");
        assert_eq!(window.ends().0, 0, "{cells:?}");
    }
}

/// No window of a test takes the machine's memory, whatever goes wrong.
fn bounded(window: &Terminal) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let most = Rlimit {
            current: Some(4 << 30),
            maximum: Some(4 << 30),
        };
        prlimit(Pid::from_raw(window.pid()), Resource::As, most).unwrap();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pane_of_any_size_that_a_client_names_goes_on() {
    let house = House::new();
    let mut alice = house.operator().await;
    let agent = alice.spawn(sh("echo ready; exec cat")).await;
    alice.watch(agent).await;
    alice.sees(agent, "ready").await;
    for (cols, rows) in [
        (0, 0),
        (1, 1),
        (65535, 1),
        (1, 65535),
        (65535, 65535),
        (0, 65535),
        (120, 40),
    ] {
        alice
            .send(ToServer::Resize {
                agent,
                size: Size { cols, rows },
            })
            .await;
        let word = format!("{cols}x{rows};");
        alice.types(agent, &word).await;
        alice.sees(agent, &word).await;
        let size = alice.grids[&agent].size();
        assert!(size.cols <= Size::MAX && size.rows <= Size::MAX, "{size:?}");
    }
}
