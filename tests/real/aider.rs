//! aider. It has no hooks: its brief is typed, and what it asks is read from its screen and answered there.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::{Call, SAYS, call};
use crate::script::{self, Part};
use crate::stage::Program;

const AIDER: Part = Part {
    name: "aider",
    program: aider,
    writes: |_| {
        let block = "hello.txt\n```\n<<<<<<< SEARCH\n=======\nhello\nyou\n>>>>>>> REPLACE\n```\n";
        call(SAYS, Value::from(block))
    },
    written: |_| ("", "hello.txt".to_owned()),
    runs,
    waits: "(Y)es/(N)o",
    approve_key: "y\r",
};

fn aider(path: PathBuf, _: &Path, _: &Path, port: u16) -> Program {
    let arguments = [
        "--no-git",
        "--model",
        "openai/stand-in",
        "--edit-format",
        "diff",
        "--no-show-model-warnings",
        "--no-show-release-notes",
        "--no-check-update",
        "--no-gitignore",
        "--analytics-disable",
    ];
    Program {
        profile: "aider",
        path,
        arguments: arguments.map(str::to_owned).to_vec(),
        env: vec![
            ("OPENAI_API_BASE", format!("http://127.0.0.1:{port}/v1")),
            ("OPENAI_API_KEY", "sk-test".into()),
            // prices, which it would fetch
            ("LITELLM_LOCAL_MODEL_COST_MAP", "True".into()),
        ],
    }
}

fn runs(command: String) -> Call {
    call(SAYS, Value::from(format!("```bash\n{command}\n```\n")))
}

#[tokio::test(flavor = "multi_thread")]
async fn aider_takes_its_brief_and_writes_the_file_that_was_approved_on_its_screen() {
    script::takes_its_brief_and_is_answered_on_its_screen(AIDER).await;
}
