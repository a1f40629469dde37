//! THE TONGUES: how each agent program is started, watched and answered. Pure: starts nothing, reads
//! no file. What a profile's file says is read in `config::profile`; the values are here.

pub mod hook;
pub mod inject;
mod keys;
mod launch;
pub mod screen;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use keys::{Keys, Paste, Submit};
pub use launch::{Programs, command, resumes, takes_session};

use self::screen::Rule;

/// How one agent program is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Its name: that of its file.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// One line for lists.
    pub about: String,
    /// Program and arguments, where a role or a launch names none of its own. Empty: the user's shell
    /// (`shell`, `generic`), this very program (`rehearsal`).
    pub command: Vec<String>,
    /// How it is handed its first text.
    pub prompt: Prompt,
    /// What is started instead where an ended agent goes on with its session: `{session}` stands for its
    /// id, the word `{command}` for all words of its command. Empty: it starts anew.
    pub resume: Vec<String>,
    /// What hands a new session an id that we choose (`{uuid}`), behind `command`. Empty: it finds its own.
    pub session: Vec<String>,
    /// Variables that it is started with.
    pub env: BTreeMap<String, String>,
    /// Arguments that make it print its version.
    pub version: Vec<String>,
    /// How our hooks get into it.
    pub hooks: Hooks,
    /// What is pressed.
    pub keys: Keys,
    /// What its screen shows in which state; the first rule that fits speaks.
    pub screen: Vec<Rule>,
}

/// Where a profile comes from; the later ones go before the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// It comes with the program.
    #[default]
    BuiltIn,
    /// A person's own folder.
    Person,
    /// The room's folder.
    Room,
}

/// How a program is handed its first text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// It reads the file that `OPSROOM_ASSIGNMENT` names, or nothing.
    #[default]
    None,
    /// The last argument.
    Argument,
    /// The argument behind this flag, at the end.
    Flag(String),
    /// The first message, once it is at rest.
    Typed,
}

/// How our hooks get into a program, at its launch and for that launch only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hooks {
    /// Not at all.
    #[default]
    None,
    /// As Claude Code takes them.
    Claude,
    /// As Codex takes them.
    Codex,
    /// As Gemini CLI takes them.
    Gemini,
    /// As Qwen Code takes them.
    Qwen,
    /// As Copilot CLI takes them.
    Copilot,
    /// As opencode takes them.
    Opencode,
}

/// What is known of an agent, beside its own status records and its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// It tells: hooks or verbs.
    Structured,
    /// Its screen is read by rules.
    Screen,
    /// Nothing else.
    Generic,
}

impl Profile {
    /// How an agent of it is watched, at its best.
    pub fn watching(&self) -> Watching {
        let acts = self.name == "rehearsal" && self.command.is_empty();
        match (self.hooks, self.screen.is_empty()) {
            (Hooks::None, true) if acts => Watching::Structured,
            (Hooks::None, true) => Watching::Generic,
            (Hooks::None, false) => Watching::Screen,
            (
                Hooks::Claude
                | Hooks::Codex
                | Hooks::Gemini
                | Hooks::Qwen
                | Hooks::Copilot
                | Hooks::Opencode,
                _,
            ) => Watching::Structured,
        }
    }
}

/// Every profile of a room, by name. A value: replaced as a whole when a file changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profiles(pub BTreeMap<String, Arc<Profile>>);

impl Profiles {
    /// A profile by its name; one that nobody wrote is that of any command, under this name.
    pub fn named(&self, name: &str) -> Arc<Profile> {
        let known = self.0.get(name).or_else(|| self.0.get("generic"));
        known.cloned().unwrap_or_default()
    }

    /// The profile whose program a command starts, by the program's name. None where none starts it.
    pub fn starting(&self, command: &[String]) -> Option<&str> {
        let program = |command: &[String]| Some(command.first()?.rsplit('/').next()?.to_owned());
        let wanted = program(command)?;
        let mut all = self.0.iter();
        all.find(|(_, profile)| program(&profile.command).as_ref() == Some(&wanted))
            .map(|(name, _)| name.as_str())
    }
}

/// The text of a profile that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// All of its file.
    pub text: &'static str,
}

macro_rules! builtin {
    ($($name:literal)*) => {
        &[$(Builtin {
            name: $name,
            text: include_str!(concat!("builtin/", $name, ".toml")),
        },)*]
    };
}

/// The profiles that come with the program.
pub const BUILTIN: &[Builtin] = builtin!(
    "claude" "codex" "gemini" "opencode" "qwen" "copilot" "aider" "goose" "shell" "generic" "rehearsal"
);
