//! Who is typed to: while a person types, the other panes read a little later, so that no flood of theirs
//! takes the machine away from the echo. Says when; the panes do it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::AgentId;

/// For so long after a key the other panes give way.
const GIVES_WAY: Duration = Duration::from_millis(300);

/// Known to guests and panes. Nobody waits on it.
#[derive(Clone, Debug)]
pub struct Attention {
    typed: watch::Sender<Option<(AgentId, Instant)>>,
}

impl Attention {
    /// Nobody types.
    pub fn new() -> Self {
        Self {
            typed: watch::Sender::new(None),
        }
    }

    /// Somebody typed to this agent.
    pub fn typed(&self, agent: AgentId, now: Instant) {
        self.typed.send_replace(Some((agent, now)));
    }

    /// Whether somebody types to another agent than this one.
    pub fn is_elsewhere(&self, agent: AgentId, now: Instant) -> bool {
        self.typed
            .borrow()
            .is_some_and(|(typed, at)| typed != agent && now < at + GIVES_WAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_give_way_for_a_moment_after_each_key() {
        let (attention, start) = (Attention::new(), Instant::now());
        assert!(!attention.is_elsewhere(AgentId(2), start));
        attention.typed(AgentId(1), start);
        assert!(attention.is_elsewhere(AgentId(2), start));
        assert!(!attention.is_elsewhere(AgentId(1), start));
        assert!(!attention.is_elsewhere(AgentId(2), start + GIVES_WAY));
    }
}
