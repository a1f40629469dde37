//! Who used how much for what, added up from the journal's lines.
//!
//! An agent says what it used since its start; what it used more than at its last word goes to the brief that it
//! works on. A program that goes on with a session goes on counting where that session was.

use std::collections::{BTreeMap, VecDeque};

use super::{Account, AgentId, BriefId, Overrun, SessionId, Usage};

/// So many sessions of cleared agents are remembered; the oldest goes first, and would be counted anew.
const SESSIONS_KEPT: usize = 200;

/// What was used in this room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spending {
    /// By brief, ended ones too.
    pub briefs: BTreeMap<BriefId, Account>,
    /// By all agents.
    pub all: Usage,
    counts: BTreeMap<AgentId, Count>,
    sessions: VecDeque<(SessionId, Usage)>,
}

/// Where an agent's count stands.
#[derive(Clone, Debug, Default, PartialEq)]
struct Count {
    session: Option<SessionId>,
    last: Usage,
}

impl Spending {
    /// What a brief has used; nothing is known of one that nobody worked on.
    pub fn of(&self, brief: &BriefId) -> Account {
        self.briefs.get(brief).cloned().unwrap_or_default()
    }

    /// What a brief would have used if its agent said this now.
    pub fn would_be(&self, brief: &BriefId, agent: AgentId, usage: Usage) -> Account {
        let mut account = self.of(brief);
        account.used = account.used.and(usage.more_than(self.last(agent)));
        account
    }

    pub(super) fn started(&mut self, agent: AgentId, resumed: Option<&SessionId>) {
        self.counts.insert(agent, Count::default());
        if let Some(session) = resumed {
            self.session(agent, session);
        }
    }

    pub(super) fn session(&mut self, agent: AgentId, session: &SessionId) {
        self.put_away(agent);
        let known = self.sessions.iter().find(|(known, _)| known == session);
        let last = match (known, self.counts.get(&agent)) {
            (Some((_, usage)), _) => *usage,
            // it spoke before it had a name
            (
                None,
                Some(Count {
                    session: None,
                    last,
                }),
            ) => *last,
            (None, Some(_) | None) => Usage::default(),
        };
        let session = Some(session.clone());
        self.counts.insert(agent, Count { session, last });
    }

    pub(super) fn used(&mut self, agent: AgentId, brief: Option<&BriefId>, usage: Usage) {
        let more = usage.more_than(self.last(agent));
        self.all = self.all.and(more);
        if let Some(brief) = brief {
            let account = self.briefs.entry(brief.clone()).or_default();
            account.used = account.used.and(more);
        }
        self.counts.entry(agent).or_default().last = usage;
    }

    pub(super) fn cleared(&mut self, agent: AgentId) {
        self.put_away(agent);
        self.counts.remove(&agent);
    }

    pub(super) fn asked(&mut self, overrun: &Overrun, agent: AgentId) {
        let account = self.briefs.entry(overrun.brief.clone()).or_default();
        account.asked(agent, overrun.limit);
    }

    pub(super) fn granted(&mut self, overrun: &Overrun) {
        let account = self.briefs.entry(overrun.brief.clone()).or_default();
        account.grant(overrun.budget);
    }

    fn last(&self, agent: AgentId) -> Usage {
        let count = self.counts.get(&agent);
        count.map(|count| count.last).unwrap_or_default()
    }

    /// Remembers where the count of an agent's session stands.
    fn put_away(&mut self, agent: AgentId) {
        let Some(count) = self.counts.get(&agent) else {
            return;
        };
        let Some(session) = count.session.clone() else {
            return;
        };
        let last = count.last;
        self.sessions.retain(|(known, _)| known != &session);
        self.sessions.push_back((session, last));
        while self.sessions.len() > SESSIONS_KEPT {
            self.sessions.pop_front();
        }
    }
}
