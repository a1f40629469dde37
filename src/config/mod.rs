//! THE SHELF: TOML text to typed values and diagnostics. Opens no file.
