//! A theme for terminals with fewer colours, down to none.

use super::colour::{contrast, reduce};
use super::{AnsiColours, ColourDepth, Face, Layer, Theme, Tint};
use crate::config::builtin;

/// Text that could be read must stay readable: below this, black or white is taken instead.
const READABLE: f64 = 3.0;

impl Theme {
    /// The same theme in the colours that the terminal has.
    pub fn reduce(mut self, depth: ColourDepth) -> Theme {
        if depth >= self.depth {
            return self;
        }
        match depth {
            ColourDepth::None => return self.stand_in("mono", depth, is_colourless),
            ColourDepth::Ansi16 => return self.stand_in("ansi", depth, is_sixteen),
            ColourDepth::True | ColourDepth::Indexed256 => {}
        }
        self.depth = depth;
        for layer in &mut self.layers {
            *layer = reduce_layer(*layer, depth);
        }
        for face in &mut self.faces {
            *face = reduce_face(*face, depth);
        }
        self.ansi = match (self.ansi, depth) {
            (AnsiColours::Own(own), ColourDepth::Indexed256 | ColourDepth::True) => {
                AnsiColours::Own(own.map(|tint| reduce(tint, depth)))
            }
            (AnsiColours::Own(_), ColourDepth::Ansi16 | ColourDepth::None)
            | (AnsiColours::Terminal, _) => AnsiColours::Terminal,
        };
        self
    }

    /// A colour of an agent's output, as it is shown: the theme's for the sixteen, and no more
    /// colours than the terminal has. `Default` stays: it is the `pane` face's.
    pub fn agent_tint(&self, tint: Tint) -> Tint {
        match (tint, &self.ansi) {
            (Tint::Ansi(at) | Tint::Indexed(at @ 0..16), AnsiColours::Own(own)) => {
                own[usize::from(at & 15)]
            }
            _ => reduce(tint, self.depth),
        }
    }

    /// The look of a theme made for that depth: without colour only attributes can say what colour
    /// said, and the nearest of sixteen colours often cannot be read on each other. A theme that fits already is
    /// somebody's own choice, and stays.
    fn stand_in(mut self, name: &str, depth: ColourDepth, fits: fn(&Face) -> bool) -> Theme {
        if !self.faces.iter().all(fits)
            && let Some(made) = builtin::theme(name)
        {
            self.layers = made.layers;
            self.faces = made.faces;
        }
        self.ansi = AnsiColours::Terminal;
        self.depth = depth;
        self
    }
}

fn is_colourless(face: &Face) -> bool {
    (face.fg, face.bg) == (Tint::Default, Tint::Default)
}

fn is_sixteen(face: &Face) -> bool {
    [face.fg, face.bg]
        .iter()
        .all(|tint| matches!(tint, Tint::Default | Tint::Ansi(_)))
}

fn reduce_layer(layer: Layer, depth: ColourDepth) -> Layer {
    let mut reduced = Layer {
        fg: layer.fg.map(|tint| reduce(tint, depth)),
        bg: layer.bg.map(|tint| reduce(tint, depth)),
        ..layer
    };
    if let (Some(fg), Some(bg), Some(was_fg), Some(was_bg)) =
        (reduced.fg, reduced.bg, layer.fg, layer.bg)
    {
        reduced.fg = Some(readable((fg, bg), (was_fg, was_bg)));
    }
    reduced
}

fn reduce_face(face: Face, depth: ColourDepth) -> Face {
    let (fg, bg) = (reduce(face.fg, depth), reduce(face.bg, depth));
    Face {
        fg: readable((fg, bg), (face.fg, face.bg)),
        bg,
        attrs: face.attrs,
    }
}

/// The reduced foreground, or black or white where it can no longer be told from its background.
fn readable((fg, bg): (Tint, Tint), (was_fg, was_bg): (Tint, Tint)) -> Tint {
    let (Some(now), Some(was)) = (contrast(fg, bg), contrast(was_fg, was_bg)) else {
        return fg;
    };
    if now >= READABLE || was < READABLE {
        return fg;
    }
    let [black, white] = [Tint::Ansi(0), Tint::Ansi(15)];
    if contrast(black, bg) > contrast(white, bg) {
        black
    } else {
        white
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::theme::{Attrs, Role, parse};

    #[test]
    fn without_colour_no_face_has_any_and_what_waits_is_reversed() {
        let theme = builtin::theme("opsroom").unwrap().reduce(ColourDepth::None);
        assert!(
            Role::ALL
                .iter()
                .all(|role| is_colourless(&theme.face(*role)))
        );
        assert!(
            theme
                .face(Role::StateWaiting)
                .attrs
                .contains(Attrs::REVERSE)
        );
        assert_eq!(theme.agent_tint(Tint::Rgb(1, 2, 3)), Tint::Default);
        assert_eq!(theme.name, "opsroom");
    }

    #[test]
    fn a_theme_that_has_no_colour_keeps_its_own_attributes() {
        let own = parse("t", "[roles]\ndim.italic = true\n").value.unwrap();
        assert_eq!(
            own.clone().reduce(ColourDepth::None).face(Role::Dim),
            own.face(Role::Dim)
        );
    }

    #[test]
    fn agents_see_the_themes_sixteen_and_no_more_than_the_terminal_has() {
        let theme = builtin::theme("nord").unwrap();
        assert_eq!(theme.agent_tint(Tint::Ansi(1)), Tint::Rgb(0xd5, 0x77, 0x80));
        assert_eq!(
            theme.agent_tint(Tint::Indexed(1)),
            theme.agent_tint(Tint::Ansi(1))
        );
        assert_eq!(theme.agent_tint(Tint::Default), Tint::Default);
        let few = theme.reduce(ColourDepth::Ansi16);
        assert_eq!(few.agent_tint(Tint::Ansi(1)), Tint::Ansi(1));
        assert_eq!(few.agent_tint(Tint::Rgb(255, 0, 0)), Tint::Ansi(1));
    }

    #[test]
    fn nothing_is_added_by_reducing_to_more() {
        let few = builtin::theme("nord").unwrap().reduce(ColourDepth::Ansi16);
        assert_eq!(few.clone().reduce(ColourDepth::True), few);
    }
}
