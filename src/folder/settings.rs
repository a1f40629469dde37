//! `opsroom.toml`, changed by the room: whole or not at all, and never over what somebody else wrote meanwhile.

use std::io;
use std::path::Path;

use super::rename;

/// Writes `new` in the place of a file that holds `old`; a file that is not there holds nothing. A link stays a
/// link: what it leads to is changed.
///
/// # Errors
/// `InvalidData` where it holds something else by now; else what the system says. The file is then as it was.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    match std::fs::canonicalize(path) {
        Ok(path) => rename::exchange(&path, old, new),
        Err(why) if why.kind() == io::ErrorKind::NotFound && old.is_empty() => {
            rename::create(path, new)
        }
        Err(why) => Err(why),
    }
}
