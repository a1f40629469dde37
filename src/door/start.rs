//! Starts a room's server where there is none: two who start at once get one server.
//!
//! Must not wait on time where it can wait on an event: the server says when it is ready.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::connect::reach;
use super::holder::settled;
use super::paths::system;
use super::{RoomPaths, Seating, connect_as, peer_pid};
use crate::wire::Introduction;
use crate::wire::agent::ENV_ROOM;

/// What a server writes to its standard output, once, when it serves. Anything else is why it does not.
pub const READY: &str = "opsroom: ready";

/// How long a server may take to be ready, and a former one to be gone.
const START_LIMIT: Duration = Duration::from_secs(15);

/// The longest line of a server that could not start, in bytes.
const SENTENCE_LONGEST: u64 = 4096;

/// Connects to the server of this room, starting one from this very program where there is none.
/// The hello is done.
///
/// # Errors
/// A sentence for a person, where no server can be reached or started.
pub async fn ensure(paths: &RoomPaths) -> anyhow::Result<UnixStream> {
    ensure_as(paths, Seating::Operator).await
}

/// As [`ensure`], for a seat of this kind.
///
/// # Errors
/// As for [`ensure`].
pub async fn ensure_as(paths: &RoomPaths, seating: Seating) -> anyhow::Result<UnixStream> {
    ensure_by(paths, seating, &own_program()?).await
}

/// As [`ensure_as`], for whoever comes: the journal says who of the invited opened the room.
///
/// # Errors
/// As for [`ensure`].
pub async fn ensure_for(
    paths: &RoomPaths,
    seating: Seating,
    who: &Introduction,
) -> anyhow::Result<UnixStream> {
    ensure_with(paths, seating, &own_program()?, &opener(who)).await
}

/// What the server is told of whoever opens the room.
fn opener(who: &Introduction) -> Vec<String> {
    let Some(invited) = &who.invited else {
        return Vec::new();
    };
    let mut said = vec![format!("--opened-by={}", invited.name)];
    said.extend(who.key.as_ref().map(|key| format!("--opened-with={key}")));
    said
}

/// As [`ensure_as`], starting `program`.
///
/// # Errors
/// As for [`ensure`].
pub async fn ensure_by(
    paths: &RoomPaths,
    seating: Seating,
    program: &Path,
) -> anyhow::Result<UnixStream> {
    ensure_with(paths, seating, program, &[]).await
}

async fn ensure_with(
    paths: &RoomPaths,
    seating: Seating,
    program: &Path,
    opener: &[String],
) -> anyhow::Result<UnixStream> {
    if let Some(stream) = connect_as(&paths.again()?, seating).await? {
        return Ok(stream);
    }
    paths.prepare_private()?;
    let lock = start_lock(paths).await?;
    let paths = settled(paths).await?;
    if let Some(stream) = connect_as(&paths, seating).await? {
        return Ok(stream);
    }
    let started = start(&paths, program, opener).await;
    drop(lock);
    // One whose starter was ended while it waited holds the room, and may serve by now.
    let paths = paths.again()?;
    if let Ok(Some(stream)) = connect_as(&paths, seating).await {
        return Ok(stream);
    }
    started?;
    bail!("the server ended right after its start: {}", see(&paths))
}

/// Replaces the running server by one of this very program. No agent is lost; clients come back by
/// themselves. Works with every version of the running server. Starts one where none runs.
/// Gives a sentence that says what was done.
///
/// # Errors
/// Where the running one does not go or the new one does not start.
pub async fn upgrade(paths: &RoomPaths) -> anyhow::Result<String> {
    upgrade_to(paths, &own_program()?).await
}

/// As [`upgrade`], with `program`.
///
/// # Errors
/// As for [`upgrade`].
pub async fn upgrade_to(paths: &RoomPaths, program: &Path) -> anyhow::Result<String> {
    paths.prepare_private()?;
    let _lock = start_lock(paths).await?;
    let paths = settled(paths).await?;
    let Some(running) = reach(&paths, &paths.room_socket()).await? else {
        start(&paths, program, &[]).await?;
        return Ok("no server ran; this version serves the room now".to_owned());
    };
    understands(&paths, program).await?;
    send_away(running).await?;
    start(&paths, program, &[]).await?;
    Ok("this version serves the room now; its agents went on".to_owned())
}

/// Asks the version that is to serve the room whether it can read the room's journal.
async fn understands(paths: &RoomPaths, program: &Path) -> anyhow::Result<()> {
    let mut verify = tokio::process::Command::new(program);
    verify.arg("--room").arg(&paths.folder);
    verify.args(["journal", "verify"]).kill_on_drop(true);
    let verified = timeout(START_LIMIT, verify.output()).await;
    let verified = verified.context("the new version took too long to read the journal")?;
    let verified = verified.with_context(|| format!("cannot start {}", program.display()))?;
    if !verified.status.success() {
        let why = complaint(&verified.stderr);
        bail!("the running server goes on, since this version could not follow it: {why}");
    }
    Ok(())
}

/// What another run of this program said on its standard error, without its name before it.
pub fn complaint(stderr: &[u8]) -> String {
    let said = String::from_utf8_lossy(stderr);
    said.trim().trim_start_matches("opsroom: ").to_owned()
}

/// Asks the process behind this connection to leave, and waits until it has.
async fn send_away(mut running: UnixStream) -> anyhow::Result<()> {
    let pid = peer_pid(&running).and_then(Pid::from_raw);
    let pid = pid.context("the system does not tell which process serves this room")?;
    kill_process(pid, Signal::TERM).context("cannot ask the running server to leave")?;
    let mut rest = Vec::new();
    let gone = timeout(START_LIMIT, running.read_to_end(&mut rest)).await;
    if gone.is_err() {
        bail!("the running server (process {pid:?}) did not leave: end it by hand and try again");
    }
    Ok(())
}

/// The program that runs now, also when its file was replaced since.
///
/// # Errors
/// Where the system does not tell.
pub fn own_program() -> anyhow::Result<PathBuf> {
    let program =
        std::env::current_exe().context("the system does not tell where this program is")?;
    let replaced = program
        .to_str()
        .and_then(|text| text.strip_suffix(" (deleted)"));
    Ok(match replaced.map(PathBuf::from) {
        Some(now) if now.is_file() => now,
        Some(_) | None => program,
    })
}

/// Takes the start lock; it is free again when the file is dropped, or its process gone.
async fn start_lock(paths: &RoomPaths) -> anyhow::Result<File> {
    let path = paths.start_lock();
    let waiting = tokio::task::spawn_blocking(move || -> Result<File, super::PathFault> {
        let mut options = OpenOptions::new();
        let opened = options
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path);
        let file = opened.map_err(|why| system(&path, why))?;
        flock(&file, FlockOperation::LockExclusive)
            .map_err(|why| system(&path, io::Error::from(why)))?;
        Ok(file)
    });
    match timeout(2 * START_LIMIT, waiting).await {
        Ok(taken) => Ok(taken??),
        Err(_) => bail!(
            "another process has been starting this room's server for {} s: {}",
            2 * START_LIMIT.as_secs(),
            see(paths)
        ),
    }
}

/// A server that an agent starts would be one of its processes, and end with it.
fn not_inside_its_agent(paths: &RoomPaths) -> anyhow::Result<()> {
    match std::env::var_os(ENV_ROOM) {
        Some(room) if room == paths.folder => bail!(
            "this runs inside an agent of this room, whose server does not run: start it with `opsroom` in a terminal of your own"
        ),
        Some(_) | None => Ok(()),
    }
}

async fn start(paths: &RoomPaths, program: &Path, opener: &[String]) -> anyhow::Result<()> {
    not_inside_its_agent(paths)?;
    paths.prepare()?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(paths.log());
    let log = log.with_context(|| format!("cannot write {}", paths.log().display()))?;
    let child = Command::new(program)
        .args(["serve", "--detached"])
        .arg("--room")
        .arg(&paths.folder)
        .args(opener)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    match timeout(START_LIMIT, readiness(child)).await {
        Ok(Ok(line)) if line == READY => Ok(()),
        Ok(Ok(line)) if line.is_empty() => {
            bail!("the server ended before it was ready: {}", see(paths))
        }
        Ok(Ok(line)) => bail!("the server could not start: {line}"),
        Ok(Err(why)) => Err(why).context("the server's word was lost"),
        Err(_) => bail!(
            "the server was not ready within {} s: {}",
            START_LIMIT.as_secs(),
            see(paths)
        ),
    }
}

/// The first line that the server writes. The process itself goes on without us.
async fn readiness(mut child: Child) -> io::Result<String> {
    let Some(output) = child.stdout.take() else {
        return Ok(String::new());
    };
    let mut line = String::new();
    BufReader::new(output.take(SENTENCE_LONGEST))
        .read_line(&mut line)
        .await?;
    Ok(line.trim_end().to_owned())
}

fn see(paths: &RoomPaths) -> String {
    format!("see {}", paths.log().display())
}
