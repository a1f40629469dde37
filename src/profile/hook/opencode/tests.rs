#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::profile::Hooks;
use crate::profile::hook::{Waits, answer as answer_any, waits};

/// As its plugin event comes, with what ours adds.
fn asked(permission: &str, metadata: Value, args: Value) -> Value {
    json!({
        "id": "per_1", "sessionID": "ses_1", "permission": permission, "patterns": ["touch a"],
        "metadata": metadata, "always": ["touch *"], "tool": { "messageID": "msg_1", "callID": "call_1" },
        "call": { "tool": permission, "args": args }, "cwd": "/home/x/web"
    })
}

fn told(payload: &Value) -> (String, String) {
    let Some((
        _,
        Ask::Permission {
            summary, detail, ..
        },
    )) = read(PERMISSION, payload).ask
    else {
        panic!()
    };
    (summary.raw().to_owned(), detail.raw().to_owned())
}

fn colours() -> Value {
    let options = json!([{ "label": "Red", "description": "red" }, { "label": "Blue", "description": "blue" }]);
    json!({ "id": "que_1", "sessionID": "ses_1", "questions": [
        { "question": "Which colour?", "header": "Colour", "options": options, "multiple": true }
    ] })
}

#[test]
fn a_permission_carries_the_exact_operands() {
    let input = json!({ "command": "touch a &&\n ls", "description": "Touch", "workdir": "/tmp" });
    let bash = asked("bash", json!({ "command": "touch a &&\n ls" }), input);
    let command = "touch a &&\n ls\nworkdir: \"/tmp\"".to_owned();
    assert_eq!(told(&bash), ("touch a && …".to_owned(), command));
    let diff = "--- /x/a\n+++ /x/a\n@@ -0,0 +1 @@\n+hello\n";
    let edit = asked(
        "edit",
        json!({ "filepath": "/x/a", "diff": diff }),
        json!({ "content": "hello" }),
    );
    assert_eq!(
        told(&edit),
        ("edit /x/a".to_owned(), diff.trim_end().to_owned())
    );
    let Some((_, Ask::Permission { tool, cwd, .. })) = read(PERMISSION, &bash).ask else {
        panic!()
    };
    assert_eq!((tool.raw(), cwd.raw()), ("bash", "/home/x/web"));
}

#[test]
fn a_permission_that_is_not_known_by_name_leaves_nothing_out() {
    let mut outside = asked(
        "external_directory",
        json!({ "parentDir": "/etc" }),
        json!({ "filePath": "/etc/a" }),
    );
    outside["patterns"] = json!(["/etc/*", "/usr/*"]);
    let (summary, detail) = told(&outside);
    assert_eq!(summary, "external_directory /etc/*, /usr/*");
    for part in ["/usr/*", "parentDir", "/etc/a"] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    // a file that is made empty has no difference to show
    let empty = asked(
        "edit",
        json!({ "filepath": "/x/a", "diff": "" }),
        json!({ "filePath": "/x/a", "content": "" }),
    );
    assert!(told(&empty).1.contains("\"content\": \"\""));
}

#[test]
fn nothing_but_an_approval_allows_and_it_allows_once() {
    let bash = asked(
        "bash",
        json!({ "command": "ls" }),
        json!({ "command": "ls" }),
    );
    let body = |decision| answer(PERMISSION, &bash, &decision).unwrap();
    assert_eq!(body(Decision::Approve), json!({ "reply": "once" }));
    assert_eq!(
        body(Decision::Reject(" ".into())),
        json!({ "reply": "reject" })
    );
    let words = || "yes".to_owned();
    for other in [
        Decision::Reject(words()),
        Decision::Reply(words()),
        Decision::Redirect(words()),
    ] {
        assert_eq!(body(other), json!({ "reply": "reject", "message": "yes" }));
    }
    assert_eq!(answer(QUESTION, &colours(), &Decision::Approve), None);
    let told = answer_any(
        Hooks::Opencode,
        "permission.replied",
        &bash,
        &Decision::Approve,
    );
    assert_eq!(told, None);
}

#[test]
fn a_question_carries_its_options_and_takes_labels_or_words() {
    let Some((_, Ask::Question { text, options })) = read(QUESTION, &colours()).ask else {
        panic!()
    };
    assert!(text.raw().starts_with("Which colour?\n"), "{text:?}");
    assert_eq!(options, [Untrusted::new("Red"), Untrusted::new("Blue")]);
    let body = |text: &str| answer(QUESTION, &colours(), &Decision::Reply(text.into())).unwrap();
    assert_eq!(body("Blue"), json!({ "answers": [["Blue"]] }));
    assert_eq!(body("Red, Blue"), json!({ "answers": [["Red", "Blue"]] }));
    assert_eq!(
        body("green, please"),
        json!({ "answers": [["green, please"]] })
    );
    let no = answer(QUESTION, &colours(), &Decision::Reject(String::new())).unwrap();
    assert_eq!(no.get("answers"), None);
}

#[test]
fn several_questions_are_answered_in_their_order() {
    let two = json!({ "id": "que_2", "questions": [
        { "question": "Colour?", "options": [{ "label": "Red" }] },
        { "question": "Size?", "options": [{ "label": "Big" }] }
    ] });
    let Some((_, Ask::Question { text, .. })) = read(QUESTION, &two).ask else {
        panic!()
    };
    assert!(
        text.raw().starts_with("1. Colour? (Red)\n2. Size? (Big)\n"),
        "{text:?}"
    );
    let body = |text: &str| answer(QUESTION, &two, &Decision::Reply(text.into())).unwrap();
    assert_eq!(body("Red; Big"), json!({ "answers": [["Red"], ["Big"]] }));
    assert_eq!(
        body("either"),
        json!({ "answers": [["either"], ["either"]] })
    );
}

#[test]
fn what_was_answered_on_its_screen_names_what_was_asked() {
    let (asked, _) = read(
        PERMISSION,
        &asked("bash", json!({ "command": "ls" }), json!(null)),
    )
    .ask
    .unwrap();
    let over =
        |event: &str, id: &str| read(event, &json!({ "sessionID": "ses_1", "requestID": id })).over;
    assert_eq!(
        over("permission.replied", "per_1"),
        Over::Call(asked.clone())
    );
    assert_ne!(over("permission.replied", "per_2"), Over::Call(asked));
    let (question, _) = read(QUESTION, &colours()).ask.unwrap();
    for event in ["question.replied", "question.rejected"] {
        assert_eq!(over(event, "que_1"), Over::Call(question.clone()));
    }
    assert_eq!(read("permission.replied", &json!({})).over, Over::Nothing);
}

#[test]
fn what_goes_on_is_told_with_the_session() {
    let state = |event: &str, payload: Value| read(event, &payload).state.unwrap();
    let prompt = read("chat.message", &json!({ "sessionID": "ses_1" }));
    assert_eq!(prompt.session.unwrap().as_str(), "ses_1");
    assert_eq!(
        (prompt.state.unwrap().0, prompt.over),
        (State::Working, Over::Nothing)
    );
    let tool = json!({ "tool": "write", "args": { "filePath": "/x/a", "content": "1" } });
    let words = Untrusted::new("write: /x/a");
    assert_eq!(state("tool.execute.before", tool), (State::Working, words));
    let status =
        |kind: &str, message: &str| json!({ "status": { "type": kind, "message": message } });
    assert_eq!(
        state("session.status", status("busy", "")).0,
        State::Working
    );
    assert_eq!(
        state("session.status", status("retry", "Rate limit reached")).0,
        State::Limited
    );
    assert_eq!(
        state("session.status", status("retry", "no route")).0,
        State::Working
    );
    let idle = read("session.idle", &json!({ "sessionID": "ses_1" }));
    assert_eq!((idle.state.unwrap().0, idle.over), (State::Idle, Over::All));
}

#[test]
fn an_error_stops_it_and_an_interruption_does_not() {
    let failed = |name: &str, message: &str| {
        let error = json!({ "name": name, "data": { "message": message } });
        let heard = read(
            "session.error",
            &json!({ "sessionID": "ses_1", "error": error }),
        );
        assert_eq!(heard.over, Over::All);
        heard.state.unwrap().0
    };
    assert_eq!(failed("MessageAbortedError", "aborted"), State::Idle);
    assert_eq!(failed("APIError", "invalid key"), State::Stuck);
    assert_eq!(failed("APIError", "Too Many Requests"), State::Limited);
}

#[test]
fn only_what_is_asked_waits() {
    for event in ["permission.asked", "question.asked"] {
        assert_eq!(waits(Hooks::Opencode, event), Waits::ForDecision);
    }
    for event in ["permission.replied", "session.idle", "chat.message", ""] {
        assert_eq!(waits(Hooks::Opencode, event), Waits::No);
    }
    assert_eq!(read("session.diff", &json!({})), Heard::default());
}
