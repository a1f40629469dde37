//! `opsroom.toml`, read and watched. A broken edit is told with its place; what was in force stays.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::config::room::{appended, default_settings, parse};
use crate::config::{Diagnostic, Severity};
use crate::folder;
use crate::model::{Policy, Settings};

/// Changes that follow each other this closely are one.
const QUIET: Duration = Duration::from_millis(50);

/// The file, and word of its changes.
pub struct SettingsFile {
    path: PathBuf,
    folder: PathBuf,
    /// What the room is called where the file gives no name.
    usual_name: String,
    /// Holds one: a second change before the first was taken is the same news.
    changes: mpsc::Receiver<()>,
    /// When the change that was heard of is read.
    due: Option<Instant>,
    _watcher: Option<RecommendedWatcher>,
}

impl SettingsFile {
    /// Watches the file in this folder. Where it cannot be watched, changes count at the next start.
    pub fn watch(folder: &Path, path: PathBuf) -> Self {
        let (tell, changes) = mpsc::channel(1);
        let watcher = watcher(folder, &path, tell).inspect_err(|error| {
            tracing::warn!(%error, "opsroom.toml is not watched: changes count when the server starts anew");
        });
        let usual_name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Self {
            path,
            folder: folder.to_path_buf(),
            usual_name,
            changes,
            due: None,
            _watcher: watcher.ok(),
        }
    }

    /// Waits until the file changed. May be dropped half-way.
    pub async fn changed(&mut self) {
        loop {
            match self.due {
                Some(due) => {
                    sleep_until(due).await;
                    self.due = None;
                    let _the_same_news = self.changes.try_recv();
                    return;
                }
                None => match self.changes.recv().await {
                    Some(()) => self.due = Some(Instant::now() + QUIET),
                    None => std::future::pending().await,
                },
            }
        }
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

/// The folder is watched, not the file: editors put a new file in its place.
fn watcher(
    folder: &Path,
    path: &Path,
    tell: mpsc::Sender<()>,
) -> notify::Result<RecommendedWatcher> {
    let name = path.file_name().map(std::ffi::OsStr::to_owned);
    let mut watcher = notify::recommended_watcher(move |said: notify::Result<notify::Event>| {
        let ours = match &said {
            Ok(event) if matches!(event.kind, notify::EventKind::Access(_)) => false,
            Ok(event) => {
                event.need_rescan()
                    || event
                        .paths
                        .iter()
                        .any(|path| path.file_name() == name.as_deref())
            }
            Err(_) => true,
        };
        if ours {
            // Full: the change is going to be read anyway.
            let _same_news = tell.try_send(());
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
