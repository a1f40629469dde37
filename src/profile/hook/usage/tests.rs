//! Records as the programs write them, shortened.
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
fn geminis_messages_count_once_also_those_that_a_session_took_over() {
    let said = |id: &str, output: u64| {
        json!({ "id": id, "type": "gemini", "content": "x", "tokens": {
            "input": 6_500, "output": output, "cached": 5_000, "thoughts": 7, "tool": 1, "total": 6_550
        } })
    };
    let record = lines(&[
        json!({ "sessionId": "g", "kind": "main" }),
        json!({ "$set": { "messages": [said("m1", 1), { "id": "u", "type": "user", "content": "tokens" }] } }),
        said("m2", 3),
        json!({ "$set": { "lastUpdated": "2026" } }),
        said("m2", 42),
    ]);
    let word = used(Hooks::Gemini, &record).unwrap();
    assert_eq!(word, tokens(13_002, 57));
    assert_eq!(used(Hooks::Gemini, b"{\"$set\":{}}"), None);
}

#[test]
fn every_call_of_qwens_models_counts() {
    let call = |id: &str, total: u64| {
        json!({ "uuid": id, "type": "system", "subtype": "ui_telemetry", "systemPayload": { "uiEvent": {
            "event.name": "qwen-code.api_response", "input_token_count": 6_500, "output_token_count": 42,
            "cached_content_token_count": 5_000, "thoughts_token_count": 0, "total_token_count": total
        } } })
    };
    let said = json!({ "uuid": "c", "type": "assistant", "message": { "parts": [{ "text": "api_response" }] },
        "usageMetadata": { "promptTokenCount": 6_500 } });
    let record = lines(&[call("a", 6_542), said, call("b", 6_600)]);
    assert_eq!(used(Hooks::Qwen, &record).unwrap(), tokens(13_000, 142));
}

#[test]
fn copilots_calls_count_and_the_newest_of_its_own_says_what_is_left() {
    let call = |id: &str, kind: &str, input: u64| {
        json!({ "type": "session.usage_record", "id": id, "data": { "usage": { "inputTokens": input,
            "outputTokens": 50, "cacheReadTokens": 5_000, "cost": 1.0, "interactionType": kind,
            "maxPromptTokens": 128_000 } } })
    };
    let record = lines(&[
        call("a", "conversation-agent", 6_350),
        call("b", "conversation-agent", 63_950),
        call("c", "conversation-subagent", 100),
        json!({ "type": "session.shutdown", "data": { "was": "session.usage_record" } }),
    ]);
    let word = used(Hooks::Copilot, &record).unwrap();
    assert_eq!(
        (word.input_tokens, word.output_tokens),
        (Some(70_400), Some(150))
    );
    assert_eq!(word.context_left_percent, Some(50));
    assert_eq!(word.cost_micros, None, "it is no sum of money");
}

#[test]
fn copilots_record_is_behind_until_it_holds_what_the_hook_was_told() {
    let ran = |at: u64| {
        json!({ "type": "hook.start", "data": { "hookType": "agentStop",
            "input": { "timestamp": at, "stopReason": "end_turn" } } })
    };
    let payload = json!({ "timestamp": 20, "stopReason": "end_turn" });
    let behind = lines(&[ran(10)]);
    let whole = lines(&[ran(10), ran(20)]);
    assert!(!holds(Hooks::Copilot, &payload, &behind));
    assert!(!holds(Hooks::Copilot, &payload, &whole[..whole.len() - 3]));
    assert!(holds(Hooks::Copilot, &payload, &whole));
    assert!(holds(Hooks::Claude, &payload, &behind), "it is read again");
    assert!(
        holds(Hooks::Copilot, &json!({}), &behind),
        "nothing to go by"
    );
}

#[test]
fn torn_lines_and_lines_of_another_kind_are_left_out() {
    let mut record = lines(&[counted(1, 1, 1), counted(2, 2, 2)]);
    let whole = record.len();
    record.extend_from_slice(b"\n\xff\xfe\"token_count\"\n{\"type\":\"event_msg\",\"token_count\"");
    assert_eq!(
        used(Hooks::Codex, &record[5..]).unwrap().input_tokens,
        Some(2)
    );
    assert_eq!(used(Hooks::Codex, &record[whole..]), None);
    assert_eq!(used(Hooks::Claude, &record), None);
    assert_eq!(used(Hooks::Claude, b"\"usage\""), None);
    assert_eq!(used(Hooks::Gemini, &record), None);
    assert_eq!(used(Hooks::Opencode, &record), None);
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
    assert_eq!(at(Hooks::Gemini, "AfterAgent"), Some(Part::Whole(64 * MIB)));
    assert_eq!(at(Hooks::Qwen, "Stop"), Some(Part::Whole(64 * MIB)));
    let copilot = json!({ "transcriptPath": "/home/x/.copilot/s/events.jsonl" });
    let named = record(Hooks::Copilot, "agentStop", &copilot).unwrap();
    assert_eq!(named.path, "/home/x/.copilot/s/events.jsonl");
    assert_eq!(
        record(Hooks::Claude, "Stop", &json!({ "transcript_path": null })),
        None
    );
}
