//! The pen after a sequence that changes it: the numbers that every program uses, and none that may mean
//! something else to the engine.

use super::super::cell::{Attrs, Color, Style, Underline};

/// The longest sequence, in bytes from its first number on.
const LONGEST: usize = 64;
/// The most numbers of one sequence.
const MOST: usize = 16;

/// The pen after the `ESC [ … m` that begins at `at`, and where that ends. None where it is no such sequence, or one
/// of its numbers is not known.
pub(super) fn repen(bytes: &[u8], at: usize, pen: Style) -> Option<(Style, usize)> {
    let rest = bytes[at + 1..].strip_prefix(b"[")?;
    for plain in [b"m".as_slice(), b"0m"] {
        if rest.starts_with(plain) {
            return Some((Style::default(), at + 2 + plain.len()));
        }
    }
    let mut numbers = [0; MOST];
    let (mut count, mut number) = (0, 0_u16);
    for (length, byte) in rest.iter().take(LONGEST).enumerate() {
        match byte {
            b'0'..=b'9' => {
                number = number * 10 + u16::from(byte - b'0');
                if number > 255 {
                    return None;
                }
            }
            b';' | b'm' => {
                *numbers.get_mut(count)? = number as u8;
                (count, number) = (count + 1, 0);
                if *byte == b'm' {
                    return Some((after(&numbers[..count], pen)?, at + 2 + length + 1));
                }
            }
            _ => return None,
        }
    }
    None
}

/// The pen after these numbers.
fn after(numbers: &[u8], mut pen: Style) -> Option<Style> {
    let mut numbers = numbers.iter().copied();
    while let Some(one) = numbers.next() {
        match one {
            0 => pen = Style::default(),
            1..=3 | 5 | 7..=9 => pen.attrs = pen.attrs.with(attribute(one)),
            4 => pen.underline = Underline::Single,
            22 => pen.attrs = pen.attrs.without(Attrs::BOLD.with(Attrs::DIM)),
            24 => pen.underline = Underline::None,
            23 | 25 | 27..=29 => pen.attrs = pen.attrs.without(attribute(one - 20)),
            30..=37 => pen.fg = Color::Indexed(one - 30),
            38 => pen.fg = colour(&mut numbers)?,
            39 => pen.fg = Color::Default,
            40..=47 => pen.bg = Color::Indexed(one - 40),
            48 => pen.bg = colour(&mut numbers)?,
            49 => pen.bg = Color::Default,
            90..=97 => pen.fg = Color::Indexed(one - 90 + 8),
            100..=107 => pen.bg = Color::Indexed(one - 100 + 8),
            _ => return None,
        }
    }
    Some(pen)
}

/// The attribute that this number sets.
fn attribute(number: u8) -> Attrs {
    match number {
        1 => Attrs::BOLD,
        2 => Attrs::DIM,
        3 => Attrs::ITALIC,
        5 => Attrs::BLINK,
        7 => Attrs::REVERSE,
        8 => Attrs::HIDDEN,
        9 => Attrs::STRIKE,
        _ => Attrs::NONE,
    }
}

/// What follows 38 or 48.
fn colour(numbers: &mut impl Iterator<Item = u8>) -> Option<Color> {
    match numbers.next()? {
        5 => Some(Color::Indexed(numbers.next()?)),
        2 => Some(Color::Rgb(
            numbers.next()?,
            numbers.next()?,
            numbers.next()?,
        )),
        _ => None,
    }
}
