//! A room whose folder was deleted or moved away while its server runs: it can still be reached, to be looked
//! at and closed. It is never started there.

use std::fs;
use std::path::Path;

use super::paths::{RoomPaths, check_folder, folder_hash, short_base};

/// The room that stood in a folder which is not there any more, where its sockets still are, and are ours.
pub(super) fn room(folder: &Path, base: &Path) -> Option<RoomPaths> {
    if folder.symlink_metadata().is_ok() {
        return None;
    }
    let whole = std::path::absolute(folder).ok()?;
    let (parent, name) = (whole.parent()?, whole.file_name()?);
    // a link above it leads where it led
    let folder = fs::canonicalize(parent).map_or_else(|_| whole.clone(), |it| it.join(name));
    let runtime = short_base(base).join(folder_hash(&folder));
    check_folder(&runtime).ok()?;
    let paths = RoomPaths { folder, runtime };
    paths.room_socket().symlink_metadata().ok()?;
    Some(paths)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_room_whose_folder_is_gone_is_found_while_its_sockets_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, base) = (dir.path().join("room"), dir.path().join("run"));
        fs::create_dir(&folder).unwrap();
        let paths = RoomPaths::at(&folder, &base).unwrap();
        paths.prepare().unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(RoomPaths::at(&folder, &base).is_err(), "nothing ran there");
        fs::write(paths.room_socket(), "").unwrap();
        assert_eq!(RoomPaths::at(&folder, &base).unwrap(), paths);
        fs::write(&folder, "a file").unwrap();
        assert!(RoomPaths::at(&folder, &base).is_err(), "a file is no room");
    }
}
