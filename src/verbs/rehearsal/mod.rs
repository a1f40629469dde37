//! `rehearsal`: a scripted agent that behaves like a real one in a real PTY. It reads its brief, thinks aloud,
//! reports OSC 7501, asks permission on its screen and on the agent socket at once, edits real files, runs real
//! checks, hands off, and takes messages at its prompt. Needs no account.

mod actor;
mod dialog;
mod keys;
mod paint;
mod papers;
mod script;

use std::process::ExitCode;

use clap::Args;

use self::script::Handed;
use crate::wire::agent::ENV_BRIEF;

/// `opsroom rehearsal`
#[derive(Debug, Args)]
pub struct Rehearsal {
    /// Which part to play: builder, adversary, planner, reviewer; in the demo also writer, migrator, deploy, scout; apprentice asks nobody; any other name is a
    /// worker's where it was handed a brief, and a visitor's where it was not
    #[arg(default_value = "builder")]
    script: String,
    /// How fast it acts: 2 is twice as fast, 0 leaves every pause out
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
}

impl Rehearsal {
    /// Plays the part until its terminal closes or its script ends it.
    ///
    /// # Errors
    /// Where there is no terminal.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let keys = keys::listen()?;
        let handed = match std::env::var_os(ENV_BRIEF) {
            Some(_) => Handed::Brief,
            None => Handed::Nothing,
        };
        let script = script::named(&self.script, handed);
        let acting = actor::Actor::new(script, keys, self.speed).play();
        let played = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(acting);
        keys::leave();
        played
    }
}

/// The file, the old and the new text of the builder's edit, for the demo's own test.
#[cfg(test)]
pub(super) fn the_edit() -> (&'static str, &'static str, &'static str) {
    let mut edits = script::BUILDER.iter().filter_map(|step| match step {
        script::Step::Edit { file, from, to } => Some((*file, *from, *to)),
        _ => None,
    });
    edits.next().unwrap_or_default()
}
