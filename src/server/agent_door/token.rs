//! The agents' tokens: made from a secret of the room, so that a server that takes over knows them all.

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::model::AgentId;

const LENGTH: usize = 32;

/// Makes and checks tokens.
#[derive(Clone)]
pub struct Tokens {
    secret: [u8; LENGTH],
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// The room's tokens: their secret is read from `path`, or made there (readable by its owner alone).
    ///
    /// # Errors
    /// What the system says, or that the file holds something else.
    pub fn load(path: &Path) -> io::Result<Self> {
        match fs::read(path) {
            Ok(bytes) => Self::of_secret(&bytes, path),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let secret = fresh_secret()?;
                write_secret(path, &secret)?;
                Ok(Self { secret })
            }
            Err(why) => Err(why),
        }
    }

    fn of_secret(bytes: &[u8], path: &Path) -> io::Result<Self> {
        let secret = bytes.try_into().map_err(|_| {
            let path = path.display();
            io::Error::other(format!(
                "{path} is not a secret of {LENGTH} bytes; remove it while no agent runs"
            ))
        })?;
        Ok(Self { secret })
    }

    /// The token of an agent.
    pub fn of(&self, agent: AgentId) -> String {
        let number = agent.0.to_le_bytes();
        let inner = digest(&[&self.secret, b"agent", &number]);
        let token = digest(&[&self.secret, b"token", &inner]);
        token.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this is the token of that agent. Takes as long for a wrong one as for a right one.
    pub fn is_right(&self, agent: AgentId, token: &str) -> bool {
        let right = self.of(agent);
        let differs = right
            .bytes()
            .zip(token.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b));
        right.len() == token.len() && differs == 0
    }
}

fn digest(parts: &[&[u8]]) -> [u8; LENGTH] {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

fn fresh_secret() -> io::Result<[u8; LENGTH]> {
    let mut secret = [0; LENGTH];
    fs::File::open("/dev/urandom")?.read_exact(&mut secret)?;
    Ok(secret)
}

/// Written beside and linked into place, so that a crash leaves no half of it.
fn write_secret(path: &Path, secret: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let _ = fs::remove_file(&aside);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(secret)?;
    file.sync_all()?;
    fs::rename(&aside, path)
}
