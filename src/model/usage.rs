//! What an agent has used: tokens, cost, and what is left of its context. As it says itself.

use serde::{Deserialize, Serialize};

/// How often a growing usage becomes a line of the journal, in ms; and once more when its agent ends.
pub(super) const JOURNALLED_MS: u64 = 60_000;

/// What one agent has used since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens that it read.
    pub input_tokens: u64,
    /// Tokens that it wrote.
    pub output_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
    /// How much of its context is left, in percent, where it says so.
    pub context_left_percent: Option<u8>,
}

impl Usage {
    /// Tokens read and written.
    pub fn tokens(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// What this says beyond an earlier word. A count that went down began anew.
    pub fn more_than(self, before: Usage) -> Usage {
        let anew = self.tokens() < before.tokens() || self.cost_micros < before.cost_micros;
        let before = if anew { Usage::default() } else { before };
        Usage {
            input_tokens: self.input_tokens.saturating_sub(before.input_tokens),
            output_tokens: self.output_tokens.saturating_sub(before.output_tokens),
            cost_micros: self.cost_micros.saturating_sub(before.cost_micros),
            context_left_percent: None,
        }
    }

    /// Two of them together. What is left of a context is no sum.
    pub fn and(self, other: Usage) -> Usage {
        Usage {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cost_micros: self.cost_micros.saturating_add(other.cost_micros),
            context_left_percent: None,
        }
    }

    /// `12.3k in, 4.0k out, $0.42, 71 % left`.
    pub fn sentence(&self) -> String {
        let (input, output) = (short(self.input_tokens), short(self.output_tokens));
        let left = self.context_left_percent;
        let left = left.map_or_else(String::new, |left| format!(", {left} % left"));
        let cost = dollars(self.cost_micros);
        format!("{input} in, {output} out, {cost}{left}")
    }

    /// `$0.42`, or `16.3k tok` where no cost is known; nothing where nothing was used.
    pub fn word(&self) -> Option<String> {
        match (self.cost_micros, self.tokens()) {
            (0, 0) => None,
            (0, tokens) => Some(format!("{} tok", short(tokens))),
            (micros, _) => Some(dollars(micros)),
        }
    }
}

pub(super) fn dollars(micros: u64) -> String {
    let cents = micros / 10_000;
    format!("${}.{:02}", cents / 100, cents % 100)
}

pub(super) fn short(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..1_000_000 => format!("{}.{}k", tokens / 1_000, tokens % 1_000 / 100),
        _ => format!("{}.{}M", tokens / 1_000_000, tokens % 1_000_000 / 100_000),
    }
}
