//! The desk by its keys: what is typed, what leaves, what stands there afterwards.
#![allow(clippy::unwrap_used, clippy::panic)]

mod agents;
mod chaos;
mod dialogs;
mod list;
mod past;
mod people;
mod play;
mod popups;
mod promises;
mod queue;
mod review;
mod screens;
mod scripts;
mod server;
mod sighting;
mod sizes;
mod start;
