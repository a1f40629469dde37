//! Reads a terminal that floods, in a thread of its own: the kernel keeps only a few KiB of a terminal's output, so
//! the program would stand still while what it wrote is taken in.
//!
//! Must not read on once it was stopped: whoever reads next, in this process or another, gets what follows.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::Notify;

/// The most that is read ahead; the program waits then.
const AHEAD: usize = 192 * 1024;
/// The most that is read before it is handed over.
const PIECE: usize = 16 * 1024;
/// So much is told at once; less is told after [`PAUSE`], so that taking it in costs a wake-up less often.
const ENOUGH: usize = 64 * 1024;
/// How long less than that may go untold.
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};
/// At most so many terminals are read so at once; others are read in turns with being taken in.
const PUMPS: usize = 4;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A terminal that is read ahead.
#[derive(Debug)]
pub(super) struct Pump {
    shared: Arc<Shared>,
    /// The thread ends when this is closed.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    basin: Mutex<Basin>,
    /// There is room again, or no need of any.
    room: Condvar,
    /// Something came, or nothing will come any more.
    came: Notify,
}

#[derive(Debug, Default)]
struct Basin {
    bytes: Vec<u8>,
    state: Flow,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Flow {
    #[default]
    Runs,
    /// Nothing will ever come, or reading failed: whoever reads next sees which.
    Ended,
    /// Nothing more is to be read.
    Stopped,
}

impl Shared {
    fn basin(&self) -> MutexGuard<'_, Basin> {
        self.basin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more is read here. Whoever reads next sees why.
    fn end(&self) {
        let mut basin = self.basin();
        if basin.state == Flow::Runs {
            basin.state = Flow::Ended;
        }
        drop(basin);
        self.came.notify_one();
    }
}

impl Pump {
    /// Begins to read; none where enough others do already.
    ///
    /// # Errors
    /// Where there is no pipe or no thread to be had.
    pub fn start(master: &Arc<OwnedFd>) -> io::Result<Option<Self>> {
        let Some(slot) = Slot::take() else {
            return Ok(None);
        };
        let (stopped, stop) = io::pipe()?;
        let shared = Arc::<Shared>::default();
        let (master, theirs) = (Arc::clone(master), Arc::clone(&shared));
        let thread = thread::Builder::new().name("pump".to_owned());
        let thread = thread.spawn(move || {
            pump(&master, &stopped, &theirs);
            drop(slot);
        })?;
        Ok(Some(Self {
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }))
    }

    /// Waits until there is enough to take, or something for a while, or nothing will come any more. May be dropped
    /// half-way.
    pub async fn ready(&self) {
        let holds = |least: usize| {
            let basin = self.shared.basin();
            basin.bytes.len() >= least || basin.state != Flow::Runs
        };
        while !holds(ENOUGH) {
            self.shared.came.notified().await;
            if holds(1) {
                return;
            }
        }
    }

    /// Moves what came into `buffer`, which is empty; or says that nothing will come any more.
    pub fn take(&self, buffer: &mut Vec<u8>) -> Came {
        let mut basin = self.shared.basin();
        if basin.bytes.is_empty() {
            return match basin.state {
                Flow::Runs => Came::Nothing,
                Flow::Ended | Flow::Stopped => Came::End,
            };
        }
        std::mem::swap(&mut basin.bytes, buffer);
        drop(basin);
        self.shared.room.notify_one();
        Came::Bytes
    }

    /// Stops, and gives what nobody took.
    pub fn stop(mut self) -> Vec<u8> {
        self.end();
        std::mem::take(&mut self.shared.basin().bytes)
    }

    fn end(&mut self) {
        self.shared.basin().state = Flow::Stopped;
        self.shared.room.notify_one();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that reads a terminal ahead broke");
        }
    }
}

/// What there was to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// Bytes.
    Bytes,
    /// Nothing yet.
    Nothing,
    /// Nothing, for ever.
    End,
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.end();
    }
}

/// One of the few that may run.
struct Slot;

impl Slot {
    fn take() -> Option<Self> {
        let free = |running: usize| (running < PUMPS).then_some(running + 1);
        let taken = RUNNING.fetch_update(Ordering::AcqRel, Ordering::Acquire, free);
        taken.is_ok().then_some(Self)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::AcqRel);
    }
}

fn pump(master: &OwnedFd, stopped: &PipeReader, shared: &Shared) {
    let mut piece = vec![0; PIECE];
    loop {
        let full = |basin: &mut Basin| basin.state == Flow::Runs && basin.bytes.len() >= AHEAD;
        let basin = shared.room.wait_while(shared.basin(), full);
        let goes_on = basin.is_ok_and(|basin| basin.state == Flow::Runs);
        if !goes_on {
            return;
        }
        let (read, there) = fill(master, &mut piece);
        let held = {
            let mut basin = shared.basin();
            basin.bytes.extend_from_slice(&piece[..read]);
            basin.bytes.len()
        };
        if there == There::End {
            return shared.end();
        }
        if held >= ENOUGH {
            shared.came.notify_one();
        }
        if there == There::More {
            continue;
        }
        let pause = (0 < held && held < ENOUGH).then_some(&PAUSE);
        let mut watched = [
            PollFd::new(master, PollFlags::IN),
            PollFd::new(stopped, PollFlags::IN),
        ];
        match poll(&mut watched, pause) {
            Ok(0) => shared.came.notify_one(),
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return shared.end(),
        }
    }
}

/// What there is behind what was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    More,
    Nothing,
    End,
}

/// Reads until there is nothing, or no room.
fn fill(master: &OwnedFd, piece: &mut [u8]) -> (usize, There) {
    let mut read = 0;
    while read < piece.len() {
        match rustix::io::read(master, &mut piece[read..]) {
            Ok(0) => return (read, There::End),
            Ok(length) => read += length,
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return (read, There::Nothing),
            Err(_) => return (read, There::End),
        }
    }
    (read, There::More)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::fs::File;
    use std::io::{Read as _, Write as _};

    /// A terminal's two ends.
    fn terminal() -> (Arc<OwnedFd>, File) {
        let (master, program) = super::super::tests::terminal();
        (Arc::new(master), program)
    }

    #[tokio::test]
    async fn everything_comes_once_in_order_whether_taken_or_left() {
        let (master, mut program) = terminal();
        let sent: Vec<u8> = (0..3_000_000_u32).map(|at| (at / 7 % 251) as u8).collect();
        let theirs = sent.clone();
        let writer = thread::spawn(move || program.write_all(&theirs).map(|()| program));
        let mut got = Vec::new();
        // stopped and started again half-way: nobody loses or repeats anything
        for until in [1_000_000, 2_000_000, sent.len()] {
            let pump = Pump::start(&master).unwrap().unwrap();
            while got.len() < until {
                pump.ready().await;
                let mut some = Vec::new();
                assert_eq!(pump.take(&mut some), Came::Bytes);
                assert!(some.len() < AHEAD + PIECE);
                got.extend(some);
            }
            got.extend(pump.stop());
        }
        assert!(got == sent, "{} of {}", got.len(), sent.len());
        let program = writer.join().unwrap().unwrap();
        let pump = Pump::start(&master).unwrap().unwrap();
        drop(program);
        pump.ready().await;
        assert_eq!(pump.take(&mut Vec::new()), Came::End);
        assert!(pump.stop().is_empty());
    }

    #[tokio::test]
    async fn one_that_nobody_empties_waits_and_is_stopped_all_the_same() {
        let (master, mut program) = terminal();
        let writer = thread::spawn(move || program.write_all(&vec![b'x'; 4 * AHEAD]).is_ok());
        let pump = Pump::start(&master).unwrap().unwrap();
        let shared = Arc::clone(&pump.shared);
        while shared.basin().bytes.len() < AHEAD {
            thread::yield_now();
        }
        let left = pump.stop();
        assert!(left.len() < AHEAD + PIECE, "{}", left.len());
        // the rest is there for whoever reads next
        rustix::io::ioctl_fionbio(&master, false).unwrap();
        let mut rest = vec![0; 4 * AHEAD - left.len()];
        File::from(master.try_clone().unwrap())
            .read_exact(&mut rest)
            .unwrap();
        assert!(writer.join().unwrap());
    }
}
