//! `explain`: why an agent's tile says what it says, from every source that spoke.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::{Json, fleet};
use crate::door::RoomPaths;
use crate::model::{Time, Untrusted, explain};

/// `opsroom explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The agent, by number or name
    agent: String,
    #[command(flatten)]
    how: Json,
}

impl Explain {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let mut once = fleet::look(paths).await?;
        let facts = &once.facts;
        // Of several with one name, the newest.
        let mut agents = facts.agents.values().rev();
        let wanted = &self.agent;
        let Some(agent) = agents.find(|it| it.name == *wanted || it.id.to_string() == *wanted)
        else {
            bail!("no agent is called {wanted}; `opsroom ls` lists them");
        };
        let (requests, messages) = (facts.requests.values(), facts.messages.values());
        let mut parts = explain::explain(agent, requests, messages, now());
        let agent = agent.clone();
        if !agent.is_alive()
            && let Ok(rows) = once.screen(agent.id).await
        {
            let rows = rows.iter().map(String::as_str);
            parts.extend(explain::last_lines(&agent, rows));
        }
        if self.how.json {
            let all = json!({
                "agent": agent.id.0, "name": agent.name, "shown": agent.evidence, "known": agent.known,
                "contradiction": agent.contradiction(), "said": parts,
            });
            println!("{all:#}");
        } else {
            let text = Untrusted::new(explain::text(&parts));
            text.shown_lines()
                .iter()
                .for_each(|line| println!("{line}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn now() -> Time {
    let now = jiff::Timestamp::now().as_millisecond();
    Time(u64::try_from(now).unwrap_or_default())
}
