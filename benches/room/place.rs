//! A room of its own in a temporary folder, and what its processes use. Ends them when dropped.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portable_pty::CommandBuilder;

use crate::console::Console;

/// The terminal that everything is looked at in.
pub const COLS: u16 = 200;
/// Its rows.
pub const ROWS: u16 = 60;

/// The program that is measured: the one built here, or another one to compare with.
pub fn program() -> PathBuf {
    std::env::var_os("OPSROOM_BIN")
        .map_or_else(|| env!("CARGO_BIN_EXE_opsroom").into(), PathBuf::from)
}

/// The command that makes load: this very program.
pub fn load(arguments: &[&str]) -> Vec<String> {
    let own = std::env::current_exe()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    [own, "load".to_owned()]
        .into_iter()
        .chain(arguments.iter().map(|one| (*one).to_owned()))
        .collect()
}

/// A private place for one figure.
pub struct Place {
    temp: tempfile::TempDir,
    /// The room's folder.
    pub room: PathBuf,
}

impl Place {
    /// An empty one.
    pub fn new() -> Self {
        let temp = tempfile::Builder::new().prefix("opb").tempdir().unwrap();
        for name in ["home", "room", "run"] {
            let path = temp.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let place = Self {
            room: temp.path().join("room"),
            temp,
        };
        place.file(
            "room/opsroom.toml",
            "name = \"bench\"\n[limits]\nagents = 200\n",
        );
        place
    }

    /// Writes a file below the place, with the folders to it.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.temp.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let at = |name: &str| self.temp.path().join(name).to_string_lossy().into_owned();
        vec![
            ("HOME", at("home")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_CONFIG_HOME", at("home/.config")),
            ("TMPDIR", at("home")),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("SHELL", "/bin/sh".into()),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
        ]
    }

    /// Runs a program here, to its end.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.room)
            .env_clear()
            .envs(self.environment());
        command.output().unwrap()
    }

    /// Runs opsroom here, which must succeed, and gives what it printed.
    pub fn opsroom(&self, arguments: &[&str]) -> String {
        let output = self.run(&program(), arguments);
        assert!(
            output.status.success(),
            "opsroom {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts an agent.
    pub fn spawn(&self, name: &str, command: &[&str]) {
        self.opsroom(&[&["spawn", "--name", name, "--"], command].concat());
    }

    /// A terminal with a program in it, at the usual size.
    pub fn console(&self, program: &Path, arguments: &[&str]) -> Console {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(&self.room);
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        Console::start(command, COLS, ROWS)
    }

    /// The room's window.
    pub fn window(&self) -> Console {
        self.console(&program(), &[])
    }

    /// The server and the keeper of this room.
    pub fn processes(&self) -> BTreeMap<&'static str, u32> {
        let own = self.temp.path().to_string_lossy().into_owned();
        let mut found = BTreeMap::new();
        for pid in fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        {
            let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else {
                continue;
            };
            let words: Vec<_> = line
                .split(|byte| *byte == 0)
                .map(String::from_utf8_lossy)
                .collect();
            let named = |word: &str| words.get(1).is_some_and(|second| second == word);
            if words.iter().any(|word| word.contains(&own)) {
                for name in ["serve", "keeper"].into_iter().filter(|name| named(name)) {
                    found.insert(name, pid);
                }
            }
        }
        found
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.run(&program(), &["stop", "--force"]);
    }
}

/// What processes used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Time on a core, in seconds.
    pub cpu: f64,
    /// How often they went to sleep, and so were woken.
    pub sleeps: u64,
}

impl Used {
    /// By these processes, all threads of each.
    pub fn by(pids: &[u32]) -> Self {
        let mut used = Self::default();
        for thread in pids
            .iter()
            .filter_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).ok())
            .flatten()
            .flatten()
        {
            let read =
                |name: &str| fs::read_to_string(thread.path().join(name)).unwrap_or_default();
            let ran = read("schedstat")
                .split(' ')
                .next()
                .and_then(|ns| ns.parse::<f64>().ok());
            used.cpu += ran.unwrap_or(0.0) / 1e9;
            used.sleeps += field(&read("status"), "voluntary_ctxt_switches:");
        }
        used
    }

    /// Since an earlier look.
    pub fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu - before.cpu,
            sleeps: self.sleeps - before.sleeps,
        }
    }
}

/// Memory of a process that it shares with nobody, in MB.
pub fn memory(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    field(&status, "RssAnon:") as f64 * 1024.0 / 1e6
}

fn field(status: &str, name: &str) -> u64 {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
