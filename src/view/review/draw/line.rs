//! The lines of a diff as they are drawn: numbers, signs, the colours of their language, what of a changed line
//! is other, what was searched for. Whatever is read of a line besides itself is bounded.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::theme::{Face, Role, Theme};
use crate::diff::{Line, LineKind, words};
use crate::model::Untrusted;
use crate::view::desk::Desk;
use crate::view::draw::ink::{self, Runs};
use crate::view::review::syntax::{self, Language, Paint, State};
use crate::view::review::{Cell, Review};

use super::Stand;

/// How many lines before the first one in sight are read, to know what it begins in.
const BEFORE: u32 = 200;
/// The most lines of one change that are compared with those that took their place.
const COMPARED: usize = 60;
/// Columns from one tab stop to the next.
const TAB: u16 = 4;

/// Draws lines one after the other, down the screen.
pub(super) struct Lines<'l> {
    review: &'l Review,
    theme: &'l Theme,
    /// Columns of one number.
    digits: u16,
    /// Reads the lines as they were, and as they are.
    readers: [Reader; 2],
}

/// Which side of a change is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SideAt {
    Old = 0,
    New = 1,
}

/// Where one side was read up to.
#[derive(Clone, Copy, Default)]
struct Reader {
    at: Option<(u32, u32)>,
    next: u32,
    state: State,
}

impl<'l> Lines<'l> {
    pub(super) fn new(desk: &'l Desk, review: &'l Review, width: u16) -> Self {
        let digits = review.rows.digits.max(3);
        Self {
            review,
            theme: &desk.theme,
            // on a narrow screen only the numbers as they are now
            digits: if width < 30 { 0 } else { digits },
            readers: [Reader::default(); 2],
        }
    }

    /// A line with both numbers and its sign.
    pub(super) fn unified(&mut self, cell: Cell, stand: Stand, row: Rect, buf: &mut Buffer) {
        let Some(line) = self.review.line(cell) else {
            return;
        };
        let (old, new) = match line.kind {
            LineKind::Context => (Some(cell.old), Some(cell.new)),
            LineKind::Removed => (Some(cell.old), None),
            LineKind::Added => (None, Some(cell.new)),
            LineKind::NoNewline => (None, None),
        };
        let numbers = match row.width < 60 {
            true => self.number(new.or(old)),
            false => format!("{}{}", self.number(old), self.number(new)),
        };
        self.draw(cell, line, numbers, stand, row, buf);
    }

    /// The line before at the left, the line now at the right.
    pub(super) fn split(
        &mut self,
        left: Option<Cell>,
        right: Option<Cell>,
        stand: Stand,
        row: Rect,
        buf: &mut Buffer,
    ) {
        let half = row.width.saturating_sub(1) / 2;
        let first = Rect { width: half, ..row };
        let second = Rect {
            x: row.x + half + 1,
            width: row.width - half - 1,
            ..row
        };
        let face = self.theme.face(Role::Diff);
        let between = Rect {
            x: row.x + half,
            width: 1.min(row.width),
            ..row
        };
        let line = self.theme.on(Role::PaneBorder, face);
        ink::write(buf, between, &Runs::of("│", line));
        for (cell, area) in [(left, first), (right, second)] {
            let Some(cell) = cell else {
                self.empty(stand, area, buf);
                continue;
            };
            let Some(line) = self.review.line(cell) else {
                continue;
            };
            let number = match (area == first, line.kind) {
                (_, LineKind::NoNewline) => None,
                (true, _) => Some(cell.old),
                (false, _) => Some(cell.new),
            };
            let number = self.number(number);
            self.draw(cell, line, number, stand, area, buf);
        }
    }

    fn empty(&self, stand: Stand, area: Rect, buf: &mut Buffer) {
        let face = self.theme.face(Role::Diff);
        let gutter = Runs::of(self.number(None), self.gutter(stand, face));
        ink::write(buf, area, &gutter);
    }

    fn number(&self, number: Option<u32>) -> String {
        let width = usize::from(self.digits);
        match number {
            _ if width == 0 => String::new(),
            Some(number) => format!("{number:>width$} "),
            None => " ".repeat(width + 1),
        }
    }

    fn gutter(&self, stand: Stand, face: Face) -> Face {
        match stand {
            Stand::Here => self.theme.face(Role::DiffCursor),
            Stand::Marked => self.theme.face(Role::Selection),
            Stand::Plain => self.theme.on(Role::DiffNumber, face),
        }
    }

    fn draw(
        &mut self,
        cell: Cell,
        line: &Line,
        numbers: String,
        stand: Stand,
        row: Rect,
        buf: &mut Buffer,
    ) {
        let plain = self.theme.face(Role::Diff);
        let (face, word) = match line.kind {
            LineKind::Context => (plain, plain),
            LineKind::Removed => (
                self.theme.face(Role::DiffRemoved),
                self.theme.face(Role::DiffRemovedWord),
            ),
            LineKind::Added => (
                self.theme.face(Role::DiffAdded),
                self.theme.face(Role::DiffAddedWord),
            ),
            LineKind::NoNewline => (self.theme.on(Role::Dim, plain), plain),
        };
        ink::fill(buf, row, face);
        let gutter = Runs::of(numbers, self.gutter(stand, plain));
        let taken = ink::write(buf, row, &gutter);
        let sign = match line.kind {
            LineKind::NoNewline => "  ".to_owned(),
            LineKind::Context | LineKind::Removed | LineKind::Added => {
                format!("{} ", line.kind.sign())
            }
        };
        let rest = after(row, taken);
        let signed = ink::write(buf, rest, &Runs::of(sign, face));
        let rest = after(rest, signed);
        let runs = self.text(cell, line, (plain, face, word));
        ink::write(buf, rest, &runs.from_column(self.review.left));
    }

    /// A line's text in its faces.
    fn text(&mut self, cell: Cell, line: &Line, (plain, face, word): (Face, Face, Face)) -> Runs {
        let text = line.text.raw();
        let paints = self.paints(cell, line);
        // where a changed line has no ground of its own, its colour is all that says what it is
        let has_ground = face.bg != plain.bg;
        let changed = matches!(line.kind, LineKind::Added | LineKind::Removed);
        let letters = match changed && has_ground {
            true => ink::on_ground(plain, face),
            false => face,
        };
        let marks = if changed {
            self.changed(cell, line)
        } else {
            Vec::new()
        };
        let found = found(text, &self.review.needle);
        let inside =
            |all: &[std::ops::Range<usize>], at: usize| all.iter().any(|it| it.contains(&at));
        let mut runs = Runs::default();
        let mut column = 0;
        let mut start = 0;
        let look = |at: usize| {
            let paint = paints.get(at).copied().unwrap_or_default();
            (paint, inside(&marks, at), inside(&found, at))
        };
        let mut now = look(0);
        let mut flush = |from: usize, to: usize, (paint, marked, hit): (Paint, bool, bool)| {
            let under = match marked {
                true if has_ground => ink::on_ground(letters, word),
                true => word,
                false => letters,
            };
            let own = match (changed && !has_ground, role(paint)) {
                (false, Some(role)) => ink::part(self.theme, role, under),
                (true, _) | (false, None) => under,
            };
            let own = if hit {
                self.theme.face(Role::SearchMatch)
            } else {
                own
            };
            runs.add(visible(&text[from..to], &mut column), own);
        };
        for (at, _) in text.char_indices() {
            let next = look(at);
            if next != now {
                flush(start, at, now);
                (start, now) = (at, next);
            }
        }
        flush(start, text.len(), now);
        runs
    }

    /// What the bytes of a line are, in its language.
    fn paints(&mut self, cell: Cell, line: &Line) -> Vec<Paint> {
        let file = self.review.diff.files.get(cell.file as usize);
        let language = file.and_then(|file| syntax::language(file.path.raw()));
        let Some(language) = language else {
            return Vec::new();
        };
        let side = match line.kind {
            LineKind::Removed => SideAt::Old,
            LineKind::Context | LineKind::Added => SideAt::New,
            LineKind::NoNewline => return Vec::new(),
        };
        let state = self.state(cell, side, language);
        let text = line.text.raw();
        let mut paints = vec![Paint::Plain; text.len()];
        let next = syntax::read(language, state, text, &mut paints);
        self.readers[side as usize] = Reader {
            at: Some((cell.file, cell.hunk)),
            next: cell.line + 1,
            state: next,
        };
        paints
    }

    /// What a line begins in: read on from the line drawn before it, or from a bounded way back.
    fn state(&mut self, cell: Cell, side: SideAt, language: &'static Language) -> State {
        let reader = self.readers[side as usize];
        let here = reader.at == Some((cell.file, cell.hunk));
        let (mut state, from) = match here && reader.next <= cell.line {
            true => (reader.state, reader.next),
            false => (State::Code, cell.line.saturating_sub(BEFORE)),
        };
        let file = self.review.diff.files.get(cell.file as usize);
        let hunk = file.and_then(|file| file.hunks.get(cell.hunk as usize));
        let lines = hunk.and_then(|hunk| hunk.lines.get(from as usize..cell.line as usize));
        for line in lines.unwrap_or_default() {
            let counts = match line.kind {
                LineKind::Context => true,
                LineKind::Removed => side == SideAt::Old,
                LineKind::Added => side == SideAt::New,
                LineKind::NoNewline => false,
            };
            if counts {
                state = syntax::read(language, state, line.text.raw(), &mut []);
            }
        }
        state
    }

    /// What of a changed line is other than on its other side. None where no line took its place.
    fn changed(&self, cell: Cell, line: &Line) -> Vec<std::ops::Range<usize>> {
        let file = self.review.diff.files.get(cell.file as usize);
        let Some(hunk) = file.and_then(|file| file.hunks.get(cell.hunk as usize)) else {
            return Vec::new();
        };
        let at = cell.line as usize;
        let lines = &hunk.lines;
        let before = |end: usize, kind: LineKind| {
            let back = lines.get(..end).unwrap_or_default().iter().rev();
            back.take(COMPARED).take_while(|it| it.kind == kind).count()
        };
        let behind = |from: usize, kind: LineKind| {
            let on = lines.get(from..).unwrap_or_default().iter();
            on.take(COMPARED).take_while(|it| it.kind == kind).count()
        };
        let own = before(at, line.kind);
        if own >= COMPARED {
            return Vec::new();
        }
        let other = match line.kind {
            LineKind::Removed => {
                let end = at + behind(at, LineKind::Removed);
                (own < behind(end, LineKind::Added)).then_some(end + own)
            }
            LineKind::Added => {
                let start = at - own;
                let removed = before(start, LineKind::Removed);
                (own < removed).then(|| start - removed + own)
            }
            LineKind::Context | LineKind::NoNewline => None,
        };
        let Some(other) = other.and_then(|at| lines.get(at)) else {
            return Vec::new();
        };
        match line.kind {
            LineKind::Removed => words::changed(line.text.raw(), other.text.raw()).0,
            LineKind::Added | LineKind::Context | LineKind::NoNewline => {
                words::changed(other.text.raw(), line.text.raw()).1
            }
        }
    }
}

fn role(paint: Paint) -> Option<Role> {
    match paint {
        Paint::Plain => None,
        Paint::Keyword => Some(Role::SyntaxKeyword),
        Paint::Text => Some(Role::SyntaxString),
        Paint::Number => Some(Role::SyntaxNumber),
        Paint::Remark => Some(Role::SyntaxComment),
        Paint::Type => Some(Role::SyntaxType),
    }
}

/// Where a text occurs in a line; case matters only where it has capitals.
pub(in crate::view) fn found(text: &str, needle: &str) -> Vec<std::ops::Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let exact = needle.chars().any(char::is_uppercase) || !text.is_ascii();
    let lower;
    let text = match exact {
        true => text,
        false => {
            lower = text.to_ascii_lowercase();
            &lower
        }
    };
    text.match_indices(needle)
        .map(|(at, it)| at..at + it.len())
        .collect()
}

/// A part of a line with its tabs as blanks, and everything invisible made visible.
fn visible(part: &str, column: &mut u16) -> String {
    let mut text = String::with_capacity(part.len());
    for (at, piece) in part.split('\t').enumerate() {
        if at > 0 {
            let blanks = TAB - *column % TAB;
            text.extend(std::iter::repeat_n(' ', usize::from(blanks)));
            *column = column.saturating_add(blanks);
        }
        let shown = Untrusted::new(piece).shown();
        *column = column.saturating_add(ink::columns(&shown));
        text.push_str(&shown);
    }
    text
}

fn after(area: Rect, taken: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(taken),
        width: area.width.saturating_sub(taken),
        ..area
    }
}
