//! The profiles of the room: those that come with the program.

use tokio::sync::watch;

use crate::config::profile;
use crate::profile::Profiles;

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
