//! What the agents of these figures do: this very program, called with `load`.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// Makes load, mostly for ever.
pub fn run(arguments: &[String]) {
    let number = |at: usize| {
        arguments
            .get(at)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(1)
    };
    match arguments.first().map(String::as_str) {
        Some("lines") => lines(number(1)),
        Some("stream") => stream(number(1)),
        Some("hooks") => crate::hook::calls(arguments.get(1).map_or("", String::as_str)),
        Some("fill") => fill(number(1), number(2)),
        Some("spin") => loop {
            std::hint::spin_loop();
        },
        Some("asks") => crate::card::asks(arguments.get(1).map_or("", String::as_str)),
        _ => loop {
            std::thread::park();
        },
    }
}

/// So many lines a second, each written by itself.
fn lines(rate: u64) {
    let pause = Duration::from_micros(1_000_000 / rate);
    let mut out = std::io::stdout();
    let mut next = Instant::now();
    for number in 0_u64.. {
        if writeln!(out, "{number} the quick brown fox jumps over the lazy dog").is_err() {
            return;
        }
        next += pause;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// So many KB a second, in pieces.
fn stream(rate: u64) {
    const PIECES: u64 = 25;
    let line = b"\x1b[32mthe quick brown fox\x1b[0m jumps over the lazy dog\r\n";
    let piece: Vec<u8> = line
        .iter()
        .copied()
        .cycle()
        .take((rate * 1_000 / PIECES) as usize)
        .collect();
    let mut out = std::io::stdout();
    let mut next = Instant::now();
    while out.write_all(&piece).and_then(|()| out.flush()).is_ok() {
        next += Duration::from_millis(1_000 / PIECES);
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

/// So many full lines, and then silence.
fn fill(lines: u64, cols: u64) {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for number in 0..lines {
        let text: String = (0..cols)
            .map(|at| char::from(b'a' + ((number * 7 + at) % 26) as u8))
            .collect();
        let _ = out.write_all(text.as_bytes());
    }
    let _ = out.write_all(b"\r\nfilled");
    let _ = out.flush();
    loop {
        std::thread::park();
    }
}
