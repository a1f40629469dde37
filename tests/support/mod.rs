//! A person at a terminal, for tests: the real binary in a real PTY, its screen read by an emulator that
//! is not the one that opsroom uses inside. Waits on what appears, never for a time to pass.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long something that must appear may take on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A private place for one test: a home, a runtime directory and a room. Ends the room's processes when dropped.
pub struct Place {
    _temp: tempfile::TempDir,
    /// The home.
    pub home: PathBuf,
    /// The room's folder.
    pub room: PathBuf,
    runtime: PathBuf,
}

impl Place {
    /// An empty one.
    pub fn new() -> Self {
        let temp = tempfile::Builder::new().prefix("ops").tempdir().unwrap();
        let at = |name: &str| {
            let path = temp.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700))
                .unwrap();
            path
        };
        let (home, room, runtime) = (at("home"), at("room"), at("run"));
        Self {
            home,
            room,
            runtime,
            _temp: temp,
        }
    }

    /// What the binary is started with, and nothing else.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        vec![
            ("HOME", text(&self.home)),
            ("XDG_RUNTIME_DIR", text(&self.runtime)),
            ("XDG_CONFIG_HOME", text(&self.home.join(".config"))),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("USER", "alice".into()),
            ("SHELL", "/bin/sh".into()),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
            ("TMPDIR", text(self.home.parent().unwrap())),
        ]
    }

    /// Runs the binary to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_opsroom"))
            .args(arguments)
            .current_dir(&self.room)
            .env_clear()
            .envs(self.environment())
            .output()
            .unwrap()
    }

    /// Runs the binary, which must succeed, and gives what it printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "opsroom {arguments:?}: {}\n{said}",
            output.status
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Opens a terminal of this size with the binary in it.
    pub fn console(&self, arguments: &[&str], cols: u16, rows: u16) -> Console {
        Console::start(self, arguments, cols, rows)
    }

    /// The pid in this room's server lock, by what `ls --json` says.
    pub fn server_pid(&self) -> Option<i32> {
        let output = self.run(&["ls", "--json"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let listed: serde_json::Value = serde_json::from_str(&text).ok()?;
        listed["server_pid"].as_i64().map(|pid| pid as i32)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.run(&["stop", "--force"]);
    }
}

/// A terminal with opsroom in it.
pub struct Console {
    screen: Arc<(Mutex<vt100::Parser>, Condvar)>,
    keys: Option<Box<dyn std::io::Write + Send>>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Console {
    fn start(place: &Place, arguments: &[&str], cols: u16, rows: u16) -> Self {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_opsroom"));
        command.args(arguments);
        command.cwd(&place.room);
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new((
            Mutex::new(vt100::Parser::new(rows, cols, 0)),
            Condvar::new(),
        ));
        let seen = Arc::clone(&screen);
        let mut output = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                seen.0.lock().unwrap().process(&bytes[..read]);
                seen.1.notify_all();
            }
        });
        let keys = Some(pair.master.take_writer().unwrap());
        Self {
            screen,
            keys,
            master: pair.master,
            child,
        }
    }

    /// Waits until the screen is as wanted, and gives it. `what` is for the failure.
    pub fn until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let (lock, changed) = &*self.screen;
        let deadline = Instant::now() + PATIENCE;
        let mut parser = lock.lock().unwrap();
        loop {
            let text = parser.screen().contents();
            if wanted(&text) {
                return text;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for {what}; the screen is:\n{text}");
            parser = changed.wait_timeout(parser, left).unwrap().0;
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

    /// Types these bytes.
    pub fn types(&mut self, keys: &str) {
        let out = self.keys.as_mut().unwrap();
        out.write_all(keys.as_bytes()).unwrap();
        out.flush().unwrap();
    }

    /// Types one key again and again until the screen is as wanted: for keys that count only once a
    /// card has stood for a moment.
    pub fn types_until(&mut self, keys: &str, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.types(keys);
            let (lock, changed) = &*self.screen;
            let parser = lock.lock().unwrap();
            let pause = Duration::from_millis(700);
            let (parser, _) = changed
                .wait_timeout_while(parser, pause, |parser| !wanted(&parser.screen().contents()))
                .unwrap();
            let text = parser.screen().contents();
            if wanted(&text) {
                return text;
            }
            assert!(
                Instant::now() < deadline,
                "typed {keys:?} for {what}; the screen is:\n{text}"
            );
        }
    }

    /// Changes the terminal's size.
    pub fn resize(&self, cols: u16, rows: u16) {
        self.screen
            .0
            .lock()
            .unwrap()
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
        self.screen.0.lock().unwrap().screen().contents()
    }

    /// What stands on the screen now, cell by cell.
    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.0.lock().unwrap().screen())
    }

    /// The client's process.
    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap() as i32
    }

    /// Waits for the client to end by itself.
    pub fn ends(mut self) -> u32 {
        self.child.wait().unwrap().exit_code()
    }

    /// `kill -9` of the client.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
