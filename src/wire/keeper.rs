//! What the server and the keeper say to each other: a few plain messages in length-prefixed JSON.
//!
//! A newer server must be able to talk to a keeper that was started months ago, so these messages
//! have their own small version number, and unknown fields are ignored. Descriptors travel beside the
//! bytes: [`FromKeeper::carries_terminal`] says which messages bring one. Does no input or output.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

/// The version of these messages. It grows only when an older keeper could not understand a server.
pub const VERSION: u16 = 1;

/// The largest body of one message, in bytes. A longer one closes the link.
pub const FRAME_LIMIT: usize = 1 << 20;

/// The bytes in front of each body: its length, little-endian.
const HEADER: usize = 4;

/// The number of an agent, chosen by the server and never reused while the keeper remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentNo(pub u32);

impl fmt::Display for AgentNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What an agent's process is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The agent's number.
    pub agent: AgentNo,
    /// The program and its arguments; the program is looked up in the `PATH` of `env`.
    pub command: Vec<String>,
    /// Where it starts. It must exist.
    pub cwd: PathBuf,
    /// The complete environment. The keeper adds `OPSROOM_AGENT` and `OPSROOM_KEEPER`, nothing of its own.
    pub env: Vec<(String, String)>,
    /// Columns of the terminal at the start.
    pub cols: u16,
    /// Rows of the terminal at the start.
    pub rows: u16,
}

/// How a keeper is asked to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Shutdown {
    /// Only if no agent lives; else it answers [`FromKeeper::Busy`] and stays.
    IfEmpty,
    /// End every agent first, and everything they started.
    StopAll {
        /// How long they may take before they are killed, in milliseconds.
        grace_ms: u32,
    },
}

/// What the server asks of the keeper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum ToKeeper {
    /// The first message of every connection.
    Hello {
        /// The server's [`VERSION`].
        version: u16,
    },
    /// Start an agent; answered by `Spawned` or `SpawnFailed`.
    Spawn(Launch),
    /// End an agent and everything it started; answered by `Stopped`.
    Stop {
        /// Which agent, running or already ended with descendants left.
        agent: AgentNo,
        /// How long they may take before they are killed, in milliseconds.
        grace_ms: u32,
    },
    /// The spool of this agent was read and may be deleted.
    Taken {
        /// Whose spool.
        agent: AgentNo,
    },
    /// The end of this agent was recorded: it need not be told again. Ignored while it runs.
    Forget {
        /// Which agent.
        agent: AgentNo,
    },
    /// Ask for the agents the keeper knows; answered by `Known`.
    List,
    /// Ask the keeper to leave.
    Shutdown(Shutdown),
    /// The server leaves and reads no terminal any more.
    Bye,
}

/// Output that was kept while no server was connected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spool {
    /// File names inside the keeper's spool folder, oldest bytes first.
    pub parts: Vec<String>,
    /// Bytes in those files together.
    pub bytes: u64,
    /// Bytes that came before them and were dropped.
    pub dropped: u64,
}

/// An agent whose terminal the keeper still holds. Its terminal's descriptor comes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// The agent's number.
    pub agent: AgentNo,
    /// The process id of its main process.
    pub pid: u32,
    /// Columns of its terminal now.
    pub cols: u16,
    /// Rows of its terminal now.
    pub rows: u16,
    /// What it wrote while no server was connected. It comes before anything read from the terminal.
    pub spool: Option<Spool>,
}

/// The end of an agent's main process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exited {
    /// The agent's number.
    pub agent: AgentNo,
    /// The exit code, when it exited by itself.
    pub code: Option<i32>,
    /// The name of the signal that ended it, such as `SIGTERM`.
    pub signal: Option<String>,
    /// Processes it left behind that still run. `Stop` ends them.
    pub left: u32,
    /// Its last output, when its terminal is closed already (else it came with `Here`).
    pub spool: Option<Spool>,
}

/// One line of the answer to `List`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The agent's number.
    pub agent: AgentNo,
    /// Its process id, while it runs.
    pub pid: Option<u32>,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The versions do not go together.
    Version,
    /// Another server is connected.
    Taken,
    /// The keeper is on its way out: start a new one in a moment.
    Leaving,
    /// What was said first is not `Hello`.
    NoHello,
}

/// What the keeper tells the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum FromKeeper {
    /// The answer to `Hello`. `here` messages `Here`, then `ended` messages `Exited` follow.
    Welcome {
        /// The keeper's [`VERSION`].
        version: u16,
        /// The keeper's process id.
        pid: u32,
        /// How many `Here` follow.
        here: u32,
        /// How many `Exited` follow them.
        ended: u32,
        /// Ends that were dropped because too many were waiting to be told.
        lost: u64,
    },
    /// The keeper will not serve this connection; it closes it.
    Refused {
        /// What a server can do about it.
        cause: Cause,
        /// A sentence for a person.
        why: String,
    },
    /// An agent runs. Its terminal's descriptor comes with it.
    Spawned {
        /// The agent's number.
        agent: AgentNo,
        /// The process id of its main process.
        pid: u32,
    },
    /// An agent could not be started.
    SpawnFailed {
        /// The agent's number.
        agent: AgentNo,
        /// A sentence for a person.
        error: String,
    },
    /// An agent whose terminal the keeper holds, told on connecting. A descriptor comes with it.
    Here(Here),
    /// An agent's main process ended.
    Exited(Exited),
    /// A `Stop` is over.
    Stopped {
        /// The agent's number.
        agent: AgentNo,
        /// Processes that the stop ended.
        ended: u32,
        /// How many of those had to be killed.
        killed: u32,
        /// Processes that could not be ended. Zero unless the system refused.
        left: u32,
    },
    /// The answer to `List`.
    Known {
        /// Every agent the keeper remembers, by number.
        agents: Vec<Known>,
    },
    /// The answer to `Shutdown` when agents live and it was not told to stop them.
    Busy {
        /// How many live.
        agents: u32,
    },
}

impl FromKeeper {
    /// Whether exactly one descriptor, the agent's terminal, travels with this message.
    #[must_use]
    pub fn carries_terminal(&self) -> bool {
        match self {
            Self::Spawned { .. } | Self::Here(_) => true,
            Self::Welcome { .. }
            | Self::Refused { .. }
            | Self::SpawnFailed { .. }
            | Self::Exited(_)
            | Self::Stopped { .. }
            | Self::Known { .. }
            | Self::Busy { .. } => false,
        }
    }
}

/// Why bytes are not a message, or a message cannot become bytes.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The body would be longer than [`FRAME_LIMIT`].
    #[error("a keeper message of {0} bytes is over the limit of {FRAME_LIMIT}: shorten the command or its environment")]
    TooLong(usize),
    /// The body is not one of these messages.
    #[error("not a keeper message ({0}): both ends must be opsroom")]
    Malformed(#[from] serde_json::Error),
}

/// One message as bytes, ready to be sent.
///
/// # Errors
/// When it is longer than [`FRAME_LIMIT`] or holds a path that is not UTF-8.
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; HEADER];
    serde_json::to_writer(&mut bytes, message)?;
    let body = bytes.len() - HEADER;
    match u32::try_from(body) {
        Ok(length) if body <= FRAME_LIMIT => {
            bytes[..HEADER].copy_from_slice(&length.to_le_bytes());
            Ok(bytes)
        }
        Ok(_) | Err(_) => Err(FrameError::TooLong(body)),
    }
}

/// Push bytes as they arrive, take whole messages. Holds at most one frame and what was pushed with it.
#[derive(Debug)]
pub struct Decoder<M> {
    bytes: Vec<u8>,
    message: PhantomData<fn() -> M>,
}

impl<M> Default for Decoder<M> {
    fn default() -> Self {
        Self { bytes: Vec::new(), message: PhantomData }
    }
}

impl<M: DeserializeOwned> Decoder<M> {
    /// Add what was received. Take every message before pushing again, or the buffer grows.
    pub fn push(&mut self, received: &[u8]) {
        self.bytes.extend_from_slice(received);
    }

    /// The next whole message, if it has arrived.
    ///
    /// # Errors
    /// When the bytes are no message. The stream cannot be read further: close it.
    pub fn take(&mut self) -> Result<Option<M>, FrameError> {
        let Some(header) = self.bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let body = u32::from_le_bytes(*header) as usize;
        if body > FRAME_LIMIT {
            return Err(FrameError::TooLong(body));
        }
        let Some(frame) = self.bytes.get(HEADER..HEADER + body) else {
            return Ok(None);
        };
        let message = serde_json::from_slice(frame)?;
        self.bytes.drain(..HEADER + body);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn launch() -> ToKeeper {
        ToKeeper::Spawn(Launch {
            agent: AgentNo(7),
            command: vec!["sh".into(), "-c".into(), "echo \u{1f980}".into()],
            cwd: "/tmp".into(),
            env: vec![("PATH".into(), "/bin".into())],
            cols: 120,
            rows: 40,
        })
    }

    #[test]
    fn a_message_arrives_whole_even_byte_by_byte() {
        let sent = [ToKeeper::Hello { version: VERSION }, launch(), ToKeeper::Bye];
        let stream: Vec<u8> = sent.iter().flat_map(|m| encode(m).unwrap()).collect();
        let mut decoder = Decoder::<ToKeeper>::default();
        let mut taken = Vec::new();
        for byte in stream {
            decoder.push(&[byte]);
            while let Some(message) = decoder.take().unwrap() {
                taken.push(message);
            }
        }
        assert_eq!(taken, sent);
    }

    #[test]
    fn every_message_of_the_keeper_survives_the_wire() {
        let spool = Spool { parts: vec!["agent-1.0".into()], bytes: 5, dropped: 9 };
        let sent = [
            FromKeeper::Welcome { version: 1, pid: 2, here: 1, ended: 1, lost: 0 },
            FromKeeper::Refused { cause: Cause::Taken, why: "no".into() },
            FromKeeper::Spawned { agent: AgentNo(1), pid: 3 },
            FromKeeper::SpawnFailed { agent: AgentNo(1), error: "no".into() },
            FromKeeper::Here(Here { agent: AgentNo(1), pid: 3, cols: 80, rows: 24, spool: Some(spool.clone()) }),
            FromKeeper::Exited(Exited { agent: AgentNo(1), code: None, signal: Some("SIGHUP".into()), left: 2, spool: Some(spool) }),
            FromKeeper::Stopped { agent: AgentNo(1), ended: 2, killed: 1, left: 0 },
            FromKeeper::Known { agents: vec![Known { agent: AgentNo(1), pid: Some(3) }] },
            FromKeeper::Busy { agents: 1 },
        ];
        let mut decoder = Decoder::default();
        for message in &sent {
            decoder.push(&encode(message).unwrap());
            assert_eq!(decoder.take().unwrap().as_ref(), Some(message));
        }
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_its_body_arrives() {
        let mut decoder = Decoder::<ToKeeper>::default();
        decoder.push(&u32::MAX.to_le_bytes());
        assert!(matches!(decoder.take(), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn a_message_over_the_limit_is_not_sent() {
        let why = "x".repeat(FRAME_LIMIT);
        assert!(matches!(encode(&FromKeeper::Refused { cause: Cause::NoHello, why }), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn bytes_that_are_no_message_are_an_error() {
        for body in ["", "{}", "null", "{\"say\":\"dance\"}", "{\"say\":\"stop\"}"] {
            let mut decoder = Decoder::<ToKeeper>::default();
            decoder.push(&(body.len() as u32).to_le_bytes());
            decoder.push(body.as_bytes());
            assert!(matches!(decoder.take(), Err(FrameError::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_field_of_a_later_version_is_ignored() {
        let body = br#"{"say":"hello","version":1,"colour":"green"}"#;
        let mut decoder = Decoder::default();
        decoder.push(&(body.len() as u32).to_le_bytes());
        decoder.push(body);
        assert_eq!(decoder.take().unwrap(), Some(ToKeeper::Hello { version: 1 }));
    }
}
