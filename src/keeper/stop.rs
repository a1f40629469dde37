//! Ends processes: asks first, kills when the grace is over, and is done when none is left.

use super::tree::{self, Claim, Delivery, Identity, Owner, Process};
use crate::wire::keeper::AgentNo;
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Asking: a hang-up, the usual end, and a nudge for whoever is suspended.
const ASK: [Signal; 3] = [Signal::HUP, Signal::TERM, Signal::CONT];
/// How often it looks again after the first kill, for what was forked meanwhile.
const PRESS: Duration = Duration::from_millis(20);
/// How long after the first kill it gives up on what the system will not let go.
const GIVE_UP: Duration = Duration::from_secs(5);

/// One stop under way.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) scope: Scope,
    deadline: Instant,
    /// When to look again if nothing happens before.
    pub(super) due: Instant,
    met: BTreeSet<Identity>,
    killed: BTreeSet<Identity>,
}

/// Who is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Agent(AgentNo),
    /// Everything that descends from the keeper.
    Everyone,
}

/// What a look at the processes found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Going,
    Over { ended: u32, killed: u32, left: u32 },
}

impl Stop {
    /// A stop that has asked nobody yet: look at once.
    pub(super) fn new(scope: Scope, grace: Duration, now: Instant) -> Self {
        Self {
            scope,
            deadline: now + grace,
            due: now,
            met: BTreeSet::new(),
            killed: BTreeSet::new(),
        }
    }

    /// Somebody is more in a hurry than before.
    pub(super) fn hurry(&mut self, grace: Duration, now: Instant) {
        self.deadline = self.deadline.min(now + grace);
        self.due = now;
    }

    /// Look who is left and press on.
    pub(super) fn look(&mut self, claims: &[Claim], word: &str, now: Instant) -> Outcome {
        let left = self.members(&tree::descendants(claims, word));
        if left.is_empty() || now >= self.deadline + GIVE_UP {
            return self.outcome(left.len());
        }
        if now < self.deadline {
            self.due = self.deadline;
            self.ask(&left);
        } else {
            self.due = now + PRESS;
            self.kill(&left);
        }
        Outcome::Going
    }

    fn members(&self, descendants: &[(Owner, Process)]) -> Vec<Process> {
        let ours = |owner: Owner| match self.scope {
            Scope::Agent(agent) => owner == Owner::Agent(agent),
            Scope::Everyone => true,
        };
        tree::family(descendants, ours, &self.met)
    }

    fn ask(&mut self, members: &[Process]) {
        for process in members {
            if self.met.insert(process.identity()) {
                tree::signal(process, &ASK);
            }
        }
    }

    fn kill(&mut self, members: &[Process]) {
        for process in members {
            self.met.insert(process.identity());
            if tree::signal(process, &[Signal::KILL]) == Delivery::Sent {
                self.killed.insert(process.identity());
            }
        }
    }

    fn outcome(&self, left: usize) -> Outcome {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Outcome::Over {
            ended: count(self.met.len().saturating_sub(left)),
            killed: count(self.killed.len()),
            left: count(left),
        }
    }
}
