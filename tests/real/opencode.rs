//! Opencode. Its dialog stands on its screen while a hook waits that our plugin runs.

use std::path::{Path, PathBuf};

use opsroom::model::{Ask, Redirect, Request, State, Untrusted, Verdict};
use serde_json::json;

use crate::model::{Call, call};
use crate::stage::{Program, Stage, installed};

/// A provider that is the stand-in, and a person who wants to be asked.
fn home(home: &Path, port: u16) {
    let settings = json!({
        "provider": { "local": {
            "npm": "@ai-sdk/openai-compatible", "name": "local",
            "options": { "baseURL": format!("http://127.0.0.1:{port}/v1"), "apiKey": "sk-test" },
            "models": { "stand-in": { "name": "stand-in", "tool_call": true } }
        } },
        "model": "local/stand-in",
        "permission": { "edit": "ask", "bash": "ask" },
        "autoupdate": false
    });
    let folder = home.join(".config/opencode");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("opencode.json"), settings.to_string()).unwrap();
    // what it would fetch from the network for plugins that import it, and wait for: ours does not
    let locked = json!({ "packages": { "": { "dependencies": { "@opencode-ai/plugin": "*" } } } });
    std::fs::create_dir(folder.join("node_modules")).unwrap();
    std::fs::write(folder.join("package-lock.json"), locked.to_string()).unwrap();
}

fn opencode(path: PathBuf) -> impl FnOnce(&Path, &Path, u16) -> Program {
    move |at, _, port| {
        home(at, port);
        Program {
            profile: "opencode",
            path,
            arguments: Vec::new(),
            env: vec![
                ("OPENCODE_DISABLE_MODELS_FETCH", "1".into()),
                ("OPENCODE_DISABLE_LSP_DOWNLOAD", "1".into()),
            ],
        }
    }
}

fn write(room: &Path) -> Vec<Call> {
    let file = room.join("hello.txt").display().to_string();
    vec![call(
        "write",
        json!({ "filePath": file, "content": "hello\nyou\n" }),
    )]
}

fn touch(room: &Path) -> Vec<Call> {
    let command = format!("touch {}", room.join("touched").display());
    vec![call(
        "bash",
        json!({ "command": command, "description": "Touch a file" }),
    )]
}

fn told(request: &Request) -> (&str, &str) {
    match &request.ask {
        Ask::Permission { tool, detail, .. } => (tool.raw(), detail.raw()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(write, opencode(path)).await;
    let request = stage.is_asked().await;
    let (tool, diff) = told(&request);
    assert_eq!(tool, "edit");
    assert!(diff.contains("\n+hello\n+you"), "{diff}");
    assert_eq!(stage.file("hello.txt"), None);
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    assert!(stage.agent().session.is_some());
    eprintln!("opencode, approved: {:?}", stage.states());
    let shown: Vec<State> = stage
        .states()
        .iter()
        .filter(|state| **state != State::Unknown)
        .cloned()
        .collect();
    // Between the approval and its rest it works for a moment that may be too short to be told.
    let asked = [State::Working, State::Waiting];
    assert!(
        shown.windows(2).any(|pair| pair == asked) && shown.last() == Some(&State::Idle),
        "{shown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_is_told_why_it_may_not_and_goes_on() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(touch, opencode(path)).await;
    let request = stage.is_asked().await;
    let touched = stage.house.paths.folder.join("touched");
    let command = format!("touch {}", touched.display());
    assert_eq!(told(&request), ("bash", command.as_str()));
    let reason = "this folder is frozen until noon".to_owned();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.model_hears("this folder is frozen until noon").await;
    // what it says is drawn a moment after its hook tells that the turn ended
    stage
        .until("its last words", |stage| {
            stage.screen().contains("All done.")
        })
        .await;
    stage.rests().await;
    assert!(!touched.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_is_redirected_with_words() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(touch, opencode(path)).await;
    let request = stage.is_asked().await;
    let text = "write the tests first".to_owned();
    stage
        .alice
        .decides(&request, Verdict::Redirect(Redirect::Direction { text }))
        .await;
    stage.model_hears("write the tests first").await;
    stage.rests().await;
    assert!(!stage.house.paths.folder.join("touched").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_ends_its_turn_where_it_is_rejected_without_a_word() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(touch, opencode(path)).await;
    let request = stage.is_asked().await;
    let reason = String::new();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.rests().await;
    let heard = stage.model.heard();
    assert_eq!(heard.lines().count(), 1, "{heard}");
    assert!(!stage.house.paths.folder.join("touched").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_gets_the_answer_to_its_question() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let question = |_: &Path| {
        vec![call(
            "question",
            json!({ "questions": [{
                "question": "Which colour should the header be?", "header": "Colour", "multiple": false,
                "options": [{ "label": "Red", "description": "red" }, { "label": "Blue", "description": "blue" }]
            }] }),
        )]
    };
    let mut stage = Stage::set(question, opencode(path)).await;
    let request = stage.is_asked().await;
    let Ask::Question { options, .. } = &request.ask else {
        panic!("{request:?}")
    };
    assert_eq!(options, &[Untrusted::new("Red"), Untrusted::new("Blue")]);
    let text = "Blue".to_owned();
    stage.alice.decides(&request, Verdict::Reply { text }).await;
    stage
        .model_hears(r#"should the header be?\"=\"Blue\""#)
        .await;
    stage.rests().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_opencode_is_approved_in_its_pane() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(write, opencode(path)).await;
    let request = stage.is_asked().await;
    stage
        .until("the dialog", |stage| stage.screen().contains("Allow once"))
        .await;
    stage.alice.types(stage.agent, "\r").await;
    assert_eq!(
        stage.alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_opencode_is_rejected_in_its_pane() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(touch, opencode(path)).await;
    let request = stage.is_asked().await;
    stage
        .until("the dialog", |stage| stage.screen().contains("Allow once"))
        .await;
    stage.alice.types(stage.agent, "\u{1b}").await;
    assert_eq!(
        stage.alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    stage.rests().await;
    assert!(!stage.house.paths.folder.join("touched").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opencode_asks_is_still_asked_after_the_server_was_killed() {
    let Some(path) = installed("opencode") else {
        return;
    };
    let mut stage = Stage::set(write, opencode(path)).await;
    let before = stage.is_asked().await;
    stage.house.kill_server().await;
    stage.alice = stage.house.operator().await;
    stage.alice.watch(stage.agent).await;
    let request = stage.is_asked().await;
    assert_eq!(
        (before.id, before.digest),
        (request.id, request.digest.clone())
    );
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
}
