//! Budgets: an agent whose brief used more than it may is told to wait, and a person is asked, once.
//!
//! What a brief may use stands in its file; what was granted on top of that is in the journal, as the decision.

use super::Turn;
use super::consequence::Consequence;
use super::policy::Of;
use crate::model::budget::{RAISE, STOP};
use crate::model::{
    Account, Actor, AgentId, BriefId, Budget, Manner, Matter, Overrun, Person, RequestId, Room,
    Usage, Verdict,
};

impl Turn<'_> {
    /// Whether this word of an agent uses up its brief's budget, and nobody was asked about that yet.
    pub(super) fn overruns(&self, agent: AgentId, usage: Usage) -> bool {
        let Some((brief, budget)) = self.room.budget_for(agent) else {
            return false;
        };
        let account = self.room.book.spending.would_be(&brief, agent, usage);
        is_news(agent, &account, budget)
    }

    /// Looks at the budget of what an agent works on.
    pub(super) fn budget_of(&mut self, agent: AgentId) {
        let Some((brief, budget)) = self.room.budget_for(agent) else {
            return;
        };
        let account = self.room.book.spending.of(&brief);
        if self.room.overrun_of(agent).is_none() && is_news(agent, &account, budget) {
            self.pause(agent, brief, budget, &account);
        }
    }

    /// A brief's file was read anew: a smaller budget may be used up already. An open question is not closed by
    /// a larger one, since its agent can write that: a person answers it.
    pub(super) fn budget_read(&mut self, brief: &BriefId) {
        if let Some(agent) = self.room.works_on(brief) {
            self.budget_of(agent);
        }
    }

    /// All of them, once the room is open.
    pub(super) fn budgets_read(&mut self) {
        let living: Vec<AgentId> = self.room.living().map(|agent| agent.id).collect();
        for agent in living {
            self.budget_of(agent);
        }
    }

    fn pause(&mut self, agent: AgentId, brief: BriefId, budget: Budget, account: &Account) {
        let limit = account.limit(budget);
        let overrun = Overrun {
            brief: brief.clone(),
            used: account.used,
            budget,
            limit,
        };
        let (spent, name) = (budget.of(&account.used).sentence(), self.name(agent));
        let (limit, more) = (limit.sentence(), budget.sentence());
        let text = format!(
            "brief {brief} has used {spent}; it may use {limit}. {name} was told to wait, and gets no other message until this is answered.\n\n  approve: it may use {more} more, and {name} goes on\n  reject: {name} is stopped"
        );
        let about = Matter::Budget(overrun);
        let of = Of::Work(agent, brief.clone());
        // With too many cards open nothing is asked now, and all of it again at the next word.
        if self
            .ask_matter("budget", &text, &[RAISE, STOP], about, of)
            .is_none()
        {
            return;
        }
        let told = format!(
            "The budget of brief {brief} is used up ({spent} of {limit}). Stop here and wait; you are told when to go on."
        );
        if self.can_say(agent, &told).is_ok() {
            self.message(Actor::Room, agent, told, Manner::Interrupt);
        }
        self.deliver_due();
    }

    /// What follows from the answer. An agent that has gone on to something else is left alone.
    pub(super) fn settled_overrun(
        &self,
        agent: Option<AgentId>,
        overrun: &Overrun,
        verdict: &Verdict,
        by: &Person,
    ) -> Consequence {
        let living = agent.and_then(|agent| self.room.living_agent(agent).ok());
        let Some(agent) = living.filter(|it| it.brief.as_ref() == Some(&overrun.brief)) else {
            return Consequence::Nothing;
        };
        if !overrun.is_granted_by(verdict) {
            return Consequence::Stop(agent.id);
        }
        let (brief, more) = (&overrun.brief, overrun.budget.sentence());
        let text = format!("{} granted {more} more for brief {brief}. Go on.", by.name);
        match self.can_say(agent.id, &text) {
            Ok(()) => Consequence::Say {
                manner: Manner::AtRest,
                agent: agent.id,
                text,
            },
            Err(_) => Consequence::Nothing,
        }
    }
}

impl Room {
    /// The living agent that has a brief.
    pub(super) fn works_on(&self, brief: &BriefId) -> Option<AgentId> {
        let mut living = self.living();
        let agent = living.find(|it| it.brief.as_ref() == Some(brief));
        agent.map(|it| it.id)
    }

    /// The brief that an agent works on, and its budget, where it has one.
    fn budget_for(&self, agent: AgentId) -> Option<(BriefId, Budget)> {
        let brief = self.living_agent(agent).ok()?.brief.clone()?;
        let budget = self.briefs.get(&brief)?.heading()?.budget?;
        Some((brief, budget))
    }

    /// The open question about the budget of what an agent works on.
    pub(in crate::model) fn overrun_of(&self, agent: AgentId) -> Option<RequestId> {
        let mut open = self.open_requests();
        open.find(|it| it.agent == Some(agent) && it.ask.overrun().is_some())
            .map(|it| it.id)
    }
}

fn is_news(agent: AgentId, account: &Account, budget: Budget) -> bool {
    let limit = account.limit(budget);
    limit.is_exceeded_by(&account.used) && !account.was_asked(agent, limit)
}
