//! What must hold: the room under attack, in a hurry and out of everything. The real binary, real
//! sockets, real terminals; figures of the processes as the system tells them.
// Figures are printed, and the reason where a test cannot run here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "hold/allowed.rs"]
mod allowed;
#[path = "server/client.rs"]
mod client;
#[path = "hold/feed.rs"]
mod feed;
#[path = "hold/kit.rs"]
mod kit;
mod support;
#[path = "hold/tty.rs"]
mod tty;

#[path = "hold/agents.rs"]
mod agents;
#[path = "hold/clock.rs"]
mod clock;
#[path = "hold/decisions.rs"]
mod decisions;
#[path = "hold/frames.rs"]
mod frames;
#[path = "hold/fuzzed.rs"]
mod fuzzed;
#[path = "hold/gaps.rs"]
mod gaps;
#[path = "hold/last_words.rs"]
mod last_words;
#[path = "hold/queue.rs"]
mod queue;
#[path = "hold/shelf.rs"]
mod shelf;
#[path = "hold/sizes.rs"]
mod sizes;
#[path = "hold/strict.rs"]
mod strict;

// What is measured is read from /proc.
#[cfg(target_os = "linux")]
#[path = "hold/counts.rs"]
mod counts;
#[cfg(target_os = "linux")]
#[path = "hold/disk.rs"]
mod disk;
#[cfg(target_os = "linux")]
#[path = "hold/figures.rs"]
mod figures;
#[cfg(target_os = "linux")]
#[path = "hold/memory.rs"]
mod memory;
#[cfg(target_os = "linux")]
#[path = "hold/scarce.rs"]
mod scarce;
#[cfg(target_os = "linux")]
#[path = "hold/wall.rs"]
mod wall;
