//! What could be read of a file, whatever is wrong with it: for whoever looks for everything that is wrong at once.

use std::collections::BTreeSet;

use super::{Diagnostic, Parsed};

/// A file that may be broken.
#[derive(Clone, Debug)]
pub struct Gleaned<T> {
    /// What could be read; none where the file has no part that can be.
    pub value: Option<T>,
    /// What it is worth, and what is wrong with it.
    pub parsed: Parsed<T>,
    doubt: Doubt,
}

/// Which lines of a file may not say what was meant.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    /// Lines that are no TOML: whatever else is found there follows from that.
    pub lines: BTreeSet<u32>,
    /// From this line on, what was read may not be what was meant.
    pub from: u32,
}

impl Doubt {
    /// No line.
    pub fn none() -> Self {
        let (lines, from) = (BTreeSet::new(), u32::MAX);
        Self { lines, from }
    }

    /// Whether what is found in a line may follow from something else.
    pub fn of(&self, line: u32) -> bool {
        line >= self.from || self.lines.contains(&line)
    }
}

impl<T> Gleaned<T> {
    pub(super) fn new(value: Option<T>, parsed: Parsed<T>, doubt: Doubt) -> Self {
        Self {
            value,
            parsed,
            doubt,
        }
    }

    /// A file of which nothing can be read, and why.
    pub(super) fn nothing(why: Diagnostic) -> Self {
        let parsed = Parsed {
            value: None,
            diagnostics: vec![why],
        };
        Self::new(None, parsed, Doubt::none())
    }

    /// All that is wrong with the file, in its order: what its reader found, and what somebody else found out about
    /// what it names. Of that is left out what stands in a line that could not be read, or where an error stands already.
    pub fn with(self, more: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut all = self.parsed.diagnostics;
        let place = |one: &Diagnostic| (one.line, one.column);
        let known: BTreeSet<(u32, u32)> =
            all.iter().filter(|one| one.is_error()).map(place).collect();
        // the beginning stands for the whole file
        let repeats = |one: &Diagnostic| place(one) != (1, 1) && known.contains(&place(one));
        let sure = |one: &Diagnostic| place(one) == (1, 1) || !self.doubt.of(one.line);
        all.extend(more.into_iter().filter(|one| sure(one) && !repeats(one)));
        all.sort_by_key(place);
        all
    }
}
