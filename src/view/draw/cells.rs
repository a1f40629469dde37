//! An agent's cells on the picture, at full fidelity: colours, attributes, kinds of underline, wide
//! characters cut at an edge. Knows rows and faces, not tiles.

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color as Ink, Modifier};

use crate::config::theme::{Attrs as FaceAttrs, Face, Layer, Role, Theme, Tint};
use crate::terminal::{Attrs, Color, Row, Style, Underline};
use crate::view::link;
use crate::view::sweep::{INSTEAD, Kind, kind};

use super::ink;

/// The picture's cells know one kind of underline; the others are kept in bits that it leaves alone.
const KIND_SHIFT: u16 = 12;

/// The kind of underline of a cell on the picture, for whoever writes it to a terminal.
pub fn underline(cell: &Cell) -> Underline {
    if !cell.modifier.contains(Modifier::UNDERLINED) {
        return Underline::None;
    }
    match cell.modifier.bits() >> KIND_SHIFT {
        2 => Underline::Double,
        3 => Underline::Curly,
        4 => Underline::Dotted,
        5 => Underline::Dashed,
        _ => Underline::Single,
    }
}

fn underlined(kind: Underline) -> Modifier {
    let number: u16 = match kind {
        Underline::None => return Modifier::empty(),
        Underline::Single => 0,
        Underline::Double => 2,
        Underline::Curly => 3,
        Underline::Dotted => 4,
        Underline::Dashed => 5,
    };
    Modifier::UNDERLINED | Modifier::from_bits_retain(number << KIND_SHIFT)
}

/// Draws a row of a terminal into the first row of an area, from column `left` of the terminal on.
/// Half of a wide character at an edge is a blank. The area is blank already.
pub fn row(buf: &mut Buffer, area: Rect, row: &Row, left: u16, theme: &Theme) {
    let area = Rect {
        height: area.height.min(1),
        ..area
    }
    .intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let (from, to) = (u32::from(left), u32::from(left) + u32::from(area.width));
    let mut end: u32 = 0;
    for cell in row.cells() {
        let start = end;
        end = start.saturating_add(u32::from(cell.width.clamp(1, 2)));
        if end <= from {
            continue;
        }
        if start >= to {
            return;
        }
        let whole = start >= from && end <= to;
        for column in start.max(from)..end.min(to) {
            let x = area.x + u16::try_from(column - from).unwrap_or(0);
            let out = &mut buf[(x, area.y)];
            out.reset();
            paint(out, &cell.style, theme);
            if whole && column == start {
                letter(out, cell.text, cell.width, cell.style.attrs);
                if let Some(to) = cell.link {
                    link::attach(out, to);
                }
            }
            if cell.link.is_some() && cell.style.underline == Underline::None {
                out.modifier |= underlined(Underline::Dotted);
            }
        }
    }
}

fn letter(out: &mut Cell, text: &str, width: u8, attrs: Attrs) {
    if attrs.contains(Attrs::HIDDEN) || text == " " {
        return;
    }
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return };
    let wanted = if width == 2 { Kind::Wide } else { Kind::Narrow };
    let whole = match text.len() {
        1 => kind(first) == Kind::Narrow,
        _ => text.cell_width() == u16::from(width),
    };
    if whole {
        out.set_symbol(text);
    } else if kind(first) == wanted {
        out.set_char(first);
    } else {
        out.set_char(INSTEAD);
    }
}

fn paint(out: &mut Cell, style: &Style, theme: &Theme) {
    let pane = theme.face(Role::Pane);
    out.fg = color(style.fg, pane.fg, theme);
    out.bg = color(style.bg, pane.bg, theme);
    out.underline_color = match style.underline_color {
        Color::Default => Ink::Reset,
        other => color(other, Tint::Default, theme),
    };
    out.modifier = modifiers(style.attrs) | underlined(style.underline);
}

fn color(color: Color, default: Tint, theme: &Theme) -> Ink {
    ink::color(match color {
        Color::Default => default,
        Color::Indexed(number) => theme.agent_tint(Tint::Indexed(number)),
        Color::Rgb(r, g, b) => theme.agent_tint(Tint::Rgb(r, g, b)),
    })
}

fn modifiers(attrs: Attrs) -> Modifier {
    let table = [
        (Attrs::BOLD, Modifier::BOLD),
        (Attrs::DIM, Modifier::DIM),
        (Attrs::ITALIC, Modifier::ITALIC),
        (Attrs::BLINK, Modifier::SLOW_BLINK),
        (Attrs::REVERSE, Modifier::REVERSED),
        (Attrs::STRIKE, Modifier::CROSSED_OUT),
    ];
    let on = table.iter().filter(|(attr, _)| attrs.contains(*attr));
    on.fold(Modifier::empty(), |sum, (_, modifier)| sum | *modifier)
}

/// Lays a role over cells that are drawn already: what it leaves open stays.
pub fn overlay(buf: &mut Buffer, area: Rect, layer: Layer) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            lay(&mut buf[(x, y)], layer);
        }
    }
}

/// Makes cells that are drawn already step back. Where the role says no colour, what is faint or grey already did.
pub fn recede(buf: &mut Buffer, area: Rect, layer: Layer) {
    let area = area.intersection(buf.area);
    for position in area.positions() {
        let cell = &mut buf[position];
        let grey = [Ink::DarkGray, Ink::Indexed(8)].contains(&cell.fg);
        if layer.fg.is_none() && (grey || cell.modifier.contains(Modifier::DIM)) {
            continue;
        }
        lay(cell, layer);
    }
}

/// Letters in one face, whatever they were drawn in.
pub fn fade(buf: &mut Buffer, area: Rect, face: Face) {
    let area = area.intersection(buf.area);
    buf.set_style(area, ink::style(face));
}

fn lay(cell: &mut Cell, layer: Layer) {
    if layer.fg.is_some() || layer.bg.is_some() {
        cell.modifier.remove(Modifier::REVERSED);
    }
    if let Some(fg) = layer.fg {
        cell.fg = ink::color(fg);
    }
    if let Some(bg) = layer.bg {
        cell.bg = ink::color(bg);
    }
    for (attr, modifier) in [
        (FaceAttrs::BOLD, Modifier::BOLD),
        (FaceAttrs::DIM, Modifier::DIM),
        (FaceAttrs::ITALIC, Modifier::ITALIC),
        (FaceAttrs::UNDERLINE, Modifier::UNDERLINED),
    ] {
        cell.modifier.set(
            modifier,
            (cell.modifier.contains(modifier) && !layer.off.contains(attr))
                || layer.on.contains(attr),
        );
    }
    if layer.on.contains(FaceAttrs::REVERSE) {
        cell.modifier.toggle(Modifier::REVERSED);
    }
}

/// The cursor of a pane that does not have the keys: a quiet block.
pub fn quiet_cursor(buf: &mut Buffer, x: u16, y: u16, theme: &Theme) {
    let Some(cell) = buf.cell_mut((x, y)) else {
        return;
    };
    match theme.face(Role::Dim).fg {
        Tint::Default => {
            cell.modifier.toggle(Modifier::REVERSED);
            cell.modifier.insert(Modifier::DIM);
        }
        tint => {
            cell.modifier.remove(Modifier::REVERSED);
            cell.fg = ink::color(theme.face(Role::Pane).bg);
            cell.bg = ink::color(tint);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::view::draw::sample;

    fn drawn(text: &str, left: u16, width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let area = buf.area;
        row(&mut buf, area, &Row::plain(text), left, &sample::theme());
        let mut out = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buf[(x, 0)].symbol();
            out.push_str(symbol);
            x += symbol.cell_width();
        }
        out
    }

    #[test]
    fn half_of_a_wide_character_at_an_edge_is_a_blank() {
        assert_eq!(drawn("a宽b", 0, 4), "a宽b");
        assert_eq!(drawn("a宽b", 0, 2), "a ");
        assert_eq!(drawn("a宽b", 2, 2), " b");
        assert_eq!(drawn("宽宽", 1, 2), "  ");
    }

    #[test]
    fn every_kind_of_underline_survives_the_picture() {
        let kinds = [
            ("0", Underline::None),
            ("4", Underline::Single),
            ("4:2", Underline::Double),
            ("4:3", Underline::Curly),
            ("4:4", Underline::Dotted),
            ("4:5", Underline::Dashed),
        ];
        for (code, kind) in kinds {
            let grid = sample::grid(10, 1, &format!("\u{1b}[{code}mx"));
            let mut buf = Buffer::empty(Rect::new(0, 0, 1, 1));
            let area = buf.area;
            row(&mut buf, area, &grid.rows()[0], 0, &sample::theme());
            assert_eq!(underline(&buf[(0, 0)]), kind);
        }
    }
}
