//! How fast `cat` gets rid of a file in a pane that is looked at, as a share of a terminal whose reader
//! throws everything away.

use std::fs;
use std::path::{Path, PathBuf};
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

/// Measures one: the best of three each, in turns.
pub fn measure(kind: &Kind) -> Row {
    let place = Place::new();
    place.file("data", (kind.make)(kind.bytes));
    let script = place.file("cat.sh", SCRIPT);
    let agent = ["sh", script.to_str().unwrap()];
    let started = |console: &mut Console| console.drain(Duration::from_millis(300));
    let mut bare = place.console(Path::new("sh"), &agent[1..]);
    started(&mut bare);
    let bare = speed(&place, &mut bare, kind.bytes);
    let tmux = Tmux::start(&place, &agent).map(|tmux| {
        let mut window = tmux.window();
        started(&mut window);
        speed(&place, &mut window, kind.bytes)
    });
    place.spawn("cat", &agent);
    let mut window = place.window();
    window.sees("cat");
    window.write(b"z");
    started(&mut window);
    let ours = speed(&place, &mut window, kind.bytes);
    Row {
        name: kind.name.to_owned(),
        unit: "share of bare (MB/s)",
        ours: format!("{:.2} ({ours:.0})", ours / bare),
        bare: format!("1.00 ({bare:.0})"),
        tmux: tmux.map_or("-".to_owned(), |tmux| {
            format!("{:.2} ({tmux:.0})", tmux / bare)
        }),
        target: kind.target.to_string(),
    }
}

/// Waits for a file `go`, writes the data, and leaves the time it took in a file.
const SCRIPT: &str = "cd .. 2>/dev/null
while :; do
  while [ ! -e go ]; do sleep 0.02; done
  rm go
  from=$(date +%s%N); cat data; to=$(date +%s%N)
  echo $((to - from)) > took.new; mv took.new took
done
";

fn speed(place: &Place, console: &mut Console, bytes: usize) -> f64 {
    let folder: PathBuf = place.room.parent().unwrap().to_path_buf();
    let mut best: f64 = 0.0;
    for _ in 0..3 {
        place.file("go", "");
        let by = Instant::now() + Duration::from_secs(20);
        while !folder.join("took").exists() && Instant::now() < by {
            console.drain(Duration::from_millis(20));
        }
        let took = fs::read_to_string(folder.join("took")).unwrap_or_default();
        let _ = fs::remove_file(folder.join("took"));
        let ns: f64 = took.trim().parse().unwrap_or(f64::INFINITY);
        best = best.max(bytes as f64 * 1e3 / ns);
    }
    best
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
