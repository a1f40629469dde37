//! Segments with a picture that somebody decided before: an empty file beside each says so. They stay while the others of
//! their agent go, and go last where all recordings take too much.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::tail;
use crate::model::AgentId;

/// Whether a picture in a segment is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needed {
    /// Nobody decided before it.
    No,
    /// Somebody did.
    Yes,
}

/// Holds a segment.
///
/// # Errors
/// What the system says: the segment goes with the others then.
pub fn hold(folder: &Path, agent: AgentId, number: u64) -> io::Result<()> {
    let mark = mark(&tail::path(folder, agent, number));
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(mark)
        .map(drop)
}

/// Whether a segment is held.
pub(super) fn needed(segment: &Path) -> Needed {
    match mark(segment).exists() {
        true => Needed::Yes,
        false => Needed::No,
    }
}

/// Removes a segment, and what holds it. One that is gone already is no error.
pub(super) fn remove(segment: &Path) -> io::Result<()> {
    for path in [segment, &mark(segment)] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn mark(segment: &Path) -> PathBuf {
    segment.with_extension("held")
}
