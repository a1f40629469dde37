//! `usage`: what agents have used, by agent and by brief, as the journal has it; ended and cleared ones too.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Json;
use crate::door::RoomPaths;
use crate::folder::journal;
use crate::model::usage::Usage;
use crate::model::{AgentId, BriefId, Entry, Happening, Untrusted};

/// `opsroom usage`
#[derive(Debug, Args)]
pub struct UsageVerb {
    #[command(flatten)]
    how: Json,
}

/// What the lines say of one agent.
#[derive(Default)]
struct Known {
    name: String,
    brief: Option<BriefId>,
    usage: Option<Usage>,
}

impl UsageVerb {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let mut agents: BTreeMap<AgentId, Known> = BTreeMap::new();
        if journal::lines_path(&paths.private()).exists() {
            let mut lines = journal::follow(&paths.private())?;
            while let Some((_, entry)) = lines.next_now()? {
                take(&mut agents, &entry);
            }
        }
        agents.retain(|_, known| known.usage.is_some());
        let mut briefs: BTreeMap<BriefId, Usage> = BTreeMap::new();
        for known in agents.values() {
            if let (Some(brief), Some(usage)) = (&known.brief, known.usage) {
                let sum = briefs.entry(brief.clone()).or_default();
                *sum = sum.and(usage);
            }
        }
        match self.how.json {
            true => print_json(&agents, &briefs),
            false => print(&agents, &briefs),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn take(agents: &mut BTreeMap<AgentId, Known>, entry: &Entry) {
    if let Happening::Spawned { agent, launch } = &entry.what {
        let known = agents.entry(*agent).or_default();
        known.name = launch.name.clone();
        known.brief = launch.brief.clone();
    } else if let Happening::Assigned { brief, agent } = &entry.what {
        agents.entry(*agent).or_default().brief = Some(brief.clone());
    } else if let Happening::Used { agent, usage } = &entry.what {
        agents.entry(*agent).or_default().usage = Some(*usage);
    }
}

fn print(agents: &BTreeMap<AgentId, Known>, briefs: &BTreeMap<BriefId, Usage>) {
    if agents.is_empty() {
        println!("no agent has said what it used");
        return;
    }
    let mut all = Usage::default();
    for (agent, known) in agents {
        let usage = known.usage.unwrap_or_default();
        all = all.and(usage);
        let name = Untrusted::new(known.name.as_str()).shown();
        println!("{agent:>4}  {name:<24}  {}", usage.sentence());
    }
    for (brief, usage) in briefs {
        println!("brief {brief:<24}  {}", usage.sentence());
    }
    println!("in all {:<23}  {}", "", all.sentence());
}

fn print_json(agents: &BTreeMap<AgentId, Known>, briefs: &BTreeMap<BriefId, Usage>) {
    let agents: Vec<_> = agents
        .iter()
        .map(|(agent, known)| {
            json!({ "agent": agent.0, "name": known.name, "brief": known.brief, "usage": known.usage })
        })
        .collect();
    println!("{:#}", json!({ "agents": agents, "briefs": briefs }));
}
