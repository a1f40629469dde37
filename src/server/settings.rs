//! `opsroom.toml`, read and watched. A broken edit is told with its place; what was in force stays.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::room::{appended, default_settings, parse};
use crate::config::{Diagnostic, Severity};
use crate::folder;
use crate::model::{Policy, Settings};

use super::watched::Watched;

/// The file, and word of its changes.
pub struct SettingsFile {
    path: PathBuf,
    folder: PathBuf,
    /// What the room is called where the file gives no name.
    usual_name: String,
    watched: Watched,
}

impl SettingsFile {
    /// Watches the file in this folder. Where it cannot be watched, changes count at the next start.
    pub fn watch(folder: &Path, path: PathBuf) -> Self {
        let usual_name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Self {
            watched: Watched::new(std::slice::from_ref(&path)),
            path,
            folder: folder.to_path_buf(),
            usual_name,
        }
    }

    /// Waits until the file changed. May be dropped half-way.
    pub async fn changed(&mut self) {
        self.watched.changed().await;
    }

    /// What it says, and what is odd about it. Without a file, the usual settings.
    ///
    /// # Errors
    /// What is wrong, with its place, where the file cannot be used.
    pub fn read(&self) -> Result<(Settings, Vec<String>), String> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((self.usual(), Vec::new()));
            }
            Err(error) => return Err(format!("opsroom.toml cannot be read ({error})")),
        };
        let parsed = parse("opsroom.toml", &text);
        let odd = parsed
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Warning);
        let odd = odd.map(ToString::to_string).collect();
        match parsed.value {
            Some(settings) => Ok((self.named(settings), odd)),
            None => Err(first_error(&parsed.diagnostics)),
        }
    }

    /// The file's text with one more rule, and the text it has now. Nothing is written.
    ///
    /// # Errors
    /// Why the rule cannot be added, and what to do.
    pub fn with_rule(&self, rule: &Policy, remark: &str) -> Result<(String, String), String> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("it cannot be read: {error}")),
        };
        let more = appended("opsroom.toml", &text, rule, remark)?;
        Ok((text, more))
    }

    /// Adds a rule at the end of the file. Whoever changed the file meanwhile wins: then it is tried once more
    /// on what they wrote.
    ///
    /// # Errors
    /// Why it was not added; the file is then as it was.
    pub fn add_rule(&self, rule: &Policy, remark: &str) -> Result<(), String> {
        let write = |(before, after): (String, String)| {
            folder::settings::replace(&self.path, before.as_bytes(), after.as_bytes())
        };
        match write(self.with_rule(rule, remark)?) {
            Err(why) if why.kind() == io::ErrorKind::InvalidData => {
                write(self.with_rule(rule, remark)?)
            }
            done => done,
        }
        .map_err(|why| why.to_string())
    }

    /// What holds while the file has never been usable.
    pub fn usual(&self) -> Settings {
        self.named(default_settings())
    }

    fn named(&self, mut settings: Settings) -> Settings {
        if settings.name.is_empty() {
            settings.name = self.usual_name.clone();
        }
        settings.folder = self.folder.to_string_lossy().into_owned();
        settings
    }
}

fn first_error(found: &[Diagnostic]) -> String {
    let errors = found.iter().filter(|one| one.severity == Severity::Error);
    let more = errors.clone().count().saturating_sub(1);
    let first = errors.map(ToString::to_string).next().unwrap_or_default();
    match more {
        0 => first,
        more => format!("{first}\n({more} more)"),
    }
}
