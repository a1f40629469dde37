//! Where text leads, as the engine is told: it keeps the number of a link with each cell, and our table says
//! which link that is.

use super::super::convert::link_number;
use super::super::link::Link;
use super::{Emulator, engine};
use std::collections::HashSet;

impl Emulator {
    /// New text leads there from here on, or nowhere. One link too many leads nowhere.
    pub fn lead(&mut self, link: Option<Link>) {
        let (term, active) = (&self.term, self.link);
        let live = || live_links(term).into_iter().chain(active).collect();
        self.link = link.and_then(|link| self.links.number(link, live));
        self.lead_again();
    }

    /// Where new text leads is no part of what a saved cursor brings back.
    pub fn lead_again(&mut self) {
        let command = match self.link {
            Some(number) => format!("\x1b]8;id={number};{number}\x1b\\"),
            None => "\x1b]8;;\x1b\\".to_owned(),
        };
        self.advance(command.as_bytes());
    }

    /// Where new text leads.
    pub fn link(&self) -> Option<&Link> {
        self.links.get(self.link?)
    }

    /// The screen is about to be covered by the alternate one.
    pub fn cover_links(&mut self) {
        self.links.cover(live_links(&self.term));
    }

    /// No screen is covered any more.
    pub fn uncover_links(&mut self) {
        self.links.cover(HashSet::new());
    }

    /// The bytes held for links.
    pub fn held(&self) -> usize {
        self.links.held()
    }
}

/// The numbers of all links that a cell of the screen has, those of rows the engine keeps aside included.
fn live_links(term: &engine::Term) -> HashSet<u16> {
    let rows = term.grid.raw.rows().filter(|row| row.has_extras);
    let cells = rows.flat_map(|row| &row.inner);
    cells.filter_map(|cell| link_number(term, cell)).collect()
}
