//! A worktree whose brief is done or dropped is removed, once everything in it is committed on its branch.

use super::GitFault;
use super::run::Git;
use crate::model::{Branch, Cleaned, Fate, Remains};

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
            let branch = Remains::Gone;
            return Ok(Cleaned { branch, saved });
        };
        let onto = format!("refs/heads/{}", branch.onto);
        let goes = fate == Fate::GoesIfMerged && self.is_in(&repository, &head, &onto).await?;
        if goes {
            self.ok(&repository, &["update-ref", "-d", &name, &head])
                .await?;
        }
        let branch = match goes {
            true => Remains::Gone,
            false => Remains::Kept,
        };
        Ok(Cleaned { branch, saved })
    }
}
