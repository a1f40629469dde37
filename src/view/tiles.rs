//! Where everything is: one plan of rectangles, made once from layout, size and facts, then used by
//! the drawing and by the mouse. It draws nothing and changes nothing.

mod arrange;
mod crop;
mod lists;
mod over;
mod review;

use ratatui::layout::Rect;

use crate::config::layout::{CardPlace, CardWhen, Layout, Side, Size as Extents};
use crate::model::AgentId;

use super::desk::{Desk, Focus, Mode, SidebarWish};
use super::draw::{card_height, strip_height};

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

/// Where the body has fewer columns than this, a card at the bottom has all of them.
const CARD_BESIDE_FROM: u16 = 100;
/// A card on a small screen may be so high, where what is asked needs it.
const CARD_ENOUGH_ROWS: u16 = 14;
/// Above a card in a room without agents so many rows say what to press.
const EMPTY_MIN_ROWS: u16 = 4;
/// With fewer columns nothing is told of the brief under the cursor.
const STRIP_MIN_COLS: u16 = 28;
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
    if wants_card(desk, layout) && !(alone && desk.focus == Focus::Queue) {
        // where columns are scarce, a card that needs them has all of them, below the sidebar too
        let below = layout.card.place == CardPlace::Bottom
            && body.width < CARD_BESIDE_FROM
            && desk.focus != Focus::Queue;
        if column.is_some() && below && !fits_beside(desk, layout, main) {
            let rows = card_rows(
                desk,
                body.width,
                layout.card.size.of(body.height),
                body.height,
            );
            let (rest, card) = cut_bottom(body, rows);
            (column, main) = split_sidebar(desk, layout, rest);
            plan.card = Some(card).filter(|card| is_a_card(*card));
        } else {
            plan.card = place_card(desk, layout, &mut column, &mut main);
        }
    }
    plan.strip = place_strip(desk, &mut column, main, plan.card);
    plan.sidebar = column.map(|area| lists::sidebar(desk, area));
    plan.tiles_area = main;
    arrange::arrange(desk, layout, plan);
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

fn wants_card(desk: &Desk, layout: &Layout) -> bool {
    match layout.card.when {
        CardWhen::Always => true,
        CardWhen::Waiting => desk.card().is_some(),
    }
}

/// Takes the card's place from the sidebar or the tiles; lies over the tiles as an overlay.
fn place_card(
    desk: &Desk,
    layout: &Layout,
    sidebar: &mut Option<Rect>,
    tiles: &mut Rect,
) -> Option<Rect> {
    let size = layout.card.size;
    let beside = sidebar.filter(|side| side.height > CARD_MIN_ROWS + 6);
    let card = match (layout.card.place, beside) {
        (CardPlace::Sidebar, Some(area)) => {
            let most = size.of(area.height).min(area.height.saturating_sub(6));
            let (rest, card) = cut_bottom(area, card_rows(desk, area.width, most, area.height));
            *sidebar = Some(rest);
            card
        }
        (CardPlace::Right, _) if tiles.width >= 2 * CARD_MIN_COLS => {
            let width = size.of(tiles.width).max(CARD_MIN_COLS);
            let (rest, card) = cut_left(*tiles, tiles.width - width);
            *tiles = rest;
            card
        }
        (CardPlace::Bottom | CardPlace::Right | CardPlace::Sidebar, _) => {
            let host = card_host(sidebar, tiles);
            let most = size.of(host.height);
            let (rest, card) = cut_bottom(*host, card_rows(desk, host.width, most, host.height));
            *host = rest;
            card
        }
        (CardPlace::Overlay, _) => {
            let host = card_host(sidebar, tiles);
            let most = size.of(host.height);
            let inset = if host.width > CARD_MIN_COLS + 8 { 2 } else { 0 };
            let width = host.width - 2 * inset;
            let (_, card) = cut_bottom(*host, card_rows(desk, width, most, host.height));
            Rect {
                x: card.x + inset,
                width,
                ..card
            }
        }
    };
    Some(card).filter(|card| is_a_card(*card))
}

/// Whether all that is asked has room in a card at the foot of these tiles, as large as the layout says.
fn fits_beside(desk: &Desk, layout: &Layout, tiles: Rect) -> bool {
    let most = layout.card.size.of(tiles.height);
    let needed = desk
        .card()
        .map_or(0, |request| card_height(desk, request, tiles.width));
    needed <= most.max(CARD_MIN_ROWS + 2)
}

/// Whether a card can show what is asked there.
fn is_a_card(area: Rect) -> bool {
    area.width >= CARD_MIN_COLS && area.height >= CARD_MIN_ROWS
}

/// Where the brief under the queue's cursor is told in full: over the foot of the tiles, or below a sidebar that
/// stands alone.
fn place_strip(
    desk: &Desk,
    column: &mut Option<Rect>,
    main: Rect,
    card: Option<Rect>,
) -> Option<Rect> {
    let side = (*column)?;
    if desk.focus != Focus::Queue || desk.mode != Mode::Room {
        return None;
    }
    let alone = main.width == 0;
    let host = match card {
        _ if alone => side,
        Some(card) if card.intersects(main) => Rect {
            height: card.y.saturating_sub(main.y),
            ..main
        },
        Some(_) | None => main,
    };
    let rows = strip_height(desk, host.width);
    if rows == 0 || host.width < STRIP_MIN_COLS || host.height < rows.saturating_add(5) {
        return None;
    }
    let (rest, strip) = cut_bottom(host, rows);
    if alone {
        *column = Some(rest);
    }
    Some(strip)
}

/// The part that gives room to a card: the tiles, or the sidebar where it stands alone.
fn card_host<'r>(sidebar: &'r mut Option<Rect>, tiles: &'r mut Rect) -> &'r mut Rect {
    match sidebar {
        Some(area) if tiles.width == 0 => area,
        Some(_) | None => tiles,
    }
}

/// As high as its text, at most as the layout says, never lower than it can be read. Where that share is too
/// small for what is asked, it gets more, unless the queue is looked at: up to [`CARD_ENOUGH_ROWS`] while the tiles keep a row, and all that it
/// needs where there is no tile.
fn card_rows(desk: &Desk, width: u16, most: u16, host: u16) -> u16 {
    let layout = layout_for(desk);
    let most = most.max(CARD_MIN_ROWS + 2).min(host);
    match layout.card.when {
        CardWhen::Always => most,
        CardWhen::Waiting => {
            let more = match (desk.focus, desk.facts.agents.is_empty()) {
                (Focus::Queue, _) => 0,
                (Focus::Tiles | Focus::Waiting, true) => host.saturating_sub(EMPTY_MIN_ROWS),
                (Focus::Tiles | Focus::Waiting, false) => {
                    CARD_ENOUGH_ROWS.min(host.saturating_sub(layout.min_tile.height))
                }
            };
            let most = most.max(more);
            desk.card()
                .map_or(most, |request| card_height(desk, request, width))
                .clamp(CARD_MIN_ROWS.min(most), most)
        }
    }
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
