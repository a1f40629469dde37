//! Tells when a person's own files changed. Looks at no content.

use std::path::Path;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// Keeps watching for as long as it lives.
pub struct Reload {
    _watcher: Option<RecommendedWatcher>,
    hints: mpsc::Receiver<()>,
}

impl Reload {
    /// Watches a folder and what is below it; one that cannot be watched is never reloaded, and the log says why.
    pub fn watch(folder: &Path) -> Self {
        // One hint is as good as many: a full channel means that one waits already.
        let (hint, hints) = mpsc::channel(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = hint.try_send(());
            }
        })
        .and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        })
        .inspect_err(|error| tracing::info!("{} is not watched: {error}", folder.display()));
        Self {
            _watcher: watcher.ok(),
            hints,
        }
    }

    /// Waits until something changed; for ever, where nothing is watched.
    pub async fn changed(&mut self) {
        if self.hints.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[tokio::test]
    async fn a_file_written_below_the_folder_is_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("themes")).unwrap();
        let mut reload = Reload::watch(folder.path());
        std::fs::write(folder.path().join("themes/mine.toml"), "").unwrap();
        let waited =
            tokio::time::timeout(std::time::Duration::from_secs(20), reload.changed()).await;
        assert!(waited.is_ok(), "no hint came");
    }
}
