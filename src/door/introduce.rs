//! Who this process lets in: what the system's sshd says of the key that signed in, and what the line of that
//! key says. Must not believe what a client can set.
//!
//! A client can set variables where the sshd's `AcceptEnv` lets it. `SSH_CONNECTION` and `SSH_TTY` are set by
//! sshd behind those; `SSH_USER_AUTH` only where it exposes it, so that it never overrules the key's own line.

use std::env;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

use anyhow::bail;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::invitation::{Invitation, PublicKey};
use crate::wire::{Introduction, Invited, Through, ToServer, encode};

/// How much of `$SSH_USER_AUTH` is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Who comes in through this process.
///
/// # Errors
/// A sentence, where another key signed in than the one that was invited, or the invitation was taken back.
pub fn introduction(
    invitation: Option<&Invitation>,
    through: Through,
) -> anyhow::Result<Introduction> {
    let over_ssh = match through {
        Through::Network => true,
        Through::Socket => is_at_the_terminal_of_ssh(),
    };
    let signed_in = if over_ssh {
        keys_that_signed_in()
    } else {
        Vec::new()
    };
    let made_for = invitation.and_then(|one| one.key.clone());
    if let Some(key) = &made_for
        && !signed_in.is_empty()
        && !signed_in.contains(key)
    {
        bail!(
            "this invitation was made for the key {key}, and {} signed in; ask for one for that key",
            signed_in[0]
        );
    }
    if let Some(invitation) = invitation {
        invitation.still_stands()?;
    }
    let address = env::var("SSH_CONNECTION").ok().filter(|_| over_ssh);
    let address = address.and_then(|all| all.split(' ').next().map(str::to_owned));
    Ok(Introduction {
        invited: invitation.map(|one| Invited {
            name: one.name.clone(),
            at: one.at.unwrap_or_default(),
        }),
        key: made_for.or_else(|| signed_in.into_iter().next()),
        address: address.filter(|address| !address.is_empty()),
        through,
    })
}

/// Says who comes, on a connection that had its hello and nothing else.
///
/// # Errors
/// Where the connection is gone.
pub async fn introduce(stream: &mut UnixStream, who: &Introduction) -> anyhow::Result<()> {
    if *who == Introduction::default() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    encode(&ToServer::Introduce(who.clone()), &mut bytes)?;
    stream.write_all(&bytes).await?;
    Ok(())
}

/// Whether standard input is the terminal that sshd made for this session: not one that a multiplexer made.
fn is_at_the_terminal_of_ssh() -> bool {
    let named = env::var("SSH_TTY").unwrap_or_default();
    let stdin = std::io::stdin();
    let ours = rustix::termios::ttyname(&stdin, Vec::new());
    !named.is_empty() && ours.is_ok_and(|ours| ours.as_bytes() == named.as_bytes())
}

/// The fingerprints of the keys in the file that sshd made for this session (`ExposeAuthInfo yes`).
fn keys_that_signed_in() -> Vec<String> {
    let Some(path) = env::var_os("SSH_USER_AUTH") else {
        return Vec::new();
    };
    let Ok(file) = fs::File::open(path) else {
        return Vec::new();
    };
    let ours = |found: fs::Metadata| {
        found.is_file()
            && found.uid() == rustix::process::geteuid().as_raw()
            && found.mode() & 0o022 == 0
    };
    if !file.metadata().is_ok_and(ours) {
        return Vec::new();
    }
    let mut text = String::new();
    if file.take(LONGEST).read_to_string(&mut text).is_err() {
        return Vec::new();
    }
    let keys = text
        .lines()
        .filter_map(|line| line.strip_prefix("publickey "));
    keys.filter_map(|key| PublicKey::read(key).ok())
        .map(|key| key.fingerprint)
        .collect()
}
