//! The operator's terminal as the bytes that reach it: the real client in a real PTY, whatever its size,
//! with every byte kept besides the picture that they make.

use std::io::{Read as _, Write as _};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::kit::PATIENCE;
use crate::support::Place;

/// The size at which the picture is asked for.
pub const USUAL: (u16, u16) = (120, 40);
/// Bytes that are kept.
const KEPT: usize = 16 << 20;

/// What came, as bytes and as a picture of [`USUAL`] size.
struct Came {
    bytes: Vec<u8>,
    picture: vt100::Parser,
    /// Whole frames so far, and the bytes behind the last one.
    frames: usize,
    tail: Vec<u8>,
    ended: bool,
}

impl Came {
    fn count(&mut self, bytes: &[u8]) {
        const END: &[u8] = b"\x1b[?2026l";
        self.tail.extend_from_slice(bytes);
        while let Some(at) = memchr::memmem::find(&self.tail, END) {
            self.frames += 1;
            self.tail.drain(..at + END.len());
        }
        let keep = self.tail.len().saturating_sub(END.len());
        self.tail.drain(..keep);
    }
}

/// A terminal with the client in it.
pub struct Terminal {
    came: Arc<(Mutex<Came>, Condvar)>,
    keys: Box<dyn std::io::Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

impl Terminal {
    pub fn open(place: &Place, arguments: &[&str], cells: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(cells)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_opsroom"));
        command.args(arguments);
        command.cwd(&place.room);
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        // An escape and the key behind it may be read as one, and the keys after them mean something else then: none of
        // them may open an editor that nobody leaves.
        command.env("EDITOR", "true");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let picture = vt100::Parser::new(USUAL.1, USUAL.0, 0);
        let came = Arc::new((
            Mutex::new(Came {
                bytes: Vec::new(),
                picture,
                frames: 0,
                tail: Vec::new(),
                ended: false,
            }),
            Condvar::new(),
        ));
        let taken = Arc::clone(&came);
        let mut output = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut chunk = vec![0; 64 * 1024];
            loop {
                let read = output.read(&mut chunk).unwrap_or(0);
                let mut came = taken.0.lock().unwrap();
                came.ended = read == 0;
                came.picture.process(&chunk[..read]);
                came.count(&chunk[..read]);
                let room = KEPT - came.bytes.len();
                came.bytes.extend_from_slice(&chunk[..read.min(room)]);
                taken.1.notify_all();
                if came.ended {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            came,
            keys,
            master: pair.master,
            child,
        }
    }

    fn wait<T>(&self, what: &str, wanted: impl Fn(&Came) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut came = self.came.0.lock().unwrap();
        loop {
            if let Some(found) = wanted(&came) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited for {what}; the screen is:\n{}",
                came.picture.screen().contents()
            );
            came = self.came.1.wait_timeout(came, left).unwrap().0;
        }
    }

    /// Waits until this text stands somewhere on the picture, which must be of the usual size.
    pub fn sees(&self, text: &str) -> String {
        self.wait(&format!("`{text}`"), |came| {
            Some(came.picture.screen().contents()).filter(|shown| shown.contains(text))
        })
    }

    /// Waits until the card that is shown may be decided.
    pub fn settled(&self) {
        self.wait("a settled card", |came| {
            let shown = came.picture.screen().contents();
            (shown.contains("r reject") && !shown.contains("just came")).then_some(())
        });
    }

    /// Types these one after the other, each when what the one before it changed is drawn.
    pub fn presses(&mut self, keys: &[&str]) {
        for key in keys {
            let frames = self.frames();
            self.types(key);
            self.draws_soon(frames);
        }
    }

    pub fn types(&mut self, keys: &str) {
        // It may be gone: whoever waits for it says so.
        let _gone = self.keys.write_all(keys.as_bytes());
    }

    pub fn resize(&self, cells: (u16, u16)) {
        self.master.resize(size(cells)).unwrap();
    }

    /// Whole frames so far.
    pub fn frames(&self) -> usize {
        self.came.0.lock().unwrap().frames
    }

    /// Every byte so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.came.0.lock().unwrap().bytes.clone()
    }

    /// Waits for a frame after so many.
    pub fn draws(&self, after: usize) {
        self.wait("a frame", |came| {
            (came.frames > after || came.ended).then_some(())
        });
    }

    /// Waits for a frame after so many, but not long: there may be nothing to draw.
    pub fn draws_soon(&self, after: usize) {
        let came = self.came.0.lock().unwrap();
        let still = |came: &mut Came| came.frames <= after && !came.ended;
        drop(
            self.came
                .1
                .wait_timeout_while(came, Duration::from_millis(150), still),
        );
    }

    /// Asks the client to leave, whatever stands open.
    pub fn terminate(&self) {
        crate::kit::signal(self.pid(), rustix::process::Signal::TERM);
    }

    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap() as i32
    }

    /// Waits for the client to end, and gives its code and every byte that it wrote.
    pub fn ends(mut self) -> (u32, Vec<u8>) {
        let bytes = self.wait("its end", |came| came.ended.then(|| came.bytes.clone()));
        (self.child.wait().unwrap().exit_code(), bytes)
    }

    /// `kill -9` of the client.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
