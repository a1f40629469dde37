//! Screens that are painted over before anybody looks: where a program repaints faster than that, each row is written
//! again further on, and the engine gets the last of them.
//!
//! Must leave exactly what the engine would have made of all the bytes. What is not surely so ends the paint.

use super::super::cell::{Size, Style};
use super::super::limits::Wrote;
use super::super::repaint::Brush;
use super::sgr::repen;
use super::text::{narrow, printable};
use memchr::memchr_iter;

/// The most strokes that are looked at together.
const MOST: usize = 2048;
/// The end of a line.
const FEED: &[u8] = b"\r\n";

/// Bytes that go to one row and nowhere else, from where the cursor is sent there to where it is sent away.
#[derive(Clone, Copy, Debug)]
struct Stroke {
    /// Where it begins.
    from: usize,
    sent: Sent,
    row: u16,
    /// Where the cursor is; the number of columns where the next character would begin a new line.
    col: u16,
    /// The pen it begins with.
    pen: Style,
    reach: Reach,
    wrote: Wrote,
}

/// What sends the cursor to the row of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// A sequence that names the place.
    There,
    /// [`FEED`]: to the left edge of the next row.
    Down,
}

/// What of its row a stroke writes or erases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Something.
    Part,
    /// All of it up to the cursor.
    Left,
    /// All of it: nothing that stood there before is left.
    All,
}

/// What was found.
#[derive(Debug)]
pub(in super::super) struct Paint {
    /// So many bytes belong to it.
    pub length: usize,
    /// What to give to the engine in their place, where it is not the same.
    pub thin: Option<Vec<u8>>,
    /// Whether there was text in them.
    pub wrote: Wrote,
}

/// Where the cursor is first sent to a place.
pub(in super::super) fn begins(bytes: &[u8]) -> Option<usize> {
    memchr_iter(0x1b, bytes).find(|at| sent_to(bytes, *at).is_some())
}

/// The paint at the start of these bytes, which send the cursor to a place; `pen` is the one before them. To be called
/// where characters mean what they are and shift nothing, and rows are counted from the top.
pub(in super::super) fn paint(bytes: &[u8], size: Size, pen: Style) -> Paint {
    let mut strokes = Strokes {
        size,
        pen,
        all: Vec::new(),
    };
    let mut at = 0;
    let length = loop {
        match strokes.step(bytes, at) {
            Some(next) => at = next,
            None if at == bytes.len() => break at,
            // What ends it belongs to the last stroke, which is left as it is.
            None => break strokes.all.pop().map_or(0, |last| last.from),
        }
    };
    let wrote = strokes.all.iter().any(|stroke| stroke.wrote == Wrote::Text);
    Paint {
        length,
        thin: strokes.thin(&bytes[..length]),
        wrote: if wrote { Wrote::Text } else { Wrote::Nothing },
    }
}

#[derive(Debug)]
struct Strokes {
    size: Size,
    pen: Style,
    all: Vec<Stroke>,
}

impl Strokes {
    /// Takes what stands at `at`, and says where it ends. None at the end, and at what is no part of a stroke.
    fn step(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        match *bytes.get(at)? {
            b' '..=b'~' => {
                let length = printable(&bytes[at..]);
                self.text(length).map(|()| at + length)
            }
            0x1b => self.sequence(bytes, at),
            b'\r' if bytes[at..].starts_with(FEED) => {
                let row = self.all.last()?.row + 1;
                // In the bottom row, all others move.
                (row < self.size.rows).then_some(())?;
                self.stroke(at, Sent::Down, (row, 0))?;
                Some(at + FEED.len())
            }
            0x80.. => {
                let (_, length) = narrow(&bytes[at..])?;
                self.text(1).map(|()| at + length)
            }
            _ => None,
        }
    }

    fn text(&mut self, columns: usize) -> Option<()> {
        let stroke = self.all.last_mut()?;
        if columns > usize::from(self.size.cols - stroke.col) {
            return None;
        }
        stroke.col += columns as u16;
        stroke.wrote = Wrote::Text;
        if stroke.reach == Reach::Left && stroke.col == self.size.cols {
            stroke.reach = Reach::All;
        }
        Some(())
    }

    fn sequence(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if let Some((place, length)) = sent_to(bytes, at) {
            return self.stroke(at, Sent::There, place).map(|()| at + length);
        }
        let rest = &bytes[at + 1..];
        if rest.starts_with(b"[K") {
            let stroke = self.all.last_mut()?;
            if stroke.reach == Reach::Left {
                stroke.reach = Reach::All;
            }
            return Some(at + 3);
        }
        if rest.starts_with(b"[2K") {
            self.all.last_mut()?.reach = Reach::All;
            return Some(at + 4);
        }
        let (pen, after) = repen(bytes, at, self.pen)?;
        self.pen = pen;
        Some(after)
    }

    /// The cursor is sent to a place.
    fn stroke(&mut self, from: usize, sent: Sent, (row, col): (u16, u16)) -> Option<()> {
        if self.all.len() == MOST {
            return None;
        }
        self.all.push(Stroke {
            from,
            sent,
            row: row.min(self.size.rows - 1),
            col: col.min(self.size.cols - 1),
            pen: self.pen,
            reach: if col == 0 { Reach::Left } else { Reach::Part },
            wrote: Wrote::Nothing,
        });
        Some(())
    }

    /// The bytes without the strokes that are painted over. None where there is none.
    fn thin(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut over = vec![false; usize::from(self.size.rows)];
        // The last character may be asked for again.
        let last = self
            .all
            .iter()
            .rposition(|stroke| stroke.wrote == Wrote::Text);
        let mut kept = Vec::new();
        for (at, stroke) in self.all.iter().enumerate().rev() {
            let row = &mut over[usize::from(stroke.row)];
            if !*row || Some(at) == last {
                kept.push(at);
            }
            *row |= stroke.reach == Reach::All;
        }
        if kept.len() == self.all.len() {
            return None;
        }
        let (mut thin, mut next) = (Vec::new(), 0);
        for at in kept.into_iter().rev() {
            let stroke = self.all[at];
            let end = self.all.get(at + 1).map_or(bytes.len(), |next| next.from);
            let mut own = &bytes[stroke.from..end];
            if at > next {
                thin.extend(stroke.resumed(self.all[next].pen));
                own = own.strip_prefix(FEED).unwrap_or(own);
            }
            thin.extend_from_slice(own);
            next = at + 1;
        }
        Some(thin)
    }
}

impl Stroke {
    /// What makes the cursor and the pen those that it begins with, where the pen is another one now.
    fn resumed(&self, pen: Style) -> Vec<u8> {
        let mut brush = Brush::default();
        if pen != self.pen {
            brush.raw(b"\x1b[m");
            brush.pen(self.pen);
        }
        // The others say so themselves.
        if self.sent == Sent::Down {
            brush.csi(format_args!("{};1H", self.row + 1));
        }
        brush.into_bytes()
    }
}

/// The place, counted from 0, that the sequence at `at` sends the cursor to, and how long it is.
fn sent_to(bytes: &[u8], at: usize) -> Option<((u16, u16), usize)> {
    let rest = bytes[at..].strip_prefix(b"\x1b[")?;
    let (row, length) = number(rest);
    let (col, more) = match rest.get(length)? {
        b';' => number(&rest[length + 1..]),
        _ => return (rest[length] == b'H').then_some(((row, 0), length + 3)),
    };
    let length = length + 1 + more;
    (*rest.get(length)? == b'H').then_some(((row, col), length + 3))
}

/// A number of a place, counted from 0, and how many digits it has, of which no more than four are read.
fn number(bytes: &[u8]) -> (u16, usize) {
    let digits = bytes
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_digit());
    let (number, length) = digits.fold((0, 0), |(number, length), digit| {
        (number * 10 + u16::from(digit - b'0'), length + 1)
    });
    (number.saturating_sub(1), length)
}
