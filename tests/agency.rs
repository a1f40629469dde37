//! The agency from outside: the real binary, real git, rehearsals as agents. Briefs go through a whole pipeline;
//! the server is killed on the way; hands meddle. Waits on messages, never for a time to pass.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "server/client.rs"]
mod client;
#[path = "agency/floor.rs"]
mod floor;
#[path = "agency/hands.rs"]
mod hands;
#[path = "agency/killed.rs"]
mod killed;
#[path = "agency/pipeline.rs"]
mod pipeline;
