//! A room on another machine, reached through the person's own ssh: their program, settings, agent and jump
//! hosts. Must not ask anything itself, and knows nothing of what is said after the hello.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::Seating;
use super::connect::greet_noisy;
use crate::model::Untrusted;
use crate::wire::HelloFault;

/// How a proxy ends that would end the same way again.
pub const FOR_GOOD: u8 = 3;

/// How long the other side may take to say hello when the line is made again, with nobody asked anything.
const HELLO_AGAIN: Duration = Duration::from_secs(15);
/// How long ssh may take to end once it has closed its output.
const ENDING: Duration = Duration::from_secs(3);
/// How much of what ssh says is kept, in bytes.
const WORDS: usize = 4 * 1024;

/// Where a room is that is reached over ssh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshPlace {
    /// `[user@]host`, as ssh takes it.
    pub target: String,
    /// The port, where one is said.
    pub port: Option<u16>,
    /// The room's folder there; without one, the room that the other side finds.
    pub folder: Option<String>,
}

/// Why a text is no place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is no place: {what}; write ssh://[user@]host[:port]/path/to/room")]
pub struct PlaceFault {
    text: String,
    what: &'static str,
}

impl std::str::FromStr for SshPlace {
    type Err = PlaceFault;

    fn from_str(text: &str) -> Result<Self, PlaceFault> {
        let fault = |what| PlaceFault {
            text: Untrusted::new(text).shown(),
            what,
        };
        let rest = text
            .strip_prefix("ssh://")
            .ok_or_else(|| fault("it does not begin with ssh://"))?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = host_and_port(place).map_err(fault)?;
        let plain = |word: &str| {
            let odd = |one: char| one.is_control() || one.is_whitespace();
            !word.is_empty() && !word.starts_with('-') && !word.contains(odd)
        };
        // A word with a dash first would be an option of ssh.
        if !plain(host) || user.is_some_and(|user| !plain(user)) {
            return Err(fault("there is no user or host of that name"));
        }
        let target = match user {
            Some(user) => format!("{user}@{host}"),
            None => host.to_owned(),
        };
        let path = decoded(path).ok_or_else(|| fault("its % signs stand for no characters"))?;
        let folder = match path.as_str() {
            "" | "/" => None,
            path => Some(path.strip_prefix("/~/").unwrap_or(path).to_owned()),
        };
        if folder.as_ref().is_some_and(|it| it.contains(['\n', '\0'])) {
            return Err(fault("no folder is called that"));
        }
        Ok(Self {
            target,
            port,
            folder,
        })
    }
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or("its [ is not closed")?;
            (host, rest.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = port.map(str::parse).transpose();
    let port = port.map_err(|_| "its port is no number from 1 to 65535")?;
    match port {
        Some(0) => Err("its port is no number from 1 to 65535"),
        port => Ok((host, port)),
    }
}

/// A path of a URL, with its %XX read.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

/// Whether a person sits before the terminal and can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialing {
    /// The first time: ssh may ask for a passphrase or whether a host is known.
    Asking,
    /// The room's window stands on the terminal: ssh asks nothing.
    Silent,
}

/// Why there is no line to the other machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DialFault {
    /// It may be there the next time.
    #[error("{0}")]
    Passing(String),
    /// It will be the same the next time.
    #[error("{0}")]
    ForGood(String),
}

impl SshPlace {
    /// What ssh is started with, behind its own name.
    fn arguments(&self, seating: Seating, dialing: Dialing) -> Vec<String> {
        let mut all: Vec<String> = [
            "-T",
            "-oCompression=yes",
            "-oClearAllForwardings=yes",
            "-oRemoteCommand=none",
        ]
        .map(str::to_owned)
        .into();
        match dialing {
            Dialing::Asking => {}
            Dialing::Silent => {
                all.extend(["-oBatchMode=yes", "-oConnectTimeout=5"].map(str::to_owned))
            }
        }
        if let Some(port) = self.port {
            all.push(format!("-p{port}"));
        }
        all.extend(["--".to_owned(), self.target.clone()]);
        all.push(self.remote_command(seating));
        all
    }

    /// The line for the shell over there. A key that was invited runs what its invitation says instead.
    fn remote_command(&self, seating: Seating) -> String {
        let mut line = String::from(
            "env \"PATH=$PATH:$HOME/.cargo/bin:$HOME/.local/bin:/usr/local/bin\" opsroom proxy",
        );
        if seating == Seating::Observer {
            line.push_str(" --observer");
        }
        if let Some(folder) = &self.folder {
            line.push_str(" --room ");
            line.push_str(&super::invitation::quoted(folder));
        }
        line
    }

    /// A connection to the room there, with the hello done.
    ///
    /// # Errors
    /// A sentence: what ssh, or the opsroom over there, said.
    pub async fn dial(&self, seating: Seating, dialing: Dialing) -> Result<SshStream, DialFault> {
        let mut child = Command::new("ssh")
            .args(self.arguments(seating, dialing))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                DialFault::ForGood(format!(
                    "cannot start ssh: {error}; install an OpenSSH client"
                ))
            })?;
        let ends = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(to), Some(from), Some(words)) = ends else {
            return Err(DialFault::Passing("ssh has no ends".to_owned()));
        };
        let words = tokio::spawn(last_words(words));
        let mut stream = SshStream { from, to, child };
        let hello = greet_noisy(&mut stream);
        let hello = match dialing {
            Dialing::Asking => hello.await,
            Dialing::Silent => match timeout(HELLO_AGAIN, hello).await {
                Ok(hello) => hello,
                Err(_) => {
                    return Err(DialFault::Passing(format!(
                        "{} did not answer within {} s",
                        self.target,
                        HELLO_AGAIN.as_secs()
                    )));
                }
            },
        };
        match hello {
            Ok(hello) => match hello.check() {
                Ok(()) => Ok(stream),
                Err(fault) => Err(DialFault::ForGood(format!("on {}: {fault}", self.target))),
            },
            Err(error) => {
                let odd = error.downcast_ref::<HelloFault>().is_some();
                Err(self
                    .why(stream, words, odd.then(|| error.to_string()))
                    .await)
            }
        }
    }

    /// What became of a connection that never said hello.
    async fn why(
        &self,
        stream: SshStream,
        words: JoinHandle<String>,
        odd: Option<String>,
    ) -> DialFault {
        let SshStream {
            from,
            to,
            mut child,
        } = stream;
        drop((from, to));
        let code = match timeout(ENDING, child.wait()).await {
            Ok(Ok(status)) => status.code(),
            Ok(Err(_)) | Err(_) => None,
        };
        let said = match timeout(ENDING, words).await {
            Ok(Ok(said)) => said,
            Ok(Err(_)) | Err(_) => String::new(),
        };
        self.sentence(code, &said, odd)
    }

    fn sentence(&self, code: Option<i32>, said: &str, odd: Option<String>) -> DialFault {
        let target = &self.target;
        let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
        let shown = |line: &str| Untrusted::new(line).shown();
        // The opsroom over there spoke.
        if let Some(line) = lines()
            .rev()
            .find_map(|line| line.strip_prefix("opsroom: "))
        {
            let text = format!("on {target}: {}", shown(line));
            return match code {
                Some(code) if code == i32::from(FOR_GOOD) => DialFault::ForGood(text),
                Some(_) | None => DialFault::Passing(text),
            };
        }
        let last = lines().next_back().map(shown).unwrap_or_default();
        match (code, odd) {
            (Some(127), _) => DialFault::ForGood(format!(
                "{target} has no opsroom on its PATH: install it there (/usr/local/bin is looked at too)"
            )),
            (Some(255), _) => {
                let refused = [
                    "Permission denied",
                    "Host key verification failed",
                    "Too many authentication",
                ];
                let text = format!("ssh to {target}: {last}");
                match refused.iter().any(|word| said.contains(word)) {
                    true => DialFault::ForGood(text),
                    false => DialFault::Passing(text),
                }
            }
            (_, Some(odd)) => DialFault::ForGood(format!("on {target}: {odd}")),
            (_, None) if last.is_empty() => DialFault::Passing(format!(
                "the line to {target} ended before the room answered"
            )),
            (_, None) => DialFault::Passing(format!("on {target}: {last}")),
        }
    }
}

/// The end of what ssh says, once it says no more. Read to the end, so that ssh never waits.
async fn last_words(mut words: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut chunk = vec![0; WORDS];
    while let Ok(read @ 1..) = words.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..read]);
        let more = kept.len().saturating_sub(WORDS);
        kept.drain(..more);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// A connection through ssh. Its program ends with it.
#[derive(Debug)]
pub struct SshStream {
    from: ChildStdout,
    to: ChildStdin,
    child: Child,
}

impl AsyncRead for SshStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.from).poll_read(context, buffer)
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.to).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.to).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.to).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn place(text: &str) -> Result<SshPlace, PlaceFault> {
        text.parse()
    }

    #[test]
    fn a_place_names_user_host_port_and_folder() {
        let read = place("ssh://bob@host:2222/srv/acme%20room").unwrap();
        assert_eq!(read.target, "bob@host");
        assert_eq!(read.port, Some(2222));
        assert_eq!(read.folder.as_deref(), Some("/srv/acme room"));
        let read = place("ssh://[fe80::1]:22").unwrap();
        assert_eq!((read.target.as_str(), read.port), ("fe80::1", Some(22)));
        assert_eq!(read.folder, None);
        assert_eq!(
            place("ssh://host/~/work/acme").unwrap().folder.as_deref(),
            Some("work/acme")
        );
    }

    #[test]
    fn what_is_no_place_is_refused_in_a_sentence() {
        for text in [
            "host:/x",
            "ssh://",
            "ssh:///x",
            "ssh://host:0/x",
            "ssh://host:99999/x",
            "ssh://host:x/x",
            "ssh://-oProxyCommand=x/y",
            "ssh://-l@host/y",
            "ssh://host/%zz",
            "ssh://host/a%0Ab",
            "ssh://[::1/x",
        ] {
            let said = place(text).unwrap_err().to_string();
            assert!(said.contains("write ssh://"), "{text}: {said}");
        }
    }

    #[test]
    fn a_folder_reaches_the_other_shell_as_one_word() {
        let there = place("ssh://host/it's%20$(here)").unwrap();
        let line = there.remote_command(Seating::Observer);
        assert!(
            line.ends_with(r"opsroom proxy --observer --room '/it'\''s $(here)'"),
            "{line}"
        );
    }

    #[test]
    fn what_ssh_says_becomes_a_sentence() {
        let there = place("ssh://bob@host/x").unwrap();
        let refused = there.sentence(Some(255), "banner\nPermission denied (publickey).\n", None);
        assert!(matches!(&refused, DialFault::ForGood(why) if why.contains("Permission denied")));
        let away = there.sentence(Some(255), "ssh: connect: Connection refused\n", None);
        assert!(matches!(&away, DialFault::Passing(why) if why.contains("Connection refused")));
        let missing = there.sentence(Some(127), "env: opsroom: No such file\n", None);
        assert!(matches!(&missing, DialFault::ForGood(why) if why.contains("install it there")));
        let theirs = there.sentence(Some(1), "opsroom: the room is not open\u{1b}[2J\n", None);
        assert!(matches!(&theirs, DialFault::Passing(why)
            if why.contains("on bob@host: the room is not open") && !why.contains('\u{1b}')));
    }
}
