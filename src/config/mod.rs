//! THE SHELF: TOML text to typed values and diagnostics. Opens no file.
// placeholder types: the real room is being merged
#[derive(Clone, Debug)]
pub struct Theme;
#[derive(Clone, Debug)]
pub struct Layout;
#[derive(Clone, Debug)]
pub struct Chord;
