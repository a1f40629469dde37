//! What of the picture may be other than it was drawn: so that a few new rows in one pane cost a few rows,
//! not a screen. Pure; draws nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::layout::Rect;

use crate::model::AgentId;
use crate::terminal::{Grid, Patch, PatchKind, Row};
use crate::wire::ToClient;

use super::desk::{Desk, Mode};
use super::tiles::{Fold, Plan, Tile, below, window};
use super::update::Input;

/// What changed since the last picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    extent: Extent,
    /// What each tile showed of its terminal on that picture.
    shown: BTreeMap<AgentId, Shown>,
    plan: Plan,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// Anything may have.
    #[default]
    Anything,
    /// Only these cells of these terminals; nothing, where there is none.
    Panes(BTreeMap<AgentId, Spots>),
}

/// Rows, and of each the columns from the first to the last that count.
pub type Spots = BTreeMap<u16, Range<u16>>;

/// A whole row.
pub const ACROSS: Range<u16> = 0..u16::MAX;

/// What an input may change of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// Cells of a pane, which were taken note of.
    Cells,
    /// Anything, or nothing.
    Anything,
}

/// Cells of a tile that are to be drawn again, counted from the corner of its terminal's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Which tile.
    pub tile: Tile,
    /// Which cells inside.
    pub spots: Spots,
    /// Whether its frame is to be drawn again, too.
    pub frame: Edges,
}

/// Whether a tile's frame says what it said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// It does.
    Same,
    /// It may say something else.
    Other,
}

/// What of a terminal its tile showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    /// From which row and column on.
    crop: (u16, u16),
    /// How many written rows are below: the frame says it, and nothing else of the cells.
    below: u16,
}

impl Shown {
    fn of(desk: &Desk, tile: &Tile, grid: &Grid) -> Self {
        let room = tile.room();
        Self {
            crop: window(desk, tile.agent, room, grid),
            below: below(room, grid),
        }
    }
}

impl Touched {
    /// What drawing this may change on the screen, each a row high: those cells, and where the frame is drawn too, the
    /// whole rows with the frame beside them, and its upper and lower line.
    pub fn lines(&self) -> impl Iterator<Item = Rect> {
        let Tile { rect, inner, .. } = self.tile;
        let line = move |y| Rect {
            y,
            height: 1,
            ..rect
        };
        let edges = [rect.y, rect.y.saturating_add(rect.height.saturating_sub(1))];
        let edges = match self.frame {
            Edges::Same => None,
            Edges::Other => Some(edges.map(line)),
        };
        let frame = self.frame;
        let inside = self
            .spots
            .iter()
            .filter_map(move |(row, columns)| match frame {
                Edges::Same => part(inner, *row, columns),
                Edges::Other => Some(line(inner.y.saturating_add(*row))),
            });
        edges.into_iter().flatten().chain(inside)
    }
}

/// Some columns of a row inside an area; none where they are outside.
pub fn part(inner: Rect, row: u16, columns: &Range<u16>) -> Option<Rect> {
    let (from, to) = (columns.start.min(inner.width), columns.end.min(inner.width));
    let part = Rect {
        x: inner.x.saturating_add(from),
        y: inner.y.saturating_add(row),
        width: to.saturating_sub(from),
        height: 1,
    };
    (row < inner.height && !part.is_empty()).then_some(part)
}

/// Takes note of more columns of a row.
fn add(spots: &mut Spots, row: u16, columns: Range<u16>) {
    let known = spots.entry(row).or_insert_with(|| columns.clone());
    *known = known.start.min(columns.start)..known.end.max(columns.end);
}

impl Changes {
    /// Looks at an input before it is taken in: takes note of new cells, and says whether it is more than that.
    pub fn note(&mut self, desk: &Desk, input: &Input) -> Noted {
        // a sentence that stands over the panes goes by time, and a name beside a line with it
        let over = !desk.toasts.is_empty() || !desk.marks.is_empty();
        let Some((agent, patch)) = only_cells(desk, input).filter(|_| !over) else {
            return Noted::Anything;
        };
        if let (Extent::Panes(panes), Some(pane)) = (&mut self.extent, desk.panes.get(&agent)) {
            let (spots, grid) = (panes.entry(agent).or_default(), &pane.grid);
            for (row, new) in &patch.rows {
                let old = grid.rows().get(usize::from(*row));
                add(spots, *row, old.map_or(ACROSS, |old| old.differs_in(new)));
            }
            for cursor in [patch.cursor, grid.cursor()] {
                let even = grid
                    .rows()
                    .get(usize::from(cursor.row))
                    .is_some_and(Row::is_even);
                let columns = match even {
                    true => cursor.col..cursor.col.saturating_add(1),
                    false => ACROSS,
                };
                add(spots, cursor.row, columns);
            }
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
        for (agent, spots) in panes {
            touched.extend(self.tile(desk, plan, *agent, spots)?);
        }
        Some(touched)
    }

    /// The cells of one tile. `None`: everything has to be drawn; `Some(None)`: it is not on the screen.
    fn tile(
        &self,
        desk: &Desk,
        plan: &Plan,
        agent: AgentId,
        spots: &Spots,
    ) -> Option<Option<Touched>> {
        let Some(tile) = plan.tile(agent).filter(|tile| tile.fold == Fold::Full) else {
            return Some(None);
        };
        let over = [plan.card, plan.strip];
        let covered = over.iter().flatten().any(|it| it.intersects(tile.rect));
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
        let now = Shown::of(desk, tile, &pane.grid);
        let before = self.shown.get(&agent);
        // one that is over steps back as a whole
        let whole = !desk.facts.agents.get(&agent)?.is_alive();
        let height = tile.inner.height;
        let spots = match before {
            Some(before) if before.crop == now.crop => {
                let (top, left) = now.crop;
                let shown = |(row, columns): (&u16, &Range<u16>)| {
                    let row = row.checked_sub(top).filter(|row| *row < height)?;
                    let columns = match whole {
                        true => ACROSS,
                        false => {
                            columns.start.saturating_sub(left)..columns.end.saturating_sub(left)
                        }
                    };
                    Some((row, columns))
                };
                spots.iter().filter_map(shown).collect()
            }
            Some(_) | None => (0..height).map(|row| (row, ACROSS)).collect(),
        };
        let frame = match before {
            Some(before) if before.below == now.below => Edges::Same,
            Some(_) | None => Edges::Other,
        };
        Some(Some(Touched {
            tile: *tile,
            spots,
            frame,
        }))
    }

    /// Everything is drawn as it is now.
    pub fn drawn(&mut self, desk: &Desk, plan: Plan) {
        for tile in &plan.tiles {
            let pane = desk.panes.get(&tile.agent);
            match pane.map(|pane| Shown::of(desk, tile, &pane.grid)) {
                Some(now) => drop(self.shown.insert(tile.agent, now)),
                None => drop(self.shown.remove(&tile.agent)),
            }
        }
        self.shown.retain(|agent, _| plan.tile(*agent).is_some());
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
    if desk.echo.waits(*agent) {
        return None; // letters stand over the cells
    }
    let fits = patch.kind == PatchKind::Since(grid.generation()) && patch.size == grid.size();
    (fits && desk.mode != Mode::Scroll(*agent)).then_some((*agent, patch))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::model::Time;
    use crate::terminal::{Limits, Screen, Size};
    use crate::view::draw::{draw, draw_touched, sample};
    use crate::view::keymap::Keymap;
    use crate::view::tiles::plan;
    use crate::view::update::update;

    /// A window that draws only what changed, beside the terminals it looks at.
    struct Looking {
        desk: Desk,
        changes: Changes,
        screens: BTreeMap<AgentId, (Screen, u64)>,
        shown: Buffer,
        cursor: Option<crate::view::draw::CursorAt>,
        /// How often everything was drawn.
        wholes: usize,
    }

    impl Looking {
        fn new() -> Self {
            let mut desk = sample::room(140, 40);
            desk.toasts.clear();
            desk.popup = None;
            let agents: Vec<AgentId> = desk.facts.agents.keys().copied().collect();
            let screen = || (Screen::new(Size::new(100, 30), Limits::default()), 0);
            let screens = agents.into_iter().map(|agent| (agent, screen())).collect();
            let shown = Buffer::empty(Rect::new(0, 0, 140, 40));
            Self {
                desk,
                changes: Changes::default(),
                screens,
                shown,
                cursor: None,
                wholes: 0,
            }
        }

        fn prints(&mut self, at: usize, text: &str) {
            let at = at % self.screens.len();
            let (agent, (screen, seen)) = self.screens.iter_mut().nth(at).unwrap();
            screen.feed(text.as_bytes()).unwrap();
            let patch = screen.patch_since((*seen > 0).then_some(*seen));
            *seen = patch.generation;
            let input = Input::Server(ToClient::Frame {
                agent: *agent,
                patch,
            });
            if self.changes.note(&self.desk, &input) == Noted::Anything {
                self.changes.anything();
            }
            let now: Time = self.desk.now;
            update(&mut self.desk, &Keymap::default(), input, now);
        }

        fn draws(&mut self) {
            let plan = plan(&self.desk);
            let mut whole = Buffer::empty(self.shown.area);
            let cursor = draw(&self.desk, &plan, &Keymap::default(), &mut whole);
            match self.changes.touched(&self.desk, &plan) {
                None => {
                    self.wholes += 1;
                    (self.shown, self.cursor) = (whole.clone(), cursor);
                }
                Some(touched) => {
                    let before = self.shown.clone();
                    self.cursor = draw_touched(
                        &self.desk,
                        &touched,
                        &Keymap::default(),
                        self.cursor,
                        &mut self.shown,
                    );
                    let lines: Vec<Rect> = touched.iter().flat_map(Touched::lines).collect();
                    for (x, y, _) in before.diff(&self.shown) {
                        assert!(
                            lines.iter().any(|line| line.contains((x, y).into())),
                            "{x},{y} changed unsaid"
                        );
                    }
                }
            }
            assert_eq!(self.cursor, cursor);
            let wrong = self.shown.diff(&whole).into_iter().next();
            let wrong = wrong.map(|(x, y, _)| (x, y, &self.shown[(x, y)], &whole[(x, y)]));
            assert_eq!(wrong, None, "column, row, what is drawn, what should be");
            self.changes.drawn(&self.desk, plan);
        }
    }

    #[test]
    fn a_letter_in_one_pane_is_no_reason_to_draw_the_rest() {
        let mut looking = Looking::new();
        for at in 0..looking.screens.len() {
            looking.prints(at, "$ ");
        }
        looking.draws();
        let wholes = looking.wholes;
        looking.prints(0, "x");
        let plan = plan(&looking.desk);
        let touched = looking.changes.touched(&looking.desk, &plan).unwrap();
        let cells = |one: &Touched| one.lines().map(|line| line.width).sum::<u16>();
        assert!(touched.iter().all(|one| cells(one) <= 3), "{touched:?}");
        looking.draws();
        assert_eq!(looking.wholes, wholes);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn what_is_drawn_in_parts_is_what_is_drawn_whole(
            steps in prop::collection::vec((0_usize..8, 0_usize..22, 0_usize..3), 1..30)
        ) {
            const TEXTS: [&str; 22] = [
                "abc", "\r\n", "宽宽", "\x1b[H", "\x1b[40Cx", "\x1b[20;1Hdeep", "\x1b[2J", "\x1b[31mred\x1b[0m",
                "\r\n\r\n\r\nmore\r\n", "\x1b[?25l", "\x1b[?25h", "\x1b[95Cend", "\x1b[3Gz", "\x1b[2G宽", "\x1b[K", "\x1b[1K",
                "\x1b[44m  \x1b[0m", "e\u{301}", "é\u{fe0f}", "αβ", "\x1b[4G\x1b[2P", "\x1b[2G\x1b[3@",
            ];
            let mut looking = Looking::new();
            for (pane, text, draws) in steps {
                looking.prints(pane, TEXTS[text]);
                if draws > 0 {
                    looking.draws();
                }
            }
            looking.draws();
        }
    }
}
