//! The keeper with real processes, real terminals and servers that are killed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "keeper/bytes.rs"]
mod bytes;
#[path = "keeper/life.rs"]
mod life;
#[path = "keeper/link.rs"]
mod link;
#[path = "keeper/room.rs"]
mod room;
#[path = "keeper/stop.rs"]
mod stop;
