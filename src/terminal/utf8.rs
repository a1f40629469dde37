//! Reads one character of UTF-8 that may be cut off or wrong.

/// What stands at the start of some bytes.
pub(super) enum Decoded {
    /// A character and its length.
    Char(char, usize),
    /// So many bytes that are no character.
    Invalid(usize),
    /// A character whose end is not there yet.
    Short,
}

/// The character at the start of `text`, which begins beyond ASCII.
pub(super) fn decode(text: &[u8]) -> Decoded {
    let len = char_len(text[0]);
    let follows = |at: usize| {
        text.get(at)
            .copied()
            .filter(|b| b & 0xc0 == 0x80)
            .map(|b| u32::from(b & 0x3f))
    };
    let mut code = u32::from(text[0]) & (0x7f >> len);
    for at in 1..len {
        match follows(at) {
            Some(bits) => code = code << 6 | bits,
            None if at == text.len() => return Decoded::Short,
            None => return Decoded::Invalid(at),
        }
    }
    match char::from_u32(code) {
        Some(c) if len > 1 && c.len_utf8() == len => Decoded::Char(c, len),
        _ => Decoded::Invalid(len),
    }
}

/// The length of the character that begins with this byte.
pub(super) fn char_len(lead: u8) -> usize {
    match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}

/// The largest place up to `at` where no character is cut in two.
pub(super) fn floor(text: &[u8], at: usize) -> usize {
    let within = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at)
        .rev()
        .find(|at| !within(*at))
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_character_is_read_as_the_standard_library_reads_it() {
        for c in ('\u{80}'..=char::MAX).step_by(7) {
            let text = c.to_string();
            assert!(
                matches!(decode(text.as_bytes()), Decoded::Char(read, len) if read == c && len == text.len())
            );
            let cut = &text.as_bytes()[..text.len() - 1];
            assert!(matches!(decode(cut), Decoded::Short), "{c:?}");
        }
    }

    #[test]
    fn wrong_bytes_are_no_character() {
        for wrong in [
            b"\x80".as_slice(),
            b"\xff",
            b"\xc0\x80",
            b"\xc3A",
            b"\xe0\x80\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
        ] {
            assert!(matches!(decode(wrong), Decoded::Invalid(_)), "{wrong:?}");
        }
    }
}
