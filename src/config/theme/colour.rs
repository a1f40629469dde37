//! Colour arithmetic: names and notation, contrast, and the nearest colour of a smaller set.

use super::{ColourDepth, Tint};

/// The sixteen, by the name that themes write. How they look is the terminal's affair.
pub(super) const ANSI: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// What xterm shows for the sixteen: what distances are measured with.
const ANSI_RGB: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The steps of the 6x6x6 cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Below this distance between the largest and the smallest part, a colour is a grey.
const GREY: u8 = 48;

/// Reads `default`, an ANSI name, or `#rrggbb`.
pub(super) fn read(text: &str) -> Option<Tint> {
    if text == "default" {
        return Some(Tint::Default);
    }
    if let Some(at) = ANSI.iter().position(|name| *name == text) {
        return Some(Tint::Ansi(u8::try_from(at).ok()?));
    }
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|one| one.is_ascii_hexdigit()) {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some(Tint::Rgb(part(0)?, part(2)?, part(4)?))
}

/// Red, green and blue, as xterm shows them; `None` where only the terminal knows.
pub(super) fn rgb(tint: Tint) -> Option<[u8; 3]> {
    match tint {
        Tint::Default => None,
        Tint::Rgb(r, g, b) => Some([r, g, b]),
        Tint::Ansi(at) => ANSI_RGB.get(usize::from(at)).copied(),
        Tint::Indexed(at @ 0..16) => Some(ANSI_RGB[usize::from(at)]),
        Tint::Indexed(at @ 16..232) => {
            let at = usize::from(at - 16);
            Some([CUBE[at / 36], CUBE[at / 6 % 6], CUBE[at % 6]])
        }
        Tint::Indexed(at) => Some([8 + (at - 232) * 10; 3]),
    }
}

/// The contrast of two colours after WCAG 2, 1 to 21; `None` where the terminal's own is one of them.
pub fn contrast(one: Tint, other: Tint) -> Option<f64> {
    let (one, other) = (luminance(rgb(one)?), luminance(rgb(other)?));
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// The nearest colour that the terminal can show.
pub(super) fn reduce(tint: Tint, depth: ColourDepth) -> Tint {
    match (depth, tint) {
        (ColourDepth::None, _) => Tint::Default,
        (ColourDepth::True, _)
        | (_, Tint::Default | Tint::Ansi(_))
        | (ColourDepth::Indexed256, Tint::Indexed(_)) => tint,
        (ColourDepth::Ansi16, Tint::Indexed(at @ 0..16)) => Tint::Ansi(at),
        (ColourDepth::Indexed256, Tint::Rgb(r, g, b)) => nearest_of_256([r, g, b]),
        (ColourDepth::Ansi16, Tint::Rgb(..) | Tint::Indexed(_)) => {
            rgb(tint).map_or(tint, nearest_of_16)
        }
    }
}

/// Relative luminance, 0 to 1.
fn luminance(parts: [u8; 3]) -> f64 {
    let linear = parts.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// Lightness as the eye has it (CIE L*), 0 to 100.
fn lightness(parts: [u8; 3]) -> f64 {
    let light = luminance(parts);
    if light <= 0.008_856 {
        light * 903.3
    } else {
        116.0 * light.cbrt() - 16.0
    }
}

/// The cube and the greys; not the first sixteen, which look different everywhere.
fn nearest_of_256(parts: [u8; 3]) -> Tint {
    (16..=255)
        .map(Tint::Indexed)
        .min_by_key(|tint| rgb(*tint).map_or(u32::MAX, |other| distance(parts, other)))
        .unwrap_or(Tint::Default)
}

/// By hue, so that an amber stays yellow; greys by lightness. A pastel is nearer to white in numbers
/// than to any of the six hues, but not in meaning.
fn nearest_of_16(parts: [u8; 3]) -> Tint {
    let [r, g, b] = parts;
    let most = r.max(g).max(b);
    let least = r.min(g).min(b);
    let light = lightness(parts);
    if most - least < GREY {
        return Tint::Ansi(match light {
            ..22.0 => 0,
            ..60.0 => 8,
            ..88.0 => 7,
            _ => 15,
        });
    }
    let bright = if light > 62.0 { 8 } else { 0 };
    Tint::Ansi(hue(parts) + bright)
}

/// The nearest of the six hues, 1-6.
fn hue([r, g, b]: [u8; 3]) -> u8 {
    let [r, g, b] = [r, g, b].map(f64::from);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let span = most - least;
    let degrees = if most == r {
        60.0 * ((g - b) / span).rem_euclid(6.0)
    } else if most == g {
        60.0 * ((b - r) / span + 2.0)
    } else {
        60.0 * ((r - g) / span + 4.0)
    };
    match degrees {
        ..15.0 => 1,
        ..75.0 => 3,
        ..160.0 => 2,
        ..200.0 => 6,
        ..260.0 => 4,
        ..340.0 => 5,
        _ => 1,
    }
}

/// Squared, weighted as the eye weighs them.
fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let part = |at: usize| u32::from(one[at].abs_diff(other[at])).pow(2);
    2 * part(0) + 4 * part(1) + 3 * part(2)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_colour_is_a_name_or_six_hex_digits() {
        assert_eq!(read("#14181f"), Some(Tint::Rgb(0x14, 0x18, 0x1f)));
        assert_eq!(read("bright-red"), Some(Tint::Ansi(9)));
        assert_eq!(read("default"), Some(Tint::Default));
        for wrong in ["rde", "#14181", "#14181g", "14181f", "#é181f", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn black_on_white_has_the_greatest_contrast_there_is() {
        let most = contrast(Tint::Rgb(0, 0, 0), Tint::Rgb(255, 255, 255)).unwrap();
        assert!((most - 21.0).abs() < 0.01, "{most}");
        assert_eq!(contrast(Tint::Default, Tint::Ansi(1)), None);
    }

    #[test]
    fn an_amber_stays_yellow_and_a_night_blue_stays_black_in_sixteen_colours() {
        let of = |text| reduce(read(text).unwrap(), ColourDepth::Ansi16);
        assert_eq!(of("#ffb454"), Tint::Ansi(11));
        assert_eq!(of("#14181f"), Tint::Ansi(0));
        assert_eq!(of("#f38ba8"), Tint::Ansi(9));
        assert_eq!(of("#fdf6e3"), Tint::Ansi(15));
    }

    #[test]
    fn every_one_of_the_256_is_nearest_to_itself_or_its_twin() {
        for at in 16..=255 {
            let own = rgb(Tint::Indexed(at)).unwrap();
            assert_eq!(rgb(nearest_of_256(own)), Some(own));
        }
    }
}
