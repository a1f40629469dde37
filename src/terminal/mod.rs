//! THE GLASS: bytes to cells to changed rows; keys and modes to bytes. Does no input or output.

mod cell;
mod csi;
mod emulator;
mod grid;
mod history;
mod intake;
mod keys;
mod limits;
mod marks;
mod mouse;
mod picture;
mod replies;
mod row;
mod screen;
mod search;
mod signals;
mod strings;

pub use cell::{Attrs, Color, Size, Style, Underline};
pub use grid::{
    Cursor, CursorShape, Grid, ModeSet, Modes, MouseEncoding, MouseProtocol, OutOfStep, Patch, PatchKind, Visibility,
};
pub use history::History;
pub use keys::{Focus, Key, KeyCode, Mods, encode_focus, encode_key, encode_paste};
pub use limits::Limits;
pub use mouse::{MouseAction, MouseButton, MouseEvent, encode_mouse};
pub use replies::Palette;
pub use row::{Cell, Cells, Row, Wrap};
pub use screen::{Broken, Screen};
pub use search::{Case, Hit};
pub use signals::{BlockKind, Progress, PromptMark, Signal, Status, StatusState, Switch};
