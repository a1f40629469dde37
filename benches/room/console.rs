//! A terminal with a program in it: bytes in, bytes out, and how long it takes until some of them come.
//! One thread reads, and it is the one that measures.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long something that must appear may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal with a program in it. The program is killed when it is dropped.
pub struct Console {
    terminal: File,
    child: Box<dyn Child + Send + Sync>,
    screen: vt100::Parser,
    bytes: Box<[u8]>,
    _master: Box<dyn MasterPty + Send>,
}

impl Console {
    /// Starts a program in a terminal of this size.
    pub fn start(command: CommandBuilder, cols: u16, rows: u16) -> Self {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let terminal = File::from(own(pair.master.as_raw_fd().unwrap()));
        let screen = vt100::Parser::new(rows, cols, 0);
        Self {
            terminal,
            child,
            screen,
            bytes: vec![0; 256 * 1024].into(),
            _master: pair.master,
        }
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Types these bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        self.terminal.write_all(bytes).unwrap();
    }

    /// What came by then, if anything did. Nothing more comes after a hang-up.
    fn read(&mut self, by: Instant) -> Option<usize> {
        let left = by.saturating_duration_since(Instant::now());
        let left = Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let mut polled = [PollFd::new(&self.terminal, PollFlags::IN)];
        if poll(&mut polled, Some(&left)).unwrap_or(0) == 0 {
            return None;
        }
        self.terminal
            .read(&mut self.bytes)
            .ok()
            .filter(|read| *read > 0)
    }

    /// Takes what comes for this long.
    pub fn drain(&mut self, pause: Duration) {
        let by = Instant::now() + pause;
        while Instant::now() < by {
            if self.read(by).is_none() {
                std::thread::sleep(by.saturating_duration_since(Instant::now()));
            }
        }
    }

    /// Waits until these bytes come out; true if they did before the time was over.
    pub fn comes(&mut self, wanted: &[u8], limit: Duration) -> bool {
        let by = Instant::now() + limit;
        let mut seen = Vec::new();
        while let Some(read) = self.read(by) {
            seen.extend_from_slice(&self.bytes[..read]);
            if memchr::memmem::find(&seen, wanted).is_some() {
                return true;
            }
            let keep = seen.len().saturating_sub(wanted.len());
            seen.drain(..keep);
        }
        false
    }

    /// Waits until the screen is as wanted.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        if !self.is_soon(PATIENCE, wanted) {
            panic!(
                "waited for {what}; the screen is:\n{}",
                self.screen.screen().contents()
            );
        }
    }

    /// Whether the screen is as wanted before the time is over.
    fn is_soon(&mut self, limit: Duration, wanted: impl Fn(&str) -> bool) -> bool {
        let by = Instant::now() + limit;
        loop {
            if wanted(&self.screen.screen().contents()) {
                return true;
            }
            // A flood always has something to read: the time is over all the same.
            match self.read(by).filter(|_| Instant::now() < by) {
                Some(read) => self.screen.process(&self.bytes[..read]),
                None => return false,
            }
        }
    }

    /// Types a key again and again until this text stands somewhere.
    pub fn types_until(&mut self, key: &[u8], text: &str) {
        for _ in 0..20 {
            self.write(key);
            if self.is_soon(Duration::from_millis(1500), |screen| screen.contains(text)) {
                return;
            }
        }
        self.sees(text);
    }

    /// Waits until this text stands somewhere.
    pub fn sees(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(
    unsafe_code,
    reason = "the descriptor is borrowed from the master that stays beside it, and duplicated"
)]
fn own(descriptor: i32) -> OwnedFd {
    unsafe { BorrowedFd::borrow_raw(descriptor) }
        .try_clone_to_owned()
        .unwrap()
}
