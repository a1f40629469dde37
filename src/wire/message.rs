//! What a client and the server say to each other, after the hello.
//!
//! Postcard-encoded, one message a frame. The order of variants is the protocol: add at the end, and
//! raise [`PROTOCOL`](super::hello::PROTOCOL) when a meaning changes.

use serde::{Deserialize, Serialize};

use super::cast::Still;
use super::program::{Program, Versions};
use crate::model::{
    AgentId, Answer, BriefId, Card, Fact, Gaze, Notice, SeatId, SeatRole, Sighting, Since, Time,
    Untrusted, Wish,
};
use crate::terminal::{Key, MouseEvent, Patch, Piece, Row, Size};

use super::review::{DiffOf, DiffPart};

/// From a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToServer {
    /// Sent once, first: what this client wants. Answered with the snapshot (for [`Want::Live`], and
    /// facts from then on without a gap).
    Attach(Want),
    /// Asks the room to do something. Answered with [`ToClient::Answer`] of the same ticket.
    Wish {
        /// Chosen by the client.
        ticket: u32,
        /// What.
        wish: Wish,
        /// What of the agents' screens was drawn before me, where it decides something; at most one for each pane that I
        /// watch.
        sightings: Vec<Sighting>,
    },
    /// These cards, and no others, are on my screen now.
    Shown(Vec<Card>),
    /// I look at this.
    LooksAt(Gaze),
    /// Send me this pane: whole first, then what changes. One frame is in flight until acknowledged.
    Watch(AgentId),
    /// No more of this pane.
    Unwatch(AgentId),
    /// I have drawn this pane up to this generation; send what is newer.
    Ack {
        /// Which pane.
        agent: AgentId,
        /// Up to here.
        generation: u64,
    },
    /// Keys for an agent. Only the server knows the pane's modes, so keys travel as keys.
    Keys {
        /// Whose pane.
        agent: AgentId,
        /// In order.
        keys: Vec<Key>,
    },
    /// Pasted text for an agent.
    Paste {
        /// Whose pane.
        agent: AgentId,
        /// As pasted.
        text: String,
    },
    /// A mouse event inside a pane whose program asked for the mouse.
    Mouse {
        /// Whose pane.
        agent: AgentId,
        /// In the pane's own cells.
        event: MouseEvent,
    },
    /// The pane got or lost the keyboard.
    Focus {
        /// Whose pane.
        agent: AgentId,
        /// Which of the two.
        change: FocusChange,
    },
    /// My tile for this agent is this large. The server sizes the PTY by it within the limits.
    Resize {
        /// Whose pane.
        agent: AgentId,
        /// In cells.
        size: Size,
    },
    /// Lines of a pane's past. Answered with [`ToClient::Past`].
    Past {
        /// Chosen by the client.
        ticket: u32,
        /// Whose pane.
        agent: AgentId,
        /// The first line wanted, counted from the pane's beginning.
        first: u64,
        /// How many, 500 at most.
        count: u16,
    },
    /// Where a text occurs in a pane (its past and its screen). Answered with [`ToClient::Found`].
    Find {
        /// Chosen by the client.
        ticket: u32,
        /// Whose pane.
        agent: AgentId,
        /// What; case matters only where it has capitals.
        needle: String,
    },
    /// The text of a brief's file. Answered with [`ToClient::BriefText`].
    ReadBrief {
        /// Chosen by the client.
        ticket: u32,
        /// Which.
        brief: BriefId,
    },
    /// Are you there? Answered with [`ToClient::Pong`].
    Ping(u64),
    /// Where a text occurs in everything that agents wrote. Answered with [`ToClient::FoundAll`]. The
    /// search before it, where one goes on, is stopped.
    FindAll {
        /// Chosen by the client.
        ticket: u32,
        /// What; case matters only where it has capitals.
        needle: String,
    },
    /// Stop the search through everything. It is answered with what was found.
    StopSearch,
    /// My view goes along with this seat's, or by itself again.
    Follow(Option<SeatId>),
    /// Who comes, said by this machine's own `opsroom attach` or `opsroom proxy` before anything of a client:
    /// once, before [`ToServer::Attach`].
    Introduce(Introduction),
    /// Which agent programs are on the server's machine. Answered with [`ToClient::Programs`]; for an
    /// observer with none.
    Programs {
        /// Chosen by the client.
        ticket: u32,
        /// Whether they are asked for their versions, which takes seconds.
        versions: Versions,
    },
    /// The diff of a brief's work. Answered with [`ToClient::Diff`], in parts.
    ReadDiff {
        /// Chosen by the client.
        ticket: u32,
        /// Whose work.
        brief: BriefId,
        /// What of it.
        of: DiffOf,
    },
}

/// Who comes, as the key that signed in says. Whoever comes without one is this machine's own user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The invitation they come by.
    pub invited: Option<Invited>,
    /// The fingerprint of the key that signed in, as `SHA256:…`.
    pub key: Option<String>,
    /// The address they come from, where they come over ssh.
    pub address: Option<String>,
    /// What their messages come through.
    pub through: Through,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// As whom.
    pub name: String,
    /// Since when.
    pub at: Time,
}

/// What a client's messages come through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Through {
    /// The socket alone: its end is seen at once.
    #[default]
    Socket,
    /// A network too. The client says something at least every [`BEAT_MS`]; a line that is silent for
    /// [`SILENCE_MS`] is dead, both ways.
    Network,
}

/// How often a client that comes through a network says something, in ms.
pub const BEAT_MS: u64 = 1_500;

/// How long such a line may be silent, in ms.
pub const SILENCE_MS: u64 = 4_500;

/// What a client came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// The room, live: facts as they change.
    Live,
    /// The snapshot, and then only answers.
    Once,
}

/// Keyboard focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FocusChange {
    /// The pane has it now.
    Gained,
    /// The pane had it.
    Lost,
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToClient {
    /// The answer to an attach, before the snapshot: who you are here.
    Seated {
        /// Your seat.
        seat: SeatId,
        /// Your name.
        name: String,
        /// What you may do.
        role: SeatRole,
        /// The room's folder on the server's machine.
        folder: String,
    },
    /// Facts, in order.
    Facts(Vec<Fact>),
    /// The snapshot is complete; facts from now on are changes. Also sent after a resnapshot (see
    /// [`ToClient::Again`]).
    Current,
    /// This client was too slow for the facts; forget all of them, a new snapshot follows.
    Again,
    /// A pane's changes.
    Frame {
        /// Whose pane.
        agent: AgentId,
        /// What changed.
        patch: Patch,
    },
    /// The pane's parser failed on its output; the picture stays as it is, the agent goes on.
    Broken {
        /// Whose pane.
        agent: AgentId,
        /// Why.
        why: String,
    },
    /// The answer to a wish.
    Answer {
        /// Whose.
        ticket: u32,
        /// Which.
        answer: Answer,
    },
    /// Lines of a pane's past.
    Past {
        /// Whose.
        ticket: u32,
        /// Which pane.
        agent: AgentId,
        /// The number of the first line in `rows`.
        first: u64,
        /// The oldest line that is still kept.
        oldest: u64,
        /// The number of lines there are before the screen begins.
        total: u64,
        /// The lines, re-wrapped to the pane's present width.
        rows: Vec<Row>,
    },
    /// Where a text occurs.
    Found {
        /// Whose.
        ticket: u32,
        /// Which pane.
        agent: AgentId,
        /// The places, oldest first, 1,000 at most (the newest).
        hits: Vec<Place>,
    },
    /// A brief's text, or why there is none.
    BriefText {
        /// Whose.
        ticket: u32,
        /// Which.
        brief: BriefId,
        /// Path of the file on the server's machine, and its text.
        text: Result<(String, String), String>,
    },
    /// A sentence for this person.
    Tell(Notice),
    /// An agent rang or notified.
    Rang {
        /// Who.
        agent: AgentId,
        /// Its words, where it had some.
        text: crate::model::Untrusted,
    },
    /// The server is about to go; why.
    Closing(String),
    /// Yes.
    Pong(u64),
    /// Sent away for good, for this reason: the room is closed, or has no seat for this client. One that
    /// came back would start the room anew.
    Dismissed(String),
    /// Where a text occurs in everything that agents wrote.
    FoundAll {
        /// Whose.
        ticket: u32,
        /// The lines, 1,000 at most: living agents first, of each the newest first.
        hits: Vec<FoundLine>,
        /// How much was looked through.
        reach: Reach,
    },
    /// What happened since this person left. Sent once after an attach, where something did.
    Since(Since),
    /// The profiles in force, by name, and their programs.
    Programs {
        /// Whose.
        ticket: u32,
        /// All of them.
        programs: Vec<Program>,
    },
    /// A part of a diff.
    Diff {
        /// Whose.
        ticket: u32,
        /// Which; the end or a failure is the last.
        part: DiffPart,
    },
}

/// A line with a text that was searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLine {
    /// Who wrote it.
    pub agent: AgentId,
    /// When, where that is known.
    pub at: Option<Time>,
    /// The line, or what stands around the text in a long one.
    pub text: Untrusted,
    /// Which part of the line that is.
    pub piece: Piece,
    /// Where it is.
    pub place: Where,
}

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Where {
    /// In a living agent's pane.
    Pane(Place),
    /// In an agent's recording, on the screen as it was once the line had been written.
    Recording(Still),
}

/// How much a search looked through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// Everything.
    All,
    /// A part; the sentence says why and what to do.
    Part(String),
}

/// A place in a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Counted from the pane's beginning; the screen's first row is `total`.
    pub line: u64,
    /// In cells.
    pub column: u16,
    /// In cells.
    pub width: u16,
}
