//! Screen rules: what the bottom of an agent's screen says of its state. Pure: rows in, a reading out.
//!
//! Must not decide anything: a reading is the least trusted evidence but silence, and text on a screen
//! never becomes a permission with operands; it becomes a dialog that is shown as it stands.

use crate::model::State;

/// One rule. Rules stand in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, for evidence.
    pub name: String,
    /// What it speaks for.
    pub says: Says,
}

/// What a rule speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// A dialog is open and waits for a person.
    Dialog,
    /// This state.
    State(State),
}

/// What a screen says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The state; [`State::Unknown`] where no rule fits. Never idle by default.
    pub state: State,
    /// The rule that fits, and the line it found, for people; empty where none does.
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
    /// Its words, without mark and number.
    pub label: String,
    /// The key that takes it, as it is shown now (`1`); none where only the cursor reaches it.
    pub key: Option<char>,
    /// Whether the cursor stands on it.
    pub under_cursor: bool,
    /// What it means, by its label alone.
    pub means: Means,
}

/// What an option means, by its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Yes, this once.
    Approve,
    /// No.
    Reject,
    /// Anything else (always, switch modes, amend).
    Other,
}

/// What the bottom of a screen says by these rules. `rows` is the whole grid, top first, as text.
pub fn read(rules: &[Rule], rows: &[String]) -> Reading {
    let _no_rule_is_asked_yet = (rules, rows);
    Reading {
        state: State::Unknown,
        because: String::new(),
        dialog: None,
    }
}
