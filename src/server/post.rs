//! What the tasks of the server say to each other. Plain data; every channel has its limit here.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::model::{
    AgentId, Arrival, Branch, BriefId, Card, Comment, Digest, Event, Fact, Gaze, Manner, Moment,
    Press, RequestId, SeatId, Untrusted, Wish,
};
use crate::terminal::{Key, MouseEvent, Size};
use crate::wire::{FocusChange, ToClient, Want};

use super::git::GitHandle;
use super::occurrence::Occurrence;
pub use super::pane::Sights;
use super::veil::Veil;

/// Messages into the hub. Full: the sender (a guest, a door, a folder) waits; panes keep at most
/// one fact per source until there is room.
pub const INTO_HUB: usize = 1_024;
/// Facts to one guest. Full: the guest is behind and gets a fresh snapshot once it has read these.
pub const FACTS: usize = 1_024;
/// Answers one guest may have outstanding. At the limit nothing more is read from it.
pub const ANSWERS: usize = 128;
/// Panes that one guest may watch. One more is refused in a sentence.
pub const WATCHED: usize = 256;
/// Commands into a pane. Full: the guest waits; the hub says that the pane does not keep up.
pub const INTO_PANE: usize = 256;

/// Into the hub.
#[derive(Debug)]
pub enum ToHub {
    /// Something happened that the room must know.
    Event(Event),
    /// A person's client.
    Guest(SeatId, FromGuest),
    /// An agent rang or notified.
    Rang {
        /// Who.
        agent: AgentId,
        /// Its words.
        text: Untrusted,
    },
    /// An agent's recording stopped or goes on.
    Recording(AgentId, Recording),
    /// An agent's recording goes on in another file.
    Grew,
    /// Nobody new can come in, or can again.
    Entry(Entry),
}

/// Whether somebody new can come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The system takes nobody in, with these words.
    Shut(String),
    /// It does again.
    Open,
}

/// What became of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    /// The disk refused output, with these words; what comes is missing.
    Stopped(String),
    /// It is recorded again.
    GoesOn,
}

/// From a guest.
#[derive(Debug)]
pub enum FromGuest {
    /// It came, and wants the snapshot.
    Came {
        /// Who, from where, and what they may do.
        arrival: Arrival,
        /// What they came for.
        want: Want,
        /// How to reach them.
        line: GuestLine,
    },
    /// It wants something done.
    /// Behind it, for a decision: the pictures that its client has drawn.
    Wish(u32, Wish, Vec<Moment>),
    /// These cards are on its screen.
    Shown(Vec<Card>),
    /// It looks at this.
    LooksAt(Gaze),
    /// It goes along with this seat's view.
    Follows(Option<SeatId>),
    /// Its person's keys are about to reach an agent. The answer is whether they may.
    Reaches(oneshot::Sender<Result<(), String>>),
    /// Its person typed into this pane.
    Typed(AgentId),
    /// It wants to read a brief.
    ReadBrief(u32, BriefId),
    /// It wants to read the diff of a brief's work: which work that is.
    WorkOf(BriefId, oneshot::Sender<Result<WorkOf, String>>),
    /// It is gone.
    Left,
}

/// Where a brief's work is, and what was said of it.
#[derive(Debug)]
pub struct WorkOf {
    /// Who reads it.
    pub git: GitHandle,
    /// The folder of its track, from the room's folder.
    pub folder: String,
    /// Its branch, where one is known.
    pub branch: Option<Branch>,
    /// Comments on it that are not handled.
    pub comments: Vec<Comment>,
}

/// How the hub reaches a guest. The hub only ever tries; it never waits for a guest.
#[derive(Clone, Debug)]
pub struct GuestLine {
    /// Facts and what goes with them, in order.
    pub told: mpsc::Sender<Told>,
    /// Answers. Never full, because a guest has at most [`ANSWERS`] questions open.
    pub answers: mpsc::Sender<ToClient>,
    /// What they see of the room.
    pub veil: watch::Sender<Veil>,
    /// Ends the guest, whether it reads or not, for this reason.
    pub away: watch::Sender<Option<String>>,
}

/// From the hub to a guest.
#[derive(Clone, Debug)]
pub enum Told {
    /// One thing that is true now.
    Fact(Arc<Fact>),
    /// All that is true now.
    Snapshot(Vec<Fact>, Freshness),
    /// Anything else.
    Message(ToClient),
}

/// Which snapshot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The first.
    First,
    /// One that replaces all facts, because some could not be told.
    Again,
}

/// All panes, as guests find them.
pub type Panes = Arc<BTreeMap<AgentId, PaneHandle>>;

/// A pane, as others know it.
#[derive(Clone, Debug)]
pub struct PaneHandle {
    /// Its orders.
    pub orders: mpsc::Sender<ToPane>,
    /// The generation of its screen.
    pub generation: watch::Receiver<u64>,
    /// Where its pictures stand in its recording.
    pub sights: watch::Receiver<Sights>,
}

/// Into a pane.
#[derive(Debug)]
pub enum ToPane {
    /// Send this guest the picture: whole first, then what changes.
    Watch {
        /// Who.
        seat: SeatId,
        /// Where frames go. It has room for one frame of every pane.
        frames: mpsc::Sender<ToClient>,
    },
    /// No more to this guest.
    Unwatch(SeatId),
    /// This guest has drawn the picture up to here; 0 for one that lost it.
    Ack(SeatId, u64),
    /// Keys of a person.
    Keys(Typist, Vec<Key>),
    /// A paste of a person.
    Paste(Typist, String),
    /// The mouse of a person.
    Mouse(MouseEvent),
    /// The keyboard came or went.
    Focus(FocusChange),
    /// A person's tile is this large.
    Resize(Size),
    /// Lines of the past are wanted.
    Past {
        /// Echoed.
        ticket: u32,
        /// The first line.
        first: u64,
        /// How many.
        count: u16,
        /// Where the answer goes.
        to: mpsc::Sender<ToClient>,
    },
    /// A text is searched.
    Find {
        /// Echoed.
        ticket: u32,
        /// What.
        needle: String,
        /// Where the answer goes.
        to: mpsc::Sender<ToClient>,
    },
    /// The lines with a text are wanted, newest first. None where the program has ended.
    Lines {
        /// What.
        needle: String,
        /// How many at most.
        most: usize,
        /// Where the answer goes.
        to: oneshot::Sender<Option<Vec<Occurrence>>>,
    },
    /// Write a recorded message and submit it. Answered by [`Event::Written`].
    Deliver {
        /// Its number.
        message: u64,
        /// The words.
        text: String,
        /// Whether to interrupt first.
        manner: Manner,
    },
    /// Answer a dialog that was decided. Answered by [`Event::Pressed`].
    Press(PressOrder),
    /// Let go of the terminal and end; then say so.
    LetGo(oneshot::Sender<()>),
}

/// An answer to the dialog on a pane's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressOrder {
    /// Which request.
    pub request: RequestId,
    /// The dialog that was decided; any other is left alone.
    pub digest: Digest,
    /// What.
    pub press: Press,
}

/// Who types: where a refusal is told.
#[derive(Clone, Debug)]
pub struct Typist {
    /// Where sentences for them go.
    pub told: mpsc::Sender<Told>,
}
