//! Where the room is, and how a window gets its line there: over this machine's socket or over ssh.

use std::time::Duration;

use super::link::{self, Line, Pulse};
use crate::door::{self, DialFault, Dialing, RoomPaths, Seating, SshPlace, Starting};
use crate::wire::Introduction;

/// Where the room is, and as whom one comes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// On this machine.
    Here {
        /// Which room.
        paths: RoomPaths,
        /// As what.
        seating: Seating,
        /// Whether the room may be opened.
        starting: Starting,
        /// Who comes.
        who: Introduction,
    },
    /// On another one.
    There {
        /// Which.
        place: SshPlace,
        /// As what, where the key there lets one choose.
        seating: Seating,
    },
}

/// Whose machine a window runs on, as against who sits before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footing {
    /// The person's own, with the room on it.
    Own,
    /// The person's own; the room and its files are on another one.
    Away,
    /// The room's: a guest's keys come in over ssh. No editor, no shell and no file of that machine is theirs.
    Guest,
}

impl Destination {
    /// Whose machine this is.
    pub fn footing(&self) -> Footing {
        match self {
            Self::Here { who, .. } if who.invited.is_some() => Footing::Guest,
            Self::Here { .. } => Footing::Own,
            Self::There { .. } => Footing::Away,
        }
    }

    /// For how long a lost line is made again; for ever, where that costs nothing.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self {
            Self::Here { .. } => None,
            Self::There { .. } => Some(Duration::from_secs(600)),
        }
    }

    /// A line to the room.
    ///
    /// # Errors
    /// A sentence, and whether it can be otherwise the next time.
    pub(super) async fn dial(&self, dialing: Dialing) -> Result<Line, DialFault> {
        match self {
            Self::Here {
                paths,
                seating,
                starting,
                who,
            } => match door::enter(paths, *seating, *starting, who).await {
                Ok(stream) => Ok(link::start(stream, Pulse::Silent)),
                Err(error) => Err(DialFault::Passing(format!("{error:#}"))),
            },
            Self::There { place, seating } => {
                let stream = place.dial(*seating, dialing).await?;
                Ok(link::start(stream, Pulse::Beats))
            }
        }
    }
}
