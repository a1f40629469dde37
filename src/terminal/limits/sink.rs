//! Where a scanner's findings go. Finds nothing itself.

use super::super::csi::Csi;

/// What ended a string; the answer to a question in it ends the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Terminator {
    /// BEL.
    Bell,
    /// ESC backslash.
    St,
}

impl Terminator {
    /// Its bytes.
    pub fn text(self) -> &'static str {
        match self {
            Terminator::Bell => "\x07",
            Terminator::St => "\x1b\\",
        }
    }
}

/// Where the scanner's findings go, in the order of the bytes.
pub(in super::super) trait Sink {
    /// Bytes for the engine: whole characters, controls and sequences it may see.
    fn pass(&mut self, bytes: &[u8]);
    /// Takes bytes as part of a flood that goes on, as far as they are; says how far, and whether there was text in
    /// them. It looks at them itself.
    fn flood(&mut self, bytes: &[u8]) -> (usize, Wrote);
    /// The same of screens that are painted again and again, where these bytes begin with one and some of it can be left
    /// out.
    fn paint(&mut self, _bytes: &[u8]) -> (usize, Wrote) {
        (0, Wrote::Nothing)
    }
    /// Whether so many bytes at once may be paint.
    fn may_be_paint(&self, _length: usize) -> bool {
        false
    }
    /// Many marks went by: look over the cells.
    fn settle(&mut self);
    /// `ESC x` for the screen itself.
    fn escape(&mut self, byte: u8);
    /// A control sequence for the screen itself.
    fn csi(&mut self, csi: &Csi<'_>);
    /// A whole operating system command.
    fn osc(&mut self, body: &[u8], end: Terminator);
    /// A whole device control string.
    fn dcs(&mut self, body: &[u8]);
}

/// Whether bytes wrote something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Wrote {
    /// At least one character.
    Text,
    /// Controls and sequences only.
    Nothing,
}
