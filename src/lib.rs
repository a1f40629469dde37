#![doc = include_str!("ARCHITECTURE.md")]

pub mod cli;
pub mod client;
pub mod config;
pub mod diff;
pub mod door;
pub mod editor;
pub mod folder;
pub mod keeper;
pub mod model;
pub mod profile;
pub mod server;
pub mod terminal;
pub mod verbs;
pub mod view;
pub mod wire;
