//! The keeper: a tiny blocking process that is every agent's parent and holds its terminal.
//!
//! It forks the agents, reaps them and what they leave behind, keeps a duplicate of every PTY master
//! and hands the descriptors to the server over a unix socket. While no server is connected it drains
//! each terminal to a bounded spool, so no agent ever blocks on its output. One thread, one `poll`, no
//! timer while nothing is due. Must not interpret a byte, write a byte to a terminal, or know what an
//! agent is for. It almost never changes, because it outlives every server.
//!
//! Who does what with a terminal: the keeper sets `O_NONBLOCK` once, before anybody else has the
//! descriptor (the flag is shared by all duplicates, nobody clears it). Whoever holds a duplicate may
//! read or change the window size with the terminal calls, so there is no message for it. At any moment only one side
//! reads: the server from its `Hello` until its link closes, else the keeper.

mod agent;
mod bell;
mod conn;
mod fleet;
mod home;
mod options;
mod poll;
mod pty;
mod records;
mod serve;
mod signals;
mod spool;
mod stop;
mod tree;

pub use bell::{call, living};
pub use options::{KeeperOptions, spawn_detached};

use anyhow::Context;

/// Be the keeper until there is neither an agent nor a server.
///
/// # Errors
/// When the socket or the spool folder is unsafe or taken, or a basic system call fails.
pub fn run(options: KeeperOptions) -> anyhow::Result<()> {
    // Fails only when this process already leads a group, as when it is started by hand: then it stays there.
    let _led = rustix::process::setsid();
    // Before it can be found: whoever finds it may send one.
    let signals = signals::Signals::catch().context("cannot catch signals")?;
    let home = home::Home::open(&options)?;
    poll::Keeper::new(home, signals, options)?.run()
}
