//! Hooks of Claude Code. Its permission hook runs beside the dialog on its screen; either may be answered.

use serde_json::{Map, Value, json};

use super::json::{call, list, session, some_text, text};
use super::operands::{self, Operands};
use super::{Decision, Heard, Over};
use crate::model::{Ask, State, Untrusted};

/// The event that waits for a decision.
pub(super) const DECIDES: &str = "PermissionRequest";

/// The events that are listened to. One that this version of the program does not know is ignored by it.
pub(in crate::profile) const EVENTS: &[&str] = &[
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    DECIDES,
    "PostToolUse",
    "PostToolUseFailure",
    "Notification",
    "Stop",
    "StopFailure",
];

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = match event {
        "UserPromptSubmit" => Heard::does(State::Working, "a prompt was submitted").over(Over::All),
        "PreToolUse" => Heard::does(State::Working, tool_line(payload)),
        DECIDES => Heard {
            ask: call(payload, "prompt_id").zip(ask(payload)),
            ..Heard::default()
        },
        "PostToolUse" | "PostToolUseFailure" => ended(payload),
        "Notification" => notified(payload),
        "Stop" => stopped(payload),
        "StopFailure" => failed(payload),
        _ => Heard::default(),
    };
    Heard {
        session: session(
            payload,
            "session_id",
            event,
            &["SessionStart", "UserPromptSubmit"],
        ),
        ..heard
    }
}

fn tool_line(payload: &Value) -> String {
    let tool = text(payload, "tool_name");
    let input = payload.get("tool_input").unwrap_or(&Value::Null);
    match operands::any(tool, input).summary {
        summary if summary == tool => summary,
        summary => format!("{tool}: {summary}"),
    }
}

fn ended(payload: &Value) -> Heard {
    let over = call(payload, "prompt_id").map_or(Over::Nothing, Over::Call);
    Heard::does(
        State::Working,
        format!("{} ended", text(payload, "tool_name")),
    )
    .over(over)
}

fn notified(payload: &Value) -> Heard {
    match text(payload, "notification_type") {
        "permission_prompt" => Heard::does(State::Waiting, text(payload, "message")),
        "idle_prompt" => Heard::does(State::Idle, text(payload, "message")),
        _ => Heard::default(),
    }
}

/// A turn that ended while sub-agents or commands go on behind it is not at rest.
fn stopped(payload: &Value) -> Heard {
    match list(payload, "background_tasks").len() {
        0 => Heard::does(State::Idle, "the turn ended").over(Over::All),
        tasks => Heard::does(
            State::Working,
            format!("the turn ended, {tasks} in the background"),
        ),
    }
}

fn failed(payload: &Value) -> Heard {
    let error = text(payload, "error");
    let state = match error.contains("rate_limit") || error.contains("overloaded") {
        true => State::Limited,
        false => State::Stuck,
    };
    Heard::does(state, error).over(Over::All)
}

fn ask(payload: &Value) -> Option<Ask> {
    let tool = some_text(payload, "tool_name")?;
    let input = payload.get("tool_input")?;
    if tool == QUESTION {
        return question(input);
    }
    let known = match tool.as_str() {
        "Bash" => operands::command(input),
        "Write" => operands::write(input),
        "Edit" | "MultiEdit" => operands::edit(input),
        PLAN => plan(input),
        _ => None,
    };
    let Operands { summary, detail } = known.unwrap_or_else(|| operands::any(&tool, input));
    Some(Ask::Permission {
        tool: Untrusted::new(tool),
        summary: Untrusted::new(summary),
        detail: Untrusted::new(detail),
        cwd: Untrusted::new(text(payload, "cwd")),
    })
}

const QUESTION: &str = "AskUserQuestion";
const PLAN: &str = "ExitPlanMode";

fn plan(input: &Value) -> Option<Operands> {
    Some(Operands {
        summary: "go ahead with this plan".to_owned(),
        detail: some_text(input, "plan")?,
    })
}

/// One question with its options; several are told with theirs, to be answered in their order.
fn question(input: &Value) -> Option<Ask> {
    match list(input, "questions") {
        [] => None,
        [one] => {
            let several = one.get("multiSelect").and_then(Value::as_bool) == Some(true);
            let more = if several {
                "\n(several, with commas between)"
            } else {
                ""
            };
            Some(Ask::Question {
                text: Untrusted::new(format!("{}{more}", some_text(one, "question")?)),
                options: labels(one).into_iter().map(Untrusted::new).collect(),
            })
        }
        several => {
            let told = several.iter().enumerate().map(|(at, one)| {
                let options = labels(one).join(" · ");
                format!("{}. {} ({options})", at + 1, text(one, "question"))
            });
            let told: Vec<String> = told.collect();
            Some(Ask::Question {
                text: Untrusted::new(format!(
                    "{}\n(answer in this order, with ; between)",
                    told.join("\n")
                )),
                options: Vec::new(),
            })
        }
    }
}

fn labels(question: &Value) -> Vec<&str> {
    list(question, "options")
        .iter()
        .map(|option| text(option, "label"))
        .collect()
}

/// A question and a plan are only taken as answered with the input they were asked with.
pub(super) fn answer(payload: &Value, decision: &Decision) -> Option<Value> {
    let input = payload.get("tool_input")?;
    let decided = match (decision, text(payload, "tool_name")) {
        (Decision::Approve, QUESTION) => return None,
        (Decision::Approve, PLAN) => json!({ "behavior": "allow", "updatedInput": {} }),
        (Decision::Approve, _) => json!({ "behavior": "allow" }),
        (Decision::Reply(text), QUESTION) => {
            json!({ "behavior": "allow", "updatedInput": answered(input, text) })
        }
        (Decision::Reply(text) | Decision::Redirect(text), _) => denied(text),
        (Decision::Reject(reason), _) if reason.trim().is_empty() => {
            json!({ "behavior": "deny", "message": "The operator rejected this.", "interrupt": true })
        }
        (Decision::Reject(reason), _) => denied(reason),
    };
    Some(json!({ "hookSpecificOutput": { "hookEventName": DECIDES, "decision": decided } }))
}

/// The model is told; the turn goes on.
fn denied(why: &str) -> Value {
    json!({ "behavior": "deny", "message": why })
}

/// Every question with its answer: each its own where as many were written as asked, else all the same.
fn answered(input: &Value, text: &str) -> Value {
    let questions = list(input, "questions");
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    let answers: Map<String, Value> = questions
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let own = match parts.len() == questions.len() {
                true => parts.get(at).copied().unwrap_or(text),
                false => text,
            };
            (self::text(one, "question").to_owned(), Value::from(own))
        })
        .collect();
    json!({ "questions": questions, "answers": answers })
}

#[cfg(test)]
mod tests;
