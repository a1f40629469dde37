//! Text that somebody else wrote: an agent, a brief, a peer.

use serde::{Deserialize, Serialize};

/// Text from outside. It is drawn, logged and printed only through [`Untrusted::shown`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Untrusted(String);

impl Untrusted {
    /// Takes text as it came.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// The text as it came. For digests and for the agent's own dialect; never for a screen.
    pub fn raw(&self) -> &str {
        &self.0
    }
    /// One line in which every control and invisible character is visible.
    pub fn shown(&self) -> String {
        self.0.escape_debug().to_string()
    }
}
