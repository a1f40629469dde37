//! Codex. Its hook runs before its dialog: while it waits, no dialog stands on its screen.

use std::path::{Path, PathBuf};

use opsroom::model::{Ask, Redirect, State, Verdict};
use serde_json::json;

use crate::model::{Call, call};
use crate::stage::{Program, Stage, installed};

/// A model provider that is the stand-in, and the screens of a first start answered.
fn home(home: &Path, port: u16) {
    let config = format!(
        "model_provider = \"local\"\n\
         [model_providers.local]\nname = \"local\"\nbase_url = \"http://127.0.0.1:{port}/v1\"\n\
         wire_api = \"responses\"\nenv_key = \"LOCAL_KEY\"\n\
         [notice.model_migrations]\n\"gpt-5.5\" = \"gpt-6-sol\"\n"
    );
    std::fs::create_dir(home.join(".codex")).unwrap();
    std::fs::write(home.join(".codex/config.toml"), config).unwrap();
}

fn codex(path: PathBuf) -> impl FnOnce(&Path, &Path, u16) -> Program {
    move |at, room, port| {
        home(at, port);
        let trusted = format!(
            "projects={{\"{}\"={{trust_level=\"trusted\"}}}}",
            room.display()
        );
        let arguments = [
            "--no-daemon",
            "-m",
            "gpt-5.5",
            "-s",
            "read-only",
            "-a",
            "on-request",
            "-c",
        ];
        let arguments = arguments.into_iter().map(str::to_owned).chain([trusted]);
        Program {
            profile: "codex",
            path,
            arguments: arguments.collect(),
            env: vec![("LOCAL_KEY", "sk-test".into())],
        }
    }
}

fn patch(room: &Path) -> String {
    let file = room.join("hello.txt");
    format!(
        "*** Begin Patch\n*** Add File: {}\n+hello\n+you\n*** End Patch",
        file.display()
    )
}

fn write(room: &Path) -> Vec<Call> {
    vec![call("apply_patch", json!(patch(room)))]
}

fn touch(room: &Path) -> Vec<Call> {
    let command = format!("touch {}", room.join("touched").display());
    vec![call(
        "exec_command",
        json!({ "cmd": command, "sandbox_permissions": "require_escalated", "justification": "May I touch it?" }),
    )]
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let Some(path) = installed("codex") else {
        return;
    };
    let mut stage = Stage::set(write, codex(path)).await;
    let request = stage.is_asked().await;
    let Ask::Permission { tool, detail, .. } = &request.ask else {
        panic!("{request:?}")
    };
    assert_eq!(
        (tool.raw(), detail.raw().to_owned()),
        ("apply_patch", patch(&stage.house.paths.folder))
    );
    assert_eq!(stage.file("hello.txt"), None);
    stage.alice.decides(&request, Verdict::Approve).await;
    stage.rests().await;
    assert_eq!(stage.file("hello.txt").unwrap(), "hello\nyou\n");
    assert!(stage.agent().session.is_some());
    // two calls of the model, each with 100 tokens in and 10 out
    let used = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() == 220);
    stage.until("what it used", used).await;
    eprintln!("codex, approved: {:?}", stage.states());
    assert!(
        stage.states().contains(&State::Waiting),
        "{:?}",
        stage.states()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_is_told_why_it_may_not_and_goes_on() {
    let Some(path) = installed("codex") else {
        return;
    };
    let mut stage = Stage::set(touch, codex(path)).await;
    let request = stage.is_asked().await;
    let touched = stage.house.paths.folder.join("touched");
    let Ask::Permission { detail, .. } = &request.ask else {
        panic!("{request:?}")
    };
    assert_eq!(detail.raw(), format!("touch {}", touched.display()));
    let reason = "this folder is frozen until noon".to_owned();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.model_hears("this folder is frozen until noon").await;
    stage.rests().await;
    assert!(!touched.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_is_redirected_with_words() {
    let Some(path) = installed("codex") else {
        return;
    };
    let mut stage = Stage::set(touch, codex(path)).await;
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
async fn a_card_goes_when_codex_is_interrupted_in_its_pane() {
    let Some(path) = installed("codex") else {
        return;
    };
    let mut stage = Stage::set(touch, codex(path)).await;
    let request = stage.is_asked().await;
    stage
        .until("the hook on its screen", |stage| {
            stage.screen().contains("Running hook")
        })
        .await;
    stage.alice.types(stage.agent, "\u{1b}").await;
    let why = stage.alice.is_withdrawn(&request).await;
    assert!(
        why.contains("pane") || why.contains("does not wait"),
        "{why}"
    );
    stage.rests().await;
    assert!(!stage.house.paths.folder.join("touched").exists());
}
