//! Hooks of Codex. Its permission hook runs before its dialog: while it waits, the program believes that it works.

use serde_json::{Value, json};

use super::json::{call, session, some_text, text};
use super::operands::{self, Operands};
use super::{Decision, Heard, Over};
use crate::model::{Ask, State, Untrusted};

/// The event that waits for a decision.
pub(super) const DECIDES: &str = "PermissionRequest";

/// An event and how the program calls it where it keeps what is trusted.
#[derive(Clone, Copy, Debug)]
pub(in crate::profile) struct Event {
    pub name: &'static str,
    pub key: &'static str,
}

/// The events that are listened to.
pub(in crate::profile) const EVENTS: &[Event] = &[
    event("SessionStart", "session_start"),
    event("UserPromptSubmit", "user_prompt_submit"),
    event("PreToolUse", "pre_tool_use"),
    event(DECIDES, "permission_request"),
    event("PostToolUse", "post_tool_use"),
    event("Stop", "stop"),
    event("Interrupt", "interrupt"),
];

const fn event(name: &'static str, key: &'static str) -> Event {
    Event { name, key }
}

pub(super) fn read(event: &str, payload: &Value) -> Heard {
    let heard = match event {
        // a prompt that comes while a turn goes on steers it: what it asked still waits
        "UserPromptSubmit" => Heard::does(State::Working, "a prompt was submitted"),
        "PreToolUse" => Heard::does(State::Working, tool_line(payload)),
        DECIDES => Heard {
            ask: call(payload, "turn_id").zip(ask(payload)),
            ..Heard::default()
        },
        "PostToolUse" => {
            let over = call(payload, "turn_id").map_or(Over::Nothing, Over::Call);
            Heard::does(
                State::Working,
                format!("{} ended", text(payload, "tool_name")),
            )
            .over(over)
        }
        "Stop" => Heard::does(State::Idle, "the turn ended").over(Over::All),
        "Interrupt" => Heard::does(State::Idle, "the turn was interrupted").over(Over::All),
        _ => Heard::default(),
    };
    Heard {
        session: session(payload, "session_id", event, &["SessionStart"]),
        ..heard
    }
}

fn tool_line(payload: &Value) -> String {
    let tool = text(payload, "tool_name");
    let input = payload.get("tool_input").unwrap_or(&Value::Null);
    match tool {
        PATCH => operands::patch(text(input, "command")).summary,
        _ => format!("{tool}: {}", operands::any(tool, input).summary),
    }
}

const PATCH: &str = "apply_patch";

fn ask(payload: &Value) -> Option<Ask> {
    let tool = some_text(payload, "tool_name")?;
    let input = payload.get("tool_input")?;
    let known = match tool.as_str() {
        PATCH => some_text(input, "command").map(|patch| operands::patch(&patch)),
        _ => operands::command(input),
    };
    let Operands { summary, detail } = known.unwrap_or_else(|| operands::any(&tool, input));
    Some(Ask::Permission {
        tool: Untrusted::new(tool),
        summary: Untrusted::new(summary),
        detail: Untrusted::new(detail),
        cwd: Untrusted::new(text(payload, "cwd")),
    })
}

/// It takes yes, or no with words. It refuses an answer with anything else in it.
pub(super) fn answer(decision: &Decision) -> Option<Value> {
    let decided = match decision {
        Decision::Approve => json!({ "behavior": "allow" }),
        Decision::Reject(why) if why.trim().is_empty() => denied("The operator rejected this."),
        Decision::Reject(why) | Decision::Reply(why) | Decision::Redirect(why) => denied(why),
    };
    Some(json!({ "hookSpecificOutput": { "hookEventName": DECIDES, "decision": decided } }))
}

fn denied(why: &str) -> Value {
    json!({ "behavior": "deny", "message": why })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn payload(event: &str, tool: &str, input: Value) -> Value {
        json!({
            "session_id": "01a1fc6d", "turn_id": "01a1fc6e", "cwd": "/home/x/web",
            "hook_event_name": event, "model": "gpt-5.5", "permission_mode": "default",
            "tool_name": tool, "tool_input": input
        })
    }

    const ADDS: &str = "*** Begin Patch\n*** Add File: /home/x/web/a\n+hello\n*** End Patch";

    #[test]
    fn a_patch_is_asked_about_in_full_and_its_end_names_it() {
        let asked = read(
            DECIDES,
            &payload(DECIDES, PATCH, json!({ "command": ADDS })),
        )
        .ask;
        let (
            call,
            Ask::Permission {
                summary, detail, ..
            },
        ) = asked.unwrap()
        else {
            panic!()
        };
        assert_eq!((summary.raw(), detail.raw()), ("edit /home/x/web/a", ADDS));
        let line_end = json!({ "command": format!("{ADDS}\n") });
        let ended = read("PostToolUse", &payload("PostToolUse", PATCH, line_end));
        assert_eq!(ended.over, Over::Call(call));
    }

    #[test]
    fn a_command_is_asked_about_with_its_operands() {
        let input = json!({ "command": "make > log", "description": "Allow writing outside?" });
        let asked = read(DECIDES, &payload(DECIDES, "Bash", input)).ask;
        let (call, Ask::Permission { tool, detail, .. }) = asked.unwrap() else {
            panic!()
        };
        assert_eq!((tool.raw(), detail.raw()), ("Bash", "make > log"));
        let ended = payload("PostToolUse", "Bash", json!({ "command": "make > log" }));
        assert_eq!(read("PostToolUse", &ended).over, Over::Call(call));
    }

    #[test]
    fn its_answers_hold_nothing_that_it_refuses() {
        let decided = |decision: Decision| {
            answer(&decision).unwrap()["hookSpecificOutput"]["decision"].clone()
        };
        assert_eq!(decided(Decision::Approve), json!({ "behavior": "allow" }));
        assert_eq!(
            decided(Decision::Reject("no".into())),
            json!({ "behavior": "deny", "message": "no" })
        );
        for other in [
            Decision::Reject(String::new()),
            Decision::Redirect("x".into()),
            Decision::Reply("yes".into()),
        ] {
            assert_eq!(decided(other)["behavior"], "deny");
        }
    }

    #[test]
    fn a_prompt_that_steers_a_turn_takes_nothing_back_and_an_interruption_does() {
        let prompt = json!({ "session_id": "1", "prompt": "x" });
        assert_eq!(read("UserPromptSubmit", &prompt).over, Over::Nothing);
        let interrupted = read("Interrupt", &prompt);
        assert_eq!(
            (interrupted.over, interrupted.state.unwrap().0),
            (Over::All, State::Idle)
        );
        assert_eq!(read("Stop", &prompt).state.unwrap().0, State::Idle);
    }
}
