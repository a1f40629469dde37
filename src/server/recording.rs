//! What an agent wrote, kept for the servers that come after this one. (Being replaced by a richer one.)

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::model::{AgentId, Time};
use crate::terminal::{Screen, Size};

/// One agent's recording.
#[derive(Debug)]
pub struct Recording {
    file: File,
}

impl Recording {
    /// Opens it.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(folder: &Path, agent: AgentId) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.raw", agent.0));
        Ok(Self { file: OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)? })
    }

    /// Keeps output.
    pub fn output(&mut self, _at: Time, bytes: &[u8]) {
        let _ = self.file.write_all(bytes);
    }

    /// Keeps a size.
    pub fn resize(&mut self, _at: Time, _size: Size) {}

    /// Shows it again.
    pub fn replay(&mut self, screen: &mut Screen) {
        let mut bytes = Vec::new();
        let _ = self.file.seek(SeekFrom::Start(0));
        let _ = self.file.read_to_end(&mut bytes);
        let _ = screen.feed(&bytes);
    }
}
