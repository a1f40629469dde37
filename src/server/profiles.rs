//! The profiles in force: those that come with the program, a person's files over them, the room's over
//! both. Watched: an edit counts from the next launch and message on. A broken file is told with its
//! place; what was in force stays.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::config::{Severity, profile};
use crate::folder::ProfileFolders;
use crate::model::{Programs, Wish};
use crate::profile::{Profile, Profiles};

use super::watched::Watched;

/// Where the profiles in force are kept. Panes and launches hold a receiver.
pub struct ProfileFiles {
    folders: ProfileFolders,
    watched: Watched,
    /// As they are written, where they are whole.
    written: Profiles,
    /// What they may start; none where nobody was ever asked.
    agreed: Option<Programs>,
    in_force: watch::Sender<Profiles>,
    faults: Vec<String>,
}

impl ProfileFiles {
    /// Reads and watches these folders.
    pub fn watch(folders: ProfileFolders) -> Self {
        let wanted = [&folders.person, &folders.room];
        let wanted: Vec<PathBuf> = wanted.into_iter().flatten().cloned().collect();
        let mut files = Self {
            watched: Watched::new(&wanted),
            folders,
            written: Profiles::default(),
            agreed: None,
            in_force: watch::Sender::new(Profiles::default()),
            faults: Vec::new(),
        };
        files.read();
        files
    }

    /// Waits until a file changed. May be dropped half-way.
    pub async fn changed(&mut self) {
        self.watched.changed().await;
    }

    /// What they start, as they are written.
    pub fn starts(&self) -> Programs {
        profile::written(&self.written)
    }

    /// What they may start, whatever is written.
    pub fn agree(&mut self, agreed: Option<Programs>) {
        self.agreed = agreed;
        self.put_in_force();
    }

    fn put_in_force(&self) {
        let now = match &self.agreed {
            Some(agreed) => profile::held(&self.written, agreed),
            None => self.written.clone(),
        };
        self.in_force.send_if_modified(|in_force| {
            let differs = *in_force != now;
            *in_force = now;
            differs
        });
    }

    /// Reads them again, and puts in force what was agreed to.
    pub fn read(&mut self) {
        let texts = self.folders.read();
        let shelved = profile::shelve(&texts.layers, &self.written);
        let found = shelved.diagnostics.iter().map(|one| match one.severity {
            Severity::Error => format!("a profile's file is not used: {one}"),
            Severity::Warning => one.to_string(),
        });
        self.faults = texts.faults.into_iter().chain(found).collect();
        self.written = shelved.profiles;
        self.put_in_force();
    }

    /// What is wrong with them now, for people.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The profiles in force, now and later.
    pub fn in_force(&self) -> watch::Receiver<Profiles> {
        self.in_force.subscribe()
    }

    /// A command that somebody starts under no profile is spoken to as its program is.
    pub fn completed(&self, wish: Wish) -> Wish {
        match wish {
            Wish::Spawn(mut launch) if launch.profile.is_empty() && launch.role.is_none() => {
                if let Some(name) = self.in_force.borrow().starting(&launch.command) {
                    launch.profile = name.to_owned();
                }
                Wish::Spawn(launch)
            }
            other => other,
        }
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
