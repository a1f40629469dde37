//! `brief split`: one brief becomes several, in its place in the queue, with `needs` between them. Works on the folder
//! as a hand would, whole or not at all.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;

use super::ask::text_or_input;
use super::brief::find;
use crate::config::brief::{Cut, cut, draft, part, read, rest};
use crate::editor;
use crate::folder::{briefs as folder, splits};
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

/// Writes the parts, and the brief itself.
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
    let titles: Vec<&str> = cut
        .steps
        .iter()
        .flatten()
        .map(|it| it.title.as_str())
        .collect();
    let mut ids = folder::next_ids(room, &titles)
        .map_err(|why| anyhow!(why))?
        .into_iter();
    let mut needs = heading.needs.clone();
    let mut parts: Vec<(BriefId, String)> = Vec::new();
    for step in &cut.steps {
        let texts = step.iter().map(|one| part(one, heading.priority, &needs));
        let step: Vec<(BriefId, String)> = ids.by_ref().zip(texts).collect();
        needs = step.iter().map(|(id, _)| id.clone()).collect();
        parts.extend(step);
    }
    for (_, text) in &parts {
        read("the part", text).map_err(|fault| anyhow!(folder::sentence(&fault)))?;
    }
    let all: Vec<BriefId> = parts.iter().map(|(id, _)| id.clone()).collect();
    let (after, to) = match &cut.rest {
        Some(kept) => {
            let text = rest(path, before, kept, &needs);
            let text = text.map_err(|fault| anyhow!(folder::sentence(&fault)))?;
            (text, None)
        }
        None => {
            let text = format!("{}\n\nSplit into {}.\n", before.trim_end(), names(&all));
            let dropped = Place {
                track: brief.place.track.clone(),
                stage: Stage::from("dropped"),
            };
            (text, Some(dropped).filter(|it| *it != brief.place))
        }
    };
    let split = splits::Split {
        brief: brief.id.clone(),
        place: brief.place.clone(),
        before: before.to_owned(),
        after,
        to,
        parts,
    };
    splits::split(room, &split).map_err(|why| anyhow!("{why}; nothing was split"))?;
    tell(&split, cut);
    Ok(())
}

fn tell(split: &splits::Split, cut: &Cut) {
    for (id, text) in &split.parts {
        println!("{id}");
        // What nobody could tell from a part: it is not started by itself.
        let read = read("the part", text).ok();
        if let Some(lacks) = read.as_ref().and_then(Heading::unclear_in_words) {
            eprintln!("{id} has {lacks}; write it before it starts");
        }
    }
    match cut.rest {
        Some(_) => println!("{} waits for them", split.brief),
        None => println!("{} is dropped, and names them", split.brief),
    }
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
