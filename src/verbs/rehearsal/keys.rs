//! What is typed at the rehearsal: keys and pastes, read off its terminal by one thread.

use std::io::Read as _;

use anyhow::Context as _;
use tokio::sync::mpsc;

/// One thing that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    Text(String),
    Enter,
    Backspace,
    ClearLine,
    Escape,
    Interrupt,
}

const PASTE: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// The longest paste that is kept, in bytes; what is above it is dropped.
const LONGEST: usize = 64 * 1024;

/// Puts the terminal into raw mode and reads it.
pub fn listen() -> anyhow::Result<mpsc::Receiver<Typed>> {
    crossterm::terminal::enable_raw_mode()
        .context("a rehearsal plays in a terminal; run it with `opsroom spawn`")?;
    // A full channel makes the terminal hold what is typed.
    let (tell, typed) = mpsc::channel(64);
    std::thread::spawn(move || {
        let mut held = Vec::new();
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = std::io::stdin().read(&mut bytes) {
            held.extend_from_slice(&bytes[..read]);
            for one in take(&mut held) {
                if tell.blocking_send(one).is_err() {
                    return;
                }
            }
        }
    });
    Ok(typed)
}

/// Leaves the terminal as it was.
pub fn leave() {
    let _ = crossterm::terminal::disable_raw_mode();
}

/// Takes what is whole; the beginning of a paste stays.
fn take(held: &mut Vec<u8>) -> Vec<Typed> {
    let mut typed = Vec::new();
    let mut at = 0;
    while at < held.len() {
        let rest = &held[at..];
        if rest.starts_with(PASTE) {
            let Some(end) = rest
                .windows(PASTE_END.len())
                .position(|window| window == PASTE_END)
            else {
                if rest.len() > LONGEST {
                    at = held.len();
                }
                break;
            };
            typed.push(Typed::Text(
                String::from_utf8_lossy(&rest[PASTE.len()..end]).into_owned(),
            ));
            at += end + PASTE_END.len();
            continue;
        }
        let (one, length) = key(rest);
        typed.extend(one);
        at += length;
    }
    held.drain(..at);
    typed
}

/// The first key, and how many bytes it took.
fn key(bytes: &[u8]) -> (Option<Typed>, usize) {
    match bytes[0] {
        b'\r' | b'\n' => (Some(Typed::Enter), 1),
        0x7f | 0x08 => (Some(Typed::Backspace), 1),
        0x15 => (Some(Typed::ClearLine), 1),
        0x03 => (Some(Typed::Interrupt), 1),
        0x1b => match bytes.get(1) {
            None => (Some(Typed::Escape), 1),
            Some(b'[' | b'O') => {
                let end = bytes[2..]
                    .iter()
                    .position(|byte| (0x40..=0x7e).contains(byte));
                (None, end.map_or(bytes.len(), |end| end + 3))
            }
            Some(_) => (Some(Typed::Escape), 1),
        },
        byte if byte < 0x20 => (None, 1),
        _ => {
            let end = bytes
                .iter()
                .position(|byte| *byte < 0x20 || *byte == 0x7f)
                .unwrap_or(bytes.len());
            (
                Some(Typed::Text(
                    String::from_utf8_lossy(&bytes[..end]).into_owned(),
                )),
                end,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_paste_is_one_text_however_its_bytes_come() {
        let mut held = b"\x1b[200~two".to_vec();
        assert_eq!(take(&mut held), []);
        held.extend_from_slice(b"\nlines\x1b[201~\r");
        assert_eq!(
            take(&mut held),
            [Typed::Text("two\nlines".into()), Typed::Enter]
        );
    }

    #[test]
    fn keys_are_told_from_sequences() {
        let mut held = b"1\x1b[Ay\x7f".to_vec();
        assert_eq!(
            take(&mut held),
            [
                Typed::Text("1".into()),
                Typed::Text("y".into()),
                Typed::Backspace
            ]
        );
        let mut held = b"\x1b".to_vec();
        assert_eq!(take(&mut held), [Typed::Escape]);
    }
}
