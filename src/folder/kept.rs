//! Files that are kept one after another in a folder: `<n>-<track>.<stage>.md`. Handoffs and assignments are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files by their numbers, the oldest first.
///
/// # Errors
/// Where the folder cannot be read.
pub fn numbered(folder: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let number = name
            .strip_suffix(".md")
            .and_then(|name| name.split('-').next()?.parse().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort();
    Ok(found)
}

/// The newest of them.
pub fn newest(folder: &Path) -> Option<PathBuf> {
    numbered(folder).ok()?.pop().map(|(_, path)| path)
}
