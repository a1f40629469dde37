//! What the book knows of agents: started, working on a brief, ended, cleared.

use super::{Book, Touched, process};
use crate::model::{
    Agent, AgentId, BriefId, Exit, Launch, Place, SessionId, State, Time, Untrusted, Usage,
};

impl Book {
    pub(super) fn spawned(&mut self, id: AgentId, launch: &Launch, at: Time) -> Vec<Touched> {
        let agent = Agent {
            id,
            name: launch.name.clone(),
            role: launch.role.clone(),
            profile: launch.profile.clone(),
            command: launch.command.iter().map(Untrusted::new).collect(),
            folder: launch.cwd.clone(),
            usage: None,
            brief: None,
            track: None,
            evidence: process(State::Starting, at, "asked for"),
            known: Vec::new(),
            pid: None,
            started: at,
            session: launch.resume.clone(),
        };
        self.starting.insert(id);
        if !launch.text.is_empty() {
            self.untold.insert(id);
        }
        self.spending.started(id, launch.resume.as_ref());
        self.served.started(id, launch);
        self.agents.insert(id, agent);
        self.launches.insert(id, launch.clone());
        self.last_agent = self.last_agent.max(id);
        vec![Touched::Agent(id)]
    }

    pub(super) fn session(&mut self, id: AgentId, session: &SessionId) -> Vec<Touched> {
        let Some(agent) = self.agents.get_mut(&id) else {
            return Vec::new();
        };
        agent.session = Some(session.clone());
        self.spending.session(id, session);
        self.served.session(id, session);
        vec![Touched::Agent(id)]
    }

    pub(super) fn used(&mut self, id: AgentId, usage: Usage) -> Vec<Touched> {
        let Some(agent) = self.agents.get_mut(&id) else {
            return Vec::new();
        };
        agent.usage = Some(usage);
        self.spending.used(id, agent.brief.as_ref(), usage);
        vec![Touched::Agent(id)]
    }

    pub(super) fn ended(&mut self, id: AgentId, exit: &Exit, at: Time) -> Vec<Touched> {
        let Some(agent) = self.agents.get_mut(&id) else {
            return Vec::new();
        };
        self.untold.remove(&id);
        self.starting.remove(&id);
        let exit = match self.stopping.remove(&id) {
            true => Exit::Stopped(Box::new(exit.clone())),
            false => exit.clone(),
        };
        let sentence = exit.sentence();
        agent.evidence = process(State::Exited(exit), at, &sentence);
        vec![Touched::Agent(id)]
    }

    pub(super) fn cleared(&mut self, id: AgentId) -> Vec<Touched> {
        self.launches.remove(&id);
        self.spending.cleared(id);
        match self.agents.remove(&id) {
            Some(_) => vec![Touched::AgentGone(id)],
            None => Vec::new(),
        }
    }

    pub(super) fn assigned(
        &mut self,
        brief: &BriefId,
        id: AgentId,
        place: Option<&Place>,
    ) -> Vec<Touched> {
        self.served.assigned(id, brief);
        let mut touched = self.release(brief, Some(id));
        if let Some(agent) = self.agents.get_mut(&id) {
            agent.brief = Some(brief.clone());
            agent.track = place
                .map(|place| place.track.clone())
                .or(agent.track.take());
            touched.push(Touched::Agent(id));
        }
        touched
    }

    /// Takes a brief from every living agent but one. An ended one keeps it: that is its history.
    pub(super) fn release(&mut self, brief: &BriefId, keep: Option<AgentId>) -> Vec<Touched> {
        let mut touched = Vec::new();
        for agent in self.agents.values_mut() {
            if agent.is_alive() && agent.brief.as_ref() == Some(brief) && Some(agent.id) != keep {
                agent.brief = None;
                touched.push(Touched::Agent(agent.id));
            }
        }
        touched
    }
}
