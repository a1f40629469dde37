//! Screen rules: what the bottom of an agent's screen says of its state. Pure: rows in, a reading out.
//!
//! Must not decide anything: a reading is the least trusted evidence but silence, and text on a screen
//! never becomes a permission with operands; it becomes a dialog that is shown as it stands.

mod dialog;
mod label;
mod options;
mod rows;
mod steady;
mod test;

pub use self::steady::{LINGERS, Steady};
pub use self::test::{BadPattern, Pattern, Test};

use self::rows::Rows;
pub use crate::model::Means;
use crate::model::State;

/// So many characters of a row are kept as evidence.
const LINE: usize = 120;

/// One rule. Rules stand in the order in which they are asked; the first that fits speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, for evidence.
    pub name: String,
    /// What it speaks for.
    pub says: Says,
    /// Where its tests look.
    pub region: Region,
    /// Each of these must be there.
    pub all: Vec<Test>,
    /// One of these must be there, where there are any.
    pub any: Vec<Test>,
    /// None of these may be there.
    pub none: Vec<Test>,
    /// What tells until when it lasts: its first group, else all that it matches.
    pub until: Option<Pattern>,
}

/// What a rule speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// A person is needed. Where it has options to choose from, it fits only if they are found.
    Person(Need, Shape),
    /// This state.
    State(State),
}

/// What a person is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To answer a dialog.
    Dialog,
    /// To sign in: the program has no account it can work with.
    SignedOut,
    /// To answer what the program asks before it works at all: trust, theme, terms, what is new.
    Onboarding,
}

/// Where a rule's tests look: at the last rows that have something on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// So many of them. None: all.
    pub rows: Option<usize>,
    /// Counted from above the lowest row that fits, such as the line the program is written to. Where
    /// no row fits, the rule does not.
    pub above: Option<Pattern>,
}

/// How a dialog is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How its options are found.
    pub options: Options,
    /// The signs that can stand before the option under the cursor. Empty: the cursor is no sign, so that
    /// a numbered list is taken without one.
    pub marks: String,
    /// So many rows with text may stand below its options; more, and it is no open dialog.
    pub below: usize,
    /// Its first row: the highest above the options that fits, so that what looks like one inside it hides
    /// nothing. None: what stands below the line, or in the box, above them.
    pub from: Option<Pattern>,
    /// The labels that say yes, this once. None: the usual ones.
    pub approve: Option<Pattern>,
    /// The labels that say no. None: the usual ones.
    pub reject: Option<Pattern>,
}

/// How the options of a dialog are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Options {
    /// A numbered list with a cursor, a list with a cursor, or letters in brackets on the last row.
    Usual,
    /// It has none that can be chosen by their words: it is only shown.
    None,
    /// Every match of this is one; its groups are `label`, `key` and `cursor`.
    Own(Pattern),
}

/// What a screen says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The state; [`State::Unknown`] where no rule fits. Never idle by default.
    pub state: State,
    /// The rule that fits, and the line it found, for people; where none does, the last line.
    pub because: String,
    /// The dialog, where one is open.
    pub dialog: Option<Dialog>,
}

/// A dialog as it stands on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// Its rows from head to options, trailing blanks cut: what the card shows and the digest covers.
    pub rows: Vec<String>,
    /// Its options in order.
    pub options: Vec<Choice>,
}

/// One option of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its words, without mark, number and the key named behind it.
    pub label: String,
    /// The key that takes it, as it is shown now (`1`); none where only the cursor reaches it.
    pub key: Option<char>,
    /// Whether the cursor stands on it.
    pub under_cursor: bool,
    /// What it means, by its label alone.
    pub means: Means,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            options: Options::Usual,
            marks: "❯›>●▸▶→".to_owned(),
            below: 3,
            from: None,
            approve: None,
            reject: None,
        }
    }
}

impl Need {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Need::Dialog => "dialog",
            Need::SignedOut => "signed out",
            Need::Onboarding => "onboarding",
        }
    }
}

/// What the bottom of a screen says by these rules. `rows` is the whole grid, top first, as text.
pub fn read(rules: &[Rule], rows: &[String]) -> Reading {
    let rows = Rows::new(rows);
    rules
        .iter()
        .find_map(|rule| reading(rule, &rows))
        .unwrap_or_else(|| unknown(&rows))
}

fn reading(rule: &Rule, rows: &Rows) -> Option<Reading> {
    let found = evidence(rule, rows)?;
    let until = rule.until.as_ref().and_then(|until| {
        let mut region = rows.region(&rule.region)?.iter();
        region.find_map(|row| until.told(row.bare))
    });
    let (state, word, dialog) = match &rule.says {
        Says::State(state) => (state.clone(), None, None),
        Says::Person(need, shape) => {
            let dialog = dialog::find(shape, *need, rows)?;
            (State::Waiting, Some(need.word()), dialog)
        }
    };
    let word = word.filter(|_| !matches!(rule.says, Says::Person(Need::Dialog, _)));
    let mut because = word.map(|word| format!("{word}: ")).unwrap_or_default();
    because += &rule.name;
    if !found.is_empty() {
        because += &format!(": {}", cut(found));
    }
    if let Some(until) = until {
        because += &format!(" (until {})", cut(until));
    }
    Some(Reading {
        state,
        because,
        dialog,
    })
}

/// The row that speaks for the rule (the last, where nothing particular does), if it fits.
fn evidence<'r>(rule: &Rule, rows: &'r Rows) -> Option<&'r str> {
    let region = rows.region(&rule.region)?;
    let find = |test: &Test| region.iter().map(|row| row.bare).find(|row| test.fits(row));
    let mut found = None;
    for test in &rule.all {
        let row = find(test)?;
        found.get_or_insert(row);
    }
    if !rule.any.is_empty() {
        let row = rule.any.iter().find_map(find)?;
        found.get_or_insert(row);
    }
    let is_denied = rule.none.iter().any(|test| find(test).is_some());
    (!is_denied).then(|| found.unwrap_or(rows.last()))
}

fn unknown(rows: &Rows) -> Reading {
    let because = match rows.last() {
        "" => "the screen is empty".to_owned(),
        last => format!("no rule fits; last line: {}", cut(last)),
    };
    Reading {
        state: State::Unknown,
        because,
        dialog: None,
    }
}

fn cut(line: &str) -> String {
    let mut kept: String = line.chars().take(LINE).collect();
    if line.chars().nth(LINE).is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests;
