//! Gemini CLI. Its hooks tell, and cannot answer: what it asks is read from its screen, and answered there.

use std::path::{Path, PathBuf};

use opsroom::model::Verdict;
use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const GEMINI: Part = Part {
    name: "gemini",
    program: gemini,
    writes,
    written: |_| ("", "hello.txt".to_owned()),
    runs,
    waits: "Allow once",
    approve_key: "1",
};

fn gemini(path: PathBuf, home: &Path, _: &Path, port: u16) -> Program {
    let settings = json!({ "security": { "auth": { "selectedType": "gemini-api-key" } } });
    std::fs::create_dir(home.join(".gemini")).unwrap();
    std::fs::write(home.join(".gemini/settings.json"), settings.to_string()).unwrap();
    Program {
        profile: "gemini",
        path,
        arguments: vec!["--skip-trust".into()],
        env: vec![
            ("GOOGLE_GEMINI_BASE_URL", format!("http://127.0.0.1:{port}")),
            ("GEMINI_API_KEY", "sk-test".into()),
        ],
    }
}

fn writes(room: &Path) -> Call {
    let file = room.join("hello.txt").display().to_string();
    let input = json!({ "file_path": file, "content": "hello\nyou\n" });
    call("write_file", input)
}

fn runs(command: String) -> Call {
    let input = json!({ "command": command, "description": "Run it" });
    call("run_shell_command", input)
}

#[tokio::test(flavor = "multi_thread")]
async fn gemini_is_answered_on_its_screen_and_tells_what_it_used() {
    let played = script::takes_its_brief_and_is_answered_on_its_screen(GEMINI).await;
    let Some(mut stage) = played else { return };
    // two calls of the model, with 100 tokens in and 10 out
    let used = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() == 220);
    stage.until("what it used", used).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gemini_is_told_why_it_may_not_once_its_dialog_is_gone() {
    let runs = |room: &Path| vec![runs(format!("touch {}", room.join("touched").display()))];
    let Some(mut stage) = GEMINI.plays(runs).await else {
        return;
    };
    let request = stage.alice.shows_a_dialog(stage.agent).await;
    let reason = "this folder is frozen until noon".to_owned();
    stage
        .alice
        .decides(&request, Verdict::Reject { reason })
        .await;
    stage.model_hears("this folder is frozen until noon").await;
    stage.everything_said_is_taken().await;
    stage.rests().await;
    assert_eq!(stage.file("touched"), None);
}
