//! Colours as a theme writes them: names that are looked up in its palette once all of it is known.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{AnsiColours, Tint, colour};
use crate::config::nearest::nearest;
use crate::config::reader::{Entry, Placed, Reader, Table, mismatch, table};

const COLOUR_HINT: &str = "write a palette name, an ANSI name, or \"#rrggbb\"";

/// The names a theme gives to colours.
pub(super) type Palette = BTreeMap<String, Tint>;

/// A colour as written.
pub(super) enum Ink {
    Is(Tint),
    Named(Placed<String>),
}

pub(super) fn read_palette(mut from: Table, reader: &mut Reader) -> Palette {
    let mut palette = Palette::new();
    for entry in from.take_rest() {
        let tint = match read_ink(&entry, reader) {
            Some(Ink::Is(tint)) => Some(tint),
            Some(Ink::Named(name)) => {
                let tint = colour::read(&name.value);
                if tint.is_none() {
                    reader.error(
                        &name.span,
                        "not a colour",
                        "write \"#rrggbb\" or an ANSI name",
                    );
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
pub(super) fn read_ink(entry: &Entry, reader: &mut Reader) -> Option<Ink> {
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
pub(super) fn read_ansi(entry: Entry, reader: &mut Reader) -> Option<Vec<(usize, Ink)>> {
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
        reader.error(
            &place,
            what,
            "give all sixteen, or write `ansi = \"terminal\"`",
        );
    }
    Some(inks)
}

pub(super) fn sixteen(
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
    pub(super) fn look_up(&self, palette: &Palette, reader: &mut Reader) -> Option<Tint> {
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
