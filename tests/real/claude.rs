//! Claude Code. Its dialog stands on its screen while its hook waits.

use std::path::{Path, PathBuf};

use opsroom::model::{Ask, Redirect, Request, State, Untrusted, Verdict};
use serde_json::json;

use crate::model::{Call, call};
use crate::stage::{Program, Stage, installed};

/// What a new user is asked on the first start, answered.
fn home(home: &Path, room: &Path) {
    let state = json!({
        "hasCompletedOnboarding": true,
        "customApiKeyResponses": { "approved": ["sk-test"], "rejected": [] },
        "projects": { room.display().to_string(): { "hasTrustDialogAccepted": true } }
    });
    std::fs::write(home.join(".claude.json"), state.to_string()).unwrap();
}

fn claude(path: PathBuf) -> impl FnOnce(&Path, &Path, u16) -> Program {
    move |at, room, port| {
        home(at, room);
        Program {
            profile: "claude",
            path,
            arguments: vec!["--permission-mode".into(), "manual".into()],
            env: vec![
                ("ANTHROPIC_BASE_URL", format!("http://127.0.0.1:{port}")),
                ("ANTHROPIC_API_KEY", "sk-test".into()),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1".into()),
                ("DISABLE_AUTOUPDATER", "1".into()),
            ],
        }
    }
}

fn write(room: &Path) -> Vec<Call> {
    let file = room.join("hello.txt").display().to_string();
    vec![call(
        "Write",
        json!({ "file_path": file, "content": "hello\nyou\n" }),
    )]
}

fn touch(room: &Path) -> Vec<Call> {
    let command = format!("touch {}", room.join("touched").display());
    vec![call(
        "Bash",
        json!({ "command": command, "description": "Touch a file" }),
    )]
}

fn detail(request: &Request) -> &str {
    match &request.ask {
        Ask::Permission { detail, .. } => detail.raw(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(write, claude(path)).await;
    let request = stage.is_asked().await;
    let file = stage.house.paths.folder.join("hello.txt");
    assert_eq!(
        detail(&request),
        format!("+++ {}\n+hello\n+you\n", file.display())
    );
    assert_eq!(stage.file("hello.txt"), None);
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    assert!(stage.agent().session.is_some());
    // one call of the model, with 100 tokens in and 10 out; the last one may not be in the record yet
    let used = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() >= 110);
    stage.until("what it used", used).await;
    eprintln!("claude, approved: {:?}", stage.states());
    let shown: Vec<State> = stage
        .states()
        .iter()
        .filter(|state| **state != State::Unknown)
        .cloned()
        .collect();
    assert!(
        shown.ends_with(&[State::Working, State::Waiting, State::Working, State::Idle]),
        "{shown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_is_told_why_it_may_not_and_goes_on() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(touch, claude(path)).await;
    let request = stage.is_asked().await;
    let touched = stage.house.paths.folder.join("touched");
    assert_eq!(detail(&request), format!("touch {}", touched.display()));
    let reason = "this folder is frozen until noon".to_owned();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.model_hears("this folder is frozen until noon").await;
    stage.rests().await;
    assert!(stage.screen().contains("All done."), "{}", stage.screen());
    assert!(!touched.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_is_redirected_with_words() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(touch, claude(path)).await;
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
async fn claude_ends_its_turn_where_it_is_rejected_without_a_word() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(touch, claude(path)).await;
    let request = stage.is_asked().await;
    let reason = String::new();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.rests().await;
    assert!(!stage.screen().contains("All done."), "{}", stage.screen());
    assert!(!stage.house.paths.folder.join("touched").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_gets_the_answer_to_its_question() {
    let Some(path) = installed("claude") else {
        return;
    };
    let question = |_: &Path| {
        vec![call(
            "AskUserQuestion",
            json!({ "questions": [{
                "question": "Which colour should the header be?", "header": "Colour", "multiSelect": false,
                "options": [{ "label": "Red", "description": "red" }, { "label": "Blue", "description": "blue" }]
            }] }),
        )]
    };
    let mut stage = Stage::set(question, claude(path)).await;
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
async fn a_card_goes_when_claude_is_approved_in_its_pane() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(write, claude(path)).await;
    let request = stage.is_asked().await;
    stage
        .until("the dialog", |stage| {
            stage.screen().contains("Do you want to create")
        })
        .await;
    // a record that comes at once may be of what stood before; people are slower than that
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    stage.alice.types(stage.agent, "1").await;
    assert_eq!(
        stage.alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_claude_is_rejected_in_its_pane_where_no_hook_tells() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(touch, claude(path)).await;
    let request = stage.is_asked().await;
    stage
        .until("the dialog", |stage| {
            stage.screen().contains("Do you want to proceed")
        })
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    stage.alice.types(stage.agent, "\u{1b}").await;
    assert_eq!(
        stage.alice.is_withdrawn(&request).await,
        "it was answered in its pane"
    );
    stage.rests().await;
    assert!(!stage.house.paths.folder.join("touched").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_claude_asks_is_still_asked_after_the_server_was_killed() {
    let Some(path) = installed("claude") else {
        return;
    };
    let mut stage = Stage::set(write, claude(path)).await;
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
