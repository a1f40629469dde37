//! THE HEART: what is true, and what follows from an event.
//!
//! [`Room`] is all there is to know. [`Room::update`] takes one [`Event`] and the time, and returns
//! [`Effect`]s. What must survive is in the [`Book`], which changes only by applying [`Entry`]s, so that
//! replaying the journal rebuilds it. No clock, file, socket or task; std and serde derives only.

mod agent;
pub mod assignment;
mod book;
mod breakroom;
mod brief;
mod budget;
mod course;
mod curtain;
mod dialog;
pub mod dispatch;
mod driving;
mod effect;
mod entry;
mod event;
pub mod explain;
mod fact;
pub mod gauge;
mod ids;
mod left;
mod message;
mod moment;
mod opening;
mod owed;
mod passing;
mod pauses;
pub mod policy;
mod progress;
mod request;
pub mod review;
mod revoked;
mod room;
mod runs;
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
pub mod words;
mod work;
pub mod worklog;

pub use agent::{Agent, Evidence, Exit, Launch, Source, State};
pub use book::{Book, Life, Moving};
pub use breakroom::{BREAKROOM_KEPT, Breakroom, Spoken};
pub use brief::{
    Brief, Content, Fault, Heading, Lack, PRIORITY_DEFAULT, Place, RESERVED, Weight, title_in,
};
pub use budget::{Account, Budget, Overrun};
pub use course::{Conflict, Course, Doing, FAILURES_MOST, Filed, Kept, Rejection};
pub use curtain::{Curtain, OBSERVERS};
pub use dialog::{Choice, Means, Press, Pressed, Standing, Telling};
pub use effect::{Answer, Effect};
pub use entry::{Actor, Entry, Happening, Told};
pub use event::{Event, Force, Opened, Outcome, StartOn, Wish};
pub use fact::{Fact, Level, Notice};
pub use gauge::{
    Figure, Found, GateGauge, Gauge, GaugeId, GaugeOrder, GaugeRun, Reading, Readings, Trend,
};
pub use ids::{
    AgentId, AskKey, BriefId, Digest, RequestId, RoleName, SeatId, SessionId, Stage, Time, Track,
};
pub use left::Left;
pub use message::{Delivery, Manner, Message, Wrote};
pub use moment::{Cover, Crop, Moment, Sight, Sighting};
pub use opening::{Called, Opening};
pub use owed::{CutOff, Doubt, Owed};
pub use passing::{Passing, Step};
pub use pauses::Pauses;
pub use policy::Policy;
pub use progress::{Handover, Progress, Visit, Work};
pub use request::{Ask, Asker, Decision, Matter, Proposed, Redirect, Request, Status, Verdict};
pub use review::{
    Anchor, Comment, CommentId, CommentState, Number, Review, ReviewStep, ReviewWish, Side,
};
pub use revoked::Revoked;
pub use room::Room;
pub use runs::{Agreed, Programs, Runs};
pub use seat::{
    Arrival, Card, Gaze, Origin, Part, Person, Pointed, Right, Seat, SeatRole, Sitting, Spot, Width,
};
pub use served::Served;
pub use settings::{
    Autonomy, COMMAND_SECONDS, CheckShape, Checker, Consent, Dispatch, GateShape, GaugeShape,
    GaugeWhen, Land, Lifetime, Reads, Role, RoomLimits, Runner, Settings, StageShape, TrackKind,
    TrackShape, Unclear, Worktrees,
};
pub use since::{Missed, News, Since, since, was_away};
pub use spending::Spending;
pub use stays::{Leaving, LeftBy, Stays};
pub use untrusted::Untrusted;
pub use usage::{Usage, UsageWord};
pub use words::{count, cut, tail};
pub use work::{
    Branch, CheckOrder, CheckResult, CheckRun, Checks, Cleaned, Fate, FileStat, GateReport, Landed,
    Landing, Maker, PAPER_LONGEST, Papers, Remains,
};
