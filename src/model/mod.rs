//! THE HEART: what is true, and what follows from an event.
//!
//! [`Room`] is all there is to know. [`Room::update`] takes one [`Event`] and the time, and returns
//! [`Effect`]s. What must survive is in the [`Book`], which changes only by applying [`Entry`]s, so that
//! replaying the journal rebuilds it. No clock, file, socket or task; std and serde derives only.

mod agent;
mod book;
mod breakroom;
mod brief;
mod budget;
mod curtain;
mod dialog;
mod driving;
mod effect;
mod entry;
mod event;
pub mod explain;
mod fact;
mod ids;
mod left;
mod message;
mod moment;
mod passing;
pub mod policy;
mod request;
mod room;
mod seat;
mod served;
mod settings;
mod since;
mod spending;
mod state;
mod stays;
#[cfg(test)]
mod tests;
mod untrusted;
mod update;
pub mod usage;
mod words;
mod work;

pub use agent::{Agent, Evidence, Exit, Launch, Source, State};
pub use book::{Book, Life, Moving};
pub use breakroom::{BREAKROOM_KEPT, Breakroom, Spoken};
pub use brief::{Brief, Content, Fault, Heading, PRIORITY_DEFAULT, Place, RESERVED, title_in};
pub use budget::{Account, Budget, Overrun};
pub use curtain::{Curtain, OBSERVERS};
pub use dialog::{Choice, Means, Press, Pressed, Standing, Telling};
pub use effect::{Answer, Effect};
pub use entry::{Actor, Entry, Happening};
pub use event::{Event, Force, Opened, Outcome, StartOn, Wish};
pub use fact::{Fact, Level, Notice};
pub use ids::{
    AgentId, AskKey, BriefId, Digest, RequestId, RoleName, SeatId, SessionId, Stage, Time, Track,
};
pub use left::Left;
pub use message::{Delivery, Manner, Message};
pub use moment::{Moment, Sight};
pub use passing::Passing;
pub use policy::Policy;
pub use request::{Ask, Asker, Decision, Matter, Redirect, Request, Status, Verdict};
pub use room::Room;
pub use seat::{Card, Gaze, Part, Person, Pointed, Seat, SeatRole, Sitting, Spot, Width};
pub use served::Served;
pub use settings::{
    COMMAND_SECONDS, CheckShape, Checker, Consent, Dispatch, GateShape, GaugeShape, GaugeWhen,
    Land, Lifetime, Role, RoomLimits, Runner, Settings, StageShape, TrackKind, TrackShape,
    Worktrees,
};
pub use since::{Missed, News, Since, since, was_away};
pub use spending::Spending;
pub use stays::Stays;
pub use untrusted::Untrusted;
pub use usage::Usage;
pub use work::{Branch, CheckResult, CheckRun, FileStat, GateReport, Maker, PAPER_LONGEST, Papers};
