//! A keeper in a folder of its own, and a plain blocking client to talk to it.

use opsroom::keeper::{KeeperOptions, spawn_detached};
use opsroom::wire::keeper::{
    AgentNo, Cause, Decoder, Exited, FromKeeper, Here, Launch, ToKeeper, VERSION, encode,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, kill_process, pidfd_open, waitpid};
use std::collections::VecDeque;
use std::fs;
use std::io::{IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longer than anything here takes; only a failure waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running keeper. Dropping it ends the keeper and all its agents.
pub struct Room {
    pub dir: tempfile::TempDir,
    pub options: KeeperOptions,
    pub keeper: u32,
}

impl Room {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut KeeperOptions)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options =
            KeeperOptions::new(dir.path().join("run/k.sock"), dir.path().join("run/spool"));
        change(&mut options);
        let mut room = Self {
            dir,
            options,
            keeper: 0,
        };
        room.start();
        room
    }

    pub fn start(&mut self) {
        let exe = Path::new(env!("CARGO_BIN_EXE_opsroom"));
        self.keeper = spawn_detached(exe, &self.options, &self.dir.path().join("log")).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Connect, as soon as the keeper listens, without saying hello.
    pub fn knock(&self) -> Client {
        Client::knock(&self.options.socket)
    }

    /// Connect as the server.
    pub fn connect(&self) -> (Client, Greeting) {
        connect_to(&self.options.socket)
    }

    /// An agent that runs `script` in bash.
    pub fn bash(&self, agent: u32, script: &str) -> Launch {
        Launch {
            agent: AgentNo(agent),
            command: vec!["bash".into(), "--norc".into(), "-c".into(), script.into()],
            cwd: self.dir.path().into(),
            env: vec![
                ("PATH".into(), "/usr/bin:/bin".into()),
                ("LC_ALL".into(), "C".into()),
            ],
            cols: 120,
            rows: 40,
        }
    }

    /// The spooled bytes that were told of.
    pub fn spooled(&self, here: &Here) -> Vec<u8> {
        let parts = here.spool.iter().flat_map(|spool| &spool.parts);
        parts
            .flat_map(|part| fs::read(self.options.spool.join(part)).unwrap())
            .collect()
    }

    /// Bytes on disk in all spools now.
    pub fn spool_size(&self) -> u64 {
        let entries = fs::read_dir(&self.options.spool).unwrap();
        entries
            .flatten()
            .filter_map(|entry| Some(entry.metadata().ok()?.len()))
            .sum()
    }

    /// Wait for the keeper to end by itself; its exit code.
    pub fn wait_for_end(&mut self) -> i32 {
        let pid = Pid::from_raw(i32::try_from(self.keeper).unwrap()).unwrap();
        assert!(wait_for_exit(self.keeper, PATIENCE), "the keeper stays");
        self.keeper = 0;
        let (_, status) = waitpid(Some(pid), WaitOptions::empty()).unwrap().unwrap();
        status.exit_status().unwrap()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let Some(pid) = i32::try_from(self.keeper).ok().and_then(Pid::from_raw) else {
            return;
        };
        let _asked = kill_process(pid, Signal::TERM);
        if !wait_for_exit(self.keeper, PATIENCE) {
            let _killed = kill_process(pid, Signal::KILL);
        }
        let _reaped = waitpid(Some(pid), WaitOptions::empty());
    }
}

/// Connect as the server, as soon as the keeper listens and has no other.
pub fn connect_to(socket: &Path) -> (Client, Greeting) {
    let until = Instant::now() + PATIENCE;
    loop {
        let mut client = Client::knock(socket);
        if let Some(greeting) = client.try_hello() {
            return (client, greeting);
        }
        assert!(Instant::now() < until, "another server stays");
    }
}

/// What a keeper says on connecting.
pub struct Greeting {
    pub here: Vec<(Here, OwnedFd)>,
    pub ended: Vec<Exited>,
}

/// One connection to the keeper.
pub struct Client {
    pub stream: UnixStream,
    decoder: Decoder<FromKeeper>,
    terminals: VecDeque<OwnedFd>,
}

impl Client {
    fn knock(socket: &Path) -> Self {
        let until = Instant::now() + PATIENCE;
        loop {
            match UnixStream::connect(socket) {
                Ok(stream) => return Self::new(stream),
                Err(error) => assert!(Instant::now() < until, "nobody at the socket: {error}"),
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn new(stream: UnixStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            decoder: Decoder::default(),
            terminals: VecDeque::new(),
        }
    }

    pub fn say(&mut self, message: &ToKeeper) {
        self.stream.write_all(&encode(message).unwrap()).unwrap();
    }

    /// What the keeper says to a server; nothing when it has one already.
    fn try_hello(&mut self) -> Option<Greeting> {
        self.say(&ToKeeper::Hello { version: VERSION });
        let (here, ended) = match self.hear().0 {
            FromKeeper::Welcome { here, ended, .. } => (here, ended),
            FromKeeper::Refused {
                cause: Cause::Taken,
                ..
            } => return None,
            other => panic!("{other:?}"),
        };
        let here = (0..here).map(|_| match self.hear() {
            (FromKeeper::Here(here), Some(terminal)) => (here, terminal),
            other => panic!("{other:?}"),
        });
        let here = here.collect();
        let ended = (0..ended).map(|_| match self.hear() {
            (FromKeeper::Exited(exited), None) => exited,
            other => panic!("{other:?}"),
        });
        Some(Greeting {
            here,
            ended: ended.collect(),
        })
    }

    /// The next message.
    pub fn hear(&mut self) -> (FromKeeper, Option<OwnedFd>) {
        self.try_hear().expect("the keeper closed the connection")
    }

    /// The next message, or nothing when the keeper closed the connection.
    pub fn try_hear(&mut self) -> Option<(FromKeeper, Option<OwnedFd>)> {
        loop {
            if let Some(message) = self.decoder.take().unwrap() {
                let terminal = message
                    .carries_terminal()
                    .then(|| self.terminals.pop_front().expect("a terminal"));
                return Some((message, terminal));
            }
            let mut bytes = [0; 4096];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
            let mut control = RecvAncillaryBuffer::new(&mut space);
            let flags = RecvFlags::CMSG_CLOEXEC;
            let received = recvmsg(
                &self.stream,
                &mut [IoSliceMut::new(&mut bytes)],
                &mut control,
                flags,
            );
            let count = match received {
                Ok(received) => received.bytes,
                Err(rustix::io::Errno::CONNRESET) => 0,
                Err(error) => panic!("nothing heard: {error}"),
            };
            for message in control.drain() {
                if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                    self.terminals.extend(descriptors);
                }
            }
            if count == 0 {
                return None;
            }
            self.decoder.push(&bytes[..count]);
        }
    }

    pub fn spawn(&mut self, launch: Launch) -> (u32, OwnedFd) {
        self.say(&ToKeeper::Spawn(launch));
        match self.hear() {
            (FromKeeper::Spawned { pid, .. }, Some(terminal)) => (pid, terminal),
            other => panic!("{other:?}"),
        }
    }

    /// Wait for the end of an agent.
    pub fn hear_exit(&mut self) -> Exited {
        match self.hear() {
            (FromKeeper::Exited(exited), None) => exited,
            other => panic!("{other:?}"),
        }
    }

    /// Wait until the keeper closes this connection.
    pub fn hear_close(&mut self) {
        assert!(self.try_hear().is_none(), "the keeper still talks");
    }
}

/// Read from a terminal until `enough` says so; a hang-up ends it too.
pub fn read_terminal(terminal: &OwnedFd, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let until = Instant::now() + PATIENCE;
    let mut all = Vec::new();
    let mut bytes = [0; 4096];
    while !enough(&all) {
        assert!(
            Instant::now() < until,
            "never came, only {:?}",
            String::from_utf8_lossy(&all)
        );
        match rustix::io::read(terminal, &mut bytes) {
            Ok(0) | Err(rustix::io::Errno::IO) => break,
            Ok(count) => all.extend_from_slice(&bytes[..count]),
            Err(rustix::io::Errno::WOULDBLOCK) => {
                poll(
                    &mut [PollFd::new(terminal, PollFlags::IN)],
                    Some(&seconds(1)),
                )
                .unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }
    all
}

pub fn read_until(terminal: &OwnedFd, word: &str) -> Vec<u8> {
    read_terminal(terminal, |all| contains(all, word))
}

pub fn contains(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

/// What the terminal has right now.
pub fn read_now(terminal: &OwnedFd) -> Vec<u8> {
    let mut bytes = [0; 4096];
    match rustix::io::read(terminal, &mut bytes) {
        Ok(count) => bytes[..count].to_vec(),
        Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::IO) => Vec::new(),
        Err(error) => panic!("{error}"),
    }
}

pub fn type_into(terminal: &OwnedFd, text: &str) {
    assert_eq!(
        rustix::io::write(terminal, text.as_bytes()).unwrap(),
        text.len()
    );
}

pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the process ended in time.
pub fn wait_for_exit(pid: u32, patience: Duration) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return true;
    };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
        return true;
    };
    let patience = seconds(i64::try_from(patience.as_secs()).unwrap());
    poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&patience)).unwrap() > 0
}

fn seconds(number: i64) -> Timespec {
    Timespec {
        tv_sec: number,
        tv_nsec: 0,
    }
}

/// How many children a process has that are not reaped.
pub fn children(pid: u32) -> usize {
    let told = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    told.split_whitespace().count()
}

/// Every process below `root` that is not a zombie, as pid and start time.
pub fn descendants(root: u32) -> Vec<(u32, u64)> {
    let table: Vec<(u32, u32, u64, bool)> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|e| line(&e.path()))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(
            table
                .iter()
                .filter(|line| line.1 == parent)
                .map(|line| line.0),
        );
        next += 1;
    }
    let living = |pid: &u32| {
        table
            .iter()
            .find(|line| line.0 == *pid && !line.3)
            .map(|line| (line.0, line.2))
    };
    found[1..].iter().filter_map(living).collect()
}

fn line(path: &Path) -> Option<(u32, u32, u64, bool)> {
    let pid = path.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(path.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((
        pid,
        fields[1].parse().ok()?,
        fields[19].parse().ok()?,
        fields[0] == "Z",
    ))
}

/// Whether this very process still lives.
pub fn lives((pid, start): (u32, u64)) -> bool {
    line(Path::new(&format!("/proc/{pid}"))).is_some_and(|line| line.2 == start && !line.3)
}
