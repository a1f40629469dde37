//! Panes as this desk looks at them: the picture, the past, what is selected. Plain data.

use crate::model::{AgentId, Time};
use crate::terminal::{Grid, Row};
use crate::wire::Place;

/// One pane as this desk knows it.
#[derive(Clone, Debug, Default)]
pub struct Pane {
    /// The picture that its patches built.
    pub grid: Grid,
    /// Why its parser stopped, where it did.
    pub broken: Option<String>,
    /// Looking at the past.
    pub scroll: Option<Scroll>,
    /// When it last rang.
    pub rang: Option<Time>,
}

/// A look at a pane's past.
#[derive(Clone, Debug, Default)]
pub struct Scroll {
    /// The line at the top of the tile.
    pub top: u64,
    /// The oldest line there is.
    pub oldest: u64,
    /// Lines before the screen begins.
    pub total: u64,
    /// The number of the first line in `rows`.
    pub first: u64,
    /// The lines that are here.
    pub rows: Vec<Row>,
    /// What is searched for.
    pub needle: String,
    /// Where it occurs.
    pub hits: Vec<Place>,
    /// The hit that is shown.
    pub hit: usize,
    /// The cursor: line (counted from the pane's beginning), column.
    pub at: (u64, u16),
    /// The column at the tile's left edge.
    pub left: u16,
    /// What was fetched last.
    pub fetch: Fetch,
    /// Where leaving it leads.
    pub back: Back,
}

/// Lines of the past on their way: the first, and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fetch {
    /// Nothing was asked for.
    #[default]
    None,
    /// Asked for.
    Asked(u64, u16),
    /// Here, as far as there are any; not asked for again.
    Got(u64, u16),
}

/// Where leaving a pane's past leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Back {
    /// Keys are commands again.
    #[default]
    Room,
    /// Keys go to the agent again.
    Pane,
}

/// Text under the mouse or a keyboard selection, in a pane's own lines and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Whose pane.
    pub agent: AgentId,
    /// Where it began: line (counted from the pane's beginning), column.
    pub from: (u64, u16),
    /// Where it ends, inclusive.
    pub to: (u64, u16),
    /// Who moves its end.
    pub by: SelectBy,
}

/// Who moves a selection's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectBy {
    /// The mouse, its button down.
    Mouse,
    /// The cursor of scroll mode.
    Keys,
    /// Nobody: it is done.
    Nobody,
}
