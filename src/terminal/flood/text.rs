//! Text that takes one column a character, whatever stands beside it.

use super::super::utf8::{Decoded, decode};

/// How many bytes of printable ASCII there are at the start.
pub(super) fn printable(bytes: &[u8]) -> usize {
    const TOGETHER: usize = 16;
    let is = |byte: u8| byte.wrapping_sub(b' ') < 0x5f;
    // A fold without an early end: the compiler makes one comparison of it.
    let all = |chunk: &&[u8]| chunk.iter().fold(true, |all, byte| all & is(*byte));
    let whole = bytes.chunks_exact(TOGETHER).take_while(all).count() * TOGETHER;
    let more = bytes[whole..].iter().take_while(|byte| is(**byte));
    whole + more.count()
}

/// The character at the start of `bytes`, which begins beyond ASCII, and its length; None where it may take more than
/// one column, or another character with it.
pub(super) fn narrow(bytes: &[u8]) -> Option<(char, usize)> {
    match decode(bytes) {
        Decoded::Char(c, length) if is_narrow(c) => Some((c, length)),
        Decoded::Char(..) | Decoded::Invalid(_) | Decoded::Short => None,
    }
}

/// Characters that take one column, whatever stands beside them.
pub(super) fn is_narrow(c: char) -> bool {
    matches!(c,
        '\u{a0}'..='\u{a8}' | '\u{aa}'..='\u{ac}' | '\u{af}'..='\u{24f}'
        | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{2193}' | '\u{2500}'..='\u{259f}' | '\u{2713}')
}
