//! THE CABINET: brief files, profile files, skills and the journal's lines on disk, for whoever has a hand in them.
//!
//! Server, verbs and the command line come through here, so that a script's hand and the room's do the same thing
//! in the same safe way. Watches nothing, waits for nothing, and decides nothing.

pub mod briefs;
pub mod chain;
pub mod drops;
pub mod faults;
pub mod journal;
pub mod kept;
mod names;
mod profiles;
mod rename;
mod scan;
pub mod settings;
pub mod skills;
pub mod splits;

pub use names::BriefPath;
pub use profiles::{ProfileFolders, ProfileTexts};
pub use scan::{Found, Stamp, list, load, places};
