//! Turns rows and styles of the engine into ours. Most rows are plain ASCII and take the short way.

use super::builder::RowBuilder;
use super::cell::{Attrs, Color, Style, Underline};
use super::colours::Colours;
use super::emulator::engine::{
    AnsiColor, ContentTag, DEFAULT_STYLE_ID, EngineRow, EngineStyle, Line, Square, StyleFlags,
    Term, UnderlineKind, Wide,
};
use super::link::{Link, Links};
use super::row::{Row, Wrap};

/// The most marks a cell keeps.
pub(super) const MARKS: usize = 32;
/// Everything of a cell but its character and the flag that its line goes on.
const NOT_PLAIN: u64 = !(0x7f | 1 << 23);
/// The part of a cell that says its style, where nothing else is set.
const STYLE_ID: u64 = 0xffff << 32;

/// What cells are looked up in.
#[derive(Clone, Copy)]
pub(super) struct Meaning<'a> {
    pub links: &'a Links,
    /// The colours that a program set, where it set any that show.
    pub colours: Option<&'a Colours>,
}

impl Meaning<'_> {
    fn style(self, style: Style) -> Style {
        self.colours.map_or(style, |colours| colours.shown(style))
    }
}

/// A row of the engine as it is now.
pub(super) fn convert(
    term: &Term,
    line: Line,
    meaning: Meaning<'_>,
    builder: &mut RowBuilder,
) -> Row {
    let row = &term.grid[line];
    let cells = row.inner.as_slice();
    let wrapped = cells.last().is_some_and(|last| last.wrapline());
    let wrap = if wrapped { Wrap::Continues } else { Wrap::Ends };
    let written = written(cells);
    if meaning.colours.is_none() && seen(&cells[..written]) & NOT_PLAIN == 0 {
        return Row::from_ascii(ascii(cells, written, wrap), wrap);
    }
    styled(term, row, meaning, builder);
    builder.finish(wrap)
}

/// How many cells there are up to the last one that was ever written, or a few more. Most lines are much
/// shorter than their screen, and what is behind them need not be looked at cell by cell.
fn written(cells: &[Square]) -> usize {
    const TOGETHER: usize = 8;
    let blank = |chunk: &&[Square]| seen(chunk) == 0;
    cells.len() - cells.rchunks_exact(TOGETHER).take_while(blank).count() * TOGETHER
}

/// Every bit that is set in any of these cells.
fn seen(cells: &[Square]) -> u64 {
    cells.iter().fold(0, |seen, cell| seen | cell.raw())
}

fn ascii(cells: &[Square], written: usize, wrap: Wrap) -> Box<str> {
    let blank = |cell: &Square| cell.raw() & 0x7f <= 0x20;
    let end = match wrap {
        Wrap::Continues => cells.len(),
        Wrap::Ends => cells[..written]
            .iter()
            .rposition(|cell| !blank(cell))
            .map_or(0, |at| at + 1),
    };
    let text: Vec<u8> = cells[..end].iter().map(ascii_byte).collect();
    String::from_utf8(text).unwrap_or_default().into()
}

fn styled(term: &Term, row: &EngineRow<Square>, meaning: Meaning<'_>, builder: &mut RowBuilder) {
    let cells = row.inner.as_slice();
    let fills = meaning.colours.is_some_and(Colours::fills);
    let used = cells
        .iter()
        .rposition(|cell| fills || *cell != Square::default())
        .map_or(0, |at| at + 1);
    let mut at = 0;
    while at < used {
        let (kind, erased) = (cells[at].raw() & NOT_PLAIN, is_erased(&cells[at]));
        let style = meaning.style(cell_style(term, &cells[at]));
        if kind & !STYLE_ID == 0 {
            builder.lead(None);
            let end = at
                + cells[at..used]
                    .iter()
                    .take_while(|cell| cell.raw() & NOT_PLAIN == kind && is_erased(cell) == erased)
                    .count();
            builder.put_ascii(cells[at..end].iter().map(ascii_byte), style);
            at = end;
        } else {
            builder.lead(leads(term, &cells[at], meaning.links));
            special(term, cells, at, style, builder);
            at += 1;
        }
    }
}

/// Where a cell leads; the engine keeps our number where others keep a URI.
fn leads<'l>(term: &Term, cell: &Square, links: &'l Links) -> Option<&'l Link> {
    links.get(link_number(term, cell)?)
}

/// The number of a cell's link.
pub(super) fn link_number(term: &Term, cell: &Square) -> Option<u16> {
    let extras = term.grid.extras_table.get(cell.extras_id_checked()?)?;
    extras.hyperlink.as_ref()?.uri().parse().ok()
}

/// A cell with more to it than a byte and a style.
fn special(term: &Term, cells: &[Square], at: usize, style: Style, builder: &mut RowBuilder) {
    let cell = &cells[at];
    if cell.content_tag() != ContentTag::Codepoint {
        return builder.put(' ', style);
    }
    match cell.wide() {
        Wide::Spacer if at > 0 && cells[at - 1].wide() == Wide::Wide => return,
        // What stands for a wide character that did not fit here is no part of the line.
        Wide::LeadingSpacer if at + 1 == cells.len() => return,
        Wide::Wide
            if cells
                .get(at + 1)
                .is_some_and(|next| next.wide() == Wide::Spacer) =>
        {
            builder.push(cell.c().encode_utf8(&mut [0; 4]), 2, style);
        }
        Wide::Narrow | Wide::Wide | Wide::Spacer | Wide::LeadingSpacer => {
            builder.put(narrow(cell.c()), style)
        }
    }
    if let Some(id) = cell.extras_id()
        && let Some(extras) = term.grid.extras_table.get(id)
    {
        extras
            .zerowidth
            .iter()
            .take(MARKS)
            .for_each(|mark| builder.mark(*mark));
    }
}

fn cell_style(term: &Term, cell: &Square) -> Style {
    match cell.content_tag() {
        ContentTag::BgPalette => Style {
            bg: Color::Indexed(cell.bg_palette_index()),
            ..Style::default()
        },
        ContentTag::BgRgb => {
            let (r, g, b) = cell.bg_rgb();
            Style {
                bg: Color::Rgb(r, g, b),
                ..Style::default()
            }
        }
        ContentTag::Codepoint if cell.style_id() == DEFAULT_STYLE_ID => Style::default(),
        ContentTag::Codepoint => {
            let styles = term.grid.styles();
            let style = styles.get(usize::from(cell.style_id())).map(style);
            match (style, is_erased(cell)) {
                (Some(style), true) => style.erased(),
                (Some(style), false) => style,
                (None, _) => Style::default(),
            }
        }
    }
}

/// Whether nothing was written here since it was erased; a tab only marks that it went by.
fn is_erased(cell: &Square) -> bool {
    cell.content_tag() == ContentTag::Codepoint && matches!(cell.c(), '\0' | '\t')
}

/// The style of a row in which nothing is written, where it has one only.
pub(super) fn blank_row(term: &Term, line: Line) -> Option<Style> {
    let cells = term.grid[line].inner.as_slice();
    let first = cells.first()?;
    let blank = first.raw() & !STYLE_ID == 0 && cells.iter().all(|cell| cell == first);
    blank.then(|| cell_style(term, first))
}

fn ascii_byte(cell: &Square) -> u8 {
    ((cell.raw() & 0x7f) as u8).max(b' ')
}

/// The character of a cell one column wide. A wide one that lost its other half is a blank.
fn narrow(c: char) -> char {
    use unicode_width::UnicodeWidthChar;
    if c < ' ' || (c > '\u{10ff}' && c.width() == Some(2)) {
        ' '
    } else {
        c
    }
}

/// A style of the engine.
pub(super) fn style(engine: &EngineStyle) -> Style {
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
        AnsiColor::Named(name) => u8::try_from(name as usize)
            .ok()
            .filter(|n| *n < 16)
            .map_or(Color::Default, Color::Indexed),
        AnsiColor::Spec(rgb) => Color::Rgb(rgb.r, rgb.g, rgb.b),
        AnsiColor::Indexed(index) => Color::Indexed(index),
    }
}
