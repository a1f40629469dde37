//! THE ENGINE: waits for PTYs, sockets, files and timers. Decides nothing: that is `model`'s.
//!
//! One task each: the hub (events in, effects out), a pane per agent (bytes), a guest per client
//! (messages). Panes and guests wait for the hub; the hub waits for nobody.

mod adopt;
pub mod agent_door;
mod agents;
mod askers;
mod attention;
mod bench;
pub mod briefs;
mod clock;
pub mod command;
mod digest;
mod door;
pub mod found;
pub mod git;
mod guest;
mod guests;
pub mod handoff;
mod hooks;
mod hub;
mod inject;
pub mod journal;
pub mod keeper_link;
mod keeper_side;
pub mod kin;
pub mod launch;
mod leaving;
mod log;
mod occurrence;
mod outside;
mod pane;
mod papers;
mod perform;
mod post;
mod profiles;
pub mod recording;
mod reload;
mod review;
mod seating;
mod session;
mod settings;
mod shelf;
mod sockets;
mod start;
mod veil;
mod watched;
mod welcome;
mod wishes;

pub use start::{Serving, serve};
