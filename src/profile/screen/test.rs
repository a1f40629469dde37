//! What a rule looks for on one row: a plain text, or a pattern.

use regex::{Captures, Regex, RegexBuilder};

/// The most memory a compiled pattern may take, in bytes: a rule is somebody's file.
const LARGEST: usize = 256 << 10;

/// What must, or must not, be on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// This text, anywhere on it, letter by letter.
    Text(String),
    /// This pattern.
    Pattern(Pattern),
}

/// A regular expression, compiled once. It sees one row at a time.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadPattern(String);

impl Test {
    /// Whether it is on this row.
    pub fn fits(&self, row: &str) -> bool {
        match self {
            Test::Text(text) => row.contains(text.as_str()),
            Test::Pattern(pattern) => pattern.fits(row),
        }
    }
}

impl Pattern {
    /// Compiles it. The error says what is wrong with it, in one line.
    pub fn new(pattern: &str) -> Result<Self, BadPattern> {
        let compiled = RegexBuilder::new(pattern)
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .build();
        compiled.map(Self).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => BadPattern("it is too large".to_owned()),
            other => BadPattern(sentence(&other.to_string())),
        })
    }

    /// Whether it matches somewhere in this text.
    pub fn fits(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Whether it has a group of this name.
    pub fn has_group(&self, name: &str) -> bool {
        self.0.capture_names().flatten().any(|one| one == name)
    }

    /// What its first group holds, else all that it matches.
    pub(super) fn told<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = self.0.captures(text)?;
        let told = found.get(1).or_else(|| found.get(0))?;
        Some(told.as_str().trim())
    }

    pub(super) fn every<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        self.0.captures_iter(text)
    }
}

/// The last line of the compiler's picture is the sentence.
fn sentence(error: &str) -> String {
    let last = error.lines().last().unwrap_or_default().trim();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}
