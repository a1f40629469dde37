//! What a room costs while nobody asks for anything: time on a core, wake-ups, memory.

use std::time::{Duration, Instant};

use crate::place::{Place, Used, load, memory};
use crate::table::Row;
use crate::tmux::Tmux;

/// Sixteen agents that write ten lines a second each, looked at.
pub fn sixteen() -> Row {
    let command = load(&["lines", "10"]);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let place = Place::new();
    (0..16).for_each(|number| place.spawn(&format!("lines{number}"), &command));
    let mut window = place.window();
    window.sees("lines15");
    let pids: Vec<u32> = place
        .processes()
        .into_values()
        .chain([window.pid()])
        .collect();
    window.drain(Duration::from_secs(2));
    let ours = share(&pids, || window.drain(Duration::from_secs(10)));
    drop(window);
    place.opsroom(&["stop", "--force"]);
    let tmux = Tmux::start(&place, &command).map(|tmux| {
        (1..16).for_each(|_| tmux.split(&command));
        let mut window = tmux.window();
        window.drain(Duration::from_secs(2));
        share(&[tmux.pid(), window.pid()], || {
            window.drain(Duration::from_secs(10))
        })
    });
    Row {
        tmux: tmux.map_or("-".to_owned(), |tmux| format!("{tmux:.1}")),
        ..Row::alone("cpu-16", "% of a core", format!("{ours:.1}"), "2.2")
    }
}

fn share(pids: &[u32], mut pass: impl FnMut()) -> f64 {
    let (before, start) = (Used::by(pids), Instant::now());
    pass();
    Used::by(pids).since(before).cpu / start.elapsed().as_secs_f64() * 100.0
}

/// Twenty agents that say nothing, without and with a window.
pub fn silent() -> Vec<Row> {
    let place = Place::new();
    (0..20).for_each(|number| place.spawn(&format!("still{number}"), &["sleep", "600"]));
    std::thread::sleep(Duration::from_secs(2));
    let pids: Vec<u32> = place.processes().into_values().collect();
    let nobody = wakes(&pids, || std::thread::sleep(Duration::from_secs(8)));
    let mut window = place.window();
    window.sees("still0");
    window.drain(Duration::from_secs(3));
    let pids: Vec<u32> = pids.into_iter().chain([window.pid()]).collect();
    let looked_at = wakes(&pids, || window.drain(Duration::from_secs(8)));
    vec![
        Row::alone("silent-20", "% of a core (wakes/s)", nobody, "0.0"),
        Row::alone("silent-20-seen", "% of a core (wakes/s)", looked_at, "0.0"),
    ]
}

fn wakes(pids: &[u32], pass: impl FnOnce()) -> String {
    let (before, start) = (Used::by(pids), Instant::now());
    pass();
    let (used, took) = (Used::by(pids).since(before), start.elapsed().as_secs_f64());
    format!(
        "{:.2} ({:.1})",
        used.cpu / took * 100.0,
        used.sleeps as f64 / took
    )
}

/// Sixty-four panes of ten thousand full lines of 200 columns.
pub fn memory_of_64() -> Vec<Row> {
    let place = Place::new();
    place.spawn("wide", &["cat"]);
    let mut window = place.window();
    window.sees("wide");
    let server = place.processes()["serve"];
    let before = memory(server);
    let command = load(&["fill", "10000", "200"]);
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    (0..64).for_each(|number| place.spawn(&format!("full{number}"), &command));
    settle(&mut window, server);
    let after = memory(server);
    let all: f64 = place
        .processes()
        .into_values()
        .chain([window.pid()])
        .map(memory)
        .sum();
    vec![
        Row::alone(
            "memory-pane",
            "MB",
            format!("{:.1}", (after - before) / 64.0),
            "5",
        ),
        Row::alone("memory-64", "MB", format!("{all:.0}"), "350"),
    ]
}

/// Waits until the server takes no more of the core.
fn settle(window: &mut crate::console::Console, server: u32) {
    for _ in 0..20 {
        let before = Used::by(&[server]);
        window.drain(Duration::from_secs(1));
        if Used::by(&[server]).since(before).cpu < 0.02 {
            return;
        }
    }
}
