//! What a brief may use, and what it has used: tokens or money, all of its agents together.

use serde::{Deserialize, Serialize};

use super::usage::{Usage, dollars, short};
use super::{AgentId, BriefId, Verdict};

/// The answer that grants as much again.
pub(super) const RAISE: &str = "raise it";
/// The answer that ends the work.
pub(super) const STOP: &str = "stop the agent";

/// An amount of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// Tokens, read and written together.
    Tokens(u64),
    /// Millionths of a US dollar.
    Micros(u64),
}

/// A brief that used more than it may: what its card says, and what an approval grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// Which.
    pub brief: BriefId,
    /// What all its agents used for it.
    pub used: Usage,
    /// What its file says.
    pub budget: Budget,
    /// What it may use: that, and what was granted since.
    pub limit: Budget,
}

/// What is known of one brief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What all its agents used for it.
    pub used: Usage,
    /// What people granted on top of its budget.
    granted: Granted,
    /// For which agent, and at which limit, the room asked last.
    asked: Option<(AgentId, Budget)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Granted {
    tokens: u64,
    micros: u64,
}

impl Budget {
    /// `900 tokens`, `500.0k tokens`, `$2.50`.
    pub fn sentence(self) -> String {
        match self {
            Budget::Tokens(tokens @ ..10_000) => format!("{tokens} tokens"),
            Budget::Tokens(tokens) => format!("{} tokens", short(tokens)),
            Budget::Micros(micros) => dollars(micros),
        }
    }

    /// Of what was used, the part that this is a budget of.
    pub fn of(self, used: &Usage) -> Budget {
        match self {
            Budget::Tokens(_) => Budget::Tokens(used.tokens()),
            Budget::Micros(_) => Budget::Micros(used.cost_micros),
        }
    }

    /// Whether this much used is more than that.
    pub fn is_exceeded_by(self, used: &Usage) -> bool {
        match self {
            Budget::Tokens(tokens) => used.tokens() > tokens,
            Budget::Micros(micros) => used.cost_micros > micros,
        }
    }
}

impl Account {
    /// What the brief may use, with what was granted.
    pub fn limit(&self, budget: Budget) -> Budget {
        match budget {
            Budget::Tokens(tokens) => Budget::Tokens(tokens.saturating_add(self.granted.tokens)),
            Budget::Micros(micros) => Budget::Micros(micros.saturating_add(self.granted.micros)),
        }
    }

    /// Whether a person was asked about this agent at this limit already.
    pub fn was_asked(&self, agent: AgentId, limit: Budget) -> bool {
        self.asked == Some((agent, limit))
    }

    pub(super) fn asked(&mut self, agent: AgentId, limit: Budget) {
        self.asked = Some((agent, limit));
    }

    pub(super) fn grant(&mut self, budget: Budget) {
        let granted = &mut self.granted;
        match budget {
            Budget::Tokens(tokens) => granted.tokens = granted.tokens.saturating_add(tokens),
            Budget::Micros(micros) => granted.micros = granted.micros.saturating_add(micros),
        }
    }
}

impl Overrun {
    /// Whether this answer grants the budget once more.
    pub fn is_granted_by(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Approve => true,
            Verdict::Reply { text } => text == RAISE,
            Verdict::Reject { .. } | Verdict::Redirect(_) => false,
        }
    }
}
