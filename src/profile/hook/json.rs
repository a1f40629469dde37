//! Small looks into a hook's JSON, and what Claude's and Codex's have in common.

use serde_json::Value;

use super::Call;
use crate::model::SessionId;

/// The text at a name; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The same, where there is a text that is not empty.
pub(super) fn some_text(value: &Value, name: &str) -> Option<String> {
    let text = text(value, name);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The entries at a name; none where there is no list.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The session of a payload, where its event says which is the program's own, and not that of a part of it.
pub(super) fn session(
    payload: &Value,
    name: &str,
    event: &str,
    telling: &[&str],
) -> Option<SessionId> {
    telling
        .contains(&event)
        .then(|| SessionId::new(text(payload, name)))?
}

/// The call that a payload speaks of. The turn is part of it, so that the same command of an earlier turn is
/// another call; a command stands for its whole input, since programs describe it differently before and after.
pub(super) fn call(payload: &Value, turn: &str) -> Option<Call> {
    let tool = some_text(payload, "tool_name")?;
    let input = payload.get("tool_input")?;
    let input = match input.get("command").and_then(Value::as_str) {
        Some(command) => command.trim_end().to_owned(),
        None => input.to_string(),
    };
    Some(Call::of(&[
        text(payload, "session_id"),
        text(payload, "agent_id"),
        text(payload, turn),
        &tool,
        &input,
    ]))
}
