//! Bytes of a terminal to the inside of a JSON string, quickly: plain runs are copied as they are.
//! Writes no file.

/// What replaces bytes that are no text.
const REPLACEMENT: &str = "\u{fffd}";

/// Cuts bytes at the borders of characters; what is cut off waits for the next chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Utf8 {
    rest: [u8; 4],
    held: usize,
}

impl Utf8 {
    /// Appends bytes as the inside of a JSON string.
    pub fn escape(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len() + bytes.len() / 4 + 16);
        let mut bytes = self.complete(bytes, out);
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => return escape(text.as_bytes(), out),
                Err(why) => {
                    let (good, bad) = bytes.split_at(why.valid_up_to());
                    escape(good, out);
                    let Some(wrong) = why.error_len() else {
                        self.rest[..bad.len()].copy_from_slice(bad);
                        self.held = bad.len();
                        return;
                    };
                    out.extend_from_slice(REPLACEMENT.as_bytes());
                    bytes = &bad[wrong..];
                }
            }
        }
    }

    /// Finishes the character that the last chunk ended in, and gives the bytes after it.
    fn complete<'b>(&mut self, mut bytes: &'b [u8], out: &mut Vec<u8>) -> &'b [u8] {
        while self.held > 0 {
            let Some((&next, after)) = bytes.split_first() else {
                return bytes;
            };
            self.rest[self.held] = next;
            match std::str::from_utf8(&self.rest[..=self.held]) {
                Ok(text) => {
                    out.extend_from_slice(text.as_bytes());
                    self.held = 0;
                    bytes = after;
                }
                Err(why) if why.error_len().is_none() => {
                    self.held += 1;
                    bytes = after;
                }
                // the new byte does not belong to it: it is looked at again, for itself
                Err(_) => {
                    out.extend_from_slice(REPLACEMENT.as_bytes());
                    self.held = 0;
                }
            }
        }
        bytes
    }
}

/// Which bytes cannot stand in a JSON string as they are.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special[0x7f] = true;
    special
};

fn escape(text: &[u8], out: &mut Vec<u8>) {
    const TOGETHER: usize = 8;
    let mut rest = text;
    // All eight are copied, and what does not belong there is cut off again: that is one write and no call.
    while let Some((eight, after)) = rest.split_first_chunk::<TOGETHER>() {
        out.extend_from_slice(eight);
        let Some(at) = first_special(u64::from_le_bytes(*eight)) else {
            rest = after;
            continue;
        };
        out.truncate(out.len() - TOGETHER + at);
        push_special(eight[at], out);
        rest = &rest[at + 1..];
    }
    for &byte in rest {
        match SPECIAL[usize::from(byte)] {
            true => push_special(byte, out),
            false => out.push(byte),
        }
    }
}

/// Where the first of eight bytes is that cannot stand in a JSON string as it is. Subtracting finds bytes that are
/// too small; what it borrows can only mislead behind the first one.
fn first_special(eight: u64) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = ONES * 0x80;
    let below = |bytes: u64, bound: u64| bytes.wrapping_sub(ONES * bound) & !bytes & TOPS;
    let is = |byte: u8| below(eight ^ (ONES * u64::from(byte)), 1);
    let found = below(eight, 0x20) | is(b'"') | is(b'\\') | is(0x7f);
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

fn push_special(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        0x1b => out.extend_from_slice(b"\\u001b"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        _ => {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use proptest::prelude::*;

    use super::*;

    fn through(chunks: &[&[u8]]) -> String {
        let mut utf8 = Utf8::default();
        let mut all = String::new();
        for chunk in chunks {
            let mut out = b"\"".to_vec();
            utf8.escape(chunk, &mut out);
            out.push(b'"');
            all.push_str(&serde_json::from_slice::<String>(&out).unwrap());
        }
        all
    }

    #[test]
    fn a_character_split_between_chunks_comes_out_whole() {
        let text = "a é 日 🦀 \u{1b}[31m\"\\\u{7f}";
        for step in 1..5 {
            let chunks: Vec<&[u8]> = text.as_bytes().chunks(step).collect();
            assert_eq!(through(&chunks), text, "step {step}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_the_text_after_them_is_kept() {
        assert_eq!(through(&[b"a\xffb"]), "a\u{fffd}b");
        assert_eq!(through(&[b"\xe6\x97", b"ok"]), "\u{fffd}ok");
        assert_eq!(through(&[b"\xf0\x9f", b"\xe6", b"\x97\xa5"]), "\u{fffd}日");
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_and_their_chunks_the_text_is_the_same(bytes in prop::collection::vec(any::<u8>(), 0..200), step in 1_usize..9) {
            let chunks: Vec<&[u8]> = bytes.chunks(step).collect();
            let whole = String::from_utf8_lossy(&bytes);
            let split = through(&chunks);
            // an unfinished character at the very end is still held back
            prop_assert!(whole == split || whole.strip_suffix('\u{fffd}') == Some(&split), "{whole:?} {split:?}");
        }
    }
}
