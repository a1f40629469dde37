//! From a key pressed to its letter on the screen, through client and server, while others are busy.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::console::Console;
use crate::place::{Place, load};
use crate::table::Row;
use crate::tmux::Tmux;

const SAMPLES: usize = 160;
/// The longest that is waited for one letter.
const LOST: Duration = Duration::from_secs(2);

/// What goes on beside the pane that is typed into.
pub struct Beside {
    /// The figure's name.
    pub name: &'static str,
    /// The targets of median and 99th percentile, in milliseconds.
    pub target: (f64, f64),
    visible: usize,
    hidden: usize,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Nothing,
    /// Nothing, but the processors do not go to sleep in between.
    Awake,
    Yes,
    BigFile,
    Lines,
}

/// All of it.
pub const ALL: [Beside; 6] = [
    Beside {
        name: "echo-idle",
        target: (0.5, 2.0),
        visible: 0,
        hidden: 0,
        what: What::Nothing,
    },
    Beside {
        name: "echo-awake",
        target: (0.5, 2.0),
        visible: 0,
        hidden: 0,
        what: What::Awake,
    },
    Beside {
        name: "echo-yes",
        target: (1.0, 5.0),
        visible: 1,
        hidden: 0,
        what: What::Yes,
    },
    Beside {
        name: "echo-4yes",
        target: (2.0, 8.0),
        visible: 4,
        hidden: 0,
        what: What::Yes,
    },
    Beside {
        name: "echo-cat",
        target: (2.0, 8.0),
        visible: 1,
        hidden: 0,
        what: What::BigFile,
    },
    Beside {
        name: "echo-hidden",
        target: (2.0, 8.0),
        visible: 0,
        hidden: 19,
        what: What::Lines,
    },
];

/// Measures one.
pub fn measure(beside: &Beside) -> Row {
    let place = Place::new();
    let _awake = beside.what.awake();
    let busy = beside.what.command(&place);
    let busy: Vec<&str> = busy.iter().map(String::as_str).collect();
    let mut bare = place.console(Path::new("cat"), &[]);
    let bare = middle_and_high(&mut bare);
    let ours = ours(&place, beside, &busy);
    let tmux = tmux(&place, beside, &busy);
    Row {
        name: beside.name.to_owned(),
        unit: "ms p50/p99",
        ours: said(Some(ours)),
        bare: said(Some(bare)),
        tmux: said(tmux),
        target: format!("{}/{}", beside.target.0, beside.target.1),
    }
}

fn ours(place: &Place, beside: &Beside, busy: &[&str]) -> (f64, f64) {
    place.spawn("typed", &["cat"]);
    for number in 0..beside.visible + beside.hidden {
        place.spawn(&format!("busy{number}"), busy);
    }
    let mut window = place.window();
    window.sees("typed");
    window.drain(Duration::from_millis(500));
    window.write(b"1");
    if beside.hidden > 0 {
        window.write(b"z");
        window.until("one pane", |screen| !screen.contains("busy0 "));
    }
    window.types_until(b"\r", "your keys go here");
    let got = middle_and_high(&mut window);
    place.opsroom(&["stop", "--force"]);
    got
}

fn tmux(place: &Place, beside: &Beside, busy: &[&str]) -> Option<(f64, f64)> {
    let tmux = Tmux::start(place, &["cat"])?;
    (0..beside.visible).for_each(|_| tmux.split(busy));
    (0..beside.hidden).for_each(|_| tmux.hidden(busy));
    let mut window = tmux.window();
    Some(middle_and_high(&mut window))
}

/// Median and 99th percentile of the time a letter takes, in milliseconds.
fn middle_and_high(console: &mut Console) -> (f64, f64) {
    let taken = letters(console, SAMPLES, LOST);
    (at(&taken, 50), at(&taken, 99))
}

/// The time that each of so many letters takes, in order of length; one that does not come counts as `lost`.
pub fn letters(console: &mut Console, samples: usize, lost: Duration) -> Vec<Duration> {
    console.drain(Duration::from_millis(700));
    // Letters that nothing else on the screen uses, each once.
    let greek_cyrillic_armenian = ('α'..='ω').chain('А'..='ѯ').chain('Ա'..='Ֆ');
    let mut taken = Vec::with_capacity(samples);
    for (number, letter) in greek_cyrillic_armenian.take(samples).enumerate() {
        let mut bytes = [0; 4];
        let bytes = letter.encode_utf8(&mut bytes).as_bytes();
        let start = Instant::now();
        console.write(bytes);
        let came = console.comes(bytes, lost);
        taken.push(if came { start.elapsed() } else { lost });
        console.drain(Duration::from_millis(13 + number as u64 * 7 % 29));
        if number % 40 == 39 {
            console.write(b"\r");
            console.drain(Duration::from_millis(50));
        }
    }
    taken.drain(..10); // the first ones warm up
    taken.sort();
    taken
}

/// A share of them took no longer than this, in milliseconds.
pub fn at(taken: &[Duration], share: usize) -> f64 {
    taken[(taken.len() * share / 100).min(taken.len() - 1)].as_secs_f64() * 1e3
}

/// Two figures.
pub fn said(figures: Option<(f64, f64)>) -> String {
    figures.map_or("-".to_owned(), |(middle, high)| {
        format!("{middle:.2}/{high:.2}")
    })
}

/// A process that is ended with this.
struct Spinning(Child);

impl Drop for Spinning {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl What {
    /// What keeps a processor from sleeping, and gives way to everything else.
    fn awake(self) -> Option<Spinning> {
        let What::Awake = self else {
            return None;
        };
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).args(load(&["spin"]));
        Some(Spinning(command.spawn().unwrap()))
    }

    fn command(self, place: &Place) -> Vec<String> {
        match self {
            What::Nothing | What::Awake => Vec::new(),
            What::Yes => vec!["yes".to_owned()],
            What::BigFile => {
                let file = place.file("big", crate::throughput::plain(64 << 20));
                let script = format!("while :; do cat {}; done", file.display());
                ["sh".to_owned(), "-c".to_owned(), script].into()
            }
            What::Lines => load(&["lines", "400"]),
        }
    }
}
