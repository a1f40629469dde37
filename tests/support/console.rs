//! A terminal with a program in it. Keeps the screen, and every byte that made it.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::{PATIENCE, eventually};

/// A terminal with opsroom in it.
pub struct Console {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    keys: Box<dyn std::io::Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    drawing: Drawing,
}

/// Whether the program is in the middle of a synchronised update: a terminal shows none of it before its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawing {
    No,
    Yes,
}

/// What the room says of a decision on a card of which the server heard too late.
const LATE: &str = "was not on your screen";

const BEGINS: &[u8] = b"\x1b[?2026h";
const ENDS: &[u8] = b"\x1b[?2026l";

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        let before = self.bytes.len().saturating_sub(BEGINS.len() - 1);
        self.bytes.extend_from_slice(bytes);
        let fresh = &self.bytes[before..];
        let last = |mark: &[u8]| fresh.windows(mark.len()).rposition(|some| some == mark);
        match (last(BEGINS), last(ENDS)) {
            (None, None) => {}
            (begins, ends) if begins > ends => self.drawing = Drawing::Yes,
            _ => self.drawing = Drawing::No,
        }
    }
}

impl Console {
    pub(super) fn start(
        program: &str,
        arguments: &[&str],
        folder: &Path,
        environment: Vec<(String, String)>,
        (cols, rows): (u16, u16),
    ) -> Self {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(folder);
        command.env_clear();
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = vt100::Parser::new(rows, cols, 0);
        let seen = Seen {
            screen,
            bytes: Vec::new(),
            drawing: Drawing::No,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let sees = Arc::clone(&seen);
        let mut output = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                let mut seen = sees
                    .0
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner());
                seen.take(&bytes[..read]);
                sees.1.notify_all();
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            seen,
            keys,
            master: pair.master,
            child,
        }
    }

    /// Waits until the screen is as wanted, and gives it. `what` is for the failure.
    pub fn until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        self.wait(what, |seen| {
            Some(seen.screen.screen().contents()).filter(|text| wanted(text))
        })
    }

    fn wait<T>(&self, what: &str, found: impl Fn(&Seen) -> Option<T>) -> T {
        let (lock, changed) = &*self.seen;
        let deadline = Instant::now() + PATIENCE;
        let mut seen = lock.lock().unwrap();
        loop {
            let whole = seen.drawing == Drawing::No;
            if let Some(found) = whole.then(|| found(&seen)).flatten() {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let text = seen.screen.screen().contents();
                drop(seen);
                panic!("waited for {what}; the screen is:\n{text}");
            }
            seen = changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until this text stands somewhere.
    pub fn sees(&self, text: &str) -> String {
        self.until(&format!("`{text}`"), |screen| screen.contains(text))
    }

    /// Waits until this text stands nowhere.
    pub fn no_longer_sees(&self, text: &str) -> String {
        self.until(&format!("`{text}` to go"), |screen| !screen.contains(text))
    }

    /// Waits until this text was written to the terminal, among other bytes.
    pub fn hears(&self, bytes: &[u8]) {
        let what = format!("the bytes {:?}", String::from_utf8_lossy(bytes));
        self.wait(&what, |seen| {
            seen.bytes
                .windows(bytes.len())
                .any(|some| some == bytes)
                .then_some(())
        });
    }

    /// Waits until the card that asks this stands there, and has stood long enough to be decided.
    pub fn card(&self, asks: &str) -> String {
        self.until(&format!("a settled card `{asks}`"), |screen| {
            // its frame is the last that begins like this; what stands before it is lists and panes
            let card = screen.rfind("╭ ◆").or_else(|| screen.rfind("┌ ♦"));
            let card = card.map_or("", |at| &screen[at..]);
            let keys = card.contains(" approve ") || card.contains(" answer ");
            card.contains(asks) && keys && card.contains("r reject") && !card.contains("just came")
        })
    }

    /// Types these bytes.
    pub fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types these bytes one by one, each after the program read the one before, as a slow line brings them.
    pub fn types_in_parts(&mut self, keys: &str) {
        let terminal = File::open(self.master.tty_name().unwrap()).unwrap();
        let reads = format!("/proc/{}/io", self.pid());
        // elsewhere than on Linux some may be read together
        let reads = || fs::read_to_string(&reads).ok();
        for byte in keys.bytes() {
            let before = reads();
            self.keys.write_all(&[byte]).unwrap();
            self.keys.flush().unwrap();
            eventually("a byte that is read", || {
                let rest = rustix::io::ioctl_fionread(&terminal).unwrap();
                (rest == 0 && (before.is_none() || reads() != before)).then_some(())
            });
        }
    }

    /// Types, and waits for what follows.
    pub fn does(&mut self, keys: &str, shows: &str) -> String {
        self.types(keys);
        self.until(&format!("`{shows}` after {keys:?}"), |screen| {
            screen.contains(shows)
        })
    }

    /// Decides with a key, and waits for what follows. A server that heard of the card too late says so, and
    /// is told again.
    pub fn decides(&mut self, key: &str, shows: &str) -> String {
        loop {
            self.types(key);
            let what = format!("`{shows}` after the decision {key:?}");
            let screen = self.until(&what, |screen| {
                screen.contains(shows) || screen.contains(LATE)
            });
            if screen.contains(shows) {
                return screen;
            }
            self.no_longer_sees(LATE);
        }
    }

    /// The same, where what follows stands elsewhere than on the screen, and matters at once.
    pub fn decides_elsewhere(&mut self, key: &str, what: &str, holds: impl Fn() -> bool) {
        loop {
            self.types(key);
            let what = format!("{what} after the decision {key:?}");
            super::eventually(&what, || {
                (holds() || self.text().contains(LATE)).then_some(())
            });
            if holds() {
                return;
            }
            self.no_longer_sees(LATE);
        }
    }

    /// Puts the cursor of the queue on a brief, by the number its id begins with.
    pub fn chooses(&mut self, number: &str) {
        self.queue_shows(number, "");
        self.does("gq", "S start");
        loop {
            let lines = self.queue();
            let at = lines.iter().position(|line| line.contains(CURSOR));
            let wanted = lines.iter().position(|line| line.contains(number));
            let wanted = wanted.unwrap_or_else(|| panic!("no brief {number}: {lines:#?}"));
            if at == Some(wanted) {
                return;
            }
            let before = at.map(|at| lines[at].clone()).unwrap_or_default();
            self.types(if at.is_none_or(|at| at < wanted) {
                "j"
            } else {
                "k"
            });
            self.wait("the cursor of the queue to move", |seen| {
                let lines = queue(seen.screen.screen());
                let now = lines.into_iter().find(|line| line.contains(CURSOR))?;
                (number_of(&now) != number_of(&before)).then_some(())
            });
        }
    }

    /// The lines of the queue in the sidebar.
    pub fn queue(&self) -> Vec<String> {
        self.with_screen(queue)
    }

    /// Waits until the queue shows a brief with this beside it, in one line.
    pub fn queue_shows(&self, number: &str, beside: &str) {
        self.wait(&format!("{number} with {beside} in the queue"), |seen| {
            let lines = queue(seen.screen.screen());
            lines
                .iter()
                .any(|line| line.contains(number) && line.contains(beside))
                .then_some(())
        });
    }

    /// Clicks where this text stands.
    pub fn click(&mut self, text: &str) {
        let (col, row) = self.place_of(text);
        let at = format!("0;{};{}", col + 1, row + 1);
        self.types(&format!("\x1b[<{at}M\x1b[<{at}m"));
    }

    /// Changes the terminal's size.
    pub fn resize(&self, cols: u16, rows: u16) {
        self.seen
            .0
            .lock()
            .unwrap()
            .screen
            .screen_mut()
            .set_size(rows, cols);
        self.master
            .resize(PtySize {
                rows,
                cols,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
    }

    /// What stands on the screen now, as text.
    pub fn text(&self) -> String {
        self.with_screen(|screen| screen.contents())
    }

    /// The lines of the screen now, each as wide as the screen.
    pub fn lines(&self) -> Vec<String> {
        self.with_screen(|screen| screen.rows(0, screen.size().1).collect())
    }

    /// Where a text stands, as column and row from 0. It must be there.
    pub fn place_of(&self, text: &str) -> (u16, u16) {
        self.with_screen(|screen| {
            let (rows, cols) = screen.size();
            for row in 0..rows {
                for col in 0..cols {
                    if reads(screen, row, col, text) {
                        return (col, row);
                    }
                }
            }
            panic!(
                "`{text}` does not stand on the screen:\n{}",
                screen.contents()
            );
        })
    }

    /// Every byte that came from the program so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// What stands on the screen now, cell by cell.
    pub fn with_screen<T>(&self, look: impl Fn(&vt100::Screen) -> T) -> T {
        self.wait("a whole frame", |seen| Some(look(seen.screen.screen())))
    }

    /// The client's process.
    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap() as i32
    }

    /// Waits for the client to end by itself.
    pub fn ends(mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(
                Instant::now() < deadline,
                "the program does not end; the screen is:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// `kill -9` of the client.
    pub fn kill(mut self) {
        super::kill(self.pid());
        self.child.wait().unwrap();
    }
}

/// What marks the line under the cursor.
const CURSOR: &str = "▸";

/// The sidebar's lines below the heading of the queue, each with its stage.
fn queue(screen: &vt100::Screen) -> Vec<String> {
    let lines: Vec<String> = screen.rows(0, 30).collect();
    let below = lines
        .into_iter()
        .skip_while(|line| !line.contains(" queue "))
        .skip(1);
    let mut stage = String::new();
    let with_stage = below.map(|line| {
        let named: String = line.chars().skip(2).take(6).collect();
        if !named.trim().is_empty() {
            stage = named.trim().to_owned();
        }
        format!("{stage}: {line}")
    });
    with_stage.collect()
}

/// The number of the brief in a line of the queue.
fn number_of(line: &str) -> String {
    let digits = |word: &&str| word.len() == 4 && word.chars().all(|one| one.is_ascii_digit());
    let words = line.split(|one: char| !one.is_alphanumeric());
    words
        .collect::<Vec<_>>()
        .into_iter()
        .find(|word| digits(word))
        .unwrap_or_default()
        .to_owned()
}

/// Whether this text begins in this cell.
fn reads(screen: &vt100::Screen, row: u16, col: u16, text: &str) -> bool {
    let mut rest = text;
    let mut at = col;
    while !rest.is_empty() {
        let Some(cell) = screen.cell(row, at) else {
            return false;
        };
        let contents = if cell.has_contents() {
            cell.contents()
        } else {
            " "
        };
        match rest.strip_prefix(contents) {
            Some(left) if !cell.is_wide_continuation() => rest = left,
            _ if cell.is_wide_continuation() => {}
            _ => return false,
        }
        at += 1;
    }
    true
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            super::kill(self.pid());
            let _ = self.child.wait();
        }
    }
}
