//! Prints how fast a screen takes bytes in, how fast the scanner alone is beside memchr, how long a patch
//! takes, and how long it takes to read what a screen says. Run with `cargo bench`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use opsroom::config::profile::builtin;
use opsroom::model::State;
use opsroom::profile::screen::read;
use opsroom::terminal::{Limits, Screen, Sieve, Size};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Between two pictures.
const BEAT: Duration = Duration::from_millis(33);
const BYTES: usize = 64 << 20;
/// What one read of a PTY gives at most.
const READ: usize = 64 << 10;

fn plain() -> Vec<u8> {
    (0..1000)
        .map(|n| format!("{n:>5} the quick brown fox jumps over the lazy dog and runs on, {n}\r\n"))
        .collect::<String>()
        .into_bytes()
}

fn sgr() -> Vec<u8> {
    let word = |n: usize| {
        format!(
            "\x1b[38;2;{};{};{}mword{}\x1b[0m ",
            n % 256,
            n * 7 % 256,
            n * 13 % 256,
            n % 10
        )
    };
    (0..2000)
        .map(|n| {
            if n % 9 == 8 {
                "\r\n".to_owned()
            } else {
                word(n % 700)
            }
        })
        .collect::<String>()
        .into_bytes()
}

fn redraw() -> Vec<u8> {
    let row = |n: usize| {
        format!(
            "\x1b[{};1H\x1b[2K\x1b[1m{n:>3}\x1b[22m some text of a row that is painted again and again",
            n % 30 + 1
        )
    };
    let frame = |f: usize| {
        format!(
            "\x1b[?2026h{}\x1b[?2026l",
            (0..30).map(|n| row(f * 30 + n)).collect::<String>()
        )
    };
    (0..40).map(frame).collect::<String>().into_bytes()
}

fn unicode() -> Vec<u8> {
    (0..500)
        .map(|n| format!("{n} │ Grüße aus Köln ── 宽字符测试 ✓ ● naïve café 👩‍👩‍👧 …\r\n"))
        .collect::<String>()
        .into_bytes()
}

fn screen() -> Screen {
    Screen::new(Size::new(100, 30), Limits::default())
}

/// The scanner with no engine behind it on text without ESC, beside a search for ESC over the same bytes.
fn scanner() {
    let sample = plain();
    let stream = sample.repeat(READ * 8 / sample.len() + 1);
    let mut sieve = Sieve::new(Limits::default());
    let scanned = passes(&stream, |read| {
        black_box(sieve.feed(read));
    });
    let searched = passes(&stream, |read| {
        black_box(memchr::memchr(0x1b, read));
    });
    println!(
        "scanner    {scanned:>6.0} MB/s alone, {:.1} times as long as memchr ({searched:.0} MB/s)",
        searched / scanned
    );
}

/// MB/s of the best of some passes over a stream in pieces of one read.
fn passes(stream: &[u8], mut one: impl FnMut(&[u8])) -> f64 {
    let pass = |_| {
        let started = Instant::now();
        (0..64).for_each(|_| stream.chunks(READ).for_each(&mut one));
        64.0 * stream.len() as f64 / started.elapsed().as_secs_f64() / 1e6
    };
    (0..5).map(pass).fold(0.0, f64::max)
}

/// As a pane does it: everything is taken in, and shown thirty times a second.
fn speed(name: &str, sample: &[u8]) {
    let stream = sample.repeat(READ * 8 / sample.len() + 1);
    let mut screen = screen();
    let mut fed = 0;
    let started = Instant::now();
    let mut shown = started;
    while fed < BYTES {
        for read in stream.chunks(READ) {
            screen.take_in(read).unwrap();
            fed += read.len();
            if shown.elapsed() >= BEAT {
                screen.refresh().unwrap();
                shown = Instant::now();
            }
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{name:<10} {:>6.0} MB/s", fed as f64 / seconds / 1e6);
}

fn patches() {
    let mut screen = screen();
    screen.feed(&sgr().repeat(3)).unwrap();
    let rounds = 2000;
    let started = Instant::now();
    let rows: usize = (0..rounds)
        .map(|_| screen.patch_since(None).rows.len())
        .sum();
    println!(
        "patch      {:>6.1} µs for {} rows",
        started.elapsed().as_secs_f64() * 1e6 / f64::from(rounds),
        rows / rounds as usize
    );
    let started = Instant::now();
    for n in 0..rounds {
        let seen = screen.generation();
        screen
            .feed(format!("\x1b[{};1Hecho {n}", n % 30 + 1).as_bytes())
            .unwrap();
        assert!(screen.patch_since(Some(seen)).rows.len() <= 2);
    }
    println!(
        "echo       {:>6.1} µs from byte to patch",
        started.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
    );
}

/// The rules of every profile, on a full screen of words that none of them fits.
fn readings() {
    let words =
        "and then the quick brown fox jumps over the lazy dog, and the dog says nothing of it; ";
    let rows: Vec<String> = (0..60)
        .map(|n| {
            format!("{n:>3} {}", words.repeat(3))
                .chars()
                .take(200)
                .collect()
        })
        .collect();
    let rounds = 500;
    for (name, profile) in builtin().0 {
        let started = Instant::now();
        for _ in 0..rounds {
            assert_eq!(read(&profile.screen, &rows).state, State::Unknown);
        }
        println!(
            "{name:<10} {:>6.1} µs for a screen of 200x60 that {} rules do not fit",
            started.elapsed().as_secs_f64() * 1e6 / f64::from(rounds),
            profile.screen.len()
        );
    }
}

fn main() {
    scanner();
    speed("plain", &plain());
    speed("sgr", &sgr());
    speed("redraw", &redraw());
    speed("unicode", &unicode());
    speed(
        "osc",
        &[b"\x1b]0;".as_slice(), &[b'x'; 1 << 20], b"\x07"].concat(),
    );
    patches();
    readings();
}
