//! The picture of a desk. Pure: reads the desk and the plan, writes cells; nothing flows back. Names
//! the theme's roles, never colours.

mod always;
mod ask;
mod breakroom;
mod card;
pub(in crate::view) mod cells;
mod chooser;
mod confirm;
mod decide;
mod detail;
mod empty;
mod form;
pub(in crate::view) mod frame;
pub mod gate;
mod head;
mod header;
mod help;
pub(in crate::view) mod ink;
mod list;
mod over;
mod palette;
mod pane;
mod queue;
mod read;
mod sidebar;
mod spark;
mod start;
mod status;
mod strip;
mod text;
mod title;
mod toast;
mod together;
mod waits;
mod whichkey;
pub(in crate::view) mod words;

#[cfg(test)]
mod any;
#[cfg(test)]
mod look;
#[cfg(test)]
mod popups;
#[cfg(test)]
pub(in crate::view) mod sample;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::terminal::CursorShape;
use crate::view::changes::{Edges, Touched};
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::popup::Popup;
use crate::view::reading::Sight;
use crate::view::review;
use crate::view::sweep::{sweep, sweep_line};
use crate::view::tiles::Plan;

pub use card::{height as card_height, sight as card_sight};
#[cfg(test)]
pub use cells::row as agent_row;
pub use cells::underline;
pub use pane::points;
pub use strip::height as strip_height;

/// Where the terminal's own cursor goes, and how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorAt {
    /// Column on the screen.
    pub x: u16,
    /// Row on the screen.
    pub y: u16,
    /// Its form.
    pub shape: CursorShape,
}

/// Draws a desk where the plan says. Returns where the cursor goes; none hides it.
pub fn draw(desk: &Desk, plan: &Plan, keys: &Keymap, buf: &mut Buffer) -> Option<CursorAt> {
    let screen = buf.area;
    ink::fill(buf, screen, desk.theme.face(Role::Base));
    if let Some(area) = plan.header {
        header::draw(desk, area, buf);
    }
    let mut cursor = None;
    for tile in &plan.tiles {
        cursor = pane::draw(desk, keys, tile, pane::Rows::All, buf).or(cursor);
    }
    if desk.facts.agents.is_empty() && !plan.tiles_area.is_empty() {
        empty::draw(desk, keys, plan.tiles_area, buf);
    }
    if let Some(sidebar) = &plan.sidebar {
        sidebar::draw(desk, keys, sidebar, buf);
    }
    if let Some(place) = &plan.review {
        review::draw::draw(desk, keys, place, buf);
    }
    if let Some(area) = plan.strip {
        strip::draw(desk, area, buf);
    }
    if let Some(area) = plan.card {
        cursor = cursor.filter(|at| !covers(area, at));
        card::draw(desk, keys, area, buf);
    }
    if let Some(area) = plan.status {
        status::draw(desk, plan, keys, area, buf);
    }
    let body = body(plan);
    whichkey::draw(desk, keys, above_card(body, plan), buf);
    if let (Some(popup), Some(area)) = (&desk.popup, plan.popup) {
        cursor = draw_popup(desk, keys, popup, area, buf);
    }
    toast::draw(desk, (body, plan.status), buf);
    sweep(buf);
    cursor
}

/// Draws what changed over the picture as it was drawn before, with the cursor there. Returns where the cursor
/// goes now. Only what [`Touched::lines`] names is other than before.
pub fn draw_touched(
    desk: &Desk,
    touched: &[Touched],
    keys: &Keymap,
    before: Option<CursorAt>,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    let mut cursor = before;
    for touched in touched {
        let Touched { tile, spots, .. } = touched;
        if cursor.is_some_and(|at| covers(tile.rect, &at)) {
            cursor = None;
        }
        let rows = match touched.frame {
            Edges::Same => pane::Rows::Inside(spots),
            Edges::Other => pane::Rows::Framed(spots),
        };
        cursor = pane::draw(desk, keys, tile, rows, buf).or(cursor);
    }
    for line in touched.iter().flat_map(Touched::lines) {
        sweep_line(buf, line);
    }
    cursor
}

/// What is drawn over the tiles, on a desk that is drawn by this plan.
pub fn lies_over(desk: &Desk, plan: &Plan, keys: &Keymap) -> Vec<Rect> {
    let sidebar = plan.sidebar.as_ref().map(|it| it.area);
    let review = plan.review.as_ref().map(|it| it.area);
    let body = body(plan);
    let keys = whichkey::area(desk, keys, above_card(body, plan));
    let placed = [sidebar, review, plan.strip, plan.card, keys, plan.popup];
    let placed = placed.into_iter().flatten();
    placed.chain(toast::areas(desk, body)).collect()
}

/// What is between the header and the status line.
fn body(plan: &Plan) -> Rect {
    let top = plan.header.map_or(plan.screen.y, |area| area.bottom());
    let bottom = plan.status.map_or(plan.screen.bottom(), |area| area.y);
    Rect {
        y: top,
        height: bottom.saturating_sub(top),
        ..plan.screen
    }
}

/// What is above the card, where the card is at the bottom and leaves room enough.
fn above_card(body: Rect, plan: &Plan) -> Rect {
    const ENOUGH: u16 = 8;
    match plan.card {
        Some(card) if card.y.saturating_sub(body.y) >= ENOUGH => Rect {
            height: card.y - body.y,
            ..body
        },
        Some(_) | None => body,
    }
}

fn draw_popup(
    desk: &Desk,
    keys: &Keymap,
    popup: &Popup,
    area: Rect,
    buf: &mut Buffer,
) -> Option<CursorAt> {
    match popup {
        Popup::Help { top, filter } => help::draw(desk, keys, *top, filter, area, buf),
        Popup::Palette { line, at } => palette::draw(desk, keys, (line, *at), area, buf),
        Popup::Choose(chooser) => chooser::draw(desk, keys, chooser, area, buf),
        Popup::Write(form) => form::draw(desk, keys, form, area, buf),
        Popup::Start(form) => start::draw(desk, keys, form, area, buf),
        Popup::Confirm(confirm) => {
            confirm::draw(desk, confirm, area, buf);
            None
        }
        Popup::Together { cards, top } => {
            together::draw(desk, keys, cards, *top, area, buf);
            None
        }
        Popup::Always(always) => {
            always::draw(desk, always, area, buf);
            None
        }
        Popup::Detail { title, card, top } => {
            detail::draw(desk, keys, (title, card), *top, area, buf);
            None
        }
        Popup::Read {
            title,
            text,
            heads,
            top,
        } => {
            read::draw(desk, keys, (title, text, heads), *top, area, buf);
            None
        }
    }
}

/// How many lines a popup with a text to scroll has, `width` columns wide with its frame; none for the others.
pub fn popup_lines_at(desk: &Desk, popup: &Popup, width: u16) -> usize {
    let inner = width.saturating_sub(4);
    match popup {
        Popup::Together { cards, .. } => together::lines_of(desk, cards, inner).len(),
        Popup::Detail { card, .. } => detail::lines(desk, card, inner).len(),
        Popup::Read { text, heads, .. } => read::lines(desk, (text, heads), inner).len(),
        Popup::Help { .. }
        | Popup::Palette { .. }
        | Popup::Choose(_)
        | Popup::Write(_)
        | Popup::Start(_)
        | Popup::Confirm(_)
        | Popup::Always(_) => 0,
    }
}

/// Which lines of such a popup are in sight, from a wanted first line on.
pub fn popup_sight(desk: &Desk, popup: &Popup, top: usize, area: Rect) -> Sight {
    let rows = usize::from(area.height.saturating_sub(2));
    Sight::new(top, rows, popup_lines_at(desk, popup, area.width))
}

fn covers(area: Rect, at: &CursorAt) -> bool {
    area.contains((at.x, at.y).into())
}
