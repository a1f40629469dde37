//! The differences of a branch as text.

use std::path::Path;

use super::GitFault;
use super::facts::Snapshot;
use super::run::Git;
use crate::model::Branch;

/// Which differences, and how much around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Against {
    /// Only these paths; all where it is empty.
    pub paths: Vec<String>,
    /// Lines around each change; more than a file has shows all of it.
    pub context: u32,
}

/// Differences, in git's unified form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffText {
    /// The text. An agent wrote most of it.
    pub text: String,
    /// How many bytes more there are: a longer diff is cut at 16 MiB.
    pub left_out: u64,
    /// Where it is counted from.
    pub base: String,
    /// The branch's last commit.
    pub head: String,
    /// Everything as it lies there, as one git tree: the same tree has the same diff.
    pub tree: String,
    /// What lies there and git cannot read, in its words; empty where there is none.
    pub unread: String,
}

impl Git {
    pub(super) async fn diff(
        &self,
        branch: &Branch,
        against: &Against,
    ) -> Result<DiffText, GitFault> {
        let now = self.snapshot(branch).await?;
        self.between(&self.repository(branch), now, against).await
    }

    /// From a snapshot's base to how it is.
    pub(super) async fn between(
        &self,
        repository: &Path,
        now: Snapshot,
        against: &Against,
    ) -> Result<DiffText, GitFault> {
        let context = format!("--unified={}", against.context);
        let mut words = vec![
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--find-renames",
            "--no-rename-empty",
            "--ignore-submodules=none",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            &context,
            &now.base,
            &now.tree,
            "--",
        ];
        let literal: Vec<String> = against
            .paths
            .iter()
            .map(|path| format!(":(top,literal){path}"))
            .collect();
        words.extend(literal.iter().map(String::as_str));
        let said = self.ok(repository, &words).await?;
        Ok(DiffText {
            left_out: said.out.left_out(),
            text: said.out.text(),
            base: now.base,
            head: now.head,
            tree: now.tree,
            unread: now.unread,
        })
    }
}
