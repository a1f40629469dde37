//! THE LENS: what a diff of git says, as typed values: files, hunks, lines. Pure; runs no git, draws nothing.
//!
//! A [`Diff`] travels in bounded [`Piece`]s and is put together again by [`Joined`].

pub mod parse;
mod piece;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::model::Untrusted;

pub use piece::{Joined, PIECE_BYTES, Piece, pieces};

/// The most files of one diff; more are counted and left out.
pub const FILES: usize = 2_000;
/// The most bytes of git's text that are read for one diff; what is behind them is left out, and said.
pub const BYTES: usize = 8 * 1024 * 1024;
/// The longest line that is kept, in bytes; the rest of a longer one is left out, with `…` in its place.
pub const LINE: usize = 4 * 1024;

/// What changed, file by file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// In git's order, [`FILES`] at most.
    pub files: Vec<File>,
    /// Whether something of it is missing.
    pub reach: Reach,
}

/// Whether all of a diff is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// It is.
    #[default]
    All,
    /// A part; the sentence says what is missing.
    Part(String),
}

/// One changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path in the repository; of a deleted one, the path that it had.
    pub path: Untrusted,
    /// The path that it had, where it has another one now.
    pub old_path: Option<Untrusted>,
    /// What became of it.
    pub status: FileStatus,
    /// Its modes before and after (`100644`), where they differ.
    pub modes: Option<(Untrusted, Untrusted)>,
    /// Whether there is text to see.
    pub body: Body,
    /// Its hunks, in order.
    pub hunks: Vec<Hunk>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileStatus {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// It has other content or another mode.
    #[default]
    Modified,
    /// It has another name.
    Renamed,
    /// It is a copy of another one.
    Copied,
}

/// Whether a file has text to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Lines.
    #[default]
    Text,
    /// Bytes that are no text.
    Binary,
    /// A commit of another repository; its lines name the two commits.
    Submodule,
}

/// Lines that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// The number of its first line before, from 1; the line above it where it has none before.
    pub old: u32,
    /// The number of its first line now, from 1; the line above it where it has none now.
    pub new: u32,
    /// What git names behind the numbers: the function around it.
    pub heading: Untrusted,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which side it is on.
    pub kind: LineKind,
    /// Its text, without the line's end.
    pub text: Untrusted,
}

/// Which side a line is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineKind {
    /// Both.
    Context,
    /// Only before.
    Removed,
    /// Only now.
    Added,
    /// No line: the one above it does not end with a line's end.
    NoNewline,
}

impl Body {
    /// Of a file that was the one and is the other.
    fn with(self, other: Body) -> Body {
        match (self, other) {
            (Body::Text, other) | (other, Body::Text) => other,
            (Body::Binary, _) | (_, Body::Binary) => Body::Binary,
            (Body::Submodule, Body::Submodule) => Body::Submodule,
        }
    }
}

impl File {
    /// How many lines were added and removed.
    pub fn stat(&self) -> (usize, usize) {
        let lines = || self.hunks.iter().flat_map(|hunk| &hunk.lines);
        let count = |kind| lines().filter(|line| line.kind == kind).count();
        (count(LineKind::Added), count(LineKind::Removed))
    }
}

impl File {
    /// The removed lines from this number on, one after the other, as far as they go.
    pub fn removed_from(&self, first: u32) -> Vec<&str> {
        let mut lines = Vec::new();
        let mut next = first;
        for hunk in &self.hunks {
            let (mut old, _) = hunk.first();
            for line in &hunk.lines {
                if line.kind == LineKind::Removed && old == next {
                    lines.push(line.text.raw());
                    next = next.saturating_add(1);
                }
                old = old.saturating_add(line.kind.steps().0);
            }
        }
        lines
    }
}

impl Hunk {
    /// The number of its first line before and now: one on where it has none there, as git counts those.
    pub fn first(&self) -> (u32, u32) {
        let has = |other| self.lines.iter().any(|line| line.is_on(other));
        let old = self.old + u32::from(!has(LineKind::Removed));
        let new = self.new + u32::from(!has(LineKind::Added));
        (old, new)
    }
}

impl Line {
    /// Whether it is on the side that `side` stands for.
    fn is_on(&self, side: LineKind) -> bool {
        self.kind == side || self.kind == LineKind::Context
    }
}

impl LineKind {
    /// How far the two line numbers go on behind such a line.
    pub fn steps(self) -> (u32, u32) {
        match self {
            LineKind::Context => (1, 1),
            LineKind::Removed => (1, 0),
            LineKind::Added => (0, 1),
            LineKind::NoNewline => (0, 0),
        }
    }

    /// The sign in front of it.
    pub fn sign(self) -> char {
        match self {
            LineKind::Context => ' ',
            LineKind::Removed => '-',
            LineKind::Added => '+',
            LineKind::NoNewline => '\\',
        }
    }
}
