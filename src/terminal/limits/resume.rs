//! What another scanner needs to go on where this one is: the scroll region that went by, and the
//! sequence that has not ended. Scans nothing.

use super::super::cell::Size;
use super::super::csi::{Csi, SEQUENCE};
use super::{ESC, Scanner, State};

impl Scanner {
    /// The scroll region in force, from 1, where it is not the whole screen.
    pub fn margins(&self) -> Option<(u16, u16)> {
        self.margins
    }

    /// The screen has another size: its scroll region is whole again.
    pub fn resized(&mut self) {
        self.margins = None;
    }

    /// What was read of a sequence that has not ended, as it could be read again. The start of a
    /// character is left out.
    pub fn unfinished(&self) -> Vec<u8> {
        let (lead, body): (&[u8], &[u8]) = match self.state {
            State::Ground => return Vec::new(),
            State::Escape => (b"\x1b", &self.held),
            State::Csi => (b"\x1b[", &self.held),
            State::Swallow => return [b"\x1b[".as_slice(), &[b'0'; SEQUENCE + 1]].concat(),
            State::Text(kind) | State::TextEscape(kind) => (kind.opening(), self.string.body()),
        };
        let whole = match std::str::from_utf8(body) {
            Err(cut) if cut.error_len().is_none() => &body[..cut.valid_up_to()],
            Ok(_) | Err(_) => body,
        };
        let mut bytes = [lead, whole].concat();
        if let State::TextEscape(_) = self.state {
            bytes.push(ESC);
        }
        bytes
    }

    /// A scroll region is asked for.
    pub(super) fn note_margins(&mut self, csi: &Csi<'_>, size: Size) {
        let top = csi.number(0).max(1);
        let bottom = match csi.number(1) {
            0 => size.rows,
            bottom => bottom.min(size.rows),
        };
        if top < bottom {
            self.margins = ((top, bottom) != (1, size.rows)).then_some((top, bottom));
        }
    }
}
