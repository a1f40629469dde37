//! `done`: an agent hands over what it did at this stage. Opens the gate; does not wait for it.
#![allow(clippy::print_stdout)]

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;

use super::Hatch;
use super::ask::text_or_input;
use crate::wire::agent::{Reply, Verb};

/// The longest handoff, in bytes.
const LONGEST: u64 = 256 * 1024;

/// How long a server that is being replaced is waited for.
const WITHOUT_ROOM: Duration = Duration::from_secs(20);

/// `opsroom done`
#[derive(Debug, Args)]
pub struct Done {
    /// A file with what changed, how it was checked, what was left; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    handoff: String,
}

impl Done {
    /// Hands over.
    ///
    /// # Errors
    /// Where the file cannot be read, is longer than 256 KiB, or the room refuses (an agent without a brief).
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let handoff = if self.handoff == "-" {
            text_or_input(self.handoff)?
        } else {
            read(&self.handoff)?
        };
        if handoff.len() as u64 > LONGEST {
            bail!("the handoff is longer than 256 KiB; shorten it and name files instead");
        }
        match Hatch::from_env()?
            .say_surely(&Hatch::key()?, Verb::Done { handoff }, WITHOUT_ROOM)
            .await?
        {
            Reply::Opened { request } => println!("handed over; the gate is request #{request}"),
            Reply::Filed { .. } => bail!("the room answered something else; another version?"),
            Reply::Noted => println!("handed over; what its checks say comes as a message"),
            Reply::Refused { why } | Reply::Withdrawn { why } => bail!("{why}"),
            Reply::Decided { decision, .. } => println!("handed over; the gate said {decision}"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn read(path: &str) -> anyhow::Result<String> {
    let length = fs::metadata(path)
        .with_context(|| format!("cannot read {path}"))?
        .len();
    if length > LONGEST {
        bail!("{path} is longer than 256 KiB; shorten it and name files instead");
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {path}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
