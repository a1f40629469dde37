//! A worktree whose brief is done or dropped is removed, once everything in it is committed on its branch.

use std::path::Path;

use super::GitFault;
use super::run::Git;
use crate::model::{Branch, Cleaned, Fate, Remains};

/// Run in each submodule; fails where something is only there.
const HOLDS_NOTHING: &str = "test -z \"$(git status --porcelain --untracked-files=all)\" \
     && test -z \"$(git stash list)\" \
     && test -z \"$(git log --format=%H -1 HEAD --branches --not --remotes)\"";

impl Git {
    pub(super) async fn clean(&self, branch: &Branch, fate: Fate) -> Result<Cleaned, GitFault> {
        let repository = self.repository(branch);
        let tree = self.tree(branch);
        let saved = self.save(branch, "what was not committed").await?;
        if tree.exists() {
            let path = tree.display().to_string();
            // Without force: git looks once more whether something would be lost.
            let removed = self.ok(&repository, &["worktree", "remove", &path]).await;
            if let Err(refused) = removed {
                // It refuses any worktree with a checked out submodule, whatever is in there.
                if !self.only_modules_hold_it(&tree).await? {
                    return Err(refused);
                }
                let by_force = ["worktree", "remove", "--force", &path];
                self.ok(&repository, &by_force).await?;
            }
        } else {
            self.ok(&repository, &["worktree", "prune"]).await?;
        }
        let name = format!("refs/heads/{}", branch.name);
        let Some(head) = self.commit(&repository, &name).await? else {
            let branch = Remains::Gone;
            return Ok(Cleaned { branch, saved });
        };
        let onto = format!("refs/heads/{}", branch.onto);
        let goes = match &fate {
            Fate::Stays => false,
            Fate::GoesIfLanded { head: landed, .. } if landed != &head => {
                self.is_in(&repository, &head, &onto).await?
            }
            // One commit may stand for all of the branch's.
            Fate::GoesIfLanded { commit, .. } => self.is_in(&repository, commit, &onto).await?,
        };
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

    /// Whether a worktree has submodules, and neither it nor any of them holds anything that is not somewhere else:
    /// no change, no new file, no stash, and no commit that its remote has not.
    async fn only_modules_hold_it(&self, tree: &Path) -> Result<bool, GitFault> {
        let each = |script| ["submodule", "--quiet", "foreach", "--recursive", script];
        let modules = self.maybe(tree, &each("echo one")).await?;
        if modules.is_none_or(|modules| modules.is_empty()) {
            return Ok(false);
        }
        let changes = ["status", "--porcelain", "--untracked-files=all"];
        let clean = self.maybe(tree, &changes).await?;
        let safe = self.maybe(tree, &each(HOLDS_NOTHING)).await?;
        Ok(clean.is_some_and(|changes| changes.is_empty()) && safe.is_some())
    }
}
