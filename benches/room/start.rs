//! How long a person waits for the first picture, and for the queue.

use std::time::{Duration, Instant};

use crate::place::Place;
use crate::table::Row;

/// From the command to the first picture with an agent in it; with a server, and without one.
pub fn first_frame() -> Vec<Row> {
    let warm = middle(7, || {
        let place = Place::new();
        place.spawn("first", &["cat"]);
        let start = Instant::now();
        let mut window = place.window();
        assert!(window.comes(b"first", Duration::from_secs(10)));
        start.elapsed()
    });
    let cold = middle(5, || {
        let place = Place::new();
        let start = Instant::now();
        let mut window = place.window();
        assert!(window.comes(b"bench", Duration::from_secs(10)));
        start.elapsed()
    });
    vec![
        Row::alone("first-frame", "ms", format!("{warm:.0}"), "-"),
        Row::alone("first-cold", "ms", format!("{cold:.0}"), "-"),
    ]
}

fn middle(times: usize, one: impl FnMut() -> Duration) -> f64 {
    let mut one = one;
    let mut all: Vec<Duration> = (0..times).map(|_| one()).collect();
    all.sort();
    all[all.len() / 2].as_secs_f64() * 1e3
}

/// So many briefs: the list, the window with its queue, and a changed file that shows.
pub fn briefs(count: usize) -> Vec<Row> {
    let place = Place::new();
    let settings = "name = \"bench\"\n[tracks.web]\nkind = \"coding\"\nstages = [{ name = \"dev\", role = \"builder\" }]\n[roles.builder]\nprofile = \"rehearsal\"\n";
    place.file("room/opsroom.toml", settings);
    for number in 0..count {
        place.file(
            &format!("room/briefs/web/dev/{number:05}-one.md"),
            brief(3, &format!("brief {number}")),
        );
    }
    let path = "room/briefs/web/dev/00000-one.md";
    place.file(path, brief(1, "zero"));
    let list = middle(3, || {
        let start = Instant::now();
        place.opsroom(&["brief", "list"]);
        start.elapsed()
    });
    let start = Instant::now();
    let mut window = place.window();
    assert!(window.comes(b"00001", Duration::from_secs(20)));
    let opened = start.elapsed().as_secs_f64() * 1e3;
    window.drain(Duration::from_millis(1500));
    // Each title differs from the last in every letter: only what differs is written to a terminal.
    let mut letters = 'A'..='Z';
    let seen = middle(7, || {
        let title = letters.next().unwrap().to_string().repeat(5);
        window.drain(Duration::from_millis(600));
        let start = Instant::now();
        place.file(path, brief(1, &title));
        assert!(
            window.comes(title.as_bytes(), Duration::from_secs(15)),
            "the change was not seen"
        );
        start.elapsed()
    });
    let name = |what: &str| format!("briefs-{}k-{what}", count / 1000);
    vec![
        Row::alone(&name("list"), "ms", format!("{list:.0}"), "-"),
        Row::alone(&name("open"), "ms, cold", format!("{opened:.0}"), "-"),
        Row::alone(&name("seen"), "ms", format!("{seen:.0}"), "-"),
    ]
}

fn brief(priority: u8, title: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\npriority = {priority}\n+++\nObjective: it works.\n\nDone: it was tried.\n"
    )
}
