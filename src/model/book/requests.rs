//! What the book knows of requests: opened, decided, pressed, closed.

use super::{Book, CLOSED_KEPT, Touched};
use crate::model::{
    Ask, Asker, Decision, Entry, Happening, Pressed, Request, RequestId, Status, Time,
};

impl Book {
    pub(super) fn asked(&mut self, entry: &Entry) -> Vec<Touched> {
        let Happening::Asked {
            request,
            key,
            agent,
            brief,
            ask,
            digest,
            screen,
        } = &entry.what
        else {
            return Vec::new();
        };
        if let (Some(overrun), Some(agent)) = (ask.overrun(), agent) {
            self.spending.asked(overrun, *agent);
        }
        let opened = Request {
            id: *request,
            key: key.clone(),
            agent: *agent,
            brief: brief.clone(),
            ask: ask.clone(),
            digest: digest.clone(),
            opened: entry.at,
            screen: *screen,
            asker: match ask {
                Ask::Permission { .. } | Ask::Question { .. } => Asker::Waits,
                Ask::Gate { .. } | Ask::Dialog { .. } | Ask::Matter { .. } => Asker::Room,
            },
            status: Status::Open,
        };
        self.requests.insert(*request, opened);
        self.keys.insert(key.clone(), *request);
        self.last_request = self.last_request.max(*request);
        self.request_touched(*request)
    }

    pub(super) fn decided(&mut self, id: RequestId, decision: &Decision) -> Vec<Touched> {
        if let Some(request) = self.requests.get(&id).filter(|it| it.is_open())
            && let Some(overrun) = request.ask.overrun()
            && overrun.is_granted_by(&decision.verdict)
        {
            self.spending.granted(overrun);
        }
        match self.requests.get_mut(&id).filter(|it| it.is_open()) {
            Some(request) if matches!(request.ask, Ask::Dialog { .. }) => {
                request.status = Status::Answering(decision.clone());
                self.request_touched(id)
            }
            Some(_) | None => self.close(id, Status::Decided(decision.clone())),
        }
    }

    /// A dialog that was decided is closed once it is seen gone; one that nobody saw go stays.
    pub(super) fn pressed(&mut self, id: RequestId, outcome: &Pressed, at: Time) -> Vec<Touched> {
        let Some(request) = self.requests.get_mut(&id) else {
            return Vec::new();
        };
        let Status::Answering(decision) = request.status.clone() else {
            return Vec::new();
        };
        match outcome {
            Pressed::Cleared => self.close(id, Status::Decided(decision)),
            Pressed::Changed(why) => {
                let why = why.clone();
                self.close(id, Status::Withdrawn { at, why })
            }
            Pressed::Unknown(_) => {
                request.status = Status::Unsure(decision);
                self.request_touched(id)
            }
        }
    }

    pub(super) fn close(&mut self, id: RequestId, status: Status) -> Vec<Touched> {
        let Some(request) = self.requests.get_mut(&id).filter(|it| it.is_open()) else {
            return Vec::new();
        };
        request.status = status;
        self.closed.push_back(id);
        let mut touched = self.request_touched(id);
        while self.closed.len() > CLOSED_KEPT {
            let Some(oldest) = self.closed.pop_front() else {
                break;
            };
            if let Some(request) = self.requests.remove(&oldest)
                && self.keys.get(&request.key) == Some(&oldest)
            {
                self.keys.remove(&request.key);
            }
            touched.push(Touched::RequestGone(oldest));
        }
        touched
    }

    /// The state of an agent depends on its requests, so both are touched.
    pub(super) fn request_touched(&self, id: RequestId) -> Vec<Touched> {
        let agent = self.requests.get(&id).and_then(|request| request.agent);
        let agent = agent.filter(|agent| self.agents.contains_key(agent));
        std::iter::once(Touched::Request(id))
            .chain(agent.map(Touched::Agent))
            .collect()
    }
}
