//! What stands over the room and takes the keys. Plain data; `update/popup` changes it.

use crate::model::policy::Proposal;
use crate::model::{
    AgentId, Anchor, BriefId, Card, CommentId, Digest, Manner, Place as Stand, Policy, RoleName,
    SeatId, Track, Untrusted,
};
use crate::wire::Where;

use super::written::Kind;

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
    /// An agent program that was chosen: what it is told first, its name, its folder.
    Start(Start),
    /// Yes or no, before something is lost.
    Confirm(Confirm),
    /// What will be decided together, before it is.
    Together {
        /// All of the same content; the first is the one under the cursor.
        cards: Vec<Card>,
        /// First line shown.
        top: usize,
    },
    /// The rule that would always decide like this.
    Always(Always),
    /// All that a card asks, to be read and then decided.
    Detail {
        /// Its title.
        title: String,
        /// The card.
        card: Card,
        /// First line shown.
        top: usize,
    },
    /// A text to read: a brief, the evidence of a state, a notice log.
    Read {
        /// Its title.
        title: String,
        /// Its text; drawn through the untrusted filter.
        text: Untrusted,
        /// Which of its lines are headings.
        heads: Heads,
        /// First line shown.
        top: usize,
    },
}

/// Which lines of a text to read are headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heads {
    /// As in a brief: those that begin with `#`, below a front matter.
    Written,
    /// These, counted from 0, in order; whatever the others begin with.
    Lines(Vec<usize>),
}

/// A text in parts, each below its heading. Nothing that stands in a part is taken for a heading.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    text: String,
    heads: Vec<usize>,
}

impl Parts {
    /// A heading, of one line.
    pub fn head(&mut self, title: &str) {
        self.heads.push(self.text.matches('\n').count());
        self.line(&title.replace('\n', " "));
    }

    /// A line, or several with breaks between them; an empty one keeps parts apart.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The popup to read it in.
    pub fn read(self, title: String) -> Popup {
        Popup::Read {
            title,
            text: Untrusted::new(self.text),
            heads: Heads::Lines(self.heads),
            top: 0,
        }
    }
}

/// A rule that a card leads to, before it is added.
#[derive(Clone, Debug)]
pub struct Always {
    /// The card that it would approve.
    pub card: Card,
    /// The rules, narrowest first.
    pub proposals: Vec<Proposal>,
    /// Which of them.
    pub at: usize,
    /// First past request shown.
    pub top: usize,
}

impl Always {
    /// The rule as wide as it is now.
    pub fn rule(&self) -> Option<&Policy> {
        self.proposals.get(self.at).map(|one| &one.rule)
    }
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
    /// The entries.
    pub entries: Vec<Entry>,
    /// The place of the cursor among those that the filter leaves.
    pub at: usize,
    /// Filter.
    pub line: Line,
    /// What choosing does.
    pub then: Then,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub label: String,
    /// A dimmer remark.
    pub remark: String,
    /// What it stands for.
    pub pick: Pick,
}

/// What an entry stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A theme or a layout.
    Name(String),
    /// An agent.
    Agent(AgentId),
    /// A role.
    Role(RoleName),
    /// A stage.
    Stage(Stand),
    /// A track.
    Track(Track),
    /// A use of redirect.
    Use(RedirectUse),
    /// An option of a question, as the asker wrote it.
    Option(Untrusted),
    /// Something else, to be written.
    Write,
    /// An agent program, by its profile.
    Program(String),
    /// A line that was found: whose, where, and what it says.
    Hit(AgentId, Where, Untrusted),
    /// A file of the diff, by its place.
    File(usize),
    /// A comment on the work whose diff is read.
    Comment(CommentId),
    /// Somebody who is here.
    Seat(SeatId),
    /// Something to do with somebody.
    Deed(Deed),
}

/// Something to do with somebody who is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Look at what they look at.
    Follow(SeatId),
    /// Look at one's own again.
    Stay,
    /// Take the driving, or ask for it, or ask no more.
    Drive,
    /// Let them drive; none for nobody.
    HandOver(Option<SeatId>),
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
    Say(AgentId, Manner),
    /// Search in the pane.
    Find(AgentId),
    /// Start the brief on the chosen role or agent.
    Start(BriefId),
    /// Move the brief from where it stood to the chosen stage.
    Move(BriefId, Stand),
    /// The chosen track gets a new brief.
    NewBrief,
    /// Start an agent with the written command or the chosen role.
    Spawn,
    /// Go to the chosen agent.
    Go,
    /// Search in everything that agents wrote.
    FindAll,
    /// Go to the chosen line, which holds this text.
    GoHit(String),
    /// Comment on these lines of the brief's work, as the diff of this digest shows them.
    Comment(BriefId, Box<Anchor>, Digest),
    /// Other words for a comment.
    Reword(BriefId, CommentId),
    /// Reject the gate with the comments.
    RejectRound(Card),
    /// Search in the diff.
    FindInDiff,
    /// Go to the chosen file of the diff.
    GoFile,
    /// Go to the chosen comment of the diff.
    GoComment,
    /// Do something with the chosen person.
    Person,
    /// Say it in the breakroom.
    Speak,
}

impl Then {
    /// Which earlier texts fit where one is written for this.
    pub fn kind(&self) -> Kind {
        match self {
            Then::Find(_) | Then::FindAll | Then::FindInDiff => Kind::Sought,
            Then::Spawn => Kind::Started,
            Then::Theme { .. }
            | Then::Layout { .. }
            | Then::Reject(_)
            | Then::Reply(_)
            | Then::RedirectUse(_)
            | Then::Redirect(..)
            | Then::Say(..)
            | Then::Start(_)
            | Then::Move(..)
            | Then::NewBrief
            | Then::Go
            | Then::GoHit(_)
            | Then::Comment(..)
            | Then::Reword(..)
            | Then::RejectRound(_)
            | Then::GoFile
            | Then::GoComment
            | Then::Person
            | Then::Speak => Kind::Said,
        }
    }
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
    Role(Option<RoleName>),
    /// To another agent.
    Agent(Option<AgentId>),
    /// To another stage.
    Stage(Option<Stand>),
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

/// An agent program before it is started; every line may stay empty.
#[derive(Clone, Debug)]
pub struct Start {
    /// The profile that was chosen.
    pub profile: String,
    /// The fields that it has, in their order, with what was written.
    pub fields: Vec<(StartField, Line)>,
    /// Which of them is written in.
    pub at: usize,
}

/// What can be said of an agent program before it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartField {
    /// Its first text.
    Text,
    /// What people call it.
    Name,
    /// Where it runs.
    Folder,
}

impl Start {
    /// The line that is written in, and what it is.
    pub fn field(&mut self) -> Option<&mut (StartField, Line)> {
        self.fields.get_mut(self.at)
    }
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
    /// Drop the brief that stood there.
    Drop(BriefId, Stand),
    /// Move the brief that stood there.
    Move(BriefId, Stand, Stand),
    /// Close the room.
    CloseRoom,
}
