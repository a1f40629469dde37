//! What is seen of a pane that words are to be written into. Plain data.

/// Whether words may be written now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// They may.
    #[default]
    Open,
    /// A dialog is open: they would answer it.
    Shut,
}

/// What can be seen of an agent whose screen can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Which picture stands there.
    pub generation: u64,
    /// Whether it says that a turn goes on.
    pub turn: Turn,
}

/// Whether a turn goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It does.
    Goes,
    /// It does not, as far as can be seen.
    Over,
}

/// Whether everything that was written has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// It has.
    Yes,
    /// The agent has not read it yet.
    No,
}
