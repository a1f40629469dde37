//! People: who sits at the room and what they may do.

use serde::{Deserialize, Serialize};

use super::{AgentId, Digest, RequestId, SeatId, Time, Untrusted};

/// How much of a key is shown where people read it: `SHA256:` and eight characters.
const KEY_SHOWN: usize = 15;

/// What a seat may do. It comes from the key or the local uid, never from what a client claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeatRole {
    /// Decides, types, moves briefs.
    Operator,
    /// Looks. Changes nothing: no byte, no size, no state.
    Observer,
}

/// A person, as the journal names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The key that signed in, where one did.
    pub key: Option<String>,
}

impl Person {
    /// The name, and the beginning of the key that signed in: `bob (SHA256:Ab12Cd34…)`.
    pub fn named(&self) -> String {
        let name = Untrusted::new(self.name.clone()).shown();
        match &self.key {
            None => name,
            Some(key) => {
                let key: String = key.chars().take(KEY_SHOWN).collect();
                format!("{name} ({}…)", Untrusted::new(key).shown())
            }
        }
    }
}

/// From where somebody came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// From this machine.
    #[default]
    Here,
    /// Over ssh, from this address.
    Ssh(String),
}

impl Origin {
    /// Where that is, safe to show.
    pub fn shown(&self) -> String {
        match self {
            Origin::Here => "this machine".to_owned(),
            Origin::Ssh(address) => Untrusted::new(address.clone()).shown(),
        }
    }
}

/// By what right somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// As the user of this machine whose room it is.
    Own,
    /// By an invitation of this time.
    Invited(Time),
}

/// How somebody came in, as the door found it: nothing of it is what their client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who.
    pub person: Person,
    /// What they may do.
    pub role: SeatRole,
    /// From where.
    pub origin: Origin,
    /// By what right.
    pub right: Right,
}

/// For how long somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sitting {
    /// To look on: the room shows who is here, and the journal says when they came and left.
    Stays,
    /// For one wish, as a script does. Whatever it changes names the person all the same.
    Visits,
}

/// One person's place at the room, while connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its number.
    pub id: SeatId,
    /// Who.
    pub person: Person,
    /// What they may do.
    pub role: SeatRole,
    /// From where they came.
    pub origin: Origin,
    /// Since when.
    pub since: Time,
    /// What they have to do with driving.
    pub part: Part,
    /// What they look at.
    pub looks_at: Gaze,
    /// Whose view theirs goes along with.
    pub follows: Option<SeatId>,
}

/// What a seat has to do with driving. At most one seat drives: what it wants done is done, its keys reach
/// agents, and agents are as large as its tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Nothing: an operator beside the driver decides cards and looks, an observer looks.
    #[default]
    Rides,
    /// Asked the driver for it, and waits.
    Asks,
    /// Drives.
    Drives,
}

/// What a person has before them. It says where to look, never what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gaze {
    /// The pane with the focus.
    pub pane: Option<AgentId>,
    /// How much of the screen it has.
    pub width: Width,
    /// The first line of its past that is shown, counted from the pane's beginning; none for the present.
    pub line: Option<u64>,
    /// The card that is shown.
    pub card: Option<RequestId>,
}

/// How much of the screen a pane has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Width {
    /// A tile beside others.
    #[default]
    Tile,
    /// All of it.
    Whole,
}

impl From<Option<AgentId>> for Gaze {
    fn from(pane: Option<AgentId>) -> Self {
        Gaze {
            pane,
            ..Gaze::default()
        }
    }
}

/// A card that stands on somebody's screen: which request, with which content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Card {
    /// The request.
    pub request: RequestId,
    /// The digest of the content that was drawn.
    pub digest: Digest,
}

/// Something that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spot {
    /// An agent's pane.
    Pane(AgentId),
    /// A line of it, counted from the pane's beginning.
    Line {
        /// Whose pane.
        agent: AgentId,
        /// Which.
        line: u64,
    },
    /// A card.
    Card(RequestId),
}

/// Somebody points at something, for a moment: it is told once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointed {
    /// Where they sit.
    pub seat: SeatId,
    /// Who.
    pub by: Person,
    /// At what.
    pub spot: Spot,
    /// When.
    pub at: Time,
}
