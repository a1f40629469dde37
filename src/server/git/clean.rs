//! A worktree whose brief is done or dropped is removed, once everything in it is committed on its branch.

use super::GitFault;
use super::run::Git;
use crate::model::Branch;

/// What becomes of the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes where all its commits are in the branch that it went to.
    GoesIfMerged,
    /// It stays.
    Stays,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// What became of the branch.
    pub branch: Left,
    /// Files that were committed before.
    pub saved: u32,
}

/// What is left of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The branch, with everything.
    Kept,
    /// Nothing but its commits, where it went.
    Gone,
}

impl Git {
    pub(super) async fn clean(&self, branch: &Branch, fate: Fate) -> Result<Cleaned, GitFault> {
        let repository = self.repository(branch);
        let tree = self.tree(branch);
        let saved = self.save(branch, "what was not committed").await?;
        if tree.exists() {
            let path = tree.display().to_string();
            // Without force: git looks once more whether something would be lost.
            self.ok(&repository, &["worktree", "remove", &path]).await?;
        } else {
            self.ok(&repository, &["worktree", "prune"]).await?;
        }
        let name = format!("refs/heads/{}", branch.name);
        let Some(head) = self.commit(&repository, &name).await? else {
            let branch = Left::Gone;
            return Ok(Cleaned { branch, saved });
        };
        let onto = format!("refs/heads/{}", branch.onto);
        let goes = fate == Fate::GoesIfMerged && self.is_in(&repository, &head, &onto).await?;
        if goes {
            self.ok(&repository, &["update-ref", "-d", &name, &head])
                .await?;
        }
        let branch = match goes {
            true => Left::Gone,
            false => Left::Kept,
        };
        Ok(Cleaned { branch, saved })
    }
}
