//! A person's own keys: tables of key sequences and the commands they run.
//!
//! It knows the notation of keys and not a single command: whoever calls says which there are.

mod chord;
mod read;

pub use chord::{BadChord, Chord, ChordKey, Mods, sequence, spell};
pub use read::{Commands, parse};

/// Where a binding holds. One table of `keys.toml` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyTable {
    /// The room: keys are commands.
    Room,
    /// A pane: keys go to the agent, but for these.
    Pane,
    /// Scrolled back, or searching.
    Scroll,
    /// The sidebar has the keys.
    Queue,
    /// A decision card has the keys.
    Card,
    /// A line is being typed.
    Input,
    /// A diff is read.
    Review,
}

/// What `keys.toml` says, in its order. Laid over the built-in keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// One for each line.
    pub bindings: Vec<Binding>,
    /// How long an escape waits for what may follow it, in milliseconds; at most [`ESCAPE_MOST`].
    pub escape_ms: Option<u64>,
}

/// The most that an escape may wait, in milliseconds.
pub const ESCAPE_MOST: u64 = 1_000;

/// One line of `keys.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub table: KeyTable,
    /// Pressed one after the other; at least one.
    pub keys: Vec<Chord>,
    /// What they do.
    pub action: Bound,
}

/// What a key sequence does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It runs this command.
    Command(String),
    /// Nothing: what is built in is taken away.
    Nothing,
}

impl KeyTable {
    /// Every table, with the name that `keys.toml` writes.
    pub const NAMED: [(&str, Self); 7] = [
        ("room", Self::Room),
        ("pane", Self::Pane),
        ("scroll", Self::Scroll),
        ("queue", Self::Queue),
        ("card", Self::Card),
        ("input", Self::Input),
        ("review", Self::Review),
    ];
}
