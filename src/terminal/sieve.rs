//! The scanner with nothing behind it, for measuring. Draws nothing, keeps nothing.

use super::cell::Size;
use super::csi::Csi;
use super::limits::{Limits, Scanner, Sink, Terminator, Wrote};

/// A scanner whose findings are only counted.
#[derive(Debug)]
pub struct Sieve {
    scanner: Scanner,
    passed: Passed,
}

#[derive(Debug, Default)]
struct Passed(u64);

impl Sieve {
    /// A scanner as a screen has it.
    pub fn new(limits: Limits) -> Sieve {
        Sieve {
            scanner: Scanner::new(&limits),
            passed: Passed::default(),
        }
    }

    /// Goes over the next bytes of a stream; returns how many the engine would have been given so far.
    pub fn feed(&mut self, bytes: &[u8]) -> u64 {
        self.scanner.feed(bytes, Size::default(), &mut self.passed);
        self.passed.0
    }
}

impl Sink for Passed {
    fn pass(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as u64;
    }

    fn flood(&mut self, _bytes: &[u8]) -> (usize, Wrote) {
        (0, Wrote::Nothing)
    }

    fn settle(&mut self) {}

    fn escape(&mut self, _byte: u8) {}

    fn csi(&mut self, _csi: &Csi<'_>) {}

    fn osc(&mut self, _body: &[u8], _end: Terminator) {}

    fn dcs(&mut self, _body: &[u8]) {}
}
