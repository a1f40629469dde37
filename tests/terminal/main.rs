//! What a screen promises, seen from outside: through its bytes, patches, answers and signals.
#![allow(clippy::unwrap_used, clippy::panic)]

mod answers;
mod hostile;
mod input;
mod lines;
mod links;
mod news;
mod picture;
mod properties;

use opsroom::terminal::*;

fn screen(cols: u16, rows: u16) -> Screen {
    Screen::new(Size::new(cols, rows), Limits::default())
}

fn fed(bytes: impl AsRef<[u8]>) -> Screen {
    let mut screen = screen(20, 5);
    screen.feed(bytes.as_ref()).unwrap();
    screen
}

fn texts(screen: &Screen) -> Vec<String> {
    screen
        .rows(0..u16::MAX)
        .iter()
        .map(|row| row.text().trim_end().to_owned())
        .collect()
}

fn text(screen: &Screen) -> String {
    texts(screen).join("\n").trim_end().to_owned()
}

fn history(screen: &Screen) -> Vec<String> {
    screen
        .history()
        .lines(0..u64::MAX)
        .map(|row| row.text().to_owned())
        .collect()
}

fn answers(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8(fed(bytes).take_replies()).unwrap()
}

fn signals(bytes: impl AsRef<[u8]>) -> Vec<Signal> {
    fed(bytes).take_signals()
}
