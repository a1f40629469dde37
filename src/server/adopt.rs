//! A terminal on its way into a pane: from a start, or handed over by the keeper after a restart.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::terminal::Size;
use crate::wire::keeper::Spool;

use super::keeper_link::{Returned, read_spool};

/// Questions that a program asked longer ago than this are not answered any more: it has stopped
/// waiting, and would take the answer for keys.
const ANSWERABLE: Duration = Duration::from_secs(3);

/// A terminal, and what its agent wrote while nobody read it.
#[derive(Debug)]
pub struct Adopted {
    /// The PTY master; none where the agent has ended and closed it.
    pub terminal: Option<OwnedFd>,
    /// Its size as the kernel knows it.
    pub size: Size,
    /// What was written meanwhile, before anything that is read from it now.
    pub missed: Vec<u8>,
    /// Why that could not be read, where it could not: it is missing here, and the keeper still has it.
    pub unread: Option<String>,
    /// Whether the program still waits for answers to what it asked in there.
    pub asked: Asked,
    /// How it came.
    pub from: From,
}

/// How old the questions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Just now.
    Lately,
    /// Too long ago.
    LongAgo,
}

/// Where a terminal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// A start: its program draws by itself.
    Start,
    /// Another server had it: its program should draw anew.
    Handover,
}

impl Adopted {
    /// A terminal that was just opened.
    pub fn new(terminal: OwnedFd, size: Size) -> Self {
        Self {
            terminal: Some(terminal),
            size,
            missed: Vec::new(),
            unread: None,
            asked: Asked::Lately,
            from: From::Start,
        }
    }

    /// A terminal that the keeper hands over.
    pub fn returned(returned: Returned, spools: &Path) -> Self {
        let Returned { here, terminal } = returned;
        let (missed, unread, asked) = missed(spools, here.spool.as_ref());
        let size = Size::new(here.cols, here.rows);
        Self {
            terminal: Some(terminal),
            size,
            missed,
            unread,
            asked,
            from: From::Handover,
        }
    }

    /// Nothing: the agent ended before, and its recording is all there is.
    pub fn nothing(size: Size) -> Self {
        Self {
            terminal: None,
            size,
            missed: Vec::new(),
            unread: None,
            asked: Asked::LongAgo,
            from: From::Handover,
        }
    }

    /// Whether nothing comes of it any more.
    pub fn is_over(&self) -> bool {
        self.terminal.is_none() && self.missed.is_empty()
    }

    /// The last words of an agent that ended while nobody read.
    pub fn last_words(spool: &Spool, spools: &Path, size: Size) -> Self {
        let (missed, unread, _) = missed(spools, Some(spool));
        Self {
            terminal: None,
            size,
            missed,
            unread,
            asked: Asked::LongAgo,
            from: From::Handover,
        }
    }
}

fn missed(folder: &Path, spool: Option<&Spool>) -> (Vec<u8>, Option<String>, Asked) {
    let Some(spool) = spool else {
        return (Vec::new(), None, Asked::LongAgo);
    };
    let (bytes, unread) = match read_spool(folder, spool) {
        Ok(bytes) => (bytes, None),
        Err(why) => (Vec::new(), Some(why.to_string())),
    };
    let written = spool
        .parts
        .iter()
        .filter_map(|part| age(&folder.join(part)).ok())
        .min();
    let asked = match written {
        Some(age) if age <= ANSWERABLE => Asked::Lately,
        Some(_) | None => Asked::LongAgo,
    };
    (bytes, unread, asked)
}

fn age(path: &Path) -> io::Result<Duration> {
    let changed = std::fs::metadata(path)?.modified()?;
    Ok(SystemTime::now()
        .duration_since(changed)
        .unwrap_or_default())
}
