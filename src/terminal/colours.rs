//! The colours a program is told and shown: those it set itself (OSC 4, 10, 11, 12, until 104, 110, 111, 112),
//! over a ground that is told where it set none. What it set is put into its cells when a row is made; the
//! rest stays the theme's business. The cursor's colour is told and not shown.

use super::cell::{Color, Style};
use std::collections::BTreeMap;

/// Red, green, blue.
pub(super) type Rgb = (u8, u8, u8);

/// The ground: what a program is told of colours that it did not set. A screen cannot know each client's
/// theme, so there is one table, that of the default theme; a server may give another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Text.
    pub foreground: (u8, u8, u8),
    /// Ground.
    pub background: (u8, u8, u8),
    /// The cursor.
    pub cursor: (u8, u8, u8),
    /// The sixteen ANSI colours.
    pub ansi: [(u8, u8, u8); 16],
}

impl Default for Palette {
    fn default() -> Self {
        let ansi = [
            0x2a323e, 0xff7b72, 0x8fce78, 0xe0bd6a, 0x6cb6ff, 0xc49bf0, 0x5fcdc4, 0xc9d3e0,
            0x74839b, 0xff9a92, 0xaee39a, 0xf2d68c, 0x94ccff, 0xd9baff, 0x8be4da, 0xeef3fa,
        ];
        Palette {
            foreground: rgb(0xc9d3e0),
            background: rgb(0x0d1015),
            cursor: rgb(0xc9d3e0),
            ansi: ansi.map(rgb),
        }
    }
}

fn rgb(hex: u32) -> Rgb {
    ((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Palette {
    /// Entry `index` of the 256 colours: the ANSI ones, xterm's cube, its greys.
    pub fn indexed(&self, index: u8) -> (u8, u8, u8) {
        let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
        match index {
            0..=15 => self.ansi[usize::from(index)],
            16..=231 => {
                let n = index - 16;
                (level(n / 36), level(n / 6 % 6), level(n % 6))
            }
            232..=255 => {
                let grey = 8 + 10 * (index - 232);
                (grey, grey, grey)
            }
        }
    }
}

/// Whether a command changed a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It did: cells look different now.
    Some,
    /// It did not.
    None,
}

/// What was set, over the ground.
#[derive(Clone, Debug, Default)]
pub(super) struct Colours {
    ground: Palette,
    indexed: BTreeMap<u8, Rgb>,
    /// Text, ground and cursor: OSC 10, 11 and 12.
    special: [Option<Rgb>; 3],
}

impl Colours {
    /// Another ground.
    pub fn stand_on(&mut self, ground: Palette) {
        self.ground = ground;
    }

    /// Forgets what was set.
    pub fn clear(&mut self) {
        self.indexed.clear();
        self.special = [None; 3];
    }

    /// True if cells look as they would without this.
    pub fn is_plain(&self) -> bool {
        self.indexed.is_empty() && self.special[..2] == [None, None]
    }

    /// True if blank cells look different too.
    pub fn fills(&self) -> bool {
        self.special[1].is_some()
    }

    /// A style with the colours that were set.
    pub fn shown(&self, style: Style) -> Style {
        let of = |color: Color, default: Option<Rgb>| match color {
            Color::Default => default.map_or(color, solid),
            Color::Indexed(index) => self.indexed.get(&index).copied().map_or(color, solid),
            Color::Rgb(..) => color,
        };
        Style {
            fg: of(style.fg, self.special[0]),
            bg: of(style.bg, self.special[1]),
            underline_color: of(style.underline_color, None),
            ..style
        }
    }

    /// The colour scheme as DSR 996 tells it: 1 dark, 2 light.
    pub fn scheme(&self) -> u8 {
        let (r, g, b) = self.told(1);
        let brightness = u32::from(r) * 3 + u32::from(g) * 6 + u32::from(b);
        if brightness < 128 * 10 { 1 } else { 2 }
    }

    /// The commands that set what was set, on a fresh screen.
    pub fn commands(&self) -> String {
        let indexed = self
            .indexed
            .iter()
            .map(|(at, rgb)| format!("4;{at};{}", spec(*rgb)));
        let special = (10..).zip(self.special);
        let special = special.filter_map(|(code, rgb)| Some(format!("{code};{}", spec(rgb?))));
        indexed
            .chain(special)
            .map(|one| format!("\x1b]{one}\x07"))
            .collect()
    }

    /// An operating system command that may be about colours. Questions in it are answered through
    /// `answer`: what was asked, and the colour as it is written.
    pub fn osc(&mut self, body: &str, mut answer: impl FnMut(&str, &str)) -> Change {
        let mut parts = body.split(';');
        let before = (self.indexed.clone(), self.special);
        match parts.next() {
            Some("4") => self.set_indexed(parts, &mut answer),
            Some(first @ ("10" | "11" | "12")) => {
                let first = first.parse().unwrap_or(10) - 10;
                for (at, what) in (first..3).zip(parts) {
                    match (what, parse(what)) {
                        ("?", _) => answer(&(at + 10).to_string(), &spec(self.told(at))),
                        (_, Some(rgb)) => self.special[at] = Some(rgb),
                        (_, None) => {}
                    }
                }
            }
            Some("104") => {
                let indices: Vec<u8> = parts.clone().filter_map(|part| part.parse().ok()).collect();
                match parts.all(str::is_empty) {
                    true => self.indexed.clear(),
                    false => self.indexed.retain(|at, _| !indices.contains(at)),
                }
            }
            Some("110") => self.special[0] = None,
            Some("111") => self.special[1] = None,
            Some("112") => self.special[2] = None,
            _ => return Change::None,
        }
        if before == (self.indexed.clone(), self.special) {
            Change::None
        } else {
            Change::Some
        }
    }

    fn set_indexed<'a>(
        &mut self,
        mut parts: impl Iterator<Item = &'a str>,
        answer: &mut impl FnMut(&str, &str),
    ) {
        while let (Some(index), Some(what)) = (parts.next(), parts.next()) {
            let Ok(index) = index.parse::<u8>() else {
                continue;
            };
            match (what, parse(what)) {
                ("?", _) => {
                    let set = self.indexed.get(&index).copied();
                    let told = set.unwrap_or_else(|| self.ground.indexed(index));
                    answer(&format!("4;{index}"), &spec(told));
                }
                (_, Some(rgb)) => drop(self.indexed.insert(index, rgb)),
                (_, None) => {}
            }
        }
    }

    fn told(&self, at: usize) -> Rgb {
        let ground = [
            self.ground.foreground,
            self.ground.background,
            self.ground.cursor,
        ];
        self.special[at].unwrap_or(ground[at])
    }
}

fn solid((r, g, b): Rgb) -> Color {
    Color::Rgb(r, g, b)
}

/// A colour as a terminal writes it.
fn spec((r, g, b): Rgb) -> String {
    format!("rgb:{r:02x}{r:02x}/{g:02x}{g:02x}/{b:02x}{b:02x}")
}

/// A colour as a program may write it: `rgb:` with one to four digits each, or `#` with as many.
fn parse(spec: &str) -> Option<Rgb> {
    let parts: Vec<&str> = match (spec.strip_prefix("rgb:"), spec.strip_prefix('#')) {
        (Some(parts), _) => parts.split('/').collect(),
        (None, Some(digits))
            if digits.is_ascii() && digits.len() % 3 == 0 && !digits.is_empty() =>
        {
            let third = digits.len() / 3;
            vec![
                &digits[..third],
                &digits[third..2 * third],
                &digits[2 * third..],
            ]
        }
        (None, _) => return None,
    };
    let [r, g, b] = parts[..] else {
        return None;
    };
    Some((channel(r)?, channel(g)?, channel(b)?))
}

/// One to four hexadecimal digits, scaled to a byte.
fn channel(digits: &str) -> Option<u8> {
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| fits)?;
    let most = (1u32 << (4 * digits.len())) - 1;
    u8::try_from((value * 255 + most / 2) / most).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn colours_are_read_in_every_length_and_nothing_else_is() {
        for (spec, rgb) in [
            ("rgb:f/8/0", (255, 136, 0)),
            ("rgb:ff/80/00", (255, 128, 0)),
            ("rgb:ffff/8080/0000", (255, 128, 0)),
            ("rgb:fff/800/000", (255, 128, 0)),
            ("#f80", (255, 136, 0)),
            ("#ff8000", (255, 128, 0)),
            ("#ffff80800000", (255, 128, 0)),
        ] {
            assert_eq!(parse(spec), Some(rgb), "{spec}");
        }
        for wrong in [
            "",
            "#",
            "#ff",
            "#ff80000",
            "rgb:",
            "rgb:1/2",
            "rgb:1/2/3/4",
            "rgb:+1/2/3",
            "rgb:12345/1/1",
            "red",
            "#é0",
            "rgb:é/1/1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_was_set_is_written_as_it_can_be_read() {
        let mut colours = Colours::default();
        let silent = |_: &str, _: &str| panic!("nothing was asked");
        assert_eq!(
            colours.osc("4;1;#010203;200;rgb:a/b/c", silent),
            Change::Some
        );
        assert_eq!(colours.osc("11;#102030", silent), Change::Some);
        assert_eq!(colours.osc("11;#102030", silent), Change::None);
        let mut again = Colours::default();
        for command in colours
            .commands()
            .split('\x07')
            .filter(|one| !one.is_empty())
        {
            again.osc(command.strip_prefix("\x1b]").unwrap(), silent);
        }
        assert_eq!(
            (again.indexed, again.special),
            (colours.indexed, colours.special)
        );
    }
}
