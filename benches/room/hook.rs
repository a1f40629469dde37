//! From a hook that an agent program calls to its card on a person's screen, beside agents that write.

use std::io::{BufRead as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::place::{Place, load};
use crate::table::Row;

const SAMPLES: usize = 60;
const BUSY: usize = 20;

/// Median and 95th percentile beside twenty agents of 400 lines a second each.
pub fn card() -> Row {
    let place = Place::new();
    let calls = place.room.join("calls");
    mknodat(CWD, &calls, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let named = calls.to_string_lossy().into_owned();
    let (asker, busy) = (load(&["hooks", &named]), load(&["lines", "400"]));
    let start = |name: &str, command: &[String]| {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        place.spawn(name, &words);
    };
    start("asker", &asker);
    (0..BUSY).for_each(|number| start(&format!("busy{number}"), &busy));
    let mut window = place.window();
    window.sees("asker");
    window.drain(Duration::from_secs(2));
    let mut calls = std::fs::OpenOptions::new().write(true).open(calls).unwrap();
    let mut taken = Vec::with_capacity(SAMPLES);
    for number in 0..SAMPLES {
        // a word that nothing else on the screen uses
        let word = format!("ask{number:03}card");
        let start = Instant::now();
        writeln!(calls, "{word}").unwrap();
        window.sees(&word);
        taken.push(start.elapsed());
        writeln!(calls, "over").unwrap();
        window.until("no card", |screen| screen.contains("nothing waits"));
        window.drain(Duration::from_millis(50 + number as u64 * 7 % 29));
    }
    taken.drain(..5); // the first ones warm up
    taken.sort();
    let at =
        |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)].as_secs_f64() * 1e3;
    Row::alone(
        "hook-20",
        "ms p50/p95",
        format!("{:.1}/{:.1}", at(50), at(95)),
        "-/100",
    )
}

/// The agent: for each word that comes, a hook that asks about it, until it is over.
pub fn calls(path: &str) {
    let calls = std::fs::File::open(path).unwrap();
    let mut asked: Option<(String, Child)> = None;
    for word in std::io::BufReader::new(calls).lines().map_while(Result::ok) {
        match asked.take() {
            None => asked = Some((word.clone(), hook("PermissionRequest", &word))),
            Some((word, mut asking)) => {
                let _ = hook("PostToolUse", &word).wait();
                let _ = asking.wait();
            }
        }
    }
}

fn hook(event: &str, word: &str) -> Child {
    let own = std::env::var("OPSROOM_BIN").unwrap();
    let payload = format!(
        "{{\"session_id\":\"s\",\"prompt_id\":\"p\",\"tool_name\":\"Bash\",\"tool_input\":{{\"command\":\"{word}\"}}}}"
    );
    let mut command = Command::new(own);
    let command = command.args(["hook", "claude", event]);
    let mut hook = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    hook.stdin
        .take()
        .unwrap()
        .write_all(payload.as_bytes())
        .unwrap();
    hook
}
