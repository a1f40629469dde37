//! People over ssh: a real sshd on 127.0.0.1 with keys and a port of its own. Skips, and says so, where no sshd
//! is installed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

#[path = "pairing/sshd.rs"]
mod sshd;

#[path = "pairing/come.rs"]
mod come;
#[path = "pairing/lines.rs"]
mod lines;
#[path = "pairing/together.rs"]
mod together;
#[path = "pairing/tricks.rs"]
mod tricks;
