//! THE SLOT: messages and framing. Push bytes, take messages. Does no input or output.

pub mod agent;
pub mod cast;
pub mod frame;
pub mod hello;
pub mod keeper;
mod message;
mod program;
mod review;

pub use frame::{Decoder, FrameFault, encode};
pub use hello::{Hello, HelloFault};
pub use message::{
    BEAT_MS, FocusChange, FoundLine, Introduction, Invited, Place, Reach, SILENCE_MS, Through,
    ToClient, ToServer, Want, Where,
};
pub use program::{FirstText, Presence, Program, Versions};
pub use review::{DiffEnd, DiffOf, DiffPart, DiffScope};
