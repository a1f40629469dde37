//! A moment of an agent's recording: where in it a picture stands, so that it can be shown again.

use serde::{Deserialize, Serialize};

use super::{AgentId, Time};

/// The picture of one agent at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Whose.
    pub agent: AgentId,
    /// The segment of its recording, from 1.
    pub segment: u64,
    /// Where in that segment: the picture is what stands there once these many bytes were played.
    pub offset: u64,
    /// When the last of them came.
    pub at: Time,
    /// The generation of the screen.
    pub screen: u64,
    /// Whether a person had it before them.
    pub sight: Sight,
}

/// Whether a picture was before a person's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Their client had drawn exactly this picture, as far as the tile showed it: which part of it that was, whether they
    /// had gone back in the past, and what lay over it is not told.
    Drawn,
    /// Their client did not show this agent; this is how it stood.
    Elsewhere,
}
