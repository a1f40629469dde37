//! From the last byte of a dialog, and from the call of a verb, to its card on a person's screen, while twenty
//! other agents write 400 lines a second.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::console::Console;
use crate::place::{Place, load, program};
use crate::table::Row;

const SAMPLES: usize = 60;
const OTHERS: usize = 20;
/// Longer than a card needs to settle.
const SETTLED: Duration = Duration::from_millis(300);

const ROOM: &str = "name = \"bench\"\n[limits]\nagents = 200\nsettle_ms = 100\n";
const PROFILE: &str = "about = \"asks on its screen\"\n\
    [[screen]]\nname = \"asks\"\nsays = \"dialog\"\nall = ['re:\\?$']\n\
    [[screen]]\nname = \"at rest\"\nsays = \"idle\"\nall = [\"at rest\"]\n";

/// By the screen's rules, and by a verb.
pub fn measure() -> Vec<Row> {
    let place = Place::new();
    place.file("room/opsroom.toml", ROOM);
    place.file("room/profiles/asks.toml", PROFILE);
    let socket = place.room.join("asks");
    let lines = load(&["lines", "400"]);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let own = load(&["asks", &socket.to_string_lossy()]);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    place.opsroom(
        &[
            &["spawn", "--profile", "asks", "--name", "asks", "--"],
            own.as_slice(),
        ]
        .concat(),
    );
    (0..OTHERS).for_each(|number| place.spawn(&format!("lines{number}"), &lines));
    let mut window = place.window();
    window.sees("at rest");
    window.drain(Duration::from_secs(3));
    let mut asks = connect(&socket);
    let mut card = 0;
    let mut each = |order: &str, end: fn(&mut Console, &mut BufReader<UnixStream>)| {
        let mut all = Vec::with_capacity(SAMPLES);
        for _ in 0..SAMPLES {
            card += 1;
            let since = ordered(&mut asks, order);
            let corner = format!("#{card} ·");
            window.until(&corner, |screen| screen.contains(&corner));
            all.push(now_ms() - since);
            end(&mut window, &mut asks);
            window.until("no card", |screen| !screen.contains(&corner));
            window.drain(Duration::from_millis(137));
        }
        all
    };
    let screen = each("dialog", |_, asks| {
        ordered(asks, "rest");
    });
    let verb = each("verb", |window, _| {
        window.drain(SETTLED);
        window.write(b"a");
    });
    vec![
        row("card-screen", &screen, "300"),
        row("card-verb", &verb, "100"),
    ]
}

fn row(name: &str, all: &[f64], target: &str) -> Row {
    let mut sorted = all.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let ours = format!("{:.0}/{:.0}", at(0.5), at(0.95));
    Row::alone(name, "ms p50/p95", ours, target)
}

fn connect(socket: &Path) -> BufReader<UnixStream> {
    BufReader::new(UnixStream::connect(socket).unwrap())
}

/// Tells the asking agent what to do; gives when it began to count.
fn ordered(asks: &mut BufReader<UnixStream>, order: &str) -> f64 {
    writeln!(asks.get_mut(), "{order}").unwrap();
    let mut line = String::new();
    asks.read_line(&mut line).unwrap();
    line.trim().parse().unwrap()
}

/// The agent that asks: told on a socket how, it says when it did.
pub fn asks(socket: &str) {
    let listener = UnixListener::bind(socket).unwrap();
    let mut out = std::io::stdout();
    out.write_all(b"\x1b[2J\x1b[Hat rest\r\n").unwrap();
    out.flush().unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let mut asking: Option<Child> = None;
    let (mut line, mut number) = (String::new(), 0);
    while stream.read_line(&mut line).unwrap_or(0) > 0 {
        let before = now_ms();
        number += 1;
        let text = match line.trim() {
            "dialog" => format!("\x1b[2J\x1b[HGo on to {number}?\r\n ❯ 1. Yes\r\n   2. No\r\n"),
            _ => "\x1b[2J\x1b[Hat rest\r\n".to_owned(),
        };
        let since = if line.trim() == "verb" {
            if let Some(mut child) = asking.replace(ask(number)) {
                let _ended_long_ago = child.wait();
            }
            before
        } else {
            out.write_all(text.as_bytes()).unwrap();
            out.flush().unwrap();
            now_ms()
        };
        writeln!(stream.get_mut(), "{since}").unwrap();
        line.clear();
    }
}

fn ask(number: usize) -> Child {
    let mut command = Command::new(program());
    command.args(["ask-permission", "--tool", "bash", "--summary"]);
    command.arg(format!("echo {number}"));
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    quiet.spawn().unwrap()
}

/// Of one clock for all processes.
fn now_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs_f64() * 1e3
}
