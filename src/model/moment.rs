//! A moment of an agent's recording: where in it a picture stands, so that it can be shown again.

use serde::{Deserialize, Serialize};

use super::{AgentId, Time};

/// The picture of one agent at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Whose.
    pub agent: AgentId,
    /// The segment of its recording, from 1.
    pub segment: u64,
    /// Where in that segment: the picture is what stands there once these many bytes were played.
    pub offset: u64,
    /// When the last of them came.
    pub at: Time,
    /// The generation of the screen.
    pub screen: u64,
    /// Whether a person had it before them.
    pub sight: Sight,
    /// What of it they had in sight. None where they did not have it before them, and in lines from before this was told.
    #[serde(default)]
    pub crop: Option<Crop>,
}

/// Whether a picture was before a person's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Their client had drawn exactly this picture: what of it, is in [`Moment::crop`].
    Drawn,
    /// Their client did not show this agent; this is how it stood.
    Elsewhere,
}

/// What of an agent's screen stood in a person's window, as their client says with a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Whose.
    pub agent: AgentId,
    /// The generation of the screen that was drawn.
    pub screen: u64,
    /// What of it.
    pub crop: Crop,
}

/// A part of an agent's screen, and of the lines above it where somebody had gone back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crop {
    /// Its first row, counted from the screen's first; below zero are lines that had scrolled off.
    pub top: i64,
    /// Its first column.
    pub left: u16,
    /// Its columns.
    pub cols: u16,
    /// Its rows.
    pub rows: u16,
    /// What of it could not be seen: something lay over it, or its lines had not come yet. [`Crop::COVERS`] at most.
    pub covered: Vec<Cover>,
}

/// Cells of a part that something lay over, counted from the part's own first row and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The first column.
    pub col: u16,
    /// The first row.
    pub row: u16,
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Crop {
    /// So many things lie over a part at most.
    pub const COVERS: usize = 64;

    /// Whether a cell was in sight: its row counted from the screen's first, and its column.
    pub fn shows(&self, row: i64, col: u16) -> bool {
        let down = row.checked_sub(self.top).map(u16::try_from);
        let (Some(Ok(down)), Some(across)) = (down, col.checked_sub(self.left)) else {
            return false;
        };
        let inside = down < self.rows && across < self.cols;
        inside && !self.covered.iter().any(|it| it.has(down, across))
    }

    /// Whether nothing of it was in sight.
    pub fn is_hidden(&self) -> bool {
        let rows = || (0..self.rows).map(|row| self.top.saturating_add(i64::from(row)));
        let cols = || (0..self.cols).map(|col| self.left.saturating_add(col));
        !rows().any(|row| cols().any(|col| self.shows(row, col)))
    }
}

impl Cover {
    fn has(self, row: u16, col: u16) -> bool {
        let within = |at: u16, from: u16, length: u16| at >= from && at - from < length;
        within(row, self.row, self.rows) && within(col, self.col, self.cols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_in_sight_where_the_crop_has_it_and_nothing_lies_over_it() {
        let crop = Crop {
            top: -2,
            left: 10,
            cols: 20,
            rows: 5,
            covered: vec![Cover {
                col: 15,
                row: 3,
                cols: 5,
                rows: 9,
            }],
        };
        for (row, col) in [(-2, 10), (2, 24), (0, 29), (-2, 25)] {
            assert!(crop.shows(row, col), "{row} {col}");
        }
        for (row, col) in [(-3, 10), (3, 10), (0, 9), (0, 30), (1, 25), (2, 29)] {
            assert!(!crop.shows(row, col), "{row} {col}");
        }
        assert!(!crop.shows(i64::MIN, 12) && !crop.shows(i64::MAX, 12));
        assert!(!crop.is_hidden());
    }

    #[test]
    fn a_crop_that_something_lies_over_wholly_is_hidden() {
        let over = |cols: u16| Crop {
            top: 3,
            left: 0,
            cols: 9,
            rows: 2,
            covered: vec![Cover {
                col: 0,
                row: 0,
                cols,
                rows: 2,
            }],
        };
        assert!(over(9).is_hidden());
        assert!(!over(8).is_hidden());
        assert!(Crop::default().is_hidden());
    }
}
