//! Why git did not do something, and what to do about it.

use thiserror::Error;

/// Why a job was not done. Nothing of the user's was changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GitFault {
    /// The server leaves.
    #[error("the server leaves; the next one does it again")]
    Leaving,
    /// There is no git.
    #[error("git cannot be started ({0}); install it, or set worktrees = false for the track")]
    NoGit(String),
    /// A folder is in no repository.
    #[error(
        "{0} is in no git repository; run `git init` there, or set worktrees = false for the track"
    )]
    NoRepository(String),
    /// A repository without a commit.
    #[error("the repository of {0} has no commit yet; make the first one")]
    NoCommit(String),
    /// A checkout that is on no branch.
    #[error("{0} is on no branch (detached head); check out the branch that the work goes back to")]
    NoBranch(String),
    /// A brief whose id cannot be a branch's name.
    #[error("{0} cannot be a branch's name; rename the brief's file")]
    Name(String),
    /// The folder of a worktree holds something else.
    #[error(
        "{folder} is not the worktree of {branch}: {what}; move it away, or bring the branch back there"
    )]
    Elsewhere {
        /// The folder.
        folder: String,
        /// The branch that should be there.
        branch: String,
        /// What is there.
        what: String,
    },
    /// The branch is gone.
    #[error("there is no branch {0} any more; take the brief back to a stage to make a new one")]
    Gone(String),
    /// The work is another than what was approved.
    #[error(
        "the work on {0} changed after it was checked; take the brief back to its stage, so that it is checked again"
    )]
    Changed(String),
    /// It does not merge.
    #[error(
        "{branch} conflicts with {onto} in {files}; take the brief back to a stage and have it brought up to date with {onto}"
    )]
    Conflict {
        /// The branch.
        branch: String,
        /// Where it goes.
        onto: String,
        /// The files, some of them.
        files: String,
    },
    /// The checkout of the branch that it goes to stands in the way.
    #[error(
        "{folder} has {onto} checked out, and git does not bring {branch} there: {said}; commit or stash what is in the way, then try again"
    )]
    InTheWay {
        /// The checkout.
        folder: String,
        /// Where it goes.
        onto: String,
        /// The branch.
        branch: String,
        /// Git's words.
        said: String,
    },
    /// Git failed.
    #[error("`git {what}` failed in {folder}: {said}")]
    Failed {
        /// The command.
        what: String,
        /// Where.
        folder: String,
        /// Its words.
        said: String,
    },
    /// Git took too long.
    #[error("`git {what}` took longer than {seconds} s in {folder} and was ended")]
    TooSlow {
        /// The command.
        what: String,
        /// Where.
        folder: String,
        /// The limit.
        seconds: u64,
    },
    /// The system said no.
    #[error("cannot use {path}: {why}")]
    System {
        /// Where.
        path: String,
        /// Why.
        why: String,
    },
}
