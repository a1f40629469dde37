//! What is kept of a command's output: its start and its end, and how much was between them.

use std::collections::VecDeque;

/// Bytes with two limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    start: Vec<u8>,
    end: VecDeque<u8>,
    most_start: usize,
    most_end: usize,
    left_out: u64,
}

impl Kept {
    /// Keeps so many bytes of the start, and so many of the end.
    pub fn new(most_start: usize, most_end: usize) -> Self {
        Self {
            most_start,
            most_end,
            ..Self::default()
        }
    }

    /// Takes what comes next.
    pub fn push(&mut self, bytes: &[u8]) {
        let room = self.most_start.saturating_sub(self.start.len());
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.start.extend_from_slice(first);
        self.end.extend(rest);
        let over = self.end.len().saturating_sub(self.most_end);
        self.end.drain(..over);
        self.left_out = self
            .left_out
            .saturating_add(u64::try_from(over).unwrap_or(0));
    }

    /// How many bytes were left out.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// All that was kept, with a line where something was left out.
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = self.start.clone();
        if self.left_out > 0 {
            let line = format!("\n[… {} bytes left out …]\n", self.left_out);
            all.extend_from_slice(line.as_bytes());
        }
        all.extend(&self.end);
        all
    }

    /// The same as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_start_and_the_end_are_kept_and_what_lies_between_is_counted() {
        let mut kept = Kept::new(4, 3);
        for piece in ["ab", "cdef", "g", "hijk"] {
            kept.push(piece.as_bytes());
        }
        assert_eq!(kept.left_out(), 4);
        assert_eq!(kept.text(), "abcd\n[… 4 bytes left out …]\nijk");
        let mut short = Kept::new(4, 3);
        short.push(b"abcdef");
        assert_eq!((short.text().as_str(), short.left_out()), ("abcdef", 0));
    }
}
