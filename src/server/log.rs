//! The server's log: one file, bounded, with the one before it kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// A log longer than this is put aside at the start, in bytes.
const LONG: u64 = 1024 * 1024;
/// The most that one server writes, in bytes. Then it is silent.
const MOST: u64 = 16 * 1024 * 1024;

/// Sends this process's log to the file. `OPSROOM_LOG` chooses what is in it (`debug`, `opsroom::server=trace`).
///
/// # Errors
/// Where the file cannot be written.
pub fn open(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| found.len() > LONG) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    let filter = EnvFilter::try_from_env("OPSROOM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let built = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(Bounded { file, left: MOST }))
        .try_init();
    if built.is_err() {
        tracing::debug!("this process has a log already");
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(())
}

struct Bounded {
    file: File,
    left: u64,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len() as u64;
        if length <= self.left {
            self.left -= length;
            self.file.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
