//! THE HEART: what is true, and what follows from an event. No clock, file, socket or task.

mod untrusted;

pub use untrusted::Untrusted;
