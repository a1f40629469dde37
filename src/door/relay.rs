//! `opsroom proxy`: passes a client's bytes on to the room, after having said who comes. Must not look into
//! what passes.

use anyhow::Context as _;
use tokio::io::{AsyncWriteExt as _, copy, stdin, stdout};
use tokio::net::UnixStream;

use super::connect::{connect_as, first_line};
use super::introduce::introduce;
use super::{RoomPaths, Seating, ensure_for};
use crate::wire::{Hello, Introduction};

/// Whether somebody may start the room's server where none runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starting {
    /// They may.
    WhereMissing,
    /// They change nothing: they wait for somebody who may.
    Never,
}

/// A connection to the room of this machine, with the hello done and whoever comes introduced.
///
/// # Errors
/// A sentence, where there is none to be had.
pub async fn enter(
    paths: &RoomPaths,
    seating: Seating,
    starting: Starting,
    who: &Introduction,
) -> anyhow::Result<UnixStream> {
    let mut stream = match starting {
        Starting::WhereMissing => ensure_for(paths, seating, who).await?,
        Starting::Never => connect_as(&paths.again()?, seating)
            .await?
            .context("the room is not open now; its owner opens it with `opsroom`")?,
    };
    introduce(&mut stream, who).await?;
    Ok(stream)
}

/// Passes on, both ways, until one side is gone. The client's hello is answered here, by this version: it is
/// the server's too, or there would be no connection.
///
/// # Errors
/// A sentence, where the client is no opsroom or another version.
pub async fn relay(stream: UnixStream) -> anyhow::Result<()> {
    let (mut input, mut output) = (stdin(), stdout());
    output.write_all(Hello::ours().line().as_bytes()).await?;
    output.flush().await?;
    let line = first_line(&mut input).await;
    let line = line.context("the client left before its hello")?;
    Hello::read(&line)?.check()?;
    let (mut from, mut to) = stream.into_split();
    // Whichever side ends first, the other one is of no use any more.
    tokio::select! {
        ended = copy(&mut input, &mut to) => ended.map(drop),
        ended = copy(&mut from, &mut output) => ended.map(drop),
    }
    .or_else(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset => Ok(()),
        _ => Err(error.into()),
    })
}
