//! `opsroom init`: a commented opsroom.toml, the pipeline's folders, and a skill for each role.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::config;
use crate::config::room::Ground;
use crate::door::RoomPaths;
use crate::folder::drops;
use crate::model::RESERVED;
use crate::server::found;

/// `opsroom init`
#[derive(Debug, Args)]
pub struct Init {}

/// Intent and limits of the roles in the first pipeline.
const SKILLS: [(&str, &str); 5] = [
    ("planner", include_str!("skills/planner.md")),
    ("builder", include_str!("skills/builder.md")),
    ("adversary", include_str!("skills/adversary.md")),
    ("reviewer", include_str!("skills/reviewer.md")),
    ("scout", include_str!("skills/scout.md")),
];

impl Init {
    pub fn run(&self, room: Option<&Path>) -> anyhow::Result<ExitCode> {
        let folder = room.map_or_else(std::env::current_dir, |room| Ok(room.to_path_buf()))?;
        let file = folder.join("opsroom.toml");
        if file.exists() {
            bail!(
                "{} exists already; edit it, or remove it first",
                file.display()
            );
        }
        let name = std::path::absolute(&folder)?
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let ground = match folder.join(".git").exists() {
            true => Ground::Repository,
            false => Ground::Folder,
        };
        let template = config::room::template(&name.unwrap_or_default(), ground);
        let settings = config::room::parse("opsroom.toml", &template)
            .value
            .unwrap_or_default();
        for track in &settings.tracks {
            let stages = track.stages.iter().map(|stage| stage.name.as_str());
            for stage in stages.chain(RESERVED).chain([drops::DROP]) {
                let stage = folder.join("briefs").join(track.name.as_str()).join(stage);
                fs::create_dir_all(&stage)
                    .with_context(|| format!("cannot create {}", stage.display()))?;
            }
        }
        for (name, text) in SKILLS {
            write_new(&folder.join("skills").join(name).join("SKILL.md"), text)?;
        }
        ignore(&folder)?;
        write_new(&file, &template)?;
        println!("wrote opsroom.toml, briefs/ and skills/; now: opsroom");
        offer(&folder)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The agent programs that are here, so that nobody has to look for their names.
fn offer(folder: &Path) -> anyhow::Result<()> {
    let (profiles, _told_by_the_room) = found::profiles(&RoomPaths::find(Some(folder))?);
    let here = found::look(&profiles).into_iter();
    let here = here.filter(|one| one.at.is_some());
    let names: Vec<String> = here.map(|one| one.profile.name.clone()).collect();
    if let Some(first) = names.first() {
        println!(
            "found here: {}; a role gets one with profile = \"{first}\" in opsroom.toml",
            names.join(", ")
        );
    }
    Ok(())
}

/// Writes a file that is not there yet; one that is stays as it is.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => file
            .write_all(text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot create {}", path.display())),
    }
}

/// Keeps the room's private folder out of git, where this is a repository.
fn ignore(folder: &Path) -> anyhow::Result<()> {
    if !folder.join(".git").exists() {
        return Ok(());
    }
    let path = folder.join(".gitignore");
    let text = fs::read_to_string(&path).unwrap_or_default();
    if text
        .lines()
        .any(|line| line.trim_end_matches('/') == ".opsroom")
    {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)?;
    writeln!(file, "{gap}.opsroom/").with_context(|| format!("cannot write {}", path.display()))
}
