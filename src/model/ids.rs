//! The names of things. Every id is its own type, so that one cannot be taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($of:ty), $mark:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $of);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($mark, "{}"), self.0)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number_id!(
    /// One running (or ended) process of a role. Shown on its tile; never used twice in a room.
    AgentId(u32), "");
number_id!(
    /// One request. Never used twice in a room.
    RequestId(u64), "#");
number_id!(
    /// One person's place, for as long as that client is connected.
    SeatId(u32), "seat ");

text_id!(
    /// A brief's id: its file name without `.md`.
    BriefId);
text_id!(
    /// A track's name: a folder under `briefs/`.
    Track);
text_id!(
    /// A stage's name: a folder under a track.
    Stage);
text_id!(
    /// A role's name.
    RoleName);
text_id!(
    /// What an asker calls its request. Asking twice with one key is asking once, so that a
    /// waiting hook can come back after the server was replaced.
    AskKey);
text_id!(
    /// SHA-256, in hex, of what a request shows. A decision names it.
    Digest);

/// What an agent program calls its session: 1 to 128 of letters, digits and `-_.:`, and no `-` first,
/// so that it is nothing but an id wherever it stands in a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId(String);

impl SessionId {
    /// The longest, in bytes.
    const LONGEST: usize = 128;

    /// An id, where the text can be one.
    pub fn new(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        let fits = (1..=Self::LONGEST).contains(&text.len()) && !text.starts_with('-');
        (fits && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("this is no session's id")
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Milliseconds since 1970-01-01 UTC. The pure rooms are told the time; they never read a clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

impl Time {
    /// Milliseconds from `earlier` to this moment; 0 where the clock stepped back.
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds between the two moments, whichever is first: how long it was at least, or by how much the clock stepped.
    pub fn apart(self, other: Time) -> u64 {
        self.0.abs_diff(other.0)
    }

    /// The same moment after the clock was set by so many ms.
    pub fn set_by(self, ms: i64) -> Time {
        Time(self.0.saturating_add_signed(ms))
    }
}
