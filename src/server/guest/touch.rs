//! What reaches an agent from a person: keys, pastes, the mouse, the focus, a size. Only the driver's does.
//! One who does not drive asks the hub before the first key, and is told in a sentence where somebody else does:
//! nothing that one person types is ever mixed with, or kept for later behind, what another one types.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::model::{AgentId, SeatRole};
use crate::terminal::MouseAction;
use crate::wire::ToServer;

use super::super::post::{FromGuest, ToPane};
use super::{Guest, NoHub};

/// A person's typing is told to the room at most this often, per pane.
const TYPED_EVERY: Duration = Duration::from_secs(20);
/// How often a person is told that their keys reach nobody.
const REFUSE_EVERY: Duration = Duration::from_secs(2);
/// The most keys in one message.
const KEYS: usize = 4_096;

/// What a message means of its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// They type, paste or click: whoever may drive does from here on.
    Types,
    /// Their client says it by itself; it counts from the driver.
    Follows,
}

fn act_of(message: &ToServer) -> Act {
    match message {
        ToServer::Keys { .. } | ToServer::Paste { .. } => Act::Types,
        ToServer::Mouse { event, .. } if event.action != MouseAction::Move => Act::Types,
        _ => Act::Follows,
    }
}

impl Guest {
    /// Takes what reaches an agent: from operators only.
    pub(super) async fn touch(&mut self, message: ToServer) -> Result<Result<(), NoHub>, String> {
        if let ToServer::Keys { keys, .. } = &message
            && keys.len() > KEYS
        {
            return Err(format!("nobody presses {} keys at once", keys.len()));
        }
        let act = act_of(&message);
        match self.may_touch(act).await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => {
                // Sizes and focus are sent by every client by itself; only a person's own act is answered.
                if act == Act::Types {
                    self.refuse(why);
                }
                return Ok(Ok(()));
            }
            Err(NoHub) => return Ok(Err(NoHub)),
        }
        let (agent, order) = match message {
            ToServer::Keys { agent, keys } => (agent, ToPane::Keys(self.typist.clone(), keys)),
            ToServer::Paste { agent, text } => (agent, ToPane::Paste(self.typist.clone(), text)),
            ToServer::Mouse { agent, event } => (agent, ToPane::Mouse(event)),
            ToServer::Focus { agent, change } => (agent, ToPane::Focus(change)),
            ToServer::Resize { agent, size } => (agent, ToPane::Resize(size)),
            ToServer::Attach(_)
            | ToServer::Introduce(_)
            | ToServer::Wish { .. }
            | ToServer::Shown(_)
            | ToServer::LooksAt(_)
            | ToServer::Follow(_)
            | ToServer::Watch(_)
            | ToServer::Unwatch(_)
            | ToServer::Ack { .. }
            | ToServer::Past { .. }
            | ToServer::Find { .. }
            | ToServer::ReadBrief { .. }
            | ToServer::FindAll { .. }
            | ToServer::StopSearch
            | ToServer::ReadDiff { .. }
            | ToServer::Programs { .. }
            | ToServer::Ping(_) => return Ok(Ok(())),
        };
        let typed = matches!(order, ToPane::Keys(..) | ToPane::Paste(..));
        if typed {
            self.entrance.attention.typed(agent, Instant::now());
        }
        self.looking.order(agent, order).await;
        Ok(if typed {
            self.typed(agent).await
        } else {
            Ok(())
        })
    }

    /// Tells the room that this person types, now and then.
    async fn typed(&mut self, agent: AgentId) -> Result<(), NoHub> {
        let now = Instant::now();
        if self
            .typed
            .get(&agent)
            .is_some_and(|last| now < *last + TYPED_EVERY)
        {
            return Ok(());
        }
        self.typed.insert(agent, now);
        self.tell(FromGuest::Typed(agent)).await
    }

    /// Whether what this person does reaches an agent. The inner error is why not.
    async fn may_touch(&mut self, act: Act) -> Result<Result<(), String>, NoHub> {
        if self.entrance.role == SeatRole::Observer {
            let why = "you are watching; only an operator's keys reach an agent";
            return Ok(Err(why.to_owned()));
        }
        let drives = *self.entrance.driver.borrow() == Some(self.entrance.seat);
        match act {
            Act::Types | Act::Follows if drives => Ok(Ok(())),
            Act::Follows => Ok(Err(String::new())),
            Act::Types => {
                let (to, answer) = oneshot::channel();
                self.tell(FromGuest::Reaches(to)).await?;
                answer.await.map_err(|_| NoHub)
            }
        }
    }

    fn refuse(&mut self, why: String) {
        let now = Instant::now();
        if self.refused.is_none_or(|last| now >= last + REFUSE_EVERY) {
            self.refused = Some(now);
            self.say(why);
        }
    }
}
