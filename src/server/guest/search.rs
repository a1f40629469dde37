//! A search through everything that agents wrote: the panes of those that live, then the recordings of all, for
//! what a pane holds no more. Its own task, bounded in hits, bytes and time; it ends early when its guest asks for
//! another one, or goes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use super::super::post::{Panes, ToPane};
use super::super::recording;
use super::super::veil::Veil;
use super::Guest;
use crate::model::{AgentId, Untrusted};
use crate::terminal::Plain;
use crate::wire::cast::{Event, Segment, Spot};
use crate::wire::{FoundLine, Reach, ToClient, Where};

/// Lines in one answer, and of one agent.
const HITS: usize = 1_000;
const HITS_OF_ONE: usize = 250;
/// Lines that one segment is looked through for; most are the same line drawn again.
const HITS_OF_SEGMENT: usize = 20_000;
/// How much of recordings is read for one search, in segments of at most a few MiB.
const SEGMENTS: usize = 64;
/// How long one search may take, and one pane.
const PATIENCE: Duration = Duration::from_secs(10);
const PANE: Duration = Duration::from_secs(2);
/// The longest line that is told, in characters.
const LINE: usize = 300;

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

/// What is searched for. Large letters are meant as such.
#[derive(Clone, Debug)]
struct Needle(String);

impl Needle {
    fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    fn is_in(&self, line: &str) -> bool {
        match self.0.chars().any(char::is_uppercase) {
            true => line.contains(&self.0),
            false => line.to_lowercase().contains(&self.0),
        }
    }
}

/// How a search ended.
enum Stop {
    Full,
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
        let mut known: BTreeMap<AgentId, BTreeSet<String>> = BTreeMap::new();
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
                let texts = found
                    .iter()
                    .map(|line| line.text.raw().trim_end().to_owned());
                known.entry(*agent).or_default().extend(texts);
                hits.extend(found);
            }
        }
        let mut read = 0;
        for (agent, number, path) in self.recorded().await {
            go_on(hits)?;
            let known = known.entry(agent).or_default();
            if known.len() >= HITS_OF_ONE {
                continue;
            }
            read += 1;
            if read > SEGMENTS {
                return Err(Stop::Late);
            }
            let needle = Needle::new(&self.needle);
            let found = spawn_blocking(move || in_segment(agent, number, &path, &needle));
            let found = found.await.unwrap_or_default();
            let room = HITS_OF_ONE.saturating_sub(known.len());
            let news = found
                .into_iter()
                .filter(|line| known.insert(line.text.raw().trim_end().to_owned()));
            hits.extend(news.take(room));
        }
        Ok(())
    }

    /// The parts of recordings: the newest part of each agent first, newest agent first, then the parts before those.
    async fn recorded(&self) -> Vec<(AgentId, u64, PathBuf)> {
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
            ranked.into_iter().map(|(_, part)| part).collect()
        });
        listed.await.unwrap_or_default()
    }
}

/// The lines of a segment that hold the text, newest first. Reads a file.
fn in_segment(agent: AgentId, number: u64, path: &Path, needle: &Needle) -> Vec<FoundLine> {
    let bytes = std::fs::read(path).ok();
    let Some(segment) = bytes.and_then(|bytes| Segment::read(number, bytes)) else {
        return Vec::new();
    };
    let mut found: Vec<FoundLine> = Vec::new();
    let mut take = |line: &str, spot: Spot| {
        if needle.is_in(line) && found.len() < HITS_OF_SEGMENT {
            let text = line.chars().take(LINE).collect::<String>();
            let offset = spot.end as u64;
            found.push(FoundLine {
                agent,
                at: Some(spot.at),
                text: Untrusted::new(text),
                place: Where::Recording {
                    segment: number,
                    offset,
                },
            });
        }
    };
    let mut plain = Plain::default();
    let mut repeats = false;
    for spot in segment.places() {
        match segment.event(*spot) {
            // what came before it was read in the segment before
            Some(Event::Output(_)) if std::mem::take(&mut repeats) => {}
            Some(Event::Output(text)) => plain.feed(&text, |line| take(line, *spot)),
            Some(Event::Picture) => repeats = true,
            Some(Event::Size(_) | Event::Shown | Event::Torn) | None => {}
        }
    }
    if let Some(last) = segment.places().last() {
        plain.end(|line| take(line, *last));
    }
    found.reverse();
    found
}
