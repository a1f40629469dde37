//! Reads a theme's TOML: a palette of names, what the roles say, the sixteen colours of agents' output.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{AnsiColours, Attrs, ColourDepth, Face, Ground, Layer, Role, Theme, Tint, colour};
use crate::config::nearest::nearest;
use crate::config::reader::{Entry, Placed, Reader, Table, mismatch, suggest, table};
use crate::config::{Parsed, builtin};

const COLOUR_HINT: &str = "write a palette name, an ANSI name, or \"#rrggbb\"";

type Palette = BTreeMap<String, Tint>;

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

/// A colour as written.
enum Ink {
    Is(Tint),
    Named(Placed<String>),
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
    fn resolve(
        name: String,
        ground: Ground,
        ansi: AnsiColours,
        own: [Layer; Role::COUNT],
    ) -> Self {
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
        let leads_on = Role::ALL
            .iter()
            .any(|role| role.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
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
        let found = builtin::THEMES.iter().find(|file| file.name == wanted.value);
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

fn read_palette(mut from: Table, reader: &mut Reader) -> Palette {
    let mut palette = Palette::new();
    for entry in from.take_rest() {
        let tint = match read_ink(&entry, reader) {
            Some(Ink::Is(tint)) => Some(tint),
            Some(Ink::Named(name)) => {
                let tint = colour::read(&name.value);
                if tint.is_none() {
                    reader.error(&name.span, "not a colour", "write \"#rrggbb\" or an ANSI name");
                }
                tint
            }
            None => None,
        };
        palette.extend(tint.map(|tint| (entry.key.value, tint)));
    }
    palette
}

/// A colour as written. A name of the palette is looked up later.
fn read_ink(entry: &Entry, reader: &mut Reader) -> Option<Ink> {
    let span = entry.value.span();
    match entry.value.get_ref() {
        DeValue::String(text) => Some(Ink::Named(Placed {
            value: text.to_string(),
            span,
        })),
        DeValue::Integer(number) => match number.as_str().parse() {
            Ok(at) => Some(Ink::Is(Tint::Indexed(at))),
            Err(_) => {
                reader.error(&span, "not a colour", "write a number from 0 to 255");
                None
            }
        },
        other => {
            mismatch(&span, "a colour", other, reader);
            None
        }
    }
}

/// `"terminal"` gives nothing; a table gives places of the sixteen.
fn read_ansi(entry: Entry, reader: &mut Reader) -> Option<Vec<(usize, Ink)>> {
    if let DeValue::String(text) = entry.value.get_ref() {
        if text != "terminal" {
            let hint = "write `ansi = \"terminal\"`, or a table `[ansi]` of the sixteen colours";
            reader.error(&entry.value.span(), "not a set of colours", hint);
        }
        return None;
    }
    let place = entry.key.span.clone();
    let mut inner = table(entry, reader)?;
    let mut inks = Vec::new();
    let mut missing = Vec::new();
    for (at, name) in colour::ANSI.into_iter().enumerate() {
        match inner.take(name) {
            Some(one) => inks.extend(read_ink(&one, reader).map(|ink| (at, ink))),
            None => missing.push(name),
        }
    }
    inner.end(reader);
    if !missing.is_empty() {
        let what = format!("`ansi` lacks {}", missing.join(", "));
        reader.error(&place, what, "give all sixteen, or write `ansi = \"terminal\"`");
    }
    Some(inks)
}

fn lay(
    layers: &mut [Layer; Role::COUNT],
    roles: &[(Role, Wish)],
    palette: &Palette,
    reader: &mut Reader,
) {
    for (role, wish) in roles {
        let layer = Layer {
            fg: wish.fg.as_ref().and_then(|ink| ink.look_up(palette, reader)),
            bg: wish.bg.as_ref().and_then(|ink| ink.look_up(palette, reader)),
            on: wish.on,
            off: wish.off,
        };
        layers[role.index()] = layer.over_layer(layers[role.index()]);
    }
}

fn sixteen(
    under: AnsiColours,
    own: Option<&[(usize, Ink)]>,
    palette: &Palette,
    reader: &mut Reader,
) -> AnsiColours {
    let Some(own) = own else {
        return under;
    };
    let mut tints = [Tint::Default; 16];
    for (at, ink) in own {
        if let Some(tint) = ink.look_up(palette, reader) {
            tints[*at] = tint;
        }
    }
    AnsiColours::Own(tints)
}

impl Ink {
    fn look_up(&self, palette: &Palette, reader: &mut Reader) -> Option<Tint> {
        let name = match self {
            Ink::Is(tint) => return Some(*tint),
            Ink::Named(name) => name,
        };
        // a palette may call its own red "red"
        let own = palette.get(&name.value).copied();
        let found = own.or_else(|| colour::read(&name.value));
        if found.is_none() {
            let names = palette.keys().map(String::as_str).chain(colour::ANSI);
            let hint = match nearest(&name.value, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => COLOUR_HINT.to_owned(),
            };
            reader.error(&name.span, "not a colour", hint);
        }
        found
    }
}
