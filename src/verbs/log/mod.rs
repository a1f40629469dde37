//! `log`: the work log of a day, a track or the room, as markdown. Reads the journal; writes the file it is told to.
#![allow(clippy::print_stdout)]

mod markdown;
mod span;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use self::markdown::{Paper, Proof};
use crate::folder::journal;
use crate::model::worklog::{Of, Scope, Scribe};
use crate::model::{BriefId, Time, Track};

/// `opsroom log`
#[derive(Debug, Args)]
pub struct Log {
    /// Only this day in the local time zone: today, yesterday, or 2026-03-31
    #[arg(long, conflicts_with_all = ["since", "until"])]
    day: Option<String>,
    /// From here on: a day, a moment (2026-03-31T14:30), or so long ago (90m, 8h, 7d)
    #[arg(long)]
    since: Option<String>,
    /// Until here: a day (and no longer than its beginning), a moment, or so long ago
    #[arg(long)]
    until: Option<String>,
    /// Only the briefs of this track
    #[arg(long, conflicts_with = "brief")]
    track: Option<String>,
    /// Only this brief
    #[arg(long, value_name = "ID")]
    brief: Option<String>,
    /// Write it into this file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Log {
    /// Writes it.
    ///
    /// # Errors
    /// Where the journal cannot be read, a moment is none, or the file is there already.
    pub fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let private = room.join(".opsroom");
        let scope = self.scope()?;
        let mut lines = journal::follow(&private)?;
        let mut scribe = Scribe::new(scope.clone());
        while let Some((number, entry)) = lines.next_now()? {
            scribe.take(number, &entry);
        }
        let log = scribe.finish();
        let proof = match journal::verify(&private) {
            Ok(whole) => Proof::Whole(whole.lines, whole.last),
            Err(fault) => Proof::Broken(fault.to_string()),
        };
        let broken = matches!(proof, Proof::Broken(_));
        let text = match self.json {
            true => format!("{:#}\n", json!({ "log": log, "journal": proof.as_json() })),
            false => {
                let name = name(room);
                let paper = Paper {
                    room: &name,
                    scope: &scope,
                    proof: &proof,
                };
                markdown::write(&paper, &log)
            }
        };
        match &self.out {
            None => print!("{text}"),
            Some(path) => {
                save(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
                println!("{}", path.display());
            }
        }
        Ok(if broken {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    fn scope(&self) -> anyhow::Result<Scope> {
        let of = match (&self.track, &self.brief) {
            (_, Some(brief)) => Of::Brief(BriefId::from(brief.as_str())),
            (Some(track), None) => Of::Track(Track::from(track.as_str())),
            (None, None) => Of::Room,
        };
        let now = jiff::Zoned::now();
        let moment = |text: &Option<String>, otherwise| match text {
            Some(text) => span::moment(text, &now),
            None => Ok(otherwise),
        };
        let (from, until) = match &self.day {
            Some(day) => span::day(day, &now)?,
            None => (
                moment(&self.since, Time(0))?,
                moment(&self.until, Time(u64::MAX))?,
            ),
        };
        Ok(Scope { from, until, of })
    }
}

/// What the room is called: as it says, else as its folder.
fn name(room: &Path) -> String {
    let said = super::brief::settings(room).map(|settings| settings.name);
    let folder = room.file_name().unwrap_or_default().to_string_lossy();
    said.ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| folder.into_owned())
}

/// A paper that somebody may have been given is not written over.
fn save(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
