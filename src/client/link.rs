//! The line to the server: frames in, frames out, in one task. Works on any stream that had its hello.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::wire::{BEAT_MS, Decoder, SILENCE_MS, ToClient, ToServer, encode};

/// See [`Pulse::Beats`].
const BEAT: Duration = Duration::from_millis(BEAT_MS);
const SILENCE: Duration = Duration::from_millis(SILENCE_MS);

/// Messages each way before the sender waits. The server stops sending when this side stops reading.
const HELD: usize = 256;

/// Whether a line is kept alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulse {
    /// No: its end is seen at once.
    Silent,
    /// Each side hears of the other every few seconds, or takes it for gone.
    Beats,
}

/// The line, seen from the window.
#[derive(Debug)]
pub struct Line {
    /// To the server. Full: the window waits, its keys are kept by the terminal.
    pub out: mpsc::Sender<ToServer>,
    /// From the server; ends with [`Came::Cut`].
    pub came: mpsc::Receiver<Came>,
}

/// What came.
#[derive(Debug)]
pub enum Came {
    /// A message.
    Message(Box<ToClient>),
    /// The line is cut, for this reason; nothing follows.
    Cut(String),
}

/// Starts the task that owns the stream.
pub fn start<S>(stream: S, pulse: Pulse) -> Line
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (out, to_send) = mpsc::channel(HELD);
    let (tell, came) = mpsc::channel(HELD);
    let (read, write) = tokio::io::split(stream);
    tokio::spawn(receive(read, tell, pulse));
    tokio::spawn(send(write, to_send, pulse));
    Line { out, came }
}

async fn receive<R: AsyncRead + Unpin>(mut from: R, tell: mpsc::Sender<Came>, pulse: Pulse) {
    let mut decoder = Decoder::default();
    let mut bytes = vec![0; 64 * 1024];
    let why = loop {
        let read = match pulse {
            Pulse::Silent => from.read(&mut bytes).await,
            Pulse::Beats => match timeout(SILENCE, from.read(&mut bytes)).await {
                Ok(read) => read,
                Err(_) => break format!("nothing was heard for {} s", SILENCE.as_secs_f32()),
            },
        };
        match read {
            Ok(0) => break "the server closed the line".to_owned(),
            Err(error) => break format!("the line to the server failed: {error}"),
            Ok(read) => decoder.push(&bytes[..read]),
        }
        loop {
            match decoder.take::<ToClient>() {
                Ok(Some(message)) => {
                    if tell.send(Came::Message(Box::new(message))).await.is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(fault) => {
                    let _ = tell
                        .send(Came::Cut(format!(
                            "the server sent what is no message: {fault}"
                        )))
                        .await;
                    return;
                }
            }
        }
    };
    let _ = tell.send(Came::Cut(why)).await;
}

async fn send<W: AsyncWrite + Unpin>(
    mut to: W,
    mut to_send: mpsc::Receiver<ToServer>,
    pulse: Pulse,
) {
    let mut bytes = Vec::new();
    loop {
        let next = match pulse {
            Pulse::Silent => to_send.recv().await,
            Pulse::Beats => match timeout(BEAT, to_send.recv()).await {
                Ok(next) => next,
                Err(_) => Some(ToServer::Ping(0)),
            },
        };
        let Some(message) = next else {
            break;
        };
        bytes.clear();
        // A message that cannot be encoded (a paste above the limit) is left out; the line goes on.
        if encode(&message, &mut bytes).is_err() {
            tracing::warn!("a message above the frame limit was not sent; paste less at once");
        }
        while let Ok(message) = to_send.try_recv() {
            let _ = encode(&message, &mut bytes);
        }
        if to.write_all(&bytes).await.is_err() || to.flush().await.is_err() {
            return; // the receiving half says why
        }
    }
    let _ = to.shutdown().await;
}
