//! The operator's own terminal: entered once, left once, whatever happens.

use std::io::{self, BufWriter, Stdout, Write};

use anyhow::Context as _;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::painter::{Painter, Underlines};
use crate::terminal::{CursorShape, Size};
use crate::view::draw::CursorAt;

/// The screen that is drawn on. Leaving is [`restore`], also on a panic.
pub struct Window {
    terminal: Terminal<Painter<BufWriter<Stdout>>>,
    underlines: Underlines,
    /// The cursor's shape, as last set.
    shape: Option<CursorShape>,
}

impl Window {
    /// Takes the terminal over. `underlines` says which it is sure to know.
    ///
    /// # Errors
    /// Where standard output is no terminal, or it refuses raw mode.
    pub fn enter(underlines: Underlines) -> anyhow::Result<Self> {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            earlier(panic);
        }));
        let terminal = Self::open(underlines).inspect_err(|_| restore())?;
        Ok(Self {
            terminal,
            underlines,
            shape: None,
        })
    }

    fn open(underlines: Underlines) -> anyhow::Result<Terminal<Painter<BufWriter<Stdout>>>> {
        enable_raw_mode()
            .context("this needs a terminal (standard input is none, or refuses raw mode)")?;
        let mut out = buffered();
        execute!(
            out,
            EnterAlternateScreen,
            EnableMouseCapture,
            EnableBracketedPaste,
            EnableFocusChange
        )?;
        execute!(
            out,
            PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES)
        )?;
        let (cols, rows) =
            crossterm::terminal::size().context("cannot read the terminal's size")?;
        Ok(blank(out, underlines, (cols, rows))?)
    }

    /// Draws one frame as one synchronised update. `paint` fills the buffer and says where the cursor stands.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<CursorAt>) -> io::Result<()> {
        // hidden while cells are painted: terminals without synchronised updates would show it travel
        queue!(
            self.terminal.backend_mut(),
            BeginSynchronizedUpdate,
            cursor::Hide
        )?;
        let mut cursor = None;
        self.terminal.draw(|frame| {
            cursor = paint(frame.buffer_mut());
            if let Some(at) = cursor {
                frame.set_cursor_position(Position::new(at.x, at.y));
            }
        })?;
        let shape = cursor.map(|at| at.shape);
        if let Some(shape) = shape.filter(|shape| self.shape != Some(*shape)) {
            queue!(self.terminal.backend_mut(), style(shape))?;
            self.shape = Some(shape);
        }
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.terminal.backend_mut().flush()
    }

    /// Takes a new size.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn resize(&mut self, cols: u16, rows: u16) -> io::Result<()> {
        self.terminal = blank(buffered(), self.underlines, (cols, rows))?;
        Ok(())
    }

    /// Forgets what is on the screen, so that the next frame paints all of it.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn redraw(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal = blank(buffered(), self.underlines, (size.width, size.height))?;
        Ok(())
    }

    /// The window's title.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), SetTitle(text))
    }

    /// Tells the person by a desktop notification (OSC 9), where their terminal has them.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn notify(&mut self, text: &str) -> io::Result<()> {
        let text: String = text
            .chars()
            .filter(|one| !one.is_control())
            .take(200)
            .collect();
        write!(self.terminal.backend_mut(), "\x1b]9;{text}\x07")?;
        self.terminal.backend_mut().flush()
    }

    /// Rings.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn bell(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().write_all(b"\x07")?;
        self.terminal.backend_mut().flush()
    }

    /// Puts a text on the operator's clipboard with OSC 52.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        write!(self.terminal.backend_mut(), "\x1b]52;c;{text}\x07")?;
        self.terminal.backend_mut().flush()
    }

    /// Gives the terminal to another program for as long as it runs (an editor), and takes it back.
    ///
    /// # Errors
    /// Where the terminal cannot be taken back.
    pub fn lend<T>(&mut self, to: impl FnOnce() -> T) -> anyhow::Result<T> {
        restore();
        let came_back = to();
        self.terminal = Self::open(self.underlines)?;
        self.shape = None;
        Ok(came_back)
    }
}

fn buffered() -> BufWriter<Stdout> {
    BufWriter::with_capacity(64 * 1024, io::stdout())
}

/// An empty screen of this size. Not made with the library's own `clear`: that asks the terminal where its
/// cursor stands, and waits for an answer that goes to whoever reads the keys.
fn blank(
    mut out: BufWriter<Stdout>,
    underlines: Underlines,
    (cols, rows): (u16, u16),
) -> io::Result<Terminal<Painter<BufWriter<Stdout>>>> {
    queue!(out, Clear(ClearType::All))?;
    let viewport = Viewport::Fixed(area(cols, rows));
    Terminal::with_options(Painter::new(out, underlines), TerminalOptions { viewport })
}

/// What is drawn on. A terminal may claim any size, and the picture of the largest would fill the machine's
/// memory: beyond the bounds that every screen keeps to, its right and lower part stays empty.
fn area(cols: u16, rows: u16) -> Rect {
    Rect::new(0, 0, cols.clamp(1, Size::MAX), rows.clamp(1, Size::MAX))
}

fn style(shape: CursorShape) -> cursor::SetCursorStyle {
    match shape {
        CursorShape::Block => cursor::SetCursorStyle::SteadyBlock,
        CursorShape::Underline => cursor::SetCursorStyle::SteadyUnderScore,
        CursorShape::Bar => cursor::SetCursorStyle::SteadyBar,
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        restore();
    }
}

/// Leaves the terminal as it was found. May be called more than once; errors have nobody to go to.
pub fn restore() {
    let mut out = io::stdout();
    let _ = execute!(out, EndSynchronizedUpdate, PopKeyboardEnhancementFlags);
    let _ = execute!(
        out,
        DisableFocusChange,
        DisableBracketedPaste,
        DisableMouseCapture
    );
    let _ = execute!(
        out,
        cursor::SetCursorStyle::DefaultUserShape,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}
