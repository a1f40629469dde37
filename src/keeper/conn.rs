//! One connection to the keeper: messages in, messages and descriptors out. Never blocks.

use crate::wire::keeper::{Decoder, FromKeeper, ToKeeper, encode};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read};
use std::mem::MaybeUninit;
use std::os::unix::net::UnixStream;

/// How many bytes may wait for a server that does not read. Over it, the server counts as dead.
const OUTBOX_LIMIT: usize = 4 << 20;

/// A connection, before or after its `Hello`.
#[derive(Debug)]
pub(super) struct Conn {
    stream: UnixStream,
    inbox: Decoder<ToKeeper>,
    outbox: VecDeque<Parcel>,
    waiting: usize,
}

/// One message on its way out. The descriptor leaves with its first byte.
#[derive(Debug)]
struct Parcel {
    bytes: Vec<u8>,
    sent: usize,
    terminal: Option<OwnedFd>,
}

/// Whether a connection can be used further.
#[derive(Debug)]
pub(super) enum Standing {
    Open,
    /// It is over, and why.
    Over(String),
}

impl Conn {
    /// A connection over `stream`, which is non-blocking from now on.
    pub(super) fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            inbox: Decoder::default(),
            outbox: VecDeque::new(),
            waiting: 0,
        })
    }

    /// Read what arrived, at most one buffer of it, and take the whole messages.
    pub(super) fn receive(&mut self) -> (Vec<ToKeeper>, Standing) {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => {
                return (
                    Vec::new(),
                    Standing::Over("the other end closed it".to_owned()),
                );
            }
            Ok(count) => self.inbox.push(&bytes[..count]),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(error) => return (Vec::new(), Standing::Over(error.to_string())),
        }
        let mut messages = Vec::new();
        loop {
            match self.inbox.take() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => return (messages, Standing::Open),
                Err(error) => return (messages, Standing::Over(error.to_string())),
            }
        }
    }

    /// Queue one message, with the terminal that travels with it, and send what can be sent.
    pub(super) fn say(&mut self, message: &FromKeeper, terminal: Option<OwnedFd>) -> Standing {
        debug_assert_eq!(message.carries_terminal(), terminal.is_some());
        let bytes = match encode(message) {
            Ok(bytes) => bytes,
            Err(error) => return Standing::Over(error.to_string()),
        };
        self.waiting += bytes.len();
        if self.waiting > OUTBOX_LIMIT {
            return Standing::Over("it does not read what it is told".to_owned());
        }
        self.outbox.push_back(Parcel {
            bytes,
            sent: 0,
            terminal,
        });
        self.flush()
    }

    /// Send what can be sent without waiting.
    pub(super) fn flush(&mut self) -> Standing {
        while let Some(parcel) = self.outbox.front_mut() {
            match send(&self.stream, parcel) {
                Ok(count) => {
                    parcel.terminal = None;
                    parcel.sent += count;
                    self.waiting -= count;
                    if parcel.sent == parcel.bytes.len() {
                        self.outbox.pop_front();
                    }
                }
                Err(Errno::WOULDBLOCK | Errno::INTR | Errno::NOBUFS) => break,
                Err(error) => return Standing::Over(error.to_string()),
            }
        }
        Standing::Open
    }

    /// Whether something waits to be sent.
    pub(super) fn has_mail(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// The process at the other end, where the system tells.
    pub(super) fn peer(&self) -> Option<i32> {
        #[cfg(target_os = "linux")]
        {
            rustix::net::sockopt::socket_peercred(&self.stream)
                .ok()
                .map(|peer| peer.pid.as_raw_pid())
        }
        #[cfg(not(target_os = "linux"))]
        {
            None
        }
    }
}

impl AsFd for Conn {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

fn send(stream: &UnixStream, parcel: &Parcel) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let terminal = parcel.terminal.as_ref().map(|terminal| [terminal.as_fd()]);
    if let Some(terminal) = &terminal
        && !control.push(SendAncillaryMessage::ScmRights(terminal))
    {
        return Err(Errno::INVAL);
    }
    // Elsewhere the runtime has SIGPIPE ignored already.
    #[cfg(target_os = "linux")]
    let flags = SendFlags::NOSIGNAL;
    #[cfg(not(target_os = "linux"))]
    let flags = SendFlags::empty();
    sendmsg(
        stream,
        &[IoSlice::new(&parcel.bytes[parcel.sent..])],
        &mut control,
        flags,
    )
}
