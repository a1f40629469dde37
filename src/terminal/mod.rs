//! THE GLASS: bytes to cells to changed rows; keys and modes to bytes. Does no input or output.
//!
//! Bytes of a program meet the scanner first (`limits`, `csi`, `strings`, `marks`): it caps strings,
//! numbers and piles of marks, takes every question and every piece of news out of the stream, and
//! lets only text and sequences it knows through to the engine (`emulator`). What the engine drew
//! becomes whole rows with the generation they changed in (`picture`), which are all that a watcher
//! ever gets. Lines that scroll off become text and runs of style, bounded in bytes (`history`).
//!
//! Why rio-vt 0.5 is the engine. It keeps a cell in 8 bytes, tells which rows changed, puts joined
//! emoji and marks into one cell as programs do today, and takes plain text at two to five times what
//! a PTY delivers (about 100 MB/s). alacritty_terminal is more proven, but was measured at that very
//! edge. So rio-vt is kept on a short lead: every answer, string and mode that matters is ours, and it sees no
//! sequence the scanner does not name. Fed random bytes with resizes, 5,000 lives of 30 pieces each,
//! it neither panicked nor hung. (Its code copies a cell's marks for each mark added, so that a repeat
//! of 65,535 of them takes quadratic time: the scanner lets neither the repeat nor the pile through.)
//!
//! Measured with `benches/terminal.rs` at 100x30, everything included (scanner, engine, changed rows,
//! history), on two busy cores: plain text 250-270 MB/s where the engine alone made 290, colours on every
//! word 90 of 120, redraws in synchronized frames 130 of 230, mixed Unicode 40 of 75; 2 µs for a whole
//! patch of 30 rows and 1.1 µs from an echoed byte to its patch. A 200x50 screen takes 0.4 MB, its
//! full history 4.5 MB; 100 MB of an unterminated string leaves under 2 MB.
//!
//! Output that goes by faster than anybody looks (`flood`) meets neither scanner nor engine while it is text, colours and
//! line ends: what will have scrolled off becomes history straight from its bytes. Of screens that are painted again and
//! again the engine gets the last (`flood::overpaint`).
//!
//! The scanner alone goes over plain text in twice the time that memchr takes to look for ESC in it.
//!
//! Where text leads (OSC 8, `link`) goes with the cells into rows, patches, history and repaints; the
//! engine keeps only our number of it. Colours that a program sets (`colours`) are told back and put into
//! its cells; those it did not set are told as the default theme's, since each person has a theme.
//!
//! Limits: images are swallowed; the colour set for the cursor is told back and not shown; a `file:` link
//! that names a host leads nowhere, also where that host is this one. The engine logs what it does not
//! know, so its log target belongs at `error`.

mod builder;
mod cell;
mod colours;
mod convert;
mod csi;
mod emulator;
mod excerpt;
mod flood;
mod grid;
mod history;
mod intake;
mod keys;
mod limits;
mod link;
mod marks;
mod mouse;
mod picture;
#[cfg(test)]
mod pieces;
mod plain;
mod repaint;
mod replies;
mod row;
mod screen;
mod search;
mod sieve;
mod signals;
mod strings;
mod utf8;

pub use cell::{Attrs, Color, Size, Style, Underline};
pub use colours::Palette;
pub use excerpt::{Piece, excerpt};
pub use grid::{
    Cursor, CursorShape, Grid, ModeSet, Modes, MouseEncoding, MouseProtocol, OutOfStep, Patch,
    PatchKind, Visibility,
};
pub use history::History;
pub use keys::{Focus, Key, KeyCode, Mods, encode_focus, encode_key, encode_paste};
pub use limits::{Limits, URI_BYTES};
pub use link::Link;
pub use mouse::{MouseAction, MouseButton, MouseEvent, encode_mouse};
pub use plain::{Plain, Written};
pub use row::{Cell, Cells, Row, Wrap};
pub use screen::{Broken, Screen};
pub use search::{Case, Hit};
pub use sieve::Sieve;
pub use signals::{BlockKind, Progress, PromptMark, Signal, Status, StatusState, Switch};
