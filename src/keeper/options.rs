//! What a keeper is started with, and how it is started so that it outlives who started it.

use anyhow::{Context, bail};
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Where a keeper lives and what its limits are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeeperOptions {
    /// The unix socket a server connects to. Its folder must be the user's own, closed to others.
    pub socket: PathBuf,
    /// The folder of the spools, closed to others as well; made when missing.
    pub spool: PathBuf,
    /// How much of one agent's output is kept while no server is connected, in bytes.
    pub spool_limit: u64,
    /// How long it waits for its first server.
    pub patience: Duration,
}

impl KeeperOptions {
    /// A keeper at `socket` with its spools in the folder `spool`: 4 MiB per agent, ten seconds of patience.
    #[must_use]
    pub fn new(socket: PathBuf, spool: PathBuf) -> Self {
        Self {
            socket,
            spool,
            spool_limit: 4 << 20,
            patience: Duration::from_secs(10),
        }
    }

    /// Read what [`KeeperOptions::to_args`] wrote.
    ///
    /// # Errors
    /// When an option is unknown, misses its value, or `--socket` or `--spool` is not there.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut args = args.into_iter();
        let (mut socket, mut spool) = (None, None);
        let (mut limit, mut patience) = (None, None);
        while let Some(name) = args.next() {
            let value = args
                .next()
                .with_context(|| format!("{} needs a value", name.display()))?;
            match name.to_str() {
                Some("--socket") => socket = Some(PathBuf::from(value)),
                Some("--spool") => spool = Some(PathBuf::from(value)),
                Some("--spool-limit") => limit = Some(number(&name, &value)?),
                Some("--patience-ms") => patience = Some(number(&name, &value)?),
                Some(_) | None => bail!(
                    "the keeper has no option {}: it takes --socket and --spool",
                    name.display()
                ),
            }
        }
        let mut options = Self::new(
            socket.context("the keeper needs --socket with a path")?,
            spool.context("the keeper needs --spool with a folder")?,
        );
        options.spool_limit = limit.unwrap_or(options.spool_limit);
        options.patience = patience.map_or(options.patience, Duration::from_millis);
        Ok(options)
    }

    /// The command line after the verb `keeper`.
    #[must_use]
    pub fn to_args(&self) -> Vec<OsString> {
        vec![
            "--socket".into(),
            self.socket.clone().into(),
            "--spool".into(),
            self.spool.clone().into(),
            "--spool-limit".into(),
            self.spool_limit.to_string().into(),
            "--patience-ms".into(),
            self.patience.as_millis().to_string().into(),
        ]
    }
}

fn number(name: &OsString, value: &OsString) -> anyhow::Result<u64> {
    let text = value.to_string_lossy();
    text.parse()
        .with_context(|| format!("{} needs a whole number, not {text:?}", name.display()))
}

/// Start `exe keeper …` in its own session, with nothing of this process's terminal, and return its pid.
/// Its output goes to the end of `log`. It is ready when its socket accepts a connection.
///
/// # Errors
/// When the log cannot be opened or the program cannot be started.
pub fn spawn_detached(exe: &Path, options: &KeeperOptions, log: &Path) -> io::Result<u32> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(log)?;
    let child = Command::new(exe)
        .arg("keeper")
        .args(options.to_args())
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(child.id())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_command_line_says_every_option() {
        let mut options = KeeperOptions::new("/a/k.sock".into(), "/a/spool".into());
        options.spool_limit = 77;
        options.patience = Duration::from_millis(5);
        assert_eq!(
            KeeperOptions::from_args(options.to_args()).unwrap(),
            options
        );
    }

    #[test]
    fn a_wrong_option_is_named() {
        for (args, word) in [
            (vec!["--socket"], "--socket"),
            (vec!["--spool", "d"], "--socket"),
            (vec!["--socket", "s"], "--spool"),
            (vec!["--dance", "d"], "--dance"),
            (
                vec!["--socket", "s", "--spool", "d", "--spool-limit", "many"],
                "many",
            ),
        ] {
            let error = KeeperOptions::from_args(args.into_iter().map(OsString::from)).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
