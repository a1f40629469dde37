//! Which part of a terminal a smaller tile shows: the part that matters.

use crate::model::AgentId;
use crate::terminal::{Grid, Visibility};
use crate::view::desk::{Desk, Mode};

/// The first row and column to show of a terminal in a tile of this many columns and rows.
///
/// A dialog stands at the bottom of what is written, so the view follows the last written row; where
/// a visible cursor would be outside of that view, the view goes to the cursor.
pub fn crop((cols, rows): (u16, u16), grid: &Grid) -> (u16, u16) {
    (first_row(rows, grid), first_col(cols, grid))
}

/// The same for an agent's tile on this desk: only the tile that is typed into follows its cursor to
/// the side; everywhere else lines are read from their beginning.
pub fn window(desk: &Desk, agent: AgentId, size: (u16, u16), grid: &Grid) -> (u16, u16) {
    let (row, col) = crop(size, grid);
    match &desk.mode {
        Mode::Pane(id) if *id == agent => (row, col),
        Mode::Pane(_) | Mode::Room | Mode::Scroll(_) | Mode::Review => (row, 0),
    }
}

/// How many rows of a terminal with anything on them, the cursor's included, are below what a tile of this many columns
/// and rows shows.
pub fn below(size: (u16, u16), grid: &Grid) -> u16 {
    let (top, _) = crop(size, grid);
    used(grid).saturating_sub(top.saturating_add(size.1))
}

/// How many rows of a terminal there is anything on, the cursor's included.
fn used(grid: &Grid) -> u16 {
    let cursor = grid.cursor();
    let written = grid.rows().iter().rposition(|row| !row.is_blank());
    let written = written.map_or(0, |at| u16::try_from(at + 1).unwrap_or(u16::MAX));
    match cursor.visibility {
        Visibility::Shown => written.max(cursor.row.saturating_add(1)),
        Visibility::Hidden => written,
    }
}

fn first_row(rows: u16, grid: &Grid) -> u16 {
    let size = grid.size();
    if rows == 0 || size.rows <= rows {
        return 0;
    }
    let cursor = grid.cursor();
    let shown = cursor.visibility == Visibility::Shown;
    let written = grid
        .rows()
        .iter()
        .rposition(|row| !row.is_blank())
        .map_or(0, |row| u16::try_from(row).unwrap_or(u16::MAX));
    let last = if shown {
        written.max(cursor.row)
    } else {
        written
    };
    let most = size.rows - rows;
    let first = (last + 1).saturating_sub(rows).min(most);
    if shown && cursor.row < first {
        return cursor.row.saturating_sub(rows / 3).min(most);
    }
    first
}

fn first_col(cols: u16, grid: &Grid) -> u16 {
    let size = grid.size();
    let cursor = grid.cursor();
    if cols == 0 || size.cols <= cols || cursor.visibility == Visibility::Hidden {
        return 0;
    }
    // a few columns behind the cursor stay in sight while somebody types
    let ahead = 4.min(cols / 4);
    let needed = cursor.col.saturating_add(1).saturating_add(ahead);
    needed.saturating_sub(cols).min(size.cols - cols)
}
