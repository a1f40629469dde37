//! What travels from a screen to its watchers, and the picture a watcher keeps.
//! A `Grid` changes only by patches; it never sees a byte of the program's output.

use super::cell::Size;
use super::row::Row;
use serde::{Deserialize, Serialize};

/// Where the cursor is and how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Column, 0 is the left one.
    pub col: u16,
    /// Row, 0 is the top one.
    pub row: u16,
    /// Its form.
    pub shape: CursorShape,
    /// Whether the program shows it.
    pub visibility: Visibility,
}

/// The form of the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CursorShape {
    /// Covers the cell.
    #[default]
    Block,
    /// A line under the cell.
    Underline,
    /// A line left of the cell.
    Bar,
}

/// Whether the program shows its cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// Shown.
    #[default]
    Shown,
    /// Hidden.
    Hidden,
}

/// Modes that are on or off, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeSet(u16);

impl ModeSet {
    /// The alternate screen is shown (1049).
    pub const ALT_SCREEN: ModeSet = ModeSet(1);
    /// Pastes are bracketed (2004).
    pub const BRACKETED_PASTE: ModeSet = ModeSet(1 << 1);
    /// Focus changes are reported (1004).
    pub const FOCUS_EVENTS: ModeSet = ModeSet(1 << 2);
    /// Arrow keys send application codes (1).
    pub const APP_CURSOR: ModeSet = ModeSet(1 << 3);
    /// The keypad sends application codes.
    pub const APP_KEYPAD: ModeSet = ModeSet(1 << 4);
    /// A synchronized update is open (2026): what is shown is the state before it.
    pub const SYNC: ModeSet = ModeSet(1 << 5);
    /// The wheel sends arrow keys on the alternate screen (1007).
    pub const ALT_SCROLL: ModeSet = ModeSet(1 << 6);

    /// True if every mode of `other` is on here.
    pub fn contains(self, other: ModeSet) -> bool {
        self.0 & other.0 == other.0
    }

    /// These modes and those of `other`.
    #[must_use]
    pub fn with(self, other: ModeSet) -> ModeSet {
        ModeSet(self.0 | other.0)
    }
}

/// Which mouse events the program asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseProtocol {
    /// None.
    #[default]
    Off,
    /// Presses only, without modifiers (9).
    Presses,
    /// Presses and releases (1000).
    Clicks,
    /// Clicks, and motion while a button is held (1002).
    Drags,
    /// Everything (1003).
    Motion,
}

/// How mouse events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseEncoding {
    /// Three bytes; positions beyond 223 cannot be told.
    #[default]
    Bytes,
    /// The same as UTF-8 (1005).
    Utf8,
    /// Decimal numbers (1006).
    Sgr,
}

/// Everything about a program that changes what keys, pastes and the mouse send to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modes {
    /// What is on.
    pub set: ModeSet,
    /// Which mouse events it wants.
    pub mouse: MouseProtocol,
    /// How it wants them.
    pub encoding: MouseEncoding,
    /// The flags of the kitty keyboard protocol; 0 is the legacy encoding.
    pub kitty: u8,
}

impl Modes {
    /// True if every mode of `set` is on.
    pub fn on(&self, set: ModeSet) -> bool {
        self.set.contains(set)
    }
}

/// What a patch is to be applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatchKind {
    /// Anything: it carries every row.
    Full,
    /// Only a picture of exactly this generation.
    Since(u64),
}

/// The rows that changed, and all the small things a picture needs besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// The generation of the picture after this patch.
    pub generation: u64,
    /// The size of the screen.
    pub size: Size,
    /// What it applies to.
    pub kind: PatchKind,
    /// Changed rows with their numbers from the top, ascending.
    pub rows: Vec<(u16, Row)>,
    /// The cursor.
    pub cursor: Cursor,
    /// The modes.
    pub modes: Modes,
    /// The title if it changed; raw text of the program.
    pub title: Option<String>,
    /// How many lines ever scrolled into the history.
    pub history_rows: u64,
}

/// A patch that does not fit the picture; ask for a full one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the patch starts from generation {from} and this picture is at {have}, ask for a full one"
)]
pub struct OutOfStep {
    /// The generation the patch starts from.
    pub from: u64,
    /// The generation of the picture.
    pub have: u64,
}

/// What a watcher knows of a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    generation: u64,
    size: Size,
    rows: Vec<Row>,
    cursor: Cursor,
    modes: Modes,
    title: String,
    history_rows: u64,
}

impl Grid {
    /// Takes a patch in. A patch from another generation changes nothing.
    ///
    /// # Errors
    /// `OutOfStep` if the patch starts from a picture other than this one.
    pub fn apply(&mut self, patch: Patch) -> Result<(), OutOfStep> {
        let size = patch.size.clamped();
        match patch.kind {
            PatchKind::Full => self.rows.clear(),
            PatchKind::Since(from) if from == self.generation && size == self.size => {}
            PatchKind::Since(from) => {
                return Err(OutOfStep {
                    from,
                    have: self.generation,
                });
            }
        }
        self.size = size;
        self.rows.resize(usize::from(size.rows), Row::default());
        for (at, row) in patch.rows {
            if let Some(place) = self.rows.get_mut(usize::from(at)) {
                *place = row;
            }
        }
        self.generation = patch.generation;
        self.cursor = patch.cursor;
        self.modes = patch.modes;
        self.history_rows = patch.history_rows;
        if let Some(title) = patch.title {
            self.title = title;
        }
        Ok(())
    }

    /// The rows from top to bottom; none before the first patch.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The cursor.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The modes.
    pub fn modes(&self) -> Modes {
        self.modes
    }

    /// The generation of this picture; 0 before the first patch.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The size of the screen.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The title; raw text of the program.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many lines ever scrolled into the history.
    pub fn history_rows(&self) -> u64 {
        self.history_rows
    }
}
