//! `status`: an agent (or a wrapper around one) says what it is doing.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::Hatch;
use crate::wire::agent::Verb;

/// `opsroom status`
#[derive(Debug, Args)]
pub struct Status {
    /// What this agent is doing
    state: Doing,
    /// In its own words
    #[arg(long, default_value = "")]
    message: String,
}

/// What an agent can say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Doing {
    /// In a turn
    Working,
    /// At its prompt
    Idle,
    /// Waits for a person
    Waiting,
    /// Held back by a rate or usage limit
    Limited,
    /// It cannot go on by itself
    Stuck,
}

impl Status {
    /// Says it.
    ///
    /// # Errors
    /// Where no room listens, or it refuses.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let state = match self.state {
            Doing::Working => "working",
            Doing::Idle => "idle",
            Doing::Waiting => "waiting",
            Doing::Limited => "limited",
            Doing::Stuck => "stuck",
        };
        let verb = Verb::Status {
            state: state.to_owned(),
            message: self.message,
        };
        Hatch::note(verb).await
    }
}
