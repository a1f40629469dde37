//! One agent as the keeper knows it: its process, its terminal, its spool. Never writes to the terminal.

use super::signals;
use super::spool::Spool;
use super::tree::{Claim, MainState};
use crate::wire::keeper::{self as wire, AgentNo};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::process::{Pid, WaitStatus};
use rustix::termios::tcgetwinsize;
use std::io;
use std::time::{Duration, Instant};

/// A living process may close its terminal and open it again: this often somebody looks.
const REST: Duration = Duration::from_secs(1);

/// How many reads one agent gets before the others have their turn.
const READS_PER_TURN: usize = 16;

/// How many turns a terminal gets when the keeper leaves: more than any system buffers.
const LAST_TURNS: usize = 16;

/// An agent, running or ended but not forgotten.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) no: AgentNo,
    pub(super) life: Life,
    terminal: Terminal,
    pub(super) spool: Spool,
}

/// Whether the main process lives.
#[derive(Debug)]
pub(super) enum Life {
    Running(Pid),
    Ended(End),
}

/// How a main process ended.
#[derive(Debug)]
pub(super) struct End {
    /// Its former pid, when something it left behind may still be found by it.
    pub(super) main: Option<Pid>,
    pub(super) code: Option<i32>,
    pub(super) signal: Option<String>,
    /// What it left behind at that moment.
    pub(super) left: u32,
    /// The how-manieth end this was.
    pub(super) order: u64,
}

#[derive(Debug)]
enum Terminal {
    Held(OwnedFd, Drain),
    Closed,
}

#[derive(Clone, Copy, Debug)]
enum Drain {
    Ready,
    /// Nobody has the other side open; a `poll` would return at once for ever.
    Resting(Instant),
}

impl Agent {
    pub(super) fn running(no: AgentNo, pid: Pid, terminal: OwnedFd, spool: Spool) -> Self {
        Self {
            no,
            life: Life::Running(pid),
            terminal: Terminal::Held(terminal, Drain::Ready),
            spool,
        }
    }

    /// One whose end a former keeper could not tell.
    pub(super) fn ended(no: AgentNo, end: End, spool: Spool) -> Self {
        Self {
            no,
            life: Life::Ended(end),
            terminal: Terminal::Closed,
            spool,
        }
    }

    /// The main process was reaped.
    pub(super) fn end(&mut self, status: WaitStatus, main: Pid, order: u64) {
        let signal = status.terminating_signal().map(signals::name);
        self.life = Life::Ended(End {
            main: Some(main),
            code: status.exit_status(),
            signal,
            left: 0,
            order,
        });
        // It may be resting; now a hang-up is the last word, so look at once.
        if let Terminal::Held(_, drain) = &mut self.terminal {
            *drain = Drain::Ready;
        }
    }

    pub(super) fn claim(&self) -> Option<Claim> {
        let (main, main_state) = match &self.life {
            Life::Running(pid) => (*pid, MainState::Running),
            Life::Ended(end) => (end.main?, MainState::Reaped),
        };
        Some(Claim {
            agent: self.no,
            main,
            main_state,
        })
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.life, Life::Running(_))
    }

    pub(super) fn pid(&self) -> Option<Pid> {
        match &self.life {
            Life::Running(pid) => Some(*pid),
            Life::Ended(end) => end.main,
        }
    }

    /// The terminal to wait on while draining.
    pub(super) fn drainable(&self, now: Instant) -> Option<BorrowedFd<'_>> {
        match &self.terminal {
            Terminal::Held(terminal, Drain::Ready) => Some(terminal.as_fd()),
            Terminal::Held(terminal, Drain::Resting(until)) if *until <= now => {
                Some(terminal.as_fd())
            }
            Terminal::Held(_, Drain::Resting(_)) | Terminal::Closed => None,
        }
    }

    /// When a resting terminal is to be looked at again.
    pub(super) fn wake(&self) -> Option<Instant> {
        match self.terminal {
            Terminal::Held(_, Drain::Resting(until)) => Some(until),
            Terminal::Held(_, Drain::Ready) | Terminal::Closed => None,
        }
    }

    /// Move what the terminal has into the spool, a bounded piece of it.
    pub(super) fn drain(&mut self, buffer: &mut [u8], now: Instant) {
        let Terminal::Held(terminal, drain) = &mut self.terminal else {
            return;
        };
        for _ in 0..READS_PER_TURN {
            match rustix::io::read(&*terminal, &mut *buffer) {
                Ok(count) if count > 0 => {
                    *drain = Drain::Ready;
                    self.spool.add(&buffer[..count]);
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => {
                    *drain = Drain::Ready;
                    return;
                }
                // The hang-up: EIO on Linux, nothing elsewhere.
                Ok(_) | Err(_) => {
                    self.spool.rest();
                    match self.life {
                        Life::Running(_) => *drain = Drain::Resting(now + REST),
                        Life::Ended(_) => self.terminal = Terminal::Closed,
                    }
                    return;
                }
            }
        }
    }

    /// Move everything the terminal still has into the spool and close it. Nobody writes to it any more.
    pub(super) fn drain_rest(&mut self, buffer: &mut [u8]) {
        let mut turns = 0..LAST_TURNS;
        while self.holds_terminal() && turns.next().is_some() {
            self.drain(buffer, Instant::now());
        }
        self.close();
    }

    /// Let go of the terminal, whatever is left in it.
    pub(super) fn close(&mut self) {
        self.terminal = Terminal::Closed;
        self.spool.rest();
    }

    pub(super) fn holds_terminal(&self) -> bool {
        matches!(self.terminal, Terminal::Held(..))
    }

    /// What a server is told of it on connecting, with a duplicate of the terminal.
    pub(super) fn here(&self) -> io::Result<Option<(wire::Here, OwnedFd)>> {
        let (Terminal::Held(terminal, _), Some(pid)) = (&self.terminal, self.pid()) else {
            return Ok(None);
        };
        let size = tcgetwinsize(terminal)?;
        let here = wire::Here {
            agent: self.no,
            pid: pid.as_raw_pid().unsigned_abs(),
            cols: size.ws_col,
            rows: size.ws_row,
            spool: self.spool.told(),
        };
        Ok(Some((here, terminal.try_clone()?)))
    }

    /// What a server is told of its end.
    pub(super) fn exited(&self) -> Option<wire::Exited> {
        let Life::Ended(end) = &self.life else {
            return None;
        };
        Some(wire::Exited {
            agent: self.no,
            code: end.code,
            signal: end.signal.clone(),
            left: end.left,
            spool: if self.holds_terminal() {
                None
            } else {
                self.spool.told()
            },
        })
    }
}
