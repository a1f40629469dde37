//! Keeps the newest output of one agent while no server is connected: two files that take turns.
//!
//! What is kept is always contiguous and ends with the last byte that was added. Never fails: when the
//! disk refuses, what was kept is given up and counted as dropped, so the agent still does not block.

use crate::wire::keeper::{self as wire, AgentNo};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// One agent's kept output.
#[derive(Debug)]
pub(super) struct Spool {
    dir: PathBuf,
    agent: AgentNo,
    /// The limit of one part, in bytes: half of what is kept at most.
    part_limit: u64,
    /// The part being written, when there is one; the other part is older.
    newest: Part,
    open: Option<File>,
    lengths: [u64; 2],
    dropped: u64,
}

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Even,
    Odd,
}

impl Part {
    fn other(self) -> Self {
        match self {
            Self::Even => Self::Odd,
            Self::Odd => Self::Even,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Even => 0,
            Self::Odd => 1,
        }
    }
}

/// The names of both files of an agent.
pub(super) fn part_names(agent: AgentNo) -> [String; 2] {
    [format!("agent-{agent}.0"), format!("agent-{agent}.1")]
}

impl Spool {
    /// An empty spool that keeps at most `limit` bytes; nothing is on disk until something is added.
    pub(super) fn new(dir: &Path, agent: AgentNo, limit: u64) -> Self {
        Self {
            dir: dir.to_path_buf(),
            agent,
            part_limit: (limit / 2).max(1),
            newest: Part::Even,
            open: None,
            lengths: [0; 2],
            dropped: 0,
        }
    }

    /// The spool that a former keeper told about, to be told again and removed later.
    pub(super) fn adopt(dir: &Path, agent: AgentNo, told: &wire::Spool) -> Self {
        let mut spool = Self::new(dir, agent, 2);
        let names = part_names(agent);
        for name in &told.parts {
            if let Some(index) = names.iter().position(|known| known == name) {
                spool.lengths[index] = fs::metadata(dir.join(name)).map_or(0, |meta| meta.len());
                spool.newest = if index == 0 { Part::Even } else { Part::Odd };
            }
        }
        spool.dropped = told.dropped;
        spool
    }

    /// Keep these bytes too, dropping the oldest ones when over the limit.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.add_some(rest) {
                Ok(taken) => rest = &rest[taken..],
                Err(error) => {
                    tracing::warn!(agent = self.agent.0, %error, "the spool cannot be written, output is dropped");
                    let lost = self.lengths.iter().sum::<u64>() + rest.len() as u64;
                    self.discard();
                    self.dropped += lost;
                    return;
                }
            }
        }
    }

    fn add_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.lengths[self.newest.index()] >= self.part_limit {
            self.turn();
        }
        let room = self.part_limit - self.lengths[self.newest.index()];
        let some = &bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
        let mut file = match self.open.take() {
            Some(file) => file,
            None => self.open_newest()?,
        };
        let taken = file.write(some)?;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.open = Some(file);
        self.lengths[self.newest.index()] += taken as u64;
        Ok(taken)
    }

    /// The older part gives way to a new one.
    fn turn(&mut self) {
        self.open = None;
        self.newest = self.newest.other();
        let index = self.newest.index();
        self.dropped += self.lengths[index];
        self.lengths[index] = 0;
        let _gone = fs::remove_file(self.path(index));
    }

    fn open_newest(&self) -> io::Result<File> {
        let index = self.newest.index();
        let path = self.path(index);
        if self.lengths[index] == 0 {
            let _gone = fs::remove_file(&path);
            return OpenOptions::new()
                .append(true)
                .create_new(true)
                .mode(0o600)
                .open(path);
        }
        OpenOptions::new().append(true).open(path)
    }

    fn path(&self, index: usize) -> PathBuf {
        self.dir.join(&part_names(self.agent)[index])
    }

    /// Nothing will be added for now: give the descriptor back, keep the files.
    pub(super) fn rest(&mut self) {
        self.open = None;
    }

    /// What a server is told, if there is anything to tell.
    pub(super) fn told(&self) -> Option<wire::Spool> {
        let bytes = self.lengths.iter().sum();
        if bytes == 0 && self.dropped == 0 {
            return None;
        }
        let names = part_names(self.agent);
        let order = [self.newest.other(), self.newest];
        let kept = order
            .into_iter()
            .map(Part::index)
            .filter(|index| self.lengths[*index] > 0);
        Some(wire::Spool {
            parts: kept.map(|index| names[index].clone()).collect(),
            bytes,
            dropped: self.dropped,
        })
    }

    /// The spool was read, or is wanted no more: nothing of it stays.
    pub(super) fn discard(&mut self) {
        self.open = None;
        for index in 0..self.lengths.len() {
            if self.lengths[index] > 0 {
                let _gone = fs::remove_file(self.path(index));
            }
        }
        self.lengths = [0; 2];
        self.dropped = 0;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn content(dir: &Path, told: &wire::Spool) -> Vec<u8> {
        told.parts
            .iter()
            .flat_map(|name| fs::read(dir.join(name)).unwrap())
            .collect()
    }

    #[test]
    fn the_newest_bytes_stay_in_order_and_the_rest_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        for chunk in [1, 3, 7, 50, 400] {
            let mut spool = Spool::new(dir.path(), AgentNo(3), 100);
            let all: Vec<u8> = (0..997u32).map(|n| (n % 251) as u8).collect();
            for bytes in all.chunks(chunk) {
                spool.add(bytes);
                let told = spool.told().unwrap();
                assert!(told.bytes <= 100);
            }
            let told = spool.told().unwrap();
            let kept = content(dir.path(), &told);
            assert!(kept.len() >= 50, "{}", kept.len());
            assert_eq!(kept.len() as u64, told.bytes);
            assert_eq!(told.dropped + told.bytes, 997);
            assert!(all.ends_with(&kept));
            spool.discard();
        }
    }

    #[test]
    fn an_empty_spool_leaves_no_file_and_is_not_told() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path(), AgentNo(3), 100);
        assert_eq!(spool.told(), None);
        spool.add(b"x");
        spool.discard();
        assert_eq!(spool.told(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_rested_spool_goes_on_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path(), AgentNo(3), 100);
        spool.add(b"one ");
        spool.rest();
        spool.add(b"two");
        assert_eq!(content(dir.path(), &spool.told().unwrap()), b"one two");
    }

    #[test]
    fn a_disk_that_refuses_costs_output_and_says_how_much() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(&dir.path().join("missing"), AgentNo(3), 100);
        spool.add(b"12345");
        assert_eq!(
            spool.told(),
            Some(wire::Spool {
                parts: Vec::new(),
                bytes: 0,
                dropped: 5
            })
        );
    }

    #[test]
    fn a_former_keepers_spool_is_told_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path(), AgentNo(3), 100);
        spool.add(&[7; 130]);
        let told = spool.told().unwrap();
        let mut adopted = Spool::adopt(dir.path(), AgentNo(3), &told);
        assert_eq!(adopted.told(), Some(told));
        adopted.discard();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
