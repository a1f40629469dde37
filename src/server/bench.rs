//! Where the room's own commands are done: worktrees are set up, gates are checked, branches land. Each errand is a
//! task of its own; what became of it comes back to the hub as an event. Decides nothing of it.

mod gauge;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::command::{Command, End, Forsaken, Kept, Kind, Mark, Ran, run};
use super::digest::digest;
use super::git::{self, GitHandle, LandOrder, LandWay, Setup};
use super::hub::Hub;
use super::post::ToHub;
use crate::config::name::is_plain;
use crate::door::RoomPaths;
use crate::model::{
    Ask, Branch, BriefId, CheckOrder, CheckResult, CheckRun, CheckShape, Event, Fate, Land, Landed,
    Landing, Untrusted, tail, words,
};
use crate::wire::agent::ENV_BRIEF;

/// Commands that run at once; more wait.
const AT_ONCE: usize = 3;
/// Gauges that are measured at once by their timers, besides; more wait.
const GAUGES_AT_ONCE: usize = 2;
/// What is kept of a command's output, in bytes: its start and its end.
const OUTPUT: (usize, usize) = (256 * 1024, 768 * 1024);
/// What of it stands on a card: the end.
const TAIL: usize = 4 * 1024;
/// Outputs of one brief's commands that are kept; the oldest go.
const LOGS: usize = 64;
/// Variable of a check, a setup line or a landing's command: the brief's branch.
const ENV_BRANCH: &str = "OPSROOM_BRANCH";
/// Variable of a landing's command: the branch that it goes to.
const ENV_ONTO: &str = "OPSROOM_ONTO";

/// What errands need.
#[derive(Clone, Debug)]
struct Tools {
    paths: RoomPaths,
    git: GitHandle,
    turns: Arc<Semaphore>,
    gauges: Arc<Semaphore>,
}

/// The errands that are under way.
pub(super) struct Bench {
    tools: Tools,
    post: mpsc::Sender<ToHub>,
    errands: JoinSet<()>,
    checks: BTreeMap<BriefId, AbortHandle>,
}

impl Bench {
    /// Starts the task that runs git. Needs a runtime.
    pub(super) fn start(paths: &RoomPaths, post: mpsc::Sender<ToHub>) -> Self {
        Self {
            tools: Tools {
                paths: paths.clone(),
                git: git::start(&paths.folder),
                turns: Arc::new(Semaphore::new(AT_ONCE)),
                gauges: Arc::new(Semaphore::new(GAUGES_AT_ONCE)),
            },
            post,
            errands: JoinSet::new(),
            checks: BTreeMap::new(),
        }
    }

    /// Whoever else has something to ask git.
    pub(super) fn git(&self) -> GitHandle {
        self.tools.git.clone()
    }

    /// Ends what runs. Git ends its own work.
    pub(super) async fn stop(&mut self) {
        self.errands.shutdown().await;
    }

    fn errand(&mut self, done: impl Future<Output = Event> + Send + 'static) -> AbortHandle {
        while self.errands.try_join_next().is_some() {}
        let post = self.post.clone();
        self.errands.spawn(async move {
            let event = done.await;
            // The hub is gone only with the server.
            let _server_leaves = post.send(ToHub::Event(event)).await;
        })
    }
}

impl Hub {
    pub(super) fn make_worktree(&mut self, brief: BriefId, known: Branch, setup: Vec<String>) {
        let tools = self.bench.tools.clone();
        self.bench.errand(async move {
            let made = tools.stand(&brief, known, &setup).await;
            Event::Worktree { brief, made }
        });
    }

    /// What nothing has to be run or asked for is checked at once.
    pub(super) fn check(&mut self, order: CheckOrder) {
        let runs_nothing = order.checks.is_empty() && order.gauges.is_empty();
        if runs_nothing && order.report.branch.is_none() {
            return self.follow_up.push_back(checked(order));
        }
        self.stop_checks(&order.brief);
        let (tools, brief) = (self.bench.tools.clone(), order.brief.clone());
        let handle = self.bench.errand(async move { tools.check(order).await });
        self.bench.checks.insert(brief, handle);
    }

    pub(super) fn stop_checks(&mut self, brief: &BriefId) {
        if let Some(running) = self.bench.checks.remove(brief) {
            running.abort();
        }
    }

    pub(super) fn land(&mut self, brief: BriefId, title: String, landing: Landing) {
        let tools = self.bench.tools.clone();
        self.bench.errand(async move {
            let result = tools.land(&brief, title, landing).await;
            Event::Landed { brief, result }
        });
    }

    pub(super) fn clean(&mut self, brief: BriefId, branch: Branch, fate: Fate) {
        let git = self.bench.tools.git.clone();
        self.bench.errand(async move {
            let result = git.clean(&branch, fate).await;
            let result = result.map_err(|fault| fault.to_string());
            Event::Cleaned { brief, result }
        });
    }
}

impl Tools {
    /// Makes a worktree, and sets it up where that was not done yet.
    async fn stand(
        &self,
        brief: &BriefId,
        known: Branch,
        setup: &[String],
    ) -> Result<(Branch, String), String> {
        let start = git::Start {
            brief: brief.clone(),
            folder: known.repository.clone(),
            known: Some(known),
        };
        let made = self.git.worktree(start).await;
        let made = made.map_err(|fault| fault.to_string())?;
        if made.state == Setup::Missing {
            for (number, line) in (1..).zip(setup) {
                let shape = CheckShape::of_line(line);
                let around = Around {
                    brief,
                    branch: Some(&made.branch),
                    folder: &made.folder,
                    runner: &[],
                    log: format!("setup-{number}"),
                };
                let run = self.run(&shape, around).await;
                if !run.result.passed() {
                    return Err(not_set_up(&run));
                }
            }
            let ready = self.git.ready(&made.branch).await;
            ready.map_err(|fault| fault.to_string())?;
        }
        Ok((made.branch, made.folder.display().to_string()))
    }

    /// Runs the checks of a gate, one after another, and asks git what was done.
    async fn check(&self, mut order: CheckOrder) -> Event {
        let folder = self.paths.folder.join(&order.folder);
        for (number, shape) in (1..).zip(&order.checks) {
            let (stage, round) = (&order.from.stage, order.report.iteration);
            let around = Around {
                brief: &order.brief,
                branch: order.report.branch.as_ref(),
                folder: &folder,
                runner: &order.runner,
                log: format!("{stage}-{round}-{number}"),
            };
            let run = self.run(shape, around).await;
            order.report.checks.push(run);
        }
        self.measure_all(&mut order, &folder).await;
        if let Some(branch) = order.report.branch.clone() {
            match self.git.facts(&branch).await {
                Ok(facts) => {
                    order.report.files = facts.files;
                    order.report.more_files = facts.more_files;
                    order.report.commits = facts.commits;
                    order.report.uncommitted = facts.uncommitted;
                    order.report.tree = facts.tree;
                }
                Err(fault) => order.report.gaps.push(fault.to_string()),
            }
        }
        checked(order)
    }

    async fn land(
        &self,
        brief: &BriefId,
        title: String,
        landing: Landing,
    ) -> Result<Landed, String> {
        let Landing { branch, how, tree } = landing;
        let way = match &how {
            Land::Leave | Land::Command(_) => LandWay::Keep,
            Land::Merge => LandWay::Merge,
            Land::Squash => LandWay::Squash,
        };
        let order = LandOrder {
            brief: brief.clone(),
            title,
            branch: branch.clone(),
            way,
            tree: Some(tree).filter(|tree| !tree.is_empty()),
        };
        let landed = self.git.land(order).await;
        let landed = landed.map_err(|fault| fault.to_string())?;
        let Land::Command(line) = how else {
            return Ok(landed);
        };
        let folder = self.paths.folder.join(branch.place_of_work());
        let shape = CheckShape::of_line(&line);
        let around = Around {
            brief,
            branch: Some(&branch),
            folder: &folder,
            runner: &[],
            log: "landing".to_owned(),
        };
        let run = self.run(&shape, around).await;
        match run.result.passed() {
            true => Ok(landed),
            false => Err(failed("its command", &run)),
        }
    }

    async fn run(&self, shape: &CheckShape, around: Around<'_>) -> CheckRun {
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await;
        // Compilers say what is wrong on their standard error: the two are kept together, in their order.
        let line = format!("exec 2>&1\n{}", shape.command);
        let words = ["sh".to_owned(), "-c".to_owned(), line];
        let command = Command {
            words: [around.runner, &words].concat(),
            folder: around.folder.to_path_buf(),
            env: of_work(around.brief, around.branch),
            limit: Duration::from_secs(u64::from(shape.seconds)),
            mark: Mark::new(&self.paths.folder, Kind::Other),
            forsaken: Forsaken::Killed,
        };
        let (start, end) = OUTPUT;
        let ran = run(&command, Kept::new(start, end), Kept::default()).await;
        let log = self.keep(&around, &ran);
        CheckRun {
            name: shape.name.clone(),
            result: result(&ran.end, shape.seconds),
            millis: ran.millis,
            tail: Untrusted::new(end_of(&ran.out.text())),
            log,
        }
    }

    /// Keeps what a command printed; gives its file, from the room's folder. Empty where it cannot be kept.
    fn keep(&self, around: &Around<'_>, ran: &Ran) -> String {
        let folder = self.paths.inside("checks").join(around.brief.as_str());
        let kept = match is_plain(around.brief.as_str()) {
            true => write(&folder, &around.log, &ran.out.bytes()),
            false => Err(std::io::Error::other("its brief's id is no folder's name")),
        };
        match kept {
            Ok(path) => {
                let within = path.strip_prefix(&self.paths.folder).unwrap_or(&path);
                within.display().to_string()
            }
            Err(error) => {
                tracing::error!(brief = %around.brief, %error, "a command's output was not kept");
                String::new()
            }
        }
    }
}

/// Around what a command runs.
struct Around<'a> {
    brief: &'a BriefId,
    branch: Option<&'a Branch>,
    folder: &'a Path,
    runner: &'a [String],
    log: String,
}

/// What a command is told of the work.
fn of_work(brief: &BriefId, branch: Option<&Branch>) -> Vec<(String, String)> {
    let mut env = vec![(ENV_BRIEF.to_owned(), brief.to_string())];
    if let Some(branch) = branch {
        env.push((ENV_BRANCH.to_owned(), branch.name.clone()));
        env.push((ENV_ONTO.to_owned(), branch.onto.clone()));
    }
    env
}

/// What was found, as the gate's card shows it.
fn checked(order: CheckOrder) -> Event {
    let gate = Ask::Gate {
        from: order.from,
        to: order.to,
        handoff: order.handoff,
        report: Some(Box::new(order.report)),
    };
    Event::Checked {
        brief: order.brief,
        key: order.key,
        digest: digest(&gate),
        gate,
    }
}

fn result(end: &End, seconds: u32) -> CheckResult {
    match end {
        End::Code(0) => CheckResult::Passed,
        End::Code(code) => CheckResult::Failed(*code),
        End::Signal(signal) => CheckResult::Broken(format!("ended by signal {signal}")),
        End::NotStarted(why) => CheckResult::Broken(why.clone()),
        End::TimedOut => CheckResult::TimedOut(seconds),
    }
}

fn not_set_up(run: &CheckRun) -> String {
    failed("its worktree is there, but not set up:", run)
}

fn failed(what: &str, run: &CheckRun) -> String {
    let name = Untrusted::new(run.name.as_str()).shown();
    let last = run
        .tail
        .raw()
        .trim_end()
        .lines()
        .next_back()
        .unwrap_or_default();
    let last = Untrusted::new(last).shown();
    let last = words::followed(&last);
    format!(
        "{what} `{name}` {}{last} (all of it: {})",
        run.result.sentence(),
        run.log
    )
}

/// The last of a text, whole lines where there are some.
fn end_of(text: &str) -> String {
    let end = tail(text, TAIL);
    match (end.len() < text.len(), end.split_once('\n')) {
        (true, Some((_, whole))) => whole.to_owned(),
        (true, None) | (false, _) => end.to_owned(),
    }
}

/// Writes one output, and makes room for it.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let path = folder.join(format!("{name}.log"));
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600);
    opened.open(&path)?.write_all(bytes)?;
    let mut logs: Vec<_> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    logs.sort();
    let surplus = logs.len().saturating_sub(LOGS);
    for (_, old) in logs.into_iter().take(surplus) {
        fs::remove_file(old)?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_end_of_an_output_begins_with_a_whole_line() {
        let long = (0..2_000)
            .map(|n| format!("line {n}\n"))
            .collect::<String>();
        let end = end_of(&long);
        assert!(end.len() <= TAIL && end.starts_with("line "), "{end}");
        assert!(long.ends_with(&end));
        assert_eq!(end_of("short\n"), "short\n");
        assert!(end_of(&"ü".repeat(TAIL)).len() <= TAIL);
    }

    #[test]
    fn only_the_newest_outputs_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..LOGS + 3 {
            write(dir.path(), &format!("dev-1-{number}"), b"x").unwrap();
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), LOGS);
        assert!(dir.path().join(format!("dev-1-{}.log", LOGS + 2)).exists());
    }
}
