//! What lines of the journal mean for what is still to be done.

use super::Book;
use crate::model::owed::{OWED_KEPT, Owed};
use crate::model::{Checks, Entry, Happening, Work};

impl Book {
    /// Before a line is applied: what it leaves to be done, and what it does.
    pub(super) fn owes(&mut self, entry: &Entry) {
        let what = &entry.what;
        let more = if let Happening::Decided { card, decision, .. } = what {
            let request = self.requests.get(&card.request).filter(|it| it.is_open());
            request.and_then(|request| {
                let agent = request.agent.and_then(|agent| self.agents.get(&agent));
                let alive = agent.is_some_and(|agent| agent.is_alive());
                Owed::by_decision(request, decision, alive)
            })
        } else if let Happening::Checked {
            brief,
            from,
            report,
            so: Checks::SendBack { .. },
        } = what
        {
            match self.progress_of(brief).step {
                Work::Handed(handover) => Some(Owed::Checks {
                    brief: brief.clone(),
                    agent: handover.agent,
                    from: from.clone(),
                    report: report.clone(),
                }),
                Work::Open | Work::Lands { .. } => None,
            }
        } else {
            None
        };
        self.owed.retain(|it| !it.ends_with(&entry.by, what));
        let Some(more) = more else { return };
        // Of one brief the last word holds.
        self.owed
            .retain(|it| it.brief().is_none() || it.brief() != more.brief());
        self.owed.push(more);
        let surplus = self.owed.len().saturating_sub(OWED_KEPT);
        self.owed.drain(..surplus);
    }
}
