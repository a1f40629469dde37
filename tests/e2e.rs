//! The whole program as a person meets it: the binary in a real terminal, real agents, real files.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

#[path = "e2e/decide.rs"]
mod decide;
#[path = "e2e/survive.rs"]
mod survive;
