//! `journal`: who did what, when, to which brief. Reads the file; writes nothing.
#![allow(clippy::print_stdout)]

pub(super) mod words;

pub use words::moment;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::folder::journal::{self, Follower};
use crate::model::{Actor, AgentId, BriefId, Entry, Happening, RequestId};

/// `opsroom journal`
#[derive(Debug, Args)]
pub struct Journal {
    /// Go on as lines are written
    #[arg(long, short)]
    follow: bool,
    /// Only what concerns this brief, by its id or the beginning of it
    #[arg(long, value_name = "ID")]
    brief: Option<String>,
    /// Only what concerns this agent, by its number or name
    #[arg(long, value_name = "AGENT")]
    agent: Option<String>,
    /// Print the entries as JSON lines; of `verify`, what it found
    #[arg(long, global = true)]
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
    agent: Option<String>,
    /// Those it means: several may have had one name.
    agents: Vec<AgentId>,
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
            return verify(&private, self.json);
        }
        let mut filter = Filter {
            brief: self.brief.clone(),
            agent: self.agent.clone(),
            agents: Vec::new(),
            requests: Vec::new(),
        };
        let follower = journal::follow(&private)?;
        if print_all(follower, &self, &mut filter)? == Printed::Nothing && filter.is_narrow() {
            bail!(
                "no line of the journal is about that; --brief takes the beginning of an id, --agent a number or a name"
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn verify(private: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let verified = journal::verify(private);
    if json {
        let all = match &verified {
            Ok(all) => {
                json!({ "whole": true, "lines": all.lines, "last": all.last, "torn_bytes": all.torn })
            }
            Err(fault) => json!({ "whole": false, "line": fault.line, "fault": fault.what }),
        };
        println!("{all:#}");
        return Ok(match verified {
            Ok(_) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        });
    }
    let verified = verified?;
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
    Ok(ExitCode::SUCCESS)
}

/// Whether there was anything to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Printed {
    Nothing,
    Something,
}

fn print_all(mut from: Follower, how: &Journal, filter: &mut Filter) -> anyhow::Result<Printed> {
    use std::io::Write as _;
    let mut printed = Printed::Nothing;
    let mut out = std::io::stdout().lock();
    loop {
        let next = if how.follow {
            Some(from.next_later()?)
        } else {
            from.next_now()?
        };
        let Some((number, entry)) = next else {
            return Ok(printed);
        };
        if !filter.wants(&entry) {
            continue;
        }
        let line = if how.json {
            serde_json::to_string(&entry)?
        } else {
            words::line(number, &entry)
        };
        match writeln!(out, "{line}").and_then(|()| out.flush()) {
            Ok(()) => printed = Printed::Something,
            // A reader that closed its end (`| head`) has what it wanted.
            Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => {
                return Ok(Printed::Something);
            }
            Err(why) => bail!("the output cannot be written: {why}"),
        }
    }
}

impl Filter {
    fn is_narrow(&self) -> bool {
        self.brief.is_some() || self.agent.is_some()
    }

    fn wants(&mut self, entry: &Entry) -> bool {
        if let Happening::Spawned { agent, launch } = &entry.what
            && self.agent.as_ref() == Some(&launch.name)
        {
            self.agents.push(*agent);
        }
        if !self.is_narrow() {
            return true;
        }
        let is_it = |agent: AgentId| {
            self.agents.contains(&agent) || self.agent.as_deref() == Some(&agent.to_string())
        };
        let named = words::concerns(&entry.what);
        let by = match &entry.by {
            Actor::Agent(by) => is_it(*by),
            Actor::Room | Actor::Person(_) | Actor::Hand | Actor::Policy { .. } => false,
        };
        let begins = |brief: &BriefId| {
            let wanted = self.brief.as_deref();
            wanted.is_some_and(|wanted| brief.as_str().starts_with(wanted))
        };
        let wanted = by
            || named.agent.is_some_and(is_it)
            || named.brief.is_some_and(begins)
            || named
                .request
                .is_some_and(|request| self.requests.contains(&request));
        if let (true, Happening::Asked { request, .. }) = (wanted, &entry.what) {
            self.requests.push(*request);
        }
        wanted
    }
}
