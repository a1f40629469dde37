//! What is pressed to interrupt a program, to hand it a text and to turn a dialog down.

use std::time::Duration;

/// What is pressed, and which labels mean yes and no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Options of a dialog that mean "yes, this once".
    pub approve: Vec<Label>,
    /// Options of a dialog that mean "no".
    pub reject: Vec<Label>,
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

/// An option's words. `*` stands for anything; case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Keys {
    /// Between two presses of an interrupt: two escapes at once would be read as one other key.
    pub const BETWEEN: Duration = Duration::from_millis(100);
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            approve: Vec::new(),
            reject: Vec::new(),
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

impl Label {
    /// A label by its pattern.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.trim().to_lowercase())
    }

    /// The pattern.
    pub fn pattern(&self) -> &str {
        &self.0
    }

    /// Whether an option's words are these.
    pub fn fits(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        let mut parts = self.0.split('*');
        let Some(mut rest) = words.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let mut parts: Vec<&str> = parts.collect();
        let Some(last) = parts.pop() else {
            return rest.is_empty();
        };
        for part in parts {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_all_of_an_options_words_unless_it_says_otherwise() {
        assert!(Label::new("Yes").fits(" yes "));
        assert!(!Label::new("Yes").fits("Yes, and switch to auto mode"));
        assert!(Label::new("No*").fits("No, and tell Claude what to do differently"));
        assert!(Label::new("No*").fits("No"));
        assert!(Label::new("*once*").fits("Allow once (y)"));
        assert!(!Label::new("Allow *once").fits("Allow once for all"));
        assert!(!Label::new("").fits("Yes"));
        assert!(!Label::new("a*a").fits("a"), "nothing is used twice");
    }
}
