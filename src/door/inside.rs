//! Which room a process means that a room started: an agent works in a worktree, which may have an `opsroom.toml` of
//! its own, or where there is none.

use std::path::{Path, PathBuf};

use crate::wire::agent::ENV_ROOM;

/// The room of the agent that this process belongs to, where the nearest one is none, or only a worktree of it.
pub(super) fn room(nearest: Option<&Path>) -> Option<PathBuf> {
    let own = PathBuf::from(std::env::var_os(ENV_ROOM)?);
    let own = std::fs::canonicalize(own).ok()?;
    let worktree = |found: &Path| {
        let found = std::fs::canonicalize(found);
        found.is_ok_and(|found| found.starts_with(own.join(".opsroom")))
    };
    nearest.is_none_or(worktree).then_some(own)
}
