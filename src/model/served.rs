//! What each agent ever worked on, as the journal tells it: what it saw then is still on its screen and in its
//! recording, whatever it works on now. Also of agents whose tile was cleared: their recordings stay.

use std::collections::{BTreeMap, BTreeSet};

use super::{AgentId, BriefId, RoleName, SessionId};

/// So many agents are remembered; of more, those with the lowest numbers are not, and count as unknown.
const AGENTS: usize = 20_000;
/// So many briefs of one agent; one with more counts as having seen all.
const BRIEFS: usize = 1_000;

/// What all agents worked on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Served(BTreeMap<AgentId, Service>);

/// What one agent worked on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Option<RoleName>,
    /// Every brief it was given, and those of the sessions that it goes on with.
    pub briefs: Briefs,
    session: Option<SessionId>,
}

/// Briefs of one agent.
#[derive(Clone, Debug, PartialEq)]
pub enum Briefs {
    /// These.
    These(BTreeSet<BriefId>),
    /// More than are remembered.
    Many,
}

impl Default for Briefs {
    fn default() -> Self {
        Briefs::These(BTreeSet::new())
    }
}

impl Briefs {
    fn add(&mut self, brief: BriefId) {
        if let Briefs::These(briefs) = self {
            briefs.insert(brief);
            if briefs.len() > BRIEFS {
                *self = Briefs::Many;
            }
        }
    }

    fn join(&mut self, other: &Briefs) {
        match other {
            Briefs::These(briefs) => briefs.iter().for_each(|brief| self.add(brief.clone())),
            Briefs::Many => *self = Briefs::Many,
        }
    }
}

impl Served {
    /// All that are remembered.
    pub fn all(&self) -> impl Iterator<Item = (AgentId, &Service)> {
        self.0.iter().map(|(agent, service)| (*agent, service))
    }

    /// One of them.
    pub fn of(&self, agent: AgentId) -> Option<&Service> {
        self.0.get(&agent)
    }

    pub(super) fn started(&mut self, agent: AgentId, launch: &super::Launch) {
        let mut service = Service {
            name: launch.name.clone(),
            role: launch.role.clone(),
            ..Service::default()
        };
        launch
            .brief
            .iter()
            .for_each(|brief| service.briefs.add(brief.clone()));
        self.0.insert(agent, service);
        if let Some(session) = &launch.resume {
            self.session(agent, session);
        }
        if self.0.len() > AGENTS {
            self.0.pop_first();
        }
    }

    /// An agent goes on with a session: whoever had it before saw what this one sees.
    pub(super) fn session(&mut self, agent: AgentId, session: &SessionId) {
        let before = self.0.iter().filter(|(other, service)| {
            **other != agent && service.session.as_ref() == Some(session)
        });
        let mut seen = Briefs::default();
        before.for_each(|(_, service)| seen.join(&service.briefs));
        if let Some(service) = self.0.get_mut(&agent) {
            service.briefs.join(&seen);
            service.session = Some(session.clone());
        }
    }

    pub(super) fn assigned(&mut self, agent: AgentId, brief: &BriefId) {
        if let Some(service) = self.0.get_mut(&agent) {
            service.briefs.add(brief.clone());
        }
    }
}
