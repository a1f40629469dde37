//! The brief folder, watched: what appears, changes and goes becomes events; orders become files.
//!
//! One thread owns all that is known of the folder. The watcher is only a hint: every folder, and some
//! of the files in turn, are looked at every ten seconds, and all of it where hints were lost. Only
//! differences become events. A hand's edit always wins, and a broken file is never touched.

mod drops;
mod known;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use self::drops::{Drops, Touch};
use self::known::{Known, Look};
use crate::folder::splits::{self, Finished};
use crate::folder::{BriefPath, briefs, drops as dropped};
use crate::model::{BriefId, Event, Place, Time, Track, TrackShape};

/// Orders that may wait. One more is given back to whoever ordered, who says so.
const ORDERS: usize = 1_024;

/// Events that may wait. This thread then waits; it holds nothing that others need.
const EVENTS: usize = 1_024;

/// Hints that may wait. Where there are more, everything is looked at instead.
const HINTS: usize = 4_096;

/// How often folders are looked at without a hint.
const RESCAN: Duration = Duration::from_secs(10);

/// Hints that follow each other this closely are looked at together …
const QUIET: Duration = Duration::from_millis(20);

/// … but nobody waits longer than this for the first of them.
const LATEST: Duration = Duration::from_millis(200);

/// Something to do in the folder. What became of it comes as an event: `BriefSeen`, or `BriefFailed`.
#[derive(Debug)]
pub enum Order {
    /// Write a new brief's file.
    Write {
        /// Its id.
        brief: BriefId,
        /// Where.
        place: Place,
        /// The whole file.
        text: String,
    },
    /// Make a brief of a file in a track's `drop` folder, which the room was told of.
    Take {
        /// Its id.
        brief: BriefId,
        /// The track.
        track: Track,
        /// The file's name.
        file: String,
    },
    /// Move a brief's file.
    Move {
        /// Which.
        brief: BriefId,
        /// Where it must stand.
        from: Place,
        /// Where nothing of that name may stand.
        to: Place,
    },
    /// Write another priority.
    Priority {
        /// Which.
        brief: BriefId,
        /// Where it must stand.
        place: Place,
        /// 1 to 9.
        priority: u8,
    },
    /// Read a file for somebody: its path and its text, or a sentence.
    Read {
        /// Which.
        brief: BriefId,
        /// For whom. Whoever no longer waits gets nothing.
        reply: oneshot::Sender<Result<(String, String), String>>,
    },
    /// The settings were read again: other tracks, or stages.
    Tracks(Vec<TrackShape>),
    /// Look at these paths too, with each look without a hint.
    Mind(Minded),
}

/// Paths that are no part of the folder and must be there.
#[derive(Debug)]
pub struct Minded {
    /// Which.
    pub paths: Vec<PathBuf>,
    /// Told where one is gone. Holds one: the next look tells it again.
    pub missing: mpsc::Sender<()>,
}

impl Minded {
    fn look(&self) {
        if self
            .paths
            .iter()
            .any(|path| path.symlink_metadata().is_err())
        {
            let _told_already = self.missing.try_send(());
        }
    }
}

/// Gives orders. The thread ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct BriefHandle {
    orders: mpsc::Sender<Order>,
}

impl BriefHandle {
    /// Gives an order without waiting.
    ///
    /// # Errors
    /// The order, where too many wait already or the thread is gone.
    pub fn order(&self, order: Order) -> Result<(), Order> {
        self.orders.try_send(order).map_err(|why| match why {
            mpsc::error::TrySendError::Full(order) | mpsc::error::TrySendError::Closed(order) => {
                order
            }
        })
    }
}

/// Starts to watch the queue of a room. The first events are everything that stands there, then
/// [`Event::Scanned`]. Makes no folder until one is needed.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(
    room: &Path,
    tracks: Vec<TrackShape>,
) -> std::io::Result<(BriefHandle, mpsc::Receiver<Event>)> {
    let (orders, ordered) = mpsc::channel(ORDERS);
    let (events, happened) = mpsc::channel(EVENTS);
    let room = room.to_path_buf();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    std::thread::Builder::new()
        .name("briefs".to_owned())
        .spawn(move || {
            let (hints, hinted) = mpsc::channel(HINTS);
            let watch = Watch {
                room: room.clone(),
                hints,
                armed: None,
                above: None,
            };
            let keeper = Keeper {
                known: Known::new(room, tracks),
                drops: Drops::default(),
                ordered,
                hinted,
                events,
                watch,
                minded: None,
            };
            // gone: the server is closing, and nobody is left to be told
            let _ = runtime.block_on(keeper.run());
        })?;
    Ok((BriefHandle { orders }, happened))
}

/// The server no longer listens.
struct Deaf;

struct Keeper {
    known: Known,
    drops: Drops,
    ordered: mpsc::Receiver<Order>,
    hinted: mpsc::Receiver<Hint>,
    events: mpsc::Sender<Event>,
    watch: Watch,
    minded: Option<Minded>,
}

/// What the watcher said.
#[derive(Debug)]
enum Hint {
    /// Something happened at these paths.
    Paths(Vec<PathBuf>, Touch),
    /// It lost count.
    Overflow,
}

impl Keeper {
    async fn run(mut self) -> Result<(), Deaf> {
        briefs::sweep_asides(&self.known.room);
        self.watch.arm();
        self.finish_drops();
        self.finish_splits();
        self.look(Look::Everything).await?;
        self.look_at_drops().await?;
        self.tell(Event::Scanned).await?;
        let mut rescan = interval(RESCAN);
        rescan.set_missed_tick_behavior(MissedTickBehavior::Delay);
        rescan.tick().await;
        loop {
            tokio::select! {
                biased;
                order = self.ordered.recv() => match order {
                    Some(order) => self.obey(order).await?,
                    None => return Ok(()),
                },
                Some(hint) = self.hinted.recv() => {
                    let look = self.gather(hint).await;
                    let look = if self.watch.arm() { Look::Everything } else { look };
                    self.look(look).await?;
                    if self.drops.is_due() {
                        self.look_at_drops().await?;
                    }
                }
                _ = rescan.tick() => {
                    self.minded.iter().for_each(Minded::look);
                    self.finish_splits();
                    let look = if self.watch.arm() { Look::Everything } else { Look::Changed };
                    self.look(look).await?;
                    self.look_at_drops().await?;
                }
            }
        }
    }

    /// Everything that is hinted at until it is quiet for a moment, as one look.
    async fn gather(&mut self, first: Hint) -> Look {
        let latest = Instant::now() + LATEST;
        let mut look = Look::Nothing;
        let mut count = 0;
        let mut next = Some(first);
        while let Some(hint) = next {
            count += 1;
            look = look.and(self.hinted(hint));
            let quiet = (Instant::now() + QUIET).min(latest);
            next = tokio::select! {
                biased;
                hint = self.hinted.recv() => hint,
                () = sleep_until(quiet) => None,
            };
            if Instant::now() >= latest && count < HINTS {
                break;
            }
        }
        // as many as fit into the channel: some may have been lost
        if count >= HINTS {
            self.drops.lost_count();
            Look::Everything
        } else {
            look
        }
    }

    /// Where to look after a hint.
    fn hinted(&mut self, hint: Hint) -> Look {
        match hint {
            Hint::Overflow => {
                self.drops.lost_count();
                Look::Everything
            }
            Hint::Paths(paths, touch) => {
                let rest = drops::sorted(&mut self.drops, &self.known.room, paths, touch);
                match touch {
                    // a brief that was closed was changed before, and that was told
                    Touch::Closed => Look::Nothing,
                    Touch::Changed | Touch::Marked | Touch::Came => self.known.hinted(&rest),
                }
            }
        }
    }

    /// What a crash left half done in the drop folders.
    fn finish_drops(&self) {
        for shape in &self.known.tracks {
            for fault in dropped::finish(&self.known.room, shape, date) {
                tracing::error!(%fault, "a dropped file was not taken");
            }
        }
    }

    /// What whoever split a brief left half done.
    fn finish_splits(&self) {
        for one in splits::finish(&self.known.room) {
            match one {
                Finished::Done(brief) => tracing::info!(%brief, "a split that was cut off is done"),
                Finished::Undone(brief, why) => tracing::warn!("{brief} was not split: {why}"),
            }
        }
    }

    async fn look_at_drops(&mut self) -> Result<(), Deaf> {
        let events = self.drops.look(&self.known.room, &self.known.tracks, now());
        for event in events {
            self.tell(event).await?;
        }
        Ok(())
    }

    /// Makes a brief of a file. The room was told of it, and has recorded that.
    fn take(&mut self, brief: &BriefId, track: &Track, file: &str) -> Result<(), String> {
        let gone = || format!("drop/{file} is not there any more");
        let stamp = self.drops.ordered(track, file).ok_or_else(gone)?;
        let shape = self.known.tracks.iter().find(|shape| shape.name == *track);
        let shape = shape.ok_or_else(|| format!("there is no track {track} any more"))?;
        let done = dropped::take(&self.known.room, shape, brief, (file, stamp), date);
        self.drops.done(track, file, &done);
        done
    }

    async fn obey(&mut self, order: Order) -> Result<(), Deaf> {
        match order {
            Order::Mind(minded) => {
                self.minded = Some(minded);
                Ok(())
            }
            Order::Write { brief, place, text } => {
                let done = briefs::write(&self.known.room, &brief, &place, &text);
                self.done(brief, &[place], done).await
            }
            Order::Take { brief, track, file } => {
                let done = self.take(&brief, &track, &file);
                let inbox = Place {
                    track,
                    stage: "inbox".into(),
                };
                self.done(brief, &[inbox], done).await?;
                self.look_at_drops().await
            }
            Order::Move { brief, from, to } => {
                let moved = |known: &Known| {
                    known.is_single(&brief)?;
                    briefs::shift(&known.room, &brief, &from, &to)
                };
                let done = moved(&self.known);
                self.done(brief, &[from, to], done).await
            }
            Order::Priority {
                brief,
                place,
                priority,
            } => {
                let done = briefs::prioritise(&self.known.room, &brief, &place, priority);
                self.done(brief, &[place], done).await
            }
            Order::Read { brief, reply } => {
                // whoever asked may be gone
                let _ = reply.send(self.read(&brief));
                Ok(())
            }
            Order::Tracks(tracks) if tracks == self.known.tracks => Ok(()),
            Order::Tracks(tracks) => {
                self.known.tracks = tracks;
                self.tell_all(self.known.all()).await
            }
        }
    }

    async fn done(
        &mut self,
        brief: BriefId,
        places: &[Place],
        done: Result<(), String>,
    ) -> Result<(), Deaf> {
        // the first folder of all is only now there to be watched
        self.watch.arm();
        self.look(Look::Places(places.iter().cloned().collect()))
            .await?;
        match done {
            Ok(()) => Ok(()),
            Err(why) => self.tell(Event::BriefFailed { brief, why }).await,
        }
    }

    fn read(&self, brief: &BriefId) -> Result<(String, String), String> {
        let place = self.known.place(brief)?;
        let path = BriefPath::of(&self.known.room, brief, place)?;
        let text = briefs::text(&self.known.room, brief, place)?;
        Ok((path.path().display().to_string(), text))
    }

    async fn look(&mut self, look: Look) -> Result<(), Deaf> {
        let touched = self.known.look(look, now());
        self.tell_all(touched).await
    }

    async fn tell_all(&mut self, ids: impl IntoIterator<Item = BriefId>) -> Result<(), Deaf> {
        for id in ids {
            if let Some(event) = self.known.news(&id) {
                self.tell(event).await?;
            }
        }
        Ok(())
    }

    async fn tell(&self, event: Event) -> Result<(), Deaf> {
        self.events.send(event).await.map_err(|_| Deaf)
    }
}

fn now() -> Time {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Time(u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(0))
}

/// A moment as people here read it.
fn date(at: Time) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let zone = jiff::tz::TimeZone::system();
    let at = jiff::Timestamp::from_millisecond(ms).map(|at| at.to_zoned(zone));
    at.map_or_else(
        |_| String::new(),
        |at| at.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// The watcher on the `briefs` folder, while there is one.
struct Watch {
    room: PathBuf,
    hints: mpsc::Sender<Hint>,
    armed: Option<(RecommendedWatcher, u64)>,
    /// On the room's folder, while there is no folder for briefs in it.
    above: Option<RecommendedWatcher>,
}

impl Watch {
    /// Watches the folder that is there now. Says whether that is news: another one, or one at last.
    fn arm(&mut self) -> bool {
        let folder = self.room.join("briefs");
        let inode = || {
            let folder = std::fs::metadata(&folder).ok();
            folder.map(|meta| std::os::unix::fs::MetadataExt::ino(&meta))
        };
        if inode().is_none() && self.above.is_none() {
            let above = watcher(&self.room, RecursiveMode::NonRecursive, self.hints.clone());
            self.above = above.inspect_err(not_watched).ok();
        }
        // once more: it may have come before it was watched for
        let Some(inode) = inode() else {
            return self.armed.take().is_some();
        };
        self.above = None;
        if self
            .armed
            .as_ref()
            .is_some_and(|(_, watched)| *watched == inode)
        {
            return false;
        }
        let watcher = watcher(&folder, RecursiveMode::Recursive, self.hints.clone());
        let watcher = watcher.inspect_err(not_watched).ok();
        self.armed = watcher.map(|watcher| (watcher, inode));
        self.armed.is_some()
    }
}

fn not_watched(why: &notify::Error) {
    tracing::warn!(
        "briefs are not watched, a hand's edit shows after {} s: {why}",
        RESCAN.as_secs()
    );
}

fn watcher(
    folder: &Path,
    depth: RecursiveMode,
    hints: mpsc::Sender<Hint>,
) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |said: notify::Result<notify::Event>| {
        let hint = match said {
            Ok(event) if event.need_rescan() => Hint::Overflow,
            Ok(event) => match touch(&event.kind) {
                Some(touch) => Hint::Paths(event.paths, touch),
                None => return,
            },
            Err(_) => Hint::Overflow,
        };
        // full: whoever drains it sees that, and looks at everything
        let _ = hints.try_send(hint);
    })?;
    watcher.watch(folder, depth)?;
    Ok(watcher)
}

/// What an event of the watcher says of its files; nothing where they were only read.
fn touch(kind: &EventKind) -> Option<Touch> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Touch::Closed),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => Some(Touch::Came),
        EventKind::Modify(ModifyKind::Metadata(_)) => Some(Touch::Marked),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => Some(Touch::Changed),
    }
}
