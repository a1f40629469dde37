//! Codex. Its hook runs before its dialog: while it waits, no dialog stands on its screen.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const CODEX: Part = Part {
    name: "codex",
    program: codex,
    writes,
    written: |room| ("apply_patch", patch(room)),
    runs,
    waits: "Running hook",
    approve_key: "",
};

/// A model provider that is the stand-in, and the screens of a first start answered.
fn codex(path: PathBuf, home: &Path, room: &Path, port: u16) -> Program {
    let config = format!(
        "model_provider = \"local\"\n\
         [model_providers.local]\nname = \"local\"\nbase_url = \"http://127.0.0.1:{port}/v1\"\n\
         wire_api = \"responses\"\nenv_key = \"LOCAL_KEY\"\n\
         [notice.model_migrations]\n\"gpt-5.5\" = \"gpt-6-sol\"\n"
    );
    std::fs::create_dir(home.join(".codex")).unwrap();
    std::fs::write(home.join(".codex/config.toml"), config).unwrap();
    let room = room.display();
    let trusted = format!("projects={{\"{room}\"={{trust_level=\"trusted\"}}}}");
    let usual = "--no-daemon -m gpt-5.5 -s read-only -a on-request -c";
    let arguments = usual.split(' ').map(str::to_owned).chain([trusted]);
    Program {
        profile: "codex",
        path,
        arguments: arguments.collect(),
        env: vec![("LOCAL_KEY", "sk-test".into())],
    }
}

fn patch(room: &Path) -> String {
    let file = room.join("hello.txt");
    format!(
        "*** Begin Patch\n*** Add File: {}\n+hello\n+you\n*** End Patch",
        file.display()
    )
}

fn writes(room: &Path) -> Call {
    call("apply_patch", json!(patch(room)))
}

fn runs(command: String) -> Call {
    call(
        "exec_command",
        json!({ "cmd": command, "sandbox_permissions": "require_escalated", "justification": "May I run it?" }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let asked = script::asks_on_a_card_and_writes_the_file_that_was_approved(CODEX).await;
    let Some(mut stage) = asked else { return };
    // two calls of the model, each with 100 tokens in and 10 out
    let used = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() == 220);
    stage.until("what it used", used).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_is_told_why_it_may_not_and_goes_on() {
    script::is_told_why_it_may_not_and_goes_on(CODEX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_is_redirected_with_words() {
    script::is_redirected_with_words(CODEX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_codex_is_interrupted_in_its_pane() {
    script::loses_its_card_when_it_is_rejected_in_its_pane(CODEX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_codex_asks_is_still_asked_after_the_server_was_killed() {
    script::is_still_asked_after_the_server_was_killed(CODEX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_is_interrupted_and_redirected_in_the_middle_of_a_turn() {
    script::is_interrupted_and_redirected_in_the_middle_of_a_turn(CODEX).await;
}
