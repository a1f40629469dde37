//! Messages to an agent: held until it is at rest, then submitted, and delivered once the agent was seen to take it;
//! or not seen to be taken, or dropped, with a reason.

use serde::{Deserialize, Serialize};

use super::{Actor, AgentId, Time};

/// Words on their way to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in this room.
    pub id: u64,
    /// From whom.
    pub from: Actor,
    /// To which agent.
    pub to: AgentId,
    /// The words.
    pub text: String,
    /// Whether it may break into a running turn.
    pub manner: Manner,
    /// Since when.
    pub at: Time,
    /// How far it got.
    pub delivery: Delivery,
}

/// Whether a message waits for rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Manner {
    /// Waits until the turn ended and no dialog is open.
    AtRest,
    /// Interrupts the turn first.
    Interrupt,
}

/// How far a message got. Held, delivered or dropped; never silently lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// Waits for rest.
    Held,
    /// Handed to the pane, which has not yet said that it was written.
    Sent(Time),
    /// Submitted, and its agent was seen to take it.
    Delivered(Time),
    /// Submitted, and not seen to be taken: whether it was is not known. Why that is all that is known.
    Unseen(String),
    /// Not delivered, and why.
    Dropped(String),
}

/// How far a pane got with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrote {
    /// It was submitted then: a turn that begins from then on is its doing.
    Submitted(Time),
    /// The pane saw its program take it.
    Taken,
    /// It was submitted, and the pane saw nothing of it; what it saw instead.
    Unseen(String),
    /// It was not submitted, and why.
    Not(String),
}
