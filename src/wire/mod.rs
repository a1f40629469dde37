//! THE SLOT: messages and framing. Push bytes, take messages. Does no input or output.

pub mod agent;
pub mod cast;
pub mod frame;
pub mod hello;
pub mod keeper;
mod message;
mod review;

pub use frame::{Decoder, FrameFault, encode};
pub use hello::{Hello, HelloFault};
pub use message::{FocusChange, FoundLine, Place, Reach, ToClient, ToServer, Want, Where};
pub use review::{DiffEnd, DiffOf, DiffPart, DiffScope};
