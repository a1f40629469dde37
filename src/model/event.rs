//! Everything that happens to the room. Plain data; the shell rooms make them.

use super::{
    Actor, AgentId, Arrival, Ask, AskKey, Branch, Brief, BriefId, Card, Cleaned, Digest, Evidence,
    Exit, Found, GaugeId, GaugeShape, Gaze, Landed, Launch, Manner, Moment, Number, Papers, Place,
    Policy, Pressed, RequestId, ReviewWish, RoleName, SeatId, SessionId, Settings, Sitting, Spot,
    Stage, Standing, Telling, Track, Untrusted, UsageWord, Verdict, Wrote,
};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A file that says what is run was read while the room is open: what it changes of that holds once a person
    /// agreed to it. It comes after [`Event::Opened`].
    Edited(super::Runs),
    /// `opsroom.toml` was read and is whole.
    Settings(Settings),
    /// What is wrong with the room's own files now, all of it; nothing where they are whole.
    Faults(Vec<String>),
    /// The server has the room; these agents live in the keeper. Others that the book believes alive are lost.
    /// It comes after [`Event::Settings`]. The agents of the settings are started where the room was
    /// closed, or new, or lost every agent.
    Opened {
        /// This server's version.
        version: String,
        /// Who lives, with the process.
        alive: Vec<(AgentId, u32)>,
        /// Who opens it: the room itself, where no guest made it start.
        by: Actor,
    },
    /// A client connected.
    SeatTaken {
        /// Its seat, numbered by the door.
        seat: SeatId,
        /// Who, by key or uid, and what they may do.
        arrival: Arrival,
        /// For how long.
        sitting: Sitting,
    },
    /// A client is gone.
    SeatLeft(SeatId),
    /// These cards are on that client's screen now, and no others.
    Shown {
        /// Whose screen.
        seat: SeatId,
        /// The cards.
        cards: Vec<Card>,
    },
    /// A person looks at something else.
    LooksAt {
        /// Who.
        seat: SeatId,
        /// What.
        gaze: Gaze,
    },
    /// A person's view goes along with another's, or by itself again.
    Follows {
        /// Who.
        seat: SeatId,
        /// Whose.
        whom: Option<SeatId>,
    },
    /// A person's keys are about to reach an agent: they drive from here on, if they may
    /// ([`super::Room::driver`] says so).
    Reaches(SeatId),
    /// A person wants something done.
    Wanted {
        /// Who.
        seat: SeatId,
        /// Echoed in the answer.
        ticket: u32,
        /// What.
        wish: Wish,
        /// For a decision: the pictures that stand before this person. The server's word, not theirs.
        screens: Vec<Moment>,
    },
    /// An agent's process started.
    Started {
        /// Which.
        agent: AgentId,
        /// The process.
        pid: u32,
    },
    /// An agent's process ended, or never started.
    Ended {
        /// Which.
        agent: AgentId,
        /// How.
        exit: Exit,
    },
    /// It is known what an agent's program calls its session: we chose it, or the program said so.
    Session {
        /// Whose.
        agent: AgentId,
        /// Its id.
        session: SessionId,
    },
    /// An agent was started whose program takes its first text only as a message.
    FirstText {
        /// Which.
        agent: AgentId,
        /// The text.
        text: String,
    },
    /// A source spoke of an agent's state.
    Heard {
        /// Of whom.
        agent: AgentId,
        /// What.
        evidence: Evidence,
    },
    /// What stands on an agent's screen changed: a dialog appeared, is another one, or went.
    Read {
        /// Whose screen.
        agent: AgentId,
        /// The dialog; none where none is open.
        dialog: Option<Standing>,
        /// What its rules can tell at all.
        telling: Telling,
    },
    /// A pane pressed the answer to a dialog, or could not.
    Pressed {
        /// Which request.
        request: RequestId,
        /// What became of it.
        outcome: Pressed,
    },
    /// An asker opened (or, with a known key, came back to) a request.
    Asked {
        /// What it calls it.
        key: AskKey,
        /// Who.
        agent: Option<AgentId>,
        /// What.
        ask: Ask,
        /// SHA-256 of it.
        digest: Digest,
        /// The generation of the agent's screen.
        screen: u64,
    },
    /// The asker took its request back (answered elsewhere, or the process ended).
    TookBack {
        /// Which.
        key: AskKey,
        /// Why, for people.
        why: String,
    },
    /// An asker's line was cut without a word.
    AskerGone {
        /// Which.
        key: AskKey,
    },
    /// An agent says that its stage is done.
    Handed {
        /// Who.
        agent: AgentId,
        /// What it calls this.
        key: AskKey,
        /// The handoff's text.
        handoff: Untrusted,
    },
    /// What was handed over was checked.
    Checked {
        /// Which brief.
        brief: BriefId,
        /// What the handover is called.
        key: AskKey,
        /// The gate, with everything that its card shows.
        gate: Ask,
        /// SHA-256 of it.
        digest: Digest,
    },
    /// A gauge was measured, by its timer.
    Measured {
        /// Which.
        gauge: GaugeId,
        /// How, as it was ordered.
        shape: Box<GaugeShape>,
        /// What it said.
        found: Found,
    },
    /// A brief's worktree stands, or does not.
    Worktree {
        /// Which brief.
        brief: BriefId,
        /// Its branch, and where the work is, from the root; or why not, for people.
        made: Result<(Branch, String), String>,
    },
    /// The branch of an approved brief landed, or did not.
    Landed {
        /// Which brief.
        brief: BriefId,
        /// What it brought, or why not, for people.
        result: Result<Landed, String>,
    },
    /// A worktree is gone, or stays.
    Cleaned {
        /// Which brief.
        brief: BriefId,
        /// What is left of its branch, or why it stays, for people.
        result: Result<Cleaned, String>,
    },
    /// How far a pane got with a message.
    Written {
        /// Its number.
        message: u64,
        /// How far.
        outcome: Wrote,
    },
    /// A person typed into a pane.
    Typed {
        /// Who.
        seat: SeatId,
        /// Where.
        agent: AgentId,
    },
    /// A brief's file is there, with this content.
    BriefSeen(Brief),
    /// No file of that id is there any more.
    BriefGone(BriefId),
    /// A file lies in a track's `drop` folder, whole, and can become a brief.
    Dropped {
        /// The track.
        track: Track,
        /// The file's name.
        file: String,
        /// The brief's title.
        title: String,
    },
    /// The first scan of the folder is complete: what appears from now on, somebody put there.
    Scanned,
    /// A brief's file could not be moved, written or read.
    BriefFailed {
        /// Which.
        brief: BriefId,
        /// Why, for people.
        why: String,
    },
    /// What an assignment is made of was read, or could not be.
    Gathered {
        /// For which brief.
        brief: BriefId,
        /// The papers, or why there are none, for people.
        papers: Result<Box<Papers>, String>,
    },
    /// An agent says what it has used since its start.
    Used {
        /// Who.
        agent: AgentId,
        /// What.
        word: UsageWord,
    },
    /// An agent says something in the breakroom.
    Spoke {
        /// Who.
        agent: AgentId,
        /// What it calls this.
        key: AskKey,
        /// What.
        text: String,
    },
    /// An agent proposes a brief.
    Filed {
        /// Who.
        agent: AgentId,
        /// What it calls this.
        key: AskKey,
        /// The track; its own, or the room's first, where it names none.
        track: Option<Track>,
        /// The whole file, which is a brief.
        text: String,
    },
    /// An agent says that a comment on its work is dealt with.
    Claimed {
        /// Who.
        agent: AgentId,
        /// What it calls this.
        key: AskKey,
        /// Which comment.
        number: Number,
        /// In its words; may be empty.
        note: Untrusted,
    },
    /// A rule that was agreed to could not be written into `opsroom.toml`.
    PolicyFailed {
        /// Why, for people.
        why: String,
    },
    /// Time passed. Sent only when [`super::Room::next_deadline`] says so.
    Tick,
}

/// What a person (or a script of theirs) asks the room to do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Wish {
    /// Decide requests, all in the same way. Each must be on the asker's screen as named.
    Decide {
        /// Which, with the content that was seen.
        cards: Vec<Card>,
        /// How.
        verdict: Verdict,
    },
    /// Start an agent.
    Spawn(Launch),
    /// Stop an agent and all its descendants.
    Stop(AgentId),
    /// Clear an ended agent's tile.
    Clear(AgentId),
    /// Start an ended agent again with the same launch.
    Restart(AgentId),
    /// Say something to an agent.
    Say {
        /// To whom.
        agent: AgentId,
        /// What.
        text: String,
        /// When.
        manner: Manner,
    },
    /// New direction for an agent that has no request open.
    Redirect {
        /// Which agent.
        agent: AgentId,
        /// What.
        redirect: super::Redirect,
    },
    /// Write a new brief.
    BriefAdd {
        /// The track.
        track: Track,
        /// The stage.
        stage: Stage,
        /// The whole file's text.
        text: String,
    },
    /// Move a brief.
    BriefMove {
        /// Which.
        brief: BriefId,
        /// Where it stood when the person saw it.
        from: Place,
        /// Where to.
        to: Place,
        /// Why; may be empty.
        why: String,
    },
    /// Change a brief's priority, 1 to 9.
    BriefPriority {
        /// Which.
        brief: BriefId,
        /// To what.
        priority: u8,
    },
    /// Give a brief to a new agent of a role (the stage's own where none is named), or to a living agent.
    BriefStart {
        /// Which.
        brief: BriefId,
        /// On whom.
        on: StartOn,
    },
    /// Start nothing by itself in this track; in all, where none is named.
    Pause(Option<Track>),
    /// Go on with it.
    Resume(Option<Track>),
    /// Close the room. Refused with what would be lost while agents live, unless forced.
    CloseRoom(Force),
    /// Drive: at once where nobody does, or the driver is idle; else ask whoever drives. Where this seat
    /// asked already, it asks no more.
    Drive,
    /// Let another seat drive, or nobody. The driver's to say.
    HandOver(Option<SeatId>),
    /// Say something in the breakroom. Observers may where the room lets everyone.
    Speak(String),
    /// Point at something, for everybody to see.
    Point(Spot),
    /// Approve the card's permission and agree to a rule that allows the like of it.
    PolicyAdd {
        /// The card, as it was seen.
        card: Card,
        /// The rule.
        rule: Box<Policy>,
    },
    /// Nobody comes in any more by an invitation of this name that was made until now; who did is sent away.
    Revoke {
        /// The name.
        name: String,
    },
    /// Comment on a brief's work, and what goes with it.
    Review {
        /// Which brief.
        brief: BriefId,
        /// What.
        wish: ReviewWish,
    },
    /// Reject a gate, with what was commented and not sent as the reason.
    RejectWithRound {
        /// The gate's card, as it was seen.
        card: Card,
        /// What goes before the comments; may be empty.
        words: String,
    },
}

/// Who gets a brief that is started by hand.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum StartOn {
    /// A new agent of the stage's role.
    Stage,
    /// A new agent of this role.
    Role(RoleName),
    /// This living agent.
    Agent(AgentId),
}

/// Whether what would be lost may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Force {
    /// Refuse and say what would be lost.
    No,
    /// Do it.
    Yes,
}

/// How one request ended, for whoever waits on it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Outcome {
    /// Decided.
    Decided(super::Decision),
    /// Taken back; nobody decided.
    Withdrawn(String),
    /// Not accepted: a limit, an unknown agent.
    Refused(String),
    /// Heard; there was nothing to decide.
    Noted,
    /// What was proposed is a brief in the inbox.
    Filed(BriefId),
}

/// A request's number beside its key: what an asker gets told first.
pub type Opened = (AskKey, RequestId);
