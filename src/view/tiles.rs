//! Where everything is: one plan of rectangles, made once from layout, size and facts, then used by
//! the drawing and by the mouse. It draws nothing and changes nothing.

mod arrange;
mod card;
mod crop;
mod lists;
mod over;
mod review;

use ratatui::layout::Rect;

use crate::config::layout::{Layout, Side, Size as Extents};
use crate::model::AgentId;

use super::desk::{Desk, Focus, SidebarWish, Zoom};

pub use crop::{below, crop, window};
pub use lists::{QueueLine, list_top, queue_lines, shown_gauges, waiting};
pub use over::start_lines;
pub use review::{Leaves, ReviewPlan};

/// Fewer columns than this, and a card cannot show what is asked: there is none.
pub const CARD_MIN_COLS: u16 = 24;
/// Fewer rows than this, its frame included, and there is no card.
pub const CARD_MIN_ROWS: u16 = 5;
/// On a narrower screen a sidebar that was asked for takes the whole body.
const SIDEBAR_ALONE_BELOW: u16 = 60;
/// A sidebar says too little in fewer columns; a share of a small screen is never less.
const SIDEBAR_MIN_COLS: u16 = 30;
/// The tiles keep at least so many columns beside a sidebar.
const TILES_MIN_COLS: u16 = 24;

/// On fewer columns a zoomed pane stands alone: an agent's own width and a sidebar's.
const ZOOM_BESIDE_FROM: u16 = 130;
/// On a screen narrower than this a sidebar has a third of it at most.
const SIDEBAR_THIRD_BELOW: u16 = 72;

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The whole screen.
    pub screen: Rect,
    /// The line at the top.
    pub header: Option<Rect>,
    /// The line at the bottom.
    pub status: Option<Rect>,
    /// The column with what waits and the queue.
    pub sidebar: Option<SidebarPlan>,
    /// The place of all tiles.
    pub tiles_area: Rect,
    /// The tiles, in the order of their agents.
    pub tiles: Vec<Tile>,
    /// How many agents before these have no tile on this page.
    pub hidden_before: usize,
    /// How many agents behind these have no tile on this page.
    pub hidden_after: usize,
    /// The decision card, its frame included; also where none waits and the layout keeps its place.
    pub card: Option<Rect>,
    /// The brief under the queue's cursor in full, while the queue has the focus; it lies over the tiles.
    pub strip: Option<Rect>,
    /// The diff that is read.
    pub review: Option<ReviewPlan>,
    /// What stands over the room, its frame included.
    pub popup: Option<Rect>,
}

/// The column with what waits and the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SidebarPlan {
    /// All of it.
    pub area: Rect,
    /// What waits, with its frame (left, top, right; the queue's top edge ends it).
    pub waiting: Rect,
    /// Its lines: one for each request.
    pub waiting_lines: Rect,
    /// The first request shown, counted in [`waiting`].
    pub waiting_top: usize,
    /// The queue, with its frame.
    pub queue: Rect,
    /// Its lines: see [`queue_lines`].
    pub queue_lines: Rect,
    /// The first line shown.
    pub queue_top: usize,
}

/// One agent's tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Whose.
    pub agent: AgentId,
    /// With its frame.
    pub rect: Rect,
    /// The cells of its terminal. Empty for a line.
    pub inner: Rect,
    /// So many of its lowest rows a card lies over.
    pub covered: u16,
    /// Whether there is a terminal in it.
    pub fold: Fold,
}

/// Whether a tile shows a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// It does.
    Full,
    /// It is one line: the title.
    Line,
}

impl Tile {
    /// The columns and rows of its terminal that can be seen.
    pub fn room(&self) -> (u16, u16) {
        let rows = self.inner.height.saturating_sub(self.covered);
        (self.inner.width, rows)
    }
}

impl Plan {
    /// An agent's tile on this page.
    pub fn tile(&self, agent: AgentId) -> Option<&Tile> {
        self.tiles.iter().find(|tile| tile.agent == agent)
    }

    /// Whether the popup covers part of the card.
    pub fn popup_covers_card(&self) -> bool {
        match (self.popup, self.card) {
            (Some(popup), Some(card)) => popup.intersects(card),
            (Some(_), None) | (None, Some(_)) | (None, None) => false,
        }
    }
}

/// The layout in use on this screen: the person's own, or what it names for small ones.
pub fn layout_for(desk: &Desk) -> &Layout {
    let screen = Extents {
        width: desk.size.cols,
        height: desk.size.rows,
    };
    desk.layout
        .instead_at(screen)
        .and_then(|name| desk.shelf.layouts.iter().find(|layout| layout.name == name))
        .unwrap_or(&desk.layout)
}

/// Where everything is, now. Right for every size down to nothing.
pub fn plan(desk: &Desk) -> Plan {
    let layout = layout_for(desk);
    let screen = Rect::new(0, 0, desk.size.cols, desk.size.rows);
    let (header, rest) = cut_line(screen, Edge::Top, 4);
    let (status, body) = cut_line(rest, Edge::Bottom, 2);
    let mut plan = Plan {
        screen,
        header,
        status,
        ..Plan::default()
    };
    let (review, leaves) = review::place(desk, layout, body);
    plan.review = review;
    if let Leaves::Part(part) = leaves {
        around(desk, layout, part, &mut plan);
    }
    plan.popup = desk
        .popup
        .as_ref()
        .map(|popup| over::rect(desk, popup, &plan, body));
    plan
}

/// Sidebar, card and tiles, in what there is for them.
fn around(desk: &Desk, layout: &Layout, body: Rect, plan: &mut Plan) {
    let (mut column, mut main) = split_sidebar(desk, layout, body);
    // a sidebar that stands alone is all there is to see of the queue
    let alone = column.is_some() && main.width == 0;
    if card::wanted(desk, layout) && !(alone && desk.focus == Focus::Queue) {
        plan.card = card::place(desk, layout, body, (&mut column, &mut main));
    }
    plan.strip = card::strip(desk, &mut column, main, plan.card);
    plan.sidebar = column.map(|area| lists::sidebar(desk, area));
    plan.tiles_area = main;
    arrange::arrange(desk, layout, plan);
    if let Some(card) = plan.card {
        for tile in &mut plan.tiles {
            let inner = tile.inner;
            if card.intersects(inner) {
                tile.covered = inner.bottom() - card.y.max(inner.y);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Top,
    Bottom,
}

/// Takes a line off, where at least `keep` rows there are.
fn cut_line(area: Rect, edge: Edge, keep: u16) -> (Option<Rect>, Rect) {
    if area.height < keep || area.width == 0 {
        return (None, area);
    }
    let rest = Rect {
        height: area.height - 1,
        ..area
    };
    match edge {
        Edge::Top => (
            Some(Rect { height: 1, ..area }),
            Rect {
                y: area.y + 1,
                ..rest
            },
        ),
        Edge::Bottom => (
            Some(Rect {
                y: area.y + area.height - 1,
                height: 1,
                ..area
            }),
            rest,
        ),
    }
}

fn split_sidebar(desk: &Desk, layout: &Layout, body: Rect) -> (Option<Rect>, Rect) {
    let wide_enough =
        layout.sidebar.side != Side::None && desk.size.cols >= layout.sidebar.min_screen_width;
    let there = match desk.sidebar {
        SidebarWish::AsLayout => wide_enough,
        SidebarWish::Shown => true,
        SidebarWish::Hidden => false,
    };
    // a pane that has all the room gets its own width before anything stands beside it
    let zoomed = desk.zoom == Zoom::On && desk.focus == Focus::Tiles;
    let there = there && !(zoomed && body.width < ZOOM_BESIDE_FROM);
    if !there || body.is_empty() {
        return (None, body);
    }
    // one that is brought up and wants every column gets them, as on a screen too small for two things
    let all = layout.sidebar.width.of(body.width) >= body.width;
    if !wide_enough && (all || body.width < SIDEBAR_ALONE_BELOW) {
        let nothing = Rect {
            x: body.right(),
            width: 0,
            ..body
        };
        return (Some(body), nothing);
    }
    let most = body.width.saturating_sub(TILES_MIN_COLS);
    let least = match body.width < SIDEBAR_THIRD_BELOW {
        true => body.width / 3,
        false => SIDEBAR_MIN_COLS,
    };
    let width = layout.sidebar.width.of(body.width).max(least).min(most);
    if width < 3 {
        return (None, body);
    }
    match layout.sidebar.side {
        Side::Left | Side::None => {
            let (side, rest) = cut_left(body, width);
            (Some(side), rest)
        }
        Side::Right => {
            let (rest, side) = cut_left(body, body.width - width);
            (Some(side), rest)
        }
    }
}

fn cut_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    (
        Rect { width, ..area },
        Rect {
            x: area.x + width,
            width: area.width - width,
            ..area
        },
    )
}

fn cut_bottom(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    (
        Rect {
            height: area.height - height,
            ..area
        },
        Rect {
            y: area.y + area.height - height,
            height,
            ..area
        },
    )
}

/// The entries of a popup with a list: inside its frame, below the line to type in.
pub fn popup_lines(area: Rect) -> Rect {
    Rect {
        x: area.x + 1.min(area.width),
        y: area.y + 2.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(3),
    }
}

/// Whether the focus wants the sidebar, so that a key which goes there brings it up.
pub fn needs_sidebar(focus: Focus) -> bool {
    match focus {
        Focus::Tiles => false,
        Focus::Waiting | Focus::Queue => true,
    }
}
