//! Requests: opened, come back to, taken back, left alone. Deciding them is next door.

use super::{Checked, Turn};
use crate::model::{
    Actor, AgentId, Ask, AskKey, Asker, BriefId, Digest, Fact, Happening, Outcome, Request,
    RequestId, Status,
};

/// A request before it has a number.
pub(super) struct Opening {
    pub(super) key: AskKey,
    pub(super) agent: Option<AgentId>,
    pub(super) brief: Option<BriefId>,
    pub(super) ask: Ask,
    pub(super) digest: Digest,
    pub(super) screen: u64,
}

impl Turn<'_> {
    pub(super) fn asked(
        &mut self,
        key: AskKey,
        agent: Option<AgentId>,
        ask: Ask,
        digest: Digest,
        screen: u64,
    ) {
        let brief = match self.may_ask(agent, &ask) {
            Ok(brief) => brief,
            Err(why) => return self.answer(key, Outcome::Refused(why)),
        };
        if let Some(agent) = agent {
            self.has_read(agent);
        }
        if let Some(known) = self.known_request(&key) {
            if known.agent != agent || known.ask.is_the_rooms() {
                let why = "somebody else asked under that name; ask under another".to_owned();
                return self.answer(key, Outcome::Refused(why));
            }
            if known.digest == digest {
                return self.come_back(&known);
            }
            if known.is_open() {
                self.close_quietly(known.id, "the asker asks for something else now");
            }
        }
        let opened = self.open_or_judge(Opening {
            key,
            agent,
            brief,
            ask,
            digest,
            screen,
        });
        if let (Some(_), Some(agent)) = (opened, agent) {
            self.asked_better(agent);
        }
        self.deliver_due();
    }

    /// For which brief somebody asks, or why they may not.
    fn may_ask(&self, agent: Option<AgentId>, ask: &Ask) -> Checked<Option<BriefId>> {
        match ask {
            Ask::Permission { .. } | Ask::Question { .. } => {}
            Ask::Matter { .. } => return Err("only the room itself asks that".to_owned()),
            Ask::Gate { .. } => {
                return Err("a gate is opened by handing over; use opsroom done".to_owned());
            }
            Ask::Dialog { .. } => {
                return Err("a dialog is read from a screen; ask for permission instead".to_owned());
            }
        }
        match agent {
            Some(agent) => Ok(self.room.living_agent(agent)?.brief.clone()),
            None => Ok(None),
        }
    }

    pub(super) fn known_request(&self, key: &AskKey) -> Option<Request> {
        self.room.request(*self.room.book.keys.get(key)?)
    }

    /// An asker that asks what it asked before: it waits on, or learns at once what was decided.
    pub(super) fn come_back(&mut self, known: &Request) {
        let key = known.key.clone();
        match &known.status {
            Status::Open | Status::Answering(_) | Status::Unsure(_) => {
                if self.room.passing.away.remove(&known.id).is_some()
                    && let Some(request) = self.room.request(known.id)
                {
                    self.show(Fact::Request(request));
                }
            }
            Status::Decided(decision) => self.answer(key, Outcome::Decided(decision.clone())),
            Status::Withdrawn { why, .. } => self.answer(key, Outcome::Withdrawn(why.clone())),
        }
    }

    /// Opens a request where the room takes one more; says whether it did by giving its number.
    pub(super) fn open(&mut self, opening: Opening) -> Option<RequestId> {
        let limit = self.room.settings.limits.requests;
        if self.room.open_requests().count() >= limit as usize {
            let why = format!("busy: {limit} requests wait already; ask again later");
            self.answer(opening.key, Outcome::Refused(why));
            return None;
        }
        let request = RequestId(self.room.book.last_request.0.saturating_add(1));
        let by = match (&opening.ask, opening.agent) {
            (Ask::Matter { .. }, _) | (_, None) => Actor::Room,
            (_, Some(agent)) => Actor::Agent(agent),
        };
        let Opening {
            key,
            agent,
            brief,
            ask,
            digest,
            screen,
        } = opening;
        self.record(
            by,
            Happening::Asked {
                request,
                key,
                agent,
                brief,
                ask,
                digest,
                screen,
            },
        );
        Some(request)
    }

    pub(super) fn took_back(&mut self, key: &AskKey, why: &str) {
        let Some(known) = self.known_request(key).filter(Request::is_open) else {
            return;
        };
        if known.ask.is_the_rooms() {
            return;
        }
        let by = known.agent.map_or(Actor::Room, Actor::Agent);
        self.withdraw(by, known.id, why);
        self.deliver_due();
    }

    /// The line was cut without a word; the asker has its time to come back.
    pub(super) fn asker_gone(&mut self, key: &AskKey) {
        let Some(known) = self.known_request(key).filter(Request::is_open) else {
            return;
        };
        match known.asker {
            Asker::Waits => {
                self.room.passing.away.insert(known.id, self.now);
                let asker = Asker::Away(self.now);
                self.show(Fact::Request(Request { asker, ..known }));
            }
            Asker::Away(_) | Asker::Room => {}
        }
    }

    /// Closes a request that nobody decided, and tells whoever waits on it.
    pub(super) fn withdraw(&mut self, by: Actor, id: RequestId, why: &str) {
        let key = self.room.book.requests.get(&id).map(|it| it.key.clone());
        self.close_as(by, id, why);
        if let Some(key) = key {
            self.answer(key, Outcome::Withdrawn(why.to_owned()));
        }
    }

    /// The same without telling: on that key somebody waits for a newer request already.
    pub(super) fn close_quietly(&mut self, id: RequestId, why: &str) {
        self.close_as(Actor::Room, id, why);
    }

    fn close_as(&mut self, by: Actor, request: RequestId, why: &str) {
        self.room.passing.away.remove(&request);
        let why = why.to_owned();
        self.record(by, Happening::Withdrawn { request, why });
        self.room_for_cards();
    }
}
