//! What a client and the server say of a diff: which is wanted, and its parts.

use serde::{Deserialize, Serialize};

use crate::diff::{Piece, Reach};
use crate::model::{CommentId, Digest, Untrusted};

/// What of a brief's work is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffOf {
    /// Since when.
    pub scope: DiffScope,
    /// Only this file, by its paths now and before; all where there is none, 2 at most.
    pub paths: Vec<Untrusted>,
    /// Lines around each change; more than a file has shows all of it.
    pub context: u32,
}

/// Since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffScope {
    /// Since the branch began: what was committed, and what was not.
    #[default]
    Branch,
    /// Since the last commit: what was not committed.
    Uncommitted,
}

/// A part of a diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffPart {
    /// What comes next of it.
    Pieces(Vec<Piece>),
    /// That was all.
    End(DiffEnd),
    /// There is none; why.
    Failed(String),
}

/// What is known of a diff as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffEnd {
    /// The same work has the same digest.
    pub on: Digest,
    /// What it is a diff of, in words: `opsroom/0012 since 1a2b3c4`.
    pub title: String,
    /// Whether all of it is here.
    pub reach: Reach,
    /// Comments whose lines do not stand at their place any more.
    pub outdated: Vec<CommentId>,
}
