//! The queue in the order in which it is started, kept up to date brief by brief: a room with ten thousand briefs
//! looks at those that an event touched, and at the first of each lane.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lane, Outlook, Rank, Seat};
use crate::model::{Brief, BriefId};

/// Which briefs could be started if somebody were free.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct Index {
    stale: Stale,
    lanes: BTreeMap<Lane, BTreeSet<Rank>>,
    at: BTreeMap<BriefId, (Lane, Rank)>,
    needs: BTreeMap<BriefId, Vec<BriefId>>,
    needed_by: BTreeMap<BriefId, BTreeSet<BriefId>>,
}

/// What must be looked at again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) enum Stale {
    /// All of it.
    #[default]
    All,
    /// These briefs, and who is free.
    Some(BTreeSet<BriefId>),
    /// Nothing.
    Nothing,
}

impl Index {
    /// Something changed that decides who is free.
    pub fn touch(&mut self) {
        if self.stale == Stale::Nothing {
            self.stale = Stale::Some(BTreeSet::new());
        }
    }

    /// Something changed of this brief.
    pub fn touch_brief(&mut self, brief: &BriefId) {
        self.touch();
        if let Stale::Some(briefs) = &mut self.stale {
            briefs.insert(brief.clone());
            briefs.extend(self.needed_by.get(brief).into_iter().flatten().cloned());
        }
    }

    /// Everything may have changed.
    pub fn touch_all(&mut self) {
        self.stale = Stale::All;
    }

    /// Whether there is something to look at.
    pub fn is_stale(&self) -> bool {
        self.stale != Stale::Nothing
    }

    /// What is to be looked at; from here on nothing is.
    pub fn take_stale(&mut self) -> Stale {
        std::mem::replace(&mut self.stale, Stale::Nothing)
    }

    /// Looks at briefs again.
    pub fn refresh(&mut self, stale: &Stale, outlook: &Outlook) {
        match stale {
            Stale::Nothing => {}
            Stale::Some(briefs) => {
                for id in briefs {
                    self.refresh_one(id, outlook.briefs.get(id), outlook);
                }
            }
            Stale::All => {
                let stale = std::mem::replace(&mut self.stale, Stale::Nothing);
                *self = Self {
                    stale,
                    ..Self::default()
                };
                for (id, brief) in outlook.briefs {
                    self.refresh_one(id, Some(brief), outlook);
                }
            }
        }
    }

    fn refresh_one(&mut self, id: &BriefId, brief: Option<&Brief>, outlook: &Outlook) {
        self.forget(id);
        let Some(brief) = brief else {
            return;
        };
        let needs = brief.heading().map_or(&[][..], |heading| &heading.needs);
        for need in needs {
            let needed = self.needed_by.entry(need.clone()).or_default();
            needed.insert(id.clone());
        }
        if !needs.is_empty() {
            self.needs.insert(id.clone(), needs.to_vec());
        }
        if outlook.obstacle(brief).is_some() {
            return;
        }
        let Some(lane) = outlook.lane(brief) else {
            return;
        };
        let rank = Rank::of(brief);
        self.at.insert(id.clone(), (lane.clone(), rank.clone()));
        self.lanes.entry(lane).or_default().insert(rank);
    }

    fn forget(&mut self, id: &BriefId) {
        for need in self.needs.remove(id).unwrap_or_default() {
            if let Some(needed) = self.needed_by.get_mut(&need) {
                needed.remove(id);
                if needed.is_empty() {
                    self.needed_by.remove(&need);
                }
            }
        }
        let Some((lane, rank)) = self.at.remove(id) else {
            return;
        };
        if let Some(ranks) = self.lanes.get_mut(&lane) {
            ranks.remove(&rank);
            if ranks.is_empty() {
                self.lanes.remove(&lane);
            }
        }
    }

    /// The next brief that can be started, and who gets it.
    pub fn next(&self, outlook: &Outlook) -> Option<(BriefId, Lane, Seat)> {
        let firsts = self.lanes.iter().filter_map(|(lane, ranks)| {
            let seat = outlook.opening(lane).ok()?;
            let suits = |rank: &&Rank| outlook.conflict(lane, seat, &rank.brief).is_none();
            let first = ranks.iter().find(suits)?;
            Some((first, lane, seat))
        });
        let (rank, lane, seat) = firsts.min_by_key(|(rank, _, _)| *rank)?;
        Some((rank.brief.clone(), lane.clone(), seat))
    }
}
