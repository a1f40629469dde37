//! A cell of the picture that leads somewhere. The picture's cells have no place for it, so letter and URI
//! share the cell's symbol, and a cell that leads elsewhere differs like one with another letter. Whoever
//! writes cells to a terminal takes them apart again; never write such a symbol as it is.

use ratatui::buffer::Cell;

use crate::terminal::Link;

/// Stands between letter and URI. No letter of a swept picture has it.
const BETWEEN: char = '\u{1f}';

/// The letter of a cell, and where it leads. What may not be a link leads nowhere.
pub fn parts(cell: &Cell) -> (&str, Option<&str>) {
    let symbol = cell.symbol();
    // Nearly every cell is one byte.
    if symbol.len() == 1 {
        return (symbol, None);
    }
    match symbol.split_once(BETWEEN) {
        Some((letter, uri)) => (letter, Some(uri)),
        None => (symbol, None),
    }
}

/// Lets a cell lead there.
pub fn attach(cell: &mut Cell, link: &Link) {
    let letter = parts(cell).0;
    let symbol = format!("{letter}{BETWEEN}{}", link.uri());
    cell.set_symbol(&symbol);
}
