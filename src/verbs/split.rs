//! `brief split`: one brief becomes several, in its place in the queue, with `needs` between them. Works on the folder
//! as a hand would. The parts are written first, so that nothing is lost wherever it stops.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;

use super::ask::text_or_input;
use super::brief::find;
use crate::config::brief::{Cut, cut, draft, part, read, rest};
use crate::editor;
use crate::folder::briefs as folder;
use crate::model::{Brief, BriefId, Heading, Place, Stage};

/// `opsroom brief split`
#[derive(Debug, Args)]
pub struct Split {
    /// The brief's id, or the beginning of it
    id: String,
    /// The text, cut already; `-` reads it from standard input [default: your editor opens with it]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

impl Split {
    pub(super) fn run(self, room: &Path) -> anyhow::Result<ExitCode> {
        let brief = find(room, &self.id)?;
        let before = folder::text(room, &brief.id, &brief.place).map_err(|why| anyhow!(why))?;
        let path = format!("briefs/{}/{}.md", brief.place, brief.id);
        let draft = draft(&path, &before).map_err(|fault| anyhow!(folder::sentence(&fault)))?;
        let (name, text, written) = match self.file {
            Some(name) if name == "-" => ("standard input".to_owned(), text_or_input(name)?, None),
            Some(name) => {
                let text = std::fs::read_to_string(&name);
                let text = text.map_err(|why| anyhow!("cannot read {name}: {why}"))?;
                (name, text, None)
            }
            None => {
                let written =
                    editor::edited(&draft).map_err(|why| anyhow!("{why}; nothing was split"))?;
                let name = written.path.display().to_string();
                (name, written.text.clone(), Some(written))
            }
        };
        let split = |cut: Option<Cut>| match cut {
            Some(cut) => write(room, &brief, (&path, &before), &cut),
            None => {
                println!("no line begins with ===, so nothing was split");
                Ok(())
            }
        };
        let cut = cut(&name, &text).map_err(|fault| anyhow!(folder::sentence(&fault)));
        match (cut.and_then(split), written) {
            (Ok(()), written) => {
                written.map(editor::Draft::discard);
                Ok(ExitCode::SUCCESS)
            }
            (Err(why), None) => Err(why),
            (Err(why), Some(_)) => Err(anyhow!(
                "{why:#}; what you wrote is kept: mend it, then `opsroom brief split {} --file {name}`",
                brief.id
            )),
        }
    }
}

/// Writes the parts, step by step, then the brief itself.
fn write(
    room: &Path,
    brief: &Brief,
    (path, before): (&str, &str),
    cut: &Cut,
) -> anyhow::Result<()> {
    let heading = brief
        .heading()
        .ok_or_else(|| anyhow!("{path} is broken; mend it first"))?;
    if cut.rest.is_none() {
        nobody_needs(room, &brief.id)?;
    }
    let mut needs = heading.needs.clone();
    let mut all: Vec<BriefId> = Vec::new();
    for step in &cut.steps {
        let mut ids = Vec::new();
        for one in step {
            let text = part(one, heading.priority, &needs);
            let id =
                folder::add(room, &brief.place, &text).map_err(|why| match all.as_slice() {
                    [] => anyhow!("{why}; nothing was split"),
                    done => anyhow!(
                        "{why}; {} were written, and {} is as it was",
                        names(done),
                        brief.id
                    ),
                })?;
            println!("{id}");
            if let Some(lacks) = unclear(path, &text) {
                eprintln!("{id} has {lacks}; write it before it starts");
            }
            all.push(id.clone());
            ids.push(id);
        }
        needs = ids;
    }
    let names = names(&all);
    let kept = |why: String| anyhow!("{names} were written; {} is as it was: {why}", brief.id);
    let replace =
        |new: &str| folder::replace(room, &brief.id, &brief.place, before, new).map_err(kept);
    match &cut.rest {
        Some(text) => {
            let text =
                rest(path, before, text, &needs).map_err(|fault| kept(folder::sentence(&fault)))?;
            replace(&text)?;
            println!("{} waits for them", brief.id);
        }
        None => {
            replace(&format!("{}\n\nSplit into {names}.\n", before.trim_end()))?;
            let dropped = Place {
                track: brief.place.track.clone(),
                stage: Stage::from("dropped"),
            };
            if brief.place != dropped {
                folder::shift(room, &brief.id, &brief.place, &dropped).map_err(kept)?;
            }
            println!("{} is dropped, and names them", brief.id);
        }
    }
    Ok(())
}

/// What nobody could tell from a part: it is not started by itself.
fn unclear(path: &str, text: &str) -> Option<String> {
    let heading = read(path, text).ok();
    let lacks = heading.iter().flat_map(Heading::unclear);
    let lacks: Vec<&str> = lacks.map(|lack| lack.what.as_str()).collect();
    (!lacks.is_empty()).then(|| lacks.join(", "))
}

/// Whoever waits for a brief that is dropped would wait for ever.
fn nobody_needs(room: &Path, id: &BriefId) -> anyhow::Result<()> {
    let all = folder::all(room)?;
    let needs = |other: &&Brief| other.heading().is_some_and(|it| it.needs.contains(id));
    let waiting: Vec<BriefId> = all
        .iter()
        .filter(needs)
        .map(|other| other.id.clone())
        .collect();
    if !waiting.is_empty() {
        bail!(
            "{} needs {id}, which would be dropped; leave some text above the first part, and it waits for the parts",
            names(&waiting)
        );
    }
    Ok(())
}

fn names(ids: &[BriefId]) -> String {
    let names: Vec<&str> = ids.iter().map(BriefId::as_str).collect();
    names.join(", ")
}
