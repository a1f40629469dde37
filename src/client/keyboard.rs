//! What the operator's terminal sends: keys, mouse, pastes, its size. Read on the loop's own thread and only
//! when there is something, so that a key costs no change of threads, and an editor that borrows the terminal
//! gets all of its keys. Decides nothing.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The terminal's input.
pub struct Keyboard {
    terminal: AsyncFd<OwnedFd>,
    resized: Signal,
}

impl Keyboard {
    /// The terminal that the library reads from: standard input, or the one this process belongs to.
    ///
    /// # Errors
    /// Where there is none, or it cannot be watched.
    pub fn open() -> io::Result<Self> {
        let input = io::stdin();
        let terminal = match input.is_terminal() {
            true => input.as_fd().try_clone_to_owned()?,
            false => File::open("/dev/tty")?.into(),
        };
        Ok(Self {
            terminal: watched(terminal)?,
            resized: signal(SignalKind::window_change())?,
        })
    }

    /// The next event. May be dropped half-way.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub async fn next(&mut self) -> io::Result<Event> {
        loop {
            if event::poll(Duration::ZERO)? {
                return event::read();
            }
            tokio::select! {
                // What arrives after this is told again: nothing is missed between the two.
                ready = self.terminal.readable() => ready?.clear_ready(),
                _ = self.resized.recv() => {
                    let (cols, rows) = crossterm::terminal::size()?;
                    return Ok(Event::Resize(cols, rows));
                }
            }
        }
    }
}

#[expect(
    deprecated,
    reason = "what is unsound about it are types whose descriptor changes; this one owns its own"
)]
fn watched(terminal: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(terminal, Interest::READABLE)
}
