//! The journal's one writer. A line is on disk when [`Journal::append`] returns, and not before anything
//! that it records. Reading and verifying is `folder::journal`.
//!
//! Must not wait for anything but the disk, and never leaves half a line for the next one to be glued to.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use thiserror::Error;

use crate::folder::chain::{Broken, Link};
use crate::folder::journal::{Fault, Head, Lines, Met, head_path, lines_path};
use crate::model::Entry;

pub use crate::folder::journal::{Verified, verify};

/// The journal, open for writing. At most one in the world for each room.
#[derive(Debug)]
pub struct Journal {
    lines: File,
    head: File,
    link: Link,
    length: u64,
    state: Writing,
    /// How many bytes were refused last; 0 once some were written.
    refused: usize,
}

/// Whether the file ends with a whole line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Whole,
    /// A failed line could not be cut back: another one would be glued to it.
    Torn,
}

/// What was found when the journal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Bytes of a torn last line that were cut. Worth a [`Recovered`](crate::model::Happening::Recovered) line.
    pub cut_bytes: u64,
    /// What the head was worth. Worth a notice where it was not [`HeadFound::Whole`].
    pub head: HeadFound,
}

/// What the head file was worth at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadFound {
    /// It named the last line, or one before it.
    Whole,
    /// It was not there although there were lines: a cut end would not have been seen. It was written anew.
    Missing,
    /// It could not be read: a cut end would not have been seen. It was written anew.
    Unreadable,
}

/// Why there is no journal to write to.
#[derive(Debug, Error)]
pub enum OpenFault {
    /// Somebody else has it.
    #[error("another server writes this room's journal ({}): close that one first", .0.display())]
    Taken(PathBuf),
    /// It was tampered with, or belongs to a newer version. Nothing was changed.
    #[error("{fault}; nothing was changed: `opsroom journal verify` checks it again, and moving journal.jsonl and journal.head away from {} starts a new one (briefs stay)", folder.display())]
    Broken {
        /// The private folder.
        folder: PathBuf,
        /// What is wrong.
        fault: Fault,
    },
    /// The system said no.
    #[error("cannot open the journal {}: {why}", path.display())]
    System {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
}

impl Journal {
    /// Takes the journal in a room's private folder (which exists), makes it where it is missing, cuts a
    /// torn last line, and reads all of it.
    ///
    /// # Errors
    /// A sentence, where another server has it, the chain is broken, or a line is not understood.
    pub fn open(private: &Path) -> Result<(Journal, Vec<Entry>, Opened), OpenFault> {
        let path = lines_path(private);
        let lines = open(&path)?;
        if flock(&lines, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Err(OpenFault::Taken(path));
        }
        let found = Head::read(private).map_err(system(&head_path(private)))?;
        let broken = |fault| OpenFault::Broken {
            folder: private.to_path_buf(),
            fault,
        };
        let replay = Replay::run(lines, found.clone()).map_err(broken)?;
        let head = open(&head_path(private))?;
        let mut journal = Journal {
            lines: replay.lines,
            head,
            link: replay.link,
            length: replay.length,
            state: Writing::Whole,
            refused: 0,
        };
        journal.settle(replay.torn).map_err(system(&path))?;
        sync_folder(private).map_err(system(private))?;
        let opened = Opened {
            cut_bytes: replay.torn,
            head: match found {
                Head::Missing if journal.link.n > 0 => HeadFound::Missing,
                Head::Unreadable => HeadFound::Unreadable,
                Head::Missing | Head::At(_) => HeadFound::Whole,
            },
        };
        Ok((journal, replay.entries, opened))
    }

    /// Writes one line and syncs it.
    ///
    /// # Errors
    /// Where it is not on disk; the journal is then as it was before, and what the line would have
    /// recorded must not be done.
    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.append_all(std::slice::from_ref(entry))
    }

    /// Writes several lines and syncs them once: all of them, or none.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    pub fn append_all(&mut self, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        self.mend()?;
        let mut bytes = Vec::new();
        let mut link = self.link.clone();
        for entry in entries {
            link = link.write(entry, &mut bytes)?;
        }
        // Its folder was deleted: what is written there now, nobody will ever read.
        if self.lines.metadata()?.nlink() == 0 {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "its file was deleted",
            ));
        }
        let written = self.lines.write_all_at(&bytes, self.length);
        if let Err(why) = written.and_then(|()| self.lines.sync_data()) {
            self.refused = bytes.len();
            self.state = Writing::Torn;
            // where this fails too, the next append tries again before it writes
            let _ = self.mend();
            return Err(why);
        }
        self.refused = 0;
        self.length += bytes.len() as u64;
        self.link = link;
        // the line counts; a head that lags behind it is put right by the next line or the next start
        let _ = self.write_head();
        Ok(())
    }

    /// Whether there is room again for what was refused last: blanks take its place, and are cut. A crash between the two
    /// leaves a torn end, which the next start cuts.
    ///
    /// # Errors
    /// Where there is not.
    pub fn probe(&mut self) -> io::Result<()> {
        self.mend()?;
        if self.refused == 0 {
            return Ok(());
        }
        let blanks = vec![b' '; self.refused];
        let written = self.lines.write_all_at(&blanks, self.length);
        let written = written.and_then(|()| self.lines.sync_data());
        self.state = Writing::Torn;
        self.mend()?;
        written
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.link.n
    }

    /// Cuts what a failed write left.
    fn mend(&mut self) -> io::Result<()> {
        if self.state == Writing::Torn {
            self.lines.set_len(self.length)?;
            self.lines.sync_data()?;
            self.state = Writing::Whole;
        }
        Ok(())
    }

    /// Cuts a torn end and brings the head up to the chain.
    fn settle(&mut self, torn: u64) -> io::Result<()> {
        if torn > 0 {
            self.state = Writing::Torn;
            self.mend()?;
        }
        self.write_head()?;
        self.head.set_len(Head::text(&self.link).len() as u64)?;
        self.head.sync_data()
    }

    fn write_head(&self) -> io::Result<()> {
        self.head.write_all_at(Head::text(&self.link).as_bytes(), 0)
    }
}

/// A journal read from its beginning.
struct Replay {
    lines: File,
    entries: Vec<Entry>,
    link: Link,
    length: u64,
    torn: u64,
}

impl Replay {
    fn run(file: File, head: Head) -> Result<Self, Fault> {
        let at = |line: u64| move |what: String| Fault { line, what };
        let known = match &head {
            Head::At(link) => Some(link.n),
            Head::Missing | Head::Unreadable => None,
        };
        let met = Met::new(head);
        let mut entries = Vec::new();
        let mut link = Link::default();
        let mut lines = Lines::new(file);
        loop {
            let n = link.n + 1;
            let length = lines.end();
            let Some(text) = lines.next().map_err(|why| at(n)(why.to_string()))? else {
                break;
            };
            let line = match link.read(text) {
                Ok(line) => line,
                // never acknowledged, and half of it on disk: a crash of the machine does that
                Err(why)
                    if known.is_some_and(|known| known <= link.n)
                        && !matches!(why, Broken::Unknown(_)) =>
                {
                    return Self::cut(lines, length, link, entries);
                }
                Err(why) => return Err(at(n)(why.to_string())),
            };
            entries.push(line.entry().map_err(|why| at(n)(why.to_string()))?);
            link = line.link;
            met.line(&link).map_err(at(n))?;
        }
        if known.is_some() {
            met.end(&link).map_err(at(link.n))?;
        }
        let length = lines.end();
        Self::cut(lines, length, link, entries)
    }

    /// What counts ends at `length`; the rest is torn.
    fn cut(lines: Lines, length: u64, link: Link, entries: Vec<Entry>) -> Result<Self, Fault> {
        let file = lines.into_file();
        let size = file.metadata().map_err(|why| Fault {
            line: link.n,
            what: why.to_string(),
        })?;
        Ok(Self {
            torn: size.len().saturating_sub(length),
            lines: file,
            entries,
            link,
            length,
        })
    }
}

fn open(path: &Path) -> Result<File, OpenFault> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32)
        .open(path)
        .map_err(system(path))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn system(path: &Path) -> impl FnOnce(io::Error) -> OpenFault {
    let path = path.to_path_buf();
    move |why| OpenFault::System { path, why }
}
