//! The engine behind a screen; the only file that names its crate. It is given bytes the scanner let
//! through and gives rows, a cursor and modes. It never answers, and what it would say is not heard.

mod floods;
mod leads;

use super::builder::RowBuilder;
use super::cell::{Size, Style};
use super::colours::Colours;
use super::convert::{MARKS, Meaning, convert, style};
use super::grid::{Cursor, CursorShape, ModeSet, Modes, MouseEncoding, MouseProtocol, Visibility};
use super::limits::Limits;
use super::link::Links;
use super::row::Row;
use super::utf8::floor;
use engine::{
    CharsetIndex, Column, Crosswords, CrosswordsSize, EngineShape, Line, Mode, Processor,
    StandardCharset, VoidListener, WindowId,
};

/// Everything of the engine that is used.
pub(super) mod engine {
    pub use rio_vt::ansi::CursorShape as EngineShape;
    pub use rio_vt::config::colors::AnsiColor;
    pub use rio_vt::crosswords::grid::row::Row as EngineRow;
    pub use rio_vt::crosswords::pos::{CharsetIndex, Column, Line, StandardCharset};
    pub use rio_vt::crosswords::square::{ContentTag, Square, Wide};
    pub use rio_vt::crosswords::style::{
        DEFAULT_STYLE_ID, Style as EngineStyle, StyleFlags, UnderlineKind,
    };
    pub use rio_vt::crosswords::{Crosswords, CrosswordsSize, Mode};
    pub use rio_vt::event::{VoidListener, WindowId};
    pub use rio_vt::performer::handler::Processor;

    /// The engine with nobody listening to it.
    pub type Term = Crosswords<VoidListener>;
}

/// Lines that may scroll off between two looks, besides one screen.
const SPARE: usize = 128;

/// The private modes the engine keeps, for DECRQM.
#[rustfmt::skip]
const PRIVATE: [(u16, Mode); 17] = [
    (1, Mode::APP_CURSOR), (6, Mode::ORIGIN), (7, Mode::LINE_WRAP), (9, Mode::MOUSE_REPORT_X10),
    (25, Mode::SHOW_CURSOR), (47, Mode::ALT_SCREEN), (1047, Mode::ALT_SCREEN), (1049, Mode::ALT_SCREEN),
    (1000, Mode::MOUSE_REPORT_CLICK), (1002, Mode::MOUSE_DRAG), (1003, Mode::MOUSE_MOTION),
    (1004, Mode::FOCUS_IN_OUT), (1005, Mode::UTF8_MOUSE), (1006, Mode::SGR_MOUSE),
    (1007, Mode::ALTERNATE_SCROLL), (2004, Mode::BRACKETED_PASTE), (2027, Mode::GRAPHEME_CLUSTER),
];

/// Which colours a row is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dress {
    /// Those that the program set, in place of the numbers they have.
    Shown,
    /// The numbers as they were written.
    Written,
}

pub(super) struct Emulator {
    term: Crosswords<VoidListener>,
    parser: Processor,
    size: Size,
    builder: RowBuilder,
    evicted: u64,
    links: Links,
    /// Where new text leads.
    link: Option<u16>,
    pub colours: Colours,
}

impl Emulator {
    pub fn new(size: Size, limits: &Limits) -> Self {
        let grid = CrosswordsSize::new(usize::from(size.cols), usize::from(size.rows));
        let term = Crosswords::new(
            grid,
            EngineShape::Block,
            VoidListener,
            WindowId::from(0),
            0,
            0,
        );
        let mut emulator = Emulator {
            term,
            parser: Processor::default(),
            size,
            builder: RowBuilder::default(),
            evicted: 0,
            links: Links::new(limits.links),
            link: None,
            colours: Colours::default(),
        };
        emulator.make_room();
        emulator
    }

    /// Feeds bytes that scroll off at most `piece` lines; see `piece`.
    pub fn advance(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    /// How many of these bytes may be fed before the scrolled-off lines must be taken. They end with a whole
    /// character: the engine loses what follows one whose rest comes later.
    pub fn piece(&self, bytes: &[u8]) -> usize {
        let most = bytes
            .len()
            .min(usize::from(self.size.cols) * SPARE / 4)
            .min(8 << 10);
        let most = floor(bytes, most);
        let mut feeds = memchr::memchr3_iter(b'\n', 0x0b, 0x0c, &bytes[..most]);
        feeds.nth(SPARE / 2).map_or(most, |at| at + 1)
    }

    /// Erases up to the cursor. The engine leaves the first row where the cursor is in the second.
    pub fn erase_above(&mut self) {
        self.advance(b"\x1b[1J");
        let row = self.term.grid.cursor.pos.row;
        if row == Line(1) {
            self.term.grid.reset_region(..row);
        }
    }

    /// Changes the size; lines of the main screen are broken anew.
    pub fn resize(&mut self, size: Size) {
        self.term.resize(CrosswordsSize::new(
            usize::from(size.cols),
            usize::from(size.rows),
        ));
        self.size = size;
    }

    /// Gives the lines that scrolled off the main screen, oldest first, and forgets them.
    /// Returns how many were lost before them.
    pub fn take_scrolled(&mut self, mut keep: impl FnMut(Row)) -> u64 {
        if self.alt_screen() {
            return 0;
        }
        let lost = self.term.grid.lines_evicted().saturating_sub(self.evicted);
        let lines = self.term.history_size() as i32;
        for line in -lines..0 {
            keep(self.converted(Line(line), Dress::Shown));
        }
        if lines > 0 {
            self.term.grid.clear_history();
        }
        self.evicted = self.term.grid.lines_evicted();
        lost
    }

    /// Prepares the space for lines to scroll off into, without the engine's large reserve.
    /// To be called on the main screen after its rows were laid out anew.
    pub fn make_room(&mut self) {
        let (rows, cols) = (usize::from(self.size.rows), usize::from(self.size.cols));
        if self.alt_screen() || self.term.grid.raw.rows().count() >= rows * 2 + SPARE {
            return;
        }
        self.term.grid.update_history(0);
        self.term.grid.resize(false, rows * 2 + SPARE, cols);
        self.term.grid.resize(false, rows, cols);
        self.term.grid.update_history(rows + SPARE);
        self.evicted = self.term.grid.lines_evicted();
    }

    /// Marks the rows that changed since the last call, and cuts piles of marks in them.
    pub fn take_damage(&mut self, changed: &mut [bool]) {
        let all = self.term.is_fully_damaged();
        for (at, changed) in changed
            .iter_mut()
            .enumerate()
            .take(usize::from(self.size.rows))
        {
            let line = Line(at as i32);
            let row = &mut self.term.grid[line];
            if row.dirty || all {
                *changed = true;
                let marks = row.has_extras;
                if marks {
                    self.cut_marks(line);
                }
                self.term.grid[line].dirty = false;
            }
        }
        if all {
            self.term.reset_damage();
        }
    }

    /// The row at `at` as it is now.
    pub fn row(&mut self, at: u16, dress: Dress) -> Row {
        self.converted(Line(i32::from(at)), dress)
    }

    fn converted(&mut self, line: Line, dress: Dress) -> Row {
        let set = Some(&self.colours).filter(|set| !set.is_plain());
        let meaning = Meaning {
            links: &self.links,
            colours: match dress {
                Dress::Shown => set,
                Dress::Written => None,
            },
        };
        convert(&self.term, line, meaning, &mut self.builder)
    }

    /// Everything that was set is as in a new screen.
    pub fn forget(&mut self) {
        self.link = None;
        self.links.clear();
        self.colours.clear();
    }

    pub fn cursor(&self) -> Cursor {
        let pos = self.term.grid.cursor.pos;
        let shape = match self.term.cursor_shape {
            EngineShape::Underline => CursorShape::Underline,
            EngineShape::Beam => CursorShape::Bar,
            EngineShape::Block | EngineShape::Hidden => CursorShape::Block,
        };
        let shown = self.term.mode().contains(Mode::SHOW_CURSOR);
        Cursor {
            col: (pos.col.0 as u16).min(self.size.cols - 1),
            row: (pos.row.0.max(0) as u16).min(self.size.rows - 1),
            shape,
            visibility: if shown {
                Visibility::Shown
            } else {
                Visibility::Hidden
            },
        }
    }

    pub fn modes(&self) -> Modes {
        let mode = self.term.mode();
        let bits = [
            (Mode::ALT_SCREEN, ModeSet::ALT_SCREEN),
            (Mode::BRACKETED_PASTE, ModeSet::BRACKETED_PASTE),
            (Mode::FOCUS_IN_OUT, ModeSet::FOCUS_EVENTS),
            (Mode::APP_CURSOR, ModeSet::APP_CURSOR),
            (Mode::APP_KEYPAD, ModeSet::APP_KEYPAD),
            (Mode::ALTERNATE_SCROLL, ModeSet::ALT_SCROLL),
        ];
        let on = bits.iter().filter(|(engine, _)| mode.contains(*engine));
        Modes {
            set: on.fold(ModeSet::default(), |set, (_, bit)| set.with(*bit)),
            mouse: mouse(mode),
            encoding: encoding(mode),
            kitty: self.term.keyboard_mode().bits(),
        }
    }

    pub fn alt_screen(&self) -> bool {
        self.term.mode().contains(Mode::ALT_SCREEN)
    }

    /// The state of a private mode for DECRQM: `None` for one the engine does not know.
    pub fn private_mode(&self, number: u16) -> Option<bool> {
        if number == 12 {
            return Some(self.term.blinking_cursor);
        }
        let (_, bit) = PRIVATE.iter().find(|(known, _)| *known == number)?;
        Some(self.term.mode().contains(*bit))
    }

    /// The state of an ANSI mode for DECRQM.
    pub fn ansi_mode(&self, number: u16) -> Option<bool> {
        match number {
            4 => Some(self.term.mode().contains(Mode::INSERT)),
            20 => Some(self.term.mode().contains(Mode::LINE_FEED_NEW_LINE)),
            _ => None,
        }
    }

    /// The style that new text gets.
    pub fn pen(&self) -> Style {
        style(&self.term.grid.template_style())
    }

    /// Whether the next character begins a new line first.
    pub fn is_full_line(&self) -> bool {
        self.term.grid.cursor.should_wrap
    }

    /// Where the saved cursor is: row, column.
    pub fn saved(&self) -> (u16, u16) {
        let pos = self.term.grid.saved_cursor.pos;
        (pos.row.0.max(0) as u16, pos.col.0 as u16)
    }

    /// Whether the first character set draws lines.
    pub fn draws_lines(&self) -> bool {
        let first = self.term.grid.cursor.charsets[CharsetIndex::G0];
        first == StandardCharset::SpecialCharacterAndLineDrawing
    }

    /// The private modes that are not as in a new emulator, with the letter that sets them so.
    /// Origin, the cursor and the alternate screen are left out.
    pub fn changed_modes(&self) -> impl Iterator<Item = (u16, char)> {
        let fresh = Emulator::new(Size::new(2, 1), &Limits::default());
        let known = PRIVATE
            .iter()
            .filter(|(number, _)| !matches!(number, 6 | 25 | 47 | 1047 | 1049));
        let on = move |mode: &Mode, term: &engine::Term| term.mode().contains(*mode);
        known
            .filter(move |(_, mode)| on(mode, &self.term) != on(mode, &fresh.term))
            .map(move |(number, mode)| (*number, if on(mode, &self.term) { 'h' } else { 'l' }))
    }

    /// The number DECSCUSR would set for the cursor as it is.
    pub fn cursor_number(&self) -> u8 {
        let steady = match self.cursor().shape {
            CursorShape::Block => 2,
            CursorShape::Underline => 4,
            CursorShape::Bar => 6,
        };
        steady - u8::from(self.term.blinking_cursor)
    }

    /// The most marks any cell has.
    #[cfg(test)]
    pub fn longest_pile(&self) -> usize {
        let grid = &self.term.grid;
        let lines = (0..i32::from(self.size.rows)).flat_map(|line| &grid[Line(line)].inner);
        let ids = lines.filter_map(|cell| cell.extras_id_checked());
        ids.filter_map(|id| grid.extras_table.get(id))
            .map(|extras| extras.zerowidth.len())
            .max()
            .unwrap_or(0)
    }

    /// Cuts piles of marks the scanner could not see, made by moving the cursor back again and again.
    fn cut_marks(&mut self, line: Line) {
        for col in (0..usize::from(self.size.cols)).map(Column) {
            let grid = &mut self.term.grid;
            let Some(id) = grid[line]
                .inner
                .get(col.0)
                .and_then(|cell| cell.extras_id_checked())
            else {
                continue;
            };
            let Some(extras) = grid
                .extras_table
                .get(id)
                .filter(|extras| extras.zerowidth.len() > MARKS)
            else {
                continue;
            };
            let mut cut = extras.clone();
            cut.zerowidth.truncate(MARKS);
            let id = grid.alloc_extras(cut);
            grid[line][col].set_extras_id(Some(id).filter(|id| *id != 0));
        }
    }
}

fn mouse(mode: Mode) -> MouseProtocol {
    let protocols = [
        (Mode::MOUSE_MOTION, MouseProtocol::Motion),
        (Mode::MOUSE_DRAG, MouseProtocol::Drags),
        (Mode::MOUSE_REPORT_CLICK, MouseProtocol::Clicks),
        (Mode::MOUSE_REPORT_X10, MouseProtocol::Presses),
    ];
    first_on(mode, &protocols)
}

fn encoding(mode: Mode) -> MouseEncoding {
    first_on(
        mode,
        &[
            (Mode::SGR_MOUSE, MouseEncoding::Sgr),
            (Mode::UTF8_MOUSE, MouseEncoding::Utf8),
        ],
    )
}

fn first_on<T: Copy + Default>(mode: Mode, table: &[(Mode, T)]) -> T {
    table
        .iter()
        .find(|(bit, _)| mode.contains(*bit))
        .map_or_else(T::default, |(_, value)| *value)
}
