//! An sshd for one test, a key for each person, and the ssh that they run.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use opsroom::wire::{Decoder, Hello, ToClient, ToServer, encode};

use crate::support::{Place, eventually, kill};

/// An agent that asks, and then repeats what it is told.
pub const ASKER: &str = "\"$OPS\" ask-permission --tool bash --summary 'rm -rf build' --detail 'rm -rf build' >/dev/null && echo it-was-granted || echo it-was-refused; exec cat";

/// A room with an sshd before it.
pub struct Yard {
    sshd: Child,
    keys: PathBuf,
    port: u16,
    /// The room.
    pub place: Place,
}

/// Where a program is, of those that an ordinary user's PATH may leave out too.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

impl Yard {
    /// None, with a printed reason, where there is no sshd.
    pub fn open() -> Option<Self> {
        let (Some(sshd), Some(_)) = (program("sshd"), program("ssh")) else {
            println!("skipped: no sshd here (apt-get install openssh-server)");
            return None;
        };
        let binary = env!("CARGO_BIN_EXE_opsroom");
        let asker = ASKER.replace("$OPS", binary);
        let mut place = Place::of(&[("asker", &asker)]);
        let keys = place.home.parent().unwrap().join("keys");
        std::fs::create_dir(&keys).unwrap();
        std::fs::create_dir(keys.join("bin")).unwrap();
        std::os::unix::fs::symlink(binary, keys.join("bin/opsroom")).unwrap();
        let port = free_port();
        let folder = keys.display().to_string();
        for name in ["host", "alice", "bob", "eve", "mallory"] {
            generate(&keys.join(name), name);
        }
        let own = std::fs::read_to_string(keys.join("alice.pub")).unwrap();
        place.write("keys/authorized_keys", &own);
        // `AcceptEnv *` is more than any sshd should take: what a client says must not matter even so.
        place.write(
            "keys/sshd_config",
            &format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
                 AuthenticationMethods publickey\nAuthorizedKeysFile {folder}/authorized_keys\nExposeAuthInfo yes\n\
                 AcceptEnv *\nPermitRootLogin yes\nSubsystem sftp internal-sftp\nMaxStartups 100\n\
                 SetEnv PATH={folder}/bin:/usr/local/bin:/usr/bin:/bin\n"
            ),
        );
        place.write("keys/known", &known_host(&keys.join("host.pub"), port));
        let people = ["alice", "bob", "eve", "mallory"]
            .map(|name| format!("Host {name}\n  IdentityFile {folder}/{name}\n"));
        place.write(
            "keys/ssh_config",
            &format!(
                "{}Host *\n  HostName 127.0.0.1\n  Port {port}\n  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known\n  \
                 GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n",
                people.concat()
            ),
        );
        place.write(
            "keys/client/ssh",
            &format!(
                "#!/bin/sh\nexec {} -F {folder}/ssh_config \"$@\"\n",
                program("ssh").unwrap().display()
            ),
        );
        let wrapper = keys.join("client/ssh");
        std::fs::set_permissions(wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
        place.env(
            "PATH",
            &format!("{folder}/client:{}", std::env::var("PATH").unwrap()),
        );
        let _there_already = std::fs::create_dir_all("/run/sshd");
        let sshd = Command::new(sshd)
            .args(["-D", "-f"])
            .arg(keys.join("sshd_config"))
            .arg("-E")
            .arg(keys.join("log"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let yard = Self {
            sshd,
            keys,
            port,
            place,
        };
        eventually("sshd to listen", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Some(yard)
    }

    /// A file beside the keys.
    pub fn key(&self, name: &str) -> String {
        self.keys.join(name).display().to_string()
    }

    /// Invites somebody's key, and gives what was printed.
    pub fn invite(&self, name: &str, role: &str) -> String {
        let (key, file) = (
            self.key(&format!("{name}.pub")),
            self.key("authorized_keys"),
        );
        self.place
            .ok(&["invite", &key, "--as", name, role, "--add", "--file", &file])
    }

    /// Takes an invitation back.
    pub fn revoke(&self, name: &str) -> String {
        self.place
            .ok(&["revoke", name, "--file", &self.key("authorized_keys")])
    }

    /// The fingerprint of somebody's key, as ssh-keygen says.
    pub fn fingerprint(&self, name: &str) -> String {
        let said = Command::new("ssh-keygen")
            .args(["-lf", &self.key(&format!("{name}.pub"))])
            .output()
            .unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        said.split(' ').nth(1).unwrap().to_owned()
    }

    /// Where the room is, for whoever signs in with this key.
    pub fn url(&self, name: &str) -> String {
        format!("ssh://{name}{}", self.place.folder().display())
    }

    /// ssh with these arguments, as a person's own program.
    pub fn ssh(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.keys.join("client/ssh"));
        command
            .args(arguments)
            .env_clear()
            .envs(self.place.environment());
        command
    }

    /// Runs ssh to its end, with nothing to read.
    pub fn ssh_says(&self, arguments: &[&str]) -> Output {
        self.ssh(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// The protocol, spoken by a client of its own making, through ssh.
    pub fn wire(&self, arguments: &[&str]) -> Wire {
        let mut child = self
            .ssh(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        use std::io::{Read as _, Write as _};
        let mut to = child.stdin.take().unwrap();
        let mut from = child.stdout.take().unwrap();
        to.write_all(Hello::ours().line().as_bytes()).unwrap();
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            from.read_exact(&mut byte).expect("no hello came");
            line.push(byte[0]);
        }
        assert_eq!(line, Hello::ours().line().as_bytes());
        Wire {
            child,
            to,
            from,
            decoder: Decoder::default(),
        }
    }

    /// What `guests --json` says.
    pub fn guests(&self) -> serde_json::Value {
        let said = self
            .place
            .ok(&["guests", "--json", "--file", &self.key("authorized_keys")]);
        serde_json::from_str(&said).unwrap()
    }

    /// The seats of this name.
    pub fn seats(&self, name: &str) -> Vec<serde_json::Value> {
        let guests = self.guests();
        let seats = guests["seats"].as_array().unwrap().iter();
        seats.filter(|seat| seat["name"] == name).cloned().collect()
    }

    /// Waits until so many seats have this name.
    pub fn has_seats(&self, name: &str, number: usize) {
        eventually(&format!("{number} seats of {name}"), || {
            (self.seats(name).len() == number).then_some(())
        });
    }

    /// The port of sshd.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.keys.join("log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(12)..];
            println!("sshd's log ends with:\n{}", last.join("\n"));
        }
        kill(self.sshd.id() as i32);
        let _ended = self.sshd.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn generate(path: &std::path::Path, remark: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", remark, "-f"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

fn known_host(key: &std::path::Path, port: u16) -> String {
    let key = std::fs::read_to_string(key).unwrap();
    let key: Vec<&str> = key.split(' ').take(2).collect();
    format!("[127.0.0.1]:{port} {}\n", key.join(" "))
}

/// A client of a test's own making.
pub struct Wire {
    child: Child,
    to: std::process::ChildStdin,
    from: std::process::ChildStdout,
    decoder: Decoder,
}

impl Wire {
    pub fn send(&mut self, message: &ToServer) {
        use std::io::Write as _;
        let mut bytes = Vec::new();
        encode(message, &mut bytes).unwrap();
        // Whether it arrives is seen by what comes back.
        let _gone = self.to.write_all(&bytes).and_then(|()| self.to.flush());
    }

    /// The next message; none where the other side closed.
    pub fn next(&mut self) -> Option<ToClient> {
        use std::io::Read as _;
        loop {
            if let Some(message) = self.decoder.take().unwrap() {
                return Some(message);
            }
            let mut bytes = [0; 4096];
            match self.from.read(&mut bytes) {
                Ok(0) | Err(_) => return None,
                Ok(read) => self.decoder.push(&bytes[..read]),
            }
        }
    }

    /// Reads until this one; none where the other side closed first.
    pub fn until(&mut self, wanted: impl Fn(&ToClient) -> bool) -> Option<ToClient> {
        loop {
            let message = self.next()?;
            if wanted(&message) {
                return Some(message);
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        kill(self.child.id() as i32);
        let _ended = self.child.wait();
    }
}
