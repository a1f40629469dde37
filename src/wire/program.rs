//! The profiles, and which of their programs are on the server's machine: what the start form offers.

use serde::{Deserialize, Serialize};

use crate::model::Untrusted;

/// A profile and its program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The profile's name.
    pub profile: String,
    /// One line about it.
    pub about: Untrusted,
    /// Whether it can be started.
    pub presence: Presence,
    /// Whether it takes a first text.
    pub first_text: FirstText,
    /// What it said of its version, where it was asked.
    pub version: Option<Untrusted>,
    /// What is missing, for people.
    pub missing: Vec<Untrusted>,
}

/// Whether a program is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// An agent program that was found.
    Here,
    /// What is there everywhere: the user's shell, and what comes with opsroom.
    Always,
    /// It was not found.
    Missing,
}

/// Whether a program takes a first text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstText {
    /// It is handed over.
    Taken,
    /// It has no use for one.
    Ignored,
}

/// Whether programs are asked for their versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versions {
    /// They are not: nothing is started, and the answer comes at once.
    Left,
    /// Each is started once to say it.
    Asked,
}
