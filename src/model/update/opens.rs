//! Briefs that stages open in other tracks. What a passed gate opens is owed from its very line on; it gets its id with
//! a line of its own, then its file is written, and it is done once that is seen. Whoever takes over goes on from there.

use super::Turn;
use crate::model::opening::{Called, Opening};
use crate::model::passing::{Begun, Scan};
use crate::model::{Actor, Brief, BriefId, Content, Effect, Happening, Level};

impl Turn<'_> {
    /// Opens what is owed, once it is known which ids there are.
    pub(super) fn open_briefs(&mut self) {
        match (self.room.passing.begun, self.room.passing.scan) {
            (Begun::Yes, Scan::Done) => {}
            (Begun::NotYet, _) | (Begun::Yes, Scan::First) => return,
        }
        let waiting = self.room.book.openings.iter();
        let waiting: Vec<Opening> = waiting.filter(|it| it.called.is_none()).cloned().collect();
        for opening in waiting {
            self.open_brief(&opening);
        }
    }

    fn open_brief(&mut self, opening: &Opening) {
        let Opening { from, left, to, .. } = opening;
        let title = self.room.briefs.get(from).and_then(|it| it.heading());
        let title = title.map_or_else(|| from.to_string(), |it| it.title.raw().to_owned());
        let brief = self.next_id(&title);
        let opened = Happening::BriefOpened {
            brief: brief.clone(),
            from: from.clone(),
            left: left.clone(),
            to: to.clone(),
            title: title.clone(),
        };
        self.record(Actor::Room, opened);
        let text = format!("{from} left {left} and opened {brief} in {to}");
        self.notice(Level::Note, text);
        self.write_opened(opening, Called { brief, title });
    }

    fn write_opened(&mut self, opening: &Opening, called: Called) {
        let (brief, to) = (called.brief, &opening.to);
        let writing = &mut self.room.passing.writing;
        writing.insert(brief.clone(), to.clone());
        self.out.push(Effect::BriefWrite {
            brief,
            track: to.track.clone(),
            stage: to.stage.clone(),
            text: opening.text(&called.title),
        });
    }

    /// A file is there: the one that was written, or somebody else's of that name.
    pub(super) fn opened_is_seen(&mut self, brief: &BriefId) {
        if self.is_opened(brief) == Some(Whose::Ours) {
            let brief = brief.clone();
            self.record(Actor::Room, Happening::Arrived { brief });
        }
    }

    /// The file of a brief that is opened could not be written: under a name that is taken it gets another one.
    /// Says whether it was one.
    pub(super) fn open_failed(&mut self, brief: &BriefId, why: &str) -> bool {
        let Some(opening) = self.room.book.opening_of(brief) else {
            return false;
        };
        let to = opening.to.clone();
        self.room.passing.writing.remove(brief);
        match self.is_opened(brief) {
            Some(Whose::Another) => self.unopened(brief, why),
            Some(Whose::Ours) | None => {
                let text = format!(
                    "{brief} could not be opened in {to}: {why}; it is tried again when the server starts anew"
                );
                self.notice(Level::Error, text);
            }
        }
        true
    }

    fn unopened(&mut self, brief: &BriefId, why: &str) {
        let line = Happening::Unopened {
            brief: brief.clone(),
            why: why.to_owned(),
        };
        self.record(Actor::Room, line);
    }

    /// A server that takes over goes on with what has an id and was not seen by the one before it.
    pub(super) fn opens_again(&mut self) {
        for opening in self.room.book.openings.clone() {
            let Some(called) = opening.called.clone() else {
                continue;
            };
            match self.is_opened(&called.brief) {
                Some(Whose::Ours) => self.opened_is_seen(&called.brief),
                Some(Whose::Another) => {
                    self.unopened(&called.brief, "another brief has that name");
                }
                None => self.write_opened(&opening, called),
            }
        }
    }

    fn is_opened(&self, brief: &BriefId) -> Option<Whose> {
        let opening = self.room.book.opening_of(brief)?;
        let there = self.room.briefs.get(brief)?;
        Some(Whose::of(there, opening))
    }
}

/// Whose file it is that has the name of a brief that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Ours,
    Another,
}

impl Whose {
    fn of(there: &Brief, opening: &Opening) -> Self {
        match &there.content {
            Content::Read(heading) if heading.from.as_ref() == Some(&opening.from) => Whose::Ours,
            Content::Read(_) | Content::Broken(_) => Whose::Another,
        }
    }
}
