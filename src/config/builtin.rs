//! The themes and layouts that come with the program: the very files of `themes/` and `layouts/`.

use super::layout::{self, Layout};
use super::theme::{self, Theme};

/// A file that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without ending.
    pub name: &'static str,
    /// All of it.
    pub text: &'static str,
}

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        &[$(File {
            name: $name,
            text: include_str!(concat!("../../", $folder, "/", $name, ".toml")),
        },)*]
    };
}

/// Every built-in theme; the first is the default.
pub const THEMES: &[File] = files!("themes":
    "opsroom" "daylight" "high-contrast" "ansi" "mono" "catppuccin-mocha" "dracula" "gruvbox-dark"
    "nord" "rose-pine" "solarized-light" "tokyo-night");

/// Every built-in layout; the first is the default.
pub const LAYOUTS: &[File] = files!("layouts": "wall" "focus" "triage" "narrow");

/// A built-in theme.
pub fn theme(name: &str) -> Option<Theme> {
    let file = THEMES.iter().find(|file| file.name == name)?;
    theme::parse(file.name, file.text).value
}

/// A built-in layout.
pub fn layout(name: &str) -> Option<Layout> {
    let file = LAYOUTS.iter().find(|file| file.name == name)?;
    layout::parse(file.name, file.text).value
}

impl Default for Theme {
    /// The first built-in one.
    fn default() -> Self {
        theme(THEMES[0].name).unwrap_or_else(Theme::plain)
    }
}

impl Default for Layout {
    /// The first built-in one.
    fn default() -> Self {
        layout(LAYOUTS[0].name).unwrap_or_else(Layout::plain)
    }
}
