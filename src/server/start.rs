//! From nothing to a room that is served: the lock, the journal, the keeper, the panes, the doors.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};
use tokio::sync::{mpsc, watch};

use crate::door::{READY, RoomPaths, holder, personal_folder};
use crate::folder::ProfileFolders;
use crate::model::{Actor, AgentId, Book, Entry, Event, Happening, Person, Room, Runs};

use super::agent_door::Tokens;
use super::attention::Attention;
use super::bench::Bench;
use super::clock;
use super::door::Hall;
use super::guests::Guests;
use super::hub::{Going, Hub, SettingsRead, Writing};
use super::journal::Journal;
use super::keeper_side::{self, KeeperSide};
use super::outside::Outside;
use super::post::{INTO_HUB, ToHub};
use super::profiles::ProfileFiles;
use super::settings::SettingsFile;
use super::shelf::Shelf;
use super::sockets::Sockets;

/// How long a server that leaves may hold the room.
const FORMER: Duration = Duration::from_secs(10);
/// The same for one that a person started in a terminal, who waits for a word.
const STRANGER: Duration = Duration::from_secs(3);
/// How long the first look at the brief folder may keep people waiting.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// More threads than this only get in each other's way.
const THREADS: usize = 4;
/// Threads that read files for people (a search, what happened since they left). At the limit, more wait.
const READERS: usize = 4;
/// How long the last words to clients may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is served.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The room.
    pub paths: RoomPaths,
    /// Whether somebody waits on standard output for the word that it is ready.
    pub detached: bool,
    /// Who of the invited opens it; nobody where its owner does.
    pub opener: Option<Person>,
}

/// Serves the room until it is closed, or a signal asks this process to leave.
///
/// # Errors
/// A sentence, where the room cannot be served. Told on standard output as well, where somebody waits there.
pub fn serve(serving: Serving) -> anyhow::Result<()> {
    if serving.detached {
        // Fails only for a process that leads its group already: then it stays where it is.
        let _led = rustix::process::setsid();
    }
    let served = run(&serving);
    if let (Err(error), true) = (&served, serving.detached) {
        tracing::error!("{error:#}");
        say(&format!("{error:#}").replace('\n', " "));
    }
    served
}

fn run(serving: &Serving) -> anyhow::Result<()> {
    let paths = serving.paths.clone();
    // Where the sockets are says whoever has the room.
    paths.prepare_private()?;
    super::log::open(&paths).with_context(|| format!("cannot write {}", paths.log().display()))?;
    let threads = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .clamp(2, THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(READERS)
        .enable_all()
        .build()?;
    let served = runtime.block_on(open_and_serve(&paths, serving));
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}

async fn open_and_serve(paths: &RoomPaths, serving: &Serving) -> anyhow::Result<()> {
    let detached = serving.detached;
    let lock = take_room(paths, if detached { FORMER } else { STRANGER })?;
    // a former server that was closed took the folder of the sockets with it, and one whose folder went has another
    let paths = &paths.again()?;
    paths.prepare()?;
    super::command::leftovers(&paths.folder).await;
    let (post, inbox) = mpsc::channel(INTO_HUB);
    let opener = serving.opener.clone();
    let hub = open(
        paths,
        post.clone(),
        opener.map_or(Actor::Room, Actor::Person),
    )
    .await?;
    let hall = Hall::new(
        paths,
        post,
        hub.published.subscribe(),
        hub.attention.clone(),
        hub.driver.subscribe(),
        hub.profiles.in_force(),
        hub.keeper.pid(),
    );
    let sockets = Sockets::open(paths, &hall, lock)
        .with_context(|| format!("cannot listen in {}", paths.runtime.display()))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), room = %paths.folder.display(), "the room is open");
    if detached {
        say(READY);
    }
    let ended = hub.run(inbox, sockets).await;
    hall.empty(FAREWELL).await;
    ended
}

/// Takes the room: one server at a time. A former one gets so much `patience` to be gone.
fn take_room(paths: &RoomPaths, patience: Duration) -> anyhow::Result<File> {
    let path = paths.server_lock();
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path);
    let mut file = file.with_context(|| format!("cannot open {}", path.display()))?;
    let until = Instant::now() + patience;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                // For whoever does not reach us; a full disk keeps nobody out.
                let _unwritten = file
                    .set_len(0)
                    .and_then(|()| writeln!(file, "{}", std::process::id()));
                return Ok(file);
            }
            Err(rustix::io::Errno::WOULDBLOCK) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let pid = holder(paths).and_then(|it| it.pid);
                let which = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
                bail!(
                    "another server serves {} already{which}; `opsroom attach` shows it",
                    paths.folder.display()
                )
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
    }
}

/// Everything up to the moment at which people may come in.
async fn open(paths: &RoomPaths, post: mpsc::Sender<ToHub>, opener: Actor) -> anyhow::Result<Hub> {
    let tokens =
        Tokens::load(&paths.inside("secret")).context("the agents' tokens cannot be made")?;
    let (journal, entries, opened) = Journal::open(&paths.private())?;
    let mut book = Book::default();
    entries.iter().for_each(|entry| book.apply(entry));
    let settings = SettingsFile::watch(&paths.folder, paths.settings());
    // What was agreed to holds until the file is compared with it.
    let agreed = book.agreed.clone();
    let ((in_force, written), settings_faults, settings_read) = match settings.read() {
        Ok((read, odd)) => {
            let held = agreed.settings.as_ref().map(|agreed| agreed.held(&read));
            let held = held.unwrap_or_else(|| read.clone());
            ((held, read), odd, SettingsRead::Yes)
        }
        Err(fault) => {
            let last = agreed.settings.map(|agreed| *agreed);
            let last = last.unwrap_or_else(|| settings.usual());
            let odd =
                format!("the settings that held last, else the usual ones, are in force: {fault}");
            ((last.clone(), last), vec![odd], SettingsRead::NotYet)
        }
    };
    let found = keeper_side::find(paths).await?;
    let outside = Outside::start(paths, &in_force, tokens.clone())?;
    let (keeper, returned, ended) = KeeperSide::new(paths.clone(), found);
    let (published, _) = watch::channel(Arc::default());
    let mut hub = Hub {
        paths: paths.clone(),
        room: Room {
            book: book.clone(),
            ..Room::default()
        },
        durable: book,
        journal,
        tokens,
        guests: Guests::default(),
        panes: Default::default(),
        published,
        attention: Attention::new(tokio::time::Instant::now()),
        driver: tokio::sync::watch::Sender::new(None),
        keeper,
        unread: Default::default(),
        shelf: Shelf::start(paths.inside("recordings")),
        outside,
        bench: Bench::start(paths, post.clone()),
        hooks: Default::default(),
        settings,
        settings_faults,
        settings_read,
        profiles: ProfileFiles::watch(ProfileFolders::of(
            personal_folder().as_deref(),
            &paths.folder,
        )),
        clock: clock::Watch::start(),
        follow_up: Default::default(),
        stalled: Default::default(),
        writing: Writing::Well,
        going: Going::On,
        post,
    };
    if opened.cut_bytes > 0 {
        let what = Happening::Recovered {
            cut: opened.cut_bytes,
        };
        hub.record(&[Entry {
            at: clock::now(),
            by: Actor::Room,
            what,
        }])
        .context("the journal cannot be written")?;
    }
    hub.profiles.agree(agreed.programs);
    hub.update(Event::Settings(in_force));
    for fault in &hub.settings_faults {
        tracing::warn!(%fault, "opsroom.toml");
    }
    for fault in hub.profiles.faults() {
        tracing::warn!(%fault, "profiles");
    }
    hub.show_faults();
    let alive: Vec<(AgentId, u32)> = returned
        .iter()
        .map(|one| (AgentId(one.here.agent.0), one.here.pid))
        .collect();
    let untold = hub.untold(&alive);
    hub.take_over(returned, ended);
    hub.keep_recordings();
    hub.update(Event::Opened {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        alive,
        by: opener,
    });
    hub.update(Event::Edited(Runs::Settings(Box::new(written))));
    let programs = Runs::Programs(hub.profiles.starts());
    hub.update(Event::Edited(programs));
    hub.first_texts_again(&untold);
    if tokio::time::timeout(FIRST_LOOK, hub.queue_seen())
        .await
        .is_err()
    {
        tracing::warn!("the brief folder is slow: the room opens before all of it was seen");
    }
    Ok(hub)
}

/// Says one line to whoever started this process.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _nobody_waits = writeln!(out, "{line}").and_then(|()| out.flush());
}
