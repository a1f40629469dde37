//! `say`: an agent says something in the breakroom, where people and agents read it.

use std::process::ExitCode;

use clap::Args;

use super::Hatch;
use crate::wire::agent::Verb;

/// `opsroom say`
#[derive(Debug, Args)]
pub struct Say {
    /// What to say
    #[arg(required = true)]
    words: Vec<String>,
}

impl Say {
    /// The line.
    pub fn text(&self) -> String {
        self.words.join(" ")
    }

    /// Says it, as an agent.
    ///
    /// # Errors
    /// Where no room listens, or it refuses.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let verb = Verb::Say { text: self.text() };
        Hatch::note(verb).await
    }
}
