//! The operator's own terminal: entered once, left once, whatever happens.

use std::io::{self, BufWriter, Stdout, Write};
use std::time::Duration;

use anyhow::Context as _;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::keys::{self, Keys};
use super::painter::Knows;
use super::typed::ESCAPE;
use crate::config::keys::Keys as KeyFile;
use crate::terminal::Size;
use crate::view::draw::CursorAt;
use crate::view::update::Input;

/// The screen that is drawn on. Leaving is [`restore`], also on a panic.
pub struct Window {
    canvas: Canvas<BufWriter<Stdout>>,
    knows: Knows,
    /// Who reads the keys. None while another program has the terminal: it would lose its first ones.
    keys: Option<Keys>,
    escape: Duration,
}

impl Window {
    /// Takes the terminal over. `knows` says what it is sure to know.
    ///
    /// # Errors
    /// Where standard output is no terminal, or it refuses raw mode.
    pub fn enter(knows: Knows) -> anyhow::Result<Self> {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            earlier(panic);
        }));
        let opened = Self::open(knows).and_then(|canvas| Ok((canvas, Keys::read(ESCAPE)?)));
        let (canvas, keys) = opened.inspect_err(|_| restore())?;
        Ok(Self {
            canvas,
            knows,
            keys: Some(keys),
            escape: ESCAPE,
        })
    }

    fn open(knows: Knows) -> anyhow::Result<Canvas<BufWriter<Stdout>>> {
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
        let size = keys::size().context("cannot read the terminal's size")?;
        Ok(Canvas::new(out, knows, area(size))?)
    }

    /// The next key, mouse event, paste or size; none where the terminal is gone.
    pub async fn event(&mut self) -> Option<Input> {
        match &mut self.keys {
            Some(keys) => keys.next().await,
            None => std::future::pending().await,
        }
    }

    /// An escape waits for what may follow it as long as the person's keys.toml says, from now on.
    pub fn wait_for_escape(&mut self, said: &KeyFile) {
        let escape = said.escape_ms.map_or(ESCAPE, Duration::from_millis);
        self.escape = escape;
        if let Some(keys) = &mut self.keys {
            keys.wait_for_escape(escape);
        }
    }

    /// Draws one frame as one synchronised update. `paint` fills the buffer and says where the cursor stands.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<CursorAt>) -> io::Result<()> {
        self.canvas.draw(paint)
    }

    /// Draws some lines of the frame that stands there anew, as one synchronised update.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn change(
        &mut self,
        lines: impl Iterator<Item = Rect>,
        paint: impl FnOnce(Option<CursorAt>, &mut Buffer) -> Option<CursorAt>,
    ) -> io::Result<()> {
        self.canvas.change(lines, paint)
    }

    /// Takes a new size.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn resize(&mut self, size: Size) -> io::Result<()> {
        self.canvas.clear(area(size))
    }

    /// Forgets what is on the screen, so that the next frame paints all of it.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.canvas.clear(area(keys::size()?))
    }

    /// The window's title.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        execute!(self.canvas.out(), SetTitle(text))
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
        write!(self.canvas.out(), "\x1b]9;{text}\x07")?;
        self.canvas.out().flush()
    }

    /// Rings.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn bell(&mut self) -> io::Result<()> {
        self.canvas.out().write_all(b"\x07")?;
        self.canvas.out().flush()
    }

    /// Puts a text on the operator's clipboard with OSC 52.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(text);
        write!(self.canvas.out(), "\x1b]52;c;{text}\x07")?;
        self.canvas.out().flush()
    }

    /// Gives the terminal to another program for as long as it runs (an editor), and takes it back.
    ///
    /// # Errors
    /// Where the terminal cannot be taken back.
    pub fn lend<T>(&mut self, to: impl FnOnce() -> T) -> anyhow::Result<T> {
        self.keys = None;
        restore();
        let came_back = to();
        self.canvas = Self::open(self.knows)?;
        self.keys = Some(Keys::read(self.escape)?);
        Ok(came_back)
    }
}

fn buffered() -> BufWriter<Stdout> {
    BufWriter::with_capacity(64 * 1024, io::stdout())
}

/// What is drawn on. A terminal may claim any size, and the picture of the largest would fill the machine's
/// memory: beyond the bounds that every screen keeps to, its right and lower part stays empty.
fn area(size: Size) -> Rect {
    Rect::new(
        0,
        0,
        size.cols.clamp(1, Size::MAX),
        size.rows.clamp(1, Size::MAX),
    )
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
