//! A theme for terminals with fewer colours, down to none.

use super::colour::{contrast, reduce};
use super::{AnsiColours, Attrs, ColourDepth, Face, Layer, Role, Theme, Tint};

/// Text that could be read must stay readable: below this, black or white is taken instead.
const READABLE: f64 = 3.0;

/// Without colour, these say by attribute what the colour said: where you are, what waits, what failed.
const MARKED: [(Role, Attrs); 22] = [
    (Role::HeaderWaiting, Attrs::REVERSE),
    (Role::HeaderDriving, Attrs::BOLD),
    (Role::PaneTitleFocused, Attrs::REVERSE),
    (Role::PaneBorderFocused, Attrs::BOLD),
    (Role::PaneBorderWaiting, Attrs::REVERSE),
    (Role::PaneBorderTyping, Attrs::REVERSE),
    (Role::PaneBorderExited, Attrs::DIM),
    (Role::StateWaiting, Attrs::REVERSE),
    (Role::StateFailed, Attrs::BOLD),
    (Role::SidebarSelected, Attrs::REVERSE),
    (Role::SidebarBroken, Attrs::UNDERLINE),
    (Role::CardKey, Attrs::BOLD),
    (Role::CardDetailAdded, Attrs::BOLD),
    (Role::CardDetailRemoved, Attrs::UNDERLINE),
    (Role::StatusModePane, Attrs::REVERSE),
    (Role::PopupSelected, Attrs::REVERSE),
    (Role::PopupMatch, Attrs::UNDERLINE),
    (Role::InputCursor, Attrs::REVERSE),
    (Role::SearchMatch, Attrs::UNDERLINE),
    (Role::SearchCurrent, Attrs::REVERSE),
    (Role::Selection, Attrs::REVERSE),
    (Role::ToastError, Attrs::BOLD),
];

impl Theme {
    /// The same theme in the colours that the terminal has.
    pub fn reduce(mut self, depth: ColourDepth) -> Theme {
        if depth >= self.depth {
            return self;
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
        if depth == ColourDepth::None {
            self.mark();
        }
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

    fn mark(&mut self) {
        for (role, attrs) in MARKED {
            // a part of a marked thing is drawn over it: a second reverse would not show
            self.layers[role.index()].on |= attrs;
            self.faces[role.index()].attrs |= attrs;
        }
    }
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
