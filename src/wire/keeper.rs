//! What the server and the keeper say to each other: a few plain messages in length-prefixed JSON.
//!
//! A newer server must be able to talk to a keeper that was started months ago, so these messages
//! have their own small version number, and unknown fields are ignored. Descriptors travel beside the
//! bytes: [`FromKeeper::carries_terminal`] says which messages bring one. Does no input or output.

mod frame;

pub use frame::{Decoder, FRAME_LIMIT, FrameError, encode};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The version of these messages. It grows only when an older keeper could not understand a server.
pub const VERSION: u16 = 1;

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
