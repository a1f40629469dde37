//! The panes that one guest looks at. A pane may come later than the wish to see it, and may be
//! replaced; both are made good here.

use std::collections::BTreeMap;

use tokio::sync::{mpsc, watch};

use crate::model::{AgentId, Crop, Moment, SeatId, Sighting};
use crate::wire::ToClient;

use super::super::post::{PaneHandle, Panes, ToPane, WATCHED};
use super::super::veil::Veil;

/// Room for a frame and a word of every pane that a guest may watch.
pub(super) const FRAMES: usize = 2 * WATCHED;

/// What one guest looks at.
pub(super) struct Looking {
    seat: SeatId,
    frames: mpsc::Sender<ToClient>,
    panes: watch::Receiver<Panes>,
    veil: watch::Receiver<Veil>,
    /// The pane that was asked to send frames; none where there is none yet.
    watched: BTreeMap<AgentId, Option<PaneHandle>>,
}

impl Looking {
    pub(super) fn new(
        seat: SeatId,
        frames: mpsc::Sender<ToClient>,
        panes: watch::Receiver<Panes>,
        veil: watch::Receiver<Veil>,
    ) -> Self {
        Self {
            seat,
            frames,
            panes,
            veil,
            watched: BTreeMap::new(),
        }
    }

    /// Waits until panes came or went, or until others are seen.
    pub(super) async fn changed(&mut self) {
        let changed = tokio::select! {
            changed = self.panes.changed() => changed,
            changed = self.veil.changed() => changed,
        };
        if changed.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Looks at panes that came since, and forgets those that went.
    pub(super) async fn renew(&mut self) {
        let now = self.panes.borrow_and_update().clone();
        let veil = self.veil.borrow_and_update().clone();
        let agents: Vec<AgentId> = self.watched.keys().copied().collect();
        for agent in agents {
            let pane = now.get(&agent).filter(|_| veil.shows_agent(agent));
            let known = self.watched.get(&agent).and_then(Option::as_ref);
            let same = match (pane, known) {
                (Some(pane), Some(known)) => pane.orders.same_channel(&known.orders),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if !same {
                if let (Some(known), None) = (known, pane) {
                    // it went, or is not to be seen any more
                    let _gone = known.orders.send(ToPane::Unwatch(self.seat)).await;
                }
                let pane = pane.cloned();
                self.begin(pane.as_ref()).await;
                self.watched.insert(agent, pane);
            }
        }
    }

    /// Begins to look, or begins anew. One pane too many is a sentence.
    pub(super) async fn watch(&mut self, agent: AgentId) -> Result<(), String> {
        if self.watched.len() >= WATCHED && !self.watched.contains_key(&agent) {
            return Err(format!(
                "you look at {WATCHED} panes already; close some first"
            ));
        }
        let pane = self.pane(agent);
        self.begin(pane.as_ref()).await;
        self.watched.insert(agent, pane);
        Ok(())
    }

    /// The pictures that its client says it has drawn, as places in their recordings. Of a pane that it does not watch, or
    /// a picture that it was not sent, there is none.
    ///
    /// # Errors
    /// A sentence about what no window shows.
    pub(super) fn drawn(&self, sightings: &[Sighting]) -> Result<Vec<Moment>, String> {
        if sightings.len() > WATCHED {
            return Err(format!("no window shows {} panes", sightings.len()));
        }
        let covers = sightings.iter().map(|it| it.crop.covered.len()).max();
        if let Some(covers) = covers.filter(|covers| *covers > Crop::COVERS) {
            return Err(format!("nowhere do {covers} things lie over a pane"));
        }
        let moment = |sighting: &Sighting| {
            let pane = self.watched.get(&sighting.agent)?.as_ref()?;
            pane.sights.borrow().drawn(self.seat, sighting)
        };
        Ok(sightings.iter().filter_map(moment).collect())
    }

    pub(super) async fn unwatch(&mut self, agent: AgentId) {
        if let Some(Some(pane)) = self.watched.remove(&agent) {
            let _gone = pane.orders.send(ToPane::Unwatch(self.seat)).await;
        }
    }

    pub(super) async fn ack(&mut self, agent: AgentId, generation: u64) {
        if let Some(Some(pane)) = self.watched.get(&agent) {
            let _gone = pane.orders.send(ToPane::Ack(self.seat, generation)).await;
        }
    }

    pub(super) async fn nothing(&mut self) {
        for (_, pane) in std::mem::take(&mut self.watched) {
            if let Some(pane) = pane {
                let _gone = pane.orders.send(ToPane::Unwatch(self.seat)).await;
            }
        }
    }

    /// Sends an order to a pane. False where there is none.
    pub(super) async fn order(&self, agent: AgentId, order: ToPane) -> bool {
        match self.pane(agent) {
            Some(pane) => pane.orders.send(order).await.is_ok(),
            None => false,
        }
    }

    async fn begin(&self, pane: Option<&PaneHandle>) {
        if let Some(pane) = pane {
            let watch = ToPane::Watch {
                seat: self.seat,
                frames: self.frames.clone(),
            };
            let _gone = pane.orders.send(watch).await;
        }
    }

    /// What is seen of the room now.
    pub(super) fn veil(&self) -> watch::Receiver<Veil> {
        self.veil.clone()
    }

    fn pane(&self, agent: AgentId) -> Option<PaneHandle> {
        let seen = self.veil.borrow().shows_agent(agent);
        let panes = self.panes.borrow();
        panes.get(&agent).filter(|_| seen).cloned()
    }
}
