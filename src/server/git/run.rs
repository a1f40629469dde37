//! One run of the git program, so that nothing of the user's settings can hang it, page it or hook into it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::command::{Command, End, Forsaken, Kept, Kind, Mark, run};
use super::GitFault;
use crate::model::{Branch, Untrusted};

/// How long one git command may run.
const LIMIT: Duration = Duration::from_secs(120);
/// How much of what git says is read. Of a longer answer the start.
const ANSWER: usize = 16 * 1024 * 1024;
/// How much of its errors is read.
const ERRORS: usize = 16 * 1024;
/// How much of its errors is told, in characters.
const TOLD: usize = 400;

/// What git may not do by itself: hooks, watchers, signing, housekeeping in the background; and what a person's
/// taste would change in what it says.
const SETTINGS: [&str; 18] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.editor=true",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    "color.ui=false",
    "core.safecrlf=false",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.relative=false",
    "diff.renames=true",
    "diff.interHunkContext=0",
    "diff.submodule=short",
    "diff.ignoreSubmodules=none",
    "diff.orderFile=/dev/null",
];

/// What makes git say the same everywhere and ask nobody.
const VARIABLES: [(&str, &str); 8] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "true"),
    ("SSH_ASKPASS", "true"),
    ("GIT_PAGER", "cat"),
    ("GIT_EDITOR", "true"),
    ("GIT_MERGE_AUTOEDIT", "no"),
    ("LC_ALL", "C"),
    ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
];

/// Variables that would lead git to another repository; `env -u` takes them away.
const MISLEADING: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_CONFIG_COUNT",
    "GIT_EXTERNAL_DIFF",
];

/// Runs git for one room.
#[derive(Debug)]
pub(super) struct Git {
    pub(super) room: PathBuf,
}

/// What git said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) out: Kept,
    pub(super) err: String,
}

impl Said {
    pub(super) fn line(&self) -> String {
        self.out.text().trim_end().to_owned()
    }
}

impl Git {
    pub(super) fn new(room: &Path) -> Self {
        Self {
            room: room.to_path_buf(),
        }
    }

    /// The checkout that a branch belongs to.
    pub(super) fn repository(&self, branch: &Branch) -> PathBuf {
        self.room.join(&branch.repository)
    }

    /// The worktree of a branch.
    pub(super) fn tree(&self, branch: &Branch) -> PathBuf {
        self.room.join(&branch.folder)
    }

    /// What it says where it succeeds.
    pub(super) async fn ok(&self, folder: &Path, words: &[&str]) -> Result<Said, GitFault> {
        self.ok_with(folder, words, &[]).await
    }

    /// The same, with more variables.
    pub(super) async fn ok_with(
        &self,
        folder: &Path,
        words: &[&str],
        env: &[(&str, &str)],
    ) -> Result<Said, GitFault> {
        let said = self.ask(folder, words, env).await?;
        match said.code {
            0 => Ok(said),
            _ => Err(failed(folder, words, &said)),
        }
    }

    /// The one line that it says; none where it fails with code 1 or 128 (there is no such thing).
    pub(super) async fn maybe(
        &self,
        folder: &Path,
        words: &[&str],
    ) -> Result<Option<String>, GitFault> {
        let said = self.ask(folder, words, &[]).await?;
        Ok((said.code == 0).then(|| said.line()))
    }

    /// Runs it, whatever its code.
    pub(super) async fn ask(
        &self,
        folder: &Path,
        words: &[&str],
        env: &[(&str, &str)],
    ) -> Result<Said, GitFault> {
        let what = || what(words);
        let shown = || folder.display().to_string();
        if !folder.is_dir() {
            let (path, why) = (shown(), "there is no such folder".to_owned());
            return Err(GitFault::System { path, why });
        }
        let ran = run(
            &self.command(folder, words, env),
            Kept::new(ANSWER, 0),
            Kept::new(ERRORS, 0),
        )
        .await;
        let err = told(&ran.err.text());
        match ran.end {
            // `env` found no git
            End::Code(127) => Err(GitFault::NoGit(err)),
            End::Code(code) => Ok(Said {
                code,
                out: ran.out,
                err,
            }),
            End::NotStarted(why) => Err(GitFault::NoGit(why)),
            End::Signal(signal) => Err(GitFault::Failed {
                what: what(),
                folder: shown(),
                said: format!("ended by signal {signal}"),
            }),
            End::TimedOut => Err(GitFault::TooSlow {
                what: what(),
                folder: shown(),
                seconds: LIMIT.as_secs(),
            }),
        }
    }

    fn command(&self, folder: &Path, words: &[&str], env: &[(&str, &str)]) -> Command {
        let mut all = vec!["env".to_owned()];
        for name in MISLEADING {
            all.extend(["-u".to_owned(), name.to_owned()]);
        }
        // Behind those that are taken away, since a job may need one of them.
        all.extend(env.iter().map(|(name, value)| format!("{name}={value}")));
        all.extend(["git".to_owned(), "--no-pager".to_owned()]);
        for setting in SETTINGS {
            all.extend(["-c".to_owned(), setting.to_owned()]);
        }
        all.extend(words.iter().map(|word| (*word).to_owned()));
        Command {
            words: all,
            folder: folder.to_path_buf(),
            env: VARIABLES
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            limit: LIMIT,
            mark: Mark::new(&self.room, Kind::Git),
            forsaken: Forsaken::Finishes,
        }
    }

    /// Who commits where the user's settings name nobody.
    pub(super) async fn committer(
        &self,
        folder: &Path,
    ) -> Result<Vec<(&'static str, &'static str)>, GitFault> {
        let known = self.maybe(folder, &["config", "user.email"]).await?;
        Ok(match known.filter(|email| !email.is_empty()) {
            Some(_) => Vec::new(),
            None => vec![
                ("GIT_AUTHOR_NAME", "opsroom"),
                ("GIT_AUTHOR_EMAIL", "opsroom@localhost"),
                ("GIT_COMMITTER_NAME", "opsroom"),
                ("GIT_COMMITTER_EMAIL", "opsroom@localhost"),
            ],
        })
    }

    /// The commit that a name stands for.
    pub(super) async fn commit(
        &self,
        folder: &Path,
        name: &str,
    ) -> Result<Option<String>, GitFault> {
        let commit = format!("{name}^{{commit}}");
        self.maybe(folder, &["rev-parse", "--verify", "--quiet", &commit])
            .await
    }

    /// The commit of a branch.
    ///
    /// # Errors
    /// [`GitFault::Gone`].
    pub(super) async fn head(&self, folder: &Path, branch: &str) -> Result<String, GitFault> {
        let head = self.commit(folder, &format!("refs/heads/{branch}")).await?;
        head.ok_or_else(|| GitFault::Gone(branch.to_owned()))
    }

    /// Whether one commit is behind another one.
    pub(super) async fn is_in(
        &self,
        folder: &Path,
        commit: &str,
        of: &str,
    ) -> Result<bool, GitFault> {
        let words = ["merge-base", "--is-ancestor", commit, of];
        Ok(self.maybe(folder, &words).await?.is_some())
    }
}

pub(super) fn failed(folder: &Path, words: &[&str], said: &Said) -> GitFault {
    let said = match said.err.is_empty() {
        false => said.err.clone(),
        true => told(&said.out.text()),
    };
    GitFault::Failed {
        what: what(words),
        folder: folder.display().to_string(),
        said,
    }
}

/// The command's own word, and what follows it.
fn what(words: &[&str]) -> String {
    words.iter().take(2).copied().collect::<Vec<_>>().join(" ")
}

/// Git's words in one line. They can hold what agents called their files.
fn told(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let line = lines.join(" ");
    let cut: String = line.trim().chars().take(TOLD).collect();
    Untrusted::new(cut).shown()
}
