//! THE CABINET: brief files and the journal's lines on disk, for whoever has a hand in them.
//!
//! Server and verbs both come through here, so that a script's hand and the room's do the same thing
//! in the same safe way. Watches nothing, waits for nothing, and decides nothing.

pub mod briefs;
pub mod chain;
pub mod journal;
mod names;
mod rename;
mod scan;
pub mod settings;

pub use names::{BriefPath, slug};
pub use scan::{Found, Stamp, list, load, places};
