//! Briefs: the folder is the state. What is seen there is believed; what the room wants there is
//! ordered, and believed when it is seen.

use super::{Checked, Turn};
use crate::model::{
    Actor, Agent, Answer, Ask, Brief, BriefId, Effect, Fact, Happening, Level, Place, RESERVED,
    Stage, Track,
    passing::{Begun, Scan},
    words,
};

impl Turn<'_> {
    pub(super) fn brief_seen(&mut self, brief: Brief) {
        let id = brief.id.clone();
        let place = brief.place.clone();
        let before = self.room.briefs.insert(id.clone(), brief.clone());
        let is_news = before.as_ref() != Some(&brief);
        if is_news {
            self.room.passing.index.touch_brief(&id);
            self.show(Fact::Brief(brief));
        }
        let written = self.room.passing.writing.remove(&id);
        let away = self.room.passing.absent.remove(&id);
        let stood = before.map(|before| before.place);
        let stood = stood.or_else(|| away.map(|(stood, _)| stood.unwrap_or_else(|| place.clone())));
        match self.room.book.moving.get(&id).cloned() {
            Some(moving) if moving.to == place => self.arrived(&id, &place),
            Some(moving) if moving.from == place => self.move_again(&id),
            Some(moving) => self.moved_by_hand(&id, Some(moving.from), Some(&place)),
            None if stood.as_ref() == Some(&place) || written.as_ref() == Some(&place) => {}
            None => match (stood, self.room.passing.scan) {
                (None, Scan::First) => {}
                (stood, Scan::First | Scan::Done) => {
                    self.moved_by_hand(&id, stood.or(written), Some(&place));
                }
            },
        }
        if is_news && self.room.passing.begun == Begun::Yes {
            self.budget_read(&id);
        }
        self.opened_is_seen(&id);
        self.left_no_more(&id);
    }

    pub(super) fn scanned(&mut self) {
        self.room.passing.scan = Scan::Done;
        self.room.passing.index.touch_all();
        let moving = self.room.book.moving.clone().into_iter();
        for (id, moving) in moving
            .filter(|(id, _)| !self.room.briefs.contains_key(id))
            .collect::<Vec<_>>()
        {
            self.moved_by_hand(&id, Some(moving.from), None);
        }
        self.moved_meanwhile();
        self.works_again();
        self.start_unstarted();
        self.lost_left();
    }

    /// What could not be done is taken back in the journal, so that it says what is true.
    pub(super) fn brief_failed(&mut self, id: &BriefId, why: &str) {
        if self.open_failed(id, why) {
            return;
        }
        let undone = if let Some(moving) = self.room.book.moving.get(id).cloned() {
            Some((moving.to, Some(moving.from)))
        } else {
            self.room.passing.writing.remove(id).map(|at| (at, None))
        };
        if let Some((from, to)) = undone {
            self.take_back(id, from, to, why);
        }
        self.notice(Level::Error, format!("brief {id}: {why}"));
    }

    pub(super) fn brief_add(
        &mut self,
        by: Actor,
        track: Track,
        stage: Stage,
        text: String,
    ) -> Checked<Answer> {
        let brief = self.new_brief(by, track, stage, text)?;
        Ok(Answer::Brief(brief))
    }

    pub(super) fn new_brief(
        &mut self,
        by: Actor,
        track: Track,
        stage: Stage,
        text: String,
    ) -> Checked<BriefId> {
        let place = Place { track, stage };
        self.exists(&place)?;
        let Some(title) = crate::model::title_in(&text) else {
            return Err("the brief has no title; write title = \"…\" at its top".to_owned());
        };
        let brief = self.comes(by, &title, &place, "new".to_owned());
        self.out.push(Effect::BriefWrite {
            brief: brief.clone(),
            track: place.track,
            stage: place.stage,
            text,
        });
        Ok(brief)
    }

    /// A file becomes a brief: recorded first. A server that is killed before it was done is told of the file again.
    pub(super) fn dropped(&mut self, track: Track, file: String, title: &str) {
        let place = Place {
            track: track.clone(),
            stage: Stage::from("inbox"),
        };
        if self.exists(&place).is_err() {
            return;
        }
        let brief = self.comes(Actor::Hand, title, &place, format!("dropped as {file}"));
        self.out.push(Effect::BriefTake { brief, track, file });
    }

    /// A new brief is about to be written: it has its number, and the journal says so.
    fn comes(&mut self, by: Actor, title: &str, place: &Place, why: String) -> BriefId {
        let brief = self.next_id(title);
        self.room
            .passing
            .writing
            .insert(brief.clone(), place.clone());
        let moved = Happening::Moved {
            brief: brief.clone(),
            from: None,
            to: Some(place.clone()),
            why,
        };
        self.record(by, moved);
        brief
    }

    pub(super) fn brief_move(
        &mut self,
        by: Actor,
        brief: BriefId,
        from: Place,
        to: Place,
        why: String,
    ) -> Checked<Answer> {
        self.movable(&brief, &from, &to)?;
        if let Some(ends) = self.ends_with_a_move(&brief, &to) {
            let text = format!("brief {brief} goes from {from} to {to}; that {ends}");
            self.notice(Level::Note, text);
        }
        self.order_move(by, brief, from, to, why);
        Ok(Answer::Done)
    }

    pub(super) fn brief_priority(
        &mut self,
        by: Actor,
        id: BriefId,
        priority: u8,
    ) -> Checked<Answer> {
        if !(1..=9).contains(&priority) {
            return Err(format!("{priority} is no priority; give 1 (first) to 9"));
        }
        let brief = self.room.settled(&id)?;
        let (place, before) = (brief.place.clone(), brief.priority());
        let changed = Happening::Changed {
            brief: id.clone(),
            how: format!("priority {before} to {priority}"),
        };
        self.record(by, changed);
        self.out.push(Effect::BriefPriority {
            brief: id,
            place,
            priority,
        });
        Ok(Answer::Done)
    }

    /// Whether a brief can go from where somebody saw it to where they want it.
    pub(super) fn movable(&self, id: &BriefId, from: &Place, to: &Place) -> Checked<()> {
        let stands = &self.room.settled(id)?.place;
        if stands != from {
            return Err(format!(
                "brief {id} stands in {stands}, no longer in {from}; look again"
            ));
        }
        if from == to {
            return Err(format!("brief {id} stands in {to} already"));
        }
        self.exists(to)
    }

    /// Whether the settings know a place.
    fn exists(&self, place: &Place) -> Checked<()> {
        let Place { track, stage } = place;
        let Some(shape) = self.room.settings.track(track) else {
            return Err(format!(
                "there is no track {track}; add it to opsroom.toml or name another"
            ));
        };
        let known = shape.stages.iter().any(|it| &it.name == stage);
        match known || RESERVED.contains(&stage.as_str()) {
            true => Ok(()),
            false => Err(format!(
                "track {track} has no stage {stage}; add it to opsroom.toml or name another"
            )),
        }
    }

    /// Moves of the server before this one: those that are not done yet are done again.
    pub(super) fn moves_again(&mut self) {
        let moving: Vec<BriefId> = self.room.book.moving.keys().cloned().collect();
        self.room.passing.again.extend(moving.iter().cloned());
        for id in moving {
            if let Some(brief) = self.room.briefs.get(&id) {
                self.brief_seen(brief.clone());
            }
        }
    }

    fn move_again(&mut self, id: &BriefId) {
        if !self.room.passing.again.remove(id) {
            return;
        }
        let Some(moving) = self.room.book.moving.get(id).cloned() else {
            return;
        };
        let readable = self
            .room
            .briefs
            .get(id)
            .is_some_and(|it| it.heading().is_some());
        if readable {
            let why = "again: the server was replaced before it was done".to_owned();
            self.order_move(Actor::Room, id.clone(), moving.from, moving.to, why);
        } else {
            self.take_back(id, moving.to, Some(moving.from), "its file is broken");
        }
    }

    fn arrived(&mut self, id: &BriefId, place: &Place) {
        self.room.passing.again.remove(id);
        let done = self.room.made_for(id);
        let brief = id.clone();
        self.record(Actor::Room, Happening::Arrived { brief });
        self.left_its_stage(id, place);
        self.retire(&done, &format!("brief {id} stands in {place} now"));
        self.retire_rest(id, &done);
        self.tidy();
    }

    pub(super) fn moved_by_hand(&mut self, id: &BriefId, from: Option<Place>, to: Option<&Place>) {
        self.room.passing.again.remove(id);
        let done = self.room.made_for(id);
        let from_where = from.as_ref().map(|from| format!(" from {from}"));
        let from_where = from_where.unwrap_or_default();
        let (why, ends) = match to {
            Some(to) => (
                format!("brief {id} was moved by hand{from_where} to {to}"),
                self.ends_with_a_move(id, to),
            ),
            // that is said where it is waited for
            None => (format!("the file of brief {id} is gone by hand"), None),
        };
        let moved = Happening::Moved {
            brief: id.clone(),
            from,
            to: to.cloned(),
            why: String::new(),
        };
        self.stop_checks(id);
        self.record(Actor::Hand, moved);
        match to {
            Some(place) => self.left_its_stage(id, place),
            None => self.withdraw_gates(id, None, "its brief's file is gone"),
        }
        self.retire(&done, &why);
        self.retire_rest(id, &done);
        self.tidy();
        if let Some(ends) = ends {
            self.notice(Level::Warning, format!("{why}; that {ends}"));
        }
    }

    /// What work ends where a brief is moved while it is under way, for people.
    fn ends_with_a_move(&self, id: &BriefId, to: &Place) -> Option<String> {
        let stopped = self.room.made_for(id);
        let (ended, freed): (Vec<&Agent>, Vec<&Agent>) = self
            .room
            .living()
            .filter(|it| it.brief.as_ref() == Some(id))
            .partition(|it| stopped.contains(&it.id));
        let named = |verb: &str, agents: Vec<&Agent>| {
            let names: Vec<String> = agents.iter().map(|it| it.name.clone()).collect();
            (!names.is_empty()).then(|| format!("{verb} {}", words::some_of(&names)))
        };
        let gate = self.room.open_requests().find(|it| {
            let left = matches!(&it.ask, Ask::Gate { from, .. } if from != to);
            left && it.brief.as_ref() == Some(id)
        });
        let parts = [
            named("stops", ended),
            named("takes it from", freed),
            gate.map(|gate| format!("closes its gate ({})", gate.id)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    fn left_its_stage(&mut self, id: &BriefId, place: &Place) {
        let why = format!("its brief stands in {place} now");
        self.withdraw_gates(id, Some(place), &why);
    }

    fn take_back(&mut self, id: &BriefId, from: Place, to: Option<Place>, why: &str) {
        self.room.passing.again.remove(id);
        let moved = Happening::Moved {
            brief: id.clone(),
            from: Some(from),
            to,
            why: format!("not done{}", words::followed(why)),
        };
        self.record(Actor::Room, moved);
    }

    /// The next number after all that are known, and the title in lower case.
    pub(super) fn next_id(&self, title: &str) -> BriefId {
        let known = self.room.briefs.keys();
        let opened = self.room.book.openings.iter();
        let opened = opened.filter_map(|it| it.called.as_ref().map(|called| &called.brief));
        let ids = known.chain(self.room.passing.writing.keys()).chain(opened);
        let numbers = ids.filter_map(|id| id.as_str().split('-').next()?.parse::<u32>().ok());
        let next = numbers.max().unwrap_or(0).saturating_add(1);
        BriefId::of(next, title)
    }
}
