//! The room's secret, and what is made from it: the tokens that agents prove themselves with.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::rand::{GetRandomFlags, getrandom};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::{AgentId, Ask, Digest};

const LENGTH: usize = 32;

/// A secret of one room. It outlives servers, so that a waiting agent is known again.
pub struct Secret([u8; LENGTH]);

impl Secret {
    /// Reads it, or makes it where there is none.
    ///
    /// # Errors
    /// Where it cannot be read or written, or others may read it.
    pub fn load(path: &Path) -> io::Result<Self> {
        match read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => make(path),
            other => other,
        }
    }

    /// The token of one agent.
    pub fn token(&self, agent: AgentId) -> String {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(agent.0.to_le_bytes());
        hex(&hash.finalize())
    }
}

/// SHA-256 of what a card shows, in hex.
pub fn digest(ask: &Ask) -> Digest {
    Digest(hex(&Sha256::digest(canonical(ask))))
}

fn canonical<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain enums and strings: nothing in an ask has no JSON form.
    serde_json::to_vec(value).unwrap_or_default()
}

fn read(path: &Path) -> io::Result<Secret> {
    let bytes = fs::read(path)?;
    if fs::metadata(path)?.mode() & 0o077 != 0 {
        let why = format!("others may read {}: remove it, a new one is made", path.display());
        return Err(io::Error::new(ErrorKind::PermissionDenied, why));
    }
    let secret = bytes.try_into().map_err(|_| {
        let why = format!("{} is not a secret: remove it, a new one is made", path.display());
        io::Error::new(ErrorKind::InvalidData, why)
    })?;
    Ok(Secret(secret))
}

fn make(path: &Path) -> io::Result<Secret> {
    let mut bytes = [0; LENGTH];
    let length = getrandom(&mut bytes, GetRandomFlags::empty())?;
    if length != LENGTH {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(aside, path)?;
    Ok(Secret(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::Untrusted;

    #[test]
    fn a_token_outlives_the_server_and_differs_by_agent() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let token = Secret::load(&path).unwrap().token(AgentId(1));
        let again = Secret::load(&path).unwrap();
        assert_eq!(again.token(AgentId(1)), token);
        assert_ne!(again.token(AgentId(2)), token);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_digest_names_the_whole_content() {
        let ask = |text: &str| Ask::Question { text: Untrusted::new(text), options: Vec::new() };
        assert_eq!(digest(&ask("a")), digest(&ask("a")));
        assert_ne!(digest(&ask("a")), digest(&ask("b")));
    }
}
