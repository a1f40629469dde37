//! What the book knows of messages, and of what was said in the breakroom.

use super::{Book, Touched};
use crate::model::{
    AgentId, BREAKROOM_KEPT, Delivery, Entry, Manner, Message, Spoken, Time, Untrusted,
};

impl Book {
    pub(super) fn messaged(
        &mut self,
        entry: &Entry,
        to: AgentId,
        (id, text): (u64, &str),
        manner: Manner,
    ) -> Touched {
        let held = Message {
            id,
            from: entry.by.clone(),
            to,
            text: text.to_owned(),
            manner,
            at: entry.at,
            delivery: Delivery::Held,
        };
        let launch = self.launches.get(&to);
        if launch.is_some_and(|launch| launch.text == held.text) {
            self.untold.remove(&to);
        }
        self.messages.insert(id, held);
        self.last_message = self.last_message.max(id);
        Touched::Message(id)
    }

    pub(super) fn spoke(&mut self, entry: &Entry, line: u64, text: &str) -> Vec<Touched> {
        let spoken = Spoken {
            id: line,
            at: entry.at,
            by: entry.by.clone(),
            text: Untrusted::new(text),
        };
        self.breakroom.push_back(spoken.clone());
        if self.breakroom.len() > BREAKROOM_KEPT {
            self.breakroom.pop_front();
        }
        self.last_spoken = self.last_spoken.max(line);
        vec![Touched::Spoken(spoken)]
    }

    pub(super) fn delivered(&mut self, id: u64, at: Time) -> Vec<Touched> {
        match self.messages.get_mut(&id) {
            Some(message) => {
                message.delivery = Delivery::Sent(at);
                vec![Touched::Message(id)]
            }
            None => Vec::new(),
        }
    }

    pub(super) fn parted(&mut self, id: u64, delivery: Delivery) -> Vec<Touched> {
        let message = self.messages.remove(&id);
        message
            .map(|message| {
                Touched::MessageDone(Message {
                    delivery,
                    ..message
                })
            })
            .into_iter()
            .collect()
    }
}
