//! Reads a theme's TOML: a palette of names, what the roles say, the sixteen colours of agents' output.

use toml::de::DeValue;

use super::ink::{Ink, Palette, read_ansi, read_ink, read_palette, sixteen};
use super::{AnsiColours, Attrs, ColourDepth, Face, Ground, Layer, Role, Theme};
use crate::config::nearest::nearest;
use crate::config::reader::{Entry, Placed, Reader, Table, suggest, table};
use crate::config::{Parsed, builtin};

/// A theme's text, with colours still as names: the palette may come from another file.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    inherits: Option<Placed<String>>,
    ground: Option<Ground>,
    palette: Palette,
    roles: Vec<(Role, Wish)>,
    ansi: Option<Vec<(usize, Ink)>>,
}

/// What one role's table says.
#[derive(Default)]
struct Wish {
    fg: Option<Ink>,
    bg: Option<Ink>,
    on: Attrs,
    off: Attrs,
}

/// Reads a theme. It is named by its `name`, else by the file.
pub fn parse(path: &str, text: &str) -> Parsed<Theme> {
    let mut reader = Reader::new(path, text);
    let mut draft = Draft::read(&mut reader);
    let mut layers = [Layer::default(); Role::COUNT];
    let mut ansi = AnsiColours::Terminal;
    if let Some(parent) = draft.parent(&mut reader) {
        let mut aside = Reader::new(parent.name, parent.text);
        let mut under = Draft::read(&mut aside);
        under.palette.append(&mut draft.palette);
        draft.palette = under.palette;
        draft.ground = draft.ground.or(under.ground);
        lay(&mut layers, &under.roles, &draft.palette, &mut aside);
        ansi = sixteen(ansi, under.ansi.as_deref(), &draft.palette, &mut aside);
    }
    lay(&mut layers, &draft.roles, &draft.palette, &mut reader);
    ansi = sixteen(ansi, draft.ansi.as_deref(), &draft.palette, &mut reader);
    let name = draft.name.unwrap_or_else(|| stem(path).to_owned());
    reader.finish(|| Theme::resolve(name, draft.ground.unwrap_or_default(), ansi, layers))
}

/// The file's name without folder and ending.
pub(in crate::config) fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".toml").unwrap_or(file)
}

impl Theme {
    /// Fills in what roles leave open, from their parents and from `base`.
    fn resolve(name: String, ground: Ground, ansi: AnsiColours, own: [Layer; Role::COUNT]) -> Self {
        let base = own[Role::Base.index()].over(Face::default());
        let mut layers = own;
        let mut faces = [base; Role::COUNT];
        for &role in Role::ALL {
            if let Some(parent) = role.parent().filter(|parent| *parent != Role::Base) {
                layers[role.index()] = own[role.index()].over_layer(layers[parent.index()]);
            }
            faces[role.index()] = layers[role.index()].over(base);
        }
        // agents' output on the terminal's own ground, unless the theme wants otherwise
        if own[Role::Pane.index()] == Layer::default() {
            faces[Role::Pane.index()] = Face::default();
        }
        Self {
            name,
            ground,
            ansi,
            depth: ColourDepth::True,
            layers,
            faces,
        }
    }
}

impl Draft {
    fn read(reader: &mut Reader) -> Self {
        let mut root = reader.document();
        let mut draft = Draft {
            name: root.text("name", reader).map(|name| name.value),
            inherits: root.text("inherits", reader),
            ground: root.choice(
                "ground",
                &[("dark", Ground::Dark), ("light", Ground::Light)],
                reader,
            ),
            ..Draft::default()
        };
        if let Some(palette) = root.table("palette", reader) {
            draft.palette = read_palette(palette, reader);
        }
        if let Some(mut roles) = root.table("roles", reader) {
            for entry in roles.take_rest() {
                let name = entry.key.value.clone();
                draft.read_role(&name, entry, reader);
            }
        }
        draft.ansi = root.take("ansi").and_then(|entry| read_ansi(entry, reader));
        root.end(reader);
        draft
    }

    /// A role is a colour (its text), or a table of colours, attributes and roles below it.
    fn read_role(&mut self, name: &str, entry: Entry, reader: &mut Reader) {
        let known = Role::named(name);
        let leads_on = Role::ALL.iter().any(|role| {
            role.name()
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('.'))
        });
        if known.is_none() && !leads_on {
            let names = Role::ALL.iter().map(|role| role.name());
            let hint = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`opsroom themes --roles` lists them".to_owned(),
            };
            reader.error(&entry.key.span, format!("unknown role `{name}`"), hint);
            return;
        }
        let mut wish = Wish::default();
        if let DeValue::Table(_) = entry.value.get_ref() {
            let Some(mut inner) = table(entry, reader) else {
                return;
            };
            wish.take(&mut inner, reader);
            for below in inner.take_rest() {
                let name = format!("{name}.{}", below.key.value);
                self.read_role(&name, below, reader);
            }
        } else {
            wish.fg = read_ink(&entry, reader);
        }
        if let Some(role) = known {
            self.roles.push((role, wish));
        }
    }

    /// The built-in theme that this one changes.
    fn parent(&self, reader: &mut Reader) -> Option<&'static builtin::File> {
        let wanted = self.inherits.as_ref()?;
        let found = builtin::THEMES
            .iter()
            .find(|file| file.name == wanted.value);
        if found.is_none() {
            let names: Vec<&str> = builtin::THEMES.iter().map(|file| file.name).collect();
            let what = format!("no built-in theme is called `{}`", wanted.value);
            reader.error(&wanted.span, what, suggest(&wanted.value, &names));
        }
        found
    }
}

impl Wish {
    fn take(&mut self, from: &mut Table, reader: &mut Reader) {
        self.fg = from.take("fg").and_then(|entry| read_ink(&entry, reader));
        self.bg = from.take("bg").and_then(|entry| read_ink(&entry, reader));
        for (name, attr) in Attrs::NAMED {
            match from.yes_or_no(name, reader) {
                Some(true) => self.on |= attr,
                Some(false) => self.off |= attr,
                None => {}
            }
        }
    }
}

fn lay(
    layers: &mut [Layer; Role::COUNT],
    roles: &[(Role, Wish)],
    palette: &Palette,
    reader: &mut Reader,
) {
    for (role, wish) in roles {
        let layer = Layer {
            fg: wish
                .fg
                .as_ref()
                .and_then(|ink| ink.look_up(palette, reader)),
            bg: wish
                .bg
                .as_ref()
                .and_then(|ink| ink.look_up(palette, reader)),
            on: wish.on,
            off: wish.off,
        };
        layers[role.index()] = layer.over_layer(layers[role.index()]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::theme::Tint;

    fn printed(text: &str) -> String {
        let parsed = parse("themes/dusk.toml", text);
        assert!(parsed.value.is_none());
        let lines = parsed.diagnostics.iter().map(|one| format!("{one}\n"));
        lines.collect()
    }

    fn theme(text: &str) -> Theme {
        let parsed = parse("themes/dusk.toml", text);
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        parsed.value.unwrap()
    }

    const SMALL: &str = "[palette]\nblue = \"#0000ff\"\n[roles]\nbase = { fg = \"white\", bg = 17 }\n\
        pane.border = { fg = \"blue\", bold = true }\n\"card.detail\" = \"#010203\"\n";

    #[test]
    fn a_wrong_colour_is_shown_as_the_house_shows_errors() {
        assert_eq!(
            printed("[roles]\npane = { fg = \"rde\" }\n"),
            "themes/dusk.toml:2:15: not a colour\n  pane = { fg = \"rde\" }\n                \
             ^ write a palette name, an ANSI name, or \"#rrggbb\"\n"
        );
    }

    #[test]
    fn what_a_role_leaves_out_comes_from_its_parent_and_then_from_base() {
        let theme = theme(SMALL);
        assert_eq!(theme.name, "dusk");
        let focused = theme.face(Role::PaneBorderFocused);
        assert_eq!(focused, theme.face(Role::PaneBorder));
        assert_eq!(
            (focused.fg, focused.bg),
            (Tint::Rgb(0, 0, 255), Tint::Indexed(17))
        );
        assert!(focused.attrs.contains(Attrs::BOLD));
        assert_eq!(theme.face(Role::CardDetailAdded).fg, Tint::Rgb(1, 2, 3));
        assert_eq!(theme.face(Role::ToastError), theme.face(Role::Base));
    }

    #[test]
    fn agents_keep_the_terminals_ground_unless_the_theme_gives_one() {
        assert_eq!(theme(SMALL).face(Role::Pane), Face::default());
        let own = theme("[roles]\nbase = \"white\"\npane.bg = \"black\"\n");
        assert_eq!(own.face(Role::Pane).bg, Tint::Ansi(0));
        assert_eq!(own.face(Role::Pane).fg, Tint::Ansi(7));
    }

    #[test]
    fn a_role_on_something_keeps_the_ground_it_stands_on() {
        let theme = theme(
            "[roles]\nbase = { bg = \"black\" }\nsidebar.bg = \"blue\"\nstate.waiting = \"yellow\"\n",
        );
        let on = theme.on(Role::StateWaiting, theme.face(Role::Sidebar));
        assert_eq!((on.fg, on.bg), (Tint::Ansi(3), Tint::Ansi(4)));
        assert_eq!(theme.face(Role::StateWaiting).bg, Tint::Ansi(0));
    }

    #[test]
    fn an_attribute_of_the_parent_can_be_switched_off() {
        let theme = theme(
            "[roles]\nheader = { bold = true, dim = true }\nheader.clock = { bold = false }\n"
                .replace("header.clock", "\"header.clock\"")
                .as_str(),
        );
        assert_eq!(theme.face(Role::HeaderClock).attrs, Attrs::DIM);
    }

    #[test]
    fn a_theme_can_change_a_little_of_a_builtin_one() {
        let nord = builtin::theme("nord").unwrap();
        let mine = theme(
            "inherits = \"nord\"\n[palette]\norange = \"#ff0000\"\n[roles]\n\"card.key\" = { italic = true }\n",
        );
        assert_eq!(mine.face(Role::Base), nord.face(Role::Base));
        assert_eq!(mine.ansi, nord.ansi);
        assert_eq!(mine.face(Role::StateWaiting).fg, Tint::Rgb(255, 0, 0));
        let key = mine.face(Role::CardKey);
        assert_eq!(
            (key.fg, key.attrs),
            (Tint::Rgb(255, 0, 0), Attrs::BOLD | Attrs::ITALIC)
        );
    }

    #[test]
    fn every_error_of_a_theme_is_reported() {
        assert_eq!(
            printed(
                "inherits = \"norrd\"\nground = \"grey\"\n[palette]\nnight = \"blakc\"\n[roles]\npane.boarder = \"nihgt\"\ncard = { fgg = \"red\", bold = 1 }\n[ansi]\nblack = \"#000000\"\n"
            ),
            "themes/dusk.toml:1:12: no built-in theme is called `norrd`\n  inherits = \"norrd\"\n             ^ did you mean `nord`?\n\
             themes/dusk.toml:2:10: `ground` cannot be `grey`\n  ground = \"grey\"\n           ^ there is `dark`, `light`\n\
             themes/dusk.toml:4:9: not a colour\n  night = \"blakc\"\n          ^ write \"#rrggbb\" or an ANSI name\n\
             themes/dusk.toml:6:6: unknown role `pane.boarder`\n  pane.boarder = \"nihgt\"\n       ^ did you mean `pane.border`?\n\
             themes/dusk.toml:7:10: unknown role `card.fgg`\n  card = { fgg = \"red\", bold = 1 }\n           ^ `opsroom themes --roles` lists them\n\
             themes/dusk.toml:7:30: a number is not true or false\n  card = { fgg = \"red\", bold = 1 }\n                               ^ write true or false\n\
             themes/dusk.toml:8:2: `ansi` lacks red, green, yellow, blue, magenta, cyan, white, bright-black, bright-red, bright-green, bright-yellow, bright-blue, bright-magenta, bright-cyan, bright-white\n  [ansi]\n   ^ give all sixteen, or write `ansi = \"terminal\"`\n"
        );
    }

    #[test]
    fn a_misspelt_palette_name_suggests_the_right_one() {
        let text = SMALL
            .replace("[palette]", "[palette]\nnight = \"#000000\"")
            .replace("\"white\"", "\"nihgt\"");
        assert!(printed(&text).contains("^ did you mean `night`?"));
    }

    #[test]
    fn a_name_with_a_value_and_parts_says_what_to_do() {
        let shown = printed("[roles]\npane = { fg = \"red\" }\npane.border = \"blue\"\n");
        assert!(shown.starts_with("themes/dusk.toml:3:"), "{shown}");
        assert!(shown.contains("quote the dotted name"), "{shown}");
    }
}
