//! The breakroom: a few lines that everybody reads, people and agents. What is said there reaches no agent.

use serde::{Deserialize, Serialize};

use super::{Actor, Time, Untrusted};

/// So many lines are kept; the oldest goes.
pub const BREAKROOM_KEPT: usize = 200;

/// Who may write in the breakroom beside agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Breakroom {
    /// Operators.
    #[default]
    Operators,
    /// Whoever is here.
    Everyone,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// Its number, counted from 1 without a gap.
    pub id: u64,
    /// When.
    pub at: Time,
    /// Who: the server's word, never the writer's.
    pub by: Actor,
    /// What.
    pub text: Untrusted,
}
