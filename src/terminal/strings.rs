//! The strings inside a stream (OSC, DCS, APC, PM, SOS): which kind may be kept, and how much of it.

use super::limits::Limits;
use memchr::{memchr2, memchr3};

/// The kinds of string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An operating system command; BEL ends it too.
    Osc,
    /// A device control string.
    Dcs,
    /// APC, PM, SOS and screen's title: swallowed.
    Ignored,
}

impl Kind {
    /// The kind that `ESC byte` opens.
    pub fn opened_by(byte: u8) -> Option<Kind> {
        match byte {
            b']' => Some(Kind::Osc),
            b'P' => Some(Kind::Dcs),
            b'X' | b'^' | b'_' | b'k' => Some(Kind::Ignored),
            _ => None,
        }
    }

    /// What opens a string of this kind.
    pub fn opening(self) -> &'static [u8] {
        match self {
            Kind::Osc => b"\x1b]",
            Kind::Dcs => b"\x1bP",
            Kind::Ignored => b"\x1b_",
        }
    }

    /// Where `bytes` may end a string of this kind: at ESC, CAN, SUB or, for an OSC, BEL.
    pub fn end(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Kind::Osc => memchr3(0x1b, 0x07, 0x18, bytes),
            Kind::Dcs | Kind::Ignored => memchr2(0x1b, 0x18, bytes),
        }
    }
}

/// What is kept of the string being read.
#[derive(Debug)]
pub(super) struct StringBuffer {
    kept: Vec<u8>,
    kind: Kind,
    whole: Whole,
    string_bytes: usize,
    clipboard_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Yes,
    TooLong,
}

/// A buffer that grew beyond this is given back after its string.
const KEEP: usize = 4 << 10;

impl StringBuffer {
    pub fn new(limits: &Limits) -> Self {
        StringBuffer {
            kept: Vec::new(),
            kind: Kind::Ignored,
            whole: Whole::Yes,
            string_bytes: limits.string_bytes,
            clipboard_bytes: limits.clipboard_bytes,
        }
    }

    /// Begins a string.
    pub fn open(&mut self, kind: Kind) {
        self.kept.clear();
        self.kind = kind;
        self.whole = Whole::Yes;
    }

    /// What is kept of it so far.
    pub fn body(&self) -> &[u8] {
        &self.kept
    }

    /// Adds to it; once it is too long nothing of it is kept.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.kind == Kind::Ignored || self.whole == Whole::TooLong {
            return;
        }
        let most = if self.is_clipboard(bytes) {
            self.clipboard_bytes
        } else {
            self.string_bytes
        };
        if self.kept.len() + bytes.len() <= most {
            self.kept.extend_from_slice(bytes);
        } else {
            self.whole = Whole::TooLong;
            self.kept = Vec::new();
        }
    }

    /// The string, if all of it was kept.
    pub fn whole(&self) -> Option<&[u8]> {
        (self.whole == Whole::Yes).then_some(&self.kept)
    }

    /// The string is over.
    pub fn close(&mut self) {
        self.kept.clear();
        self.kept.shrink_to(KEEP);
    }

    /// The bytes held now.
    pub fn held(&self) -> usize {
        self.kept.capacity()
    }

    fn is_clipboard(&self, more: &[u8]) -> bool {
        let mut start = self.kept.iter().chain(more);
        self.kind == Kind::Osc && b"52;".iter().all(|b| start.next() == Some(b))
    }
}
