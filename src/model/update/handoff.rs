//! A stage is done, says its agent: the handoff is kept and the gate opens.

use super::{Turn, request::Opening};
use crate::model::{
    Actor, AgentId, Ask, AskKey, BriefId, Digest, Effect, Outcome, Place, RequestId, Untrusted,
};

impl Turn<'_> {
    pub(super) fn handed(
        &mut self,
        agent: AgentId,
        key: AskKey,
        handoff: &Untrusted,
        digest: Digest,
    ) {
        if let Some(known) = self.known_request(&key) {
            if known.agent != Some(agent) {
                let why = "somebody else handed over under that name; use another".to_owned();
                return self.answer(key, Outcome::Refused(why));
            }
            if !known.is_open() || known.digest == digest {
                return self.come_back(&known);
            }
        }
        let ask = match self.room.gate(agent, handoff) {
            Ok(ask) => ask,
            Err(why) => return self.answer(key, Outcome::Refused(why)),
        };
        let agents = &self.room.book.agents;
        let brief = agents.get(&agent).and_then(|agent| agent.brief.clone());
        let (Some(brief), Ask::Gate { from, .. }) = (brief, &ask) else {
            return;
        };
        self.withdraw_gates(&brief, None, "it was handed over again");
        let place = from.clone();
        let opening = Opening {
            key,
            agent: Some(agent),
            brief: Some(brief.clone()),
            ask,
            digest,
            screen: 0,
        };
        if self.open(opening).is_some() {
            let text = handoff.raw().to_owned();
            self.out.push(Effect::KeepHandoff { brief, place, text });
        }
    }

    /// Withdraws the open gates of a brief, except those that still fit the place where it stands.
    pub(super) fn withdraw_gates(&mut self, brief: &BriefId, stands: Option<&Place>, why: &str) {
        let gates = self.room.open_requests().filter(|it| {
            let Ask::Gate { from, .. } = &it.ask else {
                return false;
            };
            it.brief.as_ref() == Some(brief) && Some(from) != stands
        });
        let gates: Vec<RequestId> = gates.map(|gate| gate.id).collect();
        for gate in gates {
            self.withdraw(Actor::Room, gate, why);
        }
    }
}
