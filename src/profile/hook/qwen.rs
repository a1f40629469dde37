//! Hooks of Qwen Code: Claude's form with tools of its own. Its permission hook runs before its dialog.

use serde_json::Value;

use super::claude::{self, DECIDES};
use super::json::text;
use super::operands;
use super::{Decision, Heard, Over};
use crate::model::{Ask, Untrusted};

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = claude::read(event, payload);
    match event {
        // it says so before every call of its model: what it asked may still wait
        "UserPromptSubmit" => heard.over(Over::Nothing),
        DECIDES => Heard {
            ask: heard.ask.map(|(call, ask)| (call, in_full(payload, ask))),
            ..heard
        },
        _ => heard,
    }
}

/// Its tools have other names than Claude's and mostly the same operands.
fn in_full(payload: &Value, ask: Ask) -> Ask {
    let Some(input) = payload.get("tool_input") else {
        return ask;
    };
    let known = match text(payload, "tool_name") {
        "run_shell_command" => operands::command(input),
        "write_file" => operands::write(input),
        "edit" => operands::edit(input),
        _ => None,
    };
    match (known, ask) {
        (Some(known), Ask::Permission { tool, cwd, .. }) => Ask::Permission {
            tool,
            summary: Untrusted::new(known.summary),
            detail: Untrusted::new(known.detail),
            cwd,
        },
        (_, ask) => ask,
    }
}

/// Yes, or no with words: that is what was seen to work.
pub(super) fn answer(payload: &Value, decision: &Decision) -> Option<Value> {
    let mut answer = claude::answer(payload, decision)?;
    let decided = &mut answer["hookSpecificOutput"]["decision"];
    if let Some(fields) = decided.as_object_mut() {
        fields.remove("interrupt");
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    fn payload(tool: &str, input: Value) -> Value {
        json!({ "session_id": "q", "prompt_id": "q#0", "cwd": "/x", "tool_name": tool, "tool_input": input })
    }

    #[test]
    fn its_tools_are_told_in_full_and_answered_like_claudes() {
        let input = json!({ "command": "make", "is_background": false, "description": "Build" });
        let payload = payload("run_shell_command", input);
        let (_, Ask::Permission { tool, detail, .. }) = read(DECIDES, &payload).ask.unwrap() else {
            panic!()
        };
        assert_eq!((tool.raw(), detail.raw()), ("run_shell_command", "make"));
        let no = answer(&payload, &Decision::Reject(String::new())).unwrap();
        let decided = &no["hookSpecificOutput"]["decision"];
        assert_eq!(
            (&decided["behavior"], decided.get("interrupt")),
            (&json!("deny"), None)
        );
        let yes = answer(&payload, &Decision::Approve).unwrap();
        assert_eq!(
            yes["hookSpecificOutput"]["decision"],
            json!({ "behavior": "allow" })
        );
    }

    #[test]
    fn a_prompt_takes_nothing_back() {
        let heard = read("UserPromptSubmit", &json!({ "session_id": "q" }));
        assert_eq!(heard.over, Over::Nothing);
    }
}
