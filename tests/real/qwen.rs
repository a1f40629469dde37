//! Qwen Code. Its hook runs before its dialog, and takes an answer.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const QWEN: Part = Part {
    name: "qwen",
    program: qwen,
    writes,
    written: |room| {
        let file = room.join("hello.txt");
        (
            "write_file",
            format!("+++ {}\n+hello\n+you\n", file.display()),
        )
    },
    runs,
    waits: "",
    approve_key: "1",
};

fn qwen(path: PathBuf, _: &Path, _: &Path, port: u16) -> Program {
    let arguments = ["--auth-type", "openai", "--approval-mode", "default"];
    Program {
        profile: "qwen",
        path,
        arguments: arguments.map(str::to_owned).to_vec(),
        env: vec![
            ("OPENAI_BASE_URL", format!("http://127.0.0.1:{port}/v1")),
            ("OPENAI_API_KEY", "sk-test".into()),
            ("OPENAI_MODEL", "stand-in".into()),
        ],
    }
}

fn writes(room: &Path) -> Call {
    let file = room.join("hello.txt").display().to_string();
    let input = json!({ "file_path": file, "content": "hello\nyou\n" });
    call("write_file", input)
}

fn runs(command: String) -> Call {
    let input = json!({ "command": command, "description": "Run it", "is_background": false });
    call("run_shell_command", input)
}

#[tokio::test(flavor = "multi_thread")]
async fn qwen_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let asked = script::asks_on_a_card_and_writes_the_file_that_was_approved(QWEN).await;
    let Some(mut stage) = asked else { return };
    // a call of the model, with 100 tokens in and 10 out; the last is told with the next word
    let used = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() >= 110);
    stage.until("what it used", used).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn qwen_is_told_why_it_may_not_and_goes_on() {
    script::is_told_why_it_may_not_and_goes_on(QWEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn qwen_is_interrupted_and_redirected_in_the_middle_of_a_turn() {
    script::is_interrupted_and_redirected_in_the_middle_of_a_turn(QWEN).await;
}
