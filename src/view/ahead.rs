//! What a person typed and the agent has not echoed yet, shown where it will stand, and marked: for slow links. Only a
//! picture: nothing of it is sent. What is typed is shown only where the agent was seen to echo the letters before it in
//! the same line, so that no password ever stands there.

use unicode_width::UnicodeWidthChar as _;

use crate::model::{AgentId, Time};
use crate::terminal::{Cursor, Grid, Key, KeyCode, Mods};

/// Letters that may wait for their echo; with more the line is left to the agent.
const MOST: usize = 200;

/// For so long, in milliseconds, letters wait for their echo; then they are taken away.
const LASTS: u64 = 3_000;

/// Whether letters are shown before their echo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LocalEcho {
    /// No: everything on a tile is the agent's.
    #[default]
    Off,
    /// Yes; what waits for its echo now.
    On(Option<Ahead>),
}

/// Letters of one line of one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    agent: AgentId,
    /// The line of the terminal, where the cursor stands.
    row: u16,
    trust: Trust,
    letters: Vec<char>,
    until: Time,
}

/// Whether this line is known to be echoed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Not yet: nothing is shown.
    Unproven,
    /// A letter came back as it was typed.
    Echoed,
}

impl LocalEcho {
    /// The other way.
    pub fn turned(&self) -> Self {
        match self {
            LocalEcho::Off => LocalEcho::On(None),
            LocalEcho::On(_) => LocalEcho::Off,
        }
    }

    /// A key went to an agent whose terminal stands like this.
    pub fn typed(&mut self, agent: AgentId, key: &Key, grid: &Grid, now: Time) {
        let LocalEcho::On(ahead) = self else { return };
        let row = grid.cursor().row;
        let was = ahead
            .take()
            .filter(|it| it.agent == agent && it.row == row && it.until > now);
        *ahead = match (key.code, key.mods) {
            (KeyCode::Char(letter), Mods::NONE | Mods::SHIFT) => {
                let mut line = was.unwrap_or(Ahead {
                    agent,
                    row,
                    trust: Trust::Unproven,
                    letters: Vec::new(),
                    until: now,
                });
                line.letters.push(letter);
                line.until = Time(now.0.saturating_add(LASTS));
                Some(line).filter(|line| line.fits(grid))
            }
            (KeyCode::Backspace, Mods::NONE) => was.and_then(Ahead::without_last),
            // what any other key makes of the line nobody knows
            _ => None,
        };
    }

    /// An agent's terminal shows something new; its cursor was there before.
    pub fn came(&mut self, agent: AgentId, before: Cursor, grid: &Grid) {
        if let LocalEcho::On(ahead) = self
            && ahead.as_ref().is_some_and(|it| it.agent == agent)
        {
            *ahead = ahead.take().and_then(|it| it.echoed(before, grid));
        }
    }

    /// What stands behind an agent's cursor.
    pub fn shown(&self, agent: AgentId, row: u16, now: Time) -> Option<String> {
        let LocalEcho::On(Some(ahead)) = self else {
            return None;
        };
        let here = ahead.agent == agent && ahead.row == row && ahead.until > now;
        let shown = here && ahead.trust == Trust::Echoed && !ahead.letters.is_empty();
        shown.then(|| ahead.letters.iter().collect())
    }

    /// Whether anything of an agent waits for its echo.
    pub fn waits(&self, agent: AgentId) -> bool {
        matches!(self, LocalEcho::On(Some(ahead)) if ahead.agent == agent)
    }

    /// When what is shown goes by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            LocalEcho::On(Some(ahead)) if !ahead.letters.is_empty() => Some(ahead.until),
            LocalEcho::On(_) | LocalEcho::Off => None,
        }
    }
}

impl Ahead {
    /// Whether all of it has room in the line; behind its end the agent goes on in its own way.
    fn fits(&self, grid: &Grid) -> bool {
        let columns: usize = self.letters.iter().copied().map(columns).sum();
        let room = grid.size().cols.saturating_sub(grid.cursor().col);
        self.letters.len() <= MOST && columns < usize::from(room)
    }

    fn without_last(mut self) -> Option<Self> {
        self.letters.pop().map(|_| self)
    }

    /// What is left of it once the terminal shows this; none where it shows something else than was typed.
    fn echoed(mut self, before: Cursor, grid: &Grid) -> Option<Self> {
        let now = grid.cursor();
        if now.row != self.row {
            return None;
        }
        let mut column = usize::from(before.col);
        while column < usize::from(now.col) && !self.letters.is_empty() {
            let letter = self.letters.remove(0);
            if !stands(grid, self.row, column, letter) {
                return None;
            }
            self.trust = Trust::Echoed;
            column += columns(letter);
        }
        Some(self)
    }
}

fn columns(letter: char) -> usize {
    letter.width().unwrap_or(0).max(1)
}

/// Whether this letter stands at this place.
fn stands(grid: &Grid, row: u16, column: usize, letter: char) -> bool {
    let Some(row) = grid.rows().get(usize::from(row)) else {
        return false;
    };
    let mut at = 0;
    for cell in row.cells() {
        if at == column {
            return cell.text.chars().eq([letter]);
        }
        at += usize::from(cell.width.max(1));
    }
    // blanks at a line's end are not kept
    letter == ' '
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::terminal::{Limits, Screen, Size};

    const AGENT: AgentId = AgentId(1);
    const NOW: Time = Time(1_000);

    struct Line {
        screen: Screen,
        grid: Grid,
        echo: LocalEcho,
    }

    impl Line {
        fn new() -> Self {
            let mut line = Self {
                screen: Screen::new(Size::new(20, 3), Limits::default()),
                grid: Grid::default(),
                echo: LocalEcho::On(None),
            };
            line.prints("$ ");
            line
        }

        fn types(&mut self, text: &str) {
            for letter in text.chars() {
                self.press(KeyCode::Char(letter));
            }
        }

        fn press(&mut self, code: KeyCode) {
            let key = Key {
                code,
                mods: Mods::NONE,
            };
            self.echo.typed(AGENT, &key, &self.grid, NOW);
        }

        fn prints(&mut self, text: &str) {
            let before = self.grid.cursor();
            self.screen.feed(text.as_bytes()).unwrap();
            let seen = (self.grid.generation() > 0).then(|| self.grid.generation());
            self.grid.apply(self.screen.patch_since(seen)).unwrap();
            self.echo.came(AGENT, before, &self.grid);
        }

        fn shown(&self) -> String {
            let row = self.grid.cursor().row;
            self.echo.shown(AGENT, row, NOW).unwrap_or_default()
        }
    }

    #[test]
    fn letters_are_shown_once_one_came_back_and_go_as_they_come_back() {
        let mut line = Line::new();
        line.types("gi");
        assert_eq!(line.shown(), "");
        line.prints("g");
        assert_eq!(line.shown(), "i");
        line.types("t ü");
        assert_eq!(line.shown(), "it ü");
        line.prints("it ");
        assert_eq!(line.shown(), "ü");
        line.prints("ü");
        assert_eq!(line.shown(), "");
    }

    #[test]
    fn what_is_not_echoed_is_never_shown() {
        let mut line = Line::new();
        line.prints("\r\nPassword: ");
        line.types("secret");
        assert_eq!(line.shown(), "");
        line.prints("*");
        line.types("more");
        assert_eq!(line.shown(), "");
        // a line that was echoed says nothing of the next
        let mut line = Line::new();
        line.types("su");
        line.prints("su");
        line.types("\u{20}");
        assert_eq!(line.shown(), " ");
        line.press(KeyCode::Enter);
        line.prints("\r\nPassword: ");
        line.types("secret");
        assert_eq!(line.shown(), "");
    }

    #[test]
    fn other_keys_leave_the_line_to_the_agent_and_a_backspace_takes_back_what_waits() {
        let mut line = Line::new();
        line.types("abc");
        line.prints("a");
        line.press(KeyCode::Backspace);
        assert_eq!(line.shown(), "b");
        line.press(KeyCode::Left);
        assert_eq!(line.shown(), "");
        line.types("x");
        assert_eq!(line.shown(), "");
    }

    #[test]
    fn nothing_is_shown_behind_the_end_of_the_line_or_for_long() {
        let mut line = Line::new();
        line.types("a");
        line.prints("a");
        line.types("0123456789012345");
        assert_eq!(line.shown(), "0123456789012345");
        line.types("6");
        assert_eq!(line.shown(), "");
        let mut line = Line::new();
        line.types("ab");
        line.prints("a");
        let late = Time(NOW.0 + LASTS);
        assert_eq!(line.echo.until(), Some(late));
        assert_eq!(line.echo.shown(AGENT, 0, late), None);
    }
}
