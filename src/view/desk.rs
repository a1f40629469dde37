//! One person's desk: all that their screen depends on. Plain data; `update` changes it, `draw` reads it.

use std::collections::BTreeMap;

use crate::config::keys::Chord;
use crate::config::layout::Layout;
use crate::config::theme::Theme;
use crate::model::{
    Agent, AgentId, Breakroom, BriefId, Card, Notice, Part, Request, RequestId, Seat, SeatId,
    SeatRole, Sighting, Since, Spot, Time,
};
use crate::terminal::{Key, Size};
use crate::wire::Program;

use super::ahead::LocalEcho;
use super::facts::Facts;
use super::reading::Reading;
use super::review::Review;
use super::written::{Kind, Written};

pub use super::company::{Follow, Mark, Talk, Welcome};
pub use super::exchange::{Awaited, Jump, Looked, Told};
pub use super::look::{Back, Fetch, Pane, Scroll, SelectBy, Selection};
pub use super::popup::{
    Always, Chooser, Confirm, Confirmed, Deed, Entry, Form, Heads, Line, Parts, Pick, Popup,
    RedirectUse, Start, StartField, Target, Then,
};

/// Everything that a screen depends on.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The terminal's size.
    pub size: Size,
    /// The present moment, told with every input.
    pub now: Time,
    /// Local time minus UTC where the person sits, in seconds: for the clock.
    pub utc_offset_s: i32,
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
    /// Whether letters are shown before their agent echoes them.
    pub echo: LocalEcho,
    /// The first tile shown where not all fit. The plan moves it so that the focused pane is on the page.
    pub first_tile: usize,
    /// The agents in the order of their tiles. It stands still while the person types into a pane.
    pub order: Vec<AgentId>,
    /// Whether the sidebar is as the layout says.
    pub sidebar: SidebarWish,
    /// The brief under the queue's cursor.
    pub brief: Option<BriefId>,
    /// Its place among the briefs of the queue: who comes there when it goes has the cursor.
    pub brief_line: usize,
    /// The priority that was wished for a brief last, and when: the next press goes on from there.
    pub priority: Option<(BriefId, u8, Time)>,
    /// The request under the list's cursor: its card is the one shown.
    pub request: Option<RequestId>,
    /// How many lines of the card's text are above its box.
    pub card_top: usize,
    /// Since when these cards are drawn; what the server was told by `Shown`.
    pub shown: BTreeMap<Card, Time>,
    /// How much of each card has been on the screen, of those that were.
    pub read: BTreeMap<Card, Reading>,
    /// What stands over the room.
    pub popup: Option<Popup>,
    /// What was written into forms of late.
    pub written: BTreeMap<Kind, Written>,
    /// A new brief's draft that did not become one: the next new brief goes on with it.
    pub draft: Option<String>,
    /// Whom something was typed to last, and when.
    pub typed: Option<(AgentId, Time)>,
    /// Keys of a sequence typed so far (which-key shows what may follow).
    pub pending: Vec<Chord>,
    /// The pane that was just left, with the key that left it: the same key again goes to the pane.
    pub left: Option<(AgentId, Key)>,
    /// Sentences, newest last.
    pub toasts: Vec<Toast>,
    /// All sentences of late, newest last, bounded.
    pub log: Vec<Notice>,
    /// The layout in use.
    pub layout: Layout,
    /// The theme in use, already reduced to what the terminal can show.
    pub theme: Theme,
    /// What there is to choose from.
    pub shelf: Shelf,
    /// Text being selected or selected.
    pub selection: Option<Selection>,
    /// Where the mouse was pressed last, and when: for the second click.
    pub click: Option<(Time, u16, u16)>,
    /// Whether the person's terminal has the keyboard.
    pub terminal: TerminalFocus,
    /// What the server was told last.
    pub told: Told,
    /// What of the agents that ask something was drawn last; told with a decision.
    pub in_sight: Vec<Sighting>,
    /// What was asked of the server and not answered yet, by ticket.
    pub awaited: BTreeMap<u32, Awaited>,
    /// The ticket given out last.
    pub last_ticket: u32,
    /// A line to go to.
    pub jump: Option<Jump>,
    /// Where people point.
    pub marks: Vec<Mark>,
    /// What was read of the breakroom.
    pub talk: Talk,
    /// The diff that is read.
    pub review: Option<Box<Review>>,
    /// Whose view this one goes along with.
    pub follow: Option<Follow>,
    /// What happened since this person left, where something did.
    pub since: Option<Since>,
    /// Whether they were told of it.
    pub welcome: Welcome,
    /// The agent programs on the server's machine, as far as they were asked for.
    pub programs: Vec<Program>,
}

/// What there is to choose from.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// All layouts.
    pub layouts: Vec<Layout>,
    /// All themes: name, and a remark.
    pub themes: Vec<(String, String)>,
}

/// Whether the sidebar is as the layout says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SidebarWish {
    /// As the layout says.
    #[default]
    AsLayout,
    /// There, even where the layout has none.
    Shown,
    /// Not there.
    Hidden,
}

/// Whether the person's terminal has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TerminalFocus {
    /// It has, or never said otherwise.
    #[default]
    Here,
    /// It has not.
    Elsewhere,
}

/// How much longer than the server's own limit a card settles here, in ms: the server hears a little later
/// that it is on this screen, and must not refuse a key that the card already offers.
const ON_THE_WAY_MS: u64 = 50;

impl Desk {
    /// The agent that has the keys, while nothing else is under way that a key would change.
    pub fn typed_to(&self) -> Option<AgentId> {
        let Mode::Pane(agent) = self.mode else {
            return None;
        };
        let plain = self.popup.is_none() && self.pending.is_empty() && self.selection.is_none();
        plain.then_some(agent)
    }

    /// An empty desk, before the server said anything.
    pub fn new(size: Size, layout: Layout, theme: Theme) -> Self {
        Self {
            size,
            now: Time(0),
            utc_offset_s: 0,
            facts: Facts::default(),
            panes: BTreeMap::new(),
            me: Me::default(),
            link: Link::default(),
            mode: Mode::default(),
            focus: Focus::default(),
            pane: None,
            zoom: Zoom::default(),
            echo: LocalEcho::default(),
            first_tile: 0,
            order: Vec::new(),
            sidebar: SidebarWish::default(),
            brief: None,
            brief_line: 0,
            request: None,
            card_top: 0,
            shown: BTreeMap::new(),
            read: BTreeMap::new(),
            priority: None,
            popup: None,
            written: BTreeMap::new(),
            draft: None,
            typed: None,
            pending: Vec::new(),
            left: None,
            toasts: Vec::new(),
            log: Vec::new(),
            layout,
            theme,
            shelf: Shelf::default(),
            selection: None,
            click: None,
            terminal: TerminalFocus::default(),
            told: Told::default(),
            in_sight: Vec::new(),
            awaited: BTreeMap::new(),
            last_ticket: 0,
            jump: None,
            marks: Vec::new(),
            talk: Talk::default(),
            review: None,
            follow: None,
            since: None,
            welcome: Welcome::Coming,
            programs: Vec::new(),
        }
    }

    /// The pane with the focus: the one chosen last, else the first there is.
    pub fn focused(&self) -> Option<AgentId> {
        self.pane
            .filter(|agent| self.facts.agents.contains_key(agent))
            .or_else(|| self.order.first().copied())
    }

    /// The focused pane's agent.
    pub fn focused_agent(&self) -> Option<&Agent> {
        self.facts.agents.get(&self.focused()?)
    }

    /// The request whose card is the one to show, while it waits.
    pub fn card(&self) -> Option<&Request> {
        self.facts
            .requests
            .get(&self.request?)
            .filter(|request| request.is_open())
    }

    /// Since when this card can be decided by what was seen of it: it is on the screen, and, where it was
    /// too long to be there at once, its last line was.
    pub fn seen_since(&self, card: &Card) -> Option<Time> {
        let shown = *self.shown.get(card)?;
        match self.read.get(card) {
            Some(Reading::Whole(since)) => Some(shown.max(*since)),
            Some(Reading::UpTo { .. }) | None => Some(shown),
        }
    }

    /// Until when keys on this card are refused, because it came only now. None once it settled, and
    /// for a card that is not on the screen.
    pub fn settles_at(&self, card: &Card) -> Option<Time> {
        let since = self.seen_since(card)?;
        let settled = self
            .facts
            .settings
            .limits
            .settle_ms
            .saturating_add(ON_THE_WAY_MS);
        let until = Time(since.0.saturating_add(settled));
        (until > self.now).then_some(until)
    }

    /// Whether this person may write in the breakroom.
    pub fn may_speak(&self) -> bool {
        match (self.me.role, self.facts.settings.breakroom) {
            (Some(SeatRole::Operator), _) | (Some(SeatRole::Observer), Breakroom::Everyone) => true,
            (Some(SeatRole::Observer), Breakroom::Operators) | (None, _) => false,
        }
    }

    /// Whether this seat drives: agents are as large as its tiles, and its keys reach them.
    pub fn drives(&self) -> bool {
        let seat = self.facts.seats.get(&self.me.seat);
        seat.is_some_and(|seat| seat.part == Part::Drives)
    }

    /// How many lines of the breakroom were not read.
    pub fn unread(&self) -> usize {
        let read = self.talk.read.unwrap_or(0);
        let lines = self.facts.breakroom.iter();
        lines.filter(|line| line.id > read).count()
    }

    /// Who points there.
    pub fn points_at(&self, wanted: impl Fn(Spot) -> bool) -> Option<&Mark> {
        let mut marks = self.marks.iter().rev();
        marks.find(|mark| mark.until > self.now && wanted(mark.spot))
    }

    /// Whose view this one goes along with now, while they are here.
    pub fn leader(&self) -> Option<&Seat> {
        let mut seats = self.facts.seats.values();
        let leader = match self.follow? {
            Follow::Driver => seats.find(|seat| seat.part == Part::Drives),
            Follow::Seat(id) => seats.find(|seat| seat.id == id),
        };
        leader.filter(|seat| seat.id != self.me.seat)
    }

    /// Whether this person may decide, type and change things.
    pub fn may_act(&self) -> bool {
        self.me.role == Some(SeatRole::Operator)
    }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Keys are commands.
    #[default]
    Room,
    /// Keys go to this agent.
    Pane(AgentId),
    /// Keys move through a pane's past.
    Scroll(AgentId),
    /// Keys move through a diff.
    Review,
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

/// A sentence on the screen, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What.
    pub notice: Notice,
    /// When it goes.
    pub until: Time,
}
