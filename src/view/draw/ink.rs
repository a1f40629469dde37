//! Putting text and blanks on the picture: exact widths, never outside an area, nothing invisible.
//! Knows faces; knows neither the desk nor what a role is for.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::config::theme::{Attrs, Face, Role, Theme, Tint};
use crate::view::sweep::{INSTEAD, Kind, kind};

pub use super::text::{CUT, breaks, columns, crop, crop_front, crop_name, pad, split, wrap};
use super::text::{Cluster, Clusters};

/// A line of text in several faces.
#[derive(Clone, Debug, Default)]
pub struct Runs(Vec<(String, Face)>);

impl Runs {
    /// One run.
    pub fn of(text: impl Into<String>, face: Face) -> Self {
        Self(vec![(text.into(), face)])
    }

    /// With one more run behind it.
    #[must_use]
    pub fn with(mut self, text: impl Into<String>, face: Face) -> Self {
        self.add(text, face);
        self
    }

    /// Puts one more run behind it.
    pub fn add(&mut self, text: impl Into<String>, face: Face) {
        self.0.push((text.into(), face));
    }

    /// With another line's runs behind it.
    #[must_use]
    pub fn with_all(mut self, other: Runs) -> Self {
        self.append(other);
        self
    }

    /// Puts another line's runs behind it.
    pub fn append(&mut self, other: Runs) {
        self.0.extend(other.0);
    }

    /// The same letters, all on this ground.
    #[must_use]
    pub fn on_ground(mut self, ground: Face) -> Self {
        for (_, face) in &mut self.0 {
            *face = on_ground(*face, ground);
        }
        self
    }

    /// What is behind so many columns. Half of a wide character at the edge is a blank.
    #[must_use]
    pub fn behind_column(mut self, left: u16) -> Self {
        let mut over = left;
        for (text, _) in &mut self.0 {
            let taken = columns(text);
            if over == 0 {
                break;
            }
            if taken <= over {
                over -= taken;
                text.clear();
                continue;
            }
            let (head, tail) = split(text, over);
            let half = over > columns(head);
            *text = match half {
                true => format!(" {}", split(tail, 2).1),
                false => tail.to_owned(),
            };
            over = 0;
        }
        self
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(text, _)| text.is_empty())
    }

    /// In columns.
    pub fn columns(&self) -> u16 {
        self.0
            .iter()
            .fold(0, |sum: u16, (text, _)| sum.saturating_add(columns(text)))
    }
}

/// A face as the picture's own kind of style, complete: nothing of what was there shows through.
pub fn style(face: Face) -> Style {
    let on = modifiers(face.attrs);
    Style {
        fg: Some(color(face.fg)),
        bg: Some(color(face.bg)),
        underline_color: Some(Color::Reset),
        add_modifier: on,
        sub_modifier: Modifier::all().difference(on),
    }
}

/// A tint as the picture's own kind of colour.
pub fn color(tint: Tint) -> Color {
    const SIXTEEN: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match tint {
        Tint::Default => Color::Reset,
        Tint::Ansi(number) => SIXTEEN
            .get(usize::from(number))
            .copied()
            .unwrap_or(Color::Reset),
        Tint::Indexed(number) => Color::Indexed(number),
        Tint::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

fn modifiers(attrs: Attrs) -> Modifier {
    let table = [
        (Attrs::BOLD, Modifier::BOLD),
        (Attrs::DIM, Modifier::DIM),
        (Attrs::ITALIC, Modifier::ITALIC),
        (Attrs::UNDERLINE, Modifier::UNDERLINED),
        (Attrs::REVERSE, Modifier::REVERSED),
    ];
    let on = table.iter().filter(|(attr, _)| attrs.contains(*attr));
    on.fold(Modifier::empty(), |sum, (_, modifier)| sum | *modifier)
}

/// A role's letters on a ground that is not its family's own: a part of a marked row.
pub fn part(theme: &Theme, role: Role, under: Face) -> Face {
    on_ground(theme.on(role, under), under)
}

/// The letters of one face on the ground of another.
pub fn on_ground(face: Face, ground: Face) -> Face {
    Face {
        bg: ground.bg,
        ..face
    }
}

/// Makes an area blank in one face. A wide character that reached into it goes too.
pub fn fill(buf: &mut Buffer, area: Rect, face: Face) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let style = style(face);
    for y in area.top()..area.bottom() {
        if area.left() > buf.area.left() {
            let before = &mut buf[(area.left() - 1, y)];
            if before.symbol().chars().next().map(kind) == Some(Kind::Wide) {
                before.set_symbol(" ");
                before.set_diff_option(CellDiffOption::None);
            }
        }
        for x in area.left()..area.right() {
            let cell = &mut buf[(x, y)];
            cell.reset();
            cell.set_style(style);
        }
    }
}

/// Gives an area another face and leaves its text.
pub fn restyle(buf: &mut Buffer, area: Rect, face: Face) {
    buf.set_style(area.intersection(buf.area), style(face));
}

/// Writes a line into the first row of an area, cut with [`CUT`] where it is too long. Returns the
/// columns it took.
pub fn write(buf: &mut Buffer, area: Rect, runs: &Runs) -> u16 {
    let row = Rect {
        height: area.height.min(1),
        ..area
    }
    .intersection(buf.area);
    if row.is_empty() {
        return 0;
    }
    let fits = runs.columns() <= row.width;
    let room = if fits { row.width } else { row.width - 1 };
    let mut x = row.left();
    let mut last = Style::default();
    'line: for (text, face) in &runs.0 {
        last = style(*face);
        for cluster in Clusters::of(text) {
            if x - row.left() + cluster.columns > room {
                break 'line;
            }
            put(buf, x, row.y, &cluster, last);
            x += cluster.columns;
        }
    }
    if !fits {
        let cell = &mut buf[(x, row.y)];
        cell.set_symbol(CUT);
        cell.set_style(last);
        x += 1;
    }
    x - row.left()
}

/// Writes a line that ends where the area ends. Returns the columns it took.
pub fn write_right(buf: &mut Buffer, area: Rect, runs: &Runs) -> u16 {
    let width = runs.columns().min(area.width);
    let left = area.right().saturating_sub(width);
    write(
        buf,
        Rect {
            x: left,
            width,
            ..area
        },
        runs,
    )
}

/// Writes a line in the middle of the area's first row.
pub fn write_centred(buf: &mut Buffer, area: Rect, runs: &Runs) {
    let width = runs.columns().min(area.width);
    let left = area.x.saturating_add((area.width - width) / 2);
    write(
        buf,
        Rect {
            x: left,
            width,
            ..area
        },
        runs,
    );
}

fn put(buf: &mut Buffer, x: u16, y: u16, cluster: &Cluster<'_>, style: Style) {
    let cell = &mut buf[(x, y)];
    cell.reset();
    cell.set_style(style);
    match cluster.text {
        Some(text) => cell.set_symbol(text),
        None => cell.set_char(INSTEAD),
    };
    if cluster.columns == 2 {
        let next = &mut buf[(x + 1, y)];
        next.reset();
        next.set_style(style);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_invisible_character_takes_a_cell_of_its_own() {
        assert_eq!(columns("a\u{202e}b"), 3);
        let mut buf = Buffer::empty(Rect::new(0, 0, 3, 1));
        write(
            &mut buf,
            Rect::new(0, 0, 3, 1),
            &Runs::of("a\u{202e}b", Face::default()),
        );
        assert_eq!(buf[(1, 0)].symbol(), "\u{fffd}");
    }

    proptest! {
        #[test]
        fn writing_stays_inside_its_area(
            text in "\\PC{0,30}", x in 0u16..20, y in 0u16..5, width in 0u16..30, height in 0u16..4
        ) {
            let mut buf = Buffer::empty(Rect::new(0, 0, 12, 3));
            let area = Rect { x, y, width, height };
            let taken = write(&mut buf, area, &Runs::of(text.clone(), Face::default()));
            prop_assert!(taken <= width);
            for (at, cell) in buf.content.iter().enumerate() {
                let place = buf.pos_of(at);
                let inside = area.contains(place.into());
                prop_assert!(inside || cell.symbol() == " ");
            }
            prop_assert!(columns(&crop(&text, width)) <= width);
            prop_assert!(wrap(&text, width).iter().all(|line| columns(line) <= width.max(2)));
        }
    }
}
