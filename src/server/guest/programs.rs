//! Which agent programs are on this machine, for the start form. Looked for off the runtime's threads, asked for
//! their versions in a task of its own, one list at a time in the whole room: whoever asks waits for the others.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::super::found::{self, Found};
use super::Guest;
use crate::model::{SeatRole, Untrusted};
use crate::profile::Prompt;
use crate::wire::{FirstText, Presence, Program, ToClient, Versions};

impl Guest {
    /// Answers with the programs. An observer starts none, and is told of none.
    pub(super) fn list_programs(&mut self, ticket: u32, versions: Versions) {
        if self.entrance.role == SeatRole::Observer {
            let programs = Vec::new();
            return self.answer(ToClient::Programs { ticket, programs });
        }
        let profiles = self.entrance.profiles.borrow().clone();
        let (asking, to) = (Arc::clone(&self.entrance.asking), self.answers.clone());
        tokio::spawn(async move {
            let all = match versions {
                Versions::Left => spawn_blocking(move || found::look(&profiles)).await.ok(),
                Versions::Asked => match asking.acquire().await {
                    Ok(_alone) => Some(found::ask(&profiles).await),
                    Err(_closed) => None,
                },
            };
            let programs = all.unwrap_or_default().iter().map(program).collect();
            // There is room for every answer that a guest waits for.
            let _gone = to.try_send(ToClient::Programs { ticket, programs });
        });
    }
}

fn program(found: &Found) -> Program {
    let presence = match (&found.program, found.is_there()) {
        (None, _) => Presence::Always,
        (Some(_), true) => Presence::Here,
        (Some(_), false) => Presence::Missing,
    };
    let first_text = match found.profile.prompt {
        Prompt::None => FirstText::Ignored,
        Prompt::Argument | Prompt::Flag(_) | Prompt::Typed => FirstText::Taken,
    };
    Program {
        profile: found.profile.name.clone(),
        about: Untrusted::new(found.profile.about.as_str()),
        presence,
        first_text,
        version: found.version.clone(),
        missing: found
            .missing
            .iter()
            .map(|one| Untrusted::new(one.as_str()))
            .collect(),
    }
}
