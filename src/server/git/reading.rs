//! The diff of a brief's work as a person reads it: of its branch, or, where it has none, of what is not committed
//! in its track's folder; with the files as they are now, for what was said of them.

use std::collections::BTreeMap;
use std::path::Path;

use super::GitFault;
use super::diff::{Against, DiffText};
use super::facts::Snapshot;
use super::run::Git;
use crate::model::{Branch, BriefId};

/// What a repository without a commit is compared with: the tree of nothing.
const NOTHING: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/// The most files whose text is read besides.
const TEXTS: usize = 100;

/// Which work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Of which brief.
    pub brief: BriefId,
    /// The folder of its track, from the room's folder; empty for that folder itself.
    pub folder: String,
    /// Its branch, where the journal knows it.
    pub known: Option<Branch>,
    /// Since when.
    pub since: Since,
    /// Which files, and how much around the changes.
    pub against: Against,
    /// Files whose text is wanted as it is now.
    pub texts: Vec<String>,
}

/// Since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// Since the branch began.
    #[default]
    Branch,
    /// Since the last commit.
    Commit,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The differences.
    pub diff: DiffText,
    /// What they are of, in words.
    pub title: String,
    /// The texts that were wanted, of the files that are there.
    pub texts: BTreeMap<String, String>,
}

impl Git {
    pub(super) async fn reading(&self, of: &Reading) -> Result<Work, GitFault> {
        let repository = self.room.join(&of.folder);
        let (now, name) = match self.branch_of(&repository, of).await? {
            Some(branch) => (self.snapshot(&branch).await?, Some(branch.name)),
            None => (self.lying(&repository).await?, None),
        };
        let (base, since) = match (of.since, name.is_some()) {
            (Since::Branch, true) => (now.base.clone(), format!("since {}", short(&now.base))),
            (Since::Commit, _) | (Since::Branch, false) => {
                (now.head.clone(), "not committed".to_owned())
            }
        };
        let title = match name {
            Some(name) => format!("{name} {since}"),
            None if of.folder.is_empty() => format!("the room's folder, {since}"),
            None => format!("{}, {since}", of.folder),
        };
        let now = Snapshot { base, ..now };
        let diff = self.between(&repository, now, &of.against).await?;
        let mut texts = BTreeMap::new();
        for path in of.texts.iter().take(TEXTS) {
            let blob = format!("{}:{path}", diff.tree);
            let said = self
                .ask(&repository, &["cat-file", "blob", &blob], &[])
                .await?;
            if said.code == 0 {
                texts.insert(path.clone(), said.out.text());
            }
        }
        Ok(Work { diff, title, texts })
    }

    /// The branch of a brief, where there is one.
    async fn branch_of(&self, folder: &Path, of: &Reading) -> Result<Option<Branch>, GitFault> {
        if let Some(known) = of.known.clone().filter(|known| !known.base.is_empty()) {
            let there = format!("refs/heads/{}", known.name);
            let there = self.commit(&self.repository(&known), &there).await?;
            return Ok(there.map(|_| known));
        }
        let mut branch = Branch::planned(&of.brief, &of.folder);
        let there = format!("refs/heads/{}", branch.name);
        if self.commit(folder, &there).await?.is_none() {
            return Ok(None);
        }
        let words = ["symbolic-ref", "--quiet", "--short", "HEAD"];
        branch.onto = self.maybe(folder, &words).await?.unwrap_or_default();
        Ok(Some(branch))
    }

    /// A folder as it lies there, beside its last commit. The rest of its repository is left out of the tree itself, so
    /// that what is shown is what the tree names.
    async fn lying(&self, folder: &Path) -> Result<Snapshot, GitFault> {
        if self
            .maybe(folder, &["rev-parse", "--git-dir"])
            .await?
            .is_none()
        {
            return Err(GitFault::NoRepository(folder.display().to_string()));
        }
        let head = self.commit(folder, "HEAD").await?;
        let head = head.unwrap_or_else(|| NOTHING.to_owned());
        let (tree, unread) = self.tree_within(folder).await?;
        Ok(Snapshot {
            base: head.clone(),
            head,
            tree,
            unread,
        })
    }
}

/// As much of a commit's name as people say.
fn short(commit: &str) -> &str {
    commit.get(..8).unwrap_or(commit)
}
