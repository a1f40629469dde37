//! A person at a terminal, for tests: the real binary in a real PTY, its screen read by an emulator that
//! is not the one that opsroom uses inside. Waits on what appears, never for a time to pass.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, dead_code)]

mod console;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

pub use console::Console;

/// How long something that must appear may take on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The demo's roles with every pause of the play left out.
pub const QUICK: &str = include_str!("quick.toml");

/// A private place for one test: a home, a runtime directory and a room. Ends the room's processes when
/// dropped, and fails the test where one was left behind.
pub struct Place {
    temp: tempfile::TempDir,
    /// The home.
    pub home: PathBuf,
    /// The room's folder.
    pub room: PathBuf,
    /// The runtime directory.
    pub runtime: PathBuf,
    more: Vec<(String, String)>,
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
            temp,
            more: Vec::new(),
        }
    }

    /// The demo's project and queue, its agents acting without pauses. Nobody is started.
    pub fn demo() -> Self {
        let place = Self::new();
        opsroom::verbs::demo::prepare(&place.room).unwrap();
        place.settings(QUICK);
        place
    }

    /// A room of these agents: each a name and a script for `sh`.
    pub fn of(agents: &[(&str, &str)]) -> Self {
        let place = Self::new();
        let agents: Vec<String> = agents
            .iter()
            .map(|(name, script)| agent(name, script))
            .collect();
        place.settings(&format!("name = \"quay\"\n{}", agents.concat()));
        place
    }

    /// Writes opsroom.toml.
    pub fn settings(&self, text: &str) {
        self.write("room/opsroom.toml", text);
    }

    /// Writes a file below this place, whole at once.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.temp.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let fresh = path.with_extension("fresh");
        std::fs::write(&fresh, text).unwrap();
        std::fs::rename(fresh, path).unwrap();
    }

    /// A file of the room, as text; empty where there is none.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.room.join(path)).unwrap_or_default()
    }

    /// Sets a variable for what is started from here on.
    pub fn env(&mut self, name: &str, value: &str) {
        self.more.push((name.to_owned(), value.to_owned()));
    }

    /// What the binary is started with, and nothing else.
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let usual = [
            ("HOME", text(&self.home)),
            ("XDG_RUNTIME_DIR", text(&self.runtime)),
            ("XDG_CONFIG_HOME", text(&self.home.join(".config"))),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("USER", "alice".into()),
            ("SHELL", "/bin/sh".into()),
            ("LANG", "C.UTF-8".into()),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
            ("TMPDIR", text(self.temp.path())),
        ];
        let usual = usual
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        usual.chain(self.more.iter().cloned()).collect()
    }

    /// The binary with these arguments, as it is run here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsroom"));
        command
            .args(arguments)
            .current_dir(&self.room)
            .env_clear()
            .envs(self.environment());
        command
    }

    /// Runs the binary to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
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

    /// Runs the binary, which must fail, and gives what it said.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success(),
            "opsroom {arguments:?} did not fail"
        );
        said
    }

    /// Opens a terminal of this size with the binary in it.
    pub fn console(&self, arguments: &[&str], cols: u16, rows: u16) -> Console {
        Console::start(
            env!("CARGO_BIN_EXE_opsroom"),
            arguments,
            &self.room,
            self.environment(),
            (cols, rows),
        )
    }

    /// Opens a terminal of this size with another program in it.
    pub fn terminal(&self, program: &str, arguments: &[&str], cols: u16, rows: u16) -> Console {
        Console::start(
            program,
            arguments,
            &self.room,
            self.environment(),
            (cols, rows),
        )
    }

    /// What `ls --json` says.
    pub fn ls(&self) -> serde_json::Value {
        serde_json::from_str(&self.ok(&["ls", "--json"])).unwrap()
    }

    /// The server's process, by what `ls --json` says.
    pub fn server_pid(&self) -> Option<i32> {
        self.ls()["server_pid"].as_i64().map(|pid| pid as i32)
    }

    /// The living agents' processes, by name.
    pub fn agents(&self) -> Vec<(String, i32)> {
        let listed = self.ls();
        let agents = listed["agents"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|agent| {
                let name = agent["name"].as_str().unwrap().to_owned();
                Some((name, agent["pid"].as_i64()? as i32))
            });
        agents.filter(|(_, pid)| lives(*pid)).collect()
    }

    /// The same, once there are so many.
    pub fn so_many_agents(&self, number: usize) -> Vec<(String, i32)> {
        eventually(&format!("{number} agents"), || {
            Some(self.agents()).filter(|agents| agents.len() == number)
        })
    }

    /// The journal's lines.
    pub fn journal(&self) -> Vec<serde_json::Value> {
        let text = self.read(".opsroom/journal.jsonl");
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// The journal's lines of this kind.
    pub fn noted(&self, what: &str) -> Vec<serde_json::Value> {
        self.journal()
            .into_iter()
            .filter(|entry| entry["what"] == what)
            .collect()
    }

    /// The folder's path as the program writes it.
    pub fn folder(&self) -> PathBuf {
        self.room.canonicalize().unwrap()
    }

    /// Processes that were started from this place and still live, where the system tells.
    pub fn leftovers(&self) -> Vec<i32> {
        let mark = format!("TMPDIR={}", self.temp.path().display());
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let ours = |pid: &i32| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment
                .split(|byte| *byte == 0)
                .any(|one| one == mark.as_bytes())
        };
        pids.filter(ours).filter(|pid| lives(*pid)).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let stopped = self.run(&["stop", "--force"]);
        let until = Instant::now() + Duration::from_secs(10);
        let mut left = self.leftovers();
        while !left.is_empty() && Instant::now() < until {
            pause();
            left = self.leftovers();
        }
        let named: Vec<String> = left
            .iter()
            .map(|pid| format!("{pid} {}", command_line(*pid)))
            .collect();
        for pid in left {
            kill(pid);
        }
        if !std::thread::panicking() {
            let said = String::from_utf8_lossy(&stopped.stderr).into_owned();
            assert!(
                named.is_empty(),
                "left behind: {named:?}; stop said: {said}"
            );
        } else if let Ok(log) = std::fs::read_to_string(self.room.join(".opsroom/server.log")) {
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(12)..];
            println!("the server's log ends with:\n{}", last.join("\n"));
        }
    }
}

/// An agent of opsroom.toml: a name and a script for `sh`.
pub fn agent(name: &str, script: &str) -> String {
    let script = toml::Value::String(script.to_owned());
    format!("[[agents]]\nname = \"{name}\"\ncommand = [\"sh\", \"-c\", {script}]\n")
}

/// Whose room it is: the name that stands in the header and the journal.
pub const PERSON: &str = "alice";

/// Whether a process lives (one that only waits to be collected does not).
pub fn lives(pid: i32) -> bool {
    let Some(known) = Pid::from_raw(pid) else {
        return false;
    };
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = state
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .trim_start()
        .chars()
        .next();
    test_kill_process(known).is_ok() && state != Some('Z')
}

/// `kill -9` of a process that this test started.
pub fn kill(pid: i32) {
    let _gone_already = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
}

/// Asks a process that this test started to end.
pub fn end(pid: i32) {
    let _gone_already = kill_process(Pid::from_raw(pid).unwrap(), Signal::TERM);
}

fn command_line(pid: i32) -> String {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

/// Looks again and again at what nobody announces (a file, a process) until it is there.
pub fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "waited for {what}");
        pause();
    }
}

fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}
