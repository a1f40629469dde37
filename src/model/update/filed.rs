//! Briefs that agents propose: they come into the inbox, and the room knows whose they are.

use super::{Checked, Turn};
use crate::model::{Actor, AgentId, AskKey, BriefId, Outcome, Stage, Track};

/// So many of one agent's may wait in inboxes; one more is refused.
const WAITING: usize = 50;

impl Turn<'_> {
    pub(super) fn filed(
        &mut self,
        agent: AgentId,
        key: AskKey,
        track: Option<Track>,
        text: String,
    ) {
        let outcome = match self.file(agent, track, text) {
            Ok(brief) => Outcome::Filed(brief),
            Err(why) => Outcome::Refused(why),
        };
        self.answer(key, outcome);
    }

    fn file(&mut self, agent: AgentId, track: Option<Track>, text: String) -> Checked<BriefId> {
        let own = self.room.living_agent(agent)?.track.clone();
        let waiting = self.room.briefs.values().filter(|brief| {
            let course = self.room.book.courses.get(&brief.id);
            let filed = course.and_then(|course| course.filed.as_ref());
            brief.place.stage.as_str() == "inbox" && filed.is_some_and(|it| it.agent == agent)
        });
        if waiting.count() >= WAITING {
            return Err(format!(
                "{WAITING} of your briefs wait in the inbox; wait until a person has looked at them"
            ));
        }
        let first = || self.room.settings.tracks.first().map(|it| it.name.clone());
        let track = track.or(own).or_else(first);
        let track = track.ok_or_else(|| "the room has no track".to_owned())?;
        self.new_brief(Actor::Agent(agent), track, Stage::from("inbox"), text)
    }
}
