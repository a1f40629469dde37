//! THE SHELF: TOML text to typed values and diagnostics. Opens no file.
//!
//! Every reader takes a path (only to name it in a diagnostic) and a text, and returns [`Parsed`]:
//! the value, where nothing is wrong with it, and all that was found, each with its place.
//! `builtin` holds the very files of `themes/` and `layouts/`.

pub mod brief;
pub mod builtin;
pub mod diagnostic;
pub mod keys;
pub mod layout;
pub mod name;
pub mod profile;
pub mod room;
pub mod skill;
pub mod source;
pub mod theme;

mod gleaned;
mod nearest;
mod reader;
mod syntax;

pub use diagnostic::{Diagnostic, Parsed, Severity};
pub use gleaned::Gleaned;
