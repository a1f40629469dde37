//! Git: one task that alone runs it, one job after another. Whoever wants something of it asks a [`GitHandle`]
//! and waits; the hub never does.
//!
//! It never resets, cleans or removes what is not committed somewhere, and every job may be asked for again: a job
//! that was cut off half-way is done anew. Hooks, pagers, editors and prompts of the user's do not run.

mod clean;
mod diff;
mod facts;
mod fault;
mod land;
mod reading;
mod run;
#[cfg(test)]
mod tests;
mod worktree;

pub use diff::{Against, DiffText};
pub use facts::Facts;
pub use fault::GitFault;
pub use land::{LandOrder, LandWay};
pub use reading::{Reading, Since, Work};
pub use worktree::{Made, Setup, Start};

use std::path::Path;

use tokio::sync::{mpsc, oneshot};

use self::run::Git;
use crate::model::{Branch, Cleaned, Fate, Landed};

/// Jobs that may wait. Whoever asks for one more waits with it.
const JOBS: usize = 64;

/// What can be asked for.
#[derive(Debug)]
enum Job {
    Worktree(Start, Reply<Made>),
    Ready(Branch, Reply<()>),
    Facts(Branch, Reply<Facts>),
    Diff(Branch, Against, Reply<DiffText>),
    Read(Box<Reading>, Reply<Work>),
    Land(Box<LandOrder>, Reply<Landed>),
    Clean(Branch, Fate, Reply<Cleaned>),
}

type Reply<T> = oneshot::Sender<Result<T, GitFault>>;

/// Asks the task. It ends when the last handle is dropped, or the runtime.
#[derive(Clone, Debug)]
pub struct GitHandle {
    jobs: mpsc::Sender<Job>,
}

/// Starts the task for the room in this folder. Needs a runtime.
pub fn start(room: &Path) -> GitHandle {
    let (jobs, ordered) = mpsc::channel(JOBS);
    tokio::spawn(serve(Git::new(room), ordered));
    GitHandle { jobs }
}

async fn serve(git: Git, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        // Whoever no longer waits gets nothing.
        match job {
            Job::Worktree(start, to) => drop(to.send(git.worktree(start).await)),
            Job::Ready(branch, to) => drop(to.send(git.ready(&branch).await)),
            Job::Facts(branch, to) => drop(to.send(git.facts(&branch).await)),
            Job::Diff(branch, against, to) => drop(to.send(git.diff(&branch, &against).await)),
            Job::Read(of, to) => drop(to.send(git.reading(&of).await)),
            Job::Land(landing, to) => drop(to.send(git.land(&landing).await)),
            Job::Clean(branch, fate, to) => drop(to.send(git.clean(&branch, fate).await)),
        }
    }
}

impl GitHandle {
    /// Makes, or finds, the worktree and the branch of a brief.
    ///
    /// # Errors
    /// A sentence, where there is no repository, it has no commit, is on no branch, or git says no.
    pub async fn worktree(&self, start: Start) -> Result<Made, GitFault> {
        self.ask(|to| Job::Worktree(start, to)).await
    }

    /// Notes that a new worktree was set up, so that it is not done again.
    ///
    /// # Errors
    /// Where it is gone.
    pub async fn ready(&self, branch: &Branch) -> Result<(), GitFault> {
        let branch = branch.clone();
        self.ask(|to| Job::Ready(branch, to)).await
    }

    /// What was done on a branch: files, commits, and what is not committed.
    ///
    /// # Errors
    /// Where the branch is gone, or git says no.
    pub async fn facts(&self, branch: &Branch) -> Result<Facts, GitFault> {
        let branch = branch.clone();
        self.ask(|to| Job::Facts(branch, to)).await
    }

    /// The differences as text, what is not committed included.
    ///
    /// # Errors
    /// Where the branch is gone, or git says no.
    pub async fn diff(&self, branch: &Branch, against: Against) -> Result<DiffText, GitFault> {
        let branch = branch.clone();
        self.ask(|to| Job::Diff(branch, against, to)).await
    }

    /// The differences of a brief's work, whether it has a branch or not.
    ///
    /// # Errors
    /// Where there is no repository, or git says no.
    pub async fn read(&self, of: Reading) -> Result<Work, GitFault> {
        self.ask(|to| Job::Read(Box::new(of), to)).await
    }

    /// Brings a branch to where it goes. Done again, it finds what was done.
    ///
    /// # Errors
    /// Why it is not there, and what to do; nothing was changed then.
    pub async fn land(&self, landing: LandOrder) -> Result<Landed, GitFault> {
        self.ask(|to| Job::Land(Box::new(landing), to)).await
    }

    /// Removes a worktree whose brief is done or dropped. What was not committed is committed on its branch before.
    ///
    /// # Errors
    /// Why it stands, and where.
    pub async fn clean(&self, branch: &Branch, fate: Fate) -> Result<Cleaned, GitFault> {
        let branch = branch.clone();
        self.ask(|to| Job::Clean(branch, fate, to)).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, GitFault> {
        let (to, answer) = oneshot::channel();
        if self.jobs.send(job(to)).await.is_err() {
            return Err(GitFault::Leaving);
        }
        answer.await.unwrap_or(Err(GitFault::Leaving))
    }
}
