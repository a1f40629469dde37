//! One program's screen: bytes go in; patches, answers, signals and history come out.
//! It reads no clock: whoever waits for a synchronized update says when the waiting ends.

use super::cell::Size;
use super::colours::Palette;
use super::grid::{Cursor, ModeSet, Modes, Patch};
use super::history::{History, reflow};
use super::intake::{Intake, Sync};
use super::limits::{Limits, Scanner};
use super::repaint::Brush;
use super::row::{Row, Wrap};
use super::search::{Case, Hit, search};
use super::signals::Signal;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The emulation of this screen failed. What it showed before stays readable; it takes no more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terminal emulation of this pane failed, restart the agent to see it again")]
pub struct Broken;

/// A program's screen and everything that belongs to it.
pub struct Screen {
    scanner: Scanner,
    intake: Intake,
    health: Result<(), Broken>,
}

impl Screen {
    /// An empty screen of this size, brought within the bounds of `Size`.
    pub fn new(size: Size, limits: Limits) -> Screen {
        let size = size.clamped();
        Screen {
            scanner: Scanner::new(&limits),
            intake: Intake::new(size, &limits),
            health: Ok(()),
        }
    }

    /// Takes in the next bytes of the program's output, and shows them.
    ///
    /// # Errors
    /// `Broken` once the emulation has failed, now or before.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.take_in(bytes)?;
        self.refresh()
    }

    /// Takes in the next bytes, and leaves what is shown as it was until [`Screen::refresh`]: whoever takes in
    /// much pays for the pictures that somebody looks at, not for those between.
    ///
    /// # Errors
    /// `Broken` once the emulation has failed, now or before.
    pub fn take_in(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.guarded(|scanner, intake| {
            let size = intake.picture.size;
            scanner.feed(bytes, size, intake);
        })
    }

    /// Shows all that was taken in, but for an update that is still open.
    ///
    /// # Errors
    /// `Broken` once the emulation has failed, now or before.
    pub fn refresh(&mut self) -> Result<(), Broken> {
        self.guarded(|_, intake| intake.show())
    }

    /// Gives the screen another size.
    ///
    /// # Errors
    /// `Broken` once the emulation has failed, now or before.
    pub fn resize(&mut self, size: Size) -> Result<(), Broken> {
        let size = size.clamped();
        if size == self.size() {
            return self.health;
        }
        self.guarded(|scanner, intake| {
            scanner.resized();
            intake.resize(size);
        })
    }

    /// Whether the emulation works.
    ///
    /// # Errors
    /// `Broken` once it has failed.
    pub fn health(&self) -> Result<(), Broken> {
        self.health
    }

    /// The bytes that answer the program's questions so far, in their order; to be written to it.
    #[must_use]
    pub fn take_replies(&mut self) -> Vec<u8> {
        self.intake.replies.take()
    }

    /// What the program said beside its picture since the last call, oldest first, at most 256.
    #[must_use]
    pub fn take_signals(&mut self) -> Vec<Signal> {
        self.intake.signals.take()
    }

    /// The generation of what is shown; it moves on exactly when something visible changes.
    pub fn generation(&self) -> u64 {
        self.intake.picture.generation
    }

    /// What changed for a watcher at generation `seen`; everything for one that has seen nothing.
    pub fn patch_since(&self, seen: Option<u64>) -> Patch {
        self.intake.picture.patch_since(seen)
    }

    /// The size in cells.
    pub fn size(&self) -> Size {
        self.intake.picture.size
    }

    /// The shown rows in `range` from the top.
    pub fn rows(&self, range: Range<u16>) -> &[Row] {
        let rows = &self.intake.picture.rows;
        let end = usize::from(range.end).min(rows.len());
        &rows[usize::from(range.start).min(end)..end]
    }

    /// The last `n` shown rows that have something on them, from the first to the last of them:
    /// blank rows below the last text do not count.
    pub fn bottom(&self, n: usize) -> &[Row] {
        let rows = &self.intake.picture.rows;
        let end = rows
            .iter()
            .rposition(|row| !row.is_blank())
            .map_or(0, |at| at + 1);
        &rows[end.saturating_sub(n)..end]
    }

    /// The cursor as it is shown.
    pub fn cursor(&self) -> Cursor {
        self.intake.picture.cursor
    }

    /// The title; raw text of the program.
    pub fn title(&self) -> &str {
        &self.intake.picture.title
    }

    /// The modes in force now, also while an update is open; keys are to be encoded with these.
    pub fn modes(&self) -> Modes {
        if self.health.is_err() {
            return self.intake.picture.modes;
        }
        let mut modes = self.intake.emulator.modes();
        if self.intake.sync != Sync::Closed {
            modes.set = modes.set.with(ModeSet::SYNC);
        }
        modes
    }

    /// The number of the synchronized update that is open (mode 2026). While one is open nothing
    /// of it is shown: call `end_synchronized` when the same number has been open for 150 ms.
    pub fn synchronized(&self) -> Option<u64> {
        match self.intake.sync {
            Sync::Open(number) => Some(number),
            Sync::Closed | Sync::GivenUp => None,
        }
    }

    /// Stops waiting for the open update: what has arrived of it is shown.
    ///
    /// # Errors
    /// `Broken` once the emulation has failed, now or before.
    pub fn end_synchronized(&mut self) -> Result<(), Broken> {
        self.guarded(|_, intake| {
            if let Sync::Open(_) = intake.sync {
                intake.sync = Sync::GivenUp;
            }
            intake.show();
        })
    }

    /// Bytes that make this screen again on an empty one of this size. A broken screen gives its
    /// last picture.
    pub fn repaint(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let whole = self.guarded(|scanner, intake| bytes = repaint(scanner, intake));
        if whole.is_err() {
            let picture = &self.intake.picture;
            let mut brush = Brush::new();
            brush.rows(&picture.rows, picture.size);
            brush.place(picture.cursor, None);
            bytes = brush.finish(picture.cursor, Default::default(), None, b"");
        }
        bytes
    }

    /// The lines that scrolled off.
    pub fn history(&self) -> &History {
        &self.intake.history
    }

    /// `count` lines from number `first` on, broken at `cols`. Numbers go on from the history into
    /// the screen: `history().total()` is its top row. A line that was too long for its screen is
    /// taken whole, so the rows may be more or fewer than `count`.
    pub fn scrollback(&self, first: u64, count: usize, cols: u16) -> Vec<Row> {
        let total = self.history().total();
        let end = first.saturating_add(count as u64);
        let shown = |line: u64| line.saturating_sub(total).min(u64::from(u16::MAX)) as u16;
        let rows = self
            .history()
            .lines(first..end)
            .chain(self.rows(shown(first)..shown(end)).iter().cloned());
        reflow(rows, cols)
    }

    /// Where `needle` stands in the history and on the screen, newest first, at most `most` places.
    pub fn search(&self, needle: &str, case: Case, most: usize) -> Vec<Hit> {
        let history = self.history();
        let rows = history
            .lines(0..u64::MAX)
            .chain(self.intake.picture.rows.iter().cloned());
        search(rows, history.first(), needle, case, most)
    }

    /// The whole line that the row with this number is a part of: its first row, its text, and where this column of the
    /// row is in that, in bytes. Of a line of more than a thousand rows those around this one.
    pub fn line(&self, number: u64, col: u16) -> (u64, String, usize) {
        const MOST: u64 = 512;
        let goes_on = |row: &Row| row.wrap() == Wrap::Continues;
        let before = (number.saturating_sub(MOST)..number).rev();
        let parts = before.map_while(|at| Some((at, self.row(at).filter(goes_on)?)));
        let mut first = number;
        let mut text = String::new();
        for (at, row) in parts {
            first = at;
            text.insert_str(0, row.text());
        }
        let mut byte = text.len();
        if let Some(row) = self.row(number) {
            let ends = row.cells().scan(0, |end, cell| {
                *end += u16::from(cell.width);
                (*end <= col).then_some(cell.text.len())
            });
            byte += ends.sum::<usize>();
        }
        for at in number..number.saturating_add(MOST) {
            let Some(row) = self.row(at) else { break };
            text.push_str(row.text());
            if !goes_on(&row) {
                break;
            }
        }
        (first, text, byte)
    }

    /// A row of the history or the screen.
    fn row(&self, number: u64) -> Option<Row> {
        let shown = number.checked_sub(self.history().total());
        match shown {
            Some(row) => self
                .rows(0..u16::MAX)
                .get(usize::try_from(row).ok()?)
                .cloned(),
            None => self.history().lines(number..number + 1).next(),
        }
    }

    /// A digest of the text shown now, for noticing that it changed. The same text gives the same
    /// digest in every process of one build; it does not withstand an attacker.
    pub fn text_digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.intake
            .picture
            .rows
            .iter()
            .for_each(|row| row.text().hash(&mut hasher));
        hasher.finish()
    }

    /// Sets the ground: the colours told to the program when it asks for one that it did not set.
    pub fn set_palette(&mut self, palette: Palette) {
        self.intake.emulator.colours.stand_on(palette);
    }

    /// The bytes held back by the scanner, kept in the history and known as links.
    pub fn held_bytes(&self) -> usize {
        let intake = &self.intake;
        self.scanner.held() + intake.held() + self.history().bytes() + intake.emulator.held()
    }

    /// From so many bytes at once on, output may be a flood; for tests, which compare.
    #[cfg(test)]
    pub(super) fn set_floods_from(&mut self, bytes: usize) {
        self.intake.floods_from = bytes;
    }

    fn guarded(&mut self, work: impl FnOnce(&mut Scanner, &mut Intake)) -> Result<(), Broken> {
        self.health?;
        // After a panic only the picture, the history and the queues are read again: plain values
        // that are whole between any two of their operations.
        let done = catch_unwind(AssertUnwindSafe(|| {
            work(&mut self.scanner, &mut self.intake)
        }));
        self.health = done.map_err(|_| Broken);
        self.health
    }
}

/// Everything that decides what is shown now and what the next bytes draw.
fn repaint(scanner: &Scanner, intake: &mut Intake) -> Vec<u8> {
    intake.spill();
    let size = intake.picture.size;
    let rows = intake.all_rows();
    let mut brush = Brush::new();
    brush.title(intake.title());
    if intake.emulator.alt_screen() {
        if let Some(beneath) = &intake.beneath {
            brush.rows(&beneath.rows, size);
            brush.place(beneath.cursor, None);
        }
        brush.raw(b"\x1b[?1049h");
    }
    if let Sync::Open(_) = intake.sync {
        brush.rows(&intake.picture.rows, size);
        brush.place(intake.picture.cursor, None);
        brush.raw(b"\x1b[?2026h");
    }
    brush.raw(intake.emulator.colours.commands().as_bytes());
    brush.rows(&rows, size);
    let emulator = &intake.emulator;
    let (row, col) = emulator.saved();
    brush.csi(format_args!("{};{}H", row + 1, col + 1));
    brush.raw(b"\x1b7");
    if let Some((top, bottom)) = scanner.margins() {
        brush.csi(format_args!("{top};{bottom}r"));
    }
    let cursor = emulator.cursor();
    let full = emulator
        .is_full_line()
        .then(|| rows.get(usize::from(cursor.row)));
    let mut place = cursor;
    // The cursor goes home with it, and rows are counted from the first one that scrolls.
    if emulator.private_mode(6) == Some(true) {
        brush.raw(b"\x1b[?6h");
        let top = scanner.margins().map_or(0, |(top, _)| top - 1);
        place.row = place.row.saturating_sub(top);
    }
    brush.place(place, full.flatten());
    for (number, letter) in emulator.changed_modes() {
        brush.csi(format_args!("?{number}{letter}"));
    }
    for number in [4, 20] {
        if emulator.ansi_mode(number) == Some(true) {
            brush.csi(format_args!("{number}h"));
        }
    }
    let modes = emulator.modes();
    if modes.on(ModeSet::APP_KEYPAD) {
        brush.raw(b"\x1b=");
    }
    if modes.kitty > 0 {
        brush.csi(format_args!("={};1u", modes.kitty));
    }
    if emulator.draws_lines() {
        brush.raw(b"\x1b(0");
    }
    brush.csi(format_args!("{} q", emulator.cursor_number()));
    brush.finish(
        cursor,
        emulator.pen(),
        emulator.link(),
        &scanner.unfinished(),
    )
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen")
            .field("size", &self.size())
            .field("generation", &self.generation())
            .field("health", &self.health)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_screen_that_broke_stays_readable_and_says_so() {
        let mut screen = Screen::new(Size::new(20, 5), Limits::default());
        screen.feed(b"1\r\n2\r\n3\r\n4\r\n5\r\n6").unwrap();
        assert_eq!(
            screen.guarded(|_, _| panic!("the engine failed")),
            Err(Broken)
        );
        assert_eq!(screen.feed(b"more"), Err(Broken));
        assert_eq!(screen.resize(Size::new(30, 9)), Err(Broken));
        assert_eq!(screen.health(), Err(Broken));
        assert_eq!(screen.rows(0..1)[0].text(), "2");
        assert_eq!(screen.history().total(), 1);
        assert_eq!(screen.patch_since(None).rows.len(), 5);
        assert_eq!(screen.modes(), screen.patch_since(None).modes);
    }
}
