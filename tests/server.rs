//! The server from outside: the real binary, real sockets, real terminals. Waits on messages, never
//! for a time to pass.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "server/budgets.rs"]
mod budgets;
#[path = "server/client.rs"]
mod client;
#[path = "server/gauges.rs"]
mod gauges;
#[path = "server/hidden.rs"]
mod hidden;
#[path = "server/hooks.rs"]
mod hooks;
#[path = "server/life.rs"]
mod life;
#[path = "server/observed.rs"]
mod observed;
#[path = "server/panes.rs"]
mod panes;
#[path = "server/people.rs"]
mod people;
#[path = "server/policies.rs"]
mod policies;
#[path = "server/profiles.rs"]
mod profiles;
