//! `usage`: what agents have used, by agent, by brief and by track, as the journal has it; ended and cleared ones too.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::Json;
use crate::door::RoomPaths;
use crate::folder::{briefs, journal};
use crate::model::usage::Usage;
use crate::model::{AgentId, Book, BriefId, Entry, Happening, Place, Track, Untrusted};

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

/// Who used what, for what.
#[derive(Default)]
struct Sums {
    agents: BTreeMap<AgentId, Known>,
    briefs: BTreeMap<BriefId, Usage>,
    tracks: BTreeMap<Track, Usage>,
    all: Usage,
}

impl UsageVerb {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let sums = sums(paths)?;
        match self.how.json {
            true => print_json(&sums),
            false => print(&sums),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn sums(paths: &RoomPaths) -> anyhow::Result<Sums> {
    let mut sums = Sums::default();
    let mut tracks: BTreeMap<BriefId, Track> = BTreeMap::new();
    let mut book = Book::default();
    if journal::lines_path(&paths.private()).exists() {
        let mut lines = journal::follow(&paths.private())?;
        while let Some((_, entry)) = lines.next_now()? {
            book.apply(&entry);
            take(&mut sums.agents, &entry);
            let moved = moved(&entry);
            tracks.extend(moved.map(|(brief, place)| (brief.clone(), place.track.clone())));
        }
    }
    // the folder is what counts; the journal knows where one stood that is gone
    let queue = briefs::all(&paths.folder).context("cannot read the queue")?;
    tracks.extend(queue.into_iter().map(|brief| (brief.id, brief.place.track)));
    sums.agents.retain(|_, known| known.usage.is_some());
    sums.all = book.spending.all;
    for (brief, account) in book.spending.briefs {
        if let Some(track) = tracks.get(&brief) {
            let sum = sums.tracks.entry(track.clone()).or_default();
            *sum = sum.and(account.used);
        }
        sums.briefs.insert(brief, account.used);
    }
    Ok(sums)
}

/// Where a brief stands from this line on.
fn moved(entry: &Entry) -> Option<(&BriefId, &Place)> {
    if let Happening::Moved {
        brief,
        to: Some(to),
        ..
    } = &entry.what
    {
        Some((brief, to))
    } else {
        None
    }
}

fn take(agents: &mut BTreeMap<AgentId, Known>, entry: &Entry) {
    if let Happening::Spawned { agent, launch } = &entry.what {
        let known = agents.entry(*agent).or_default();
        known.name = launch.name.clone();
    } else if let Happening::Assigned { brief, agent, .. } = &entry.what {
        agents.entry(*agent).or_default().brief = Some(brief.clone());
    } else if let Happening::Used { agent, usage } = &entry.what {
        agents.entry(*agent).or_default().usage = Some(*usage);
    }
}

fn print(sums: &Sums) {
    if sums.agents.is_empty() {
        println!("no agent has said what it used");
        return;
    }
    for (agent, known) in &sums.agents {
        let usage = known.usage.unwrap_or_default();
        let name = Untrusted::new(known.name.as_str()).shown();
        println!("{agent:>4}  {name:<24}  {}", usage.sentence());
    }
    for (brief, usage) in &sums.briefs {
        let brief = Untrusted::new(brief.as_str()).shown();
        println!("brief {brief:<24}  {}", usage.sentence());
    }
    for (track, usage) in &sums.tracks {
        let track = Untrusted::new(track.as_str()).shown();
        println!("track {track:<24}  {}", usage.sentence());
    }
    println!("in all {:<23}  {}", "", sums.all.sentence());
}

fn print_json(sums: &Sums) {
    let agents: Vec<_> = sums
        .agents
        .iter()
        .map(|(agent, known)| {
            json!({ "agent": agent.0, "name": known.name, "brief": known.brief, "usage": known.usage })
        })
        .collect();
    println!(
        "{:#}",
        json!({ "agents": agents, "briefs": sums.briefs, "tracks": sums.tracks, "all": sums.all })
    );
}
