//! THE ENGINE: waits for PTYs, sockets, files and timers.

pub mod agent_door;
pub mod briefs;
pub mod handoff;
pub mod journal;
pub mod keeper_link;
pub mod recording;
