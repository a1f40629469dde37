//! Hooks of opencode: what our plugin tells of its events. Its dialog stands on its screen while a hook waits.
//!
//! What is decided is the body that its own server takes as an answer; the plugin sends it there.

use serde_json::{Value, json};

use super::json::{list, session, some_text, text};
use super::operands::{self, Operands};
use super::{Call, Decision, Heard, Over};
use crate::model::{Ask, State, Untrusted};

const PERMISSION: &str = "permission.asked";
const QUESTION: &str = "question.asked";

/// The events that wait for a decision.
pub(super) const DECIDES: [&str; 2] = [PERMISSION, QUESTION];

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = match event {
        // a prompt that comes while a turn goes on is queued: what it asked still waits
        "chat.message" => Heard::does(State::Working, "a prompt was submitted"),
        "tool.execute.before" => Heard::does(State::Working, tool_line(payload)),
        "session.status" => goes_on(payload.get("status").unwrap_or(&Value::Null)),
        PERMISSION => asks(payload, permission),
        QUESTION => asks(payload, question),
        "permission.replied" | "question.replied" | "question.rejected" => {
            let call = some_text(payload, "requestID").map(|id| Call::of(&[&id]));
            Heard::default().over(call.map_or(Over::Nothing, Over::Call))
        }
        "session.idle" => Heard::does(State::Idle, "the turn ended").over(Over::All),
        "session.error" => failed(payload.get("error").unwrap_or(&Value::Null)),
        _ => Heard::default(),
    };
    Heard {
        session: session(payload, "sessionID", event, &["chat.message"]),
        ..heard
    }
}

fn tool_line(payload: &Value) -> String {
    let tool = text(payload, "tool");
    let args = named(payload.get("args").unwrap_or(&Value::Null));
    match operands::any(tool, &args).summary {
        summary if summary == tool => summary,
        summary => format!("{tool}: {summary}"),
    }
}

fn goes_on(status: &Value) -> Heard {
    let message = text(status, "message");
    match text(status, "type") {
        "busy" => Heard::does(State::Working, "a turn goes on"),
        "retry" if is_limit(message) => Heard::does(State::Limited, message),
        "retry" => Heard::does(State::Working, format!("tries again: {message}")),
        _ => Heard::default(),
    }
}

fn is_limit(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let words = [
        "rate limit",
        "usage limit",
        "too many requests",
        "overloaded",
    ];
    words.iter().any(|word| message.contains(word))
}

/// A turn that ended with an error; a person who interrupts it is none.
fn failed(error: &Value) -> Heard {
    let name = text(error, "name");
    let said = error.get("data").map_or(name, |data| text(data, "message"));
    let heard = match name {
        "MessageAbortedError" => Heard::does(State::Idle, "the turn was interrupted"),
        _ if is_limit(said) => Heard::does(State::Limited, said),
        _ => Heard::does(State::Stuck, if said.is_empty() { name } else { said }),
    };
    heard.over(Over::All)
}

fn asks(payload: &Value, read: fn(&Value) -> Option<Ask>) -> Heard {
    let call = some_text(payload, "id").map(|id| Call::of(&[&id]));
    Heard {
        ask: call.zip(read(payload)),
        ..Heard::default()
    }
}

fn permission(payload: &Value) -> Option<Ask> {
    let tool = some_text(payload, "permission")?;
    let metadata = payload.get("metadata").unwrap_or(&Value::Null);
    let args = payload.get("call").and_then(|call| call.get("args"));
    let known = match tool.as_str() {
        "bash" => operands::command(args.unwrap_or(metadata)),
        "edit" => operands::diff(&json!({
            "file_path": text(metadata, "filepath"), "diff": text(metadata, "diff")
        })),
        _ => None,
    };
    let Operands { summary, detail } = known.unwrap_or_else(|| in_full(&tool, payload));
    Some(Ask::Permission {
        tool: Untrusted::new(tool),
        summary: Untrusted::new(summary),
        detail: Untrusted::new(detail),
        cwd: Untrusted::new(text(payload, "cwd")),
    })
}

/// What a permission is for, and everything that is known of the call that needs it.
fn in_full(permission: &str, payload: &Value) -> Operands {
    let patterns = list(payload, "patterns").iter().filter_map(Value::as_str);
    let patterns: Vec<&str> = patterns.collect();
    let none = Value::Null;
    let part = |name: &str| payload.get(name).unwrap_or(&none);
    let all = json!({ "patterns": patterns, "metadata": part("metadata"), "call": part("call") });
    Operands {
        summary: operands::line(&format!("{permission} {}", patterns.join(", "))),
        detail: serde_json::to_string_pretty(&all).unwrap_or_default(),
    }
}

/// Its operands under the names that other programs have for them.
fn named(args: &Value) -> Value {
    let mut args = args.clone();
    if let Some(fields) = args.as_object_mut()
        && let Some(path) = fields.remove("filePath")
    {
        fields.insert("file_path".to_owned(), path);
    }
    args
}

/// One question with its options; several are told with theirs, to be answered in their order.
fn question(payload: &Value) -> Option<Ask> {
    let (text, options) = match list(payload, "questions") {
        [] => return None,
        [one] => {
            let several = one.get("multiple").and_then(Value::as_bool) == Some(true);
            let more = if several {
                "\n(several, with commas between)"
            } else {
                ""
            };
            (
                format!("{}{more}", some_text(one, "question")?),
                labels(one),
            )
        }
        several => {
            let told = several.iter().enumerate().map(|(at, one)| {
                let options = labels(one).join(" · ");
                format!("{}. {} ({options})\n", at + 1, text(one, "question"))
            });
            let told: String = told.collect();
            (
                format!("{told}(answer in this order, with ; between)"),
                Vec::new(),
            )
        }
    };
    Some(Ask::Question {
        text: Untrusted::new(text),
        options: options.into_iter().map(Untrusted::new).collect(),
    })
}

fn labels(question: &Value) -> Vec<&str> {
    let options = list(question, "options").iter();
    options.map(|option| text(option, "label")).collect()
}

/// The body of the answer. A question that gets no answer is turned down, and the turn ends.
pub(super) fn answer(event: &str, payload: &Value, decision: &Decision) -> Option<Value> {
    let is_question = event == QUESTION;
    Some(match decision {
        Decision::Approve if is_question => return None,
        Decision::Approve => json!({ "reply": "once" }),
        Decision::Reject(why) if why.trim().is_empty() => json!({ "reply": "reject" }),
        Decision::Reject(why) | Decision::Reply(why) | Decision::Redirect(why) => match is_question
        {
            true => json!({ "answers": answers(payload, why) }),
            false => json!({ "reply": "reject", "message": why }),
        },
    })
}

/// What is chosen, for every question: its own where as many were written as asked, else all the same.
fn answers(payload: &Value, text: &str) -> Vec<Vec<String>> {
    let questions = list(payload, "questions");
    let parts: Vec<&str> = text.split(';').collect();
    let own = |at: usize| match parts.len() == questions.len() {
        true => parts.get(at).copied().unwrap_or(text),
        false => text,
    };
    let chosen = questions
        .iter()
        .enumerate()
        .map(|(at, one)| chosen(one, own(at).trim()));
    chosen.collect()
}

/// Several labels, where every part between commas is one; else the words as they are.
fn chosen(question: &Value, text: &str) -> Vec<String> {
    let labels = labels(question);
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    match parts.len() > 1 && parts.iter().all(|part| labels.contains(part)) {
        true => parts.into_iter().map(str::to_owned).collect(),
        false => vec![text.to_owned()],
    }
}

#[cfg(test)]
mod tests;
