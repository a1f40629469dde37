//! THE SLOT: messages and framing. Push bytes, take messages. Does no input or output.

pub mod keeper;
