//! What is run changes: agents can write `opsroom.toml` and the room's profiles too, so a person is asked, and until
//! then, and where they say no, it stays as it was. What holds is in the journal, whole.

use super::Turn;
use super::consequence::Consequence;
use super::policy::AGREE;
use crate::model::{Actor, Effect, Happening, Level, Matter, Runs, Verdict};

impl Turn<'_> {
    /// A file was read while the room is open.
    pub(super) fn edited(&mut self, runs: Runs) {
        let other = self.room.book.agreed.changed(&runs);
        let file = runs.file();
        let head = format!("{file}: something else is run. May it?");
        self.ask_to_hold(Matter::Runs(runs.clone()), file, &head, &other);
        if other.is_empty() {
            return self.holds(Actor::Room, runs);
        }
        let text =
            format!("{file} changes what is run; it stays as it was until an operator agrees");
        self.notice(Level::Warning, text);
        match runs {
            Runs::Settings(written) => {
                let held = self.room.settings.held(&written);
                self.settled_anew(held);
            }
            Runs::Programs(_) => self.use_programs(),
        }
    }

    /// From here on, this is what is run.
    pub(super) fn holds(&mut self, by: Actor, runs: Runs) {
        if !self.room.book.agreed.is(&runs) {
            self.record(by, Happening::Runs { runs: runs.clone() });
        }
        match runs {
            Runs::Settings(settings) => self.settled_anew(*settings),
            Runs::Programs(_) => self.use_programs(),
        }
    }

    fn use_programs(&mut self) {
        let programs = self.room.book.agreed.programs.clone();
        self.out
            .push(Effect::Programs(programs.unwrap_or_default()));
    }

    /// What follows from the answer.
    pub(super) fn settled_runs(runs: &Runs, verdict: &Verdict) -> Consequence {
        match verdict {
            Verdict::Reply { text } if text == AGREE => Consequence::Run(runs.clone()),
            Verdict::Approve
            | Verdict::Reject { .. }
            | Verdict::Reply { .. }
            | Verdict::Redirect(_) => {
                let file = runs.file();
                Consequence::Stays(format!(
                    "what is run stays as it was; {file} still says otherwise: put it right, or you are asked again"
                ))
            }
        }
    }
}
