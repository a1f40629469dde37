//! A command that the room runs by itself: git, a check, a setup line. It gets a group of its own, a limit to its
//! time and its words, nothing of the agents' socket and nothing of the operator's terminal, and it is ended
//! with everything that it started. Decides nothing of what it says.

mod kept;
mod kin;

pub use kept::Kept;
pub use kin::{Kind, Mark, leftovers};

use std::path::PathBuf;
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::FusedFuture as _;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Child;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::launch::theirs;

/// How long a command that is ended may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long the last words of a command may take to come, once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is run.
#[derive(Clone, Debug)]
pub struct Command {
    /// Program and arguments.
    pub words: Vec<String>,
    /// Where.
    pub folder: PathBuf,
    /// Variables besides the user's own.
    pub env: Vec<(String, String)>,
    /// How long it may run.
    pub limit: Duration,
    /// How its processes are known.
    pub mark: Mark,
    /// What becomes of it where nobody waits for it any more.
    pub forsaken: Forsaken,
}

/// What becomes of a command whose server leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forsaken {
    /// It is killed with everything it started.
    Killed,
    /// It ends its work: half of it would be worse than all of it.
    Finishes,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How it ended.
    pub end: End,
    /// How long it ran, in ms.
    pub millis: u64,
    /// Its standard output; its errors too, where they were kept together.
    pub out: Kept,
    /// Its standard error.
    pub err: Kept,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself.
    Code(i32),
    /// By a signal of somebody else.
    Signal(i32),
    /// It could not be started; why.
    NotStarted(String),
    /// At its time limit.
    TimedOut,
}

/// Runs it to its end, and ends what it leaves behind. Output and errors are kept as far as the two have room;
/// the rest is read and counted.
pub async fn run(command: &Command, mut out: Kept, mut err: Kept) -> Ran {
    let started = Instant::now();
    let ran = |end, out, err| Ran {
        end,
        millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        out,
        err,
    };
    let mut child = match start(command) {
        Ok(child) => child,
        Err(why) => return ran(End::NotStarted(why), out, err),
    };
    let mut family = Family::of(&child, command);
    let end = {
        let (from_out, from_err) = (child.stdout.take(), child.stderr.take());
        let reading = async { tokio::join!(drain(from_out, &mut out), drain(from_err, &mut err)) };
        let mut reading = pin!(reading.fuse());
        let late = started + command.limit;
        let end = loop {
            tokio::select! {
                _ = &mut reading, if !reading.is_terminated() => {}
                status = child.wait() => break status.map_or(End::Signal(0), ended),
                () = sleep_until(late) => break End::TimedOut,
            }
        };
        if end == End::TimedOut {
            family.signal(Signal::TERM);
            let _ended_by_itself = timeout(GRACE, child.wait()).await;
        }
        family.end(&end);
        if !reading.is_terminated() {
            let _as_far_as_they_came = timeout(LAST_WORDS, reading).await;
        }
        end
    };
    ran(end, out, err)
}

fn start(command: &Command) -> Result<Child, String> {
    let Some((program, arguments)) = command.words.split_first() else {
        return Err("there is no command".to_owned());
    };
    let mut order = tokio::process::Command::new(program);
    order
        .args(arguments)
        .current_dir(&command.folder)
        .env_clear()
        .envs(theirs(std::env::vars_os()))
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .env(kin::VARIABLE, command.mark.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    order.spawn().map_err(|error| {
        let folder = command.folder.display();
        format!("{program} cannot be started in {folder}: {error}")
    })
}

fn ended(status: std::process::ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    }
}

async fn drain(from: Option<impl AsyncRead + Unpin>, into: &mut Kept) {
    let Some(mut from) = from else { return };
    let mut piece = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        into.push(piece.get(..read).unwrap_or_default());
    }
}

/// A command's processes. Dropped before its end, they are forsaken.
struct Family {
    group: Option<Pid>,
    mark: Mark,
    forsaken: Forsaken,
    state: Whereabouts,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    Running,
    Ended,
}

impl Family {
    fn of(child: &Child, command: &Command) -> Self {
        Self {
            group: child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())),
            mark: command.mark.clone(),
            forsaken: command.forsaken,
            state: Whereabouts::Running,
        }
    }

    fn signal(&self, signal: Signal) {
        let _gone_already = self.group.map(|group| kill_process_group(group, signal));
        kin::signal(&self.mark, signal);
    }

    /// Ends whatever is left of it. What finishes its work leaves nothing behind by itself.
    fn end(&mut self, end: &End) {
        self.state = Whereabouts::Ended;
        if self.forsaken == Forsaken::Killed || *end == End::TimedOut {
            self.signal(Signal::KILL);
        }
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if self.state == Whereabouts::Running && self.forsaken == Forsaken::Killed {
            self.signal(Signal::KILL);
        }
    }
}

/// Waits a little; for what has no event to wait on.
pub(super) async fn a_moment() {
    sleep(Duration::from_millis(20)).await;
}

#[cfg(test)]
mod tests;
