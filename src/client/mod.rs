//! THE WINDOW: waits for keys, the socket, config files and frames. Decides nothing; that is `view`'s.

mod canvas;
mod dial;
mod echo;
mod editor;
mod gate;
mod glyphs;
mod keys;
mod link;
mod once;
mod painter;
mod reach;
mod reload;
mod replay;
mod run;
mod shelf;
mod terminal;
mod translate;
mod typed;

pub use dial::{Destination, Footing};
pub use once::Once;
pub use replay::{Begin, replay};
pub use run::{Opening, run, utc_offset_s};
pub use shelf::Shelf;
