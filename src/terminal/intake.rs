//! Where the scanner's findings go: text to the engine, questions to the answers, news to the
//! signals, scrolled-off lines to the history, and what may be shown to the picture.

mod flooding;
#[cfg(test)]
mod tests;

use super::cell::Size;
use super::colours::Change;
use super::csi::Csi;
use super::emulator::{Dress, Emulator};
use super::flood::{Flood, Stops};
use super::grid::Cursor;
use super::history::History;
use super::limits::{Limits, Sink, Terminator, Wrote};
use super::link::Link;
use super::picture::Picture;
use super::replies::Replies;
use super::row::Row;
use super::signals::{Signal, Signals, Switch, signal, split};
use flooding::{FLOOD, Habit, Habits};

pub(super) struct Intake {
    pub emulator: Emulator,
    pub history: History,
    pub picture: Picture,
    pub replies: Replies,
    pub signals: Signals,
    pub sync: Sync,
    title: String,
    pending: Vec<bool>,
    updates: u64,
    /// Lines that go by. Whoever reads or changes the engine spills it before.
    flood: Option<Flood>,
    /// So many bytes at once may be a flood.
    pub floods_from: usize,
    habits: Habits,
    /// What the alternate screen covers, as it was when it was covered.
    pub beneath: Option<Beneath>,
}

/// A main screen that is covered.
pub(super) struct Beneath {
    pub rows: Vec<Row>,
    pub cursor: Cursor,
}

/// Whether the program asked for its output to be shown in one piece (mode 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// No: everything may be shown.
    Closed,
    /// The update of this number is open.
    Open(u64),
    /// An update is open and took too long: everything may be shown.
    GivenUp,
}

impl Intake {
    pub fn new(size: Size, limits: &Limits) -> Self {
        Intake {
            emulator: Emulator::new(size, limits),
            history: History::new(limits.history_bytes),
            picture: Picture::new(size),
            replies: Replies::default(),
            signals: Signals::default(),
            sync: Sync::Closed,
            title: String::new(),
            pending: vec![true; usize::from(size.rows)],
            updates: 0,
            flood: None,
            floods_from: FLOOD,
            habits: Habits::NEW,
            beneath: None,
        }
    }

    /// Brings the picture up to date unless an update is open.
    pub fn show(&mut self) {
        self.look();
        if !matches!(self.sync, Sync::Open(_)) {
            self.show_now();
        }
    }

    /// Lays everything out at another size.
    pub fn resize(&mut self, size: Size) {
        self.look();
        self.emulator.resize(size);
        self.habits.region = Habit::Usual;
        self.take_scrolled();
        self.emulator.make_room();
        self.picture.resize(size);
        self.pending.clear();
        self.pending.resize(usize::from(size.rows), true);
        if matches!(self.sync, Sync::Open(_)) {
            self.sync = Sync::GivenUp;
        }
        self.show_now();
    }

    fn show_now(&mut self) {
        let total = self.history.total();
        self.picture
            .update(&mut self.emulator, &mut self.pending, &self.title, total);
    }

    fn look(&mut self) {
        self.spill();
        self.take_scrolled();
        self.emulator.take_damage(&mut self.pending);
    }

    fn take_scrolled(&mut self) {
        let history = &mut self.history;
        let lost = self.emulator.take_scrolled(|row| history.push(row));
        if lost > 0 {
            history.skip(lost);
        }
    }

    /// Feeds one sequence that moves whole lines, with the space for them cleared before.
    fn advance_alone(&mut self, bytes: &[u8]) {
        self.take_scrolled();
        self.emulator.advance(bytes);
        self.take_scrolled();
    }

    /// Feeds text and sequences, and keeps the lines that scroll off.
    fn draw(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(self.emulator.piece(bytes));
            self.emulator.advance(piece);
            self.take_scrolled();
            if memchr::memchr(0x07, piece).is_some() {
                self.signals.add(Signal::Bell);
            }
            if memchr::memchr(0x0e, piece).is_some() {
                self.habits.letters = Habit::Changed;
            }
            bytes = rest;
        }
    }

    fn set_private_modes(&mut self, csi: &Csi<'_>) {
        let switch = if csi.last == b'h' {
            Switch::On
        } else {
            Switch::Off
        };
        for mode in csi.numbers().take(32) {
            match mode {
                2026 => self.synchronize(switch),
                47 | 1047 | 1049 => {
                    self.note_beneath(switch);
                    self.advance_alone(&csi.with_numbers("1049"));
                    self.emulator.make_room();
                    self.emulator.lead_again();
                }
                // The cursor goes home with it.
                6 => {
                    self.emulator.advance(&csi.with_numbers("6"));
                    self.emulator.advance(b"\x1b[H");
                }
                1048 if switch == Switch::On => self.emulator.advance(b"\x1b7"),
                1048 => self.restore_cursor(),
                2004 => {
                    self.emulator.advance(&csi.with_numbers("2004"));
                    self.signals.add(Signal::BracketedPaste(switch));
                }
                mode if Csi::is_engine_mode(mode) => {
                    self.emulator.advance(&csi.with_numbers(&mode.to_string()))
                }
                _ => {}
            }
        }
    }

    fn note_beneath(&mut self, switch: Switch) {
        match switch {
            Switch::On if self.emulator.alt_screen() => {}
            Switch::On => {
                let rows = self.all_rows();
                let cursor = self.emulator.cursor();
                self.emulator.cover_links();
                self.beneath = Some(Beneath { rows, cursor });
            }
            Switch::Off => {
                self.emulator.uncover_links();
                self.beneath = None;
            }
        }
    }

    fn restore_cursor(&mut self) {
        self.emulator.advance(b"\x1b8");
        self.emulator.lead_again();
    }

    /// A link begins or ends: what follows `8;` of an OSC 8.
    fn lead(&mut self, rest: &[u8]) {
        let (_ours_is_another, uri) = split(rest, b';');
        let link = std::str::from_utf8(uri).ok().and_then(Link::new);
        self.emulator.lead(link);
    }

    /// Colours are set, reset or asked for.
    fn colour(&mut self, body: &str, end: Terminator) {
        // What scrolled off before looks as it did then.
        self.look();
        let replies = &mut self.replies;
        let answer = |what: &str, colour: &str| replies.colour(what, colour, end);
        if self.emulator.colours.osc(body, answer) == Change::Some {
            self.pending.fill(true);
        }
    }

    /// The bytes that wait to be drawn.
    pub fn held(&self) -> usize {
        self.flood.as_ref().map_or(0, Flood::held)
    }

    /// The engine's rows as they are now, shown or not, with colours as they were written.
    pub fn all_rows(&mut self) -> Vec<Row> {
        (0..self.picture.size.rows)
            .map(|at| self.emulator.row(at, Dress::Written))
            .collect()
    }

    /// The title as the program set it last, shown or not.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What was drawn up to the edge of an update is a whole picture and is shown.
    fn synchronize(&mut self, switch: Switch) {
        match (switch, self.sync) {
            (Switch::On, Sync::Open(_)) => {}
            (Switch::On, Sync::Closed | Sync::GivenUp) => {
                self.look();
                self.show_now();
                self.updates += 1;
                self.sync = Sync::Open(self.updates);
            }
            (Switch::Off, _) => {
                self.sync = Sync::Closed;
                self.show();
            }
        }
    }

    fn report_mode(&mut self, csi: &Csi<'_>) {
        let number = csi.number(0);
        let state = match (csi.private, number) {
            (b'?', 2026) => Some(self.sync != Sync::Closed),
            (b'?', _) => self.emulator.private_mode(number),
            _ => self.emulator.ansi_mode(number),
        };
        self.replies.mode(csi.private, number, state);
    }

    fn set_region(&mut self, csi: &Csi<'_>) {
        let rows = self.picture.size.rows;
        let whole = csi.number(0) <= 1 && (csi.number(1) == 0 || csi.number(1) >= rows);
        self.habits.region = if whole { Habit::Usual } else { Habit::Changed };
        self.emulator.advance(&csi.with_at_most(Size::MAX));
    }

    fn erase_or_scroll(&mut self, csi: &Csi<'_>) {
        match (csi.last, csi.number(0)) {
            (b'J', 3) => {
                self.take_scrolled();
                self.history.clear();
            }
            (b'J', 2) => self.advance_alone(b"\x1b[2J"),
            (b'J', 1) => self.emulator.erase_above(),
            (b'J', _) => {}
            _ => self.advance_alone(&csi.with_at_most(self.picture.size.rows)),
        }
    }
}

impl Sink for Intake {
    fn pass(&mut self, bytes: &[u8]) {
        self.flow(bytes);
    }

    fn flood(&mut self, bytes: &[u8]) -> (usize, Wrote) {
        self.go_by(bytes)
    }

    fn may_be_paint(&self, length: usize) -> bool {
        length >= self.floods_from
    }

    fn paint(&mut self, bytes: &[u8]) -> (usize, Wrote) {
        match self.habits.are_usual() {
            true => self.paint_over(bytes),
            false => (0, Wrote::Nothing),
        }
    }

    fn settle(&mut self) {
        self.look();
    }

    fn escape(&mut self, byte: u8) {
        self.spill();
        match byte {
            b'Z' => self.replies.primary_attributes(),
            b'8' => self.restore_cursor(),
            b'H' => {
                self.habits.stops = Stops::Changed;
                self.emulator.advance(b"\x1bH");
            }
            b'c' => {
                self.advance_alone(b"\x1bc");
                self.emulator.forget();
                self.habits = Habits::NEW;
                self.pending.fill(true);
                self.history.clear();
                self.emulator.make_room();
                self.title.clear();
                self.sync = Sync::Closed;
                self.beneath = None;
            }
            byte => self.advance_alone(&[0x1b, byte]),
        }
    }

    fn csi(&mut self, csi: &Csi<'_>) {
        self.spill();
        match (csi.private, csi.intermediates, csi.last) {
            (b'?', [], b'h' | b'l') => self.set_private_modes(csi),
            (0, [], b'J' | b'M' | b'S') => self.erase_or_scroll(csi),
            (0, [], b'r') => self.set_region(csi),
            (0, [], b'g') => {
                self.habits.stops = Stops::Changed;
                self.emulator.advance(&csi.with_at_most(Size::MAX));
            }
            (0, [], b'c') if csi.number(0) == 0 => self.replies.primary_attributes(),
            (b'>', [], b'c') if csi.number(0) == 0 => self.replies.secondary_attributes(),
            (b'=', [], b'c') if csi.number(0) == 0 => self.replies.tertiary_attributes(),
            (b'>', [], b'q') if csi.number(0) == 0 => self.replies.version(),
            (b'?', [], b'n') if csi.number(0) == 996 => {
                self.replies.scheme(self.emulator.colours.scheme())
            }
            (private, [], b'n') => {
                self.replies
                    .status(private, csi.number(0), self.emulator.cursor())
            }
            (0, [], b'u') => self.restore_cursor(),
            (_, [b'$'], b'p') => self.report_mode(csi),
            (b'?', [], b'u') => self.replies.keyboard(self.emulator.modes().kitty),
            (0, [], b't') => self.replies.size(csi.number(0), self.picture.size),
            _ => {}
        }
    }

    fn osc(&mut self, body: &[u8], end: Terminator) {
        self.spill();
        match signal(body) {
            Some(signal) => {
                if let Signal::Title(title) = &signal {
                    self.title.clone_from(title);
                }
                self.signals.add(signal);
            }
            None => match (body.strip_prefix(b"8;"), std::str::from_utf8(body)) {
                (Some(rest), _) => self.lead(rest),
                (None, Ok("7501;?")) => self.replies.status_records(end),
                (None, Ok(body)) => self.colour(body, end),
                (None, Err(_)) => {}
            },
        }
    }

    fn dcs(&mut self, body: &[u8]) {
        self.spill();
        match body {
            // The older way to open and close a synchronized update.
            b"=1s" => self.synchronize(Switch::On),
            b"=2s" => self.synchronize(Switch::Off),
            _ => self
                .replies
                .dcs(body, self.emulator.pen(), self.emulator.cursor_number()),
        }
    }
}
