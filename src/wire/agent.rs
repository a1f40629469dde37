//! What agents, their hooks and scripts say on the agent socket: JSON lines, one question a connection.
//!
//! This socket knows none of the operator's verbs. An agent is known by its number and a token that the
//! server gave its process; a wrong token is refused. A line is at most [`LONGEST`] bytes.

use serde::{Deserialize, Serialize};

/// The longest line, in bytes. A longer one ends the connection.
pub const LONGEST: usize = 1024 * 1024;

/// The version of these lines.
pub const VERSION: u32 = 1;

/// Environment of every agent: the agent socket's path.
pub const ENV_SOCKET: &str = "OPSROOM_SOCKET";
/// Environment of every agent: its number.
pub const ENV_AGENT: &str = "OPSROOM_AGENT";
/// Environment of every agent: its token.
pub const ENV_TOKEN: &str = "OPSROOM_TOKEN";
/// Environment of every agent: the room's folder.
pub const ENV_ROOM: &str = "OPSROOM_ROOM";
/// Environment of an agent with a brief: its id.
pub const ENV_BRIEF: &str = "OPSROOM_BRIEF";
/// Environment of an agent with a brief: a file that holds its assignment.
pub const ENV_ASSIGNMENT: &str = "OPSROOM_ASSIGNMENT";
/// Environment of every agent: this very program.
pub const ENV_PROGRAM: &str = "OPSROOM_BIN";

/// One line from an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// [`VERSION`].
    pub v: u32,
    /// Its number.
    pub agent: u32,
    /// Its token.
    pub token: String,
    /// What it calls this; repeating a key continues the same request.
    pub key: String,
    /// What it says.
    #[serde(flatten)]
    pub verb: Verb,
}

/// What an agent can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Verb {
    /// May I? Answered with [`Reply::Opened`] and, when it ends, one more line.
    Permission {
        /// The tool.
        tool: String,
        /// One line.
        summary: String,
        /// In full.
        #[serde(default)]
        detail: String,
        /// Where.
        #[serde(default)]
        cwd: String,
    },
    /// Which, or what? Answered like a permission.
    Question {
        /// The question.
        text: String,
        /// To choose from.
        #[serde(default)]
        options: Vec<String>,
    },
    /// My stage is done. Answered with [`Reply::Opened`] (the gate) or [`Reply::Refused`]; does not wait.
    Done {
        /// The handoff's text.
        handoff: String,
    },
    /// I take the request of this key back (it was answered elsewhere).
    TakeBack {
        /// Why.
        why: String,
    },
    /// What I have used since I was started; what is left out stays as I told it before. Answered with
    /// [`Reply::Noted`].
    Usage {
        /// Tokens read.
        #[serde(default)]
        input_tokens: Option<u64>,
        /// Tokens written.
        #[serde(default)]
        output_tokens: Option<u64>,
        /// Millionths of a US dollar.
        #[serde(default)]
        cost_micros: Option<u64>,
        /// What is left of the context, in percent.
        #[serde(default)]
        context_left_percent: Option<u8>,
    },
    /// A comment on my work is dealt with. Answered with [`Reply::Noted`] or [`Reply::Refused`].
    Handled {
        /// Its number, as in the round: `3.2`.
        comment: String,
        /// What was done.
        #[serde(default)]
        note: String,
    },
    /// What I am doing. Answered with [`Reply::Noted`].
    Status {
        /// `working`, `idle`, `waiting`, `limited`, `stuck`.
        state: String,
        /// In its words.
        #[serde(default)]
        message: String,
    },
    /// Something for the breakroom. Answered with [`Reply::Noted`] once it is recorded, or [`Reply::Refused`].
    Say {
        /// What.
        text: String,
    },
    /// A brief that I propose, for the inbox. Answered with [`Reply::Filed`] once it is recorded, or
    /// [`Reply::Refused`].
    File {
        /// The track; empty for my own, or the room's first.
        #[serde(default)]
        track: String,
        /// The whole file.
        text: String,
    },
    /// A hook of my program ran. One that waits for a decision is answered like a permission; any other,
    /// and one that says nothing to decide, at once.
    Hook {
        /// Whose way of speaking it is: `claude`, `codex`, …
        program: String,
        /// The program's name of what happened.
        event: String,
        /// Its JSON.
        payload: serde_json::Value,
    },
}

/// One line to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// It waits for a person now.
    Opened {
        /// Its number.
        request: u64,
    },
    /// Decided. `decision` is `approve`, `reject`, `reply` or `redirect`.
    Decided {
        /// Which.
        decision: String,
        /// The reason, answer or direction; may be empty.
        #[serde(default)]
        text: String,
        /// Who decided.
        by: String,
    },
    /// Nobody decided, and nobody will.
    Withdrawn {
        /// Why.
        why: String,
    },
    /// Not accepted.
    Refused {
        /// Why, and what to do.
        why: String,
    },
    /// Heard.
    Noted,
    /// What was proposed is a brief.
    Filed {
        /// Its id.
        brief: String,
    },
}
