//! The engine behind a screen; the only file that names it. It is given bytes the scanner let
//! through and gives rows, a cursor and modes. It never answers, and what it would say is not heard.

use super::cell::{Attrs, Color, Size, Style, Underline};
use super::grid::{Cursor, CursorShape, ModeSet, Modes, MouseEncoding, MouseProtocol, Visibility};
use super::row::{Row, RowBuilder, Wrap};
use rio_vt::ansi::CursorShape as EngineShape;
use rio_vt::config::colors::AnsiColor;
use rio_vt::crosswords::grid::row::Row as EngineRow;
use rio_vt::crosswords::pos::{Column, Line};
use rio_vt::crosswords::square::{ContentTag, Square, Wide};
use rio_vt::crosswords::style::{DEFAULT_STYLE_ID, Style as EngineStyle, StyleFlags, UnderlineKind};
use rio_vt::crosswords::{Crosswords, CrosswordsSize, Mode};
use rio_vt::event::{VoidListener, WindowId};
use rio_vt::performer::handler::Processor;

/// Lines that may scroll off between two looks, besides one screen.
const SPARE: usize = 128;
/// The most marks a cell keeps.
const MARKS: usize = 32;

pub(super) struct Emulator {
    term: Crosswords<VoidListener>,
    parser: Processor,
    size: Size,
    builder: RowBuilder,
    evicted: u64,
}

impl Emulator {
    pub fn new(size: Size) -> Self {
        let grid = CrosswordsSize::new(usize::from(size.cols), usize::from(size.rows));
        let term = Crosswords::new(grid, EngineShape::Block, VoidListener, WindowId::from(0), 0, 0);
        let mut emulator =
            Emulator { term, parser: Processor::default(), size, builder: RowBuilder::default(), evicted: 0 };
        emulator.make_room();
        emulator
    }

    /// Feeds bytes that scroll off at most `piece` lines; see `piece`.
    pub fn advance(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    /// How many of these bytes may be fed before the scrolled-off lines must be taken.
    pub fn piece(&self, bytes: &[u8]) -> usize {
        let most = bytes.len().min(usize::from(self.size.cols) * SPARE / 4).min(8 << 10);
        let mut feeds = memchr::memchr3_iter(b'\n', 0x0b, 0x0c, &bytes[..most]);
        feeds.nth(SPARE / 2).map_or(most, |at| at + 1)
    }

    /// Changes the size; lines of the main screen are broken anew.
    pub fn resize(&mut self, size: Size) {
        self.term.resize(CrosswordsSize::new(usize::from(size.cols), usize::from(size.rows)));
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
            let row = convert(&self.term, Line(line), &mut self.builder);
            keep(row);
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
        for (at, changed) in changed.iter_mut().enumerate().take(usize::from(self.size.rows)) {
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
    pub fn row(&mut self, at: u16) -> Row {
        convert(&self.term, Line(i32::from(at)), &mut self.builder)
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
            visibility: if shown { Visibility::Shown } else { Visibility::Hidden },
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
        let bit = match number {
            1 => Mode::APP_CURSOR,
            6 => Mode::ORIGIN,
            7 => Mode::LINE_WRAP,
            9 => Mode::MOUSE_REPORT_X10,
            12 => return Some(self.term.blinking_cursor),
            25 => Mode::SHOW_CURSOR,
            47 | 1047 | 1049 => Mode::ALT_SCREEN,
            1000 => Mode::MOUSE_REPORT_CLICK,
            1002 => Mode::MOUSE_DRAG,
            1003 => Mode::MOUSE_MOTION,
            1004 => Mode::FOCUS_IN_OUT,
            1005 => Mode::UTF8_MOUSE,
            1006 => Mode::SGR_MOUSE,
            1007 => Mode::ALTERNATE_SCROLL,
            2004 => Mode::BRACKETED_PASTE,
            2027 => Mode::GRAPHEME_CLUSTER,
            _ => return None,
        };
        Some(self.term.mode().contains(bit))
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

    /// The number DECSCUSR would set for the cursor as it is.
    pub fn cursor_number(&self) -> u8 {
        let steady = match self.cursor().shape {
            CursorShape::Block => 2,
            CursorShape::Underline => 4,
            CursorShape::Bar => 6,
        };
        steady - u8::from(self.term.blinking_cursor)
    }

    /// Cuts piles of marks the scanner could not see, made by moving the cursor back again and again.
    fn cut_marks(&mut self, line: Line) {
        for col in (0..usize::from(self.size.cols)).map(Column) {
            let grid = &mut self.term.grid;
            let Some(id) = grid[line][col].extras_id_checked() else { continue };
            let Some(extras) = grid.extras_table.get(id) else { continue };
            if extras.zerowidth.len() > MARKS {
                let mut cut = extras.clone();
                cut.zerowidth.truncate(MARKS);
                let id = grid.alloc_extras(cut);
                grid[line][col].set_extras_id(Some(id).filter(|id| *id != 0));
            }
        }
    }
}

fn mouse(mode: Mode) -> MouseProtocol {
    if mode.contains(Mode::MOUSE_MOTION) {
        MouseProtocol::Motion
    } else if mode.contains(Mode::MOUSE_DRAG) {
        MouseProtocol::Drags
    } else if mode.contains(Mode::MOUSE_REPORT_CLICK) {
        MouseProtocol::Clicks
    } else if mode.contains(Mode::MOUSE_REPORT_X10) {
        MouseProtocol::Presses
    } else {
        MouseProtocol::Off
    }
}

fn encoding(mode: Mode) -> MouseEncoding {
    if mode.contains(Mode::SGR_MOUSE) {
        MouseEncoding::Sgr
    } else if mode.contains(Mode::UTF8_MOUSE) {
        MouseEncoding::Utf8
    } else {
        MouseEncoding::Bytes
    }
}

/// Everything of a cell but its character and the flag that its line goes on.
const NOT_PLAIN: u64 = !(0x7f | 1 << 23);
/// The part of a cell that says its style, where nothing else is set.
const STYLE_ID: u64 = 0xffff << 32;

fn convert(term: &Crosswords<VoidListener>, line: Line, builder: &mut RowBuilder) -> Row {
    let row = &term.grid[line];
    let cells = row.inner.as_slice();
    let wrapped = cells.last().is_some_and(|last| last.wrapline());
    let wrap = if wrapped { Wrap::Continues } else { Wrap::Ends };
    if cells.iter().fold(0, |seen, cell| seen | cell.raw()) & NOT_PLAIN == 0 {
        return Row::from_ascii(ascii(cells, wrap), wrap);
    }
    styled(term, row, builder);
    builder.finish(wrap)
}

fn ascii(cells: &[Square], wrap: Wrap) -> Box<str> {
    let blank = |cell: &Square| matches!(cell.raw() & 0x7f, 0 | 0x20);
    let end = match wrap {
        Wrap::Continues => cells.len(),
        Wrap::Ends => cells.iter().rposition(|cell| !blank(cell)).map_or(0, |at| at + 1),
    };
    let text: Vec<u8> = cells[..end].iter().map(ascii_byte).collect();
    String::from_utf8(text).unwrap_or_default().into()
}

fn styled(term: &Crosswords<VoidListener>, row: &EngineRow<Square>, builder: &mut RowBuilder) {
    let cells = row.inner.as_slice();
    let used = cells.iter().rposition(|cell| *cell != Square::default()).map_or(0, |at| at + 1);
    let mut at = 0;
    while at < used {
        let kind = cells[at].raw() & NOT_PLAIN;
        let style = cell_style(term, &cells[at]);
        if kind & !STYLE_ID == 0 {
            let end = at + cells[at..used].iter().take_while(|cell| cell.raw() & NOT_PLAIN == kind).count();
            builder.put_ascii(cells[at..end].iter().map(ascii_byte), style);
            at = end;
        } else {
            special(term, cells, at, style, builder);
            at += 1;
        }
    }
}

/// A cell with more to it than a byte and a style.
fn special(term: &Crosswords<VoidListener>, cells: &[Square], at: usize, style: Style, builder: &mut RowBuilder) {
    let cell = &cells[at];
    if cell.content_tag() != ContentTag::Codepoint {
        return builder.put(' ', style);
    }
    match cell.wide() {
        Wide::Spacer if at > 0 && cells[at - 1].wide() == Wide::Wide => return,
        // What stands for a wide character that did not fit here is no part of the line.
        Wide::LeadingSpacer if at + 1 == cells.len() => return,
        Wide::Wide if cells.get(at + 1).is_some_and(|next| next.wide() == Wide::Spacer) => {
            builder.push(cell.c().encode_utf8(&mut [0; 4]), 2, style);
        }
        Wide::Narrow | Wide::Wide | Wide::Spacer | Wide::LeadingSpacer => builder.put(narrow(cell.c()), style),
    }
    if let Some(id) = cell.extras_id()
        && let Some(extras) = term.grid.extras_table.get(id)
    {
        extras.zerowidth.iter().take(MARKS).for_each(|mark| builder.mark(*mark));
    }
}

fn cell_style(term: &Crosswords<VoidListener>, cell: &Square) -> Style {
    match cell.content_tag() {
        ContentTag::BgPalette => Style { bg: Color::Indexed(cell.bg_palette_index()), ..Style::default() },
        ContentTag::BgRgb => {
            let (r, g, b) = cell.bg_rgb();
            Style { bg: Color::Rgb(r, g, b), ..Style::default() }
        }
        ContentTag::Codepoint if cell.style_id() == DEFAULT_STYLE_ID => Style::default(),
        ContentTag::Codepoint => {
            term.grid.styles().get(usize::from(cell.style_id())).map_or_else(Style::default, style)
        }
    }
}

fn ascii_byte(cell: &Square) -> u8 {
    ((cell.raw() & 0x7f) as u8).max(b' ')
}

/// The character of a cell one column wide. A wide one that lost its other half is a blank.
fn narrow(c: char) -> char {
    use unicode_width::UnicodeWidthChar;
    if c < ' ' || (c > '\u{10ff}' && c.width() == Some(2)) { ' ' } else { c }
}

fn style(engine: &EngineStyle) -> Style {
    let flags = engine.flags;
    let bits = [
        (StyleFlags::BOLD, Attrs::BOLD),
        (StyleFlags::DIM, Attrs::DIM),
        (StyleFlags::ITALIC, Attrs::ITALIC),
        (StyleFlags::ALL_BLINK, Attrs::BLINK),
        (StyleFlags::INVERSE, Attrs::REVERSE),
        (StyleFlags::HIDDEN, Attrs::HIDDEN),
        (StyleFlags::STRIKEOUT, Attrs::STRIKE),
    ];
    let on = bits.iter().filter(|(engine, _)| flags.intersects(*engine));
    Style {
        fg: color(engine.fg),
        bg: color(engine.bg),
        underline_color: engine.underline_color.map_or(Color::Default, color),
        underline: match flags.underline_kind() {
            None => Underline::None,
            Some(UnderlineKind::Single) => Underline::Single,
            Some(UnderlineKind::Double) => Underline::Double,
            Some(UnderlineKind::Curly) => Underline::Curly,
            Some(UnderlineKind::Dotted) => Underline::Dotted,
            Some(UnderlineKind::Dashed) => Underline::Dashed,
        },
        attrs: on.fold(Attrs::NONE, |attrs, (_, bit)| attrs.with(*bit)),
    }
}

fn color(engine: AnsiColor) -> Color {
    match engine {
        AnsiColor::Named(name) => u8::try_from(name as usize).ok().filter(|n| *n < 16).map_or(Color::Default, Color::Indexed),
        AnsiColor::Spec(rgb) => Color::Rgb(rgb.r, rgb.g, rgb.b),
        AnsiColor::Indexed(index) => Color::Indexed(index),
    }
}
