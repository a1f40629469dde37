//! One person's desk: all that their screen depends on. Plain data; `update` changes it, `draw` reads it.

use std::collections::BTreeMap;

use crate::config::layout::Layout;
use crate::config::theme::Theme;
use crate::model::{AgentId, BriefId, Card, Notice, RequestId, SeatId, SeatRole, Time};
use crate::terminal::{Grid, Row, Size};
use crate::wire::Place;

use super::facts::Facts;

/// Everything that a screen depends on.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The terminal's size.
    pub size: Size,
    /// The present moment, told with every input.
    pub now: Time,
    /// What is known of the room.
    pub facts: Facts,
    /// The panes that are, or lately were, on the screen.
    pub panes: BTreeMap<AgentId, Pane>,
    /// Who sits here.
    pub me: Me,
    /// Whether the server is there.
    pub link: Link,
    /// Where keys go.
    pub mode: Mode,
    /// Which part has the focus.
    pub focus: Focus,
    /// The pane that had the focus last: what `enter` on a card or the sidebar returns to.
    pub pane: Option<AgentId>,
    /// Whether one pane fills the tiles' area.
    pub zoom: Zoom,
    /// The first tile shown where not all fit.
    pub first_tile: usize,
    /// The brief under the queue's cursor.
    pub brief: Option<BriefId>,
    /// The request under the list's cursor: its card is the one shown.
    pub request: Option<RequestId>,
    /// Since when these cards are drawn; what the server was told by `Shown`.
    pub shown: BTreeMap<Card, Time>,
    /// What stands over the room.
    pub popup: Option<Popup>,
    /// Keys of a sequence typed so far (which-key shows what may follow).
    pub pending: Vec<crate::config::keys::Chord>,
    /// Sentences, newest last.
    pub toasts: Vec<Toast>,
    /// The layout in use.
    pub layout: Layout,
    /// The theme in use, already reduced to what the terminal can show.
    pub theme: Theme,
    /// Text being selected or selected.
    pub selection: Option<Selection>,
}

/// Who sits at this desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Me {
    /// The seat.
    pub seat: SeatId,
    /// The name.
    pub name: String,
    /// What they may do; none before the server said so.
    pub role: Option<SeatRole>,
    /// The room's folder.
    pub folder: String,
}

/// Whether the server is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// On the way.
    #[default]
    Connecting,
    /// There, and the snapshot is complete.
    Live,
    /// Gone since then; the client tries again.
    Lost {
        /// Since when.
        since: Time,
        /// Why.
        why: String,
    },
}

/// Where keys go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Keys are commands.
    #[default]
    Room,
    /// Keys go to this agent.
    Pane(AgentId),
    /// Keys move through a pane's past.
    Scroll(AgentId),
}

/// Which part has the focus in room mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The focused pane (`Desk::pane`).
    #[default]
    Tiles,
    /// The list of what waits.
    Waiting,
    /// The queue.
    Queue,
}

/// Whether one pane fills the tiles' area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// As the layout says.
    #[default]
    Off,
    /// The focused pane only.
    On,
}

/// One pane as this desk knows it.
#[derive(Clone, Debug, Default)]
pub struct Pane {
    /// The picture that its patches built.
    pub grid: Grid,
    /// Why its parser stopped, where it did.
    pub broken: Option<String>,
    /// Looking at the past.
    pub scroll: Option<Scroll>,
    /// When it last rang.
    pub rang: Option<Time>,
}

/// A look at a pane's past.
#[derive(Clone, Debug, Default)]
pub struct Scroll {
    /// The line at the top of the tile.
    pub top: u64,
    /// The oldest line there is.
    pub oldest: u64,
    /// Lines before the screen begins.
    pub total: u64,
    /// The number of the first line in `rows`.
    pub first: u64,
    /// The lines that are here.
    pub rows: Vec<Row>,
    /// What is searched for.
    pub needle: String,
    /// Where it occurs.
    pub hits: Vec<Place>,
    /// The hit that is shown.
    pub hit: usize,
}

/// Text under the mouse or a keyboard selection, in a pane's own lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Whose pane.
    pub agent: AgentId,
    /// Where it began: line (counted from the pane's beginning), column.
    pub from: (u64, u16),
    /// Where it ends, inclusive.
    pub to: (u64, u16),
}

/// What stands over the room and takes the keys.
#[derive(Clone, Debug)]
pub enum Popup {
    /// All keys, from the command table.
    Help {
        /// First line shown.
        top: usize,
        /// Filter.
        filter: Line,
    },
    /// `:`: every command, by name.
    Palette {
        /// What was typed.
        line: Line,
        /// The entry under the cursor.
        at: usize,
    },
    /// A list to choose one from (themes, layouts, agents, roles, stages, options of a question).
    Choose(Chooser),
    /// A line or more of text to write: a reason, a direction, an answer, a message, a search.
    Write(Form),
    /// Yes or no, before something is lost.
    Confirm(Confirm),
    /// What will be decided together, before it is.
    Together {
        /// All of the same content; the first is the one under the cursor.
        cards: Vec<Card>,
        /// First line shown.
        top: usize,
    },
    /// A text to read: a brief, the evidence of a state, a notice log.
    Read {
        /// Its title.
        title: String,
        /// Its text; drawn through the untrusted filter.
        text: crate::model::Untrusted,
        /// First line shown.
        top: usize,
    },
}

/// A line being edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The text.
    pub text: String,
    /// The cursor, a byte offset on a character's edge.
    pub cursor: usize,
}

/// A list to choose from.
#[derive(Clone, Debug)]
pub struct Chooser {
    /// What for, as the title.
    pub title: String,
    /// The entries: label, and a dimmer remark.
    pub entries: Vec<(String, String)>,
    /// The entry under the cursor.
    pub at: usize,
    /// Filter.
    pub line: Line,
    /// What choosing does.
    pub then: Then,
}

/// What follows a choice or a written text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Use that theme; live preview while choosing.
    Theme {
        /// What was in use.
        before: String,
    },
    /// Use that layout; live preview while choosing.
    Layout {
        /// What was in use.
        before: String,
    },
    /// Reject these cards with the text as the reason.
    Reject(Vec<Card>),
    /// Answer this question with the option or text.
    Reply(Card),
    /// Redirect: what was chosen first (direction, role, agent, stage), for a card or an agent.
    RedirectUse(Target),
    /// Redirect to what is chosen now, with what was chosen before.
    Redirect(Target, RedirectUse),
    /// Say it to the agent.
    Say(AgentId, crate::model::Manner),
    /// Search in the pane.
    Find(AgentId),
    /// Start the brief on the chosen role or agent.
    Start(BriefId),
    /// Move the brief to the chosen stage.
    Move(BriefId),
    /// The chosen track gets a new brief.
    NewBrief,
    /// Start an agent with the written command or the chosen role.
    Spawn,
    /// Go to the chosen agent.
    Go,
}

/// Whom a redirect is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A request's card.
    Card(Card),
    /// An agent without one.
    Agent(AgentId),
}

/// The uses of redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectUse {
    /// New direction.
    Direction,
    /// To another role; chosen where it is named.
    Role(Option<crate::model::RoleName>),
    /// To another agent.
    Agent(Option<AgentId>),
    /// To another stage.
    Stage(Option<crate::model::Place>),
}

/// A text being written.
#[derive(Clone, Debug)]
pub struct Form {
    /// What for, as the title.
    pub title: String,
    /// What to write, shown while empty.
    pub placeholder: String,
    /// The text.
    pub line: Line,
    /// What sending it does.
    pub then: Then,
}

/// A question before something is lost.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What would happen, in a sentence.
    pub sentence: String,
    /// What yes does.
    pub then: Confirmed,
}

/// What a yes does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Stop the agent.
    Stop(AgentId),
    /// Drop the brief.
    Drop(BriefId),
    /// Close the room.
    CloseRoom,
}

/// A sentence on the screen, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What.
    pub notice: Notice,
    /// When it goes.
    pub until: Time,
}
