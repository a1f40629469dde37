//! A line that a search through everything tells, and what says that it is the same as another.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::model::{AgentId, Time, Untrusted};
use crate::terminal::{Piece, excerpt};
use crate::wire::cast::Still;
use crate::wire::{FoundLine, Where};

/// The longest line that is told, in characters; of a longer one what stands around the text.
const LINE: usize = 300;

/// A line with the text that was searched for.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// What is told of it.
    pub line: FoundLine,
    /// A digest of all of it, also of what is not told: the same line has the same.
    pub whole: u64,
    /// Where the text ends in a recording: of a line that goes on in the next segment, that one tells the whole.
    pub ends: Option<Still>,
}

impl Occurrence {
    /// The text ends there in a recording.
    pub fn ending(self, at: Still) -> Self {
        Self {
            ends: Some(at),
            ..self
        }
    }

    /// A line, or the piece of one that is looked at, in which a text was found at this byte.
    pub fn new(
        (agent, at): (AgentId, Option<Time>),
        (line, piece): (&str, Piece),
        found: usize,
        place: Where,
    ) -> Self {
        let (text, piece) = excerpt(line, piece, found, LINE);
        let mut whole = DefaultHasher::new();
        line.hash(&mut whole);
        let line = FoundLine {
            agent,
            at,
            text: Untrusted::new(text),
            piece,
            place,
        };
        Self {
            line,
            whole: whole.finish(),
            ends: None,
        }
    }
}
