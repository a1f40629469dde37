//! A search through everything that agents wrote: the panes of those that live, then the recordings of all, for
//! what a pane holds no more. Its own task, bounded in hits, bytes and time; it ends early when its guest asks for
//! another one, or goes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use super::super::occurrence::Occurrence;
use super::super::post::{Panes, ToPane};
use super::super::recording;
use super::super::veil::Veil;
use super::Guest;
use super::reel::{Needle, Reel};
use crate::model::AgentId;
use crate::wire::cast::Still;
use crate::wire::{FoundLine, Reach, ToClient};

/// Lines in one answer, and of one agent.
const HITS: usize = 1_000;
const HITS_OF_ONE: usize = 250;
/// How much of recordings is read for one search, in segments of at most a few MiB.
const SEGMENTS: usize = 64;
/// How long one search may take, and one pane.
const PATIENCE: Duration = Duration::from_secs(10);
const PANE: Duration = Duration::from_secs(2);

/// One search.
struct Search {
    ticket: u32,
    needle: String,
    panes: Panes,
    /// What is seen of the room.
    veil: watch::Receiver<Veil>,
    /// Where recordings are.
    folder: PathBuf,
    to: mpsc::Sender<ToClient>,
}

impl Guest {
    /// Looks through everything, in a task of its own.
    pub(super) fn search(&mut self, ticket: u32, needle: String) {
        let (searching, wanted) = watch::channel(());
        self.searching = Some(searching);
        let search = Search {
            ticket,
            needle,
            panes: self.entrance.panes.borrow().clone(),
            veil: self.looking.veil(),
            folder: self.entrance.private.join("recordings"),
            to: self.answers.clone(),
        };
        tokio::spawn(search.run(wanted));
    }
}

/// How a search ended.
enum Stop {
    Full,
    /// Of one agent, or of several.
    FullOfOne,
    Late,
    Unwanted,
}

impl Search {
    /// Searches, and answers once: also where `wanted` was dropped half-way.
    async fn run(self, wanted: watch::Receiver<()>) {
        let mut hits = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        let reach = match self.everything(&mut hits, &wanted, deadline).await {
            Ok(()) => Reach::All,
            Err(Stop::Full) => Reach::Part(format!(
                "the first {HITS} are shown; search for more of the line"
            )),
            Err(Stop::FullOfOne) => Reach::Part(format!(
                "of one agent {HITS_OF_ONE} are shown; search for more of the line"
            )),
            Err(Stop::Late) => Reach::Part(
                "there is more than can be read at once; what was read is shown".to_owned(),
            ),
            Err(Stop::Unwanted) => Reach::Part("the search was stopped".to_owned()),
        };
        // once more: what was found meanwhile may be hidden by now
        let veil = self.veil.borrow().clone();
        hits.retain(|hit: &FoundLine| veil.shows_agent(hit.agent));
        hits.truncate(HITS);
        let ticket = self.ticket;
        // There is room for every answer that a guest waits for.
        let _gone = self.to.try_send(ToClient::FoundAll {
            ticket,
            hits,
            reach,
        });
    }

    async fn everything(
        &self,
        hits: &mut Vec<FoundLine>,
        wanted: &watch::Receiver<()>,
        deadline: Instant,
    ) -> Result<(), Stop> {
        let go_on = |hits: &Vec<FoundLine>| match () {
            () if wanted.has_changed().is_err() => Err(Stop::Unwanted),
            () if hits.len() >= HITS => Err(Stop::Full),
            () if Instant::now() >= deadline => Err(Stop::Late),
            () => Ok(()),
        };
        let mut known: BTreeMap<AgentId, Known> = BTreeMap::new();
        for (agent, pane) in self.panes.iter() {
            go_on(hits)?;
            if !self.veil.borrow().shows_agent(*agent) {
                continue;
            }
            let (to, answer) = oneshot::channel();
            let needle = self.needle.clone();
            let order = ToPane::Lines {
                needle,
                most: HITS_OF_ONE,
                to,
            };
            let asked = async {
                pane.orders.send(order).await.ok()?;
                answer.await.ok()?
            };
            if let Ok(Some(found)) = timeout(PANE, asked).await {
                let known = known.entry(*agent).or_default();
                hits.extend(found.into_iter().filter_map(|told| known.news(told)));
            }
        }
        let mut read = 0;
        for reel in self.recorded().await {
            go_on(hits)?;
            let known = known.entry(reel.agent).or_default();
            if known.is_full() {
                continue;
            }
            read += 1;
            if read > SEGMENTS {
                return Err(Stop::Late);
            }
            let needle = Needle::new(&self.needle);
            let found = spawn_blocking(move || reel.lines(&needle));
            let found = found.await.unwrap_or_default();
            hits.extend(found.into_iter().filter_map(|told| known.news(told)));
        }
        match known.values().any(Known::is_full) {
            true => Err(Stop::FullOfOne),
            false => Ok(()),
        }
    }

    /// The parts of recordings: the newest part of each agent first, newest agent first, then the parts before those.
    async fn recorded(&self) -> Vec<Reel> {
        let folder = self.folder.clone();
        let veil = self.veil.borrow().clone();
        let listed = spawn_blocking(move || {
            let mut parts = recording::all(&folder).unwrap_or_default();
            parts.retain(|(agent, _, _)| veil.shows_agent(*agent));
            let mut before: BTreeMap<AgentId, u64> = BTreeMap::new();
            let newest_first = parts.into_iter().rev().map(|part| {
                let before = before.entry(part.0).or_default();
                *before += 1;
                (*before, part)
            });
            let mut ranked: Vec<_> = newest_first.collect();
            ranked.sort_by_key(|(before, _)| *before);
            let reels = ranked.into_iter().map(|(_, (agent, number, _))| Reel {
                folder: folder.clone(),
                agent,
                number,
            });
            reels.collect()
        });
        listed.await.unwrap_or_default()
    }
}

/// What was told of one agent.
#[derive(Debug, Default)]
struct Known {
    lines: BTreeSet<u64>,
    places: BTreeSet<Still>,
}

impl Known {
    fn is_full(&self) -> bool {
        self.lines.len() >= HITS_OF_ONE
    }

    /// The line, where it is not told yet and there is room.
    fn news(&mut self, told: Occurrence) -> Option<FoundLine> {
        if self.is_full() {
            return None;
        }
        if let Some(ends) = told.ends
            && !self.places.insert(ends)
        {
            return None;
        }
        self.lines.insert(told.whole).then_some(told.line)
    }
}
