//! `opsroom.toml`, read and watched. A broken edit is told with its place; what was in force stays.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::room::{default_settings, parse};
use crate::config::{Diagnostic, Severity};
use crate::model::Settings;

use super::watched::Watched;

/// The file, and word of its changes.
pub struct SettingsFile {
    path: PathBuf,
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

    /// What holds while the file has never been usable.
    pub fn usual(&self) -> Settings {
        self.named(default_settings())
    }

    fn named(&self, mut settings: Settings) -> Settings {
        if settings.name.is_empty() {
            settings.name = self.usual_name.clone();
        }
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
