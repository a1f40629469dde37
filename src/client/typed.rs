//! Cuts what a person's terminal sends into whole pieces: characters, sequences, pastes. A sequence that comes in
//! parts, as over a slow line, is one piece: never the keys that its bytes would be by themselves, which an agent would
//! be sent. Pure: time is an argument. What a piece means is `translate`'s.

use std::ops::Range;
use std::time::{Duration, Instant};

/// How long an escape waits for the rest of a sequence, where the person said nothing else. Only where it stands alone
/// it is the key of that name; terminals that know the kitty protocol send that one as a sequence, too.
pub const ESCAPE: Duration = Duration::from_millis(50);

/// How long the rest of a sequence or a paste that did begin is waited for, in silence. Without it the whole of it is
/// dropped.
const REST: Duration = Duration::from_secs(5);

/// How long what comes of a paste that was dropped is dropped too: it would be typed, and run.
const TORN: Duration = Duration::from_secs(30);

/// The longest sequence, in bytes. A longer one is dropped.
const LONGEST: usize = 4 * 1024;

/// The longest paste that is taken, in bytes: a pane takes no more at once from one who types. Of a longer one only
/// its length is kept.
pub const PASTE: usize = 1_000_000;

const ESC: u8 = 0x1b;
/// How a sequence begins that is no key's.
const NO_KEY: &[u8] = b"\x1b[?";
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// What a terminal sent, as far as it did not become pieces.
#[derive(Debug)]
pub struct Typed {
    held: Vec<u8>,
    /// Up to where it is taken.
    taken: usize,
    pasting: Option<Pasting>,
    /// When the last of it came.
    came: Option<Instant>,
    escape: Duration,
}

/// A paste whose end has not come.
#[derive(Debug, Default)]
struct Pasting {
    bytes: Vec<u8>,
    length: usize,
    /// Since when it is dropped.
    torn: Option<Instant>,
}

/// One whole thing that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A character, a control, or a sequence, whole.
    Key(Vec<u8>),
    /// A text that was pasted.
    Paste(String),
    /// A text of so many bytes that was pasted and is too long to be taken.
    TooLong(usize),
    /// So many bytes of a paste came, and never its end.
    Torn(usize),
}

/// What stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// So many bytes that belong together.
    Whole(usize),
    /// So many bytes that mean nothing.
    Nothing(usize),
    /// The rest is still to come. Where it does not come in time, so many of them stand alone.
    Alone(usize),
    /// The rest is still to come. Where it does not come in time, all of it means nothing.
    Part,
}

impl Typed {
    /// Nothing yet. `escape` is how long one waits for what may follow it; usually [`ESCAPE`].
    pub fn new(escape: Duration) -> Self {
        Self {
            held: Vec::new(),
            taken: 0,
            pasting: None,
            came: None,
            escape,
        }
    }

    /// How long an escape waits for what follows, from now on.
    pub fn wait_for_escape(&mut self, escape: Duration) {
        self.escape = escape;
    }

    /// Bytes came.
    pub fn push(&mut self, bytes: &[u8], now: Instant) {
        self.held.drain(..self.taken);
        self.taken = 0;
        self.held.extend_from_slice(bytes);
        self.came = Some(now);
    }

    /// The next piece; none until more comes, or it is [due](Self::due).
    pub fn take(&mut self, now: Instant) -> Option<Piece> {
        loop {
            if self.pasting.is_some() {
                match self.paste(now) {
                    Pasted::Piece(piece) => return Some(piece),
                    Pasted::Part => return None,
                    Pasted::Dropped => continue,
                }
            }
            let rest = self.held.get(self.taken..)?;
            let waited = self
                .came
                .map_or(REST, |came| now.saturating_duration_since(came));
            let (piece, length) = match cut(rest)? {
                Cut::Whole(length) => (true, length),
                Cut::Nothing(length) => (false, length),
                Cut::Alone(length) if waited >= self.escape => (true, length),
                Cut::Part if waited >= REST => (false, rest.len()),
                Cut::Part if rest.len() > LONGEST => {
                    // it goes on until its end comes, and is no key
                    (self.held, self.taken) = (NO_KEY.to_vec(), 0);
                    return None;
                }
                Cut::Alone(_) | Cut::Part => return None,
            };
            let bytes = self.advance(length);
            let bytes = self.held.get(bytes).unwrap_or_default();
            if bytes == PASTE_BEGINS {
                self.pasting = Some(Pasting::default());
            } else if piece {
                return Some(Piece::Key(bytes.to_vec()));
            }
        }
    }

    /// When there may be a piece, or what waits is dropped, though nothing comes; none where nothing waits.
    pub fn due(&self) -> Option<Instant> {
        if let Some(pasting) = &self.pasting {
            return match pasting.torn {
                Some(torn) => Some(torn + TORN),
                None => self.came.map(|came| came + REST),
            };
        }
        let patience = match self.held.get(self.taken..).and_then(cut)? {
            Cut::Alone(_) => self.escape,
            Cut::Part => REST,
            Cut::Whole(_) | Cut::Nothing(_) => return None,
        };
        self.came.map(|came| came + patience)
    }

    fn advance(&mut self, by: usize) -> Range<usize> {
        let from = self.taken;
        self.taken = self.held.len().min(from + by);
        from..self.taken
    }

    /// Takes what came of a paste; it whole, where its end came.
    fn paste(&mut self, now: Instant) -> Pasted {
        let Some(pasting) = self.pasting.as_mut() else {
            return Pasted::Part;
        };
        let rest = self.held.get(self.taken..).unwrap_or_default();
        let end = memchr::memmem::find(rest, PASTE_ENDS);
        let length = end.unwrap_or_else(|| {
            // its last bytes may be the beginning of the end
            let begins = |length: &usize| {
                PASTE_ENDS
                    .get(..*length)
                    .is_some_and(|it| rest.ends_with(it))
            };
            rest.len() - (1..PASTE_ENDS.len()).rev().find(begins).unwrap_or(0)
        });
        pasting.add(rest.get(..length).unwrap_or_default());
        self.taken += length;
        if end.is_some() {
            self.taken += PASTE_ENDS.len();
            let ended = self.pasting.take().and_then(Pasting::whole);
            return ended.map_or(Pasted::Dropped, Pasted::Piece);
        }
        match pasting.torn {
            Some(torn) if now >= torn + TORN => {
                (self.pasting, self.taken) = (None, self.held.len());
                Pasted::Dropped
            }
            None if self.came.is_none_or(|came| now >= came + REST) => {
                pasting.torn = Some(now);
                Pasted::Piece(Piece::Torn(pasting.length))
            }
            Some(_) | None => Pasted::Part,
        }
    }
}

/// What there is of a paste.
enum Pasted {
    /// All of it, or a word about it.
    Piece(Piece),
    /// The rest is still to come.
    Part,
    /// It was dropped before.
    Dropped,
}

impl Pasting {
    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        match (self.length, self.torn) {
            (..=PASTE, None) => self.bytes.extend_from_slice(bytes),
            _ => self.bytes = Vec::new(),
        }
    }

    /// What came, at its end; nothing, where it was dropped.
    fn whole(self) -> Option<Piece> {
        if self.torn.is_some() {
            return None;
        }
        let text = String::from_utf8_lossy(&self.bytes);
        Some(match self.length.max(text.len()) {
            ..=PASTE => Piece::Paste(text.into_owned()),
            _ => Piece::TooLong(self.length),
        })
    }
}

/// What these bytes begin with; none where there are none.
fn cut(bytes: &[u8]) -> Option<Cut> {
    Some(match bytes {
        [] => return None,
        // one that stands alone, twice: or the beginning of a key with alt
        [ESC] | [ESC, ESC] => Cut::Alone(1),
        [ESC, ESC, b'[' | b'O', ..] => match sequence(bytes.get(1..)?) {
            Cut::Whole(length) if is_key(bytes.get(1..=length)?) => Cut::Whole(length + 1),
            Cut::Whole(_) | Cut::Nothing(_) => Cut::Whole(1),
            Cut::Alone(_) | Cut::Part => Cut::Alone(1),
        },
        [ESC, ESC, ..] => Cut::Whole(1),
        [ESC, b'[' | b'O', ..] => sequence(bytes),
        [ESC, rest @ ..] => match character(rest) {
            Cut::Whole(length) => Cut::Whole(length + 1),
            Cut::Nothing(length) => Cut::Nothing(length + 1),
            other => other,
        },
        _ => character(bytes),
    })
}

/// Whether a whole sequence is one of those that terminals send for a key and put an escape before where alt is held:
/// not the mouse, a paste or the focus, before which somebody pressed escape.
fn is_key(sequence: &[u8]) -> bool {
    match sequence {
        PASTE_BEGINS | PASTE_ENDS => false,
        [_, b'O', ..] => true,
        [_, _, b'M' | b'I' | b'O' | b'<', ..] => false,
        [.., end] => matches!(end, b'A'..=b'H' | b'P'..=b'S' | b'Z' | b'~'),
        [] => false,
    }
}

/// An escape and what introduces a sequence.
fn sequence(bytes: &[u8]) -> Cut {
    match bytes {
        // with alt, where nothing follows
        [_, _] => Cut::Alone(2),
        // with the number of what is held, as some terminals have it
        [_, b'O', rest @ ..] => match rest.iter().position(|byte| !matches!(byte, b'0'..=b';')) {
            None => Cut::Part,
            Some(at) if matches!(rest.get(at), Some(0x20..=0x7e)) => Cut::Whole(2 + at + 1),
            Some(at) => Cut::Nothing(2 + at),
        },
        // the mouse as it was told before numbers were: three more bytes, of any kind
        [_, _, b'M', rest @ ..] => whole(3 + 3, 3 + rest.len()),
        // the function keys of a Linux console
        [_, _, b'[', rest @ ..] => whole(3 + 1, 3 + rest.len()),
        [_, _, rest @ ..] => match rest.iter().position(|byte| !matches!(byte, 0x20..=0x3f)) {
            None => Cut::Part,
            Some(at) if matches!(rest.get(at), Some(0x40..=0x7e)) => Cut::Whole(2 + at + 1),
            Some(at) => Cut::Nothing(2 + at),
        },
        _ => Cut::Part,
    }
}

fn whole(length: usize, came: usize) -> Cut {
    match came >= length {
        true => Cut::Whole(length),
        false => Cut::Part,
    }
}

/// A control or a character.
fn character(bytes: &[u8]) -> Cut {
    let length = match bytes {
        [0..=0x7f, ..] => 1,
        [0xc2..=0xdf, ..] => 2,
        [0xe0..=0xef, ..] => 3,
        [0xf0..=0xf4, ..] => 4,
        _ => return Cut::Nothing(1),
    };
    let came = bytes.get(..length).unwrap_or(bytes);
    match std::str::from_utf8(came) {
        Ok(_) => Cut::Whole(length),
        Err(error) => match error.error_len() {
            Some(wrong) => Cut::Nothing(wrong),
            None => Cut::Part,
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::client::translate;
    use crate::terminal::{Key, KeyCode, Mods, encode_key};
    use crate::view::update::Input;
    use proptest::prelude::*;

    fn at_once(typed: &mut Typed, now: Instant) -> Vec<Piece> {
        std::iter::from_fn(|| typed.take(now)).collect()
    }

    fn said(inputs: &[Input]) -> Vec<String> {
        inputs.iter().map(|input| format!("{input:?}")).collect()
    }

    fn letter(one: char) -> Input {
        Input::Key(Key::plain(KeyCode::Char(one)))
    }

    fn key(bytes: &[u8]) -> Piece {
        Piece::Key(bytes.to_vec())
    }

    /// What comes of bytes that come in these parts, each so long after the one before, and of a long silence.
    fn typed(parts: &[&[u8]], between: Duration) -> Vec<Piece> {
        let (mut typed, mut now) = (Typed::new(ESCAPE), Instant::now());
        let mut pieces = Vec::new();
        for part in parts {
            now += between;
            pieces.extend(at_once(&mut typed, now));
            typed.push(part, now);
            pieces.extend(at_once(&mut typed, now));
        }
        while let Some(due) = typed.due() {
            pieces.extend(at_once(&mut typed, due));
        }
        pieces
    }

    #[test]
    fn an_arrow_that_a_slow_line_brings_in_parts_is_an_arrow() {
        let soon = ESCAPE - Duration::from_millis(1);
        for parts in [
            &[&b"\x1b"[..], b"[", b"A"][..],
            &[b"\x1b[", b"A"],
            &[b"\x1b", b"[A"],
        ] {
            assert_eq!(typed(parts, soon), [key(b"\x1b[A")]);
        }
        let mouse: [&[u8]; 3] = [b"\x1b", b"[<0;1", b"2;7M"];
        assert_eq!(typed(&mouse, soon), [key(b"\x1b[<0;12;7M")]);
        let letter: [&[u8]; 2] = [b"\xce", b"\xb1x"];
        assert_eq!(typed(&letter, soon), [key("α".as_bytes()), key(b"x")]);
    }

    #[test]
    fn an_escape_that_stands_alone_is_the_key_of_that_name_after_a_moment() {
        let (mut typed, now) = (Typed::new(ESCAPE), Instant::now());
        typed.push(b"\x1b", now);
        assert_eq!(at_once(&mut typed, now), []);
        assert_eq!(typed.due(), Some(now + ESCAPE));
        assert_eq!(at_once(&mut typed, now + ESCAPE), [key(b"\x1b")]);
        assert_eq!(typed.due(), None);
    }

    #[test]
    fn a_function_key_with_shift_is_one_however_the_terminal_says_it() {
        let shifted = Key::new(KeyCode::F(1), Mods::SHIFT);
        for bytes in ["\x1bO2P", "\x1b[1;2P"] {
            let pieces = typed(&[bytes.as_bytes()], Duration::ZERO);
            let inputs: Vec<Input> = pieces.into_iter().filter_map(translate::piece).collect();
            assert_eq!(said(&inputs), said(&[Input::Key(shifted)]));
        }
    }

    #[test]
    fn two_escapes_are_two_keys_and_before_a_sequence_they_are_alt() {
        assert_eq!(
            typed(&[b"\x1b\x1b"], Duration::ZERO),
            [key(b"\x1b"), key(b"\x1b")]
        );
        assert_eq!(
            typed(&[b"\x1b", b"\x1b[A"], Duration::ZERO),
            [key(b"\x1b\x1b[A")]
        );
        assert_eq!(
            typed(&[b"\x1b", b"\x1b[A"], ESCAPE),
            [key(b"\x1b"), key(b"\x1b[A")]
        );
    }

    #[test]
    fn an_escape_before_a_paste_the_mouse_or_the_focus_is_a_key_of_its_own() {
        let pasted = Piece::Paste("rm\r".to_owned());
        for between in [Duration::ZERO, ESCAPE / 2] {
            let parts: [&[u8]; 3] = [b"\x1b", b"\x1b[200~rm", b"\r\x1b[201~"];
            assert_eq!(typed(&parts, between), [key(b"\x1b"), pasted.clone()]);
            for other in ["\x1b[<0;1;1M", "\x1b[M !!", "\x1b[I", "\x1b[O"] {
                let pieces = [key(b"\x1b"), key(other.as_bytes())];
                assert_eq!(typed(&[b"\x1b", other.as_bytes()], between), pieces);
            }
        }
    }

    #[test]
    fn what_is_no_key_and_what_never_ends_is_not_typed() {
        // an answer that nobody asked for, a number above what there is, a broken character, an end that never comes
        let parts: [&[u8]; 5] = [b"\x1b[?62;1c", b"\x1b[999~", b"\xff\xc3(", b"\x1b[12", b""];
        let pieces = typed(&parts, Duration::ZERO);
        let inputs: Vec<Input> = pieces.into_iter().filter_map(translate::piece).collect();
        assert_eq!(said(&inputs), said(&[letter('(')]));
        // a new sequence ends the one before
        assert_eq!(typed(&[b"\x1b[12\x1b[A"], Duration::ZERO), [key(b"\x1b[A")]);
    }

    #[test]
    fn a_sequence_longer_than_any_key_is_dropped_and_holds_no_memory() {
        let (mut typed, now) = (Typed::new(ESCAPE), Instant::now());
        typed.push(b"\x1b[", now);
        for _ in 0..1_000 {
            typed.push(&[b'1'; 4_096], now);
            assert_eq!(typed.take(now), None);
            assert!(typed.held.len() <= LONGEST + 4_096);
        }
        typed.push(b"Ax", now);
        let pieces = at_once(&mut typed, now).into_iter();
        let inputs: Vec<Input> = pieces.filter_map(translate::piece).collect();
        assert_eq!(said(&inputs), said(&[letter('x')]));
    }

    #[test]
    fn a_paste_is_one_text_and_one_that_no_agent_could_take_is_refused_whole() {
        let parts: [&[u8]; 4] = [b"a\x1b[200~one\r", b"two\x1b[20", b"0~\x1b[2", b"01~b"];
        let text = "one\rtwo\x1b[200~".to_owned();
        let pieces = [key(b"a"), Piece::Paste(text), key(b"b")];
        assert_eq!(typed(&parts, Duration::ZERO), pieces);
        let fits = [PASTE_BEGINS, &vec![b'x'; PASTE], PASTE_ENDS].concat();
        assert_eq!(
            typed(&[&fits], Duration::ZERO),
            [Piece::Paste("x".repeat(PASTE))]
        );
        let above = [PASTE_BEGINS, &vec![b'x'; PASTE + 1], PASTE_ENDS].concat();
        assert_eq!(
            typed(&[&above], Duration::ZERO),
            [Piece::TooLong(PASTE + 1)]
        );
        let said = translate::piece(Piece::TooLong(PASTE + 1)).unwrap();
        assert!(matches!(said, Input::Notice(_, said) if said.starts_with("nothing was pasted")));
    }

    #[test]
    fn a_paste_whose_end_comes_too_late_or_never_is_not_typed() {
        let torn = [Piece::Torn(9), key(b"x")];
        let late: [&[u8]; 3] = [b"\x1b[200~rm -rf /\r", b"rm -rf .\r\x1b[20", b"1~x"];
        assert_eq!(typed(&late, REST), torn);
        let never: [&[u8]; 3] = [b"\x1b[200~rm -rf /\r", b"", b"x"];
        assert_eq!(typed(&never, REST + TORN), torn);
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            any::<char>()
                .prop_filter("printable", |one| !one.is_control())
                .prop_map(KeyCode::Char),
            prop::sample::select(vec![
                KeyCode::Enter,
                KeyCode::Tab,
                KeyCode::Backspace,
                KeyCode::Up,
                KeyCode::Down,
                KeyCode::Home,
                KeyCode::End,
                KeyCode::PageUp,
                KeyCode::Insert,
                KeyCode::Delete,
                KeyCode::F(1),
                KeyCode::F(12),
            ]),
        ];
        // with alt these two are what sequences begin with
        let introduces = |key: &Key| matches!(key.code, KeyCode::Char('[' | 'O'));
        (code, prop::sample::select(vec![Mods::NONE, Mods::ALT]))
            .prop_map(|(code, mods)| Key::new(code, mods))
            .prop_filter("ambiguous", move |key| {
                key.mods == Mods::NONE || !introduces(key)
            })
    }

    proptest! {
        #[test]
        fn keys_are_the_same_wherever_their_bytes_are_parted(
            keys in prop::collection::vec(any_key(), 1..12),
            parts in prop::collection::vec(1_usize..5, 0..60),
        ) {
            let modes = crate::terminal::Modes::default();
            let bytes: Vec<u8> = keys.iter().flat_map(|key| encode_key(key, &modes)).collect();
            let whole = typed(&[&bytes], Duration::ZERO);
            let mut rest = &bytes[..];
            let mut cut = Vec::new();
            for part in parts {
                let (first, second) = rest.split_at(part.min(rest.len()));
                cut.push(first);
                rest = second;
            }
            cut.push(rest);
            prop_assert_eq!(typed(&cut, ESCAPE / 2), whole.clone());
            let read: Vec<Input> = whole.into_iter().filter_map(translate::piece).collect();
            let unshifted = |key: &Key| match key.code {
                KeyCode::Char(one) if one.is_uppercase() => Key::new(key.code, key.mods.with(Mods::SHIFT)),
                _ => *key,
            };
            let expected: Vec<Input> = keys.iter().map(|key| Input::Key(unshifted(key))).collect();
            prop_assert_eq!(said(&read), said(&expected));
        }

        #[test]
        fn nothing_that_a_terminal_may_send_breaks_the_window(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 0..20),
            noise in "(\\x1b[\\[\\]O<M0-9;:~umcABPR\\?>+]{0,9}){0,20}",
        ) {
            let mut parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            parts.push(noise.as_bytes());
            for piece in typed(&parts, Duration::from_millis(20)) {
                let _any = translate::piece(piece);
            }
        }
    }
}
