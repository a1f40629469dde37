//! A server takes the room over: what its journal believes meets what really lives.

use std::collections::BTreeMap;

use super::Turn;
use crate::model::passing::{Begun, Scan};
use crate::model::state::Stopping;
use crate::model::{
    Actor, AgentId, Asker, Effect, Exit, Fact, Happening, Level, Life, RequestId, words,
};

impl Turn<'_> {
    pub(super) fn opened(&mut self, version: String, alive: &[(AgentId, u32)]) {
        let life = self.room.book.life;
        self.room.passing.begun = Begun::Yes;
        let believed: Vec<AgentId> = self.room.living().map(|agent| agent.id).collect();
        self.record(Actor::Room, Happening::Opened { version });
        let alive: BTreeMap<AgentId, u32> = alive.iter().copied().collect();
        for agent in &believed {
            match alive.get(agent) {
                Some(pid) => self.has_process(*agent, *pid, "kept while the server was replaced"),
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
        let all_lost = alive.is_empty() && !believed.is_empty();
        match life {
            Life::New | Life::Closed => self.start_configured(),
            Life::Open if all_lost => self.start_configured(),
            Life::Open => {}
        }
        self.gauges_read();
        self.works_again();
        match self.room.passing.scan {
            Scan::Done => self.lost_left(),
            Scan::First => {}
        }
        self.deliver_due();
    }

    /// Who was to be stopped, and may not have been.
    fn stop_again(&mut self) {
        for agent in self.room.book.stopping.clone() {
            let live = self.room.passing.live.entry(agent).or_default();
            live.stopping = Stopping::Ordered;
            self.out.push(Effect::Stop(agent));
        }
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
            if let Err(why) = self.spawn_wanted(Actor::Room, launch) {
                let text = format!("agent {name} of the settings was not started: {why}");
                self.notice(Level::Warning, text);
            }
        }
    }
}
