//! What is only true while one server runs: what was heard, who is away, what is being written.
//! No line of the journal says it and nothing durable may be decided from it alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{AgentId, BriefId, Place, RequestId, SeatId, Time, state::Live};

/// What a server that takes over starts without.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passing {
    /// What was heard of the living agents.
    pub(super) live: BTreeMap<AgentId, Live>,
    /// Open requests whose asker lost its line, and when.
    pub(super) away: BTreeMap<RequestId, Time>,
    /// When a person last typed into a pane.
    pub(super) typed: BTreeMap<(SeatId, AgentId), Time>,
    /// New briefs whose file was not seen yet.
    pub(super) writing: BTreeMap<BriefId, Place>,
    /// Moves of the server before this one that must be done again.
    pub(super) again: BTreeSet<BriefId>,
    /// Numbers of living processes that the journal does not know. Not given out again.
    pub(super) strays: BTreeSet<AgentId>,
    /// Whether a file that appears is news.
    pub(super) scan: Scan,
}

/// How far the folder is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scan {
    /// What appears was there before.
    #[default]
    First,
    /// What appears is new.
    Done,
}
