//! Reads what the person types, the mouse, pastes and sizes, as they come. Their terminal is read only where there is
//! something, so that nothing about it has to be changed for whoever else has it open.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use rustix::termios::{QueueSelector, tcflush};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::run::until;
use super::translate;
use super::typed::Typed;
use crate::terminal::Size;
use crate::view::update::Input;

/// The most that is read at once, in bytes.
const PIECE: usize = 4 * 1024;

/// What comes from the terminal. Once it is dropped nothing more is read: what comes then is for whoever reads next. What
/// was read and not taken by then is forgotten: it was typed at a picture that is gone.
pub struct Keys {
    terminal: AsyncFd<OwnedFd>,
    resized: Signal,
    typed: Typed,
    bytes: Box<[u8]>,
}

impl Keys {
    /// Starts to read; `escape` is how long an escape waits for what may follow it.
    ///
    /// # Errors
    /// Where there is no terminal, or it cannot be watched.
    pub fn read(escape: Duration) -> anyhow::Result<Self> {
        let terminal = terminal().context("this needs a terminal")?;
        Ok(Self {
            terminal: watched(terminal).context("the terminal cannot be watched")?,
            resized: signal(SignalKind::window_change())?,
            typed: Typed::new(escape),
            bytes: vec![0; PIECE].into(),
        })
    }

    /// How long an escape waits for what may follow it, from now on.
    pub fn wait_for_escape(&mut self, escape: Duration) {
        self.typed.wait_for_escape(escape);
    }

    /// The next key, mouse event, paste or size; none where the terminal is gone. May be dropped half-way.
    pub async fn next(&mut self) -> Option<Input> {
        if self.typed.due().is_some_and(|due| due <= Instant::now()) {
            // the rest of what waits may have come meanwhile
            self.look()?;
        }
        loop {
            while let Some(piece) = self.typed.take(Instant::now()) {
                if let Some(input) = translate::piece(piece) {
                    return Some(input);
                }
            }
            tokio::select! {
                biased;
                resized = self.resized.recv() => {
                    resized?;
                    return Some(Input::Resized(size().ok()?));
                }
                ready = self.terminal.readable() => {
                    let mut ready = ready.ok()?;
                    match read(&self.terminal, &mut self.bytes).ok()? {
                        [] => ready.clear_ready(),
                        bytes => self.typed.push(bytes, Instant::now()),
                    }
                }
                () = until(self.typed.due()) => {}
            }
        }
    }

    /// Takes in what is there; none where the terminal is gone.
    fn look(&mut self) -> Option<()> {
        let bytes = read(&self.terminal, &mut self.bytes).ok()?;
        if !bytes.is_empty() {
            self.typed.push(bytes, Instant::now());
        }
        Some(())
    }
}

#[expect(
    deprecated,
    reason = "what is unsound about it are types whose descriptor changes; this one owns its own"
)]
fn watched(terminal: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(terminal, Interest::READABLE)
}

impl Drop for Keys {
    /// The rest of what came in part would be typed to whoever reads next.
    fn drop(&mut self) {
        if self.typed.due().is_some() {
            let _best_effort = tcflush(&self.terminal, QueueSelector::IFlush);
        }
    }
}

/// Reads what is there, and nothing where that is nothing.
fn read<'b>(terminal: &AsyncFd<OwnedFd>, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
    let mut watched = [PollFd::new(terminal, PollFlags::IN)];
    let there = retry_on_intr(|| poll(&mut watched, Some(&Timespec::default())))?;
    if there == 0 {
        return Ok(&[]);
    }
    match retry_on_intr(|| rustix::io::read(terminal, &mut *buffer)) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(length) => Ok(buffer.get(..length).unwrap_or_default()),
        Err(Errno::AGAIN) => Ok(&[]),
        Err(error) => Err(error.into()),
    }
}

/// Standard input where that is the terminal, else the one that this process belongs to.
fn terminal() -> io::Result<OwnedFd> {
    let input = io::stdin();
    match input.is_terminal() {
        true => input.as_fd().try_clone_to_owned(),
        false => Ok(File::open("/dev/tty")?.into()),
    }
}

/// How large the terminal is.
///
/// # Errors
/// Where it is gone.
pub fn size() -> io::Result<Size> {
    let (cols, rows) = crossterm::terminal::size()?;
    Ok(translate::size(cols, rows))
}
