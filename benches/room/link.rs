//! Over ssh through a network of 1 Mbit/s and 80 ms there and back, with a pane that floods: how long a key
//! takes, how long ctrl-c takes, and how many bytes come meanwhile. And sixteen clients, one of them stopped.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use opsroom::door::{self, Link, RoomPaths, Seating};
use opsroom::model::Fact;
use opsroom::wire::{ToClient, ToServer, Want};
use rustix::net::sockopt::set_socket_recv_buffer_size;

use crate::console::Console;
use crate::echo::{at, letters, said};
use crate::place::{Place, load, program};
use crate::table::Row;
use crate::tmux::Tmux;

/// One way, and in bytes a second.
const DELAY: Duration = Duration::from_millis(40);
const RATE: f64 = 125_000.0;
/// What waits before the wire, and what goes onto it at once, in bytes.
const QUEUE: usize = 32 * 1024;
const PIECE: usize = 1_400;

/// Keys that are timed, the first ten to warm up, and the longest that is waited for one.
const LETTERS: usize = 40;
const LOST: Duration = Duration::from_secs(6);

/// A flood that says so when it is told to stop.
const FLOOD: &str =
    "trap 'echo; echo it is quiet; exec cat' INT; while :; do seq 100000 101000; done";
const QUIET: &[u8] = b"quiet";

/// Keys, the end of a flood, and bytes, beside tmux on the same line.
pub fn slow() -> Vec<Row> {
    let place = Place::new();
    let Some(yard) = Yard::open(&place) else {
        println!("| link          | skipped: no sshd here (apt-get install openssh-server) |");
        return Vec::new();
    };
    let ours = {
        place.spawn("typed", &["cat"]);
        place.spawn("flood", &["sh", "-c", FLOOD]);
        let there = format!("ssh://host{}", place.room.display());
        let mut window = yard.console(&place, &program(), &["attach", &there]);
        window.sees("flood");
        window.write(b"1");
        window.types_until(b"\r", "your keys go here");
        let (keys, rate) = yard.keys(&mut window);
        window.write(b"\x07");
        window.drain(Duration::from_millis(300));
        window.write(b"2");
        window.types_until(b"\r", "your keys go here");
        let quiet = quiet(&mut window);
        place.opsroom(&["stop", "--force"]);
        (keys, rate, quiet)
    };
    let tmux = Tmux::start(&place, &["cat"]).map(|tmux| {
        tmux.split(&["sh", "-c", FLOOD]);
        let socket = tmux.socket().to_owned();
        let ssh = yard.folder.join("ssh");
        let mut window = yard.console(
            &place,
            &ssh,
            &["-t", "host", "tmux", "-S", &socket, "attach"],
        );
        window.sees("[0]");
        let (keys, rate) = yard.keys(&mut window);
        tmux.tell(&["select-pane", "-t", ":0.1"]);
        window.drain(Duration::from_millis(300));
        let quiet = quiet(&mut window);
        (keys, rate, quiet)
    });
    let row = |name: &str, unit, ours: String, tmux: Option<String>, target: &str| Row {
        name: name.to_owned(),
        unit,
        ours,
        bare: "-".to_owned(),
        tmux: tmux.unwrap_or_else(|| "-".to_owned()),
        target: target.to_owned(),
    };
    let kb = |rate: f64| format!("{:.1}", rate / 1e3);
    vec![
        row(
            "link-echo",
            "ms p50/p95",
            said(Some(ours.0)),
            tmux.as_ref().map(|it| said(Some(it.0))),
            "-/500",
        ),
        row(
            "link-quiet",
            "s after ctrl-c",
            ours.2.clone(),
            tmux.as_ref().map(|it| it.2.clone()),
            "1",
        ),
        row(
            "link-bytes",
            "KB/s of a flood",
            kb(ours.1),
            tmux.as_ref().map(|it| kb(it.1)),
            "<= tmux",
        ),
    ]
}

/// How long ctrl-c takes until the flood's last word is on the screen.
fn quiet(window: &mut Console) -> String {
    let start = Instant::now();
    window.write(b"\x03");
    match window.comes(QUIET, Duration::from_secs(30)) {
        true => format!("{:.2}", start.elapsed().as_secs_f64()),
        false => "> 30".to_owned(),
    }
}

/// An sshd and a slow network before it.
struct Yard {
    sshd: Child,
    folder: PathBuf,
    /// Bytes that went to the client so far.
    sent: Arc<AtomicU64>,
}

impl Yard {
    fn open(place: &Place) -> Option<Self> {
        let sshd = Path::new("/usr/sbin/sshd");
        if !sshd.is_file() {
            return None;
        }
        let folder = place.room.with_file_name("keys");
        fs::create_dir(&folder).unwrap();
        let at = folder.display();
        for name in ["host", "own"] {
            let made = Command::new("ssh-keygen")
                .args([
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    &format!("{at}/{name}"),
                ])
                .status();
            assert!(made.unwrap().success());
        }
        std::os::unix::fs::symlink(program(), folder.join("opsroom")).unwrap();
        let behind = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let before = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = before.local_addr().unwrap().port();
        place.file(
            "keys/sshd_config",
            format!(
                "Port {behind}\nListenAddress 127.0.0.1\nHostKey {at}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
                 AuthorizedKeysFile {at}/own.pub\nPermitRootLogin yes\nSetEnv PATH={at}:/usr/local/bin:/usr/bin:/bin\n"
            ),
        );
        place.file(
            "keys/ssh_config",
            format!(
                "Host host\n HostName 127.0.0.1\n Port {port}\n IdentityFile {at}/own\n IdentitiesOnly yes\n \
                 UserKnownHostsFile /dev/null\n StrictHostKeyChecking no\n LogLevel ERROR\n"
            ),
        );
        let wrapper = place.file(
            "keys/ssh",
            format!("#!/bin/sh\nexec /usr/bin/ssh -F {at}/ssh_config \"$@\"\n"),
        );
        fs::set_permissions(wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        let _there_already = fs::create_dir_all("/run/sshd");
        let mut command = Command::new(sshd);
        command
            .args(["-D", "-f", &format!("{at}/sshd_config")])
            .stderr(Stdio::null());
        let sshd = command.spawn().unwrap();
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        std::thread::spawn(move || {
            for client in before.incoming().flatten() {
                let server = (0..100).find_map(|_| {
                    let reached = TcpStream::connect(("127.0.0.1", behind)).ok();
                    if reached.is_none() {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                    reached
                });
                let Some(server) = server else { return };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let (up, down) = (Arc::default(), Arc::clone(&counted));
                carry(client.try_clone().unwrap(), server.try_clone().unwrap(), up);
                carry(server, client, down);
            }
        });
        Some(Self { sshd, folder, sent })
    }

    /// A terminal with a program in it that finds our ssh first.
    fn console(&self, place: &Place, program: &Path, arguments: &[&str]) -> Console {
        let path = format!(
            "PATH={}:{}",
            self.folder.display(),
            std::env::var("PATH").unwrap()
        );
        let program = program.to_string_lossy();
        place.console(
            Path::new("env"),
            &[&[path.as_str(), &program], arguments].concat(),
        )
    }

    /// What keys take while the other pane floods, and the bytes a second while nobody types.
    fn keys(&self, window: &mut Console) -> ((f64, f64), f64) {
        window.drain(Duration::from_secs(2));
        let (before, start) = (self.sent.load(Ordering::Relaxed), Instant::now());
        window.drain(Duration::from_secs(5));
        let sent = self.sent.load(Ordering::Relaxed) - before;
        let rate = sent as f64 / start.elapsed().as_secs_f64();
        let taken = letters(window, LETTERS, LOST);
        ((at(&taken, 50), at(&taken, 95)), rate)
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        let _ = self.sshd.kill();
        let _ = self.sshd.wait();
    }
}

/// One way of the network: no faster than the rate, and late by the delay. While a piece is put onto the wire
/// none is read, so that the sender waits.
fn carry(mut from: TcpStream, mut to: TcpStream, count: Arc<AtomicU64>) {
    // Sockets of one machine hold megabytes; those of a slow network do not.
    let _ = set_socket_recv_buffer_size(&from, QUEUE);
    let (put, wire) = channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut bytes = vec![0; PIECE];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            std::thread::sleep(Duration::from_secs_f64(read as f64 / RATE));
            if put
                .send((Instant::now() + DELAY, bytes[..read].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        while let Ok((due, bytes)) = wire.recv() {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            count.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// Clients that look at panes, and how many panes each.
const CLIENTS: usize = 15;
const LOOKED_AT: usize = 9;

/// A key of one client, beside fifteen others and 64 agents with 100 KB/s each; with one of the others stopped,
/// and with none.
pub fn sixteen() -> Vec<Row> {
    let place = Place::new();
    place.spawn("typed", &["cat"]);
    let stream = load(&["stream", "100"]);
    let stream: Vec<&str> = stream.iter().map(String::as_str).collect();
    for number in 0..64 {
        place.spawn(&format!("busy{number}"), &stream);
    }
    let mut window = place.window();
    window.sees("typed");
    window.write(b"1");
    window.types_until(b"\r", "your keys go here");
    let mut measured = |stopped: usize| {
        let crowd = Crowd::gather(&place, stopped);
        let taken = letters(&mut window, 100, Duration::from_secs(5));
        let frames = crowd.frames();
        ((at(&taken, 50), at(&taken, 95)), frames)
    };
    let without = measured(0);
    let with = measured(1);
    let row = |name: &str, unit, ours: String, bare: String| Row {
        name: name.to_owned(),
        unit,
        ours,
        bare: format!("({bare})"),
        tmux: "-".to_owned(),
        target: "none later".to_owned(),
    };
    vec![
        row(
            "link-16",
            "ms p50/p95 (none stopped)",
            said(Some(with.0)),
            said(Some(without.0)),
        ),
        row(
            "link-16-rate",
            "frames/s of the slowest other",
            format!("{:.0}", with.1),
            format!("{:.0}", without.1),
        ),
    ]
}

/// Other clients.
struct Crowd {
    runtime: tokio::runtime::Runtime,
    counts: Vec<Arc<AtomicU64>>,
    since: Instant,
}

impl Crowd {
    fn gather(place: &Place, stopped: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let paths = RoomPaths::at(&place.room, &place.room.with_file_name("run/opsroom")).unwrap();
        let counts: Vec<Arc<AtomicU64>> = (0..CLIENTS - stopped).map(|_| Arc::default()).collect();
        for client in 0..CLIENTS {
            let count = counts.get(client).cloned();
            let paths = paths.clone();
            runtime.spawn(async move {
                let stream = door::connect_as(&paths, Seating::Observer).await;
                look(Link::new(stream.unwrap().unwrap()), client, count).await;
            });
        }
        std::thread::sleep(Duration::from_secs(3));
        counts
            .iter()
            .for_each(|count| count.store(0, Ordering::Relaxed));
        Self {
            runtime,
            counts,
            since: Instant::now(),
        }
    }

    /// Frames a second of the one that got fewest.
    fn frames(self) -> f64 {
        let fewest = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .min();
        let rate = fewest.unwrap_or(0) as f64 / self.since.elapsed().as_secs_f64();
        self.runtime.shutdown_background();
        rate
    }
}

/// Looks at some panes and draws at once; one without a count asks for everything and reads nothing.
async fn look(mut link: Link, client: usize, count: Option<Arc<AtomicU64>>) {
    link.send(&ToServer::Attach(Want::Live)).await.unwrap();
    let mut agents = Vec::new();
    while let Ok(Some(message)) = link.receive().await {
        match message {
            ToClient::Facts(facts) => {
                agents.extend(facts.into_iter().filter_map(|fact| match fact {
                    Fact::Agent(agent) => Some(agent.id),
                    _ => None,
                }))
            }
            ToClient::Current => break,
            _ => {}
        }
    }
    agents.dedup();
    let first = 1 + client * 4;
    for agent in agents.iter().cycle().skip(first).take(LOOKED_AT) {
        link.send(&ToServer::Watch(*agent)).await.unwrap();
    }
    let Some(count) = count else {
        return std::future::pending().await;
    };
    while let Ok(Some(message)) = link.receive().await {
        if let ToClient::Frame { agent, patch } = message {
            count.fetch_add(1, Ordering::Relaxed);
            let generation = patch.generation;
            let drawn = link.send(&ToServer::Ack { agent, generation }).await;
            if drawn.is_err() {
                return;
            }
        }
    }
}
