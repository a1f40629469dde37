//! Prints how long a large diff takes from `d` to its first picture, and how long each key takes in it: parsing,
//! desk and picture in this process, without git and without a socket. Run with `cargo bench --bench diff`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../tests/view_keys/play.rs"]
mod play;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use opsroom::diff::{parse, pieces};
use opsroom::wire::{DiffEnd, DiffPart, ToClient};
use play::Play;

/// Changed and unchanged lines of a file.
const FILE: usize = 500;
/// How often the first picture is made.
const OPENED: usize = 9;
/// How often each key is pressed.
const PRESSED: usize = 400;
/// Keys and what they do.
const KEYS: [(&str, &str); 6] = [
    ("j", "a line down"),
    ("ctrl-d", "half a page down"),
    ("pagedown", "a page down"),
    ("]", "to the next change"),
    ("}", "to the next file"),
    ("G g g", "to the end and back"),
];

fn main() {
    println!("lines     what                            ms: middle  99 of 100      worst");
    for lines in [10_000, 100_000] {
        let text = diff(lines);
        let mut opened: Vec<Duration> = (0..OPENED).map(|_| first_picture(&text).1).collect();
        row(lines, "d: to the first picture", &mut opened);
        let mut opened: Vec<Duration> = (0..OPENED).map(|_| desk_alone(&text)).collect();
        row(lines, "   of it the client's part", &mut opened);
        for (keys, what) in KEYS {
            let mut play = first_picture(&text).0;
            let mut pressed: Vec<Duration> = (0..PRESSED).map(|_| press(&mut play, keys)).collect();
            row(lines, &format!("{keys}: {what}"), &mut pressed);
        }
        let mut play = first_picture(&text).0;
        let mut turned: Vec<Duration> = (0..OPENED).map(|_| press(&mut play, "t")).collect();
        row(lines, "t: two columns, or one", &mut turned);
    }
}

/// A diff of so many lines: Rust, with a change every ten lines.
fn diff(lines: usize) -> String {
    let mut text = String::new();
    for file in 0..lines / FILE {
        let _ = write!(
            text,
            "diff --git a/src/part{file}.rs b/src/part{file}.rs\n--- a/src/part{file}.rs\n+++ b/src/part{file}.rs\n"
        );
        let _ = writeln!(text, "@@ -1,{FILE} +1,{FILE} @@ impl Part{file} {{");
        for line in 0..FILE {
            let mark = ["-", "+", " ", " ", " ", "-", "+", "+", " ", " "][line % 10];
            let _ = writeln!(
                text,
                "{mark}        let value{line} = self.parse(\"part {file}\", {line}).map(|it| it + 1)?;"
            );
        }
    }
    text
}

/// Lines of files in it, without its heads.
fn lines_of(text: &str) -> usize {
    text.matches("\n").count() / (FILE + 4) * FILE
}

/// Everything from the key on; what git prints is there.
fn first_picture(text: &str) -> (Play, Duration) {
    let mut play = Play::new();
    play.keys("1");
    let lines = lines_of(text);
    let begun = Instant::now();
    play.keys("d");
    let files = parse::parse(text.as_bytes()).files;
    comes(&mut play, files, lines);
    black_box(play.seen());
    (play, begun.elapsed())
}

/// Without parsing.
fn desk_alone(text: &str) -> Duration {
    let mut play = Play::new();
    play.keys("1");
    let (files, lines) = (parse::parse(text.as_bytes()).files, lines_of(text));
    let begun = Instant::now();
    play.keys("d");
    comes(&mut play, files, lines);
    black_box(play.seen());
    begun.elapsed()
}

fn comes(play: &mut Play, files: Vec<opsroom::diff::File>, lines: usize) {
    let ticket = play.desk.last_ticket;
    for piece in pieces(files) {
        let part = DiffPart::Pieces(piece);
        play.server(ToClient::Diff { ticket, part });
    }
    let end = DiffEnd {
        on: "work1".into(),
        title: "opsroom/0003-dev since 1a2b3c4d".to_owned(),
        ..DiffEnd::default()
    };
    let part = DiffPart::End(end);
    play.server(ToClient::Diff { ticket, part });
    let rows = play.desk.review.as_ref().map_or(0, |it| it.rows.all.len());
    assert!(rows > lines, "the diff did not open, or not all of it");
}

fn press(play: &mut Play, keys: &str) -> Duration {
    let begun = Instant::now();
    play.keys(keys);
    black_box(play.seen());
    begun.elapsed()
}

fn row(lines: usize, what: &str, all: &mut [Duration]) {
    all.sort_unstable();
    let at = |share: usize| all[(all.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!(
        "{lines:>7}   {what:<34} {:>8.2} {:>10.2} {:>10.2}",
        at(50),
        at(99),
        at(100)
    );
}
