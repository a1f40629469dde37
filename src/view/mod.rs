//! THE DESK: one person's state and its picture. Pure.

pub mod desk;
pub mod facts;
