//! What stands on the operator's terminal, cell by cell, and what has to be written so that it shows another
//! picture: only what differs, in one piece. Knows cells; knows nothing of what they show.

use std::io::{self, Write};
use std::ops::Range;

use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use crossterm::{cursor, queue};
use ratatui::backend::Backend as _;
use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::Rect;

use super::painter::{Knows, Painter};
use crate::terminal::CursorShape;
use crate::view::draw::CursorAt;
use crate::view::emoji::{COLUMNS, Emoji};
use crate::view::{link, sweep};

/// The terminal's cells.
pub struct Canvas<W: Write> {
    painter: Painter<W>,
    /// What stands there.
    shown: Buffer,
    /// What is to stand there next; between two pictures its cells mean nothing.
    next: Buffer,
    cursor: Option<CursorAt>,
    shape: Option<CursorShape>,
}

impl<W: Write> Canvas<W> {
    /// An empty one. The terminal is made empty with the first picture, without asking it anything.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn new(out: W, knows: Knows, area: Rect) -> io::Result<Self> {
        let mut canvas = Self {
            painter: Painter::new(out, knows),
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            cursor: None,
            shape: None,
        };
        canvas.clear(area)?;
        Ok(canvas)
    }

    /// Forgets everything: an empty terminal of this size.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn clear(&mut self, area: Rect) -> io::Result<()> {
        self.shown = Buffer::empty(area);
        self.next = Buffer::empty(area);
        self.shape = None;
        queue!(self.painter, Clear(ClearType::All))
    }

    /// What writes to the terminal.
    pub fn out(&mut self) -> &mut Painter<W> {
        &mut self.painter
    }

    /// Shows another picture, as one synchronised update. `paint` is given an empty one to fill, and says where
    /// the cursor stands.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<CursorAt>) -> io::Result<()> {
        self.next.reset();
        let cursor = paint(&mut self.next);
        begin(&mut self.painter)?;
        let mut changed = Vec::new();
        for line in self.next.area.rows() {
            let rows = (cells(&self.shown, line), cells(&self.next, line));
            changed.extend(rows.0.zip(rows.1).into_iter().flat_map(changes));
        }
        self.painter.draw(changed.into_iter())?;
        std::mem::swap(&mut self.shown, &mut self.next);
        self.end(cursor)
    }

    /// Changes the picture that is shown, in these areas only, each one row high. `paint` is given it, and where its cursor stands.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn change(
        &mut self,
        lines: impl Iterator<Item = Rect>,
        paint: impl FnOnce(Option<CursorAt>, &mut Buffer) -> Option<CursorAt>,
    ) -> io::Result<()> {
        let before: Vec<Buffer> = lines
            .filter_map(|line| cells(&self.shown, line).map(Line::copied))
            .collect();
        let cursor = paint(self.cursor, &mut self.shown);
        begin(&mut self.painter)?;
        let changed = before.iter().flat_map(|before| {
            let rows = (cells(before, before.area), cells(&self.shown, before.area));
            rows.0.zip(rows.1).into_iter().flat_map(changes)
        });
        self.painter.draw(changed)?;
        self.end(cursor)
    }

    fn end(&mut self, cursor: Option<CursorAt>) -> io::Result<()> {
        self.cursor = cursor;
        if let Some(at) = cursor {
            if self.shape != Some(at.shape) {
                queue!(self.painter, style(at.shape))?;
                self.shape = Some(at.shape);
            }
            queue!(self.painter, cursor::MoveTo(at.x, at.y), cursor::Show)?;
        }
        queue!(self.painter, EndSynchronizedUpdate)?;
        Write::flush(&mut self.painter)
    }
}

/// The cells that differ, and those behind each emoji that a terminal may have drawn over.
fn changes_by_width<'b>(
    before: &'b Buffer,
    after: &'b Buffer,
) -> impl Iterator<Item = (u16, u16, &'b Cell)> {
    let mut diff = before.diff_iter(after).peekable();
    // Up to where a row is written again.
    let mut again: Option<(u16, Range<u16>)> = None;
    std::iter::from_fn(move || {
        let (x, y, cell) = match again.take() {
            Some((y, columns)) if !columns.is_empty() => {
                let x = columns.start;
                while diff.next_if(|next| (next.1, next.0) <= (y, x)).is_some() {}
                let cell = after.cell((x, y))?;
                let columns = x.saturating_add(cell.cell_width().max(1))..columns.end;
                again = Some((y, columns));
                (x, y, cell)
            }
            Some(_) | None => diff.next()?,
        };
        if let Some(emoji) = Emoji::whole(link::parts(cell).0) {
            let end = x.saturating_add(emoji.apart).min(after.area.right());
            let end = again
                .take()
                .map_or(end, |(_, columns)| end.max(columns.end));
            again = Some((y, x.saturating_add(COLUMNS)..end));
        }
        Some((x, y, cell))
    })
}

/// The cursor is hidden while cells are painted: terminals without synchronised updates would show it travel.
fn begin(out: &mut impl Write) -> io::Result<()> {
    queue!(out, BeginSynchronizedUpdate, cursor::Hide)
}

/// A part of a picture that is one row high.
#[derive(Clone, Copy)]
struct Line<'b> {
    area: Rect,
    cells: &'b [Cell],
}

impl Line<'_> {
    /// By itself.
    fn copied(self) -> Buffer {
        Buffer {
            area: self.area,
            content: self.cells.to_vec(),
        }
    }
}

fn cells(of: &Buffer, line: Rect) -> Option<Line<'_>> {
    let area = line.intersection(of.area);
    if area.is_empty() {
        return None;
    }
    let area = Rect { height: 1, ..area };
    let start = of.index_of(area.x, area.y);
    let cells = of.content.get(start..start + usize::from(area.width))?;
    Some(Line { area, cells })
}

/// The cells of a row that differ. Where they are plain characters, as most of what comes is, comparing is enough to
/// find them; else widths count, too.
fn changes<'b>((before, after): (Line<'_>, Line<'b>)) -> Vec<(u16, u16, &'b Cell)> {
    let Rect { x: left, y, .. } = after.area;
    let place = |at: usize| {
        let x = left.checked_add(u16::try_from(at).ok()?)?;
        Some((x, y, after.cells.get(at)?))
    };
    let differs = |at: &usize| before.cells.get(*at) != after.cells.get(*at);
    let mut all = 0..after.cells.len();
    let (Some(first), Some(last)) = (all.clone().find(differs), all.rfind(differs)) else {
        return Vec::new();
    };
    // a wide one before it may reach into it
    let near = first.saturating_sub(1)..=last;
    let plain = |line: Line<'_>| {
        let cells = line.cells.get(near.clone()).unwrap_or_default();
        cells.iter().all(is_plain)
    };
    if plain(before) && plain(after) {
        return (first..=last).filter(differs).filter_map(place).collect();
    }
    let copies = (before.copied(), after.copied());
    let changed = changes_by_width(&copies.0, &copies.1);
    changed
        .filter_map(|(x, ..)| place(usize::from(x - left)))
        .collect()
}

fn is_plain(cell: &Cell) -> bool {
    cell.diff_option == CellDiffOption::None && sweep::is_plain(cell.symbol())
}

fn style(shape: CursorShape) -> cursor::SetCursorStyle {
    match shape {
        CursorShape::Block => cursor::SetCursorStyle::SteadyBlock,
        CursorShape::Underline => cursor::SetCursorStyle::SteadyUnderScore,
        CursorShape::Bar => cursor::SetCursorStyle::SteadyBar,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::client::glyphs::Glyphs;
    use crate::client::painter::Underlines;
    use proptest::prelude::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    const PLAIN: Knows = Knows {
        underlines: Underlines::Plain,
        glyphs: Glyphs::All,
    };

    #[derive(Clone, Default)]
    struct Sent(Rc<RefCell<Vec<u8>>>);

    impl Write for Sent {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn changed_rows_cost_those_rows_and_the_terminal_shows_the_same() {
        let area = Rect::new(0, 0, 20, 4);
        let sent = Sent::default();
        let mut canvas = Canvas::new(sent.clone(), PLAIN, area).unwrap();
        let write = |buf: &mut Buffer, y: u16, text: &str| {
            buf.set_string(0, y, text, ratatui::style::Style::new())
        };
        canvas
            .draw(|buf| {
                write(buf, 0, "zero");
                write(buf, 2, "two");
                None
            })
            .unwrap();
        let first = sent.0.borrow().len();
        canvas
            .change([Rect::new(0, 2, 20, 1)].into_iter(), |_, buf| {
                write(buf, 2, "tea");
                Some(CursorAt {
                    x: 3,
                    y: 2,
                    shape: CursorShape::Bar,
                })
            })
            .unwrap();
        let all = sent.0.borrow().clone();
        let news = String::from_utf8_lossy(&all[first..]).into_owned();
        assert!(
            news.contains("ea") && !news.contains("zero") && !news.contains("tea"),
            "{news:?}"
        );
        canvas
            .draw(|buf| {
                write(buf, 0, "zero");
                write(buf, 2, "tea");
                None
            })
            .unwrap();
        let mut other = vt100::Parser::new(4, 20, 0);
        other.process(&sent.0.borrow());
        assert_eq!(other.screen().contents().trim_end(), "zero\n\ntea");
        assert!(other.screen().hide_cursor());
    }

    proptest! {
        #[test]
        fn comparing_finds_what_widths_find(
            rows in prop::collection::vec("[ab ─┃宽é👩\u{1f1e9}\u{1f1ea}]{0,12}", 2), blank in 0u16..6
        ) {
            let area = Rect::new(3, 1, 12, 1);
            let pictures: Vec<Buffer> = rows
                .iter()
                .map(|text| {
                    let mut buf = Buffer::empty(area);
                    buf.set_string(3 + blank, 1, text, ratatui::style::Style::new());
                    crate::view::sweep::sweep(&mut buf);
                    buf
                })
                .collect();
            let of = |at: usize| cells(&pictures[at], area).unwrap();
            let found: Vec<(u16, u16)> = changes((of(0), of(1))).iter().map(|it| (it.0, it.1)).collect();
            let wanted: Vec<(u16, u16)> =
                changes_by_width(&pictures[0], &pictures[1]).map(|it| (it.0, it.1)).collect();
            prop_assert_eq!(found, wanted);
        }
    }

    /// A terminal that draws each character of an emoji by itself, as the other emulator does.
    #[test]
    fn behind_an_emoji_stands_what_is_meant_to_stand_there_in_a_terminal_that_draws_it_apart() {
        let area = Rect::new(0, 0, 20, 2);
        let sent = Sent::default();
        let mut canvas = Canvas::new(sent.clone(), PLAIN, area).unwrap();
        let mut other = vt100::Parser::new(2, 20, 0);
        let mut seen = 0;
        for (first, second) in [
            ("a👩\u{200d}👩\u{200d}👧bcdefgh", "under"),
            ("a👩\u{200d}👩\u{200d}👧bcXefgh", "under"),
            ("a👩\u{200d}👧\u{fe0f}🇩🇪cdefgh", "under"),
            ("plain again, and long", "under"),
        ] {
            canvas
                .draw(|buf| {
                    buf.set_string(0, 0, first, ratatui::style::Style::new());
                    buf.set_string(0, 1, second, ratatui::style::Style::new());
                    crate::view::sweep::sweep(buf);
                    None
                })
                .unwrap();
            other.process(&sent.0.borrow()[seen..]);
            seen = sent.0.borrow().len();
            let expected = canvas.shown.clone();
            let rows: Vec<String> = other.screen().rows(0, 20).collect();
            for (y, row) in rows.iter().enumerate() {
                let wanted: String = (0..20)
                    .map(|x| expected[(x, y as u16)].symbol().chars().next().unwrap())
                    .filter(|c| c.is_ascii())
                    .collect();
                let stands: String = row.chars().filter(char::is_ascii).collect();
                let squeezed = |text: &str| text.replace(' ', "");
                assert_eq!(squeezed(&stands), squeezed(&wanted), "{row:?}");
            }
        }
    }
}
