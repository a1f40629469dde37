//! Hooks of agent programs: what their JSON says, and the JSON in which they take an answer. Pure.
//!
//! Must not decide anything. What it does not understand says nothing, and is answered with nothing: the
//! program then asks by itself.

mod claude;
mod codex;
mod copilot;
mod gemini;
mod json;
mod opencode;
mod operands;
mod qwen;
pub mod status_line;
pub mod usage;

pub(super) use self::claude::EVENTS as CLAUDE;
pub(super) use self::codex::EVENTS as CODEX;
pub(super) use self::copilot::EVENTS as COPILOT;
pub(super) use self::gemini::EVENTS as GEMINI;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Hooks;
use crate::model::{Ask, SessionId, State, Untrusted};

/// What a hook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What the program calls its session.
    pub session: Option<SessionId>,
    /// What it asks. The hook waits for the answer.
    pub ask: Option<(Call, Ask)>,
    /// What it does now, and in its words.
    pub state: Option<(State, Untrusted)>,
    /// What does not wait for an answer any more, whatever was asked about it before.
    pub over: Over,
}

/// One call of one tool: a hook that asks about it and one that tells of its end name the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call(String);

/// What a hook shows to be answered: by us, or in the program itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// Nothing.
    #[default]
    Nothing,
    /// This call.
    Call(Call),
    /// Everything that this program asked.
    All,
}

/// Whether whoever runs a hook waits for what it prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Until a person decided.
    ForDecision,
    /// Not at all.
    No,
}

/// A decision in neutral words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, once.
    Approve,
    /// No; the reason may be empty.
    Reject(String),
    /// The answer to a question.
    Reply(String),
    /// Not this, but what these words say.
    Redirect(String),
}

impl Decision {
    /// As the agent socket says it. None for what is no decision.
    pub fn said(word: &str, text: String) -> Option<Self> {
        match word {
            "approve" => Some(Self::Approve),
            "reject" => Some(Self::Reject(text)),
            "reply" => Some(Self::Reply(text)),
            "redirect" => Some(Self::Redirect(text)),
            _ => None,
        }
    }
}

impl Hooks {
    /// By the word that stands in a hook's command line.
    pub fn named(word: &str) -> Self {
        match word {
            "claude" => Self::Claude,
            "codex" => Self::Codex,
            "gemini" => Self::Gemini,
            "qwen" => Self::Qwen,
            "copilot" => Self::Copilot,
            "opencode" => Self::Opencode,
            _ => Self::None,
        }
    }
}

/// Whether this event of this program waits for a decision.
pub fn waits(hooks: Hooks, event: &str) -> Waits {
    let decides = match hooks {
        Hooks::Claude | Hooks::Qwen => event == claude::DECIDES,
        Hooks::Codex => event == codex::DECIDES,
        Hooks::Copilot => event == copilot::DECIDES,
        Hooks::Opencode => opencode::DECIDES.contains(&event),
        Hooks::Gemini | Hooks::None => false,
    };
    if decides {
        Waits::ForDecision
    } else {
        Waits::No
    }
}

/// What a hook's JSON says.
pub fn read(hooks: Hooks, event: &str, payload: &Value) -> Heard {
    match hooks {
        Hooks::Claude => claude::read(event, payload),
        Hooks::Codex => codex::read(event, payload),
        Hooks::Gemini => gemini::read(event, payload),
        Hooks::Copilot => copilot::read(event, payload),
        Hooks::Qwen => qwen::read(event, payload),
        Hooks::Opencode => opencode::read(event, payload),
        Hooks::None => Heard::default(),
    }
}

/// The decision in the program's own JSON. None: nothing is printed, and the program asks by itself.
pub fn answer(hooks: Hooks, event: &str, payload: &Value, decision: &Decision) -> Option<String> {
    if waits(hooks, event) == Waits::No {
        return None;
    }
    let said = match hooks {
        Hooks::Claude => claude::answer(payload, decision),
        Hooks::Qwen => qwen::answer(payload, decision),
        Hooks::Codex => codex::answer(decision),
        Hooks::Copilot => copilot::answer(decision),
        Hooks::Opencode => opencode::answer(event, payload, decision),
        Hooks::Gemini | Hooks::None => return None,
    };
    Some(said?.to_string())
}

/// A hook's JSON without what is never read here: what a tool gave back may be megabytes.
pub fn without_results(mut payload: Value) -> Value {
    const RESULTS: [&str; 6] = [
        "tool_response",
        "toolResult",
        "tool_result",
        "last_assistant_message",
        "prompt",
        "permission_suggestions",
    ];
    if let Some(fields) = payload.as_object_mut() {
        for name in RESULTS {
            fields.remove(name);
        }
    }
    payload
}

impl Call {
    /// Of everything that names it.
    fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(
            hash.finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

impl Heard {
    fn does(state: State, detail: impl Into<String>) -> Self {
        Self {
            state: Some((state, Untrusted::new(detail))),
            ..Self::default()
        }
    }

    fn over(self, over: Over) -> Self {
        Self { over, ..self }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_understood_says_nothing_and_is_answered_with_nothing() {
        let odd = json!({ "hook_event_name": "PermissionRequest", "tool_name": 7 });
        for hooks in [
            Hooks::Claude,
            Hooks::Codex,
            Hooks::Gemini,
            Hooks::Copilot,
            Hooks::Opencode,
            Hooks::None,
        ] {
            for event in [
                "PermissionRequest",
                "permissionRequest",
                "permission.asked",
                "SomethingNew",
                "",
            ] {
                for payload in [&odd, &json!(null), &json!([1]), &json!("x")] {
                    assert_eq!(read(hooks, event, payload).ask, None, "{hooks:?} {event}");
                }
            }
        }
        assert_eq!(
            answer(Hooks::Gemini, "BeforeTool", &odd, &Decision::Approve),
            None
        );
        assert_eq!(
            answer(Hooks::Claude, "PreToolUse", &odd, &Decision::Approve),
            None
        );
    }

    #[test]
    fn an_answer_of_another_kind_of_room_is_no_decision() {
        assert_eq!(Decision::said("withdrawn", String::new()), None);
        assert_eq!(Decision::said("", String::new()), None);
    }

    #[test]
    fn what_a_tool_gave_back_does_not_travel() {
        let slim = without_results(json!({ "tool_name": "Bash", "tool_response": "x" }));
        assert_eq!(slim, json!({ "tool_name": "Bash" }));
    }
}
