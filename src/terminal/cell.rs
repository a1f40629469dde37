//! What one cell looks like: sizes, colours, attributes. Plain data, no behaviour of a terminal.

use serde::{Deserialize, Serialize};

/// The size of a screen in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// The fewest columns a screen has: one wide character must fit.
    pub const MIN_COLS: u16 = 2;
    /// The most columns or rows a screen has.
    pub const MAX: u16 = 1000;

    /// A size inside the bounds every screen keeps to: 2..=1000 columns, 1..=1000 rows.
    pub fn new(cols: u16, rows: u16) -> Self {
        Size {
            cols: cols.clamp(Self::MIN_COLS, Self::MAX),
            rows: rows.clamp(1, Self::MAX),
        }
    }

    /// This size brought inside the bounds; for sizes that came from elsewhere.
    pub fn clamped(self) -> Self {
        Size::new(self.cols, self.rows)
    }

    /// How many cells the screen holds.
    pub fn cells(self) -> usize {
        usize::from(self.cols) * usize::from(self.rows)
    }
}

impl Default for Size {
    fn default() -> Self {
        Size::new(100, 30)
    }
}

/// A colour as the program asked for it; what it looks like is the theme's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Color {
    /// The terminal's own foreground or background.
    #[default]
    Default,
    /// An entry of the 256-colour palette; 0..=15 are the ANSI colours.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// The kind of line under the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Underline {
    /// No line.
    #[default]
    None,
    /// One straight line.
    Single,
    /// Two lines.
    Double,
    /// A wavy line.
    Curly,
    /// A dotted line.
    Dotted,
    /// A dashed line.
    Dashed,
}

/// The on/off attributes of a cell, as bits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attrs(u16);

impl Attrs {
    /// No attribute.
    pub const NONE: Attrs = Attrs(0);
    /// Bold or bright.
    pub const BOLD: Attrs = Attrs(1);
    /// Faint.
    pub const DIM: Attrs = Attrs(1 << 1);
    /// Italic.
    pub const ITALIC: Attrs = Attrs(1 << 2);
    /// Blinking, slow or fast.
    pub const BLINK: Attrs = Attrs(1 << 3);
    /// Foreground and background exchanged.
    pub const REVERSE: Attrs = Attrs(1 << 4);
    /// Not to be shown.
    pub const HIDDEN: Attrs = Attrs(1 << 5);
    /// Struck through.
    pub const STRIKE: Attrs = Attrs(1 << 6);

    /// Names and bits, in the order of the bits.
    pub const NAMES: [(&'static str, Attrs); 7] = [
        ("bold", Self::BOLD),
        ("dim", Self::DIM),
        ("italic", Self::ITALIC),
        ("blink", Self::BLINK),
        ("reverse", Self::REVERSE),
        ("hidden", Self::HIDDEN),
        ("strike", Self::STRIKE),
    ];

    /// True if every attribute of `other` is set here.
    pub fn contains(self, other: Attrs) -> bool {
        self.0 & other.0 == other.0
    }

    /// These attributes and those of `other`.
    #[must_use]
    pub fn with(self, other: Attrs) -> Attrs {
        Attrs(self.0 | other.0)
    }

    /// These attributes without those of `other`.
    #[must_use]
    pub fn without(self, other: Attrs) -> Attrs {
        Attrs(self.0 & !other.0)
    }

    /// True if no attribute is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Debug for Attrs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set = Self::NAMES
            .iter()
            .filter(|(_, bit)| self.contains(*bit))
            .map(|(name, _)| name);
        f.debug_set().entries(set).finish()
    }
}

/// How the text of a cell is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Style {
    /// Colour of the text.
    pub fg: Color,
    /// Colour behind the text.
    pub bg: Color,
    /// Colour of the underline; `Default` follows the text.
    pub underline_color: Color,
    /// The kind of underline.
    pub underline: Underline,
    /// Everything that is on or off.
    pub attrs: Attrs,
}

impl Style {
    /// What is left where text of this style is erased, or a line comes in empty: the ground alone.
    #[must_use]
    pub fn erased(self) -> Style {
        Style {
            bg: self.bg,
            ..Style::default()
        }
    }

    /// True if a blank cell of this style shows something: a background, a line, a reversed ground.
    pub fn shows_on_blank(&self) -> bool {
        self.bg != Color::Default
            || self.underline != Underline::None
            || self.attrs.contains(Attrs::STRIKE)
            || self.attrs.contains(Attrs::REVERSE)
    }
}
