//! THE WINDOW: waits for keys, the socket, config files and frames. Decides nothing; that is `view`'s.

pub mod gate;
pub mod link;
pub mod once;
pub mod reload;
pub mod run;
pub mod terminal;

pub use once::Once;
pub use run::{Opening, run};
