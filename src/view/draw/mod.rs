//! The picture of a desk. Pure: reads the desk and the plan, writes cells; nothing flows back. Names
//! the theme's roles, never colours.

mod ask;
mod card;
mod cells;
mod empty;
mod frame;
mod header;
mod ink;
mod pane;
mod queue;
mod sidebar;
mod status;
mod title;
mod waits;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::Role;
use crate::terminal::CursorShape;
use crate::view::desk::Desk;
use crate::view::keymap::Keymap;
use crate::view::sweep::sweep;
use crate::view::tiles::Plan;

pub use cells::underline;

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
        cursor = pane::draw(desk, keys, tile, buf).or(cursor);
    }
    if desk.facts.agents.is_empty() {
        empty::draw(desk, keys, plan.tiles_area, buf);
    }
    if let Some(sidebar) = &plan.sidebar {
        sidebar::draw(desk, sidebar, buf);
    }
    if let Some(area) = plan.card {
        cursor = cursor.filter(|at| !covers(area, at));
        card::draw(desk, keys, area, buf);
    }
    if let Some(area) = plan.status {
        status::draw(desk, keys, area, buf);
    }
    sweep(buf);
    cursor
}

fn covers(area: Rect, at: &CursorAt) -> bool {
    area.contains((at.x, at.y).into())
}
