//! What an agent program's own record of its session says that it used. Pure: the text comes in, a sum goes out.
//!
//! Claude Code writes a line for each part of a message, all with the usage of the whole: a message counts once, as
//! its last line says. Codex writes totals, and the newest count. What is not understood is left out.

use std::collections::HashMap;

use serde_json::Value;

use super::json::text;
use crate::model::{Usage, UsageWord};
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

/// The record to read when this is heard. Its program waits meanwhile, so in the middle of a turn only one that
/// is read in a moment.
pub fn record(hooks: Hooks, event: &str, payload: &Value) -> Option<Record> {
    let part = match (hooks, event) {
        (Hooks::Claude, "Stop" | "StopFailure") => Part::Whole(64 * MIB),
        // the last message of a turn may be written only after the turn's end was told: these read it, too
        (Hooks::Claude, "UserPromptSubmit" | "Notification") => Part::Whole(64 * MIB),
        (Hooks::Claude, "PostToolUse" | "PostToolUseFailure") => Part::Whole(8 * MIB),
        (Hooks::Codex, "Stop" | "Interrupt" | "PostToolUse") => Part::End(4 * MIB),
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
    let path = text(payload, "transcript_path");
    (!path.is_empty()).then(|| Record {
        path: path.to_owned(),
        part,
    })
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
        Hooks::Gemini | Hooks::Qwen | Hooks::Copilot | Hooks::Opencode | Hooks::None => None,
    }
}

/// What is written into the cache and read from it was read, too.
fn claude(record: &[u8]) -> Option<UsageWord> {
    let mut messages: HashMap<String, Usage> = HashMap::new();
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
        let used = Usage {
            input_tokens: read.fold(0, u64::saturating_add),
            output_tokens: count(usage, "output_tokens"),
            ..Usage::default()
        };
        messages.insert(id.to_owned(), used);
    }
    let sum = messages
        .values()
        .fold(Usage::default(), |sum, one| sum.and(*one));
    (!messages.is_empty()).then(|| tokens(sum.input_tokens, sum.output_tokens))
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
    let window = count(info, "model_context_window");
    let taken = count(info.get("last_token_usage")?, "total_tokens");
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use serde_json::json;

    use super::*;

    fn lines(all: &[Value]) -> Vec<u8> {
        let all: Vec<String> = all.iter().map(Value::to_string).collect();
        all.join("\n").into_bytes()
    }

    fn said(id: &str, input: u64, output: u64) -> Value {
        json!({ "type": "assistant", "message": { "id": id, "role": "assistant", "content": [], "usage": {
            "input_tokens": input, "cache_creation_input_tokens": 100, "cache_read_input_tokens": 1_000,
            "output_tokens": output, "service_tier": "standard"
        } } })
    }

    fn counted(input: u64, output: u64, last: u64) -> Value {
        json!({ "type": "event_msg", "payload": { "type": "token_count", "info": {
            "total_token_usage": { "input_tokens": input, "cached_input_tokens": 9, "output_tokens": output },
            "last_token_usage": { "total_tokens": last }, "model_context_window": 1_000
        } } })
    }

    #[test]
    fn a_message_of_several_lines_counts_once_as_its_last_line_says() {
        let record = lines(&[
            json!({ "type": "user", "message": { "content": "\"usage\"" } }),
            said("msg_1", 5, 1),
            said("msg_1", 5, 40),
            json!({ "type": "summary" }),
            said("msg_2", 7, 10),
        ]);
        let used = used(Hooks::Claude, &record).unwrap();
        assert_eq!(
            (used.input_tokens, used.output_tokens),
            (Some(2_212), Some(50))
        );
        assert_eq!(used.cost_micros, None, "the record does not tell it");
        assert_eq!(used.context_left_percent, None);
    }

    #[test]
    fn the_newest_count_stands_with_what_it_leaves_of_the_context() {
        let nothing =
            json!({ "type": "event_msg", "payload": { "type": "token_count", "info": null } });
        let record = lines(&[counted(10, 1, 100), counted(900, 30, 294), nothing]);
        let used = used(Hooks::Codex, &record).unwrap();
        assert_eq!(
            (used.input_tokens, used.output_tokens),
            (Some(900), Some(30))
        );
        assert_eq!(used.context_left_percent, Some(70));
        let full = super::used(Hooks::Codex, &lines(&[counted(1, 1, 2_000)])).unwrap();
        assert_eq!(full.context_left_percent, Some(0));
    }

    #[test]
    fn what_opencodes_session_says_of_itself_is_told_with_its_cost() {
        let payload = json!({ "sessionID": "ses_1", "used": { "cost": 0.25, "tokens": {
            "input": 100, "output": 10, "reasoning": 5, "cache": { "read": 1_000, "write": 20 }
        } } });
        let word = told(Hooks::Opencode, &payload).unwrap();
        assert_eq!(word.cost_micros, Some(250_000));
        assert_eq!(
            (word.input_tokens, word.output_tokens),
            (Some(1_120), Some(15))
        );
        assert_eq!(told(Hooks::Claude, &payload), None);
        assert_eq!(told(Hooks::Opencode, &json!({ "used": {} })), None);
        assert_eq!(told(Hooks::Opencode, &json!({})), None);
    }

    #[test]
    fn torn_lines_and_lines_of_another_kind_are_left_out() {
        let mut record = lines(&[counted(1, 1, 1), counted(2, 2, 2)]);
        let whole = record.len();
        record.extend_from_slice(
            b"\n\xff\xfe\"token_count\"\n{\"type\":\"event_msg\",\"token_count\"",
        );
        assert_eq!(
            used(Hooks::Codex, &record[5..]).unwrap().input_tokens,
            Some(2)
        );
        assert_eq!(used(Hooks::Codex, &record[whole..]), None);
        assert_eq!(used(Hooks::Claude, &record), None);
        assert_eq!(used(Hooks::Claude, b"\"usage\""), None);
        assert_eq!(used(Hooks::Gemini, &record), None);
    }

    #[test]
    fn a_record_is_read_where_a_turn_or_a_call_ends_and_the_hook_names_it() {
        let payload = json!({ "transcript_path": "/home/x/.claude/s.jsonl" });
        let at = |hooks, event| record(hooks, event, &payload).map(|record| record.part);
        assert_eq!(at(Hooks::Claude, "Stop"), Some(Part::Whole(64 * MIB)));
        assert_eq!(at(Hooks::Claude, "PostToolUse"), Some(Part::Whole(8 * MIB)));
        assert_eq!(at(Hooks::Codex, "Stop"), Some(Part::End(4 * MIB)));
        assert_eq!(at(Hooks::Claude, "PermissionRequest"), None);
        assert_eq!(at(Hooks::Gemini, "Stop"), None);
        assert_eq!(
            record(Hooks::Claude, "Stop", &json!({ "transcript_path": null })),
            None
        );
    }
}
