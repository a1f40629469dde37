//! Writes cells to the operator's terminal: colours, attributes, and the kinds and colours of underlines where
//! the terminal is one that knows them, and where cells lead (OSC 8, which other terminals skip). Knows cells;
//! knows nothing of what they show.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::{queue, terminal};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use super::glyphs::Glyphs;
use crate::config::theme::ColourDepth;
use crate::terminal::{Link, Underline};
use crate::view::draw::underline;
use crate::view::emoji::Emoji;
use crate::view::link;

/// The longest sequence of colours and attributes, in bytes: tmux 3.3 skips one of 64 and more, whole.
const LONGEST: usize = 60;

/// What the terminal makes of underlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Underlines {
    /// Kinds (`4:3`) and colours (`58`).
    Styled,
    /// A plain one is all that is sure not to be misread.
    Plain,
}

impl Underlines {
    /// Those of a terminal with that many colours: one with all of them is young enough for the kinds.
    pub fn of(depth: ColourDepth) -> Self {
        match depth {
            ColourDepth::True => Self::Styled,
            ColourDepth::Indexed256 | ColourDepth::Ansi16 | ColourDepth::None => Self::Plain,
        }
    }
}

/// What the operator's terminal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knows {
    /// What it makes of underlines.
    pub underlines: Underlines,
    /// The characters it has.
    pub glyphs: Glyphs,
}

/// The operator's terminal, as something cells are written to. Nothing is sent before [`Backend::flush`].
#[derive(Debug)]
pub struct Painter<W: Write> {
    out: W,
    knows: Knows,
}

/// How the next letter would look.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
    underline: Underline,
    underline_color: Color,
}

impl Pen {
    const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
        underline: Underline::None,
        underline_color: Color::Reset,
    };

    fn of(cell: &Cell, underlines: Underlines) -> Self {
        let line = underline(cell);
        let (line, color) = match (underlines, line) {
            (_, Underline::None) => (Underline::None, Color::Reset),
            (Underlines::Plain, _) => (Underline::Single, Color::Reset),
            (Underlines::Styled, kind) => (kind, cell.underline_color),
        };
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier & Modifier::all() & !Modifier::UNDERLINED,
            underline: line,
            underline_color: color,
        }
    }
}

impl<W: Write> Painter<W> {
    /// Writes to `out`.
    pub fn new(out: W, knows: Knows) -> Self {
        Self { out, knows }
    }

    /// From the look of `last` to that of `next`: only colours where only they differ, else anew.
    fn turn(&mut self, last: Pen, next: Pen) -> io::Result<()> {
        let mut codes = String::new();
        let anew = (last.modifier, last.underline, last.underline_color)
            != (next.modifier, next.underline, next.underline_color);
        let from = if anew {
            codes.push('0');
            attributes(next, &mut codes);
            Pen::PLAIN
        } else {
            last
        };
        let mut colours = String::new();
        if from.fg != next.fg {
            color(next.fg, Layer::Letters, &mut colours);
        }
        if from.bg != next.bg {
            color(next.bg, Layer::Ground, &mut colours);
        }
        // Some terminals skip a sequence of more than this whole.
        if !codes.is_empty() && !colours.is_empty() && codes.len() + colours.len() >= LONGEST {
            write!(self.out, "\x1b[{codes}m")?;
            codes.clear();
        }
        if !colours.is_empty() {
            push(&mut codes, &colours);
        }
        write!(self.out, "\x1b[{codes}m")
    }

    /// What follows leads there. The same URI has the same id, so that a terminal shows its pieces as one.
    fn lead(&mut self, link: &Link) -> io::Result<()> {
        let mut hasher = DefaultHasher::new();
        link.hash(&mut hasher);
        let id = hasher.finish();
        write!(self.out, "\x1b]8;id=o{id:x};{}\x1b\\", link.uri())
    }

    /// What follows leads nowhere.
    fn lead_nowhere(&mut self) -> io::Result<()> {
        self.out.write_all(b"\x1b]8;;\x1b\\")
    }
}

fn attributes(pen: Pen, codes: &mut String) {
    let table = [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::ITALIC, ";3"),
        (Modifier::SLOW_BLINK, ";5"),
        (Modifier::RAPID_BLINK, ";6"),
        (Modifier::REVERSED, ";7"),
        (Modifier::HIDDEN, ";8"),
        (Modifier::CROSSED_OUT, ";9"),
    ];
    for (_, code) in table
        .iter()
        .filter(|(modifier, _)| pen.modifier.contains(*modifier))
    {
        codes.push_str(code);
    }
    codes.push_str(match pen.underline {
        Underline::None => "",
        Underline::Single => ";4",
        Underline::Double => ";4:2",
        Underline::Curly => ";4:3",
        Underline::Dotted => ";4:4",
        Underline::Dashed => ";4:5",
    });
    if pen.underline_color != Color::Reset {
        color(pen.underline_color, Layer::Underline, codes);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Letters,
    Ground,
    Underline,
}

fn color(color: Color, layer: Layer, codes: &mut String) {
    let named = match color {
        Color::Reset => {
            return push(
                codes,
                match layer {
                    Layer::Letters => "39",
                    Layer::Ground => "49",
                    Layer::Underline => "59",
                },
            );
        }
        // With colons: a terminal that knows kinds of underline reads it so, and others skip it whole.
        Color::Indexed(number) if layer == Layer::Underline => {
            return push(codes, &format!("58:5:{number}"));
        }
        Color::Rgb(r, g, b) if layer == Layer::Underline => {
            return push(codes, &format!("58:2::{r}:{g}:{b}"));
        }
        Color::Indexed(number) => return push(codes, &format!("{}8;5;{number}", tens(layer))),
        Color::Rgb(r, g, b) => return push(codes, &format!("{}8;2;{r};{g};{b}", tens(layer))),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    let bright = if named < 8 { 30 } else { 90 - 8 };
    let code = match layer {
        Layer::Letters => format!("{}", bright + named),
        Layer::Ground => format!("{}", bright + 10 + named),
        Layer::Underline => format!("58:5:{named}"),
    };
    push(codes, &code);
}

fn tens(layer: Layer) -> u8 {
    match layer {
        Layer::Letters => 3,
        Layer::Ground => 4,
        Layer::Underline => 5,
    }
}

fn push(codes: &mut String, code: &str) {
    if !codes.is_empty() {
        codes.push(';');
    }
    codes.push_str(code);
}

impl<W: Write> Write for Painter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'c, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'c Cell)>,
    {
        let mut pen = Pen::PLAIN;
        let mut leads: Option<Link> = None;
        let mut after: Option<(u16, u16)> = None;
        for (x, y, cell) in content {
            if after != Some((x, y)) {
                queue!(self.out, MoveTo(x, y))?;
            }
            let next = Pen::of(cell, self.knows.underlines);
            if next != pen {
                self.turn(pen, next)?;
                pen = next;
            }
            let (letter, uri) = link::parts(cell);
            if uri != leads.as_ref().map(Link::uri) {
                let to = uri.and_then(Link::new);
                match (&to, &leads) {
                    (Some(to), _) => self.lead(to)?,
                    (None, Some(_)) => self.lead_nowhere()?,
                    (None, None) => {}
                }
                leads = to;
            }
            let letter = self.knows.glyphs.spell(letter);
            if Emoji::whole(&letter).is_some() {
                // Some terminals leave a column of it as it was, and none agree where the cursor is behind it.
                self.out.write_all(b"  ")?;
                queue!(self.out, MoveTo(x, y))?;
                self.out.write_all(letter.as_bytes())?;
                after = None;
                continue;
            }
            self.out.write_all(letter.as_bytes())?;
            after = Some((x.saturating_add(1), y));
        }
        if leads.is_some() {
            self.lead_nowhere()?;
        }
        if pen == Pen::PLAIN {
            Ok(())
        } else {
            self.out.write_all(b"\x1b[0m")
        }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        queue!(self.out, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        queue!(self.out, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        let (x, y) = crossterm::cursor::position()?;
        Ok(Position { x, y })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        queue!(self.out, MoveTo(x, y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let region = match region {
            ClearType::All => terminal::ClearType::All,
            ClearType::AfterCursor => terminal::ClearType::FromCursorDown,
            ClearType::BeforeCursor => terminal::ClearType::FromCursorUp,
            ClearType::CurrentLine => terminal::ClearType::CurrentLine,
            ClearType::UntilNewLine => terminal::ClearType::UntilNewLine,
        };
        queue!(self.out, terminal::Clear(region))
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = terminal::size()?;
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = terminal::window_size()?;
        Ok(WindowSize {
            columns_rows: Size {
                width: size.columns,
                height: size.rows,
            },
            pixels: Size {
                width: size.width,
                height: size.height,
            },
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
