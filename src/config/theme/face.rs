//! How a cell looks: two colours and some attributes, in types of our own.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// A colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tint {
    /// The terminal's own foreground or background.
    #[default]
    Default,
    /// One of the sixteen, 0-15; how it looks is the terminal's affair.
    Ansi(u8),
    /// One of the 256.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// A set of text attributes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Attrs(u8);

/// How a cell looks, complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Face {
    /// The colour of the text.
    pub fg: Tint,
    /// The colour behind it.
    pub bg: Tint,
    /// Bold and the like.
    pub attrs: Attrs,
}

/// A face with parts left open, to be laid over another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Layer {
    /// The colour of the text, where it has an opinion.
    pub fg: Option<Tint>,
    /// The colour behind it, where it has an opinion.
    pub bg: Option<Tint>,
    /// Attributes it switches on.
    pub on: Attrs,
    /// Attributes it switches off.
    pub off: Attrs,
}

impl Attrs {
    /// None.
    pub const NONE: Self = Self(0);
    /// Bold.
    pub const BOLD: Self = Self(1);
    /// Faint.
    pub const DIM: Self = Self(2);
    /// Italic.
    pub const ITALIC: Self = Self(4);
    /// Underlined.
    pub const UNDERLINE: Self = Self(8);
    /// Foreground and background swapped.
    pub const REVERSE: Self = Self(16);

    /// Each one, with the name that themes write.
    pub const NAMED: [(&str, Self); 5] = [
        ("bold", Self::BOLD),
        ("dim", Self::DIM),
        ("italic", Self::ITALIC),
        ("underline", Self::UNDERLINE),
        ("reverse", Self::REVERSE),
    ];

    /// Whether all of `others` are in it.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Without `others`.
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Attrs {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Attrs {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Debug for Attrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMED.iter().filter(|(_, one)| self.contains(*one));
        f.debug_set().entries(names.map(|(name, _)| name)).finish()
    }
}

impl Layer {
    /// This layer on a face: what it leaves open shows through.
    pub fn over(self, under: Face) -> Face {
        Face {
            fg: self.fg.unwrap_or(under.fg),
            bg: self.bg.unwrap_or(under.bg),
            attrs: under.attrs.without(self.off) | self.on,
        }
    }

    /// This layer on another.
    pub fn over_layer(self, under: Layer) -> Layer {
        Layer {
            fg: self.fg.or(under.fg),
            bg: self.bg.or(under.bg),
            on: under.on.without(self.off) | self.on,
            off: under.off.without(self.on) | self.off,
        }
    }
}
