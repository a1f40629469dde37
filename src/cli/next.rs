//! `next`: what the room starts next, and what every other brief waits for; `pause` and `resume`.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::{Json, fleet};
use crate::client::Once;
use crate::door::{self, RoomPaths};
use crate::model::dispatch::{Outlook, Wait};
use crate::model::{Brief, BriefId, Dispatch, Settings, Track, Untrusted, Wish};
use crate::verbs::columns;

/// `opsroom next`
#[derive(Debug, Args)]
pub struct Next {
    /// Only this track
    #[arg(long)]
    track: Option<String>,
    #[command(flatten)]
    how: Json,
}

/// `opsroom pause`, `opsroom resume`
#[derive(Debug, Args)]
pub struct Pausing {
    /// The track [default: all of them]
    track: Option<String>,
}

impl Next {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let facts = fleet::look(paths).await?.facts;
        if let Some(track) = &self.track
            && facts.settings.track(&Track::from(track.as_str())).is_none()
        {
            bail!("no track is called {track}; opsroom.toml names them");
        }
        let outlook = facts.outlook();
        let wanted = |brief: &Brief| {
            let track = self.track.as_deref();
            track.is_none_or(|track| brief.place.track.as_str() == track)
        };
        let all = outlook.all().into_iter();
        let all: Vec<(&Brief, Wait)> = all.filter(|(brief, _)| wanted(brief)).collect();
        if self.how.json {
            let lines: Vec<_> = all
                .iter()
                .map(|(brief, wait)| as_json(brief, wait, &outlook))
                .collect();
            println!("{:#}", json!({ "pauses": facts.pauses, "briefs": lines }));
            return Ok(ExitCode::SUCCESS);
        }
        for line in tracks(&facts.settings, &facts.pauses) {
            println!("{line}");
        }
        if all.is_empty() {
            println!("no brief is in a pipeline");
        }
        let row = |(brief, wait): &(&Brief, Wait)| {
            let reasons = outlook.reasons(brief, wait);
            // or a reason says so itself
            let said = reasons.iter().any(Wait::is_unclear);
            let lacks = outlook.lacking(brief).filter(|_| !said);
            let lacks = lacks.map_or_else(String::new, |lacks| format!(" · {lacks}"));
            [
                brief.place.to_string(),
                brief.id.to_string(),
                brief.priority().to_string(),
                format!("{}{lacks}", why(brief, &reasons, &outlook)),
            ]
        };
        for line in columns::lines(&all.iter().map(row).collect::<Vec<_>>()) {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// All reasons in a line, and which of those that it needs will never be done.
fn why(brief: &Brief, reasons: &[Wait], outlook: &Outlook<'_>) -> String {
    let mut said: Vec<String> = reasons.iter().map(Wait::sentence).collect();
    let dropped = outlook.needs_dropped(brief);
    if !dropped.is_empty() {
        let names: Vec<String> = dropped.iter().map(BriefId::to_string).collect();
        said.push(match names.as_slice() {
            [one] => format!("{one} was dropped: take it out of `needs`, or move it back"),
            several => format!(
                "{} were dropped: take them out of `needs`, or move them back",
                several.join(", ")
            ),
        });
    }
    said.join("; ")
}

/// Tracks that start something by themselves, and those that would.
fn tracks(settings: &Settings, pauses: &crate::model::Pauses) -> Vec<String> {
    let mut lines = Vec::new();
    for track in &settings.tracks {
        let how = match track.dispatch {
            Dispatch::Off => continue,
            Dispatch::Ask => "asks before it starts a brief",
            Dispatch::Auto => "starts briefs by itself",
        };
        let paused = pauses.of(&track.name).map_or_else(String::new, |by| {
            format!(", paused by {}", Untrusted::new(by.name.as_str()).shown())
        });
        lines.push(format!("track {} {how}{paused}", track.name));
    }
    lines
}

fn as_json(brief: &Brief, wait: &Wait, outlook: &Outlook<'_>) -> serde_json::Value {
    let reasons = outlook.reasons(brief, wait);
    json!({
        "brief": brief.id, "track": brief.place.track, "stage": brief.place.stage,
        "priority": brief.priority(), "changed": brief.changed, "next": *wait == Wait::Ready,
        "waits": wait.kind(), "why": why(brief, &reasons, outlook), "lacks": outlook.lacking(brief),
        "all": reasons.iter().map(Wait::kind).collect::<Vec<_>>(),
    })
}

impl Pausing {
    pub async fn pause(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        self.wish(paths, Wish::Pause(self.track()), "paused").await
    }

    pub async fn resume(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        self.wish(paths, Wish::Resume(self.track()), "goes on")
            .await
    }

    fn track(&self) -> Option<Track> {
        self.track.as_deref().map(Track::from)
    }

    async fn wish(&self, paths: &RoomPaths, wish: Wish, done: &str) -> anyhow::Result<ExitCode> {
        let mut once = Once::attach(door::ensure(paths).await?).await?;
        once.wish(wish).await?;
        match &self.track {
            Some(track) => println!("dispatch of {track}: {done}"),
            None => println!("dispatch: {done}"),
        }
        Ok(ExitCode::SUCCESS)
    }
}
