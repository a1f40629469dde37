//! How fast `cat` gets rid of a file in a pane that is looked at, as a share of a terminal whose reader
//! throws everything away.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::console::Console;
use crate::place::Place;
use crate::table::Row;
use crate::tmux::Tmux;

/// One kind of output.
pub struct Kind {
    /// The figure's name.
    pub name: &'static str,
    /// The target, as a share of the bare terminal.
    pub target: f64,
    make: fn(usize) -> Vec<u8>,
    bytes: usize,
}

/// All of them.
pub const ALL: [Kind; 3] = [
    Kind {
        name: "cat-plain",
        target: 0.85,
        make: plain,
        bytes: 64 << 20,
    },
    Kind {
        name: "cat-sgr",
        target: 0.8,
        make: sgr,
        bytes: 20 << 20,
    },
    Kind {
        name: "cat-redraw",
        target: 0.8,
        make: redraw,
        bytes: 20 << 20,
    },
];

/// How often each is measured.
const TURNS: usize = 15;

/// Measures one: the middle of some runs each, in turns, so that what else the machine does is in all of them alike.
pub fn measure(kind: &Kind) -> Row {
    let place = Place::new();
    place.file("data", (kind.make)(kind.bytes));
    let script = place.file("cat.sh", SCRIPT);
    let script = script.to_str().unwrap();
    let agent = |name| ["sh", script, name];
    let started = |mut console: Console, name| {
        console.drain(Duration::from_millis(300));
        Running {
            name,
            console,
            took: Vec::new(),
        }
    };
    let bare = place.console(Path::new("sh"), &agent("bare")[1..]);
    let mut all = vec![started(bare, "bare")];
    place.spawn("cat", &agent("ours"));
    let mut window = place.window();
    window.sees("cat");
    window.write(b"z");
    all.push(started(window, "ours"));
    let tmux = Tmux::start(&place, &agent("tmux"));
    all.extend(tmux.as_ref().map(|tmux| started(tmux.window(), "tmux")));
    for _ in 0..TURNS {
        all.iter_mut().for_each(|one| one.runs(&place));
    }
    let mut speeds = all.iter_mut().map(|one| one.speed(kind.bytes));
    let (bare, ours) = (speeds.next().unwrap(), speeds.next().unwrap());
    let share = |speed: f64| format!("{:.2} ({speed:.0})", speed / bare);
    Row {
        name: kind.name.to_owned(),
        unit: "share of bare (MB/s)",
        ours: share(ours),
        bare: share(bare),
        tmux: speeds.next().map_or("-".to_owned(), share),
        target: kind.target.to_string(),
    }
}

/// Waits for a file `go-NAME`, writes the data, and leaves the time it took in `took-NAME`.
const SCRIPT: &str = "cd .. 2>/dev/null
while :; do
  while [ ! -e go-$1 ]; do sleep 0.02; done
  rm go-$1
  from=$(date +%s%N); cat data; to=$(date +%s%N)
  echo $((to - from)) > new-$1; mv new-$1 took-$1
done
";

/// A terminal in which the script waits.
struct Running {
    name: &'static str,
    console: Console,
    /// Nanoseconds.
    took: Vec<f64>,
}

impl Running {
    /// Once.
    fn runs(&mut self, place: &Place) {
        let took = place.room.with_file_name(format!("took-{}", self.name));
        place.file(&format!("go-{}", self.name), "");
        let by = Instant::now() + Duration::from_secs(20);
        while !took.exists() && Instant::now() < by {
            self.console.drain(Duration::from_millis(20));
        }
        let text = fs::read_to_string(&took).unwrap_or_default();
        let _ = fs::remove_file(took);
        self.took.push(text.trim().parse().unwrap_or(f64::INFINITY));
        // What it still has to do is no part of the next one's time.
        self.console.drain(Duration::from_millis(150));
    }

    /// The middle, in MB a second.
    fn speed(&mut self, bytes: usize) -> f64 {
        self.took.sort_by(f64::total_cmp);
        bytes as f64 * 1e3 / self.took[self.took.len() / 2]
    }
}

fn filled(bytes: usize, mut line: impl FnMut(usize) -> String) -> Vec<u8> {
    let mut all = String::with_capacity(bytes + 4096);
    let mut number = 0;
    while all.len() < bytes {
        all.push_str(&line(number));
        number += 1;
    }
    all.truncate(bytes);
    all.into_bytes()
}

/// Lines as a build writes them.
pub fn plain(bytes: usize) -> Vec<u8> {
    filled(bytes, |n| {
        format!(
            "{n:>7} the quick brown fox jumps over the lazy dog and runs on to line {}\n",
            n + 1
        )
    })
}

/// A colour for every word.
fn sgr(bytes: usize) -> Vec<u8> {
    filled(bytes, |n| {
        let (r, g, b) = (n % 256, n * 7 % 256, n * 13 % 256);
        let end = if n % 12 == 11 { "\n" } else { " " };
        format!("\x1b[38;2;{r};{g};{b}mword{}\x1b[0m{end}", n % 10)
    })
}

/// A program that paints its screen again and again.
fn redraw(bytes: usize) -> Vec<u8> {
    filled(bytes, |n| {
        let mut frame = "\x1b[H".to_owned();
        for row in 1..=40 {
            frame.push_str(&format!(
                "\x1b[{row};1H\x1b[3{}mrow {row} of frame {n}\x1b[0m ...........\x1b[K",
                (n + row) % 8
            ));
        }
        frame
    })
}
