//! What somebody is told of the time that they were away, where a part of the room is hidden from them. The lines tell
//! what was; what is hidden is told by what is known now, and what is not known now is hidden.

use super::{Curtain, Side};
use crate::model::{AgentId, Missed, News, RequestId, Since};

impl Curtain {
    /// What this person missed.
    pub fn missed(&self, since: Since) -> Option<Since> {
        let Since {
            left,
            mut missed,
            before,
        } = since;
        missed.retain(|one| self.shows_news(one));
        (!missed.is_empty()).then_some(Since {
            left,
            missed,
            before,
        })
    }

    fn shows_news(&self, missed: &Missed) -> bool {
        let shown = |request: &RequestId, agent: &Option<AgentId>| match agent {
            Some(agent) => {
                self.shows_agent(*agent) && self.requests.get(request) != Some(&Side::Behind)
            }
            None => self.shows_request(*request),
        };
        let what = match &missed.news {
            News::Decided {
                request,
                agent,
                verdict,
            } => shown(request, agent) && self.shows_verdict(verdict),
            // its line may name a place, which only the request tells
            News::Asked { request, .. } => self.shows_request(*request),
            // of a brief that is gone nobody can say any more what it came of
            News::Moved { brief, from, to } => {
                let mut places = from.iter().chain(to);
                let places = places.all(|place| self.side_of(place) == Side::Before);
                places && self.shows_brief(brief)
            }
            News::Ended { agent, .. } => self.shows_agent(*agent),
            News::Policies { .. } => true,
        };
        what && self.shows_actor(&missed.by)
    }
}
