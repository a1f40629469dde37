//! The scanner in front of the engine: one pass over the bytes that lets text and known sequences
//! through in as few pieces as possible, and keeps strings, numbers and marks within bounds.
//! It holds back only an unfinished sequence or character, never plain text.

mod bounds;
mod resume;
mod sink;

pub use bounds::{Limits, URI_BYTES};
pub(super) use sink::{Sink, Terminator, Wrote};

use super::cell::Size;
use super::csi::{Csi, SEQUENCE, Verdict, is_plain, whole_csi};
use super::flood::overpaint;
use super::marks::{Admit, Marks};
use super::strings::{Kind, StringBuffer};
use super::utf8::{Decoded, char_len, decode};
use memchr::memchr;

const ESC: u8 = 0x1b;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
/// After what is no paint, so many bytes go by before the next look for some.
const STRETCH: usize = 4 << 10;

/// The scanner's place in the stream.
#[derive(Debug)]
pub(super) struct Scanner {
    state: State,
    held: Vec<u8>,
    string: StringBuffer,
    marks: Marks,
    /// The scroll region that was asked for, from 1, both included.
    margins: Option<(u16, u16)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Text. `held` may have the start of a character.
    Ground,
    /// After ESC. `held` has the intermediates.
    Escape,
    /// In a control sequence. `held` has what follows `ESC [`.
    Csi,
    /// In a control sequence that is too long.
    Swallow,
    /// In a string.
    Text(Kind),
    /// After ESC in a string.
    TextEscape(Kind),
}

/// How far the bytes at hand were looked through for paint, so that none is looked at twice.
struct Look {
    /// From here on they were not.
    from: usize,
    /// Where some may begin.
    paint: usize,
}

/// What went by without being scanned.
enum Gone {
    /// Everything up to here.
    To(usize),
    /// Nothing; something may, from here on.
    Not { until: usize },
}

impl Scanner {
    pub fn new(limits: &Limits) -> Self {
        Scanner {
            state: State::Ground,
            held: Vec::new(),
            string: StringBuffer::new(limits),
            marks: Marks::default(),
            margins: None,
        }
    }

    /// The bytes held back now.
    pub fn held(&self) -> usize {
        self.held.capacity() + self.string.held()
    }

    /// Goes over the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8], size: Size, sink: &mut impl Sink) {
        let mut at = 0;
        let mut look = Look {
            from: match sink.may_be_paint(bytes.len()) {
                true => 0,
                false => usize::MAX,
            },
            paint: usize::MAX,
        };
        while at < bytes.len() {
            at = match self.state {
                State::Ground => match self.goes_by(bytes, at, &mut look, sink) {
                    Gone::To(to) => to,
                    Gone::Not { until } => self.ground(&bytes[..until], at, size, sink),
                },
                State::Escape => self.escape(bytes, at, sink),
                State::Csi => self.csi(bytes, at, size, sink),
                State::Swallow => self.swallow(bytes, at, sink),
                State::Text(kind) => self.text(bytes, at, kind, sink),
                State::TextEscape(kind) => self.text_escape(bytes, at, kind, sink),
            };
        }
    }

    /// Lets a flood or painted screens go by, where there are some.
    fn goes_by(&mut self, bytes: &[u8], at: usize, look: &mut Look, sink: &mut impl Sink) -> Gone {
        let mut gone = (0, Wrote::Nothing);
        if self.held.is_empty() {
            let rest = &bytes[at..];
            gone = sink.flood(rest);
            if gone.0 == 0 && at >= look.from {
                let begins = overpaint::begins(&rest[..rest.len().min(STRETCH)]);
                if begins == Some(0) {
                    gone = sink.paint(rest);
                }
                *look = match begins {
                    Some(further @ 1..) => Look {
                        from: at + further,
                        paint: at + further,
                    },
                    Some(0) | None => Look {
                        from: at + if gone.0 > 0 { gone.0 } else { STRETCH },
                        paint: usize::MAX,
                    },
                };
            }
        }
        let (length, wrote) = gone;
        if length == 0 {
            let next = if at < look.paint {
                look.paint
            } else {
                usize::MAX
            };
            return Gone::Not {
                until: next.min(bytes.len()),
            };
        }
        if wrote == Wrote::Text {
            self.marks.base();
        }
        self.marks.moved();
        Gone::To(at + length)
    }

    /// Text and whole sequences from `at` on; returns where another state takes over.
    fn ground(&mut self, bytes: &[u8], at: usize, size: Size, sink: &mut impl Sink) -> usize {
        let mut at = at;
        if !self.held.is_empty() {
            at = self.complete_char(bytes, at, sink);
            if !self.held.is_empty() {
                return at;
            }
        }
        let mut from = at;
        while at < bytes.len() {
            let end = memchr(ESC, &bytes[at..]).map_or(bytes.len(), |n| at + n);
            if !bytes[at..end].is_ascii() {
                let last = end == bytes.len();
                from = self.beyond_ascii(&bytes[..end], at, from, last, sink);
            } else {
                self.ascii(&bytes[at..end]);
            }
            at = end;
            if at == bytes.len() {
                break;
            }
            self.marks.moved();
            let Some(after) = whole_csi(bytes, at) else {
                sink_some(sink, &bytes[from..at]);
                self.state = State::Escape;
                self.held.clear();
                return at + 1;
            };
            let sequence = &bytes[at + 2..after];
            if !is_plain(sequence, size) {
                match self.verdict(sequence, size) {
                    Verdict::Pass => {}
                    other => {
                        sink_some(sink, &bytes[from..at]);
                        from = after;
                        act(other, sequence, sink);
                    }
                }
            }
            at = after;
        }
        let kept = bytes.len() - self.held.len();
        sink_some(sink, &bytes[from.min(kept)..kept]);
        bytes.len()
    }

    fn ascii(&mut self, text: &[u8]) {
        if text.iter().any(|b| *b >= b' ') {
            self.marks.base();
        }
        if text.last().is_some_and(|b| *b < b' ') {
            self.marks.moved();
        }
    }

    fn verdict(&mut self, sequence: &[u8], size: Size) -> Verdict {
        let Some(csi) = Csi::parse(sequence) else {
            return Verdict::Drop;
        };
        if csi.last == b'b' && self.marks.ends_in_mark() {
            return Verdict::Drop;
        }
        match (csi.private, csi.intermediates, csi.last) {
            (0, [], b'r') => self.note_margins(&csi, size),
            (0, [b'!'], b'p') => self.margins = None,
            _ => {}
        }
        csi.verdict(size)
    }

    /// Finishes a character whose first bytes came earlier.
    fn complete_char(&mut self, bytes: &[u8], mut at: usize, sink: &mut impl Sink) -> usize {
        let want = char_len(self.held[0]);
        while self.held.len() < want && at < bytes.len() && bytes[at] & 0xc0 == 0x80 {
            self.held.push(bytes[at]);
            at += 1;
        }
        if self.held.len() < want && at == bytes.len() {
            return at;
        }
        let held = std::mem::take(&mut self.held);
        let from = self.beyond_ascii(&held, 0, 0, false, sink);
        sink_some(sink, &held[from..]);
        at
    }

    /// Looks at each character beyond ASCII in `text[at..]`. Hands on what comes before a dropped
    /// one and returns from where on bytes are still to be passed. The start of a character at the
    /// end of the last piece is held back.
    fn beyond_ascii(
        &mut self,
        text: &[u8],
        mut at: usize,
        mut from: usize,
        last: bool,
        sink: &mut impl Sink,
    ) -> usize {
        while at < text.len() {
            if text[at] < 0x80 {
                self.ascii(&text[at..=at]);
                at += 1;
                continue;
            }
            let (c, len) = match decode(&text[at..]) {
                Decoded::Char(c, len) => (c, len),
                Decoded::Short if last => {
                    self.held.clear();
                    self.held.extend_from_slice(&text[at..]);
                    return from;
                }
                wrong @ (Decoded::Invalid(_) | Decoded::Short) => {
                    self.marks.base();
                    sink_some(sink, &text[from..at]);
                    sink.pass("\u{fffd}".as_bytes());
                    at = match wrong {
                        Decoded::Invalid(len) => at + len,
                        Decoded::Short | Decoded::Char(..) => text.len(),
                    };
                    from = at;
                    continue;
                }
            };
            let admit = if c <= '\u{9f}' {
                Admit::Drop
            } else {
                self.marks.admit(c)
            };
            at += len;
            match admit {
                Admit::Keep => {}
                Admit::KeepAndSettle => {
                    sink_some(sink, &text[from..at]);
                    from = at;
                    sink.settle();
                }
                Admit::Drop => {
                    sink_some(sink, &text[from..at - len]);
                    from = at;
                }
            }
        }
        from
    }

    fn escape(&mut self, bytes: &[u8], at: usize, sink: &mut impl Sink) -> usize {
        let byte = bytes[at];
        match byte {
            ESC => self.held.clear(),
            CAN | SUB => self.ground_again(),
            0..=0x1f => sink.pass(&[byte]),
            b'[' if self.held.is_empty() => self.state = State::Csi,
            b' '..=b'/' if self.held.len() < 4 => self.held.push(byte),
            b' '..=b'/' | 0x7f => {}
            _ => match Kind::opened_by(byte).filter(|_| self.held.is_empty()) {
                Some(kind) => {
                    self.string.open(kind);
                    self.state = State::Text(kind);
                }
                None => {
                    self.dispatch_escape(byte, sink);
                    self.ground_again();
                    // A byte that cannot end an escape is text again.
                    return at + usize::from(byte < 0x80);
                }
            },
        }
        at + 1
    }

    fn dispatch_escape(&mut self, byte: u8, sink: &mut impl Sink) {
        if self.held.is_empty() && byte == b'c' {
            self.margins = None;
        }
        match (self.held.as_slice(), byte) {
            ([], b'7' | b'=' | b'>' | b'M') => sink.pass(&[ESC, byte]),
            ([], b'8' | b'D' | b'E' | b'H' | b'c' | b'Z') => sink.escape(byte),
            ([set @ (b'(' | b')' | b'*' | b'+')], b'0' | b'B') => sink.pass(&[ESC, *set, byte]),
            ([b'#'], b'8') => sink.pass(&[ESC, b'#', b'8']),
            _ => {}
        }
    }

    fn csi(&mut self, bytes: &[u8], at: usize, size: Size, sink: &mut impl Sink) -> usize {
        let byte = bytes[at];
        match byte {
            ESC => self.escape_again(),
            CAN | SUB => self.ground_again(),
            0..=0x1f => sink.pass(&[byte]),
            b' '..=b'?' if self.held.len() < SEQUENCE => self.held.push(byte),
            b' '..=b'?' => self.state = State::Swallow,
            0x7f => {}
            0x80.. => {
                self.ground_again();
                return at;
            }
            _ => {
                self.held.push(byte);
                let sequence = std::mem::take(&mut self.held);
                match self.verdict(&sequence, size) {
                    Verdict::Pass => sink.pass(&[b"\x1b[", sequence.as_slice()].concat()),
                    other => act(other, &sequence, sink),
                }
                self.ground_again();
            }
        }
        at + 1
    }

    fn swallow(&mut self, bytes: &[u8], at: usize, sink: &mut impl Sink) -> usize {
        match bytes[at] {
            ESC => self.escape_again(),
            CAN | SUB | b'@'..=b'~' => self.ground_again(),
            0..=0x1f => sink.pass(&bytes[at..=at]),
            _ => {}
        }
        at + 1
    }

    fn text(&mut self, bytes: &[u8], at: usize, kind: Kind, sink: &mut impl Sink) -> usize {
        let rest = &bytes[at..];
        let Some(end) = kind.end(rest) else {
            self.string.push(rest);
            return bytes.len();
        };
        self.string.push(&rest[..end]);
        match rest[end] {
            ESC => self.state = State::TextEscape(kind),
            CAN | SUB => self.ground_again(),
            _ => self.finish(kind, Terminator::Bell, sink),
        }
        at + end + 1
    }

    fn text_escape(&mut self, bytes: &[u8], at: usize, kind: Kind, sink: &mut impl Sink) -> usize {
        if bytes[at] == b'\\' {
            self.finish(kind, Terminator::St, sink);
            return at + 1;
        }
        // Any other escape cancels the string and begins by itself.
        self.string.close();
        self.escape_again();
        at
    }

    fn finish(&mut self, kind: Kind, end: Terminator, sink: &mut impl Sink) {
        if let Some(body) = self.string.whole() {
            match kind {
                Kind::Osc => sink.osc(body, end),
                Kind::Dcs => sink.dcs(body),
                Kind::Ignored => {}
            }
        }
        self.ground_again();
    }

    fn escape_again(&mut self) {
        self.held.clear();
        self.state = State::Escape;
    }

    fn ground_again(&mut self) {
        self.held.clear();
        self.string.close();
        self.state = State::Ground;
    }
}

fn sink_some(sink: &mut impl Sink, bytes: &[u8]) {
    if !bytes.is_empty() {
        sink.pass(bytes);
    }
}

fn act(verdict: Verdict, sequence: &[u8], sink: &mut impl Sink) {
    match (verdict, Csi::parse(sequence)) {
        (Verdict::Replace(bytes), _) => sink.pass(&bytes),
        (Verdict::Hand, Some(csi)) => sink.csi(&csi),
        (Verdict::Hand, None) | (Verdict::Pass | Verdict::Drop, _) => {}
    }
}
