//! A connection after the hello: whole messages out, whole messages in.

use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, timeout_at};

use crate::wire::{Decoder, FrameFault, ToClient, ToServer, encode};

/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// Why a link ended.
#[derive(Debug, Error)]
pub enum LinkFault {
    /// The bytes make no message.
    #[error(transparent)]
    Frame(#[from] FrameFault),
    /// The connection is gone.
    #[error("the connection is gone: {0}")]
    Gone(#[from] io::Error),
}

/// A client's whole connection.
#[derive(Debug)]
pub struct Link {
    /// Towards the server.
    pub sender: Sender<ToServer>,
    /// From the server.
    pub receiver: Receiver<ToClient>,
}

impl Link {
    /// Takes a connection on which the hello is done.
    pub fn new(stream: UnixStream) -> Self {
        let (read, write) = stream.into_split();
        Self {
            sender: Sender::new(write),
            receiver: Receiver::new(read),
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// Where the connection is gone or the message too long.
    pub async fn send(&mut self, message: &ToServer) -> Result<(), LinkFault> {
        self.sender.send(message).await
    }

    /// The next message; none where the server closed the connection. May be dropped half-way
    /// (in a `select!`) without losing anything.
    ///
    /// # Errors
    /// Where the connection broke or the bytes make no message.
    pub async fn receive(&mut self) -> Result<Option<ToClient>, LinkFault> {
        self.receiver.receive().await
    }
}

/// The half that sends.
#[derive(Debug)]
pub struct Sender<M> {
    write: OwnedWriteHalf,
    buffer: Vec<u8>,
    message: PhantomData<fn(M)>,
}

impl<M: Serialize> Sender<M> {
    /// Takes the writing half.
    pub fn new(write: OwnedWriteHalf) -> Self {
        Self {
            write,
            buffer: Vec::new(),
            message: PhantomData,
        }
    }

    /// Sends one message. If it is dropped half-way the stream is unusable.
    ///
    /// # Errors
    /// Where the connection is gone or the message too long; a message that is too long sends nothing.
    pub async fn send(&mut self, message: &M) -> Result<(), LinkFault> {
        self.put(message)?;
        self.flush().await
    }

    /// Puts a message behind those that wait; it leaves with the next [`Sender::flush`] or [`Sender::send`].
    ///
    /// # Errors
    /// Where it is too long; it is left out then.
    pub fn put(&mut self, message: &M) -> Result<(), LinkFault> {
        Ok(encode(message, &mut self.buffer)?)
    }

    /// The bytes that wait.
    pub fn waiting(&self) -> usize {
        self.buffer.len()
    }

    /// Sends what waits, in one piece. If it is dropped half-way the stream is unusable.
    ///
    /// # Errors
    /// Where the connection is gone.
    pub async fn flush(&mut self) -> Result<(), LinkFault> {
        self.write.write_all(&self.buffer).await?;
        self.buffer.clear();
        if self.buffer.capacity() > 4 * CHUNK {
            self.buffer = Vec::new();
        }
        Ok(())
    }
}

/// The half that receives.
#[derive(Debug)]
pub struct Receiver<M> {
    read: OwnedReadHalf,
    decoder: Decoder,
    chunk: Vec<u8>,
    silence: Silence,
    message: PhantomData<fn() -> M>,
}

/// Whether the other side may say nothing.
#[derive(Clone, Copy, Debug)]
enum Silence {
    /// For as long as it likes.
    Free,
    /// So long, and until then.
    Until(Duration, Instant),
}

impl<M: DeserializeOwned> Receiver<M> {
    /// Takes the reading half.
    pub fn new(read: OwnedReadHalf) -> Self {
        Self {
            read,
            decoder: Decoder::default(),
            chunk: vec![0; CHUNK],
            silence: Silence::Free,
            message: PhantomData,
        }
    }

    /// The next message; none where the other side closed. May be dropped half-way.
    ///
    /// # Errors
    /// Where the connection broke or the bytes make no message.
    pub async fn receive(&mut self) -> Result<Option<M>, LinkFault> {
        loop {
            if let Some(message) = self.decoder.take()? {
                return Ok(Some(message));
            }
            let read = self.read.read(&mut self.chunk);
            let length = match self.silence {
                Silence::Free => read.await?,
                Silence::Until(limit, at) => {
                    let length = timeout_at(at, read)
                        .await
                        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
                    self.expect_within(limit);
                    length
                }
            };
            match length {
                0 => return Ok(None),
                length => self.decoder.push(&self.chunk[..length]),
            }
        }
    }

    /// From now on a side that says nothing for so long is gone.
    pub fn expect_within(&mut self, limit: Duration) {
        self.silence = Silence::Until(limit, Instant::now() + limit);
    }
}
