//! THE DESK: one person's state and its picture. Pure.
//!
//! `update` changes the desk, `tiles` says where everything is, `draw` paints it.

pub mod ahead;
pub mod changes;
pub mod command;
pub mod company;
pub mod desk;
pub mod draw;
pub mod emoji;
pub mod exchange;
pub mod facts;
pub mod keymap;
pub mod link;
pub mod look;
pub mod popup;
pub mod reading;
pub mod replay;
pub mod review;
pub mod select;
pub mod sighting;
pub mod sweep;
pub mod tiles;
pub mod update;
pub mod written;
