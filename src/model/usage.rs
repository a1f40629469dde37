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

/// One word of an agent on what it used since its start. Its sources tell different parts of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageWord {
    /// Tokens that it read.
    pub input_tokens: Option<u64>,
    /// Tokens that it wrote.
    pub output_tokens: Option<u64>,
    /// Millionths of a US dollar.
    pub cost_micros: Option<u64>,
    /// How much of its context is left, in percent.
    pub context_left_percent: Option<u8>,
}

impl From<Usage> for UsageWord {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: Some(usage.input_tokens),
            output_tokens: Some(usage.output_tokens),
            cost_micros: Some(usage.cost_micros),
            context_left_percent: usage.context_left_percent,
        }
    }
}

impl Usage {
    /// Tokens read and written.
    pub fn tokens(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// What this says beyond an earlier word. A count that went down began anew; tokens and cost may come from
    /// different sources, so that each begins for itself.
    pub fn more_than(self, before: Usage) -> Usage {
        let same_count = self.tokens() >= before.tokens();
        let beyond =
            |now: u64, before: u64| now.saturating_sub(if same_count { before } else { 0 });
        let same_cost = self.cost_micros >= before.cost_micros;
        Usage {
            input_tokens: beyond(self.input_tokens, before.input_tokens),
            output_tokens: beyond(self.output_tokens, before.output_tokens),
            cost_micros: self.cost_micros.saturating_sub(if same_cost {
                before.cost_micros
            } else {
                0
            }),
            context_left_percent: None,
        }
    }

    /// After another word: what that leaves out stays as it was.
    pub fn told(self, word: UsageWord) -> Usage {
        Usage {
            input_tokens: word.input_tokens.unwrap_or(self.input_tokens),
            output_tokens: word.output_tokens.unwrap_or(self.output_tokens),
            cost_micros: word.cost_micros.unwrap_or(self.cost_micros),
            context_left_percent: word.context_left_percent.or(self.context_left_percent),
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
