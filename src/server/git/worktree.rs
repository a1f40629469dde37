//! The worktree and the branch of a brief: made where there are none, found where there are.

use std::path::{Path, PathBuf};

use super::GitFault;
use super::run::Git;
use crate::model::{Branch, BriefId};

/// The file in a worktree's own git folder that says that it was set up.
const READY: &str = "opsroom-ready";

/// What a worktree is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Which brief.
    pub brief: BriefId,
    /// The folder of its track, from the room's folder; empty for that folder itself.
    pub folder: String,
    /// What the journal knows of its branch already.
    pub known: Option<Branch>,
}

/// A worktree that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its branch, whole.
    pub branch: Branch,
    /// Where the work is: the track's folder inside the worktree, from the root.
    pub folder: PathBuf,
    /// Whether it still has to be set up.
    pub state: Setup,
}

/// Whether a worktree was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Its setup lines have not all run yet.
    Missing,
    /// They have.
    Done,
}

impl Git {
    pub(super) async fn worktree(&self, start: Start) -> Result<Made, GitFault> {
        let mut branch = Branch::planned(&start.brief, &start.folder);
        let repository = self.repository(&branch);
        let within = self.within(&repository).await?;
        let name_is_good = ["check-ref-format", "--branch", branch.name.as_str()];
        if self.maybe(&repository, &name_is_good).await?.is_none() {
            return Err(GitFault::Name(branch.name));
        }
        let current = self.current(&repository).await?;
        branch.onto = match start.known.as_ref().map(|known| known.onto.as_str()) {
            Some(onto) if !onto.is_empty() => onto.to_owned(),
            Some(_) | None => current,
        };
        self.stand(&repository, &branch).await?;
        branch.base = match start.known.map(|known| known.base) {
            Some(base) if !base.is_empty() => base,
            Some(_) | None => self.base_of(&repository, &branch).await?,
        };
        branch.within = within.trim_end_matches('/').to_owned();
        let tree = self.tree(&branch);
        let state = match self.ready_file(&tree).await?.is_file() {
            true => Setup::Done,
            false => Setup::Missing,
        };
        let folder = self.room.join(branch.place_of_work());
        Ok(Made {
            branch,
            folder,
            state,
        })
    }

    pub(super) async fn ready(&self, branch: &Branch) -> Result<(), GitFault> {
        let file = self.ready_file(&self.tree(branch)).await?;
        std::fs::write(&file, "").map_err(|why| GitFault::System {
            path: file.display().to_string(),
            why: why.to_string(),
        })
    }

    /// Where a folder lies in its repository.
    async fn within(&self, folder: &Path) -> Result<String, GitFault> {
        let words = ["rev-parse", "--show-prefix"];
        match self.maybe(folder, &words).await? {
            Some(within) => Ok(within),
            None => Err(GitFault::NoRepository(folder.display().to_string())),
        }
    }

    /// The branch that is checked out, which has a commit.
    async fn current(&self, folder: &Path) -> Result<String, GitFault> {
        let shown = || folder.display().to_string();
        if self.commit(folder, "HEAD").await?.is_none() {
            return Err(GitFault::NoCommit(shown()));
        }
        let words = ["symbolic-ref", "--quiet", "--short", "HEAD"];
        let branch = self.maybe(folder, &words).await?;
        branch.ok_or_else(|| GitFault::NoBranch(shown()))
    }

    /// Makes the worktree stand, with the branch as it is, or a new one from the current head.
    async fn stand(&self, repository: &Path, branch: &Branch) -> Result<(), GitFault> {
        let tree = self.tree(branch);
        let path = tree.display().to_string();
        if tree.exists() {
            return self.is_ours(&tree, branch).await;
        }
        // One whose folder somebody removed by hand is still known to git.
        self.ok(repository, &["worktree", "prune"]).await?;
        let there = format!("refs/heads/{}", branch.name);
        if self.commit(repository, &there).await?.is_some() {
            let words = ["worktree", "add", "--quiet", &path, &branch.name];
            self.ok(repository, &words).await?;
        } else {
            let words = [
                "worktree",
                "add",
                "--quiet",
                "-b",
                &branch.name,
                &path,
                "HEAD",
            ];
            self.ok(repository, &words).await?;
        }
        Ok(())
    }

    /// Whether a folder is the worktree of this branch, and on it.
    pub(super) async fn is_ours(&self, tree: &Path, branch: &Branch) -> Result<(), GitFault> {
        let elsewhere = |what: String| GitFault::Elsewhere {
            folder: tree.display().to_string(),
            branch: branch.name.clone(),
            what,
        };
        let top = self
            .maybe(tree, &["rev-parse", "--show-toplevel"])
            .await?
            .unwrap_or_default();
        let same = std::fs::canonicalize(tree).is_ok_and(|tree| tree == Path::new(&top));
        if !same {
            return Err(elsewhere("it is no worktree".to_owned()));
        }
        let words = ["symbolic-ref", "--quiet", "--short", "HEAD"];
        match self.maybe(tree, &words).await? {
            Some(name) if name == branch.name => Ok(()),
            Some(name) => Err(elsewhere(format!("it is on {name}"))),
            None => Err(elsewhere("it is on no branch".to_owned())),
        }
    }

    /// Where a branch began, for one whose beginning nobody wrote down.
    async fn base_of(&self, repository: &Path, branch: &Branch) -> Result<String, GitFault> {
        let words = ["merge-base", &branch.onto, &branch.name];
        match self.maybe(repository, &words).await? {
            Some(base) => Ok(base),
            None => self.head(repository, &branch.name).await,
        }
    }

    async fn ready_file(&self, tree: &Path) -> Result<PathBuf, GitFault> {
        let words = ["rev-parse", "--absolute-git-dir"];
        let folder = self.ok(tree, &words).await?.line();
        Ok(Path::new(&folder).join(READY))
    }
}
