//! What whoever says something on the agent socket wants to hear. Decides nothing.

use crate::profile::Hooks;
use crate::profile::hook::{self, Waits};
use crate::wire::agent::Verb;

/// What a caller wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// What a person decides.
    Decision,
    /// Whether it was opened.
    Opening,
    /// That it was heard.
    Nothing,
}

pub(super) fn asks(verb: &Verb) -> Asks {
    match verb {
        Verb::Permission { .. } | Verb::Question { .. } => Asks::Decision,
        Verb::Done { .. } | Verb::Handled { .. } | Verb::Say { .. } | Verb::File { .. } => {
            Asks::Opening
        }
        Verb::TakeBack { .. } | Verb::Status { .. } | Verb::Usage { .. } => Asks::Nothing,
        Verb::Hook { program, event, .. } => match hook::waits(Hooks::named(program), event) {
            Waits::ForDecision => Asks::Decision,
            Waits::No => Asks::Nothing,
        },
    }
}
