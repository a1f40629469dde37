#![allow(clippy::unwrap_used, clippy::panic)]
use serde_json::json;

use super::*;
use crate::profile::Hooks;
use crate::profile::hook::{Waits, read as read_any, waits};

/// What every hook of this program carries.
fn payload(event: &str, more: Value) -> Value {
    let mut payload = json!({
        "session_id": "1301e33a-ba59-4906-9926-56ba66a89e7e",
        "transcript_path": "/home/x/.claude/projects/-home-x-web/1301e33a.jsonl",
        "cwd": "/home/x/web",
        "prompt_id": "a14c3d08-15b4-454d-870a-28072954c58b",
        "permission_mode": "default",
        "hook_event_name": event
    });
    let fields = payload.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    payload
}

fn asks(tool: &str, input: Value) -> Ask {
    let payload = payload(DECIDES, json!({ "tool_name": tool, "tool_input": input }));
    read(DECIDES, &payload).ask.unwrap().1
}

fn tool(event: &str, tool: &str, input: Value) -> Heard {
    let payload = payload(
        event,
        json!({ "tool_name": tool, "tool_input": input, "tool_use_id": "toolu_1" }),
    );
    read(event, &payload)
}

fn told(tool: &str, input: Value) -> (String, String) {
    let Ask::Permission {
        summary, detail, ..
    } = asks(tool, input)
    else {
        panic!()
    };
    (summary.raw().to_owned(), detail.raw().to_owned())
}

fn answered_with(tool: &str, input: Value, decision: &Decision) -> Option<Value> {
    let payload = payload(DECIDES, json!({ "tool_name": tool, "tool_input": input }));
    let mut answer = answer(&payload, decision)?;
    assert_eq!(
        answer["hookSpecificOutput"]["hookEventName"],
        "PermissionRequest"
    );
    Some(answer["hookSpecificOutput"]["decision"].take())
}

fn colours() -> Value {
    json!({ "questions": [{
        "question": "Which colour should the header be?", "header": "Colour", "multiSelect": false,
        "options": [{ "label": "Red", "description": "use red" }, { "label": "Blue", "description": "use blue" }]
    }] })
}

#[test]
fn a_permission_carries_the_exact_operands() {
    let command = "rm -rf build &&\n ls";
    assert_eq!(
        told(
            "Bash",
            json!({ "command": command, "description": "Clean", "run_in_background": false })
        ),
        ("rm -rf build && …".to_owned(), command.to_owned())
    );
    let (summary, detail) = told("Write", json!({ "file_path": "/x/a", "content": "1\n2\n" }));
    assert_eq!(
        (summary.as_str(), detail.as_str()),
        ("write /x/a (2 lines)", "+++ /x/a\n+1\n+2\n")
    );
    let (summary, detail) = told("WebFetch", json!({ "url": "http://x/", "prompt": "read" }));
    assert_eq!(summary, "http://x/");
    assert!(detail.contains("\"prompt\": \"read\""), "{detail}");
    let Ask::Permission { tool, cwd, .. } = asks("Bash", json!({ "command": "ls" })) else {
        panic!()
    };
    assert_eq!((tool.raw(), cwd.raw()), ("Bash", "/home/x/web"));
}

#[test]
fn a_question_carries_its_options_and_its_answer_goes_back_under_its_words() {
    let Ask::Question { text, options } = asks(QUESTION, colours()) else {
        panic!()
    };
    assert_eq!(text.raw(), "Which colour should the header be?");
    assert_eq!(options, [Untrusted::new("Red"), Untrusted::new("Blue")]);
    let answer = answered_with(QUESTION, colours(), &Decision::Reply("Blue".into())).unwrap();
    assert_eq!(answer["behavior"], "allow");
    assert_eq!(
        answer["updatedInput"]["answers"],
        json!({ "Which colour should the header be?": "Blue" })
    );
    assert_eq!(answer["updatedInput"]["questions"], colours()["questions"]);
}

#[test]
fn several_questions_are_answered_in_their_order() {
    let two = json!({ "questions": [
        { "question": "Colour?", "options": [{ "label": "Red" }] },
        { "question": "Size?", "options": [{ "label": "Big" }] }
    ] });
    let Ask::Question { text, options } = asks(QUESTION, two.clone()) else {
        panic!()
    };
    assert!(
        text.raw().starts_with("1. Colour? (Red)\n2. Size? (Big)"),
        "{text:?}"
    );
    assert!(options.is_empty());
    let answer = answered_with(QUESTION, two, &Decision::Reply("Red; Big".into())).unwrap();
    assert_eq!(
        answer["updatedInput"]["answers"],
        json!({ "Colour?": "Red", "Size?": "Big" })
    );
}

#[test]
fn a_plan_is_a_permission_that_is_given_with_its_input() {
    let (summary, detail) = told(PLAN, json!({ "plan": "1. Write it\n2. Check it" }));
    assert_eq!(
        (summary.as_str(), detail.as_str()),
        ("go ahead with this plan", "1. Write it\n2. Check it")
    );
    let answer = answered_with(PLAN, json!({ "plan": "x" }), &Decision::Approve).unwrap();
    assert_eq!(answer, json!({ "behavior": "allow", "updatedInput": {} }));
}

#[test]
fn a_rejection_with_a_reason_lets_the_turn_go_on_and_one_without_ends_it() {
    let ls = || json!({ "command": "ls" });
    let reason = answered_with("Bash", ls(), &Decision::Reject("use printf".into())).unwrap();
    assert_eq!(
        reason,
        json!({ "behavior": "deny", "message": "use printf" })
    );
    let none = answered_with("Bash", ls(), &Decision::Reject(" ".into())).unwrap();
    assert_eq!(
        (&none["behavior"], &none["interrupt"]),
        (&json!("deny"), &json!(true))
    );
    let other = answered_with("Bash", ls(), &Decision::Redirect("do the tests".into())).unwrap();
    assert_eq!(
        other,
        json!({ "behavior": "deny", "message": "do the tests" })
    );
}

#[test]
fn nothing_but_an_approval_allows() {
    let allow = |tool: &str, input: Value, decision: Decision| {
        answered_with(tool, input, &decision).is_some_and(|answer| answer["behavior"] == "allow")
    };
    let ls = || json!({ "command": "ls" });
    assert!(allow("Bash", ls(), Decision::Approve));
    assert!(!allow("Bash", ls(), Decision::Reply("yes".into())));
    assert!(!allow("Bash", ls(), Decision::Redirect("yes".into())));
    assert!(!allow("Bash", ls(), Decision::Reject("yes".into())));
    assert!(!allow(QUESTION, colours(), Decision::Approve));
}

#[test]
fn the_end_of_a_call_names_the_call_that_was_asked_about() {
    let input = || json!({ "command": "ls", "description": "List" });
    let (asked, _) = tool(DECIDES, "Bash", input()).ask.unwrap();
    assert_eq!(
        tool("PostToolUse", "Bash", input()).over,
        Over::Call(asked.clone())
    );
    assert_eq!(
        tool("PostToolUseFailure", "Bash", input()).over,
        Over::Call(asked.clone())
    );
    let Over::Call(other) = tool("PostToolUse", "Bash", json!({ "command": "ls -l" })).over else {
        panic!()
    };
    assert_ne!(other, asked);
    let child = payload(
        DECIDES,
        json!({ "tool_name": "Bash", "tool_input": input(), "agent_id": "ae35" }),
    );
    assert_ne!(read(DECIDES, &child).ask.unwrap().0, asked);
}

#[test]
fn a_turns_end_is_rest_only_where_nothing_goes_on_behind_it() {
    let end = |tasks: Value| {
        read(
            "Stop",
            &payload("Stop", json!({ "background_tasks": tasks })),
        )
    };
    assert_eq!(end(json!([])).state.unwrap().0, State::Idle);
    assert_eq!(end(json!([])).over, Over::All);
    let busy = end(json!([{ "id": "b1" }]));
    assert_eq!(
        (busy.state.unwrap().0, busy.over),
        (State::Working, Over::Nothing)
    );
}

#[test]
fn what_goes_on_is_told_with_the_session() {
    let heard = read("UserPromptSubmit", &payload("UserPromptSubmit", json!({})));
    assert_eq!(
        heard.session.unwrap().as_str(),
        "1301e33a-ba59-4906-9926-56ba66a89e7e"
    );
    assert_eq!(heard.state.unwrap().0, State::Working);
    let heard = tool("PreToolUse", "Bash", json!({ "command": "ls" }));
    assert_eq!(
        heard.state.unwrap(),
        (State::Working, Untrusted::new("Bash: ls"))
    );
    let limit = read(
        "StopFailure",
        &payload("StopFailure", json!({ "error": "rate_limit" })),
    );
    assert_eq!(limit.state.unwrap().0, State::Limited);
    let prompt = json!({ "notification_type": "permission_prompt", "message": "Claude needs your permission" });
    assert_eq!(
        read("Notification", &payload("Notification", prompt))
            .state
            .unwrap()
            .0,
        State::Waiting
    );
}

#[test]
fn only_the_permission_hook_waits() {
    for event in EVENTS {
        let waits = waits(Hooks::Claude, event) == Waits::ForDecision;
        assert_eq!(waits, *event == DECIDES, "{event}");
    }
    assert_eq!(
        read_any(Hooks::Claude, "MessageDisplay", &json!({})),
        Heard::default()
    );
}
