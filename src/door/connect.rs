//! Connects to a room's server that is already there, and exchanges the hello.

use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use super::RoomPaths;
use crate::wire::{Hello, HelloFault, hello};

/// How long the other side may take to say hello.
const HELLO_LIMIT: Duration = Duration::from_secs(5);

/// Lines (or their parts) that may stand before the hello of another machine.
const NOISE: u32 = 1_000;

/// Tries again so often while the server's queue of connections is full.
const BUSY_TRIES: u32 = 100;

/// At which socket a client takes its seat. The socket decides what the seat may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seating {
    /// Decides, types, moves briefs.
    #[default]
    Operator,
    /// Looks only.
    Observer,
}

/// Connects to the server of this room, if one runs. The hello is done.
///
/// # Errors
/// As for [`connect_existing`].
pub async fn connect_as(paths: &RoomPaths, seating: Seating) -> anyhow::Result<Option<UnixStream>> {
    match seating {
        Seating::Operator => connect(paths, &paths.room_socket()).await,
        Seating::Observer => connect(paths, &paths.observer_socket()).await,
    }
}

/// Connects as an operator to the server of this room, if one runs. The hello is done.
///
/// # Errors
/// Where the socket is not ours, the server does not answer, or it is another version.
pub async fn connect_existing(paths: &RoomPaths) -> anyhow::Result<Option<UnixStream>> {
    connect(paths, &paths.room_socket()).await
}

async fn connect(paths: &RoomPaths, socket: &Path) -> anyhow::Result<Option<UnixStream>> {
    let Some(mut stream) = reach(paths, socket).await? else {
        return Ok(None);
    };
    match greet(&mut stream).await {
        Ok(hello) => hello.check()?,
        // It was dying: its socket still took us in.
        Err(error) if is_cut(&error) => return Ok(None),
        Err(error) => {
            let log = paths.log();
            let lets_nobody_in = format!(
                "the server of this room does not let you in; {} may say why",
                log.display()
            );
            return Err(error.context(lets_nobody_in));
        }
    }
    Ok(Some(stream))
}

fn is_cut(error: &anyhow::Error) -> bool {
    let cut = |kind| {
        matches!(
            kind,
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
        )
    };
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| cut(error.kind()))
}

/// Connects without a word.
pub(super) async fn reach(paths: &RoomPaths, socket: &Path) -> anyhow::Result<Option<UnixStream>> {
    if !paths.has_runtime()? {
        return Ok(None);
    }
    for _ in 0..BUSY_TRIES {
        let stream = match UnixStream::connect(socket).await {
            Ok(stream) => stream,
            Err(why) => match why.kind() {
                // Reset: it was there, and died while this connection waited to be let in.
                io::ErrorKind::NotFound
                | io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionReset => return Ok(None),
                io::ErrorKind::WouldBlock => {
                    sleep(Duration::from_millis(20)).await;
                    continue;
                }
                _ => {
                    let shown = socket.display();
                    return Err(why).with_context(|| format!("cannot connect to {shown}"));
                }
            },
        };
        if !is_ours(&stream) {
            bail!("the server at {} belongs to another user", socket.display());
        }
        return Ok(Some(stream));
    }
    bail!(
        "the server at {} accepts nobody: look at {}",
        socket.display(),
        paths.log().display()
    )
}

/// Whether the other end belongs to the same user as we do.
pub fn is_ours(stream: &UnixStream) -> bool {
    let us = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == us)
}

/// The process at the other end, where the system tells.
pub fn peer_pid(stream: &UnixStream) -> Option<i32> {
    stream.peer_cred().ok()?.pid()
}

/// Says our hello and hears theirs. Reads not one byte beyond their line.
///
/// # Errors
/// Where they say nothing in time, or something else.
pub async fn greet(stream: &mut UnixStream) -> anyhow::Result<Hello> {
    let exchange = async {
        stream.write_all(Hello::ours().line().as_bytes()).await?;
        first_line(stream).await
    };
    let Ok(line) = timeout(HELLO_LIMIT, exchange).await else {
        bail!(
            "the other side said nothing for {} s: it may be stopped",
            HELLO_LIMIT.as_secs()
        );
    };
    let line = line.context("the connection ended before the hello")?;
    Ok(Hello::read(&line)?)
}

/// As [`greet`], on a line where something may be printed before the hello (a login script's words), and
/// without a limit of time.
pub(super) async fn greet_noisy<S>(stream: &mut S) -> anyhow::Result<Hello>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let _reading_says_why = stream.write_all(Hello::ours().line().as_bytes()).await;
    let _as_above = stream.flush().await;
    for _ in 0..NOISE {
        let line = first_line(stream).await;
        let line = line.context("the connection ended before the hello")?;
        if let Ok(hello) = Hello::read(line.strip_suffix(b"\r").unwrap_or(&line)) {
            return Ok(hello);
        }
    }
    Err(HelloFault::NotOpsroom.into())
}

pub(super) async fn first_line<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    while line.len() < hello::LONGEST {
        match stream.read_u8().await? {
            b'\n' => break,
            byte => line.push(byte),
        }
    }
    Ok(line)
}
