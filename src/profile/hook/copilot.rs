//! Hooks of Copilot CLI. Its permission hook runs before its dialog and takes a flat answer.

use serde_json::{Value, json};

use super::json::{session, some_text, text};
use super::operands::{self, Operands};
use super::{Call, Decision, Heard, Over};
use crate::model::{Ask, State, Untrusted};

/// The event that waits for a decision.
pub(super) const DECIDES: &str = "permissionRequest";

/// The events that are listened to.
pub(in crate::profile) const EVENTS: &[&str] = &[
    "sessionStart",
    "userPromptSubmitted",
    "preToolUse",
    DECIDES,
    "postToolUse",
    "agentStop",
    "errorOccurred",
];

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = match event {
        "userPromptSubmitted" => Heard::does(State::Working, "a prompt was submitted"),
        "preToolUse" => Heard::does(State::Working, text(payload, "toolName")),
        DECIDES => Heard {
            ask: call(payload).zip(ask(payload)),
            ..Heard::default()
        },
        "postToolUse" => {
            let over = call(payload).map_or(Over::Nothing, Over::Call);
            Heard::does(
                State::Working,
                format!("{} ended", text(payload, "toolName")),
            )
            .over(over)
        }
        "agentStop" => Heard::does(State::Idle, "the turn ended").over(Over::All),
        "errorOccurred" => Heard::does(State::Unknown, "an error occurred"),
        _ => Heard::default(),
    };
    Heard {
        session: session(
            payload,
            "sessionId",
            event,
            &["sessionStart", "userPromptSubmitted"],
        ),
        ..heard
    }
}

/// Its input comes as an object, or as text that holds one.
fn input(payload: &Value) -> Option<Value> {
    let input = payload
        .get("toolInput")
        .or_else(|| payload.get("toolArgs"))?;
    match input.as_str() {
        Some(text) => serde_json::from_str(text).ok(),
        None => Some(input.clone()),
    }
}

fn call(payload: &Value) -> Option<Call> {
    let tool = some_text(payload, "toolName")?;
    let input = input(payload)?.to_string();
    Some(Call::of(&[text(payload, "sessionId"), &tool, &input]))
}

fn ask(payload: &Value) -> Option<Ask> {
    let tool = some_text(payload, "toolName")?;
    let input = input(payload)?;
    let known = operands::command(&input).or_else(|| operands::diff(&input));
    let Operands { summary, detail } = known.unwrap_or_else(|| operands::any(&tool, &input));
    Some(Ask::Permission {
        tool: Untrusted::new(tool),
        summary: Untrusted::new(summary),
        detail: Untrusted::new(detail),
        cwd: Untrusted::new(text(payload, "cwd")),
    })
}

pub(super) fn answer(decision: &Decision) -> Option<Value> {
    Some(match decision {
        Decision::Approve => json!({ "behavior": "allow" }),
        Decision::Reject(why) if why.trim().is_empty() => {
            json!({ "behavior": "deny", "message": "The operator rejected this." })
        }
        Decision::Reject(why) | Decision::Reply(why) | Decision::Redirect(why) => {
            json!({ "behavior": "deny", "message": why })
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_permission_is_read_and_answered_in_its_flat_form() {
        let payload = json!({ "sessionId": "s", "cwd": "/x", "toolName": "bash", "toolInput": { "command": "make" } });
        let (asked, Ask::Permission { tool, detail, .. }) = read(DECIDES, &payload).ask.unwrap()
        else {
            panic!()
        };
        assert_eq!((tool.raw(), detail.raw()), ("bash", "make"));
        let ended =
            json!({ "sessionId": "s", "toolName": "bash", "toolArgs": "{\"command\":\"make\"}" });
        assert_eq!(read("postToolUse", &ended).over, Over::Call(asked));
        assert_eq!(
            answer(&Decision::Approve).unwrap(),
            json!({ "behavior": "allow" })
        );
        let no = answer(&Decision::Reject("use printf".into())).unwrap();
        assert_eq!(no, json!({ "behavior": "deny", "message": "use printf" }));
    }
}
