//! New sessions get an id that the room chooses, so that it knows what to go on with later.

use std::fs;
use std::io::{self, Read as _};

use crate::model::{Actor, AgentId, Entry, Event, Fact, Happening, Launch, SessionId};
use crate::profile::{self, Profile, Prompt};

use super::clock;
use super::hub::Hub;

impl Hub {
    /// The id of the session that a launch is about to start. It is on disk before the program has it;
    /// where it cannot be, the program chooses one itself.
    pub(super) fn new_session(
        &mut self,
        agent: AgentId,
        launch: &Launch,
        profile: &Profile,
    ) -> Option<SessionId> {
        if !profile::takes_session(launch, profile) {
            return None;
        }
        let session = fresh().inspect_err(|error| {
            tracing::warn!(%agent, %error, "a session got no id from us: it cannot be gone on with");
        });
        let session = session.ok()?;
        let entry = Entry {
            at: clock::now(),
            by: Actor::Room,
            what: Happening::Session {
                agent,
                session: session.clone(),
            },
        };
        if let Err(error) = self.record(std::slice::from_ref(&entry)) {
            tracing::warn!(%agent, %error, "a session's id was not recorded, so it has none of ours");
            return None;
        }
        self.room.book.apply(&entry);
        let shown = self.room.agent(agent).map(Fact::Agent);
        shown.into_iter().for_each(|fact| self.guests.show(fact));
        Some(session)
    }

    /// Agents that live, and to which the server before this one may not have come to say their first text.
    pub(super) fn untold(&self, alive: &[(AgentId, u32)]) -> Vec<AgentId> {
        let alive = alive.iter().map(|(agent, _)| *agent);
        let untold = &self.room.book.untold;
        alive.filter(|agent| untold.contains(agent)).collect()
    }

    /// Says it now, where their programs take it at their prompt.
    pub(super) fn first_texts_again(&mut self, untold: &[AgentId]) {
        for agent in untold {
            if let Some(launch) = self.room.book.launches.get(agent).cloned() {
                let profile = self.profiles.in_force().borrow().named(&launch.profile);
                self.hand_text(*agent, &launch, &profile);
            }
        }
    }

    /// A program that takes its first text only at its prompt gets it as a message.
    pub(super) fn hand_text(&mut self, agent: AgentId, launch: &Launch, profile: &Profile) {
        let goes_on = profile::resumes(launch, profile).is_some();
        match profile.prompt {
            Prompt::Typed if !launch.text.is_empty() && !goes_on => {
                let text = launch.text.clone();
                self.follow_up.push_back(Event::FirstText { agent, text });
            }
            Prompt::Typed | Prompt::None | Prompt::Argument | Prompt::Flag(_) => {}
        }
    }
}

/// A random UUID (version 4).
fn fresh() -> io::Result<SessionId> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    SessionId::new(&uuid(bytes)).ok_or_else(|| io::Error::other("a UUID is no session's id"))
}

fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_session_is_a_random_uuid() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_ne!(fresh().unwrap(), fresh().unwrap());
    }
}
