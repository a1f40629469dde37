//! The words of a message, as they are written into a terminal.

use crate::profile::Paste;
use crate::terminal::{ModeSet, Modes, encode_paste};

/// A program without bracketed paste would take each line for an answer of its own: it gets one line.
pub(super) fn pasted(text: &str, modes: &Modes, paste: Paste) -> Vec<u8> {
    match paste {
        Paste::Bracketed if modes.on(ModeSet::BRACKETED_PASTE) => encode_paste(text, modes),
        Paste::Bracketed | Paste::Plain => {
            let one_line = text
                .trim()
                .split(['\r', '\n'])
                .map(str::trim)
                .filter(|line| !line.is_empty());
            let bare = Modes::default();
            encode_paste(&one_line.collect::<Vec<_>>().join(" "), &bare)
        }
    }
}
