//! The agents' own door: a unix socket on which they ask, hand over and say what they do.
//!
//! One task for each connection, one for the door. It knows none of the operator's verbs: what is not
//! [`Verb`] is refused. It decides nothing: it checks who speaks, passes on what was said, and brings answers back.

mod asks;
mod line;
#[cfg(test)]
mod tests;
mod token;

pub use token::Tokens;

use std::collections::HashMap;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

use self::asks::{Asks, asks};
use self::line::Line;
use crate::model::{AgentId, AskKey, Outcome, RequestId, Time};
use crate::wire::agent::{Reply, Verb};

/// What may be on the agent socket at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all. One more is closed at once with a sentence.
    pub connections: usize,
    /// Connections of one agent that wait for an answer. One more is refused with a sentence.
    pub per_agent: usize,
    /// How long a connection has for its first line. Then it is closed.
    pub first_line: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            per_agent: 64,
            first_line: Duration::from_secs(10),
        }
    }
}

/// The longest key, in bytes.
const KEY_LONGEST: usize = 200;

/// What the hub hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromAgent {
    /// An agent, whose token was right, said this. The hub answers through [`DoorHandle`] under this key.
    Says {
        /// Who.
        agent: AgentId,
        /// What it calls this.
        key: AskKey,
        /// When its words came: the hub may come to them later, and what its terminal wrote behind them is newer.
        at: Time,
        /// What.
        verb: Verb,
    },
    /// The line of an asker was cut without a word: [`Event::AskerGone`](crate::model::Event::AskerGone).
    Gone {
        /// Which.
        key: AskKey,
    },
}

/// What the door is told. What nobody waits for is dropped.
#[derive(Debug)]
enum ToDoor {
    Opened(AskKey, RequestId),
    Noted(AskKey),
    Answer(AskKey, Outcome),
    /// Its socket went, and is this one now.
    Listen(PathBuf, UnixListener),
}

/// Brings answers to the door.
#[derive(Clone, Debug)]
pub struct DoorHandle {
    told: mpsc::Sender<ToDoor>,
}

/// Answers that may wait for the door. There are never more than open requests (1,000 by default) at once.
const ANSWERS: usize = 4_096;

/// What connections may have said that the door has not taken yet. They wait.
const SAID: usize = 256;

/// The door is gone, or has not taken thousands of answers: the asker was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the agent socket takes no answers: it is gone, or far behind")]
pub struct Deaf;

impl DoorHandle {
    /// A request was opened (or a known one continued): the asker is told its number and waits on.
    /// One who handed over is done with that.
    ///
    /// # Errors
    /// Where the door takes nothing.
    pub fn opened(&self, key: AskKey, request: RequestId) -> Result<(), Deaf> {
        self.tell(ToDoor::Opened(key, request))
    }

    /// What was handed over was heard; its gate is not open yet.
    ///
    /// # Errors
    /// Where the door takes nothing.
    pub fn noted(&self, key: AskKey) -> Result<(), Deaf> {
        self.tell(ToDoor::Noted(key))
    }

    /// The end of a request, for whoever waits on that key. Harmless where nobody does.
    ///
    /// # Errors
    /// Where the door takes nothing.
    pub fn answer(&self, key: AskKey, outcome: Outcome) -> Result<(), Deaf> {
        self.tell(ToDoor::Answer(key, outcome))
    }

    /// Listens at `path` from now on: the socket that was there went, with its folder. Lines that were made go on.
    ///
    /// # Errors
    /// What the system says, or where the door takes nothing.
    pub fn listen_at(&self, path: &Path) -> io::Result<()> {
        let listener = bind(path)?;
        self.tell(ToDoor::Listen(path.to_path_buf(), listener))
            .map_err(io::Error::other)
    }

    fn tell(&self, told: ToDoor) -> Result<(), Deaf> {
        self.told.try_send(told).map_err(|_| Deaf)
    }
}

/// Opens the agent socket at `path` (in a folder that is the user's alone) and serves it on this runtime
/// until the hub's end of `hub` is dropped. A socket that a former server left there is replaced.
///
/// # Errors
/// What the system says.
pub fn open(
    path: &Path,
    tokens: Tokens,
    limits: Limits,
    hub: mpsc::Sender<FromAgent>,
) -> io::Result<DoorHandle> {
    let listener = bind(path)?;
    let (told, answers) = mpsc::channel(ANSWERS);
    let (said, heard) = mpsc::channel(SAID);
    let door = Door {
        path: path.to_path_buf(),
        listener,
        limits,
        tokens,
        hub,
        said,
        lines: HashMap::new(),
        waits: HashMap::new(),
        last: 0,
    };
    tokio::spawn(door.serve(heard, answers));
    Ok(DoorHandle { told })
}

/// Binds beside and renames: whoever connects meets the old socket or the new one, never none.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let aside = path.with_extension("new");
    let _ = std::fs::remove_file(&aside);
    let listener = UnixListener::bind(&aside)?;
    std::fs::set_permissions(&aside, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&aside, path)?;
    Ok(listener)
}

/// What a connection tells the door.
#[derive(Debug)]
enum FromLine {
    /// Its token was right, and it said this.
    Said {
        line: u64,
        agent: AgentId,
        key: AskKey,
        at: Time,
        verb: Verb,
    },
    /// It is closed: by the other side, or because it was done.
    Closed { line: u64 },
}

/// A connection as the door knows it.
struct Caller {
    replies: mpsc::Sender<Reply>,
    agent: Option<AgentId>,
    key: Option<AskKey>,
    waits_for: WaitsFor,
}

/// What ends a caller's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WaitsFor {
    /// A decision.
    Outcome,
    /// To know that it was opened, or not.
    Opening,
    /// The end of what it took back.
    End,
}

struct Door {
    path: PathBuf,
    listener: UnixListener,
    limits: Limits,
    tokens: Tokens,
    hub: mpsc::Sender<FromAgent>,
    said: mpsc::Sender<FromLine>,
    lines: HashMap<u64, Caller>,
    waits: HashMap<AskKey, u64>,
    last: u64,
}

impl Door {
    async fn serve(
        mut self,
        mut heard: mpsc::Receiver<FromLine>,
        mut answers: mpsc::Receiver<ToDoor>,
    ) {
        loop {
            let going = tokio::select! {
                () = self.hub.closed() => false,
                told = answers.recv() => match told {
                    Some(told) => { self.bring(told); true }
                    None => false,
                },
                Some(from) = heard.recv() => self.hear(from).await,
                came = self.listener.accept() => {
                    match came {
                        Ok((stream, _)) => self.welcome(stream),
                        // out of descriptors: those that leave make room
                        Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                    }
                    true
                }
            };
            if !going {
                break;
            }
        }
        tracing::debug!("the agent socket {} is closed", self.path.display());
    }

    fn welcome(&mut self, stream: UnixStream) {
        let us = rustix::process::geteuid().as_raw();
        if !stream.peer_cred().is_ok_and(|peer| peer.uid() == us) {
            return;
        }
        if self.lines.len() >= self.limits.connections {
            line::turn_away(&stream, "too many agents ask at once; try again later");
            return;
        }
        self.last += 1;
        let (replies, receiver) = mpsc::channel(4);
        let caller = Caller {
            replies,
            agent: None,
            key: None,
            waits_for: WaitsFor::Outcome,
        };
        self.lines.insert(self.last, caller);
        let line = Line {
            number: self.last,
            stream,
            tokens: self.tokens.clone(),
            first_line: self.limits.first_line,
            door: self.said.clone(),
            replies: receiver,
        };
        tokio::spawn(line.serve());
    }

    /// False where the hub is gone.
    async fn hear(&mut self, from: FromLine) -> bool {
        match from {
            FromLine::Said {
                line,
                agent,
                key,
                at,
                verb,
            } => match self.admit(line, agent, &key, &verb) {
                Ok(()) => {
                    let says = FromAgent::Says {
                        agent,
                        key,
                        at,
                        verb,
                    };
                    self.pass_on(says).await
                }
                Err(why) => {
                    self.reply(line, Reply::Refused { why });
                    true
                }
            },
            FromLine::Closed { line } => {
                let Some(caller) = self.lines.remove(&line) else {
                    return true;
                };
                let waited = caller.key.filter(|key| self.waits.get(key) == Some(&line));
                let Some(key) = waited else {
                    return true;
                };
                self.waits.remove(&key);
                match caller.waits_for {
                    WaitsFor::Outcome => self.pass_on(FromAgent::Gone { key }).await,
                    WaitsFor::Opening | WaitsFor::End => true,
                }
            }
        }
    }

    async fn pass_on(&self, said: FromAgent) -> bool {
        self.hub.send(said).await.is_ok()
    }

    /// Whether a line may say this; from then on it waits under its key, in the place of an older line.
    fn admit(
        &mut self,
        line: u64,
        agent: AgentId,
        key: &AskKey,
        verb: &Verb,
    ) -> Result<(), String> {
        if key.as_str().is_empty() || key.as_str().len() > KEY_LONGEST {
            return Err(format!("a key has 1 to {KEY_LONGEST} bytes"));
        }
        if let Some(older) = self.waits.get(key).and_then(|older| self.lines.get(older))
            && older.agent != Some(agent)
        {
            return Err("another agent uses this key; choose one of your own".to_owned());
        }
        let waiting = self
            .lines
            .values()
            .filter(|caller| caller.agent == Some(agent))
            .count();
        let asks = match asks(verb) {
            Asks::Decision => WaitsFor::Outcome,
            Asks::Opening => WaitsFor::Opening,
            Asks::Nothing => {
                self.note(line, key, verb);
                return Ok(());
            }
        };
        if waiting >= self.limits.per_agent {
            return Err("this agent asks too much at once; wait for an answer first".to_owned());
        }
        if let Some(caller) = self.lines.get_mut(&line) {
            caller.agent = Some(agent);
            caller.key = Some(key.clone());
            caller.waits_for = asks;
        }
        if let Some(older) = self
            .waits
            .insert(key.clone(), line)
            .filter(|older| *older != line)
        {
            let why = "the same request was asked again on another line".to_owned();
            self.reply(older, Reply::Refused { why });
        }
        Ok(())
    }

    /// What waits for nobody's answer is answered here; a line that takes its own request back is told
    /// the end of it.
    fn note(&mut self, line: u64, key: &AskKey, verb: &Verb) {
        let own = self.waits.get(key) == Some(&line) && matches!(verb, Verb::TakeBack { .. });
        match self.lines.get_mut(&line) {
            Some(caller) if own => caller.waits_for = WaitsFor::End,
            Some(_) | None => self.reply(line, Reply::Noted),
        }
    }

    fn bring(&mut self, told: ToDoor) {
        let (key, reply) = match told {
            ToDoor::Opened(key, RequestId(request)) => (key, Reply::Opened { request }),
            ToDoor::Noted(key) => (key, Reply::Noted),
            ToDoor::Answer(key, outcome) => (key, line::reply_of(outcome)),
            ToDoor::Listen(path, listener) => {
                (self.path, self.listener) = (path, listener);
                return;
            }
        };
        let Some(&line) = self.waits.get(&key) else {
            return;
        };
        let waits_for = self.lines.get(&line).map(|caller| caller.waits_for);
        let ends = match reply {
            Reply::Opened { .. } => waits_for == Some(WaitsFor::Opening),
            Reply::Noted
            | Reply::Filed { .. }
            | Reply::Decided { .. }
            | Reply::Withdrawn { .. }
            | Reply::Refused { .. } => true,
        };
        if ends {
            self.waits.remove(&key);
        }
        self.reply(line, reply);
    }

    /// A caller that does not read its few replies has lost its claim to them.
    fn reply(&mut self, line: u64, reply: Reply) {
        if let Some(caller) = self.lines.get(&line) {
            let _ = caller.replies.try_send(reply);
        }
    }
}
