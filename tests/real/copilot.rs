//! Copilot CLI. Its hook runs before its dialog, and takes an answer.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const COPILOT: Part = Part {
    name: "copilot",
    program: copilot,
    writes,
    written: |_| ("edit", "hello".to_owned()),
    runs,
    waits: "",
    approve_key: "1",
};

/// The stand-in is a provider that the person brings; the folder is trusted.
fn copilot(path: PathBuf, home: &Path, room: &Path, port: u16) -> Program {
    let own = home.join(".copilot");
    std::fs::create_dir(&own).unwrap();
    let settings = json!({ "trusted_folders": [room.display().to_string()] });
    std::fs::write(own.join("config.json"), settings.to_string()).unwrap();
    Program {
        profile: "copilot",
        path,
        arguments: Vec::new(),
        env: vec![
            ("COPILOT_HOME", own.display().to_string()),
            ("COPILOT_OFFLINE", "true".into()),
            ("COPILOT_AUTO_UPDATE", "false".into()),
            (
                "COPILOT_PROVIDER_BASE_URL",
                format!("http://127.0.0.1:{port}/v1"),
            ),
            ("COPILOT_PROVIDER_API_KEY", "sk-test".into()),
            ("COPILOT_MODEL", "gpt-5".into()),
        ],
    }
}

fn writes(room: &Path) -> Call {
    let file = room.join("hello.txt").display().to_string();
    call(
        "create",
        json!({ "path": file, "file_text": "hello\nyou\n" }),
    )
}

fn runs(command: String) -> Call {
    call(
        "bash",
        json!({ "command": command, "description": "Run it" }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn copilot_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let asked = script::asks_on_a_card_and_writes_the_file_that_was_approved(COPILOT).await;
    let Some(mut stage) = asked else { return };
    // two calls of the model, with 100 tokens in and 10 out
    let used = |stage: &Stage| {
        let used = stage.agent().usage;
        used.is_some_and(|it| it.tokens() == 220 && it.context_left_percent == Some(99))
    };
    stage.until("what it used", used).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copilot_is_told_why_it_may_not_and_goes_on() {
    script::is_told_why_it_may_not_and_goes_on(COPILOT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copilot_is_interrupted_and_redirected_in_the_middle_of_a_turn() {
    script::is_interrupted_and_redirected_in_the_middle_of_a_turn(COPILOT).await;
}
