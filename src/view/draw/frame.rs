//! Frames: one set of corners and lines for each weight, so that a frame says what it means without
//! colour too.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role, Theme};

use super::ink::{self, Runs};

/// How a frame is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Thin, round corners: what may recede.
    Thin,
    /// Broken lines: what is over.
    Broken,
    /// Heavy: what has the focus.
    Heavy,
    /// Two lines: what waits for a person.
    Double,
    /// Solid: where the keys go.
    Solid,
}

/// What stands in a frame's lines.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// In the upper line, from the left.
    pub title: Runs,
    /// In the upper line, to the right.
    pub corner: Runs,
    /// In the lower line, from the left.
    pub foot: Runs,
    /// In the lower line, to the right.
    pub end: Runs,
}

struct Lines {
    corners: [&'static str; 4],
    top: &'static str,
    bottom: &'static str,
    left: &'static str,
    right: &'static str,
}

fn lines(weight: Weight) -> Lines {
    let (corners, [top, bottom, left, right]) = match weight {
        Weight::Thin => (["╭", "╮", "╰", "╯"], ["─", "─", "│", "│"]),
        Weight::Broken => (["╭", "╮", "╰", "╯"], ["┄", "┄", "┆", "┆"]),
        Weight::Heavy => (["┏", "┓", "┗", "┛"], ["━", "━", "┃", "┃"]),
        Weight::Double => (["╔", "╗", "╚", "╝"], ["═", "═", "║", "║"]),
        Weight::Solid => (["▛", "▜", "▙", "▟"], ["▀", "▄", "▌", "▐"]),
    };
    Lines {
        corners,
        top,
        bottom,
        left,
        right,
    }
}

/// The area inside a frame.
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// The area inside a frame, with a column left free at both sides.
pub fn within(area: Rect) -> Rect {
    let inside = inside(area);
    Rect {
        x: inside.x.saturating_add(1).min(inside.right()),
        width: inside.width.saturating_sub(2),
        ..inside
    }
}

/// Draws an empty popup: its ground, its frame, and what stands in that.
pub fn popup(theme: &Theme, area: Rect, title: &str, foot: Runs, buf: &mut Buffer) {
    let face = theme.face(Role::Popup);
    ink::fill(buf, area, face);
    let labels = Labels {
        title: Runs::of(format!(" {title} "), theme.on(Role::PopupTitle, face)),
        foot,
        ..Labels::default()
    };
    let edge = theme.on(Role::PopupBorder, face);
    draw(buf, area, Weight::Thin, edge, &labels);
}

/// Draws a frame around an area's edge and what stands in its lines; leaves the inside alone.
pub fn draw(buf: &mut Buffer, area: Rect, weight: Weight, face: Face, labels: &Labels) {
    let area = area.intersection(buf.area);
    if area.width < 2 || area.height < 2 {
        return ink::fill(buf, area, face);
    }
    let glyphs = lines(weight);
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let mut set = |x: u16, y: u16, glyph: &str| {
        let cell = &mut buf[(x, y)];
        cell.reset();
        cell.set_symbol(glyph).set_style(ink::style(face));
    };
    for x in area.left() + 1..right {
        set(x, area.y, glyphs.top);
        set(x, bottom, glyphs.bottom);
    }
    for y in area.top() + 1..bottom {
        set(area.x, y, glyphs.left);
        set(right, y, glyphs.right);
    }
    let [a, b, c, d] = glyphs.corners;
    for (x, y, glyph) in [
        (area.x, area.y, a),
        (right, area.y, b),
        (area.x, bottom, c),
        (right, bottom, d),
    ] {
        set(x, y, glyph);
    }
    let row = Rect {
        x: area.x + 1,
        y: area.y,
        width: area.width - 2,
        height: 1,
    };
    edge(buf, row, &labels.title, &labels.corner);
    edge(buf, Rect { y: bottom, ..row }, &labels.foot, &labels.end);
}

/// The left label first; the right one only where both fit.
fn edge(buf: &mut Buffer, row: Rect, left: &Runs, right: &Runs) {
    let taken = ink::write(buf, row, left);
    let gap = if taken == 0 { 0 } else { 1 };
    if taken.saturating_add(gap).saturating_add(right.columns()) <= row.width {
        ink::write_right(buf, row, right);
    }
}
