//! What lies in the tracks' `drop` folders, and when it is whole. Waits for nothing.
//!
//! A file is whole once whoever wrote it closed it or put it there at once (the watcher says so). One that nobody was
//! seen to write is whole when it has not changed for a while: it came while nobody looked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::folder::Stamp;
use crate::folder::drops::{self, DROP, Lies};
use crate::model::{Brief, BriefId, Content, Event, Fault, Place, Time, Track, TrackShape};

/// Files that are known at most, of all tracks; what is beyond is looked at once others are gone.
const MOST: usize = 1_000;

/// Briefs that are being made at once; further files wait.
const AT_ONCE: usize = 64;

/// Whoever was not seen to write for so long has written, in ms.
const QUIET_MS: u64 = 10_000;

/// The same, where somebody was seen to begin, and not to end.
const LONG_QUIET_MS: u64 = 600_000;

/// What the watcher saw at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    /// Somebody writes, or did something else.
    Changed,
    /// Its times, its mode: nothing that it says.
    Marked,
    /// It was closed by who wrote it.
    Closed,
    /// It was put there at once, under this name.
    Came,
}

/// A file by its track and name.
type Key = (Track, String);

/// What is known of one file.
#[derive(Clone, Debug, Default)]
struct Known {
    touch: Option<Touch>,
    told: Told,
}

/// What the room was told of it.
#[derive(Clone, Debug, Default, PartialEq)]
enum Told {
    #[default]
    Nothing,
    /// That it shall become a brief, as it was then.
    Brief(Stamp),
    /// That none was made of it as it was then; why.
    Failed(Stamp, Fault),
}

#[derive(Default)]
pub(super) struct Drops {
    files: BTreeMap<Key, Known>,
    shown: BTreeMap<BriefId, Brief>,
    due: bool,
}

impl Drops {
    /// Whether something happened in a drop folder since the last look.
    pub fn is_due(&self) -> bool {
        self.due
    }

    /// Look at everything, whatever was seen of it.
    pub fn lost_count(&mut self) {
        self.due = true;
        for known in self.files.values_mut() {
            known.touch = None;
        }
    }

    /// Takes note of a path that something happened at. False where it is in no drop folder.
    pub fn hinted(&mut self, room: &Path, path: &Path, touch: Touch) -> bool {
        let Ok(inside) = path.strip_prefix(room.join("briefs")) else {
            return false;
        };
        let mut names = inside.iter().map(|name| name.to_string_lossy());
        let (Some(track), Some(stage)) = (names.next(), names.next()) else {
            return false;
        };
        if stage != DROP {
            return false;
        }
        self.due = true;
        if let (Some(file), None) = (names.next(), names.next())
            && self.files.len() < MOST
        {
            let key = (Track::from(track.as_ref()), file.into_owned());
            let known = self.files.entry(key).or_default();
            match touch {
                Touch::Marked => {}
                Touch::Changed | Touch::Closed | Touch::Came => known.touch = Some(touch),
            }
        }
        true
    }

    /// Looks at all drop folders, and says what is news.
    pub fn look(&mut self, room: &Path, tracks: &[TrackShape], now: Time) -> Vec<Event> {
        self.due = false;
        let mut events = Vec::new();
        let mut there = BTreeMap::new();
        let mut shown = BTreeMap::new();
        for shape in tracks {
            let found = match drops::list(room, &shape.name) {
                Ok(found) => found,
                Err(why) => {
                    tracing::warn!(track = %shape.name, "a drop folder cannot be read: {why}");
                    continue;
                }
            };
            for (file, lies) in found {
                if there.len() >= MOST {
                    break;
                }
                let key = (shape.name.clone(), file);
                let mut known = self.files.remove(&key).unwrap_or_default();
                let fault = match lies {
                    Lies::Odd(why) => Some(drops::odd(&shape.name, &key.1, &why)),
                    Lies::File(stamp) => {
                        let busy = there.values().filter(|it: &&Known| it.is_on_its_way());
                        let waits = !known.is_whole(stamp, now) || busy.count() >= AT_ONCE;
                        match known.news(stamp) {
                            News::Fault(fault) => Some(fault),
                            News::None => None,
                            News::Look if waits => None,
                            News::Look => match drops::title(room, shape, &key.1) {
                                Ok(title) => {
                                    known.told = Told::Brief(stamp);
                                    let (track, file) = key.clone();
                                    events.push(Event::Dropped { track, file, title });
                                    None
                                }
                                Err(fault) => Some(fault),
                            },
                        }
                    }
                };
                if let Some(fault) = fault {
                    let brief = broken(&shape.name, &key.1, fault, now);
                    shown.insert(brief.id.clone(), brief);
                }
                there.insert(key, known);
            }
        }
        self.files = there;
        events.extend(self.show(shown));
        events
    }

    /// The file that a brief is about to be made of, as it was when the room was told.
    pub fn ordered(&self, track: &Track, file: &str) -> Option<Stamp> {
        let known = self.files.get(&(track.clone(), file.to_owned()))?;
        match known.told {
            Told::Brief(stamp) => Some(stamp),
            Told::Nothing | Told::Failed(..) => None,
        }
    }

    /// What became of that: it is shown with its reason where nothing did, until it changes.
    pub fn done(&mut self, track: &Track, file: &str, done: &Result<(), String>) {
        self.due = true;
        let key = (track.clone(), file.to_owned());
        let Some(known) = self.files.get_mut(&key) else {
            return;
        };
        let told = std::mem::take(&mut known.told);
        match (done, told) {
            (Ok(()), _) => drop(self.files.remove(&key)),
            (Err(why), Told::Brief(stamp)) => {
                known.told = Told::Failed(stamp, drops::odd(track, file, why));
            }
            (Err(_), Told::Nothing | Told::Failed(..)) => {}
        }
    }

    /// What is broken stands in the queue, beside the stages, until it is mended or gone.
    fn show(&mut self, mut shown: BTreeMap<BriefId, Brief>) -> Vec<Event> {
        let mut events = Vec::new();
        for (id, brief) in &mut shown {
            match self.shown.get(id) {
                // since when does not change
                Some(before) if before.content == brief.content => brief.changed = before.changed,
                Some(_) | None => events.push(Event::BriefSeen(brief.clone())),
            }
        }
        let gone = self.shown.keys().filter(|id| !shown.contains_key(*id));
        events.extend(gone.cloned().map(Event::BriefGone));
        self.shown = shown;
        events
    }
}

/// What there is to say of a file as it is now.
enum News {
    None,
    Fault(Fault),
    /// It was not looked at.
    Look,
}

impl Known {
    fn news(&self, stamp: Stamp) -> News {
        match &self.told {
            Told::Brief(of) if *of == stamp => News::None,
            Told::Failed(of, fault) if *of == stamp => News::Fault(fault.clone()),
            Told::Brief(_) | Told::Failed(..) | Told::Nothing => News::Look,
        }
    }

    fn is_on_its_way(&self) -> bool {
        matches!(self.told, Told::Brief(_))
    }

    fn is_whole(&self, stamp: Stamp, now: Time) -> bool {
        let quiet = now.since(stamp.modified());
        match self.touch {
            Some(Touch::Closed | Touch::Came) => true,
            Some(Touch::Changed | Touch::Marked) => quiet >= LONG_QUIET_MS,
            None => quiet >= QUIET_MS,
        }
    }
}

fn broken(track: &Track, file: &str, fault: Fault, now: Time) -> Brief {
    Brief {
        // with its track: files of one name in two tracks are two
        id: BriefId(format!("{track}/{DROP}/{}", file.escape_debug())),
        place: Place {
            track: track.clone(),
            stage: DROP.into(),
        },
        changed: now,
        content: Content::Broken(fault),
    }
}

/// The paths of a hint that are in no drop folder; of the others note is taken.
pub(super) fn sorted(
    drops: &mut Drops,
    room: &Path,
    paths: Vec<PathBuf>,
    touch: Touch,
) -> Vec<PathBuf> {
    let paths = paths.into_iter();
    paths
        .filter(|path| !drops.hinted(room, path, touch))
        .collect()
}
