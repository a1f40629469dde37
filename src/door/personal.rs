//! Where a person's own files are.

use std::env;
use std::path::PathBuf;

/// `~/.config/opsroom` of whoever runs this, as their environment says. None for somebody without a home.
pub fn personal_folder() -> Option<PathBuf> {
    let config = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.filter(|path| path.is_absolute());
    // Without HOME the system's list of users says it.
    let home = || {
        let home = env::home_dir().filter(|path| path.is_absolute())?;
        Some(home.join(".config"))
    };
    Some(config.or_else(home)?.join("opsroom"))
}
