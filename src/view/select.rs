//! Lines of a pane, past and present, by their numbers; and the text of a selection of them.

use crate::terminal::{Row, Wrap};

use super::desk::{Pane, Selection};

/// The most lines that are copied at once.
const MOST: u64 = 20_000;

/// A selection's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// The text: lines that were only broken at the edge are whole again, blanks at ends are gone.
    pub text: String,
    /// How many lines of it are not at hand.
    pub missing: u64,
}

/// A line, counted from the pane's beginning: of the screen, or of the past as far as it was fetched.
pub fn row_at(pane: &Pane, line: u64) -> Option<&Row> {
    let screen = pane.grid.history_rows();
    if line >= screen {
        return pane.grid.rows().get(usize::try_from(line - screen).ok()?);
    }
    let scroll = pane.scroll.as_ref()?;
    let at = line.checked_sub(scroll.first)?;
    scroll.rows.get(usize::try_from(at).ok()?)
}

/// One line behind the last there is.
pub fn end(pane: &Pane) -> u64 {
    pane.grid.history_rows() + pane.grid.rows().len() as u64
}

impl Selection {
    /// Its beginning and its end, inclusive, in the order of the text.
    pub fn ordered(&self) -> ((u64, u16), (u64, u16)) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    /// Whether a cell is selected.
    pub fn covers(&self, line: u64, column: u16) -> bool {
        let (from, to) = self.ordered();
        (from..=to).contains(&(line, column))
    }
}

/// The text of a selection.
pub fn text(pane: &Pane, selection: &Selection) -> Selected {
    let (from, to) = selection.ordered();
    let last = to.0.min(from.0.saturating_add(MOST - 1));
    let mut selected = Selected {
        missing: to.0 - last,
        ..Selected::default()
    };
    for line in from.0..=last {
        let Some(row) = row_at(pane, line) else {
            selected.missing += 1;
            continue;
        };
        let start = if line == from.0 { from.1 } else { 0 };
        let stop = if line == to.0 { to.1 } else { u16::MAX };
        let part = cells(row, start, stop);
        if row.wrap() == Wrap::Continues && line < last {
            selected.text.push_str(&part);
            continue;
        }
        selected.text.push_str(part.trim_end_matches(' '));
        if line < last {
            selected.text.push('\n');
        }
    }
    selected
}

/// The cells of a row that touch these columns, inclusive.
fn cells(row: &Row, start: u16, stop: u16) -> String {
    let mut at = 0u32;
    let mut part = String::new();
    for cell in row.cells() {
        let next = at + u32::from(cell.width);
        if next > u32::from(start) && at <= u32::from(stop) {
            part.push_str(cell.text);
        }
        at = next;
    }
    part
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::AgentId;
    use crate::terminal::{Cursor, Modes, Patch, PatchKind, Size};
    use crate::view::desk::{Scroll, SelectBy};

    fn pane(past: &[&str], screen: &[&str]) -> Pane {
        let mut pane = Pane::default();
        let rows = (0..).zip(screen.iter().map(|text| Row::plain(text)));
        pane.grid
            .apply(Patch {
                generation: 1,
                size: Size::new(20, screen.len() as u16),
                kind: PatchKind::Full,
                rows: rows.collect(),
                cursor: Cursor::default(),
                modes: Modes::default(),
                title: None,
                history_rows: past.len() as u64,
            })
            .unwrap();
        pane.scroll = Some(Scroll {
            rows: past.iter().map(|text| Row::plain(text)).collect(),
            total: past.len() as u64,
            ..Scroll::default()
        });
        pane
    }

    fn select(from: (u64, u16), to: (u64, u16)) -> Selection {
        Selection {
            agent: AgentId(1),
            from,
            to,
            by: SelectBy::Nobody,
        }
    }

    #[test]
    fn a_selection_goes_over_past_and_screen_in_either_direction() {
        let pane = pane(&["first", "second"], &["third", "fourth"]);
        let forth = text(&pane, &select((1, 3), (2, 2)));
        assert_eq!(forth.text, "ond\nthi");
        assert_eq!(text(&pane, &select((2, 2), (1, 3))), forth);
        assert_eq!(text(&pane, &select((3, 0), (3, 90))).text, "fourth");
    }

    #[test]
    fn a_wide_character_is_taken_whole() {
        let pane = pane(&[], &["a宽b"]);
        assert_eq!(text(&pane, &select((0, 2), (0, 2))).text, "宽");
    }

    #[test]
    fn lines_that_are_not_at_hand_are_counted() {
        let mut pane = pane(&["a", "b"], &["c"]);
        pane.scroll = None;
        let selected = text(&pane, &select((0, 0), (2, 0)));
        assert_eq!((selected.text.as_str(), selected.missing), ("c", 2));
        let endless = text(&pane, &select((0, 0), (u64::MAX, 0)));
        assert!(endless.missing > 1_000_000);
    }
}
