//! THE ENGINE: waits for PTYs, sockets, files and timers.

pub mod keeper_link;
