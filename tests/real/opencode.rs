//! Opencode. Its dialog stands on its screen while a hook waits that our plugin runs.

use std::path::{Path, PathBuf};

use opsroom::model::State;
use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const OPENCODE: Part = Part {
    name: "opencode",
    program: opencode,
    writes,
    written: |_| ("edit", "\n+hello\n+you".to_owned()),
    runs,
    waits: "Allow once",
    approve_key: "\r",
};

/// A provider that is the stand-in, and a person who wants to be asked.
fn opencode(path: PathBuf, home: &Path, _: &Path, port: u16) -> Program {
    let settings = json!({
        "provider": { "local": {
            "npm": "@ai-sdk/openai-compatible", "name": "local",
            "options": { "baseURL": format!("http://127.0.0.1:{port}/v1"), "apiKey": "sk-test" },
            "models": { "stand-in": {
                "name": "stand-in", "tool_call": true, "cost": { "input": 1_000, "output": 1_000 },
                "limit": { "context": 100_000, "output": 1_000 }
            } }
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

fn writes(room: &Path) -> Call {
    let file = room.join("hello.txt").display().to_string();
    call(
        "write",
        json!({ "filePath": file, "content": "hello\nyou\n" }),
    )
}

fn runs(command: String) -> Call {
    call(
        "bash",
        json!({ "command": command, "description": "Run it" }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let asked = script::asks_on_a_card_and_writes_the_file_that_was_approved(OPENCODE).await;
    let Some(mut stage) = asked else { return };
    // one call of the model, with 100 tokens in and 10 out, the last is told with the next word; a token costs a
    // thousandth of a dollar
    let used = |stage: &Stage| {
        let used = stage.agent().usage;
        used.is_some_and(|it| it.tokens() >= 110 && it.cost_micros == it.tokens() * 1_000)
    };
    stage.until("what it used", used).await;
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
    script::is_told_why_it_may_not_and_goes_on(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_is_redirected_with_words() {
    script::is_redirected_with_words(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_ends_its_turn_where_it_is_rejected_without_a_word() {
    script::ends_its_turn_where_it_is_rejected_without_a_word(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_gets_the_answer_to_its_question() {
    script::gets_the_answer_to_its_question(OPENCODE, "question", "multiple").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_opencode_is_approved_in_its_pane() {
    script::loses_its_card_when_it_is_approved_in_its_pane(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_opencode_is_rejected_in_its_pane() {
    script::loses_its_card_when_it_is_rejected_in_its_pane(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opencode_asks_is_still_asked_after_the_server_was_killed() {
    script::is_still_asked_after_the_server_was_killed(OPENCODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opencode_is_interrupted_and_redirected_in_the_middle_of_a_turn() {
    script::is_interrupted_and_redirected_in_the_middle_of_a_turn(OPENCODE).await;
}
