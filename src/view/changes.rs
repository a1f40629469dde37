//! What of the picture may be other than it was drawn: so that a few new rows in one pane cost a few rows,
//! not a screen. Pure; draws nothing.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::layout::Rect;

use crate::model::AgentId;
use crate::terminal::{Patch, PatchKind};
use crate::wire::ToClient;

use super::desk::{Desk, Mode};
use super::tiles::{Fold, Plan, Tile, crop};
use super::update::Input;

/// What changed since the last picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    extent: Extent,
    /// Which part of its terminal each tile showed on that picture.
    crops: BTreeMap<AgentId, (u16, u16)>,
    plan: Plan,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// Anything may have.
    #[default]
    Anything,
    /// Only these rows of these terminals; nothing, where there is none.
    Panes(BTreeMap<AgentId, BTreeSet<u16>>),
}

/// What an input may change of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// Cells of a pane, which were taken note of.
    Cells,
    /// Anything, or nothing.
    Anything,
}

/// Rows of a tile that are to be drawn again, counted from the top of its terminal's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which tile.
    pub tile: Tile,
    /// Which rows inside.
    pub rows: BTreeSet<u16>,
}

impl Touched {
    /// Rows of the screen that drawing this may change: those, and the frame's upper and lower line.
    pub fn screen_rows(&self) -> impl Iterator<Item = u16> {
        let Rect { y, height, .. } = self.tile.rect;
        let inner = self.tile.inner.y;
        let inside = self.rows.iter().map(move |row| inner.saturating_add(*row));
        [y, y.saturating_add(height.saturating_sub(1))]
            .into_iter()
            .chain(inside)
    }
}

impl Changes {
    /// Looks at an input before it is taken in: takes note of new cells, and says whether it is more than that.
    pub fn note(&mut self, desk: &Desk, input: &Input) -> Noted {
        // a sentence that stands over the panes goes by time
        let Some((agent, patch)) = only_cells(desk, input).filter(|_| desk.toasts.is_empty())
        else {
            return Noted::Anything;
        };
        if let Extent::Panes(panes) = &mut self.extent {
            let rows = panes.entry(agent).or_default();
            rows.extend(patch.rows.iter().map(|(row, _)| *row));
            rows.insert(patch.cursor.row);
            rows.extend(desk.panes.get(&agent).map(|pane| pane.grid.cursor().row));
        }
        Noted::Cells
    }

    /// Anything may be other than it was.
    pub fn anything(&mut self) {
        self.extent = Extent::Anything;
    }

    /// What has to be drawn again; none means everything.
    pub fn touched(&self, desk: &Desk, plan: &Plan) -> Option<Vec<Touched>> {
        let Extent::Panes(panes) = &self.extent else {
            return None;
        };
        let over = desk.popup.is_some() || !desk.toasts.is_empty() || !desk.pending.is_empty();
        if over || *plan != self.plan {
            return None;
        }
        let mut touched = Vec::new();
        for (agent, rows) in panes {
            touched.extend(self.tile(desk, plan, *agent, rows)?);
        }
        Some(touched)
    }

    /// The rows of one tile. `None`: everything has to be drawn; `Some(None)`: it is not on the screen.
    fn tile(
        &self,
        desk: &Desk,
        plan: &Plan,
        agent: AgentId,
        rows: &BTreeSet<u16>,
    ) -> Option<Option<Touched>> {
        let Some(tile) = plan.tile(agent).filter(|tile| tile.fold == Fold::Full) else {
            return Some(None);
        };
        let covered = plan.card.is_some_and(|card| card.intersects(tile.rect));
        let pane = desk.panes.get(&agent)?;
        if covered
            || pane.scroll.is_some()
            || desk
                .selection
                .as_ref()
                .is_some_and(|one| one.agent == agent)
        {
            return None;
        }
        let (top, left) = crop((tile.inner.width, tile.inner.height), &pane.grid);
        let height = tile.inner.height;
        let rows = match self.crops.get(&agent) {
            Some(before) if *before == (top, left) => rows
                .iter()
                .filter_map(|row| row.checked_sub(top))
                .filter(|row| *row < height)
                .collect(),
            Some(_) | None => (0..height).collect(),
        };
        Some(Some(Touched { tile: *tile, rows }))
    }

    /// Everything is drawn as it is now.
    pub fn drawn(&mut self, desk: &Desk, plan: Plan) {
        for tile in &plan.tiles {
            let pane = desk.panes.get(&tile.agent);
            let now = pane.map(|pane| crop((tile.inner.width, tile.inner.height), &pane.grid));
            match now {
                Some(now) => drop(self.crops.insert(tile.agent, now)),
                None => drop(self.crops.remove(&tile.agent)),
            }
        }
        self.crops.retain(|agent, _| plan.tile(*agent).is_some());
        self.plan = plan;
        self.extent = Extent::Panes(BTreeMap::new());
    }
}

/// The patch, where an input is nothing but new cells for a pane that is known and keeps its size: nothing
/// but its tile depends on it.
fn only_cells<'i>(desk: &Desk, input: &'i Input) -> Option<(AgentId, &'i Patch)> {
    let Input::Server(ToClient::Frame { agent, patch }) = input else {
        return None;
    };
    let grid = &desk.panes.get(agent)?.grid;
    let fits = patch.kind == PatchKind::Since(grid.generation()) && patch.size == grid.size();
    (fits && desk.mode != Mode::Scroll(*agent)).then_some((*agent, patch))
}
