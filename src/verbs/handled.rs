//! `handled`: an agent says that a comment on its work is dealt with. A person agrees, or opens it again.

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;

use super::Hatch;
use crate::model::Number;
use crate::wire::agent::{Reply, Verb};

/// A comment is dealt with
#[derive(Debug, Args)]
pub struct Handled {
    /// Its number, as in the round: 3.2
    comment: String,
    /// What was done
    #[arg(long, default_value = "")]
    note: String,
}

impl Handled {
    /// Says it.
    ///
    /// # Errors
    /// Where no room listens, or there is no such comment.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let number: Number = self.comment.parse().map_err(|why| anyhow!("{why}"))?;
        let verb = Verb::Handled {
            comment: number.to_string(),
            note: self.note,
        };
        match Hatch::from_env()?
            .say_patiently(&Hatch::key()?, verb)
            .await?
        {
            Reply::Noted => Ok(ExitCode::SUCCESS),
            Reply::Refused { why } | Reply::Withdrawn { why } => bail!("{why}"),
            Reply::Opened { .. } | Reply::Decided { .. } | Reply::Filed { .. } => {
                bail!("the room answered something else; another version?")
            }
        }
    }
}
