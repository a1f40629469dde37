//! One line of the journal: who did what, when, to which brief, and what was on the screen.
//!
//! Replaying all entries rebuilds the [`Book`](super::Book). A new kind of entry may be added; the
//! meaning of an old one never changes.

use serde::{Deserialize, Serialize};

use super::{
    AgentId, Ask, AskKey, Branch, BriefId, Card, Checks, Decision, Digest, Exit, Found, GateReport,
    GaugeId, Handover, Landed, Launch, Manner, Moment, Person, Place, Policy, Pressed, Remains,
    RequestId, ReviewStep, Runs, SeatRole, SessionId, Stage, Time, Track, Usage,
};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

/// Words that go to an agent with a line that is not only about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The number of the message.
    pub message: u64,
    /// The words.
    pub text: String,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The room itself: a limit, a rule, a restart.
    Room,
    /// A person.
    Person(Person),
    /// An agent.
    Agent(AgentId),
    /// Somebody's hand in the brief folder.
    Hand,
    /// A rule of `opsroom.toml`.
    Policy {
        /// The rule, in a line.
        rule: String,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    /// A server took the room over.
    Opened {
        /// Its version.
        version: String,
    },
    /// The room was closed on purpose.
    Closed,
    /// An agent is about to be started.
    Spawned {
        /// Its number.
        agent: AgentId,
        /// What is started.
        launch: Launch,
    },
    /// An agent's process is there.
    Started {
        /// Which agent's.
        agent: AgentId,
        /// The number of the process.
        pid: u32,
    },
    /// What an agent's program calls its session.
    Session {
        /// Whose.
        agent: AgentId,
        /// Its id.
        session: SessionId,
    },
    /// An agent's process ended, or could not be started.
    Ended {
        /// Which.
        agent: AgentId,
        /// How.
        exit: Exit,
    },
    /// An agent is about to be stopped.
    Stopped {
        /// Which.
        agent: AgentId,
        /// Why, where nobody said it themselves; empty otherwise.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// An ended agent's tile was cleared.
    Cleared {
        /// Which.
        agent: AgentId,
    },
    /// A request was opened.
    Asked {
        /// Its number.
        request: RequestId,
        /// What the asker calls it.
        key: AskKey,
        /// Who asks.
        agent: Option<AgentId>,
        /// For which brief.
        brief: Option<BriefId>,
        /// What is asked.
        ask: Ask,
        /// SHA-256 of it.
        digest: Digest,
        /// The generation of the agent's screen.
        screen: u64,
    },
    /// A request was taken back.
    Withdrawn {
        /// Which.
        request: RequestId,
        /// Why.
        why: String,
    },
    /// A person decided.
    Decided {
        /// The card they decided on.
        card: Card,
        /// The decision.
        decision: Decision,
        /// How long the card had been on their screen, in ms.
        seen_ms: u64,
        /// The asker's picture that they decided before, where it was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_screen: Option<Moment>,
    },
    /// What became of the decision on a dialog, on its screen.
    Pressed {
        /// Which request.
        request: RequestId,
        /// What became of it.
        outcome: Pressed,
    },
    /// A brief is about to be moved, or was moved by hand.
    Moved {
        /// Which.
        brief: BriefId,
        /// From where; none for a new one.
        from: Option<Place>,
        /// To where; none where the file is gone.
        to: Option<Place>,
        /// Why, where somebody said so.
        why: String,
    },
    /// A brief that the room moved was seen at its new place. Until then the move is not done, and a
    /// server that takes over does it again.
    Arrived {
        /// Which.
        brief: BriefId,
    },
    /// A brief's file is about to be changed by the room (priority).
    Changed {
        /// Which.
        brief: BriefId,
        /// What changes, for people.
        how: String,
    },
    /// A brief was given to an agent.
    Assigned {
        /// Which.
        brief: BriefId,
        /// To whom.
        agent: AgentId,
        /// Where it stands; none in lines of older versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        /// The message with which a living agent gets it; none where it is started with it, and in lines of older
        /// versions, where a line of its own followed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Told>,
    },
    /// A brief is about to be opened in another track, since a gate was passed.
    BriefOpened {
        /// The new one.
        brief: BriefId,
        /// Whose gate it was.
        from: BriefId,
        /// The stage that one left.
        left: Place,
        /// Where the new one is opened.
        to: Place,
        /// Its title.
        title: String,
    },
    /// A brief that was about to be opened is not: its name is taken, and it gets another one.
    Unopened {
        /// Which name.
        brief: BriefId,
        /// Why.
        why: String,
    },
    /// A brief has, or is about to get, a branch and a worktree.
    Branched {
        /// Which.
        brief: BriefId,
        /// What they are called; once they are made, also where they began.
        branch: Branch,
    },
    /// A brief was handed over; the checks of its gate are about to run.
    Handed {
        /// Which.
        brief: BriefId,
        /// By whom, from where and to where, and what they leave.
        handover: Box<Handover>,
    },
    /// The checks ran, and no person is asked: see [`Checks`].
    Checked {
        /// Which.
        brief: BriefId,
        /// Where it stands.
        from: Place,
        /// What was found.
        report: Box<GateReport>,
        /// What follows.
        so: Checks,
    },
    /// The branch of an approved brief landed, or a person left it as it is.
    Landed {
        /// Which.
        brief: BriefId,
        /// What it brought.
        landed: Landed,
    },
    /// The branch of an approved brief did not land, and the brief goes back.
    Unlanded {
        /// Which.
        brief: BriefId,
        /// To which stage.
        to: Stage,
        /// Why it did not land.
        why: String,
    },
    /// The worktree of a brief is gone; everything in it is on its branch, or landed.
    Cleaned {
        /// Which.
        brief: BriefId,
        /// What is left of its branch.
        left: Remains,
    },
    /// A brief that the room wanted to start could not be.
    StartFailed {
        /// Which.
        brief: BriefId,
        /// Why.
        why: String,
    },
    /// What a decision would have done was not done before a server ended, or its start failed; and it is not done any more.
    Lapsed {
        /// What was decided.
        request: RequestId,
        /// The brief that it was about.
        brief: Option<BriefId>,
        /// Why not.
        why: String,
    },
    /// The room starts nothing by itself there until a person resumes it.
    Paused {
        /// In this track; everywhere where none is named.
        track: Option<Track>,
    },
    /// It does again.
    Resumed {
        /// In this track; everywhere where none is named, but for tracks that are paused by themselves.
        track: Option<Track>,
    },
    /// A message was accepted.
    Messaged {
        /// Its number.
        message: u64,
        /// To whom.
        agent: AgentId,
        /// The words.
        text: String,
        /// Whether it interrupts.
        manner: Manner,
    },
    /// A message is about to be written to its agent.
    Delivered {
        /// Its number.
        message: u64,
    },
    /// A message was submitted, and its agent was seen to take it.
    Written {
        /// Its number.
        message: u64,
    },
    /// A message was submitted, and its agent was not seen to take it. It is not written again by itself.
    Unseen {
        /// Its number.
        message: u64,
        /// What was seen instead.
        why: String,
    },
    /// A message will not be delivered.
    Dropped {
        /// Its number.
        message: u64,
        /// Why.
        why: String,
    },
    /// A person typed into a pane (the first key after at least a minute without one).
    Typed {
        /// Where.
        agent: AgentId,
    },
    /// An agent said what it has used since its start.
    Used {
        /// Which.
        agent: AgentId,
        /// What.
        usage: Usage,
    },
    /// The timer of a gauge had it measured. What a gate measures stands in its report.
    Measured {
        /// Which.
        gauge: GaugeId,
        /// What it said.
        found: Found,
    },
    /// These rules are in force from here on, and no others.
    Policies {
        /// The rules.
        rules: Vec<Policy>,
    },
    /// This may be run from here on.
    Runs {
        /// What.
        runs: Runs,
    },
    /// A step of a review: a comment, a round, what became of it.
    Reviewed {
        /// Of which brief.
        brief: BriefId,
        /// What.
        step: ReviewStep,
    },
    /// A person came.
    Joined {
        /// As what.
        role: SeatRole,
    },
    /// A person left.
    Left,
    /// Somebody said something in the breakroom.
    Spoke {
        /// The line's number.
        line: u64,
        /// What.
        text: String,
    },
    /// Another person drives: they took it from an idle driver, were handed it, or it was given to them.
    Drove {
        /// Who drives now.
        driver: Person,
        /// Who did.
        before: Person,
    },
    /// Invitations of this name that were made until now hold no more.
    Revoked {
        /// The name.
        name: String,
    },
    /// A journal that ended in a torn line was cut back to the last whole one.
    Recovered {
        /// How many bytes were cut.
        cut: u64,
    },
}
