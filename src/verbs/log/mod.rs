//! `log`: the work log of a day, a track or the room, as markdown. Reads the journal; writes the file it is told to.
#![allow(clippy::print_stdout)]

mod markdown;
mod span;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;

use self::markdown::{Paper, Proof};
use super::journal::words::concerns;
use crate::config::source::instead;
use crate::folder::{briefs as folder, journal};
use crate::model::worklog::{Of, Scope, Scribe};
use crate::model::{BriefId, Time, Track, Untrusted};

/// So many names are listed where one is unknown.
const NAMED: usize = 12;

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
    /// Only this brief; the beginning of its name is enough
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
    /// Where the journal cannot be read, a moment is none, there is no such brief or track, or the file is there already.
    pub fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let private = room.join(".opsroom");
        let mut scope = self.scope()?;
        let mut lines = journal::follow(&private)?;
        let mut scribe = Scribe::new(scope.clone());
        let mut named = BTreeSet::new();
        while let Some((number, entry)) = lines.next_now()? {
            named.extend(concerns(&entry.what).brief.cloned());
            scribe.take(number, &entry);
        }
        scope.of = self.of(room, &scribe, named)?;
        scribe.narrow(scope.of.clone());
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
        let of = Of::Room;
        Ok(Scope { from, until, of })
    }

    /// What it is about: a brief or a track of the journal, or one that lies in the folder and did nothing yet.
    fn of(&self, room: &Path, scribe: &Scribe, mut names: BTreeSet<BriefId>) -> anyhow::Result<Of> {
        if let Some(wanted) = &self.brief {
            let queue = folder::all(room).unwrap_or_default();
            names.extend(queue.into_iter().map(|brief| brief.id));
            let names: Vec<&str> = names.iter().map(BriefId::as_str).collect();
            return one_of(wanted, &names, "brief").map(|name| Of::Brief(name.into()));
        }
        let Some(wanted) = &self.track else {
            return Ok(Of::Room);
        };
        let mut names: BTreeSet<Track> = scribe.tracks().cloned().collect();
        let settings = super::brief::settings(room).ok();
        let tracks = settings.into_iter().flat_map(|settings| settings.tracks);
        names.extend(tracks.map(|track| track.name));
        let names: Vec<&str> = names.iter().map(Track::as_str).collect();
        match names.contains(&wanted.as_str()) {
            true => Ok(Of::Track(wanted.as_str().into())),
            false => bail!("{}", unknown(wanted, &names, "track")),
        }
    }
}

/// The name that is meant: that very one, or the only one that begins so.
fn one_of<'n>(wanted: &str, names: &[&'n str], noun: &str) -> anyhow::Result<&'n str> {
    if let Some(name) = names.iter().find(|name| **name == wanted) {
        return Ok(name);
    }
    let begin = names.iter().filter(|name| name.starts_with(wanted));
    match begin.copied().collect::<Vec<_>>().as_slice() {
        [name] if !wanted.is_empty() => Ok(name),
        [] | [_] => bail!("{}", unknown(wanted, names, noun)),
        several => bail!(
            "{wanted} is the beginning of more than one {noun} ({}); write more of it",
            listed(several)
        ),
    }
}

/// That there is none of this name, and which one was meant, or which there are.
fn unknown(wanted: &str, names: &[&str], noun: &str) -> String {
    let wanted = Untrusted::new(wanted).shown();
    let hint = match names {
        [] => format!("the journal and the folder have no {noun} yet"),
        names => {
            let near = instead(&wanted, names.iter().copied());
            match near.starts_with("did you mean") {
                true => near,
                false => format!("there is {}", listed(names)),
            }
        }
    };
    format!("there is no {noun} {wanted}, and was none: {hint}")
}

/// A few names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED);
    let shown: Vec<String> = shown.map(|name| Untrusted::new(*name).shown()).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
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
