//! The bytes and descriptors of the link: frames out, messages with their terminals in.

use super::{KeeperError, Returned};
use crate::wire::keeper::{Decoder, Exited, FromKeeper};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use tokio::io::Interest;
use tokio::net::UnixStream;

/// Terminals received ahead of their messages. More is not a keeper.
const TERMINALS: usize = 64;

/// The socket with what is half received and half sent.
#[derive(Debug)]
pub(super) struct Socket {
    stream: UnixStream,
    inbox: Decoder<FromKeeper>,
    /// Received terminals whose message has not been taken yet, in the order of their messages.
    terminals: VecDeque<OwnedFd>,
    pub(super) outbox: Vec<u8>,
}

/// A message with what came along.
pub(super) type Heard = (FromKeeper, Option<OwnedFd>);

impl Socket {
    pub(super) fn new(stream: UnixStream, first: Vec<u8>) -> Self {
        Self {
            stream,
            inbox: Decoder::default(),
            terminals: VecDeque::new(),
            outbox: first,
        }
    }

    /// What the keeper says first: the agents that are here, and the ends of others.
    pub(super) async fn greet(&mut self) -> Result<(Vec<Returned>, Vec<Exited>), KeeperError> {
        let (here, ended) = match self.next().await?.0 {
            FromKeeper::Welcome {
                here, ended, lost, ..
            } => {
                if lost > 0 {
                    tracing::warn!(lost, "the keeper had to drop the ends of agents");
                }
                (here, ended)
            }
            FromKeeper::Refused { cause, why } => return Err(KeeperError::Refused { cause, why }),
            other => return Err(unexpected(&other)),
        };
        let mut returned = Vec::new();
        for _ in 0..here {
            match self.next().await? {
                (FromKeeper::Here(here), Some(terminal)) => {
                    returned.push(Returned { here, terminal })
                }
                (other, _) => return Err(unexpected(&other)),
            }
        }
        let mut exits = Vec::new();
        for _ in 0..ended {
            match self.next().await?.0 {
                FromKeeper::Exited(exited) => exits.push(exited),
                other => return Err(unexpected(&other)),
            }
        }
        Ok((returned, exits))
    }

    async fn next(&mut self) -> Result<Heard, KeeperError> {
        loop {
            if let Some(heard) = self.step().await? {
                return Ok(heard);
            }
        }
    }

    /// The next message, or nothing after having moved some bytes either way. Safe to cancel.
    pub(super) async fn step(&mut self) -> Result<Option<Heard>, KeeperError> {
        if let Some(heard) = self.take()? {
            return Ok(Some(heard));
        }
        let interest = if self.outbox.is_empty() {
            Interest::READABLE
        } else {
            Interest::READABLE | Interest::WRITABLE
        };
        let ready = self
            .stream
            .ready(interest)
            .await
            .map_err(KeeperError::Absent)?;
        if ready.is_writable() {
            self.send()?;
        }
        if ready.is_readable() {
            self.receive()?;
        }
        Ok(None)
    }

    fn take(&mut self) -> Result<Option<Heard>, KeeperError> {
        let Some(message) = self
            .inbox
            .take()
            .map_err(|error| KeeperError::Broken(error.to_string()))?
        else {
            return Ok(None);
        };
        if !message.carries_terminal() {
            return Ok(Some((message, None)));
        }
        match self.terminals.pop_front() {
            Some(terminal) => Ok(Some((message, Some(terminal)))),
            None => Err(KeeperError::Broken(
                "a message came without its terminal".to_owned(),
            )),
        }
    }

    fn send(&mut self) -> Result<(), KeeperError> {
        match self.stream.try_write(&self.outbox) {
            Ok(count) => {
                self.outbox.drain(..count);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            // The keeper may have refused and closed: what it said is still to be read.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.outbox.clear();
                Ok(())
            }
            Err(error) => Err(KeeperError::Absent(error)),
        }
    }

    fn receive(&mut self) -> Result<(), KeeperError> {
        let Self {
            stream, terminals, ..
        } = self;
        let mut bytes = [0; 16 * 1024];
        let count = match stream.try_io(Interest::READABLE, || {
            receive(stream, &mut bytes, terminals)
        }) {
            Ok(0) => return Err(KeeperError::Absent(io::ErrorKind::UnexpectedEof.into())),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(KeeperError::Absent(error)),
        };
        if terminals.len() > TERMINALS {
            return Err(KeeperError::Broken(
                "more terminals than messages came".to_owned(),
            ));
        }
        self.inbox.push(&bytes[..count]);
        Ok(())
    }
}

fn receive(
    stream: &UnixStream,
    bytes: &mut [u8],
    terminals: &mut VecDeque<OwnedFd>,
) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(16))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    #[cfg(target_os = "linux")]
    let flags = RecvFlags::CMSG_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    let flags = RecvFlags::empty();
    let received = recvmsg(stream, &mut [IoSliceMut::new(bytes)], &mut control, flags)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            for descriptor in descriptors {
                #[cfg(not(target_os = "linux"))]
                rustix::io::fcntl_setfd(&descriptor, rustix::io::FdFlags::CLOEXEC)?;
                terminals.push_back(descriptor);
            }
        }
    }
    Ok(received.bytes)
}

fn unexpected(message: &FromKeeper) -> KeeperError {
    KeeperError::Broken(format!("it said {message:?} while greeting"))
}
