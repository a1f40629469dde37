//! What a desk told the server, and what it waits for. Plain data.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AgentId, BriefId, Card, Gaze, SeatId, Untrusted};
use crate::terminal::Size;
use crate::wire::Place;
use crate::wire::cast::Still;

/// What the server was told last, so that only changes are sent.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Panes it sends.
    pub watched: BTreeSet<AgentId>,
    /// The generation acknowledged of each.
    pub acked: BTreeMap<AgentId, u64>,
    /// What is looked at.
    pub looks_at: Gaze,
    /// The seat whose view is gone along with.
    pub follows: Option<SeatId>,
    /// What was taken over of theirs.
    pub along: Option<Gaze>,
    /// The pane with the keyboard.
    pub keyboard: Option<AgentId>,
    /// Sizes asked for.
    pub sizes: BTreeMap<AgentId, Size>,
    /// The terminal's title (told to the terminal, not the server).
    pub title: String,
    /// Whether it was asked for the agent programs, because there is no agent.
    pub programs: Looked,
}

/// What an answer of the server is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A wish; the sentence to say when it is done, where there is one.
    Wish(String),
    /// A new brief, and the file that holds its text until it is one.
    Added(String),
    /// A decision, and the sentence to say when it is taken.
    Decide(Vec<Card>, String),
    /// Lines of this pane's past.
    Past(AgentId),
    /// Places in this pane.
    Find(AgentId),
    /// A brief's text, to read.
    Read(BriefId),
    /// A brief's path, to edit.
    Edit(BriefId),
    /// The file to split.
    Split(BriefId),
    /// The line of an ended agent's recording, in its tile.
    FindLine {
        /// Whose.
        agent: AgentId,
        /// What was searched for.
        needle: String,
        /// Where its recording has it, for when the tile does not hold the line any more.
        still: Still,
    },
    /// Lines with this text, wherever.
    FindAll(String),
    /// The diff of this brief's work, or of one file of it.
    Diff(BriefId, Option<Untrusted>),
    /// The agent programs.
    Programs,
}

/// Whether something was looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Looked {
    /// Not yet.
    #[default]
    NotYet,
    /// It was.
    Already,
}

/// A line to go to as soon as its pane is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Whose pane.
    pub agent: AgentId,
    /// Where in it.
    pub place: Place,
    /// What was searched for.
    pub needle: String,
}
