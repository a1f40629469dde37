//! Usage: shown as it is heard, journalled now and then.

use super::Turn;
use crate::model::usage::{JOURNALLED_MS, UsageWord};
use crate::model::{Actor, AgentId, Happening};

impl Turn<'_> {
    /// An agent says what it has used since its start: its newest word counts.
    pub(super) fn used(&mut self, agent: AgentId, word: UsageWord) {
        let Ok(known) = self.room.living_agent(agent) else {
            return;
        };
        let journalled = known.usage;
        let live = self.room.passing.live.entry(agent).or_default();
        let usage = live.usage.or(journalled).unwrap_or_default().told(word);
        if live.usage == Some(usage) {
            return;
        }
        live.usage = Some(usage);
        let due = live
            .used
            .is_none_or(|at| self.now.since(at) >= JOURNALLED_MS);
        let overruns = self.overruns(agent, usage);
        if (due || overruns) && journalled != Some(usage) {
            self.room.passing.live.entry(agent).or_default().used = Some(self.now);
            self.record(Actor::Agent(agent), Happening::Used { agent, usage });
            self.budget_of(agent);
        } else {
            self.show_agent_as_it_was_heard(agent);
        }
    }

    /// The last word of an agent that ends.
    pub(super) fn used_at_last(&mut self, agent: AgentId) {
        let last = self
            .room
            .passing
            .live
            .get(&agent)
            .and_then(|live| live.usage);
        let journalled = self.room.book.agents.get(&agent).and_then(|it| it.usage);
        if let Some(usage) = last.filter(|usage| journalled != Some(*usage)) {
            self.record(Actor::Agent(agent), Happening::Used { agent, usage });
        }
    }
}
