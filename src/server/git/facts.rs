//! What was done on a branch: read only, but for the objects of a snapshot that git throws away by itself.

use std::path::{Path, PathBuf};

use super::GitFault;
use super::run::{Git, failed};
use crate::model::{Branch, FileStat, Untrusted};

/// Files that are told.
const FILES: usize = 200;
/// Commits that are told.
const COMMITS: usize = 50;
/// The empty index of a snapshot, in the worktree's own git folder.
const INDEX: &str = "opsroom-index";

/// What was done on a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Where the differences are counted from.
    pub base: String,
    /// The branch's last commit.
    pub head: String,
    /// Everything as it lies there, committed or not, as one git tree.
    pub tree: String,
    /// Changed files, 200 at most.
    pub files: Vec<FileStat>,
    /// How many more there are.
    pub more_files: u32,
    /// Commits since the base, newest first, 50 at most: short hash and subject.
    pub commits: Vec<(String, Untrusted)>,
    /// Files that are not committed.
    pub uncommitted: u32,
}

/// What a branch is now.
pub(super) struct Snapshot {
    pub(super) base: String,
    pub(super) head: String,
    pub(super) tree: String,
    /// What git cannot read there, in its words.
    pub(super) unread: String,
}

/// What of a repository a tree is made of.
#[derive(Clone, Copy)]
enum Share {
    /// All that lies there.
    All,
    /// One folder's work.
    Folder,
}

impl Git {
    pub(super) async fn facts(&self, branch: &Branch) -> Result<Facts, GitFault> {
        let repository = self.repository(branch);
        let now = self.snapshot(branch).await?;
        let (files, more_files) = self.numstat(&repository, &now).await?;
        let commits = self.commits(&repository, &now).await?;
        let tree = self.tree(branch);
        let uncommitted = match tree.exists() {
            true => self.uncommitted(&tree).await?,
            false => 0,
        };
        Ok(Facts {
            base: now.base,
            head: now.head,
            tree: now.tree,
            files,
            more_files,
            commits,
            uncommitted,
        })
    }

    /// A branch as it is, with what lies in its worktree.
    pub(super) async fn snapshot(&self, branch: &Branch) -> Result<Snapshot, GitFault> {
        let repository = self.repository(branch);
        let head = self.head(&repository, &branch.name).await?;
        let base = self.compared_with(&repository, branch, &head).await?;
        let worktree = self.tree(branch);
        let (tree, unread) = match worktree.exists() {
            true => {
                self.is_ours(&worktree, branch).await?;
                self.tree_of(&worktree).await?
            }
            false => {
                let tree = format!("{head}^{{tree}}");
                let tree = self.ok(&repository, &["rev-parse", &tree]).await?.line();
                (tree, String::new())
            }
        };
        Ok(Snapshot {
            base,
            head,
            tree,
            unread,
        })
    }

    /// Where the differences of a branch are counted from: where it parted from the branch that it goes to,
    /// or, once it is in there, where it began.
    async fn compared_with(
        &self,
        repository: &Path,
        branch: &Branch,
        head: &str,
    ) -> Result<String, GitFault> {
        let onto = format!("refs/heads/{}", branch.onto);
        let parted = self.maybe(repository, &["merge-base", &onto, head]).await?;
        let base = Some(branch.base.clone()).filter(|base| !base.is_empty());
        Ok(match parted {
            Some(parted) if parted != head => parted,
            Some(_) | None => base.unwrap_or_else(|| head.to_owned()),
        })
    }

    /// Everything in a worktree as one tree, by an index of our own: the worktree's own is left alone. What git
    /// cannot read (a repository without a commit inside it, say) is left out, and told in its words; saving the
    /// work is refused then.
    pub(super) async fn tree_of(&self, worktree: &Path) -> Result<(String, String), GitFault> {
        self.tree_with(worktree, Share::All).await
    }

    /// Like [`Git::tree_of`], of one folder of a repository: everywhere else it is as in the last commit, and so are
    /// the room's own queue and papers, whose moves are nobody's work.
    pub(super) async fn tree_within(&self, folder: &Path) -> Result<(String, String), GitFault> {
        self.tree_with(folder, Share::Folder).await
    }

    async fn tree_with(&self, worktree: &Path, share: Share) -> Result<(String, String), GitFault> {
        let words = ["rev-parse", "--absolute-git-dir"];
        let folder = self.ok(worktree, &words).await?.line();
        let index = Path::new(&folder).join(INDEX);
        // What git knows of unchanged files goes along, so that it need not read all of them.
        if copied_as_old(&Path::new(&folder).join("index"), &index).is_err() {
            let _without_it_is_slower = std::fs::remove_file(&index);
        }
        let own = index.display().to_string();
        let env = [("GIT_INDEX_FILE", own.as_str())];
        let tree = self.written(worktree, share, &env).await;
        let _no_matter = std::fs::remove_file(&index);
        tree
    }

    async fn written(
        &self,
        worktree: &Path,
        share: Share,
        env: &[(&str, &str)],
    ) -> Result<(String, String), GitFault> {
        let all = ["add", "--all", "--ignore-errors", "--", "."];
        let words = match share {
            Share::All => &all[..3],
            Share::Folder => &all,
        };
        let added = self.ask(worktree, words, env).await?;
        let unread = match added.code {
            0 => String::new(),
            1 => added.err,
            _ => return Err(failed(worktree, words, &added)),
        };
        match share {
            Share::All => {}
            Share::Folder => self.leave_out(worktree, env).await?,
        }
        let tree = self.ok_with(worktree, &["write-tree"], env).await?;
        Ok((tree.line(), unread))
    }

    /// In an index of our own: what is no work in a folder is as in the last commit.
    async fn leave_out(&self, folder: &Path, env: &[(&str, &str)]) -> Result<(), GitFault> {
        let outside = ["reset", "--quiet", "--", ":(top)", ":(exclude)."];
        self.ok_with(folder, &outside, env).await?;
        let top = self.ok(folder, &["rev-parse", "--show-toplevel"]).await?;
        let top = PathBuf::from(top.line());
        let room = self.room.canonicalize();
        let room = room.unwrap_or_else(|_| self.room.clone());
        let Ok(room) = room.strip_prefix(top) else {
            return Ok(());
        };
        let own = |name| format!(":(top,literal){}", room.join(name).display());
        let [queue, papers] = ["briefs", ".opsroom"].map(own);
        let words = ["reset", "--quiet", "--", &queue, &papers];
        self.ok_with(folder, &words, env).await.map(drop)
    }

    /// How many files are not committed.
    pub(super) async fn uncommitted(&self, worktree: &Path) -> Result<u32, GitFault> {
        let words = [
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=all",
            "--ignore-submodules=none",
        ];
        let said = self.ok(worktree, &words).await?;
        let bytes = said.out.bytes();
        let mut records = bytes.split(|byte| *byte == 0).filter(|it| !it.is_empty());
        let mut count = 0;
        while let Some(record) = records.next() {
            count += 1;
            // a renamed file is followed by its old name
            if matches!(record.first(), Some(b'R' | b'C')) {
                records.next();
            }
        }
        Ok(count)
    }

    async fn numstat(
        &self,
        repository: &Path,
        now: &Snapshot,
    ) -> Result<(Vec<FileStat>, u32), GitFault> {
        let words = [
            "diff",
            "--numstat",
            "-z",
            "--find-renames",
            "--no-rename-empty",
            "--ignore-submodules=none",
            "--no-ext-diff",
            "--no-textconv",
            &now.base,
            &now.tree,
        ];
        let said = self.ok(repository, &words).await?;
        let mut files = stats(&said.out.bytes());
        let more = files.len().saturating_sub(FILES);
        files.truncate(FILES);
        Ok((files, u32::try_from(more).unwrap_or(u32::MAX)))
    }

    async fn commits(
        &self,
        repository: &Path,
        now: &Snapshot,
    ) -> Result<Vec<(String, Untrusted)>, GitFault> {
        let range = format!("{}..{}", now.base, now.head);
        let most = format!("--max-count={COMMITS}");
        let words = ["log", "-z", "--format=%h %s", &most, &range, "--"];
        let said = self.ok(repository, &words).await?.out.text();
        let lines = said.split('\0').filter(|line| !line.is_empty());
        Ok(lines
            .filter_map(|line| line.split_once(' '))
            .map(|(hash, subject)| (hash.to_owned(), Untrusted::new(subject)))
            .collect())
    }
}

/// `git diff --numstat -z`: `added TAB removed TAB path NUL`, or for a renamed file `added TAB removed TAB NUL
/// old NUL new NUL`. A binary file has `-` for both counts.
/// A copy of an index, as old as what it is a copy of: git reads a file again that changed as late as its index, since
/// its size and time may then be what they were.
fn copied_as_old(from: &Path, to: &Path) -> std::io::Result<()> {
    let written = std::fs::metadata(from)?.modified()?;
    std::fs::copy(from, to)?;
    let copy = std::fs::File::options().write(true).open(to)?;
    copy.set_modified(written)
}

fn stats(bytes: &[u8]) -> Vec<FileStat> {
    let text = String::from_utf8_lossy(bytes);
    let mut pieces = text.split('\0');
    let mut files = Vec::new();
    while let Some(piece) = pieces.next() {
        let mut fields = piece.splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let path = match path {
            "" => match (pieces.next(), pieces.next()) {
                (Some(old), Some(new)) => format!("{old} → {new}"),
                (Some(_), None) | (None, _) => continue,
            },
            path => path.to_owned(),
        };
        files.push(FileStat {
            path: Untrusted::new(path),
            added: added.parse().ok(),
            removed: removed.parse().ok(),
        });
    }
    files
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn counted_lines_are_read_with_renamed_and_binary_files() {
        let bytes = b"3\t1\tsrc/a b.rs\0-\t-\tlogo.png\x001\t0\t\0old.rs\0new.rs\0";
        let files = stats(bytes);
        let said: Vec<_> = files
            .iter()
            .map(|it| (it.path.raw(), it.added, it.removed))
            .collect();
        assert_eq!(
            said,
            [
                ("src/a b.rs", Some(3), Some(1)),
                ("logo.png", None, None),
                ("old.rs → new.rs", Some(1), Some(0)),
            ]
        );
    }
}
