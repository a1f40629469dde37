//! `brief`: the queue for scripts. Works on the folder as a hand would; a running room sees it at once.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod lint;

pub use lint::finding;

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use super::ask::text_or_input;
use super::{Hatch, columns, split};
use crate::config::{brief as paper, room};
use crate::editor;
use crate::folder::splits::{self, Finished};
use crate::folder::{briefs as folder, kept};
use crate::model::{
    Brief as Sheet, BriefId, Content, Place, RESERVED, Settings, Stage, Track, Untrusted,
};
use crate::wire::agent::{ENV_ROOM, Reply, Verb};

/// `opsroom brief`
#[derive(Debug, Args)]
pub struct Brief {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a new brief; prints its id
    Add(Add),
    /// List the queue by track and stage
    List(List),
    /// Print a brief's file
    Show {
        /// The brief's id, or the beginning of it
        id: String,
        /// Print JSON: its place, its heading and its text
        #[arg(long)]
        json: bool,
    },
    /// Move a brief to another stage
    Move(Move),
    /// Split a brief into several, with `needs` between them: in your editor, or from a file
    Split(split::Split),
    /// Say what briefs lack; exit code 1 where one is broken
    Lint {
        /// The briefs' ids, or the beginnings of them [default: all that are not done or dropped]
        ids: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// One line: what it is about
    title: String,
    /// The track [default: the first]
    #[arg(long)]
    track: Option<String>,
    /// The stage
    #[arg(long, default_value = "inbox")]
    stage: String,
    /// 1 comes first, 9 last
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=9))]
    priority: Option<u8>,
    /// Objective, constraints, what done looks like; `-` reads them from standard input
    #[arg(long)]
    body: Option<String>,
    /// Open it in $VISUAL or $EDITOR first
    #[arg(long)]
    edit: bool,
}

#[derive(Debug, Args)]
struct List {
    /// Only this track
    #[arg(long)]
    track: Option<String>,
    /// Only this stage
    #[arg(long)]
    stage: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Move {
    /// The brief's id, or the beginning of it
    id: String,
    /// The stage to move it to
    stage: String,
    /// Another track
    #[arg(long)]
    track: Option<String>,
}

impl Brief {
    /// Does it.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        for one in splits::finish(room) {
            match one {
                Finished::Done(brief) => {
                    eprintln!("the split of {brief}, which was cut off, is done now")
                }
                Finished::Undone(brief, why) => eprintln!("{brief} was not split: {why}"),
            }
        }
        match self.what {
            What::Add(add) => add.run(room),
            What::List(list) => list.run(room),
            What::Show { id, json } => match json {
                true => show_json(room, &id),
                false => show(room, &id),
            },
            What::Move(moving) => moving.run(room),
            What::Split(split) => split.run(room),
            What::Lint { ids, json } => lint::lint(room, &ids, json.then_some(lint::Json)),
        }
    }
}

/// The room's settings, built-in where there is no file.
pub(super) fn settings(room: &Path) -> anyhow::Result<Settings> {
    let path = room.join("opsroom.toml");
    if !path.exists() {
        return Ok(room::default_settings());
    }
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let parsed = room::parse("opsroom.toml", &text);
    let said = parsed
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    parsed.value.with_context(|| said)
}

/// A place that the settings know.
fn place(settings: &Settings, track: Option<&str>, stage: &str) -> anyhow::Result<Place> {
    let names = || {
        settings
            .tracks
            .iter()
            .map(|track| track.name.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let shape = match track {
        Some(name) => settings
            .track(&Track::from(name))
            .with_context(|| format!("no track {name}; there are {}", names())),
        None => settings.tracks.first().context("opsroom.toml has no track"),
    }?;
    let mut stages = shape
        .stages
        .iter()
        .map(|stage| stage.name.as_str())
        .chain(RESERVED);
    if !stages.any(|one| one == stage) {
        let stages: Vec<_> = shape
            .stages
            .iter()
            .map(|stage| stage.name.as_str())
            .chain(RESERVED)
            .collect();
        bail!(
            "track {} has no stage {stage}; it has {}",
            shape.name,
            stages.join(", ")
        );
    }
    Ok(Place {
        track: shape.name.clone(),
        stage: Stage::from(stage),
    })
}

/// The one brief that is meant.
pub(super) fn find(room: &Path, id: &str) -> anyhow::Result<Sheet> {
    let all = folder::all(room).context("cannot read the queue")?;
    find_in(&all, id).cloned()
}

fn find_in<'q>(all: &'q [Sheet], id: &str) -> anyhow::Result<&'q Sheet> {
    if let Some(brief) = all.iter().find(|brief| brief.id.as_str() == id) {
        return Ok(brief);
    }
    let begin = all.iter().filter(|brief| brief.id.as_str().starts_with(id));
    let mut found: Vec<&Sheet> = begin.collect();
    match (found.pop(), found.is_empty()) {
        (Some(brief), true) => Ok(brief),
        (Some(_), false) => bail!("{id} is the beginning of more than one brief; write more of it"),
        (None, _) => bail!("there is no brief {id}; `opsroom brief list` lists them"),
    }
}

impl Add {
    fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let place = place(&settings(room)?, self.track.as_deref(), &self.stage)?;
        let text = match self.body {
            Some(body) => {
                let title = toml::Value::String(self.title);
                format!(
                    "+++\ntitle = {title}\n+++\n{}\n",
                    text_or_input(body)?.trim_end()
                )
            }
            None => paper::template(&self.title),
        };
        let text = match self.priority {
            Some(priority) => paper::with_priority("the new brief", &text, priority)
                .map_err(|fault| anyhow!("{}; {}", fault.what, fault.hint))?,
            None => text,
        };
        let text = if self.edit {
            let draft = editor::edited(&text).map_err(|why| anyhow!("{why}; nothing was added"))?;
            draft.discard()
        } else {
            text
        };
        let own = self.track.is_some();
        let id = match place.stage.as_str() == "inbox" && is_agents(room) {
            true => propose(&place, own, text)?,
            false => {
                let id = folder::add(room, &place, &text).map_err(|why| anyhow!(why))?;
                id.to_string()
            }
        };
        println!("{id}");
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether this process was started by the room in this folder.
fn is_agents(room: &Path) -> bool {
    let inside = std::env::var_os(ENV_ROOM).map(PathBuf::from);
    let inside = inside.and_then(|inside| fs::canonicalize(inside).ok());
    inside.is_some() && inside == fs::canonicalize(room).ok()
}

/// An agent proposes a brief through the room, which knows whose it is. Gives its id.
fn propose(place: &Place, named: bool, text: String) -> anyhow::Result<String> {
    let track = match named {
        true => place.track.to_string(),
        false => String::new(),
    };
    let said = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let hatch = Hatch::from_env()?;
            let filed = Verb::File { track, text };
            hatch.say_patiently(&Hatch::key()?, filed).await
        });
    match said? {
        Reply::Filed { brief } => Ok(brief),
        Reply::Refused { why } | Reply::Withdrawn { why } => bail!("{why}"),
        Reply::Opened { .. } | Reply::Decided { .. } | Reply::Noted => {
            bail!("the room answered something else; another version?")
        }
    }
}

impl List {
    fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let mut all = folder::all(room).context("cannot read the queue")?;
        all.retain(|brief| {
            self.track
                .as_ref()
                .is_none_or(|track| brief.place.track.as_str() == track)
        });
        all.retain(|brief| {
            self.stage
                .as_ref()
                .is_none_or(|stage| brief.place.stage.as_str() == stage)
        });
        all.sort_by_key(|brief| (brief.place.clone(), brief.priority(), brief.id.clone()));
        if self.json {
            println!("{:#}", json!(all));
            return Ok(ExitCode::SUCCESS);
        }
        let row = |brief: &Sheet| [brief.place.to_string(), brief.id.to_string(), about(brief)];
        for line in columns::lines(&all.iter().map(row).collect::<Vec<_>>()) {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn about(brief: &Sheet) -> String {
    match &brief.content {
        Content::Read(heading) => format!("{}  {}", heading.priority, heading.title.shown()),
        Content::Broken(fault) => format!("✗  {}:{}: {}", fault.line, fault.column, fault.what),
    }
}

fn show(room: &Path, id: &str) -> anyhow::Result<ExitCode> {
    let brief = find(room, id)?;
    let text = folder::text(room, &brief.id, &brief.place).map_err(|why| anyhow!(why))?;
    if std::io::stdout().is_terminal() {
        // Whoever wrote it may be an agent: nothing in it may speak to this terminal.
        for line in Untrusted::new(text).shown_lines() {
            println!("{line}");
        }
        if let Some(file) = assignment(room, &brief.id) {
            println!("\n(its newest assignment: {file})");
        }
    } else {
        print!("{text}");
    }
    Ok(ExitCode::SUCCESS)
}

fn show_json(room: &Path, id: &str) -> anyhow::Result<ExitCode> {
    let brief = find(room, id)?;
    let text = folder::text(room, &brief.id, &brief.place).map_err(|why| anyhow!(why))?;
    let assignment = assignment(room, &brief.id);
    let mut all = json!(brief);
    all["text"] = text.into();
    all["assignment"] = assignment.into();
    println!("{all:#}");
    Ok(ExitCode::SUCCESS)
}

/// The newest assignment that was made of a brief, from the room's folder.
fn assignment(room: &Path, brief: &BriefId) -> Option<String> {
    let folder = Path::new(".opsroom/assignments").join(brief.as_str());
    let newest = kept::newest(&room.join(&folder))?;
    Some(folder.join(newest.file_name()?).display().to_string())
}

impl Move {
    fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let brief = find(room, &self.id)?;
        let track = self.track.unwrap_or_else(|| brief.place.track.to_string());
        let to = place(&settings(room)?, Some(&track), &self.stage)?;
        folder::shift(room, &brief.id, &brief.place, &to).map_err(|why| anyhow!(why))?;
        println!("{}: {} → {to}", brief.id, brief.place);
        Ok(ExitCode::SUCCESS)
    }
}
