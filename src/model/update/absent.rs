//! A brief whose file is away while somebody works on it or its gate is open. An editor, a checkout or a stash may put
//! it back in a moment, and what was stopped meanwhile would be lost: so it is waited for, and said.

use std::collections::BTreeSet;

use super::Turn;
use crate::model::{AgentId, Ask, BriefId, Fact, Level, Place, Room, Time, words};

/// So long is waited for a file that is away, in ms.
const AWAY_MS: u64 = 10_000;

impl Turn<'_> {
    pub(super) fn brief_gone(&mut self, id: &BriefId) {
        let Some(brief) = self.room.briefs.remove(id) else {
            return;
        };
        self.room.passing.index.touch_brief(id);
        self.show(Fact::BriefGone(id.clone()));
        if !self.is_at_work(id) {
            return self.is_gone(id, Some(brief.place));
        }
        let text = format!(
            "the file of brief {id} is not in {} any more; where it is not back within {}, its work stops",
            brief.place,
            words::age(AWAY_MS)
        );
        self.notice(Level::Warning, text);
        self.away(id.clone(), Some(brief.place));
    }

    fn away(&mut self, id: BriefId, place: Option<Place>) {
        let until = Time(self.now.0.saturating_add(AWAY_MS));
        self.room.passing.absent.insert(id, (place, until));
    }

    /// Briefs at work, or at a gate, as this server first finds them in the folder: what is away is waited for, and what
    /// stands elsewhere was moved by a hand while no server looked.
    pub(super) fn moved_meanwhile(&mut self) {
        let worked_on = self.room.living().filter_map(|agent| agent.brief.clone());
        let gates = self.room.open_requests();
        let gates = gates.filter(|it| matches!(it.ask, Ask::Gate { .. }));
        let at_work = worked_on.chain(gates.filter_map(|it| it.brief.clone()));
        for id in at_work.collect::<BTreeSet<BriefId>>() {
            let stood = self.room.stood_in(&id);
            let stands = self.room.briefs.get(&id).map(|brief| brief.place.clone());
            let moves = self.room.book.moving.contains_key(&id);
            match (stood, stands) {
                (stood, None) => self.away(id, stood),
                (Some(stood), Some(stands)) if stood != stands && !moves => {
                    self.moved_by_hand(&id, Some(stood), Some(&stands));
                }
                (_, Some(_)) => {}
            }
        }
    }

    pub(super) fn absent_due(&mut self) {
        let due = self.room.passing.absent.iter();
        let due = due.filter(|(_, (_, until))| *until <= self.now);
        for id in due.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            if let Some((place, _)) = self.room.passing.absent.remove(&id) {
                self.is_gone(&id, place);
            }
        }
    }

    /// Whether anything would be lost with its file.
    fn is_at_work(&self, id: &BriefId) -> bool {
        self.unassigned(id).is_err() || self.no_gate_open(id).is_err()
    }

    /// A hand took it away, and means it.
    fn is_gone(&mut self, id: &BriefId, place: Option<Place>) {
        let agents: Vec<AgentId> = self.room.made_for(id);
        let names: Vec<String> = agents.iter().map(|agent| self.name(*agent)).collect();
        let branch = self.room.book.progress_of(id).branch.clone();
        self.moved_by_hand(id, place, None);
        self.left_no_more(id);
        let stopped = match names.is_empty() {
            true => String::new(),
            false => format!("; stopped: {}", words::some_of(&names)),
        };
        let stays = branch.map(|branch| format!("; its work stays on branch {}", branch.name));
        if !stopped.is_empty() || stays.is_some() {
            let stays = stays.unwrap_or_default();
            let text = format!("the file of brief {id} is gone by hand{stopped}{stays}");
            self.notice(Level::Warning, text);
        }
    }
}

impl Room {
    /// Where a brief stood when somebody began to work on it, or when its gate opened, as the journal says. None where
    /// neither is so any more.
    fn stood_in(&self, id: &BriefId) -> Option<Place> {
        let gate = self.open_requests().find_map(|it| match &it.ask {
            Ask::Gate { from, .. } if it.brief.as_ref() == Some(id) => Some(from.clone()),
            Ask::Gate { .. }
            | Ask::Permission { .. }
            | Ask::Question { .. }
            | Ask::Dialog { .. }
            | Ask::Matter { .. } => None,
        });
        gate.or_else(|| {
            let agent = self.living().find(|it| it.brief.as_ref() == Some(id))?;
            let makers = self.book.course_of(id).makers;
            let maker = makers.into_iter().rfind(|it| it.agent == agent.id)?;
            Some(Place {
                track: agent.track.clone()?,
                stage: maker.stage,
            })
        })
    }
}
