//! What the room tells its clients: small, whole values. A client that applied every fact since its
//! snapshot knows what the room knows.

use serde::{Deserialize, Serialize};

use super::{
    Agent, AgentId, Brief, BriefId, Course, Gauge, Message, Pauses, Pointed, Policy, Request,
    RequestId, Review, RoleName, Seat, SeatId, Settings, Spoken, Step, Time,
};

/// One thing that is true now. It replaces what was known under the same id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// The settings in force.
    Settings(Settings),
    /// An agent.
    Agent(Agent),
    /// An agent's tile may go (it ended and was cleared).
    AgentGone(AgentId),
    /// A brief.
    Brief(Brief),
    /// No file of that id is left.
    BriefGone(BriefId),
    /// A request, open or just closed.
    Request(Request),
    /// A closed request that is no longer kept.
    RequestGone(RequestId),
    /// A message on its way. Once delivered or dropped it is told a last time, and is in no snapshot.
    Message(Message),
    /// A person.
    Seat(Seat),
    /// A person left.
    SeatGone(SeatId),
    /// Something people should read once.
    Notice(Notice),
    /// The rules in force.
    Policies(Vec<Policy>),
    /// A brief's way so far; the usual one where nothing is worth remembering any more.
    Course {
        /// Which brief's.
        brief: BriefId,
        /// Its way.
        course: Course,
    },
    /// How far the start of a brief is; none where none is under way any more.
    Starting {
        /// Which.
        brief: BriefId,
        /// How far, and of which role its agent is or will be.
        step: Option<(Step, Option<RoleName>)>,
    },
    /// Where the room starts nothing by itself.
    Pauses(Pauses),
    /// A gauge, with what it said of late.
    Gauge(Gauge),
    /// A line of the breakroom.
    Spoken(Spoken),
    /// Somebody points at something now.
    Pointed(Pointed),
    /// The comments on a brief; none where they are no longer kept.
    Review(Review),
    /// What is wrong with the room's files now, in sentences with their places. Nothing where they are whole.
    Faults(Vec<String>),
}

/// A sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Time,
    /// How loud.
    pub level: Level,
    /// The sentence.
    pub text: String,
}

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Good to know.
    Note,
    /// Something is not as asked for.
    Warning,
    /// Something failed.
    Error,
}
