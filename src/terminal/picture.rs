//! The screen as it may be shown: whole rows, each with the generation it last changed in.
//! It stands apart from the engine, so it stays readable when the engine broke.

use super::cell::Size;
use super::emulator::{Dress, Emulator};
use super::grid::{Cursor, Modes, Patch, PatchKind};
use super::row::Row;

#[derive(Debug)]
pub(super) struct Picture {
    pub size: Size,
    pub rows: Vec<Row>,
    pub cursor: Cursor,
    pub modes: Modes,
    pub title: String,
    pub generation: u64,
    changed_at: Vec<u64>,
    title_at: u64,
    /// Pictures older than this have another size and need everything.
    complete_at: u64,
    history_rows: u64,
}

impl Picture {
    pub fn new(size: Size) -> Self {
        let rows = usize::from(size.rows);
        Picture {
            size,
            rows: vec![Row::default(); rows],
            cursor: Cursor::default(),
            modes: Modes::default(),
            title: String::new(),
            generation: 1,
            changed_at: vec![1; rows],
            title_at: 1,
            complete_at: 1,
            history_rows: 0,
        }
    }

    /// Takes over what the engine has. Rows marked in `pending` are read and compared.
    pub fn update(
        &mut self,
        emulator: &mut Emulator,
        pending: &mut [bool],
        title: &str,
        history_rows: u64,
    ) {
        let next = self.generation + 1;
        let mut moved = false;
        for (at, pending) in pending
            .iter_mut()
            .enumerate()
            .filter(|(_, pending)| **pending)
        {
            *pending = false;
            let row = emulator.row(at as u16, Dress::Shown);
            if row != self.rows[at] {
                self.rows[at] = row;
                self.changed_at[at] = next;
                moved = true;
            }
        }
        if title != self.title {
            title.clone_into(&mut self.title);
            self.title_at = next;
            moved = true;
        }
        let (cursor, modes) = (emulator.cursor(), emulator.modes());
        moved |= cursor != self.cursor || modes != self.modes || history_rows != self.history_rows;
        (self.cursor, self.modes, self.history_rows) = (cursor, modes, history_rows);
        if moved {
            self.generation = next;
        }
    }

    /// Makes the picture another size; every watcher needs all of it then.
    pub fn resize(&mut self, size: Size) {
        let rows = usize::from(size.rows);
        self.generation += 1;
        self.size = size;
        self.rows.resize(rows, Row::default());
        self.changed_at.resize(rows, self.generation);
        self.complete_at = self.generation;
    }

    /// What changed since a watcher's picture; everything for one with none or too old a one.
    pub fn patch_since(&self, seen: Option<u64>) -> Patch {
        let seen = seen.filter(|seen| (self.complete_at..=self.generation).contains(seen));
        let since = seen.unwrap_or(0);
        let rows = (0..).zip(&self.rows).zip(&self.changed_at);
        let changed = rows.filter(|(_, at)| **at > since || seen.is_none());
        Patch {
            generation: self.generation,
            size: self.size,
            kind: seen.map_or(PatchKind::Full, PatchKind::Since),
            rows: changed.map(|((at, row), _)| (at, row.clone())).collect(),
            cursor: self.cursor,
            modes: self.modes,
            title: (self.title_at > since || seen.is_none()).then(|| self.title.clone()),
            history_rows: self.history_rows,
        }
    }
}
