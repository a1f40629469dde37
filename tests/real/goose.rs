//! goose. It has no hooks: its brief is typed, and what it asks is read from its screen and answered there.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::Program;

const GOOSE: Part = Part {
    name: "goose",
    program: goose,
    writes: |room| {
        let file = room.join("hello.txt").display().to_string();
        call("write", json!({ "path": file, "content": "hello\nyou\n" }))
    },
    written: |_| ("", "hello.txt".to_owned()),
    runs,
    waits: "do you allow?",
    approve_key: "\r",
};

/// What it asks a new user is answered.
fn goose(path: PathBuf, home: &Path, _: &Path, port: u16) -> Program {
    let folder = home.join(".config/goose");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("config.yaml"),
        "GOOSE_TELEMETRY_ENABLED: false\n",
    )
    .unwrap();
    let arguments = ["session", "--with-builtin", "developer"];
    Program {
        profile: "goose",
        path,
        arguments: arguments.map(str::to_owned).to_vec(),
        env: vec![
            ("OPENAI_HOST", format!("http://127.0.0.1:{port}")),
            ("OPENAI_API_KEY", "sk-test".into()),
            ("GOOSE_PROVIDER", "openai".into()),
            ("GOOSE_MODEL", "stand-in".into()),
            ("GOOSE_MODE", "approve".into()),
            ("GOOSE_DISABLE_KEYRING", "1".into()),
        ],
    }
}

fn runs(command: String) -> Call {
    call("shell", json!({ "command": command }))
}

#[tokio::test(flavor = "multi_thread")]
async fn goose_takes_its_brief_and_writes_the_file_that_was_approved_on_its_screen() {
    script::takes_its_brief_and_is_answered_on_its_screen(GOOSE).await;
}
