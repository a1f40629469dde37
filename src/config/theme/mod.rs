//! A theme: what every role looks like. Drawing names roles, never colours.
//!
//! Resolved once, when the file is read: [`Theme::face`] is an array look-up.

mod colour;
mod face;
mod ink;
mod read;
mod reduce;
mod role;

pub use colour::contrast;
pub use face::{Attrs, Face, Layer, Tint};
pub use read::parse;
pub(super) use read::stem;
pub use role::Role;

/// How many colours the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColourDepth {
    /// No colour at all (`NO_COLOR`): only attributes are left.
    None,
    /// The sixteen ANSI colours.
    Ansi16,
    /// The 256 of xterm.
    Indexed256,
    /// 24 bits.
    #[default]
    True,
}

/// Whether a theme is made for a dark or a light room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ground {
    /// Light text on dark.
    #[default]
    Dark,
    /// Dark text on light.
    Light,
}

/// How the sixteen ANSI colours in agents' output are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnsiColours {
    /// As the terminal has them.
    #[default]
    Terminal,
    /// As the theme has them.
    Own([Tint; 16]),
}

/// What every role looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Dark or light.
    pub ground: Ground,
    /// The sixteen colours of agents' output.
    pub ansi: AnsiColours,
    /// What it was reduced to.
    pub depth: ColourDepth,
    /// By role: what it and its parents below `base` say.
    layers: [Layer; Role::COUNT],
    /// By role: complete.
    faces: [Face; Role::COUNT],
}

impl Theme {
    /// No colour and no attribute: the terminal's own look.
    pub(super) fn plain() -> Self {
        Self {
            name: "plain".to_owned(),
            ground: Ground::Dark,
            ansi: AnsiColours::Terminal,
            depth: ColourDepth::True,
            layers: [Layer::default(); Role::COUNT],
            faces: [Face::default(); Role::COUNT],
        }
    }

    /// The complete face of a role.
    pub fn face(&self, role: Role) -> Face {
        self.faces[role.index()]
    }

    /// What a role itself says, `base` left out: for laying it over something else.
    pub fn layer(&self, role: Role) -> Layer {
        self.layers[role.index()]
    }

    /// A role drawn on something that is already there: what it leaves open shows through. A state in
    /// the sidebar is `theme.on(Role::StateWorking, theme.face(Role::Sidebar))`.
    pub fn on(&self, role: Role, under: Face) -> Face {
        self.layer(role).over(under)
    }
}
