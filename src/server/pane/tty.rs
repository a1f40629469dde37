//! One agent's terminal: the PTY master, what waits to be written to it, and its size.
//!
//! Must not write anything that nobody asked for: dropping it closes a descriptor, no more.

use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::io::Errno;
#[cfg(target_os = "linux")]
use rustix::pty::OpenptFlags;
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::deliver::{Input, Unread};
use super::pump::{Came, Pump};
use crate::terminal::Size;

/// Bytes that may wait for an agent that does not read. What comes on top is refused.
pub const WAITING: usize = 1024 * 1024;

/// The kernel gives a terminal's output in pieces of at most so many bytes.
const PIECE: usize = 4 * 1024;

/// A terminal that can be read and written without waiting.
#[derive(Debug)]
pub struct Tty {
    master: Arc<OwnedFd>,
    /// None while nobody is to be woken by what the program writes.
    watch: Option<AsyncFd<Arc<OwnedFd>>>,
    /// Where it floods.
    pump: Option<Pump>,
    /// What a pump that was stopped had read; it comes before everything else.
    left: VecDeque<u8>,
    waiting: VecDeque<u8>,
}

/// What a look at the terminal gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// So many bytes were read.
    Bytes(usize),
    /// There is nothing more now.
    Nothing,
    /// Every program let go of it; nothing will ever come.
    HangUp,
}

/// The agent does not read, and [`WAITING`] bytes wait already.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

impl Tty {
    /// Takes a PTY master that does not block.
    ///
    /// # Errors
    /// Where it cannot be watched.
    pub fn new(master: OwnedFd) -> io::Result<Self> {
        let master = Arc::new(master);
        Ok(Self {
            watch: Some(watched(Arc::clone(&master))?),
            master,
            pump: None,
            left: VecDeque::new(),
            waiting: VecDeque::new(),
        })
    }

    /// From here on it is read ahead, in a thread of its own, where one is to be had and nothing waits to be
    /// written.
    pub fn read_ahead(&mut self) {
        if self.pump.is_some() || !self.waiting.is_empty() {
            return;
        }
        match Pump::start(&self.master) {
            Ok(None) => {}
            Ok(Some(pump)) => {
                self.watch = None;
                self.pump = Some(pump);
            }
            Err(error) => tracing::debug!(%error, "a terminal is not read ahead"),
        }
    }

    /// Whether it is read ahead.
    pub fn is_read_ahead(&self) -> bool {
        self.pump.is_some()
    }

    /// It is read no further than somebody asks for. What was read ahead is read next.
    fn read_behind(&mut self) {
        if let Some(pump) = self.pump.take() {
            self.left.extend(pump.stop());
        }
    }

    /// What the program writes wakes nobody until [`Tty::wake`]: the kernel keeps a few KiB of it, and the
    /// program waits where that is full. Where something waits to be written it is watched on.
    pub fn rest(&mut self) {
        self.read_behind();
        if self.waiting.is_empty() {
            self.watch = None;
        }
    }

    /// It is watched again, and not read ahead.
    ///
    /// # Errors
    /// Where it cannot be watched.
    pub fn wake(&mut self) -> io::Result<()> {
        self.read_behind();
        if self.watch.is_none() {
            self.watch = Some(watched(Arc::clone(&self.master))?);
        }
        Ok(())
    }

    /// Waits until there is something to read, or room for what waits; for ever, while it rests. May be dropped
    /// half-way.
    ///
    /// # Errors
    /// Where the system cannot watch it any more.
    pub async fn ready(&self) -> io::Result<()> {
        if !self.left.is_empty() {
            return Ok(());
        }
        if let Some(pump) = &self.pump {
            pump.ready().await;
            return Ok(());
        }
        let Some(watch) = &self.watch else {
            return pending().await;
        };
        if self.waiting.is_empty() {
            watch.readable().await?.retain_ready();
        } else {
            watch
                .ready(Interest::READABLE | Interest::WRITABLE)
                .await?
                .retain_ready();
        }
        Ok(())
    }

    /// Reads what is there into a buffer, in place of what it held: `most` bytes, or what was read ahead. Says whether
    /// more may come.
    ///
    /// # Errors
    /// Where reading failed for another reason than a hang-up; the buffer holds what came before.
    pub fn fill(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<Seen> {
        buffer.clear();
        if let (true, Some(pump)) = (self.left.is_empty(), &self.pump) {
            match pump.take(buffer) {
                Came::Bytes | Came::Nothing => return Ok(Seen::Nothing),
                Came::End => self.wake()?,
            }
        }
        let mut read = 0;
        let seen = loop {
            buffer.resize((read + PIECE).min(most), 0);
            match self.read(&mut buffer[read..]) {
                Ok(Seen::Bytes(length)) => read += length,
                other => break other,
            }
            if read == most {
                break Ok(Seen::Nothing);
            }
        };
        buffer.truncate(read);
        seen
    }

    /// Reads what is there, at most one buffer full.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<Seen> {
        if !self.left.is_empty() {
            return self.read_now(buffer);
        }
        let Some(watch) = &self.watch else {
            return self.read_now(buffer);
        };
        loop {
            let read = watch.try_io(Interest::READABLE, |master| {
                rustix::io::read(master, &mut *buffer).map_err(io::Error::from)
            });
            return match read {
                Ok(0) => Ok(Seen::HangUp),
                Ok(length) => Ok(Seen::Bytes(length)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Seen::Nothing),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {
                    Ok(Seen::HangUp)
                }
                Err(error) => Err(error),
            };
        }
    }

    /// The same, without waiting to be told that there is something: what the program wrote before this
    /// call is read by it, or by those that follow until one gives nothing.
    ///
    /// # Errors
    /// Where reading failed for another reason than a hang-up.
    pub fn read_now(&mut self, buffer: &mut [u8]) -> io::Result<Seen> {
        self.read_behind();
        if !self.left.is_empty() {
            return self.left.read(buffer).map(Seen::Bytes);
        }
        loop {
            return match rustix::io::read(&self.master, &mut *buffer) {
                Ok(0) | Err(Errno::IO) => Ok(Seen::HangUp),
                Ok(length) => Ok(Seen::Bytes(length)),
                Err(Errno::AGAIN) => Ok(Seen::Nothing),
                Err(Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }

    /// Queues bytes and writes what the terminal takes now.
    ///
    /// # Errors
    /// [`Full`]: nothing of these bytes was taken.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if self.waiting.len() + bytes.len() > WAITING {
            return Err(Full);
        }
        self.waiting.extend(bytes);
        self.flush();
        Ok(())
    }

    /// Writes what waits, as far as the terminal takes it. After a hang-up it is dropped: the
    /// reading side says what happened.
    pub fn flush(&mut self) {
        while !self.waiting.is_empty() {
            let (front, _) = self.waiting.as_slices();
            let write =
                |master: &Arc<OwnedFd>| rustix::io::write(master, front).map_err(io::Error::from);
            let written = match &self.watch {
                Some(watch) => watch.try_io(Interest::WRITABLE, write),
                None => write(&self.master),
            };
            match written {
                Ok(count) => drop(self.waiting.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.waiting.clear(),
            }
        }
        if self.waiting.capacity() > 64 * 1024 {
            self.waiting = VecDeque::new();
        }
    }

    /// Whether everything was written.
    pub fn is_flushed(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How the terminal hands over what is typed, and whether some of that waits to be read.
    pub fn input(&self) -> Input {
        let modes = tcgetattr(&self.master);
        let Ok((modes, unread)) = modes.and_then(|modes| Ok((modes, unread(&self.master)?))) else {
            return Input::Unknown;
        };
        match modes.local_modes.contains(LocalModes::ICANON) {
            true => Input::Lines(unread),
            false => Input::Keys(unread),
        }
    }

    /// Tells the kernel, and so the agent, how large the terminal is.
    pub fn resize(&self, size: Size) {
        let size = Winsize {
            ws_row: size.rows,
            ws_col: size.cols,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        if let Err(error) = tcsetwinsize(&self.master, size) {
            tracing::debug!(%error, "a terminal's size could not be set");
        }
    }
}

#[expect(
    deprecated,
    reason = "what is unsound about it are types whose descriptor changes; this one owns its own"
)]
fn watched(master: Arc<OwnedFd>) -> io::Result<AsyncFd<Arc<OwnedFd>>> {
    AsyncFd::with_interest(master, Interest::READABLE | Interest::WRITABLE)
}

/// Whether something that was written to a terminal waits to be read by its programs. Only their side of it can be
/// asked, which is opened for that and closed again.
fn unread(master: &OwnedFd) -> Result<Unread, Errno> {
    #[cfg(target_os = "linux")]
    let other = rustix::pty::ioctl_tiocgptpeer(
        master,
        OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC,
    )?;
    #[cfg(not(target_os = "linux"))]
    let other = rustix::fs::open(
        rustix::pty::ptsname(master, Vec::new())?,
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC,
        rustix::fs::Mode::empty(),
    )?;
    match rustix::io::ioctl_fionread(&other)? {
        0 => Ok(Unread::Nothing),
        _ => Ok(Unread::Something),
    }
}
