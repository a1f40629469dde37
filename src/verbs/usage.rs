//! `usage`: an agent, its hook or a wrapper around it says what it has used since its start.

use std::process::ExitCode;

use clap::Args;

use super::Hatch;
use crate::wire::agent::Verb;

/// The agent's own words; all of them count from its start, and what is left out stays as it was told before
#[derive(Debug, Args)]
pub struct Used {
    /// Tokens read since the start
    #[arg(long)]
    input_tokens: Option<u64>,
    /// Tokens written since the start
    #[arg(long)]
    output_tokens: Option<u64>,
    /// Cost since the start, in millionths of a US dollar
    #[arg(long)]
    cost_micros: Option<u64>,
    /// How much of the context is left, in percent
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=100))]
    context_left: Option<u8>,
}

impl Used {
    /// Says it.
    ///
    /// # Errors
    /// Where no room listens, or it refuses.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let verb = Verb::Usage {
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cost_micros: self.cost_micros,
            context_left_percent: self.context_left,
        };
        Hatch::note(verb).await
    }
}
