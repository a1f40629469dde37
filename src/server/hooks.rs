//! Hooks of agent programs, as events: what is asked, what is heard, and what was answered in the program itself.
//!
//! Keeps which open requests came by a hook, and for which call: their programs do not tell by themselves
//! that nobody waits any more. Must not decide anything.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{
    Agent, AgentId, AskKey, Event, Evidence, Outcome, Request, Source, State, Time,
};
use crate::profile::Hooks;
use crate::profile::hook::{self, Call, Heard, Over, Waits};

use super::hub::Hub;

/// A record that comes this soon after a request may still be of what stood before it, in ms.
const STILL_OF_BEFORE: u64 = 250;

const IN_ITS_PANE: &str = "it was answered in its pane";
const ASKED_AGAIN: &str = "the same was asked again";

/// The requests that hooks wait on. Never more than open requests: what is closed is dropped.
#[derive(Debug, Default)]
pub struct HookRequests(HashMap<AskKey, (AgentId, Call)>);

impl Hub {
    pub(super) fn hook_said(
        &mut self,
        (agent, key, at): (AgentId, AskKey, Time),
        program: &str,
        event: &str,
        payload: &Value,
    ) {
        let hooks = Hooks::named(program);
        let Heard {
            session,
            ask,
            state,
            over,
        } = hook::read(hooks, event, payload);
        self.drop_closed();
        match &over {
            Over::Nothing => {}
            Over::Call(call) => self.take_back(agent, IN_ITS_PANE, |asked, _| asked == call),
            Over::All => self.take_back(agent, IN_ITS_PANE, |_, _| true),
        }
        if let Some(session) = session {
            self.update(Event::Session { agent, session });
        }
        if let Some((state, detail)) = state {
            let evidence = Evidence {
                state,
                source: Source::Hook,
                at,
                detail,
            };
            self.update(Event::Heard { agent, evidence });
        }
        match (ask, hook::waits(hooks, event)) {
            (Some((call, ask)), Waits::ForDecision) => {
                self.take_back(agent, ASKED_AGAIN, |asked, request| {
                    *asked == call && request.key != key
                });
                self.hooks.0.insert(key.clone(), (agent, call));
                self.asked(agent, key, ask);
            }
            (_, Waits::ForDecision) => {
                let why = "this says nothing that a person could decide".to_owned();
                self.outside.answer(key, Outcome::Refused(why));
            }
            (_, Waits::No) => {}
        }
    }

    /// Something for the hub. Where a program's own record says that it waits no more, what its hooks
    /// still wait for was answered on its screen.
    pub(super) fn told(&mut self, event: Event) {
        let released = match &event {
            Event::Heard { agent, evidence } if self.ends_waiting(*agent, evidence) => {
                Some((*agent, evidence.at))
            }
            _ => None,
        };
        self.update(event);
        if let Some((agent, at)) = released {
            self.drop_closed();
            self.take_back(agent, IN_ITS_PANE, |_, request| {
                at.since(request.opened) >= STILL_OF_BEFORE
            });
        }
    }

    fn ends_waiting(&self, agent: AgentId, evidence: &Evidence) -> bool {
        let waited = |agent: &Agent| {
            let mut records = agent.known.iter().filter(|it| it.source == Source::Record);
            records.any(|record| record.state == State::Waiting)
        };
        let ends = match evidence.state {
            State::Working | State::Idle | State::Stuck | State::Limited => true,
            State::Waiting | State::Unknown | State::Starting | State::Exited(_) => false,
        };
        ends && evidence.source == Source::Record
            && self.room.agent(agent).is_some_and(|it| waited(&it))
    }

    /// Withdraws what this agent's hooks wait for, where it fits. They are told, and print nothing.
    fn take_back(&mut self, agent: AgentId, why: &str, fits: impl Fn(&Call, &Request) -> bool) {
        let waiting = self
            .hooks
            .0
            .iter()
            .filter(|(_, (whose, _))| *whose == agent);
        let fitting = waiting.filter(|(key, (_, call))| {
            self.request_of(key)
                .is_some_and(|request| fits(call, request))
        });
        let keys: Vec<AskKey> = fitting.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.hooks.0.remove(&key);
            let why = why.to_owned();
            self.update(Event::TookBack { key, why });
        }
    }

    fn request_of(&self, key: &AskKey) -> Option<&Request> {
        let id = self.room.book.keys.get(key)?;
        self.room.book.requests.get(id)
    }

    fn drop_closed(&mut self) {
        let mut hooks = std::mem::take(&mut self.hooks);
        hooks
            .0
            .retain(|key, _| self.request_of(key).is_some_and(Request::is_open));
        self.hooks = hooks;
    }
}
