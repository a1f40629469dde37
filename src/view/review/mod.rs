//! A diff that is read: the state of it, and its picture. Pure. What keys do to it is in `update/review`.

pub mod draw;
mod rows;
mod syntax;
#[cfg(test)]
mod tests;

use crate::diff::{Diff, Joined, Line};
use crate::model::{self, BriefId, Card, Digest};
use crate::wire::{DiffEnd, DiffScope};

pub use rows::{Cell, CommentBox, Note, Row, Rows, Shape, Standing};

/// The lines around a change, step by step; behind the last one there is no more of a file.
pub const CONTEXT: [u32; 4] = [3, 15, 80, 1_000_000];

/// A diff that is read.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Of whose work.
    pub brief: BriefId,
    /// Since when.
    pub scope: DiffScope,
    /// The diff.
    pub diff: Diff,
    /// What is known of it as a whole.
    pub end: DiffEnd,
    /// Whether it is here.
    pub arrival: Arrival,
    /// Each file's place in [`CONTEXT`], by its place in the diff.
    pub context: Vec<usize>,
    /// One column or two, as the person wants it.
    pub shape: Shape,
    /// Whether the files are listed beside it, where there is room.
    pub list: List,
    /// Its rows, as they are drawn.
    pub rows: Rows,
    /// What the rows were made of.
    pub made: Made,
    /// The row of the cursor.
    pub at: usize,
    /// The first row in sight.
    pub top: usize,
    /// The first column in sight.
    pub left: u16,
    /// The row where a range begins.
    pub range: Option<usize>,
    /// What is searched for.
    pub needle: String,
    /// The gate of this work, whose card was on the screen when the diff was opened.
    pub gate: Option<Card>,
}

/// Whether a diff is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Arrival {
    /// It was asked for; this much is here. What was there before still stands.
    Coming(Joined),
    /// It is.
    #[default]
    Here,
    /// There is none; why.
    Failed(String),
}

/// Whether files are listed beside the diff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// Where there is room.
    #[default]
    Shown,
    /// They are not.
    Hidden,
}

/// What the rows were made of; made anew when it is other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// How often a diff came.
    pub came: u64,
    /// One column or two.
    pub shape: Shape,
    /// How many columns there were.
    pub width: u16,
    /// The comments.
    pub comments: Option<model::Review>,
    /// Of the work as it was then.
    pub on: Digest,
}

impl Review {
    /// A diff that was only asked for.
    pub fn of(brief: BriefId, scope: DiffScope) -> Self {
        Self {
            brief,
            scope,
            arrival: Arrival::Coming(Joined::default()),
            ..Self::default()
        }
    }

    /// The row of the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.rows.all.get(self.at)
    }

    /// The file that the cursor is in, by its place.
    pub fn file(&self) -> Option<usize> {
        self.rows.file_of(self.at)
    }

    /// A line of the diff.
    pub fn line(&self, cell: Cell) -> Option<&Line> {
        let file = self.diff.files.get(cell.file as usize)?;
        file.hunks
            .get(cell.hunk as usize)?
            .lines
            .get(cell.line as usize)
    }

    /// The lines that a row shows: one, or the one at the left and the one at the right.
    pub fn cells(&self, row: &Row) -> [Option<Cell>; 2] {
        match row {
            Row::Line(cell) => [Some(*cell), None],
            Row::Pair(left, right) => [*left, *right],
            Row::File(_) | Row::Note(..) | Row::Hunk(..) | Row::Comment(..) | Row::Blank => {
                [None, None]
            }
        }
    }

    /// The comment that the cursor is on, or that stands right below its line: its place among the boxes.
    pub fn comment(&self) -> Option<model::CommentId> {
        let at = |row: usize| match self.rows.all.get(row) {
            Some(Row::Comment(at, _)) => self.rows.boxes.get(*at as usize).map(|one| one.id),
            Some(_) | None => None,
        };
        at(self.at).or_else(|| at(self.at + 1))
    }
}
