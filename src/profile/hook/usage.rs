//! What an agent program's own record of its session says that it used. Pure: the text comes in, a sum goes out.
//!
//! Claude Code and Gemini CLI write a line for each part of a message, all with the usage of the whole: a message counts
//! once, as its last line says. Qwen Code and Copilot CLI write a line for each call of a model, which counts once.
//! Codex writes totals, and the newest count. What is not understood is left out.

use std::collections::HashMap;

use serde_json::Value;

use super::json::text;
use crate::model::UsageWord;
use crate::profile::Hooks;

/// How much of a record is read, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it; nothing where it is larger, in bytes: a part of it would count too little.
    Whole(u64),
    /// Its end, in bytes.
    End(u64),
}

/// A session's record, as a hook names it. It is the program's word: whoever reads it looks first at where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The file.
    pub path: String,
    /// How much of it.
    pub part: Part,
}

const MIB: u64 = 1024 * 1024;

/// Whether a record holds what its program wrote before it told this. Copilot CLI writes into its record, a moment
/// late, with what it ran the hook: what it used is before that line.
pub fn holds(hooks: Hooks, payload: &Value, record: &[u8]) -> bool {
    let told_at = payload.get("timestamp").and_then(Value::as_u64);
    let (Hooks::Copilot, Some(told_at)) = (hooks, told_at) else {
        return true;
    };
    lines_with(record, "\"hook.start\"").any(|line| {
        let input = line.get("data").and_then(|data| data.get("input"));
        let at = input.and_then(|input| input.get("timestamp"));
        at.and_then(Value::as_u64) == Some(told_at)
    })
}

/// The record to read when this is heard. Its program waits meanwhile, so in the middle of a turn only one that
/// is read in a moment.
pub fn record(hooks: Hooks, event: &str, payload: &Value) -> Option<Record> {
    let part = match (hooks, event) {
        (Hooks::Claude, "Stop" | "StopFailure") => Part::Whole(64 * MIB),
        // the last message of a turn may be written only after the turn's end was told: these read it, too
        (Hooks::Claude, "UserPromptSubmit" | "Notification") => Part::Whole(64 * MIB),
        (Hooks::Claude, "PostToolUse" | "PostToolUseFailure") => Part::Whole(8 * MIB),
        (Hooks::Codex, "Stop" | "Interrupt" | "PostToolUse") => Part::End(4 * MIB),
        (Hooks::Gemini, "AfterAgent" | "BeforeAgent") => Part::Whole(64 * MIB),
        (Hooks::Gemini, "AfterTool") => Part::Whole(8 * MIB),
        // it writes some seconds late, too
        (Hooks::Qwen, "Stop" | "StopFailure" | "UserPromptSubmit" | "Notification") => {
            Part::Whole(64 * MIB)
        }
        (Hooks::Qwen, "PostToolUse" | "PostToolUseFailure") => Part::Whole(8 * MIB),
        // it names its record only here
        (Hooks::Copilot, "agentStop") => Part::Whole(64 * MIB),
        (
            Hooks::Claude
            | Hooks::Codex
            | Hooks::Gemini
            | Hooks::Qwen
            | Hooks::Copilot
            | Hooks::Opencode
            | Hooks::None,
            _,
        ) => return None,
    };
    let names = ["transcript_path", "transcriptPath"];
    let path = names.iter().map(|name| text(payload, name));
    let path = path.max_by_key(|path| path.len())?;
    (!path.is_empty()).then(|| Record {
        path: path.to_owned(),
        part,
    })
}

/// What of tokens, cost and context left is told without anybody's doing, in words; none where nothing is.
pub fn tells(hooks: Hooks) -> &'static str {
    match hooks {
        Hooks::Claude => "tokens, cost, context",
        Hooks::Codex | Hooks::Copilot => "tokens, context",
        Hooks::Opencode => "tokens, cost",
        Hooks::Gemini | Hooks::Qwen => "tokens",
        Hooks::None => "",
    }
}

/// What a hook's own JSON says was used. Opencode's plugin adds what its session says of itself; what that wrote
/// into its cache and read from it was read, too, and what it thought was written.
pub fn told(hooks: Hooks, payload: &Value) -> Option<UsageWord> {
    let used = payload.get("used").filter(|_| hooks == Hooks::Opencode)?;
    let cost_micros = used.get("cost").and_then(Value::as_f64).and_then(micros);
    let tokens_of = |all: &Value| {
        let cache = all.get("cache").unwrap_or(&Value::Null);
        let read = count(all, "input")
            .saturating_add(count(cache, "read"))
            .saturating_add(count(cache, "write"));
        tokens(
            read,
            count(all, "output").saturating_add(count(all, "reasoning")),
        )
    };
    let word = used.get("tokens").map(tokens_of).unwrap_or_default();
    let word = UsageWord {
        cost_micros,
        ..word
    };
    (word != UsageWord::default()).then_some(word)
}

/// Dollars in millionths. None for what is no sum of money.
pub(super) fn micros(dollars: f64) -> Option<u64> {
    let micros = (dollars * 1e6).round();
    let fits = (0.0..1e15).contains(&micros);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was looked at"
    )]
    fits.then_some(micros as u64)
}

/// What a record says was used. None where it says nothing of that.
pub fn used(hooks: Hooks, record: &[u8]) -> Option<UsageWord> {
    match hooks {
        Hooks::Claude => claude(record),
        Hooks::Codex => codex(record),
        Hooks::Gemini => gemini(record),
        Hooks::Qwen => qwen(record),
        Hooks::Copilot => copilot(record),
        Hooks::Opencode | Hooks::None => None,
    }
}

/// What each of several things used, by its id; one that is told again is told anew.
#[derive(Default)]
struct Parts(HashMap<String, (u64, u64)>);

impl Parts {
    fn add(&mut self, id: &str, input: u64, output: u64) {
        self.0.insert(id.to_owned(), (input, output));
    }

    fn sum(&self) -> Option<UsageWord> {
        let sum = self.0.values().fold((0, 0), |sum: (u64, u64), one| {
            (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1))
        });
        (!self.0.is_empty()).then(|| tokens(sum.0, sum.1))
    }
}

/// A session that was taken up again begins with what was said before, in one line. What it thought was written.
fn gemini(record: &[u8]) -> Option<UsageWord> {
    let mut parts = Parts::default();
    let mut add = |message: &Value| {
        let Some(used) = message.get("tokens") else {
            return;
        };
        let input = count(used, "input").saturating_add(count(used, "tool"));
        let output = count(used, "output").saturating_add(count(used, "thoughts"));
        parts.add(text(message, "id"), input, output);
    };
    for line in lines_with(record, "\"tokens\"") {
        add(&line);
        let before = line.get("$set").and_then(|set| set.get("messages"));
        before
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .for_each(&mut add);
    }
    parts.sum()
}

/// What it thought is part of what its total says beyond what was read.
fn qwen(record: &[u8]) -> Option<UsageWord> {
    let mut parts = Parts::default();
    for line in lines_with(record, "api_response") {
        let event = line.get("systemPayload").and_then(|it| it.get("uiEvent"));
        let Some(event) = event.filter(|it| text(it, "event.name").ends_with(".api_response"))
        else {
            continue;
        };
        let input = count(event, "input_token_count");
        let beyond = count(event, "total_token_count").saturating_sub(input);
        let output = count(event, "output_token_count").max(beyond);
        parts.add(text(&line, "uuid"), input, output);
    }
    parts.sum()
}

/// Its cost is counted in requests of a plan: no sum of money.
fn copilot(record: &[u8]) -> Option<UsageWord> {
    let mut parts = Parts::default();
    let mut left = None;
    for line in lines_with(record, "\"session.usage_record\"") {
        let used = line.get("data").and_then(|data| data.get("usage"));
        let Some(used) = used.filter(|_| text(&line, "type") == "session.usage_record") else {
            continue;
        };
        let (input, output) = (count(used, "inputTokens"), count(used, "outputTokens"));
        parts.add(text(&line, "id"), input, output);
        if text(used, "interactionType") == "conversation-agent" {
            let taken = input.saturating_add(output);
            left = percent_left(count(used, "maxPromptTokens"), taken).or(left);
        }
    }
    let sum = parts.sum()?;
    Some(UsageWord {
        context_left_percent: left,
        ..sum
    })
}

/// What is written into the cache and read from it was read, too.
fn claude(record: &[u8]) -> Option<UsageWord> {
    let mut parts = Parts::default();
    for line in lines_with(record, "\"usage\"") {
        if text(&line, "type") != "assistant" {
            continue;
        }
        let Some(message) = line.get("message") else {
            continue;
        };
        let (id, Some(usage)) = (text(message, "id"), message.get("usage")) else {
            continue;
        };
        let read = [
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
        ];
        let read = read.iter().map(|name| count(usage, name));
        let input = read.fold(0, u64::saturating_add);
        parts.add(id, input, count(usage, "output_tokens"));
    }
    parts.sum()
}

fn codex(record: &[u8]) -> Option<UsageWord> {
    let counts = lines_with(record, "\"token_count\"").filter_map(|line| {
        let payload = line.get("payload")?;
        let told = text(&line, "type") == "event_msg" && text(payload, "type") == "token_count";
        let info = payload.get("info").filter(|_| told)?;
        let total = info.get("total_token_usage")?;
        Some(UsageWord {
            context_left_percent: left(info),
            ..tokens(count(total, "input_tokens"), count(total, "output_tokens"))
        })
    });
    counts.last()
}

/// Records tell tokens, and no cost.
fn tokens(input: u64, output: u64) -> UsageWord {
    UsageWord {
        input_tokens: Some(input),
        output_tokens: Some(output),
        ..UsageWord::default()
    }
}

/// How much of the context the newest call left, in percent, rounded down.
fn left(info: &Value) -> Option<u8> {
    let taken = count(info.get("last_token_usage")?, "total_tokens");
    percent_left(count(info, "model_context_window"), taken)
}

fn percent_left(window: u64, taken: u64) -> Option<u8> {
    let left = window.saturating_sub(taken).saturating_mul(100);
    u8::try_from(left.checked_div(window)?).ok()
}

fn count(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// The whole lines that hold a word, as JSON. The first may begin, and the last end, in its middle.
fn lines_with<'r>(record: &'r [u8], word: &'r str) -> impl Iterator<Item = Value> + 'r {
    record
        .split(|byte| *byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok())
        .filter(move |line| line.contains(word))
        .filter_map(|line| serde_json::from_str(line).ok())
}

#[cfg(test)]
mod tests;
