//! What goes to one client, the most urgent first: the pane that has the focus, then answers, then
//! facts, then other panes. Every queue in front of it is bounded; it holds one frame a pane itself.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::yield_now;

use crate::door::{LinkFault, Sender};
use crate::model::{AgentId, Fact};
use crate::wire::{FrameFault, ToClient};

use super::super::post::{Freshness, Told};

/// Facts in one frame. Fewer where they are large.
const TOGETHER: usize = 64;

/// So many bytes leave together, and one message more.
const PIECE: usize = 64 * 1024;

/// The queues of one client.
pub(super) struct Outbox {
    pub(super) facts: mpsc::Receiver<Told>,
    pub(super) replies: mpsc::Receiver<ToClient>,
    pub(super) pictures: mpsc::Receiver<ToClient>,
    /// The pane the client looks at.
    pub(super) focused: watch::Receiver<Option<AgentId>>,
    /// Gets a permit back for each answer that was written.
    pub(super) window: Arc<Semaphore>,
}

/// What is next.
enum Next {
    Picture(ToClient),
    Reply(ToClient),
    Told(Told),
}

impl Outbox {
    /// Writes until the client is gone, or everybody who could send it something is.
    pub(super) async fn run(mut self, mut sender: Sender<ToClient>, seated: ToClient) {
        let mut pictures = VecDeque::new();
        if sender.send(&seated).await.is_err() {
            return;
        }
        while let Some(next) = self.next(&mut pictures).await {
            if self
                .send_all(next, &mut pictures, &mut sender)
                .await
                .is_err()
            {
                return;
            }
        }
    }

    /// Sends this, and all that is ready behind it, in one piece: sixteen panes that show something at the same
    /// beat are one message's worth of waking up.
    async fn send_all(
        &mut self,
        first: Next,
        pictures: &mut VecDeque<ToClient>,
        sender: &mut Sender<ToClient>,
    ) -> Result<(), LinkFault> {
        let (mut next, mut answers) = (Some(first), 0);
        while let Some(one) = next.take() {
            let put = match one {
                Next::Picture(frame) => sender.put(&frame),
                Next::Reply(answer) => {
                    answers += 1;
                    sender.put(&answer)
                }
                Next::Told(told) => self.send_told(sender, told).await,
            };
            match put {
                Err(LinkFault::Frame(fault)) => {
                    tracing::warn!(%fault, "something for a client was too long and left out")
                }
                other => other?,
            }
            if sender.waiting() < PIECE {
                next = self.ready(pictures);
            }
        }
        let sent = sender.flush().await;
        self.window.add_permits(answers);
        sent
    }

    /// What is next of that which is there.
    fn ready(&mut self, pictures: &mut VecDeque<ToClient>) -> Option<Next> {
        while let Ok(picture) = self.pictures.try_recv() {
            pictures.push_back(picture);
        }
        let first = pictures.iter().position(|picture| self.is_focused(picture));
        if let Some(picture) = first.and_then(|at| pictures.remove(at)) {
            return Some(Next::Picture(picture));
        }
        if let Ok(answer) = self.replies.try_recv() {
            return Some(Next::Reply(answer));
        }
        if let Ok(told) = self.facts.try_recv() {
            return Some(Next::Told(told));
        }
        pictures.pop_front().map(Next::Picture)
    }

    fn is_focused(&self, picture: &ToClient) -> bool {
        agent_of(picture).is_some_and(|agent| Some(agent) == *self.focused.borrow())
    }

    async fn next(&mut self, pictures: &mut VecDeque<ToClient>) -> Option<Next> {
        loop {
            if let Some(next) = self.ready(pictures) {
                return Some(next);
            }
            tokio::select! {
                biased;
                Some(picture) = self.pictures.recv() => {
                    let waited_for = self.is_focused(&picture);
                    pictures.push_back(picture);
                    if !waited_for {
                        // The panes of the same beat have theirs ready in a moment.
                        yield_now().await;
                    }
                }
                Some(answer) = self.replies.recv() => return Some(Next::Reply(answer)),
                Some(told) = self.facts.recv() => return Some(Next::Told(told)),
                else => return None,
            }
        }
    }

    /// Sends facts, as many together as wait.
    async fn send_told(
        &mut self,
        sender: &mut Sender<ToClient>,
        told: Told,
    ) -> Result<(), LinkFault> {
        let mut told = Some(told);
        while let Some(now) = told.take() {
            match now {
                Told::Message(message) => return sender.send(&message).await,
                Told::Snapshot(facts, freshness) => {
                    return send_snapshot(sender, facts, freshness).await;
                }
                Told::Fact(fact) => {
                    let mut facts = vec![Arc::unwrap_or_clone(fact)];
                    while facts.len() < TOGETHER {
                        match self.facts.try_recv() {
                            Ok(Told::Fact(fact)) => facts.push(Arc::unwrap_or_clone(fact)),
                            Ok(other @ (Told::Snapshot(..) | Told::Message(_))) => {
                                told = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    send_facts(sender, facts).await?;
                }
            }
        }
        Ok(())
    }
}

async fn send_snapshot(
    sender: &mut Sender<ToClient>,
    facts: Vec<Fact>,
    freshness: Freshness,
) -> Result<(), LinkFault> {
    if freshness == Freshness::Again {
        sender.send(&ToClient::Again).await?;
    }
    let mut facts = facts.into_iter().peekable();
    while facts.peek().is_some() {
        send_facts(sender, facts.by_ref().take(TOGETHER).collect()).await?;
    }
    sender.send(&ToClient::Current).await
}

/// Sends these facts, in halves where they are too long together. One that is too long alone is
/// left out and said in the log.
async fn send_facts(sender: &mut Sender<ToClient>, facts: Vec<Fact>) -> Result<(), LinkFault> {
    let mut parts = vec![facts];
    while let Some(part) = parts.pop() {
        let message = ToClient::Facts(part);
        match (sender.send(&message).await, message) {
            (Err(LinkFault::Frame(FrameFault::TooLong(_))), ToClient::Facts(mut part))
                if part.len() > 1 =>
            {
                let second = part.split_off(part.len() / 2);
                parts.push(second);
                parts.push(part);
            }
            (Err(LinkFault::Frame(fault)), _) => {
                tracing::warn!(%fault, "a fact for a client was too long and left out")
            }
            (sent, _) => sent?,
        }
    }
    Ok(())
}

fn agent_of(picture: &ToClient) -> Option<AgentId> {
    match picture {
        ToClient::Frame { agent, .. } | ToClient::Broken { agent, .. } => Some(*agent),
        _ => None,
    }
}
