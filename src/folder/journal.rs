//! The journal's two files as anybody may read them: verify, read, follow. Writes nothing.
//!
//! `journal.jsonl` holds the lines. `journal.head` names the last one, so that a cut end is seen. The head
//! is written after the line: it may lag behind a valid chain, and is never ahead of one.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};
use thiserror::Error;

use super::chain::{self, Broken, LONGEST, Link};
use crate::model::Entry;

/// How often a follower looks without having been told of a change.
const LOOK: Duration = Duration::from_secs(1);

/// Where the lines are, in a room's private folder.
pub fn lines_path(private: &Path) -> PathBuf {
    private.join("journal.jsonl")
}

/// Where the head is.
pub fn head_path(private: &Path) -> PathBuf {
    private.join("journal.head")
}

/// What is wrong with a journal, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("journal.jsonl{}: {what}", place(*line))]
pub struct Fault {
    /// From 1; 0 where it is the file as a whole.
    pub line: u64,
    /// A sentence.
    pub what: String,
}

fn place(line: u64) -> String {
    match line {
        0 => String::new(),
        line => format!(", line {line}"),
    }
}

/// A journal that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many lines it has.
    pub lines: u64,
    /// The hash of the last one, in hex.
    pub last: String,
    /// Bytes behind the last whole line: a line being written now, or torn by a crash. The next start cuts them.
    pub torn: u64,
    /// How many lines the head lags behind (a crash between the two; the next start puts it right).
    pub behind: u64,
}

/// What the head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// There is none.
    Missing,
    /// It cannot be read.
    Unreadable,
    /// The chain stood here at least.
    At(Link),
}

impl Head {
    /// Reads it.
    ///
    /// # Errors
    /// Where the file is there and the system does not let us read it.
    pub fn read(private: &Path) -> io::Result<Self> {
        match std::fs::read(head_path(private)) {
            Ok(bytes) => Ok(Self::parse(&bytes).map_or(Self::Unreadable, Self::At)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(Self::Missing),
            Err(why) => Err(why),
        }
    }

    /// A chain's place as the head file holds it: always of the same length, so that it is overwritten whole.
    pub fn text(link: &Link) -> String {
        format!("{:020} {}\n", link.n, link.hash)
    }

    fn parse(bytes: &[u8]) -> Option<Link> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (n, hash) = text.strip_suffix('\n')?.split_once(' ')?;
        let n = n.parse().ok()?;
        let hash = hash.to_owned();
        let link = Link { n, hash };
        (Self::text(&link) == text).then_some(link)
    }
}

/// Checks the whole chain against the head. Finds a changed, removed, added, swapped or doubled line and
/// a cut end. May run while the server writes.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(private: &Path) -> Result<Verified, Fault> {
    let at = |line: u64| move |what: String| Fault { line, what };
    let head =
        Head::read(private).map_err(|why| at(0)(format!("journal.head cannot be read: {why}")))?;
    let file = match File::open(lines_path(private)) {
        Ok(file) => file,
        Err(why) => return Err(at(0)(format!("the file cannot be opened: {why}"))),
    };
    let mut link = Link::default();
    let met = Met::new(head);
    let mut lines = Lines::new(file);
    while let Some(line) = lines
        .next()
        .map_err(|why| at(link.n + 1)(why.to_string()))?
    {
        let n = link.n + 1;
        link = link.read(line).map_err(|why| at(n)(why.to_string()))?.link;
        met.line(&link).map_err(at(n))?;
    }
    let behind = met.end(&link).map_err(at(link.n))?;
    Ok(Verified {
        lines: link.n,
        last: link.hash,
        torn: lines.torn(),
        behind,
    })
}

/// Holds a head against a chain, line by line.
pub struct Met(Head);

impl Met {
    /// Takes the head as it was before the chain was read.
    pub fn new(head: Head) -> Self {
        Self(head)
    }

    /// Whether this line is as the head says.
    ///
    /// # Errors
    /// A sentence, where the head names another line of that number.
    pub fn line(&self, link: &Link) -> Result<(), String> {
        match &self.0 {
            Head::At(head) if head.n == link.n && head != link => Err(
                "journal.head names another line of this number: the chain was written anew"
                    .to_owned(),
            ),
            Head::At(_) | Head::Missing | Head::Unreadable => Ok(()),
        }
    }

    /// How many lines the head lags behind the end.
    ///
    /// # Errors
    /// A sentence, where the end was cut, or nobody can tell.
    pub fn end(&self, last: &Link) -> Result<u64, String> {
        match &self.0 {
            Head::At(head) if head.n > last.n => Err(format!(
                "the end was cut: journal.head names line {}, and this is the last one here",
                head.n
            )),
            Head::At(head) => Ok(last.n - head.n),
            Head::Missing if last.n == 0 => Ok(0),
            Head::Missing => {
                Err("journal.head is missing: nobody can tell whether the end was cut".to_owned())
            }
            Head::Unreadable => {
                Err("journal.head is damaged: nobody can tell whether the end was cut".to_owned())
            }
        }
    }
}

/// Every entry with its number, oldest first. The chain is not checked: [`verify`] does.
///
/// # Errors
/// Where the file cannot be read, or a line is not understood.
pub fn read(private: &Path) -> Result<Vec<(u64, Entry)>, Fault> {
    let mut entries = Vec::new();
    let mut follower = Follower::open(private)?;
    while let Some(entry) = follower.next_now()? {
        entries.push(entry);
    }
    Ok(entries)
}

/// How long the journal is now, in bytes; 0 where there is none.
pub fn length(private: &Path) -> u64 {
    std::fs::metadata(lines_path(private)).map_or(0, |file| file.len())
}

/// The first piece that [`back_to`] reads, in bytes.
const PIECE: u64 = 16 * 1024;

/// The entries that end before a place in the file, back to one (or more), but from at most so many bytes before it on.
/// Lines that are not understood are left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn back_to(
    private: &Path,
    end: u64,
    most: u64,
    is_it: impl Fn(&Entry) -> bool,
) -> io::Result<Vec<Entry>> {
    let mut piece = PIECE.min(most);
    loop {
        let entries = before(private, end, piece)?;
        if piece >= most.min(end) || entries.iter().any(&is_it) {
            return Ok(entries);
        }
        piece = (piece * 4).min(most);
    }
}

fn before(private: &Path, end: u64, bytes: u64) -> io::Result<Vec<Entry>> {
    let mut file = File::open(lines_path(private))?;
    let start = end.saturating_sub(bytes);
    file.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    file.take(end - start).read_to_end(&mut text)?;
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    if start > 0 {
        // It may have begun before.
        let _cut_in_two = lines.next();
    }
    let whole = lines.filter_map(|line| line.strip_suffix(b"\n"));
    let entries = whole.filter_map(|line| chain::entry_of(line).ok());
    Ok(entries.map(|(_, entry)| entry).collect())
}

/// Every entry, and then those to come.
///
/// # Errors
/// Where the file cannot be read or watched.
pub fn follow(private: &Path) -> Result<Follower, Fault> {
    let mut follower = Follower::open(private)?;
    let (tell, told) = sync_channel(1);
    let noticed = notify::recommended_watcher(move |_: notify::Result<notify::Event>| {
        // full: the reader was told already and has not looked yet
        let _ = tell.try_send(());
    });
    if let Ok(mut watcher) = noticed {
        let path = lines_path(private);
        if watcher.watch(&path, RecursiveMode::NonRecursive).is_ok() {
            follower.told = Some((watcher, told));
        }
    }
    Ok(follower)
}

/// Reads a journal as it grows.
pub struct Follower {
    lines: Lines,
    read: u64,
    told: Option<(notify::RecommendedWatcher, Receiver<()>)>,
}

impl Follower {
    fn open(private: &Path) -> Result<Self, Fault> {
        let path = lines_path(private);
        let file = File::open(&path).map_err(|why| Fault {
            line: 0,
            what: format!("{}: {why}; has this room been opened yet?", path.display()),
        })?;
        Ok(Self {
            lines: Lines::new(file),
            read: 0,
            told: None,
        })
    }

    /// The next entry that stands there already.
    ///
    /// # Errors
    /// Where the line is not understood.
    pub fn next_now(&mut self) -> Result<Option<(u64, Entry)>, Fault> {
        let line = self.read + 1;
        let fault = |what: String| Fault { line, what };
        let Some(text) = self.lines.next().map_err(|why| fault(why.to_string()))? else {
            return Ok(None);
        };
        let entry = chain::entry_of(text).map_err(|why: Broken| fault(why.to_string()))?;
        self.read = line;
        Ok(Some(entry))
    }

    /// The next entry; waits for it.
    ///
    /// # Errors
    /// Where the line is not understood.
    pub fn next_later(&mut self) -> Result<(u64, Entry), Fault> {
        loop {
            if let Some(entry) = self.next_now()? {
                return Ok(entry);
            }
            match &self.told {
                // a timeout is a look of its own: a watcher is only a hint
                Some((_, told)) => drop(told.recv_timeout(LOOK)),
                None => std::thread::sleep(LOOK),
            }
        }
    }
}

/// Whole lines of a file that may still grow.
pub struct Lines {
    file: BufReader<File>,
    whole: u64,
    held: Vec<u8>,
    given: bool,
}

impl Lines {
    /// From the file's beginning.
    pub fn new(file: File) -> Self {
        Self {
            file: BufReader::with_capacity(256 * 1024, file),
            whole: 0,
            held: Vec::new(),
            given: false,
        }
    }

    /// The next whole line without its newline. What stands behind the last newline is kept for later.
    ///
    /// # Errors
    /// Where the file cannot be read, or a line is longer than a line can be.
    #[expect(clippy::should_implement_trait, reason = "it lends its own buffer")]
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        if std::mem::take(&mut self.given) {
            self.held.clear();
        }
        let room = (LONGEST + 1).saturating_sub(self.held.len()) as u64;
        (&mut self.file)
            .take(room)
            .read_until(b'\n', &mut self.held)?;
        if self.held.last() != Some(&b'\n') {
            return if self.held.len() > LONGEST {
                Err(io::Error::other(
                    "the line is longer than a journal's line can be",
                ))
            } else {
                Ok(None)
            };
        }
        self.given = true;
        self.whole += self.held.len() as u64;
        Ok(self.held.split_last().map(|(_, line)| line))
    }

    /// Where the last whole line ends, in bytes from the file's beginning.
    pub fn end(&self) -> u64 {
        self.whole
    }

    /// How many bytes stand behind the last whole line.
    pub fn torn(&self) -> u64 {
        if self.given {
            0
        } else {
            self.held.len() as u64
        }
    }

    /// The file, at no place in particular.
    pub fn into_file(self) -> File {
        self.file.into_inner()
    }
}
