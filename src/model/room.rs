//! All there is to know: the book (durable) and what is only true now.

use std::collections::BTreeMap;

use super::{
    Agent, AgentId, Ask, AskKey, Brief, BriefId, Card, Effect, Entry, Event, Fact, Message,
    Request, RequestId, Seat, SeatId, Settings, Time, Untrusted,
};

/// What survives every crash: rebuilt by replaying the journal, changed only by [`Book::apply`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Agents, living and ended, until cleared.
    pub agents: BTreeMap<AgentId, Agent>,
    /// Requests: all open ones and the latest closed ones.
    pub requests: BTreeMap<RequestId, Request>,
    /// Which request a key names.
    pub keys: BTreeMap<AskKey, RequestId>,
    /// Messages that were not delivered yet.
    pub messages: BTreeMap<u64, Message>,
    /// The highest numbers given out so far.
    pub last_agent: AgentId,
    /// See `last_agent`.
    pub last_request: RequestId,
    /// See `last_agent`.
    pub last_message: u64,
}

/// The room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Room {
    /// What survives.
    pub book: Book,
    /// What `opsroom.toml` says.
    pub settings: Settings,
    /// The queue, as last read from its folder.
    pub briefs: BTreeMap<BriefId, Brief>,
    /// Who is connected.
    pub seats: BTreeMap<SeatId, Seat>,
    /// Which cards are on whose screen, and since when.
    pub shown: BTreeMap<(SeatId, Card), Time>,
}

impl Room {
    /// Takes one event and says what follows.
    pub fn update(&mut self, event: Event, now: Time) -> Vec<Effect> {
        let _ = (event, now);
        Vec::new()
    }

    /// Everything a new client needs, in an order in which it can be applied.
    pub fn snapshot(&self) -> Vec<Fact> {
        Vec::new()
    }

    /// When [`Event::Tick`] is due, if it ever is: the earliest moment at which time alone changes something.
    pub fn next_deadline(&self) -> Option<Time> {
        None
    }

    /// The gate that a handoff of this agent opens, so that the server can digest it before asking.
    pub fn gate_for(&self, agent: AgentId, handoff: &Untrusted) -> Option<Ask> {
        let _ = (agent, handoff);
        None
    }
}

impl Book {
    /// Replays one line.
    pub fn apply(&mut self, entry: &Entry) {
        let _ = entry;
    }
}
