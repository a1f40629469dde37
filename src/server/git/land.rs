//! A branch is brought to where it goes. The result is made beside everything (`merge-tree`, `commit-tree`) and
//! only then taken over, by a fast-forward where somebody has that branch checked out: what a person has
//! changed there and not committed stays as it is, or git refuses and nothing was changed.

use std::path::{Path, PathBuf};

use super::GitFault;
use super::run::{Git, failed};
use crate::model::{Branch, BriefId, Landed};

/// How often it is begun again where the branch moved meanwhile.
const TRIES: usize = 3;
/// Conflicting files that are named.
const NAMED: usize = 5;

/// What is to be landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandOrder {
    /// Which brief.
    pub brief: BriefId,
    /// Its title, for the commit's message.
    pub title: String,
    /// Its branch.
    pub branch: Branch,
    /// How.
    pub way: LandWay,
    /// What was approved: another tree is refused. None where nobody looked.
    pub tree: Option<String>,
}

/// How a branch lands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LandWay {
    /// It stays; only what was not committed is.
    Keep,
    /// With a merge commit.
    Merge,
    /// As one commit.
    Squash,
}

impl Git {
    pub(super) async fn land(&self, landing: &LandOrder) -> Result<Landed, GitFault> {
        let branch = &landing.branch;
        let repository = self.repository(branch);
        let before = self.head(&repository, &branch.name).await?;
        if let Some(commit) = self.there_already(&repository, landing, &before).await? {
            let (commit, head, saved) = (Some(commit), before, 0);
            return Ok(Landed {
                commit,
                head,
                saved,
            });
        }
        if let Some(approved) = &landing.tree
            && &self.snapshot(branch).await?.tree != approved
        {
            return Err(GitFault::Changed(branch.name.clone()));
        }
        let saved = self.save(branch, &landing.title).await?;
        let head = self.head(&repository, &branch.name).await?;
        let commit = match landing.way {
            LandWay::Keep => None,
            LandWay::Merge | LandWay::Squash => {
                Some(self.bring(&repository, landing, &head).await?)
            }
        };
        Ok(Landed {
            commit,
            head,
            saved,
        })
    }

    /// The commit that an earlier try made, where it went through and nothing was added since.
    async fn there_already(
        &self,
        repository: &Path,
        landing: &LandOrder,
        head: &str,
    ) -> Result<Option<String>, GitFault> {
        let branch = &landing.branch;
        let found = match landing.way {
            LandWay::Keep => None,
            LandWay::Merge | LandWay::Squash => {
                let since = format!("{}..refs/heads/{}", branch.base, branch.onto);
                let grep = format!("--grep={}", trailer(head));
                let words = [
                    "log",
                    "--format=%H",
                    "--fixed-strings",
                    "--max-count=1",
                    &grep,
                    &since,
                    "--",
                ];
                self.maybe(repository, &words).await?
            }
        };
        let worktree = self.tree(branch);
        let clean = !worktree.exists() || self.uncommitted(&worktree).await? == 0;
        Ok(found.filter(|commit| clean && !commit.is_empty()))
    }

    /// Commits on its branch what lies in a worktree and is not committed. Says how many files that were.
    pub(super) async fn save(&self, branch: &Branch, title: &str) -> Result<u32, GitFault> {
        let tree = self.tree(branch);
        if !tree.exists() {
            return Ok(0);
        }
        self.is_ours(&tree, branch).await?;
        let files = self.uncommitted(&tree).await?;
        if files == 0 {
            return Ok(0);
        }
        let unmerged = self.ok(&tree, &["ls-files", "--unmerged"]).await?;
        if !unmerged.line().is_empty() {
            return Err(GitFault::Elsewhere {
                folder: tree.display().to_string(),
                branch: branch.name.clone(),
                what: "a merge with conflicts is under way there".to_owned(),
            });
        }
        self.ok(&tree, &["add", "--all"]).await?;
        let message = format!("work in progress: {title}");
        let words = ["commit", "--quiet", "--no-verify", "--message", &message];
        let committer = self.committer(&tree).await?;
        self.ok_with(&tree, &words, &committer).await?;
        Ok(files)
    }

    async fn bring(
        &self,
        repository: &Path,
        landing: &LandOrder,
        head: &str,
    ) -> Result<String, GitFault> {
        let mut last = GitFault::Gone(landing.branch.onto.clone());
        for _ in 0..TRIES {
            let onto = self.head(repository, &landing.branch.onto).await?;
            if landing.way == LandWay::Merge && self.is_in(repository, head, &onto).await? {
                return Ok(onto);
            }
            let tree = self.merged(repository, landing, &onto, head).await?;
            let made = self.made(repository, landing, &tree, [&onto, head]).await?;
            match self.take_over(repository, landing, &onto, &made).await {
                Ok(()) => return Ok(made),
                Err(fault) => last = fault,
            }
            if self.head(repository, &landing.branch.onto).await? == onto {
                return Err(last);
            }
        }
        Err(last)
    }

    /// The tree that a merge gives.
    async fn merged(
        &self,
        repository: &Path,
        landing: &LandOrder,
        onto: &str,
        head: &str,
    ) -> Result<String, GitFault> {
        let words = [
            "merge-tree",
            "--write-tree",
            "--name-only",
            "--no-messages",
            "-z",
            onto,
            head,
        ];
        let said = self.ask(repository, &words, &[]).await?;
        let text = said.out.text();
        let mut pieces = text.split('\0').filter(|piece| !piece.is_empty());
        match (said.code, pieces.next()) {
            (0, Some(tree)) => Ok(tree.trim().to_owned()),
            (1, Some(_)) => Err(GitFault::Conflict {
                branch: landing.branch.name.clone(),
                onto: landing.branch.onto.clone(),
                files: named(pieces.map(str::to_owned).collect()),
            }),
            _ => Err(failed(repository, &words, &said)),
        }
    }

    async fn made(
        &self,
        repository: &Path,
        landing: &LandOrder,
        tree: &str,
        [onto, head]: [&str; 2],
    ) -> Result<String, GitFault> {
        let trailers = format!("Opsroom-Brief: {}\n{}", landing.brief, trailer(head));
        let subject = match landing.way {
            LandWay::Squash => landing.title.clone(),
            LandWay::Keep | LandWay::Merge => format!("Merge {}", landing.branch.name),
        };
        let body = match landing.way {
            LandWay::Squash => trailers,
            LandWay::Keep | LandWay::Merge => format!("{}\n\n{trailers}", landing.title),
        };
        let mut words = vec!["commit-tree", tree, "-p", onto];
        match landing.way {
            LandWay::Merge | LandWay::Keep => words.extend(["-p", head]),
            LandWay::Squash => {}
        }
        words.extend(["-m", &subject, "-m", &body]);
        let committer = self.committer(repository).await?;
        Ok(self.ok_with(repository, &words, &committer).await?.line())
    }

    /// Moves the branch to the new commit, and with it the files of whoever has it checked out.
    async fn take_over(
        &self,
        repository: &Path,
        landing: &LandOrder,
        old: &str,
        new: &str,
    ) -> Result<(), GitFault> {
        let onto = &landing.branch.onto;
        let Some(checkout) = self.checkout_of(repository, onto).await? else {
            let name = format!("refs/heads/{onto}");
            let reason = format!("opsroom: {}", landing.brief);
            let words = ["update-ref", "-m", &reason, &name, new, old];
            return self.ok(repository, &words).await.map(drop);
        };
        let words = [
            "-c",
            "merge.autoStash=false",
            "merge",
            "--ff-only",
            "--quiet",
            "--no-verify-signatures",
            new,
        ];
        let said = self.ask(&checkout, &words, &[]).await?;
        match said.code {
            0 => Ok(()),
            _ => Err(GitFault::InTheWay {
                folder: checkout.display().to_string(),
                onto: onto.clone(),
                branch: landing.branch.name.clone(),
                said: said.err,
            }),
        }
    }

    /// Where a branch is checked out.
    async fn checkout_of(
        &self,
        repository: &Path,
        branch: &str,
    ) -> Result<Option<PathBuf>, GitFault> {
        let said = self
            .ok(repository, &["worktree", "list", "--porcelain", "-z"])
            .await?;
        let text = said.out.text();
        let wanted = format!("branch refs/heads/{branch}");
        let mut folder = None;
        for line in text.split('\0') {
            if let Some(path) = line.strip_prefix("worktree ") {
                folder = Some(PathBuf::from(path));
            } else if line == wanted {
                return Ok(folder.filter(|folder| folder.is_dir()));
            }
        }
        Ok(None)
    }
}

/// What a landing's commit says of the branch that it brought.
fn trailer(head: &str) -> String {
    format!("Opsroom-Head: {head}")
}

fn named(mut files: Vec<String>) -> String {
    files.dedup();
    let more = files.len().saturating_sub(NAMED);
    files.truncate(NAMED);
    let named = crate::model::Untrusted::new(files.join(", ")).shown();
    match more {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
