//! The server's log: one file, bounded, with the one before it kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::door::RoomPaths;

/// A log longer than this is put aside at the start, in bytes.
const LONG: u64 = 1024 * 1024;
/// A log that would grow beyond this is put aside, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Sends this process's log to the room's file. `OPSROOM_LOG` chooses what is in it (`debug`, `opsroom::server=trace`).
///
/// # Errors
/// Where the file cannot be written.
pub fn open(paths: &RoomPaths) -> io::Result<()> {
    let (path, before) = (paths.log(), paths.log_before());
    if fs::metadata(&path).is_ok_and(|found| found.len() > LONG) {
        fs::rename(&path, &before)?;
    }
    let log = Log::open(path, before, LONGEST)?;
    let filter = EnvFilter::try_from_env("OPSROOM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let built = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        // They would go to the very file, by this process's error output.
        .log_internal_errors(false)
        .with_writer(Mutex::new(log))
        .try_init();
    if built.is_err() {
        tracing::debug!("this process has a log already");
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(())
}

struct Log {
    path: PathBuf,
    before: PathBuf,
    longest: u64,
    file: File,
    length: u64,
}

impl Log {
    fn open(path: PathBuf, before: PathBuf, longest: u64) -> io::Result<Self> {
        let file = append_to(&path)?;
        Ok(Self {
            length: file.metadata()?.len(),
            path,
            before,
            longest,
            file,
        })
    }

    /// Puts the file aside, in place of the one before it, and begins another.
    fn turn(&mut self) -> io::Result<()> {
        match fs::rename(&self.path, &self.before) {
            // Somebody took it away: its name is free all the same.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            renamed => renamed?,
        }
        (self.file, self.length) = (append_to(&self.path)?, 0);
        Ok(())
    }
}

impl Write for Log {
    /// Takes a whole entry. Where the file is full and no other can be begun, it is lost; the next one tries again.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let most = usize::try_from(self.longest).unwrap_or(usize::MAX);
        let kept = &bytes[..bytes.len().min(most)];
        let length = kept.len() as u64;
        if self.length + length > self.longest {
            self.turn()?;
        }
        self.length += length;
        self.file.write_all(kept)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn log(folder: &Path, longest: u64) -> Log {
        let (path, before) = (folder.join("server.log"), folder.join("server.log.1"));
        Log::open(path, before, longest).unwrap()
    }

    #[test]
    fn a_log_that_is_full_goes_on_in_another_one_and_only_the_one_before_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut all = log(dir.path(), 100);
        for number in 0..50 {
            writeln!(all, "{number:09}").unwrap();
            for entry in fs::read_dir(dir.path()).unwrap() {
                let file = entry.unwrap().metadata().unwrap();
                assert!(file.len() <= 100, "{}", file.len());
                assert_eq!(file.permissions().mode() & 0o777, 0o600);
            }
        }
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        let lines = |from: u32, to: u32| -> String {
            (from..to).map(|number| format!("{number:09}\n")).collect()
        };
        assert_eq!(read("server.log"), lines(40, 50));
        assert_eq!(read("server.log.1"), lines(30, 40));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        // what a former server wrote counts
        drop(all);
        writeln!(log(dir.path(), 100), "the next one").unwrap();
        assert_eq!(read("server.log"), "the next one\n");
        assert_eq!(read("server.log.1"), lines(40, 50));
    }

    #[test]
    fn an_entry_longer_than_a_log_is_cut_and_a_log_that_was_taken_away_begins_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut all = log(dir.path(), 10);
        all.write_all(b"0123456789 and more").unwrap();
        let path = dir.path().join("server.log");
        assert_eq!(fs::read(&path).unwrap(), b"0123456789");
        fs::remove_file(&path).unwrap();
        all.write_all(b"again").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"again");
    }

    #[test]
    fn where_no_other_log_can_be_begun_the_full_one_stays_as_it_is_until_one_can() {
        let dir = tempfile::tempdir().unwrap();
        let mut all = log(dir.path(), 10);
        all.write_all(b"0123456789").unwrap();
        // nothing can take the place of a folder
        let before = dir.path().join("server.log.1");
        fs::create_dir(&before).unwrap();
        all.write_all(b"lost").unwrap_err();
        let path = dir.path().join("server.log");
        assert_eq!(fs::read(&path).unwrap(), b"0123456789");
        fs::remove_dir(&before).unwrap();
        all.write_all(b"goes on").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"goes on");
    }
}
