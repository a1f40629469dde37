//! THE WINDOW: waits for keys, the socket, config files and frames. Decides nothing; that is `view`'s.

mod canvas;
mod echo;
mod editor;
mod gate;
mod hangup;
mod link;
mod once;
mod painter;
mod reload;
mod replay;
mod run;
mod shelf;
mod terminal;
mod translate;

pub use once::Once;
pub use replay::{Begin, replay};
pub use run::{Opening, run};
