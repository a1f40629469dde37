//! What became of a brief's branch: landed, left as configured, or left because it did not land.

use super::deed::{Kind, Told};
use super::wording::{moved, one};
use super::{About, Scribe};
use crate::model::progress::Work;
use crate::model::{Actor, BriefId, Land, Landed, Place};

impl Scribe {
    /// A branch landed, stays as its track says, or was left by a person because it did not land.
    pub(super) fn landed(&self, by: &Actor, brief: &BriefId, landed: &Landed) -> Told {
        let about = About::Brief(brief.clone());
        let progress = self.book.progress_of(brief);
        if was_given_up(landed) {
            let branch = progress.branch.map(|branch| branch.name);
            let branch = branch.map_or_else(String::new, |name| format!(" {name}"));
            let what = match by {
                Actor::Person(_) => {
                    format!("its branch{branch} did not land, and is left as it is")
                }
                Actor::Room | Actor::Agent(_) | Actor::Hand | Actor::Policy { .. } => {
                    format!("its branch{branch} did not land")
                }
            };
            return (about, Kind::Unlanded, what, Vec::new());
        }
        let what = landed.sentence();
        let (what, words) = match progress.step {
            Work::Lands { landing, .. } => match landing.how {
                Land::Command(line) => {
                    let output = format!("its output: .opsroom/checks/{brief}/landing.log");
                    let ran = format!("{what}; its landing command passed: {}", one(&line));
                    (ran, vec![output])
                }
                Land::Leave | Land::Merge | Land::Squash => (what, Vec::new()),
            },
            Work::Open | Work::Handed(_) => (what, Vec::new()),
        };
        (about, Kind::Shipped, what, words)
    }

    /// A brief moved. In `done` it is shipped, unless it has a branch that did not land.
    pub(super) fn moved(
        &self,
        by: &Actor,
        brief: &BriefId,
        (from, to): (Option<&Place>, Option<&Place>),
        why: &str,
    ) -> Told {
        let (about, kind, what, words) = moved(brief, from, to, why);
        let progress = self.book.progress_of(brief);
        let landed = progress.landed.as_ref();
        let lies_there = progress.branch.is_some() && landed.is_none_or(was_given_up);
        let kind = match (kind, by) {
            (Kind::Shipped, _) if lies_there => Kind::Unlanded,
            (Kind::New, Actor::Agent(_)) => Kind::Filed,
            (kind, _) => kind,
        };
        (about, kind, what, words)
    }
}

/// Whether a person let the branch be: then no landing said where it ends.
fn was_given_up(landed: &Landed) -> bool {
    landed.commit.is_none() && landed.head.is_empty()
}
