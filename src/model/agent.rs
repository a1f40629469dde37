//! One running process of a role, and what is known of its state.

use serde::{Deserialize, Serialize};

use super::{AgentId, BriefId, RoleName, SessionId, Time, Track, Untrusted, Usage};

/// An agent, as everybody in the room may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Its number: on the tile and the key that focuses it.
    pub id: AgentId,
    /// What people call it. Unique among the living.
    pub name: String,
    /// Its role, where it has one.
    pub role: Option<RoleName>,
    /// How it is spoken to.
    pub profile: String,
    /// What was started.
    pub command: Vec<Untrusted>,
    /// Where it was started, from the root.
    pub folder: String,
    /// What it works on.
    pub brief: Option<BriefId>,
    /// The track of what it works on, or worked on last.
    pub track: Option<Track>,
    /// The best evidence of its state.
    pub evidence: Evidence,
    /// Everything else that is known: the last evidence of every source.
    pub known: Vec<Evidence>,
    /// The process, once there is one.
    pub pid: Option<u32>,
    /// What it has used since, as far as it says so.
    pub usage: Option<Usage>,
    /// When it was started.
    pub started: Time,
    /// What its program calls this session, where that is known.
    pub session: Option<SessionId>,
}

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Asked for; no process yet.
    Starting,
    /// In a turn.
    Working,
    /// Waits for a person.
    Waiting,
    /// At its prompt, known by a source that can know it.
    Idle,
    /// Nothing says what it does. Never shown as idle.
    Unknown,
    /// Working by its own word, and silent for long.
    Stuck,
    /// Held back by a rate or usage limit.
    Limited,
    /// The process ended.
    Exited(Exit),
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal, by name.
    Signal(String),
    /// It could not be started; why.
    Failed(String),
    /// It was gone when the room came back.
    Lost,
    /// It was told to end, by a person or because its brief went on; how it did. Only the book says so: what the
    /// journal has of an end is how the process ended.
    Stopped(Box<Exit>),
}

/// Who says so, most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// The process itself: started, ended.
    Process,
    /// The agent's own API.
    Api,
    /// An OSC 7501 record in its output. State only: it never authorises.
    Record,
    /// A hook or verb on the agent socket.
    Hook,
    /// A title, bell or notification.
    Notice,
    /// A screen rule of its profile.
    Screen,
    /// Nothing was heard.
    Silence,
}

/// One thing that is known of an agent's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The state it speaks for.
    pub state: State,
    /// Who says so.
    pub source: Source,
    /// When it was said.
    pub at: Time,
    /// In the source's words.
    pub detail: Untrusted,
}

/// What to start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// A name; the room finds a free one where it is empty or taken.
    pub name: String,
    /// The role, where there is one.
    pub role: Option<RoleName>,
    /// The profile; `generic` where it is empty.
    pub profile: String,
    /// Program and arguments. Not a shell line.
    pub command: Vec<String>,
    /// Where it runs; the room's folder where it is empty.
    pub cwd: String,
    /// The brief it is handed.
    pub brief: Option<BriefId>,
    /// The text it is handed (assignment), for profiles that pass one.
    pub text: String,
    /// The session that it goes on with, where its profile says how.
    #[serde(default)]
    pub resume: Option<SessionId>,
}

impl Launch {
    /// What of a rehearsal's command is its play: the part, and how fast. Where it names the program too, without that.
    pub fn play(command: &[String]) -> &[String] {
        match command {
            [word, play @ ..] if word == "rehearsal" => play,
            [program, word, play @ ..] if word == "rehearsal" && !program.starts_with('-') => play,
            play => play,
        }
    }
}

impl State {
    /// The word on the tile.
    pub fn word(&self) -> &'static str {
        match self {
            State::Starting => "starting",
            State::Working => "working",
            State::Waiting => "waiting",
            State::Idle => "idle",
            State::Unknown => "unknown",
            State::Stuck => "stuck",
            State::Limited => "limited",
            State::Exited(_) => "exited",
        }
    }
}

impl Agent {
    /// Whether there is, or soon will be, a process.
    pub fn is_alive(&self) -> bool {
        !matches!(self.evidence.state, State::Exited(_))
    }
}
