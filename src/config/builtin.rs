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
pub const LAYOUTS: &[File] = files!("layouts": "wall" "focus" "triage" "review" "narrow");

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::theme::{AnsiColours, Attrs, ColourDepth, Face, Role, Tint, contrast};

    /// Frames and tracks: lines, not text.
    const LINES: [Role; 6] = [
        Role::PaneBorder,
        Role::PaneBorderExited,
        Role::SidebarBorder,
        Role::PopupBorder,
        Role::Scrollbar,
        Role::ScrollbarThumb,
    ];

    /// What may be overlooked, and lines that carry a meaning.
    const QUIET: [Role; 15] = [
        Role::Dim,
        Role::DiffNumber,
        Role::SyntaxComment,
        Role::HeaderClock,
        Role::StateIdle,
        Role::StateExited,
        Role::SidebarAge,
        Role::SidebarStage,
        Role::SidebarPriority,
        Role::CardMeta,
        Role::CardKeyDisabled,
        Role::CardSettling,
        Role::InputPlaceholder,
        Role::PaneBorderFocused,
        Role::PaneBorderTyping,
    ];

    fn themes() -> impl Iterator<Item = Theme> {
        THEMES.iter().map(|file| theme(file.name).unwrap())
    }

    /// What a role can be seen on, besides its own ground.
    fn grounds(theme: &Theme, role: Role) -> Vec<Face> {
        let anywhere = [
            Role::Base,
            Role::Pane,
            Role::Sidebar,
            Role::Header,
            Role::Card,
        ];
        match role.parent() {
            Some(Role::State) => anywhere
                .iter()
                .map(|at| theme.on(role, theme.face(*at)))
                .collect(),
            _ if role == Role::Dim => anywhere
                .iter()
                .map(|at| theme.on(role, theme.face(*at)))
                .collect(),
            _ => vec![theme.face(role)],
        }
    }

    fn least(theme: &Theme, role: Role) -> f64 {
        match () {
            () if theme.name == "high-contrast" && LINES.contains(&role) => 4.5,
            () if theme.name == "high-contrast" => 7.0,
            () if LINES.contains(&role) => 1.25,
            () if QUIET.contains(&role) => 3.0,
            () => 4.5,
        }
    }

    #[test]
    fn every_builtin_theme_parses_without_a_word() {
        for file in THEMES {
            let parsed = theme::parse(file.name, file.text);
            assert!(parsed.is_clean(), "{:#?}", parsed.diagnostics);
            assert_eq!(parsed.value.unwrap().name, file.name);
        }
    }

    #[test]
    fn every_builtin_layout_parses_without_a_word() {
        for file in LAYOUTS {
            let parsed = layout::parse(file.name, file.text);
            assert!(parsed.is_clean(), "{:#?}", parsed.diagnostics);
            let layout = parsed.value.unwrap();
            assert_eq!(layout.name, file.name);
            assert!(!layout.about.is_empty());
            if let Some(small) = layout.small {
                assert!(LAYOUTS.iter().any(|other| other.name == small.layout));
            }
        }
    }

    #[test]
    fn text_can_be_read_in_every_theme() {
        let mut unreadable = Vec::new();
        for theme in themes() {
            for &role in Role::ALL {
                for face in grounds(&theme, role) {
                    let Some(found) = contrast(face.fg, face.bg) else {
                        continue;
                    };
                    let least = least(&theme, role);
                    if found < least {
                        unreadable.push(format!(
                            "{} {}: {found:.2} < {least}",
                            theme.name,
                            role.name()
                        ));
                    }
                }
            }
        }
        assert!(unreadable.is_empty(), "{unreadable:#?}");
    }

    #[test]
    fn text_can_still_be_read_in_fewer_colours() {
        for depth in [ColourDepth::Indexed256, ColourDepth::Ansi16] {
            for theme in themes().map(|theme| theme.reduce(depth)) {
                for &role in Role::ALL {
                    let face = theme.face(role);
                    let found = contrast(face.fg, face.bg).unwrap_or(21.0);
                    let least = if LINES.contains(&role) { 1.0 } else { 2.9 };
                    assert!(
                        found >= least,
                        "{} {depth:?} {}: {found:.2}",
                        theme.name,
                        role.name()
                    );
                }
            }
        }
    }

    /// What waits must be found in one glance: unlike anything else, at every depth.
    #[test]
    fn what_waits_looks_like_nothing_else_in_every_theme() {
        let depths = [
            ColourDepth::True,
            ColourDepth::Indexed256,
            ColourDepth::Ansi16,
            ColourDepth::None,
        ];
        for (theme, depth) in themes().flat_map(|theme| depths.map(|depth| (theme.clone(), depth)))
        {
            let theme = theme.reduce(depth);
            let states = Role::ALL
                .iter()
                .filter(|role| role.parent() == Some(Role::State));
            for other in states.filter(|role| **role != Role::StateWaiting) {
                assert_ne!(
                    theme.face(*other),
                    theme.face(Role::StateWaiting),
                    "{} {depth:?} {other:?}",
                    theme.name
                );
            }
            for other in [
                Role::PaneBorder,
                Role::PaneBorderFocused,
                Role::PaneBorderExited,
                Role::PaneBorderTyping,
            ] {
                assert_ne!(
                    theme.face(other),
                    theme.face(Role::PaneBorderWaiting),
                    "{} {depth:?} {other:?}",
                    theme.name
                );
            }
            let (bar, waiting) = (theme.face(Role::Header), theme.face(Role::HeaderWaiting));
            let reversed = |face: Face| face.attrs.contains(Attrs::REVERSE);
            let stands_out = contrast(waiting.bg, bar.bg).is_some_and(|found| found >= 3.0)
                || (waiting.bg != bar.bg)
                || reversed(waiting) != reversed(bar);
            assert!(stands_out, "{} {depth:?}", theme.name);
        }
    }

    #[test]
    fn focus_and_marks_stay_visible_in_every_theme_and_depth() {
        let pairs = [
            (Role::PaneBorderFocused, Role::PaneBorder),
            (Role::PaneBorderTyping, Role::PaneBorderFocused),
            (Role::PaneTitleFocused, Role::PaneTitle),
            (Role::SidebarSelected, Role::SidebarItem),
            (Role::PopupSelected, Role::PopupText),
            (Role::Selection, Role::Pane),
            (Role::SearchCurrent, Role::SearchMatch),
            (Role::CardKeyDisabled, Role::CardKey),
            (Role::CardDetailRemoved, Role::CardDetailAdded),
            (Role::DiffAdded, Role::DiffRemoved),
            (Role::DiffAdded, Role::Diff),
            (Role::DiffAddedWord, Role::DiffAdded),
            (Role::DiffRemovedWord, Role::DiffRemoved),
            (Role::DiffCursor, Role::Diff),
            (Role::DiffOutdated, Role::DiffComment),
            (Role::StatusModePane, Role::StatusModeRoom),
        ];
        for depth in [
            ColourDepth::True,
            ColourDepth::Indexed256,
            ColourDepth::Ansi16,
            ColourDepth::None,
        ] {
            for theme in themes().map(|theme| theme.reduce(depth)) {
                for (one, other) in pairs {
                    assert_ne!(
                        theme.face(one),
                        theme.face(other),
                        "{} {depth:?} {one:?}",
                        theme.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_sixteen_colour_theme_names_no_other_colour_and_mono_none_at_all() {
        for &role in Role::ALL {
            let ansi = theme("ansi").unwrap().face(role);
            assert!(
                [ansi.fg, ansi.bg]
                    .iter()
                    .all(|tint| matches!(tint, Tint::Default | Tint::Ansi(_)))
            );
            let mono = theme("mono").unwrap().face(role);
            assert_eq!(
                (mono.fg, mono.bg),
                (Tint::Default, Tint::Default),
                "{role:?}"
            );
        }
    }

    #[test]
    fn agents_own_colours_can_be_read_on_the_tile() {
        for theme in themes() {
            let AnsiColours::Own(sixteen) = theme.ansi else {
                continue;
            };
            let ground = theme.face(Role::Pane).bg;
            // black and white are grounds as often as text
            for at in [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14] {
                let found = contrast(sixteen[at], ground).unwrap();
                assert!(found >= 3.0, "{} ansi {at}: {found:.2}", theme.name);
            }
        }
    }
}
