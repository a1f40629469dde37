//! Rules tried on the journal: what they would have decided of everything that was asked, beside what was decided.

use std::collections::BTreeMap;

use super::{Does, Policy, Ruling, Subject, judge};
use crate::model::{
    AgentId, Ask, Decision, Entry, Happening, Launch, RequestId, Time, Verdict, settings::from_room,
};

/// The rules, and what is known of the lines so far.
#[derive(Debug)]
pub struct Trial<'r> {
    rules: &'r [Policy],
    room: String,
    launches: BTreeMap<AgentId, Launch>,
    open: BTreeMap<RequestId, Asked>,
}

#[derive(Debug)]
struct Asked {
    at: Time,
    agent: Option<AgentId>,
    ask: Ask,
}

/// One permission that was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which.
    pub request: RequestId,
    /// When it was asked.
    pub at: Time,
    /// Who asked; empty where the lines do not say.
    pub agent: String,
    /// What.
    pub ask: Ask,
    /// The rule that speaks of it, where one does.
    pub rule: Option<Policy>,
    /// What was decided.
    pub decision: Decision,
}

impl<'r> Trial<'r> {
    /// Before the first line, in a room of that folder.
    pub fn new(rules: &'r [Policy], room: &str) -> Self {
        Self {
            rules,
            room: room.to_owned(),
            launches: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// Takes the next line. A permission that it decides comes back.
    pub fn take(&mut self, entry: &Entry) -> Option<Tried> {
        if let Happening::Spawned { agent, launch } = &entry.what {
            self.launches.insert(*agent, launch.clone());
        } else if let Happening::Cleared { agent } = &entry.what {
            self.launches.remove(agent);
        } else if let Happening::Withdrawn { request, .. } = &entry.what {
            self.open.remove(request);
        } else if let Happening::Asked {
            request,
            agent,
            ask,
            ..
        } = &entry.what
        {
            let (at, agent, ask) = (entry.at, *agent, ask.clone());
            self.open.insert(*request, Asked { at, agent, ask });
        } else if let Happening::Decided { card, decision, .. } = &entry.what {
            return self.decided(card.request, decision);
        }
        None
    }

    fn decided(&mut self, request: RequestId, decision: &Decision) -> Option<Tried> {
        let Asked { at, agent, ask } = self.open.remove(&request)?;
        let launch = agent.and_then(|agent| self.launches.get(&agent));
        let folder = launch.map(|launch| from_room(&self.room, &launch.cwd));
        let subject = Subject::launched(&ask, launch, folder.as_deref().unwrap_or_default())?;
        let rule = match judge(self.rules, &subject) {
            Ruling::By(rule) => Some(rule.clone()),
            Ruling::NoRule => None,
        };
        Some(Tried {
            request,
            at,
            agent: launch.map_or_else(String::new, |launch| launch.name.clone()),
            rule,
            decision: decision.clone(),
            ask,
        })
    }
}

impl Tried {
    /// Whether a person decided otherwise than the rule would.
    pub fn differs(&self) -> bool {
        let does = self.rule.as_ref().map(|rule| rule.does);
        match (does, &self.decision.verdict, &self.decision.rule) {
            (_, _, Some(_)) | (None | Some(Does::Ask), _, None) => false,
            (Some(Does::Allow), verdict, None) => *verdict != Verdict::Approve,
            (Some(Does::Deny), verdict, None) => *verdict == Verdict::Approve,
        }
    }
}
