//! The agent's screen in a player's tile: the part of it that a person looks at, and of a decision's picture what stood
//! before whoever decided; the rest is dim. Reads the player; nothing flows back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::model::Crop;
use crate::terminal::{Grid, Row, Visibility};
use crate::view::draw::cells;
use crate::view::draw::frame::{self, Labels, Weight};
use crate::view::draw::ink::{self, Runs};
use crate::view::tiles::crop;

use super::draw::shown;
use super::{Look, Player};

/// The rows of a picture: of the past above the screen those that belong to it, and the screen.
pub(super) struct Sheet {
    rows: Vec<Row>,
    /// How many of them are above the screen.
    above: usize,
    cols: u16,
    grid: Grid,
}

/// The upper left corner of what is shown: a row, counted from the screen's first, and a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corner {
    /// Below zero are lines that had scrolled off.
    pub row: i64,
    /// From 0.
    pub col: u16,
}

impl Sheet {
    pub(super) fn of(player: &Player) -> Self {
        let mut grid = Grid::default();
        // A whole patch fits every grid.
        let _fits = grid.apply(player.screen().patch_since(None));
        let above = player.crop().map_or(0, back);
        let above = above.min(player.projector.past());
        let above = usize::try_from(above).unwrap_or(0);
        let mut rows = player.projector.above(above);
        rows.extend_from_slice(grid.rows());
        Self {
            rows,
            above,
            cols: grid.size().cols,
            grid,
        }
    }

    fn first(&self) -> i64 {
        -(i64::try_from(self.above).unwrap_or(i64::MAX))
    }

    fn row(&self, row: i64) -> Option<&Row> {
        let at = row.checked_sub(self.first())?;
        self.rows.get(usize::try_from(at).ok()?)
    }

    /// The corners that leave no room empty: the first, and the last.
    fn corners(&self, inner: Rect) -> (Corner, Corner) {
        let first = Corner {
            row: self.first(),
            col: 0,
        };
        let rows = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let more = rows.saturating_sub(i64::from(inner.height)).max(0);
        let last = Corner {
            row: first.row.saturating_add(more),
            col: self.cols.saturating_sub(inner.width),
        };
        (first, last)
    }

    /// Whether all of it is shown.
    pub(super) fn fits(&self, inner: Rect) -> bool {
        let (first, last) = self.corners(inner);
        first == last
    }

    /// Whether all of it stands in a crop.
    fn is_all_in(&self, crop: &Crop) -> bool {
        let first = self.first();
        let end = first.saturating_add(i64::try_from(self.rows.len()).unwrap_or(i64::MAX));
        let rows = crop.top <= first && crop.top.saturating_add(i64::from(crop.rows)) >= end;
        let cols = crop.left == 0 && crop.cols >= self.cols;
        rows && cols && crop.covered.is_empty()
    }

    /// Where a tile's inside begins.
    pub(super) fn corner(&self, player: &Player, inner: Rect) -> Corner {
        let (first, last) = self.corners(inner);
        let wanted = match (player.look, player.crop()) {
            (Look::At(corner), _) => corner,
            (Look::Follows, Some(crop)) => {
                // what is asked stands at its end
                let over = crop.rows.saturating_sub(inner.height);
                Corner {
                    row: crop.top.saturating_add(i64::from(over)),
                    col: crop.left,
                }
            }
            (Look::Follows, None) => {
                let (row, col) = crop((inner.width, inner.height), &self.grid);
                Corner {
                    row: i64::from(row),
                    col,
                }
            }
        };
        Corner {
            row: wanted.row.clamp(first.row, last.row),
            col: wanted.col.min(last.col),
        }
    }
}

/// What whoever decided had in sight, as text: a line a row; `░` is what something lay over, or what is lost.
pub(super) fn in_sight(player: &Player, crop: &Crop) -> Vec<String> {
    let sheet = Sheet::of(player);
    let rows = (0..crop.rows).map(|down| crop.top.saturating_add(i64::from(down)));
    rows.map(|at| line(crop, at, sheet.row(at))).collect()
}

fn line(crop: &Crop, at: i64, row: Option<&Row>) -> String {
    const HIDDEN: char = '░';
    let Some(row) = row else {
        return HIDDEN.to_string();
    };
    let end = crop.left.saturating_add(crop.cols);
    let (mut text, mut col) = (String::new(), 0u16);
    for cell in row.cells() {
        let width = u16::from(cell.width.max(1));
        let columns = col..col.saturating_add(width);
        col = columns.end;
        if columns.end <= crop.left || columns.start >= end {
            continue;
        }
        if columns.clone().all(|col| crop.shows(at, col)) {
            text.push_str(cell.text);
        } else {
            let within = columns.filter(|col| (crop.left..end).contains(col));
            text.extend(within.map(|_| HIDDEN));
        }
    }
    // what lies over blanks at the end of a row
    let written = end.min(col.max(crop.left));
    text.extend((written..end).map(|col| match crop.shows(at, col) {
        true => ' ',
        false => HIDDEN,
    }));
    text
}

/// How many lines somebody had gone back.
pub(super) fn back(crop: &Crop) -> u64 {
    crop.top.min(0).unsigned_abs()
}

/// Draws the tile.
pub(super) fn draw(player: &Player, area: Rect, buf: &mut Buffer) {
    let theme = &player.theme;
    let face = theme.face(Role::Pane);
    ink::fill(buf, area, face);
    let inner = frame::inside(area);
    let sheet = Sheet::of(player);
    let say = |text: String| Runs::of(text, theme.on(Role::Dim, face));
    let title = format!(" {} {} ", player.agent, shown(&player.name));
    let size = player.screen().size();
    let labels = Labels {
        title: Runs::of(title, theme.on(Role::PaneTitle, face)),
        foot: match player.crop() {
            Some(crop) if sheet.is_all_in(crop) => say(" all of it was in their sight ".to_owned()),
            Some(_) => say(" dim: not in their sight ".to_owned()),
            None => Runs::default(),
        },
        end: match sheet.fits(inner) {
            true => Runs::default(),
            false => say(format!(
                " {}x{}, a part of it · h j k l move ",
                size.cols, size.rows
            )),
        },
        ..Labels::default()
    };
    let border = theme.on(Role::PaneBorder, face);
    frame::draw(buf, area, Weight::Heavy, border, &labels);
    let corner = sheet.corner(player, inner);
    for (line, at) in inner.rows().zip(corner.row..) {
        if let Some(row) = sheet.row(at) {
            cells::row(buf, line, row, corner.col, theme);
        }
    }
    marks(player, corner, inner, buf);
    cursor(player, &sheet, corner, inner, buf);
    if let Some(crop) = player.crop() {
        unseen(player, &sheet, crop, corner, inner, buf);
    }
}

fn marks(player: &Player, corner: Corner, inner: Rect, buf: &mut Buffer) {
    for (row, col, columns) in player.marks() {
        let (from, until) = (col.max(corner.col), col.saturating_add(columns));
        let down = u16::try_from(i64::from(row) - corner.row);
        let Some(y) = down.ok().filter(|y| *y < inner.height) else {
            continue;
        };
        let place = Rect {
            x: inner.x.saturating_add(from - corner.col),
            y: inner.y + y,
            width: until.saturating_sub(from),
            height: 1,
        };
        let layer = player.theme.layer(Role::SearchMatch);
        cells::overlay(buf, place.intersection(inner), layer);
    }
}

fn cursor(player: &Player, sheet: &Sheet, corner: Corner, inner: Rect, buf: &mut Buffer) {
    let cursor = sheet.grid.cursor();
    let down = u16::try_from(i64::from(cursor.row) - corner.row).ok();
    let place = cursor.col.checked_sub(corner.col).zip(down);
    if let (Some((x, y)), Visibility::Shown) = (place, cursor.visibility)
        && x < inner.width
        && y < inner.height
    {
        cells::quiet_cursor(buf, inner.x + x, inner.y + y, &player.theme);
    }
}

/// What whoever decided did not have in sight.
fn unseen(
    player: &Player,
    sheet: &Sheet,
    crop: &Crop,
    corner: Corner,
    inner: Rect,
    buf: &mut Buffer,
) {
    let theme = &player.theme;
    let face = theme.on(Role::Dim, theme.face(Role::Pane));
    for (line, at) in inner.rows().zip(corner.row..) {
        if sheet.row(at).is_none() {
            continue;
        }
        for cell in line.columns() {
            let col = corner.col.saturating_add(cell.x - inner.x);
            if !crop.shows(at, col) {
                cells::fade(buf, cell, face);
            }
        }
    }
}
