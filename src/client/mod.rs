//! THE WINDOW: waits for keys, the socket, config files and frames. Decides nothing; that is `view`'s.

mod canvas;
mod echo;
mod editor;
mod gate;
mod keyboard;
mod link;
mod once;
mod painter;
mod reload;
mod run;
mod shelf;
mod terminal;
mod translate;

pub use once::Once;
pub use run::{Opening, run};
