//! Work that an agent left, and the answers to what becomes of it.

use serde::{Deserialize, Serialize};

use super::{Ask, BriefId, Matter, Place};

/// The answer that starts the same program again.
pub(super) const AGAIN: &str = "start it again";
/// The answer that hands the brief to a new agent of its stage.
pub(super) const ANEW: &str = "hand it to the stage anew";
/// The answer that puts the brief on hold.
pub(super) const HOLD: &str = "put the brief on hold";
/// The answer that changes nothing.
pub(super) const LEAVE: &str = "leave it where it is";

/// Work that nobody does any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Which brief.
    pub brief: BriefId,
    /// Where it stood.
    pub at: Place,
}

impl Ask {
    /// The work that it is about, where an agent left some.
    pub fn left(&self) -> Option<&Left> {
        let Matter::Left(left) = self.about()? else {
            return None;
        };
        Some(left)
    }
}
