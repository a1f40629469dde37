//! What a person's client does with cards: waits for them, decides them, sees them go.

use std::time::Duration;

use opsroom::model::{AgentId, Answer, Ask, Card, Request, State, Status, Verdict, Wish};
use opsroom::wire::ToServer;

use super::Client;

impl Client {
    /// Waits for a request of an agent that is open, and came by a better way than its screen.
    pub async fn is_asked(&mut self, agent: AgentId) -> Request {
        let open = |client: &Self| {
            let mut open = client.facts.requests.values();
            open.find(|it| {
                let better = !matches!(it.ask, Ask::Dialog { .. });
                better && it.agent == Some(agent) && it.is_open()
            })
            .cloned()
        };
        self.until("a request", |client| open(client).is_some())
            .await;
        open(self).unwrap()
    }

    /// Waits for the card of a dialog on an agent's screen.
    pub async fn shows_a_dialog(&mut self, agent: AgentId) -> Request {
        let open = |client: &Self| {
            let mut open = client.facts.requests.values();
            open.find(|it| {
                let dialog = matches!(it.ask, Ask::Dialog { .. });
                dialog && it.agent == Some(agent) && it.is_open()
            })
            .cloned()
        };
        self.until("a dialog", |client| open(client).is_some())
            .await;
        open(self).unwrap()
    }

    /// Decides a request, once its card has been on the screen for long enough.
    pub async fn decides(&mut self, request: &Request, verdict: Verdict) {
        let card = Card {
            request: request.id,
            digest: request.digest.clone(),
        };
        self.send(ToServer::Shown(vec![card.clone()])).await;
        let decide = Wish::Decide {
            cards: vec![card],
            verdict,
        };
        while let Answer::Refused(why) = self.wish(decide.clone()).await {
            assert!(why.contains("screen"), "{why}");
            // what has no event: the time for which a card must have been seen
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let closed = |client: &Self| {
            let known = client.facts.requests.get(&request.id);
            known.is_none_or(|it| !it.is_open())
        };
        self.until("the decision", closed).await;
    }

    /// Waits until a request is withdrawn, and says why it was.
    pub async fn is_withdrawn(&mut self, request: &Request) -> String {
        let why = |client: &Self| match &client.facts.requests.get(&request.id)?.status {
            Status::Withdrawn { why, .. } => Some(why.clone()),
            Status::Open | Status::Answering(_) | Status::Unsure(_) => None,
            Status::Decided(decision) => panic!("it was decided: {decision:?}"),
        };
        self.until("a withdrawal", |client| why(client).is_some())
            .await;
        why(self).unwrap()
    }

    /// Waits until an agent is in this state.
    pub async fn is_in(&mut self, agent: AgentId, state: State) {
        let is = |client: &Self| {
            client
                .agent(agent)
                .is_some_and(|it| it.evidence.state == state)
        };
        self.until(state.word(), is).await;
    }
}
