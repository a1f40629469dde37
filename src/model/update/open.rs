//! A server takes the room over: what its journal believes meets what really lives.

use std::collections::BTreeMap;

use super::Turn;
use crate::model::passing::{Begun, Scan};
use crate::model::{
    Actor, AgentId, Asker, Effect, Exit, Fact, Happening, Launch, Level, Life, RequestId, words,
};

impl Turn<'_> {
    pub(super) fn opened(&mut self, version: String, alive: &[(AgentId, u32)], by: Actor) {
        let life = self.room.book.life;
        self.room.passing.begun = Begun::Yes;
        let believed: Vec<AgentId> = self.room.living().map(|agent| agent.id).collect();
        self.record(by, Happening::Opened { version });
        let alive: BTreeMap<AgentId, u32> = alive.iter().copied().collect();
        for agent in &believed {
            match alive.get(agent) {
                Some(pid) => self.has_process(*agent, *pid, "kept while the server was replaced"),
                None if self.is_to_be_started(*agent) => self.room.passing.unstarted.push(*agent),
                None => self.end(Actor::Room, *agent, Exit::Lost),
            }
        }
        self.stop_again();
        self.note_strays(&alive);
        self.drop_cut_off();
        self.lines_are_cut();
        self.screens_are_read_anew();
        self.moves_again();
        self.rules_read();
        self.budgets_read();
        let all_lost = alive.is_empty() && self.room.living().count() < believed.len();
        match life {
            Life::New | Life::Closed => self.start_configured(),
            Life::Open if all_lost => self.start_configured(),
            Life::Open => {}
        }
        self.gauges_read();
        self.works_again();
        match self.room.passing.scan {
            Scan::Done => {
                self.start_unstarted();
                self.lost_left();
            }
            Scan::First => {}
        }
        self.deliver_due();
    }

    /// Whether an agent that no keeper knows was recorded and not started: nobody saw its process, and nobody wants it
    /// stopped.
    fn is_to_be_started(&self, agent: AgentId) -> bool {
        let book = &self.room.book;
        book.starting.contains(&agent) && !book.stopping.contains(&agent)
    }

    /// Starts, once the folder is known, what the server before this one recorded and did not come to start: under
    /// its number, in the words that were recorded. Where its brief went elsewhere meanwhile, that counts.
    pub(super) fn start_unstarted(&mut self) {
        for agent in std::mem::take(&mut self.room.passing.unstarted) {
            let Ok(known) = self.room.living_agent(agent) else {
                continue;
            };
            let given = known.brief.clone();
            let launch = self.room.book.launches.get(&agent).cloned();
            match launch.filter(|it| it.brief == given && self.is_to_be_started(agent)) {
                Some(launch) => self.start_again(agent, launch),
                None => self.end(Actor::Room, agent, Exit::Lost),
            }
        }
    }

    fn start_again(&mut self, agent: AgentId, launch: Launch) {
        self.begins_to_live(agent);
        let brief = launch.brief.as_ref();
        if let Some(brief) = brief.and_then(|id| self.room.briefs.get(id)) {
            self.out.push(Effect::KeepAssignment {
                brief: brief.id.clone(),
                place: brief.place.clone(),
                text: launch.text.clone(),
            });
        }
        self.out.push(Effect::Spawn { agent, launch });
    }

    /// Who was to be stopped, and may not have been.
    fn stop_again(&mut self) {
        let stopping = self.room.book.stopping.iter().copied();
        self.out.extend(stopping.map(Effect::Stop));
    }

    /// Processes that the journal does not know are left alone, and their numbers with them.
    fn note_strays(&mut self, alive: &BTreeMap<AgentId, u32>) {
        let unknown = alive
            .keys()
            .filter(|id| self.room.living_agent(**id).is_err());
        let strays: Vec<AgentId> = unknown.copied().collect();
        if strays.is_empty() {
            return;
        }
        let names: Vec<String> = strays.iter().map(AgentId::to_string).collect();
        self.room.passing.strays.extend(strays);
        self.notice(
            Level::Warning,
            format!(
                "the keeper still runs agent {}, which the journal does not know; end it by hand",
                words::some_of(&names)
            ),
        );
    }

    /// Every asker lost its line with the server before; each has its time to come back.
    fn lines_are_cut(&mut self) {
        let open = self.room.open_requests();
        let waiting = open.filter(|it| it.asker == Asker::Waits);
        let waiting: Vec<RequestId> = waiting.map(|request| request.id).collect();
        for id in waiting {
            self.room.passing.away.insert(id, self.now);
            if let Some(request) = self.room.request(id) {
                self.show(Fact::Request(request));
            }
        }
    }

    fn start_configured(&mut self) {
        for launch in self.room.settings.agents.clone() {
            let name = launch.name.clone();
            if self.room.living().any(|it| it.name == name) {
                // The server before this one recorded its start already.
                continue;
            }
            if let Err(why) = self.spawn_wanted(Actor::Room, launch) {
                let text = format!("agent {name} of the settings was not started: {why}");
                self.notice(Level::Warning, text);
            }
        }
    }
}
