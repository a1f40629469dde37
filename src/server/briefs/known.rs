//! All that is known of the queue's files, and what a look at them changes. Waits for nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::folder::{Found, Stamp, briefs, list, load, places};
use crate::model::{
    Brief, BriefId, Content, Event, Lack, Place, RESERVED, Time, TrackShape, Weight,
};

/// Files that are known at most. What is beyond is not shown until others are gone; the log says so.
const MOST: usize = 50_000;

/// How many files are looked at in turn, beside every folder, where nobody hinted at any.
const IN_TURN: usize = 1_000;

/// How often a look is repeated where files moved under it.
const AGAIN: usize = 3;

/// Where to look.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    Nothing,
    /// At the files of these places.
    Places(BTreeSet<Place>),
    /// At every folder that changed, and at some files in turn.
    Changed,
    /// At every file.
    Everything,
}

impl Look {
    pub fn and(self, other: Look) -> Look {
        match (self, other) {
            (Look::Everything, _) | (_, Look::Everything) => Look::Everything,
            (Look::Nothing, look) | (look, Look::Nothing) => look,
            (Look::Places(mut one), Look::Places(other)) => {
                one.extend(other);
                Look::Places(one)
            }
            (Look::Changed, _) | (_, Look::Changed) => Look::Everything,
        }
    }
}

/// A file as it was last read.
struct Seen {
    stamp: Option<Stamp>,
    brief: Brief,
}

/// A file by its place and name.
type Key = (Place, String);

pub(super) struct Known {
    pub room: PathBuf,
    pub tracks: Vec<TrackShape>,
    files: BTreeMap<Key, Seen>,
    stands: BTreeMap<BriefId, BTreeSet<Key>>,
    folders: BTreeMap<Place, Option<Stamp>>,
    told: BTreeMap<BriefId, Brief>,
    turn: Option<Key>,
    full: bool,
}

impl Known {
    pub fn new(room: PathBuf, tracks: Vec<TrackShape>) -> Self {
        Self {
            room,
            tracks,
            files: BTreeMap::new(),
            stands: BTreeMap::new(),
            folders: BTreeMap::new(),
            told: BTreeMap::new(),
            turn: None,
            full: false,
        }
    }

    /// Every id.
    pub fn all(&self) -> Vec<BriefId> {
        self.stands.keys().cloned().collect()
    }

    /// Where a brief stands.
    pub fn place(&self, id: &BriefId) -> Result<&Place, String> {
        let keys = self.stands.get(id).and_then(|keys| keys.first());
        let (place, _) =
            keys.ok_or_else(|| format!("there is no brief {id} any more; look again"))?;
        Ok(place)
    }

    /// Whether an id has one file only.
    pub fn is_single(&self, id: &BriefId) -> Result<(), String> {
        let places = self.places_of(id);
        if places.len() < 2 {
            return Ok(());
        }
        let fault = briefs::doubled(id, &places);
        Err(format!("{}; {}", fault.what, fault.hint))
    }

    /// Where to look after a hint.
    pub fn hinted(&self, paths: &[PathBuf]) -> Look {
        let folder = self.room.join("briefs");
        let look = |path: &PathBuf| {
            let Ok(inside) = path.strip_prefix(&folder) else {
                return Look::Everything;
            };
            let mut names = inside.iter().map(|name| name.to_string_lossy());
            match (names.next(), names.next(), names.next()) {
                (Some(track), Some(stage), Some(_)) => Look::Places(BTreeSet::from([Place {
                    track: track.as_ref().into(),
                    stage: stage.as_ref().into(),
                }])),
                _ => Look::Everything,
            }
        };
        paths.iter().map(look).fold(Look::Nothing, Look::and)
    }

    /// Looks, and gives the ids that something happened to. A file that moves under the look is looked
    /// for again before it counts as gone or doubled.
    pub fn look(&mut self, look: Look, now: Time) -> BTreeSet<BriefId> {
        let mut touched = match look {
            Look::Nothing => return BTreeSet::new(),
            Look::Places(places) => {
                let mut touched = BTreeSet::new();
                for place in places {
                    touched.extend(self.look_at(&place, now));
                }
                touched
            }
            Look::Changed => {
                let mut touched = self.look_at_changed(now);
                touched.extend(self.look_in_turn(now));
                touched
            }
            Look::Everything => {
                self.folders.clear();
                self.look_at_changed(now)
            }
        };
        for _ in 0..AGAIN {
            if touched.iter().all(|id| self.places_of(id).len() == 1) {
                break;
            }
            let more = self.look_at_changed(now);
            if more.is_empty() {
                break;
            }
            touched.extend(more);
        }
        touched
    }

    /// What the room should be told of a brief, if that is news.
    pub fn news(&mut self, id: &BriefId) -> Option<Event> {
        let Some(brief) = self.effective(id) else {
            return self.told.remove(id).map(|brief| Event::BriefGone(brief.id));
        };
        if self.told.get(id) == Some(&brief) {
            return None;
        }
        self.told.insert(id.clone(), brief.clone());
        Some(Event::BriefSeen(brief))
    }

    fn places_of(&self, id: &BriefId) -> Vec<Place> {
        let keys = self.stands.get(id).into_iter().flatten();
        keys.map(|(place, _)| place.clone()).collect()
    }

    /// A brief as the room should see it: broken where it stands twice, told where its place is unknown.
    fn effective(&self, id: &BriefId) -> Option<Brief> {
        let keys = self.stands.get(id)?;
        // Where it stands twice, the second one came: what is known of it stays where it was.
        let before = self.told.get(id).map(|told| &told.place);
        let stayed = keys.iter().find(|(place, _)| Some(place) == before);
        let mut brief = self.files.get(stayed.or(keys.first())?)?.brief.clone();
        if keys.len() > 1 {
            brief.content = Content::Broken(briefs::doubled(id, &self.places_of(id)));
        }
        if let (Content::Read(heading), Some(lack)) = (&mut brief.content, self.lack(&brief.place))
        {
            heading.lacks.insert(0, lack);
        }
        Some(brief)
    }

    fn lack(&self, Place { track, stage }: &Place) -> Option<Lack> {
        let lack = |what: &str, hint| Lack {
            weight: Weight::Advice,
            what: what.to_owned(),
            hint,
        };
        let Some(shape) = self.tracks.iter().find(|shape| &shape.name == track) else {
            let hint = format!("opsroom.toml has no `{track}`, so nobody works here");
            return Some(lack("no such track", hint));
        };
        let known =
            RESERVED.contains(&stage.as_str()) || shape.stages.iter().any(|it| &it.name == stage);
        let hint = || format!("track {track} has no `{stage}`, so nobody works here");
        (!known).then(|| lack("no such stage", hint()))
    }

    /// Looks at the folders that are not as they were, and at all that came or went.
    fn look_at_changed(&mut self, now: Time) -> BTreeSet<BriefId> {
        let places = match places(&self.room) {
            Ok(places) => places,
            Err(why) => {
                tracing::warn!("the briefs folder cannot be read: {why}");
                return BTreeSet::new();
            }
        };
        let mut touched = BTreeSet::new();
        let gone: Vec<Place> = self
            .known_places()
            .into_iter()
            .filter(|it| !places.contains(it))
            .collect();
        for place in places.iter().chain(&gone) {
            let stamp = Stamp::at(&folder(&self.room, place)).ok().flatten();
            if stamp.is_none() || self.folders.get(place) != Some(&stamp) {
                touched.extend(self.look_at(place, now));
            }
        }
        touched
    }

    fn known_places(&self) -> BTreeSet<Place> {
        self.folders
            .keys()
            .cloned()
            .chain(self.files.keys().map(|(place, _)| place.clone()))
            .collect()
    }

    /// Looks at some files that nobody hinted at: an edit in place does not change the folder.
    fn look_in_turn(&mut self, now: Time) -> BTreeSet<BriefId> {
        let after = self.turn.take();
        let rest = self
            .files
            .keys()
            .filter(|key| after.as_ref().is_none_or(|after| *key > after));
        let keys: Vec<Key> = rest.take(IN_TURN).cloned().collect();
        self.turn = if keys.len() < IN_TURN {
            None
        } else {
            keys.last().cloned()
        };
        let mut touched = BTreeSet::new();
        for (place, file) in keys {
            let path = folder(&self.room, &place).join(&file);
            match Stamp::at(&path) {
                Ok(Some(stamp)) => touched.extend(self.found(&place, &Found { file, stamp }, now)),
                Ok(None) => touched.extend(self.forget(&(place, file))),
                Err(_) => {}
            }
        }
        touched
    }

    /// Looks at every file of one folder.
    fn look_at(&mut self, place: &Place, now: Time) -> BTreeSet<BriefId> {
        let stamp = Stamp::at(&folder(&self.room, place)).ok().flatten();
        let found = match list(&self.room, place) {
            Ok(found) => found,
            Err(why) => {
                tracing::warn!(
                    "the folder briefs/{place} cannot be read, what was there is kept: {why}"
                );
                return BTreeSet::new();
            }
        };
        match stamp {
            // fresh: another change may leave the same stamp, so look again next time
            Some(stamp) => self
                .folders
                .insert(place.clone(), Some(stamp).filter(|it| !it.is_fresh(now))),
            None => self.folders.remove(place),
        };
        let mut touched = BTreeSet::new();
        let names: BTreeSet<&str> = found.iter().map(|found| found.file.as_str()).collect();
        for key in self.keys_at(place) {
            if !names.contains(key.1.as_str()) {
                touched.extend(self.forget(&key));
            }
        }
        for found in &found {
            touched.extend(self.found(place, found, now));
        }
        touched
    }

    fn keys_at(&self, place: &Place) -> Vec<Key> {
        let from = (place.clone(), String::new());
        let keys = self.files.range(from..).map(|(key, _)| key);
        keys.take_while(|(at, _)| at == place).cloned().collect()
    }

    /// Takes note of a file, and reads it where it is not as it was.
    fn found(&mut self, place: &Place, found: &Found, now: Time) -> Option<BriefId> {
        let key = (place.clone(), found.file.clone());
        match self.files.get(&key) {
            Some(seen) if seen.stamp == Some(found.stamp) => return None,
            Some(_) => {}
            None if self.files.len() >= MOST => {
                if !std::mem::replace(&mut self.full, true) {
                    tracing::warn!(
                        "more than {MOST} briefs: the rest is not shown until some are gone"
                    );
                }
                return None;
            }
            None => {}
        }
        let brief = load(&self.room, place, found);
        let id = brief.id.clone();
        self.stands
            .entry(id.clone())
            .or_default()
            .insert(key.clone());
        let stamp = Some(found.stamp).filter(|stamp| !stamp.is_fresh(now));
        self.files.insert(key, Seen { stamp, brief });
        Some(id)
    }

    fn forget(&mut self, key: &Key) -> Option<BriefId> {
        let id = self.files.remove(key)?.brief.id;
        self.full = false;
        if let Some(keys) = self.stands.get_mut(&id) {
            keys.remove(key);
            if keys.is_empty() {
                self.stands.remove(&id);
            }
        }
        Some(id)
    }
}

fn folder(room: &Path, place: &Place) -> PathBuf {
    room.join("briefs")
        .join(place.track.as_str())
        .join(place.stage.as_str())
}
