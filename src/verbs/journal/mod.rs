//! `journal`: who did what, when, to which brief. Reads the file; writes nothing.
#![allow(clippy::print_stdout)]

pub(super) mod words;

pub use words::moment;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::folder::journal::{self, Follower};
use crate::model::{AgentId, Entry, Happening, RequestId};

/// `opsroom journal`
#[derive(Debug, Args)]
pub struct Journal {
    /// Go on as lines are written
    #[arg(long, short)]
    follow: bool,
    /// Only what concerns this brief
    #[arg(long, value_name = "ID")]
    brief: Option<String>,
    /// Only what concerns this agent
    #[arg(long, value_name = "NUMBER")]
    agent: Option<u32>,
    /// Print the entries as JSON lines
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check every line, their order, and that none is missing
    Verify,
}

/// Which lines to print; it remembers which requests belong to what is wanted.
struct Filter {
    brief: Option<String>,
    agent: Option<AgentId>,
    requests: Vec<RequestId>,
}

impl Journal {
    /// Prints or verifies.
    ///
    /// # Errors
    /// Where the journal cannot be read, or is not whole.
    pub fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let private = room.join(".opsroom");
        if let Some(What::Verify) = self.what {
            let verified = journal::verify(&private)?;
            println!(
                "{} lines, none changed or missing; last {}",
                verified.lines, verified.last
            );
            if verified.torn > 0 {
                println!(
                    "{} bytes behind them are a line that is not whole; the next start cuts them",
                    verified.torn
                );
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut filter = Filter {
            brief: self.brief.clone(),
            agent: self.agent.map(AgentId),
            requests: Vec::new(),
        };
        let follower = journal::follow(&private)?;
        print_all(follower, &self, &mut filter)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_all(mut from: Follower, how: &Journal, filter: &mut Filter) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    loop {
        let next = if how.follow {
            Some(from.next_later()?)
        } else {
            from.next_now()?
        };
        let Some((number, entry)) = next else {
            return Ok(());
        };
        if !filter.wants(&entry) {
            continue;
        }
        let line = if how.json {
            serde_json::to_string(&entry)?
        } else {
            words::line(number, &entry)
        };
        // A reader that closed its end (`| head`) has what it wanted.
        if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
            return Ok(());
        }
    }
}

impl Filter {
    fn wants(&mut self, entry: &Entry) -> bool {
        if self.brief.is_none() && self.agent.is_none() {
            return true;
        }
        let named = words::concerns(&entry.what);
        let by = match (&entry.by, self.agent) {
            (crate::model::Actor::Agent(by), Some(agent)) => *by == agent,
            _ => false,
        };
        let wanted = by
            || named.agent.is_some() && named.agent == self.agent
            || named
                .brief
                .is_some_and(|brief| self.brief.as_deref() == Some(brief.as_str()))
            || named
                .request
                .is_some_and(|request| self.requests.contains(&request));
        if let (true, Happening::Asked { request, .. }) = (wanted, &entry.what) {
            self.requests.push(*request);
        }
        wanted
    }
}
