//! All recordings of the room, kept to what its settings say: a task of its own removes what is too much, whenever one of
//! them goes on in another file. It wakes for nothing else.

use std::path::PathBuf;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::hub::{Hub, SettingsRead};
use super::recording::{Keep, Life, hold, keep_to};
use crate::model::{Entry, Happening};

const MIB: u64 = 1024 * 1024;

/// The way to that task. It ends when this is dropped.
pub(super) struct Shelf {
    /// The newest order is the one that counts.
    orders: watch::Sender<Option<Keep>>,
    folder: PathBuf,
}

impl Shelf {
    pub(super) fn start(folder: PathBuf) -> Self {
        let (orders, mut order) = watch::channel(None);
        let recordings = folder.clone();
        tokio::spawn(async move {
            while order.changed().await.is_ok() {
                let (newest, folder) = (order.borrow_and_update().clone(), recordings.clone());
                let Some(keep) = newest else {
                    continue;
                };
                match spawn_blocking(move || keep_to(&folder, &keep)).await {
                    Ok(Ok(0)) | Err(_) => {}
                    Ok(Ok(gone)) => {
                        tracing::info!(gone, "the oldest parts of recordings were removed");
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "old recordings are not removed");
                    }
                }
            }
        });
        Self { orders, folder }
    }
}

impl Hub {
    /// The part of a recording that somebody decided before stays, however much comes behind it.
    pub(super) fn hold_picture(&self, entry: &Entry) {
        let Happening::Decided {
            at_screen: Some(moment),
            ..
        } = &entry.what
        else {
            return;
        };
        let (agent, segment) = (moment.agent, moment.segment);
        if let Err(error) = hold(&self.shelf.folder, agent, segment) {
            tracing::warn!(%agent, segment, %error, "a decision's picture goes when its recording does");
        }
    }

    /// A recording goes on in another file, or the room wants less.
    pub(super) fn keep_recordings(&self) {
        // What nobody could read may say that more is to be kept.
        if self.settings_read == SettingsRead::NotYet {
            return;
        }
        // As it is on disk: an agent that another server will show again is not cleared.
        let known = self.durable.agents.values();
        let known = known.map(|agent| match agent.is_alive() {
            true => (agent.id, Life::Lives),
            false => (agent.id, Life::Ended),
        });
        let held = self.panes.keys().map(|agent| (*agent, Life::Lives));
        let keep = Keep {
            most: self.room.settings.limits.recordings_mib.saturating_mul(MIB),
            shown: held.chain(known).collect(),
            newest: self.durable.last_agent,
        };
        self.shelf.orders.send_replace(Some(keep));
    }
}
