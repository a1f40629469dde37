//! `opsroom profile`: whether a profile's file is right, and what is in force of one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::agents;
use crate::config::name::is_plain;
use crate::config::profile;
use crate::door::RoomPaths;
use crate::server::found;

/// The longest file that is checked, in bytes: what the room itself reads.
const LONGEST: u64 = 256 * 1024;

/// `opsroom profile`
#[derive(Debug, Args)]
pub struct ProfileCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Say everything that is wrong with a profile's file
    Check {
        /// The file, as in ~/.config/opsroom/profiles/mine.toml
        file: PathBuf,
    },
    /// Print what is in force of a profile, as TOML
    Show {
        /// Its name
        name: String,
    },
}

impl ProfileCommand {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        match &self.act {
            Act::Check { file } => check(file, paths),
            Act::Show { name } => show(name, paths),
        }
    }
}

fn check(file: &Path, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
    let meta = file
        .metadata()
        .with_context(|| format!("cannot read {}", file.display()))?;
    if !meta.is_file() || meta.len() > LONGEST {
        bail!(
            "{} is no plain file of at most {} KiB",
            file.display(),
            LONGEST / 1024
        );
    }
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    let (known, _of_other_files) = found::profiles(paths);
    let shown = file.display().to_string();
    let parsed = profile::parse_among(&shown, &text, &known);
    for found in &parsed.diagnostics {
        println!("{found}");
    }
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    if !name.strip_suffix(".toml").is_some_and(is_plain) {
        println!(
            "{shown}: a room does not read it: name it with a-z, 0-9, - and _, and .toml behind that"
        );
        return Ok(ExitCode::FAILURE);
    }
    if parsed.value.is_none() {
        return Ok(ExitCode::FAILURE);
    }
    if parsed.diagnostics.is_empty() {
        println!("{shown}: no faults");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(name: &str, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
    let (known, faults) = found::profiles(paths);
    for fault in faults {
        eprintln!("{fault}");
    }
    let Some(profile) = known.0.get(name) else {
        let names: Vec<&str> = known.0.keys().map(String::as_str).collect();
        bail!(
            "there is no profile {name:?}; there is {}",
            names.join(", ")
        );
    };
    println!("# {name}: {}", agents::origin(profile.origin));
    print!("{}", profile::toml(profile));
    Ok(ExitCode::SUCCESS)
}
