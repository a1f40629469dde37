//! The brief folder, watched: what appears, changes and goes becomes events; orders become files.
//!
//! One thread owns all that is known of the folder. The watcher is only a hint: every folder, and some
//! of the files in turn, are looked at every ten seconds, and all of it where hints were lost. Only
//! differences become events. A hand's edit always wins, and a broken file is never touched.

mod known;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use self::known::{Known, Look};
use crate::folder::{BriefPath, briefs};
use crate::model::{BriefId, Event, Place, Time, TrackShape};

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
            };
            let keeper = Keeper {
                known: Known::new(room, tracks),
                ordered,
                hinted,
                events,
                watch,
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
    ordered: mpsc::Receiver<Order>,
    hinted: mpsc::Receiver<Hint>,
    events: mpsc::Sender<Event>,
    watch: Watch,
}

/// What the watcher said.
#[derive(Debug)]
enum Hint {
    /// Something happened at these paths.
    Paths(Vec<PathBuf>),
    /// It lost count.
    Overflow,
}

impl Keeper {
    async fn run(mut self) -> Result<(), Deaf> {
        briefs::sweep_asides(&self.known.room);
        self.watch.arm();
        self.look(Look::Everything).await?;
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
                    self.look(look).await?;
                }
                _ = rescan.tick() => {
                    let look = if self.watch.arm() { Look::Everything } else { Look::Changed };
                    self.look(look).await?;
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
            look = look.and(self.known.hinted(&hint));
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
            Look::Everything
        } else {
            look
        }
    }

    async fn obey(&mut self, order: Order) -> Result<(), Deaf> {
        match order {
            Order::Write { brief, place, text } => {
                let done = briefs::write(&self.known.room, &brief, &place, &text);
                self.done(brief, &[place], done).await
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
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = Time(u64::try_from(now.as_millis()).unwrap_or(0));
        let touched = self.known.look(look, now);
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

/// The watcher on the `briefs` folder, while there is one.
struct Watch {
    room: PathBuf,
    hints: mpsc::Sender<Hint>,
    armed: Option<(RecommendedWatcher, u64)>,
}

impl Watch {
    /// Watches the folder that is there now. Says whether that is news: another one, or one at last.
    fn arm(&mut self) -> bool {
        let folder = self.room.join("briefs");
        let inode = std::fs::metadata(&folder)
            .ok()
            .map(|meta| std::os::unix::fs::MetadataExt::ino(&meta));
        let Some(inode) = inode else {
            return self.armed.take().is_some();
        };
        if self
            .armed
            .as_ref()
            .is_some_and(|(_, watched)| *watched == inode)
        {
            return false;
        }
        self.armed = match watcher(&folder, self.hints.clone()) {
            Ok(watcher) => Some((watcher, inode)),
            Err(why) => {
                tracing::warn!(
                    "briefs are not watched, a hand's edit shows after {} s: {why}",
                    RESCAN.as_secs()
                );
                None
            }
        };
        self.armed.is_some()
    }
}

fn watcher(folder: &Path, hints: mpsc::Sender<Hint>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |said: notify::Result<notify::Event>| {
        let hint = match said {
            Ok(event) if event.need_rescan() => Hint::Overflow,
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) => Hint::Paths(event.paths),
            Err(_) => Hint::Overflow,
        };
        // full: whoever drains it sees that, and looks at everything
        let _ = hints.try_send(hint);
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}
