//! Word that files changed, also ones that are not there yet. Says that something changed and nothing
//! more: whoever hears it reads what it cares for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Changes that follow each other this closely are one.
const QUIET: Duration = Duration::from_millis(50);
/// A folder may come while its parent begins to be watched; deeper than this nobody makes them at once.
const DEEPEST: usize = 16;

/// Files and folders that are watched.
pub struct Watched {
    wanted: Vec<PathBuf>,
    /// Holds one: a second change before the first was taken is the same news.
    changes: mpsc::Receiver<()>,
    /// When the change that was heard of is told.
    due: Option<Instant>,
    watcher: Option<RecommendedWatcher>,
}

impl Watched {
    /// Watches these files, and what lies in these folders. Where that cannot be, changes count at the
    /// next start.
    pub fn new(wanted: &[PathBuf]) -> Self {
        let wanted: Vec<PathBuf> = wanted.iter().map(|path| true_path(path)).collect();
        let (tell, changes) = mpsc::channel(1);
        let ours = wanted.clone();
        let watcher = notify::recommended_watcher(move |said: notify::Result<notify::Event>| {
            if concerns(&said, &ours) {
                // Full: the change is going to be told anyway.
                let _same_news = tell.try_send(());
            }
        });
        let watcher = watcher.inspect_err(|error| {
            tracing::warn!(%error, ?wanted, "files are not watched: changes count when the server starts anew");
        });
        let mut watched = Self {
            wanted,
            changes,
            due: None,
            watcher: watcher.ok(),
        };
        watched.arm();
        watched
    }

    /// Waits until something changed. May be dropped half-way.
    pub async fn changed(&mut self) {
        loop {
            match self.due {
                Some(due) => {
                    sleep_until(due).await;
                    self.due = None;
                    let _the_same_news = self.changes.try_recv();
                    // Before it is told: what comes from here on is heard, what was there is read.
                    self.arm();
                    return;
                }
                None => match self.changes.recv().await {
                    Some(()) => self.due = Some(Instant::now() + QUIET),
                    None => std::future::pending().await,
                },
            }
        }
    }

    /// Watches the folders that are there now. One that was put in the place of another is another one,
    /// so this is done after every change.
    fn arm(&mut self) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for wanted in &self.wanted {
            for _ in 0..DEEPEST {
                let folder = nearest(wanted);
                // The parent tells where the folder itself is replaced.
                let parent = folder.parent().filter(|_| folder == wanted.as_path());
                for folder in [Some(folder), parent].into_iter().flatten() {
                    if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                        tracing::warn!(%error, folder = %folder.display(), "a folder is not watched");
                    }
                }
                if nearest(wanted) == folder {
                    break;
                }
            }
        }
    }
}

/// The folder itself, else the nearest one above that is there: editors put a new file in a file's place.
fn nearest(path: &Path) -> &Path {
    let there = path.ancestors().find(|folder| folder.is_dir());
    there.unwrap_or(Path::new("/"))
}

/// The path without links as far as it is there: watchers name what they see that way.
fn true_path(path: &Path) -> PathBuf {
    let there = nearest(path);
    let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
    match there.canonicalize() {
        Ok(whole) if rest.as_os_str().is_empty() => whole,
        Ok(whole) => whole.join(rest),
        Err(_) => path.to_path_buf(),
    }
}

fn concerns(said: &notify::Result<notify::Event>, wanted: &[PathBuf]) -> bool {
    match said {
        Ok(event) if matches!(event.kind, notify::EventKind::Access(_)) => false,
        Ok(event) if event.need_rescan() => true,
        Ok(event) => event.paths.iter().any(|path| {
            let near = |wanted: &PathBuf| path.starts_with(wanted) || wanted.starts_with(path);
            wanted.iter().any(near)
        }),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::fs;

    async fn told(watched: &mut Watched) {
        let patience = Duration::from_secs(20);
        let told = tokio::time::timeout(patience, watched.changed()).await;
        told.expect("a change was not told");
    }

    #[tokio::test]
    async fn a_folder_that_is_made_later_is_watched_from_then_on() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b/profiles");
        let mut watched = Watched::new(std::slice::from_ref(&folder));
        fs::create_dir_all(&folder).unwrap();
        told(&mut watched).await;
        fs::write(folder.join("x.toml"), "1").unwrap();
        told(&mut watched).await;
        fs::remove_dir_all(dir.path().join("a")).unwrap();
        told(&mut watched).await;
        fs::create_dir_all(&folder).unwrap();
        told(&mut watched).await;
        fs::write(folder.join("x.toml"), "2").unwrap();
        told(&mut watched).await;
    }

    #[tokio::test]
    async fn a_file_beside_the_one_that_is_wanted_is_no_news() {
        let dir = tempfile::tempdir().unwrap();
        let wanted = [dir.path().canonicalize().unwrap().join("opsroom.toml")];
        let event = |name: &str| {
            let path = wanted[0].with_file_name(name);
            Ok(notify::Event::new(notify::EventKind::Any).add_path(path))
        };
        assert!(concerns(&event("opsroom.toml"), &wanted));
        assert!(!concerns(&event("opsroom.toml.swp"), &wanted));
        let mut watched = Watched::new(&wanted);
        fs::write(&wanted[0], "x").unwrap();
        told(&mut watched).await;
    }
}
