//! A diff for one client: git reads it, it is taken apart off the runtime's threads, and it goes in pieces, each
//! of which waits for its place among the answers. One at a time; another one that is asked for takes its place.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{AbortHandle, spawn_blocking};

use super::super::git::{Against, Reading, Since};
use super::super::post::{FromGuest, ToHub, WorkOf};
use super::super::review::{self, Read};
use super::Guest;
use crate::model::{BriefId, SeatId, Side};
use crate::wire::{DiffOf, DiffPart, DiffScope, ToClient};

/// The longest path that is asked for, in bytes, and how many.
const PATH: usize = 4_096;
const PATHS: usize = 2;

/// A task that ends when nobody wants it any more.
pub(super) struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One reading.
struct Diffing {
    seat: SeatId,
    ticket: u32,
    brief: BriefId,
    of: DiffOf,
    hub: mpsc::Sender<ToHub>,
    to: mpsc::Sender<ToClient>,
    window: Arc<Semaphore>,
}

impl Guest {
    /// Reads a diff, in a task of its own. The error is a sentence about what no client of ours asks.
    pub(super) fn read_diff(
        &mut self,
        ticket: u32,
        brief: BriefId,
        of: DiffOf,
    ) -> Result<(), String> {
        let long = of.paths.iter().any(|path| path.raw().len() > PATH);
        if long || of.paths.len() > PATHS || brief.as_str().len() > PATH {
            return Err("a diff like this is of no file".to_owned());
        }
        let diffing = Diffing {
            seat: self.entrance.seat,
            ticket,
            brief,
            of,
            hub: self.entrance.hub.clone(),
            to: self.answers.clone(),
            window: Arc::clone(&self.window),
        };
        let task = tokio::spawn(diffing.run());
        self.reading = Some(AbortOnDrop(task.abort_handle()));
        Ok(())
    }
}

impl Diffing {
    async fn run(self) {
        match self.found().await {
            Ok(Read { pieces, end }) => {
                for pieces in pieces {
                    self.say(DiffPart::Pieces(pieces)).await;
                }
                self.say(DiffPart::End(end)).await;
            }
            Err(why) => self.say(DiffPart::Failed(why)).await,
        }
    }

    async fn found(&self) -> Result<Read, String> {
        let leaves = || "the server leaves; read it again in a moment".to_owned();
        let (to, work) = oneshot::channel();
        let wanted = FromGuest::WorkOf(self.brief.clone(), to);
        let asked = self.hub.send(ToHub::Guest(self.seat, wanted)).await;
        asked.map_err(|_| leaves())?;
        let work = work.await.map_err(|_| leaves())??;
        let WorkOf { git, comments, .. } = &work;
        let found = git.read(self.reading(&work)).await;
        let found = found.map_err(|fault| fault.to_string())?;
        let comments = comments.clone();
        let taken = spawn_blocking(move || review::read(&found, &comments)).await;
        taken.map_err(|_| "the diff could not be read; this is a fault of opsroom".to_owned())
    }

    fn reading(&self, work: &WorkOf) -> Reading {
        let now = work
            .comments
            .iter()
            .filter(|it| it.anchor.side == Side::New);
        let mut texts: Vec<String> = now.map(|it| it.anchor.file.raw().to_owned()).collect();
        texts.sort();
        texts.dedup();
        let paths = self.of.paths.iter().map(|path| path.raw().to_owned());
        Reading {
            brief: self.brief.clone(),
            folder: work.folder.clone(),
            known: work.branch.clone(),
            since: match self.of.scope {
                DiffScope::Branch => Since::Branch,
                DiffScope::Uncommitted => Since::Commit,
            },
            against: Against {
                paths: paths.collect(),
                context: self.of.context,
            },
            texts,
        }
    }

    /// Sends a part, once there is a place for it.
    async fn say(&self, part: DiffPart) {
        if let Ok(permit) = self.window.acquire().await {
            permit.forget();
            let ticket = self.ticket;
            let _gone = self.to.try_send(ToClient::Diff { ticket, part });
        }
    }
}
