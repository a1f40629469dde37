//! The real agent programs in a real room, against a stand-in of the models they speak to: what they ask becomes
//! a card, what is decided reaches them. Skipped, with the reason, where a program is not installed:
//! `.ci/run` installs them into the folder that OPSROOM_TEST_AGENTS names.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

#[path = "real/aider.rs"]
mod aider;
#[path = "real/claude.rs"]
mod claude;
#[path = "server/client.rs"]
mod client;
#[path = "real/codex.rs"]
mod codex;
#[path = "real/copilot.rs"]
mod copilot;
#[path = "real/gemini.rs"]
mod gemini;
#[path = "real/goose.rs"]
mod goose;
#[path = "real/model.rs"]
mod model;
#[path = "real/opencode.rs"]
mod opencode;
#[path = "real/qwen.rs"]
mod qwen;
#[path = "real/script.rs"]
mod script;
#[path = "real/stage.rs"]
mod stage;
