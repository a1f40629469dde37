//! The profiles of the room: those that come with the program.

use std::sync::Arc;

use tokio::sync::watch;

use crate::config::profile;
use crate::profile::{Profile, Profiles};

/// Where the profiles in force are kept. Panes and launches hold a receiver.
#[derive(Debug)]
pub struct ProfileFiles {
    in_force: watch::Sender<Profiles>,
}

impl ProfileFiles {
    /// The built-in ones.
    pub fn new() -> Self {
        Self {
            in_force: watch::Sender::new(profile::builtin()),
        }
    }

    /// The profiles in force, now and later.
    pub fn in_force(&self) -> watch::Receiver<Profiles> {
        self.in_force.subscribe()
    }
}

/// How one agent is spoken to: its profile by name, as it stands whenever it is asked for.
#[derive(Clone, Debug)]
pub struct Tongue {
    profiles: watch::Receiver<Profiles>,
    name: String,
}

impl Tongue {
    /// That of the profile of this name.
    pub fn new(profiles: watch::Receiver<Profiles>, name: &str) -> Self {
        Self {
            profiles,
            name: name.to_owned(),
        }
    }

    /// Waits until a profile changes. May be dropped half-way.
    pub async fn changed(&mut self) {
        if self.profiles.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The profile in force.
    pub fn profile(&self) -> Arc<Profile> {
        self.profiles.borrow().named(&self.name)
    }
}
