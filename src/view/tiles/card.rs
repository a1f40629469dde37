//! Where the decision card is, how high, and what is told of the brief under the queue's cursor.

use ratatui::layout::Rect;

use super::{CARD_MIN_COLS, CARD_MIN_ROWS, cut_bottom, cut_left, layout_for, split_sidebar};
use crate::config::layout::{CardPlace, CardWhen, Layout};
use crate::view::desk::{Desk, Focus, Mode};
use crate::view::draw::{card_height, strip_height};

/// Where the body has fewer columns than this, a card at the bottom has all of them.
const CARD_BESIDE_FROM: u16 = 100;
/// A card on a small screen may be so high, where what is asked needs it.
const CARD_ENOUGH_ROWS: u16 = 14;
/// Above a card in a room without agents so many rows say what to press.
const EMPTY_MIN_ROWS: u16 = 4;
/// With fewer columns nothing is told of the brief under the cursor.
const STRIP_MIN_COLS: u16 = 28;

/// Whether there is one.
pub(super) fn wanted(desk: &Desk, layout: &Layout) -> bool {
    match layout.card.when {
        CardWhen::Always => true,
        CardWhen::Waiting => desk.card().is_some(),
    }
}

/// Takes the card's place from the body: where columns are scarce, a card that needs them has all of them, below
/// the sidebar too.
pub(super) fn place(
    desk: &Desk,
    layout: &Layout,
    body: Rect,
    (column, main): (&mut Option<Rect>, &mut Rect),
) -> Option<Rect> {
    let below = layout.card.place == CardPlace::Bottom
        && body.width < CARD_BESIDE_FROM
        && desk.focus != Focus::Queue;
    if column.is_none() || !below || fits_beside(desk, layout, *main) {
        return beside(desk, layout, column, main);
    }
    let most = layout.card.size.of(body.height);
    let (rest, card) = cut_bottom(body, card_rows(desk, body.width, most, body.height));
    (*column, *main) = split_sidebar(desk, layout, rest);
    Some(card).filter(|card| is_a_card(*card))
}

/// Takes the card's place from the sidebar or the tiles; lies over the tiles as an overlay.
fn beside(
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
            // beside it the frame of the tile below is seen, and nothing else of it
            let inset = if host.width > CARD_MIN_COLS + 8 { 1 } else { 0 };
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
pub(super) fn strip(
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
