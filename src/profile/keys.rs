//! What is pressed to interrupt a program, to hand it a text and to turn a dialog down.

use std::time::Duration;

/// What is pressed. Which of a dialog's options mean yes and no, its screen rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Turns down whatever dialog is open.
    pub reject_key: String,
    /// Stops a turn: pressed one after the other, with [`Keys::BETWEEN`] in between.
    pub interrupt: Vec<String>,
    /// Empties the input line after an interrupt, for programs that put the old text back there.
    pub clear_input: Option<String>,
    /// Sends what was pasted.
    pub submit: Submit,
    /// How a text is written.
    pub paste: Paste,
}

/// How a pasted text is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submit {
    /// The key.
    pub key: String,
    /// How long after the paste: programs take a return right behind it for a part of it.
    pub delay: Duration,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paste {
    /// As a bracketed paste where the program has that on, else as one line.
    #[default]
    Bracketed,
    /// As one line, whatever the program says.
    Plain,
}

impl Keys {
    /// Between two presses of an interrupt: two escapes at once would be read as one other key.
    pub const BETWEEN: Duration = Duration::from_millis(100);
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            reject_key: "\u{1b}".to_owned(),
            interrupt: vec!["\u{1b}".to_owned()],
            clear_input: None,
            submit: Submit::default(),
            paste: Paste::default(),
        }
    }
}

impl Default for Submit {
    fn default() -> Self {
        Self {
            key: "\r".to_owned(),
            delay: Duration::from_millis(50),
        }
    }
}
