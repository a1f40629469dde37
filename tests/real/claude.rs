//! Claude Code. Its dialog stands on its screen while its hook waits.

use std::path::{Path, PathBuf};

use opsroom::model::State;
use serde_json::json;

use crate::model::{Call, call};
use crate::script::{self, Part};
use crate::stage::{Program, Stage};

const CLAUDE: Part = Part {
    name: "claude",
    program: claude,
    writes,
    written,
    runs,
    waits: "Do you want to",
    approve_key: "1",
};

/// What a new user is asked on the first start, answered. Its user has a status line of their own.
fn claude(path: PathBuf, home: &Path, room: &Path, port: u16) -> Program {
    let state = json!({
        "hasCompletedOnboarding": true,
        "customApiKeyResponses": { "approved": ["sk-test"], "rejected": [] },
        "projects": { room.display().to_string(): { "hasTrustDialogAccepted": true } }
    });
    std::fs::write(home.join(".claude.json"), state.to_string()).unwrap();
    let line = json!({ "statusLine": { "type": "command", "command": "echo my own line" } });
    std::fs::create_dir(home.join(".claude")).unwrap();
    std::fs::write(home.join(".claude/settings.json"), line.to_string()).unwrap();
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

fn writes(room: &Path) -> Call {
    let file = room.join("hello.txt").display().to_string();
    call(
        "Write",
        json!({ "file_path": file, "content": "hello\nyou\n" }),
    )
}

fn written(room: &Path) -> (&'static str, String) {
    let file = room.join("hello.txt");
    let diff = format!("+++ {}\n+hello\n+you\n", file.display());
    ("Write", diff)
}

fn runs(command: String) -> Call {
    call(
        "Bash",
        json!({ "command": command, "description": "Run it" }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_asks_on_a_card_and_writes_the_file_that_was_approved() {
    let asked = script::asks_on_a_card_and_writes_the_file_that_was_approved(CLAUDE).await;
    let Some(mut stage) = asked else { return };
    // one call of the model, with 100 tokens in and 10 out; the last one may not be in the record yet
    let tokens = |stage: &Stage| stage.agent().usage.is_some_and(|it| it.tokens() >= 110);
    stage.until("what it used", tokens).await;
    let cost = |stage: &Stage| {
        let used = stage.agent().usage;
        used.is_some_and(|it| it.cost_micros > 0 && it.context_left_percent.is_some())
    };
    stage.until("what it cost and left", cost).await;
    let own = |stage: &Stage| stage.screen().contains("my own line");
    stage.until("the status line of its user", own).await;
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
    script::is_told_why_it_may_not_and_goes_on(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_is_redirected_with_words() {
    script::is_redirected_with_words(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_ends_its_turn_where_it_is_rejected_without_a_word() {
    script::ends_its_turn_where_it_is_rejected_without_a_word(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_gets_the_answer_to_its_question() {
    script::gets_the_answer_to_its_question(CLAUDE, "AskUserQuestion", "multiSelect").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_claude_is_approved_in_its_pane() {
    script::loses_its_card_when_it_is_approved_in_its_pane(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_when_claude_is_rejected_in_its_pane_where_no_hook_tells() {
    script::loses_its_card_when_it_is_rejected_in_its_pane(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_claude_asks_is_still_asked_after_the_server_was_killed() {
    script::is_still_asked_after_the_server_was_killed(CLAUDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_is_interrupted_and_redirected_in_the_middle_of_a_turn() {
    script::is_interrupted_and_redirected_in_the_middle_of_a_turn(CLAUDE).await;
}
