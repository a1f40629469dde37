//! Hooks of Gemini CLI: they tell, and cannot approve. What it asks is answered on its screen.

use serde_json::Value;

use super::json::{session, text};
use super::{Heard, operands};
use crate::model::State;

/// The events that are listened to.
pub(in crate::profile) const EVENTS: &[&str] = &[
    "SessionStart",
    "BeforeAgent",
    "BeforeTool",
    "AfterTool",
    "AfterAgent",
    "Notification",
];

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = match event {
        "BeforeAgent" => Heard::does(State::Working, "a prompt was submitted"),
        "BeforeTool" | "AfterTool" => Heard::does(State::Working, text(payload, "tool_name")),
        "AfterAgent" => Heard::does(State::Idle, "the turn ended"),
        "Notification" if text(payload, "notification_type") == "ToolPermission" => {
            Heard::does(State::Waiting, wanted(payload))
        }
        _ => Heard::default(),
    };
    Heard {
        session: session(
            payload,
            "session_id",
            event,
            &["SessionStart", "BeforeAgent"],
        ),
        ..heard
    }
}

fn wanted(payload: &Value) -> String {
    let details = payload.get("details").unwrap_or(&Value::Null);
    let what = ["command", "filePath", "fileName", "title"];
    let what = what
        .iter()
        .map(|name| text(details, name))
        .find(|it| !it.is_empty());
    format!(
        "permission: {}",
        operands::line(what.unwrap_or_else(|| text(details, "type")))
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::Untrusted;
    use serde_json::json;

    #[test]
    fn it_tells_what_it_waits_for_and_asks_nothing() {
        let payload = json!({
            "session_id": "g", "notification_type": "ToolPermission",
            "details": { "type": "edit", "filePath": "/x/a", "fileDiff": "+1" }
        });
        let heard = read("Notification", &payload);
        assert_eq!(heard.ask, None);
        assert_eq!(
            heard.state.unwrap(),
            (State::Waiting, Untrusted::new("permission: /x/a"))
        );
        assert_eq!(read("AfterAgent", &json!({})).state.unwrap().0, State::Idle);
    }
}
