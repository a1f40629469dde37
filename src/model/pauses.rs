//! Where the room starts nothing by itself, because a person said so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Person, Track};

/// Where dispatch is paused, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pauses {
    /// Everywhere.
    pub all: Option<Person>,
    /// In these tracks.
    pub tracks: BTreeMap<Track, Person>,
}

impl Pauses {
    /// Who paused a track, if it is paused.
    pub fn of(&self, track: &Track) -> Option<&Person> {
        self.all.as_ref().or_else(|| self.tracks.get(track))
    }

    /// Whether nothing is paused.
    pub fn is_empty(&self) -> bool {
        self.all.is_none() && self.tracks.is_empty()
    }

    pub(super) fn pause(&mut self, track: Option<&Track>, by: &Person) {
        match track {
            Some(track) => drop(self.tracks.insert(track.clone(), by.clone())),
            None => self.all = Some(by.clone()),
        }
    }

    pub(super) fn resume(&mut self, track: Option<&Track>) {
        match track {
            Some(track) => drop(self.tracks.remove(track)),
            None => self.all = None,
        }
    }
}
