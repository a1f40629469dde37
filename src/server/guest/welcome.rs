//! What a person is told who takes a seat again: what happened since they left, by the journal.

use super::super::clock;
use super::super::post::Told;
use super::Guest;
use crate::folder::journal;
use crate::model::since;
use crate::wire::ToClient;

/// How much of the journal is read for it, in bytes: about a thousand lines, and what is told of them is less.
/// Whoever was away for longer is told the newest.
const LOOKED_BACK: u64 = 256 * 1024;

impl Guest {
    /// Tells what happened since this person left, from what the journal held before they came.
    pub(super) fn tell_since(&self, end: u64) {
        let (private, person) = (self.entrance.private.clone(), self.entrance.person.clone());
        let told = self.typist.told.clone();
        tokio::task::spawn_blocking(move || match journal::before(&private, end, LOOKED_BACK) {
            Ok(entries) => {
                if let Some(since) = since(&entries, &person, clock::now()) {
                    let _left_out = told.try_send(Told::Message(ToClient::Since(since)));
                }
            }
            Err(error) => tracing::warn!(%error, "nobody is told what happened since they left"),
        });
    }
}
