//! What the hub adds to a wish before the room hears it: which pictures stand before the person, and whether a
//! rule that they want can be written down.

use tokio::task::block_in_place;

use crate::model::{Moment, Wish};

use super::hub::Hub;

impl Hub {
    /// The pictures that a decision is made before: as drawn by the person's client, or, of an agent
    /// that it does not show, as it stands.
    pub(super) fn screens_before(&self, wish: &Wish, mut drawn: Vec<Moment>) -> Vec<Moment> {
        let cards = if let Wish::Decide { cards, .. } = wish {
            cards.as_slice()
        } else if let Wish::PolicyAdd { card, .. } | Wish::RejectWithRound { card, .. } = wish {
            std::slice::from_ref(card)
        } else {
            return Vec::new();
        };
        let requests = cards
            .iter()
            .filter_map(|card| self.room.book.requests.get(&card.request));
        for agent in requests.filter_map(|request| request.agent) {
            let known = drawn.iter().any(|moment| moment.agent == agent);
            let stands = || self.panes.get(&agent)?.sights.borrow().now(agent);
            drawn.extend((!known).then(stands).flatten());
        }
        drawn
    }

    /// Nobody is told that a rule holds which then cannot be written down.
    pub(super) fn can_be_written(&self, wish: &Wish) -> Result<(), String> {
        let Wish::PolicyAdd { rule, .. } = wish else {
            return Ok(());
        };
        let tried = block_in_place(|| self.settings.with_rule(rule, "tried"));
        tried
            .map(drop)
            .map_err(|why| format!("the rule cannot be added to opsroom.toml: {why}"))
    }
}
