//! The others in the room, as a desk has to do with them: where they point, what they said, whose view is gone along
//! with, what happened without its person. Plain data.

use crate::model::{SeatId, Spot, Time};

/// Where somebody points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where they sit.
    pub seat: SeatId,
    /// Their name, to be drawn.
    pub name: String,
    /// At what.
    pub spot: Spot,
    /// When the mark goes.
    pub until: Time,
}

/// What a person has seen of the breakroom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    /// The last line that they read; none before they came.
    pub read: Option<u64>,
    /// How many rows above the newest they look.
    pub up: usize,
}

/// Whose view this one goes along with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// That of whoever drives.
    Driver,
    /// That of this seat.
    Seat(SeatId),
}

/// Whether this person was told what they missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Welcome {
    /// Not yet: they have just come.
    #[default]
    Coming,
    /// They are at work.
    Done,
}
