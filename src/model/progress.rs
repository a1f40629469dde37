//! How far the work on a brief is, as the journal has it: its branch, what was handed over and is being checked,
//! what lands. Part of the [`Book`](super::Book).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AgentId, AskKey, Branch, Doing, Land, Landed, Landing, Opening, Place, Stage, Time, Untrusted,
};

/// A stage's checks send a brief back to its agent by themselves so often; then a person is asked.
pub const ROUNDS: u32 = 3;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Where a coding brief is worked on, once it was.
    pub branch: Option<Branch>,
    /// What is done with it now.
    pub step: Work,
    /// What its branch brought, the last time it landed.
    pub landed: Option<Landed>,
    /// What its stage opens once it landed.
    pub opens: Option<Box<Opening>>,
    /// The place whose passing opened a brief already, until it is seen to have left there.
    pub opened: Option<Place>,
    /// What each stage took so far.
    pub stages: BTreeMap<Stage, Visit>,
    /// Since when it is worked on; none while it was handed over, or nobody does it.
    pub begun: Option<Time>,
    /// How long it was worked on before that in this visit of its stage, in ms.
    pub spent: u64,
    /// How often in a row its checks failed.
    pub failed: u32,
    /// What the last handover was called: said again, it is the same one.
    pub last: Option<AskKey>,
}

/// What is done with a brief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// It is worked on, or waits.
    #[default]
    Open,
    /// It was handed over; its checks run.
    Handed(Box<Handover>),
    /// It was approved for good, and its branch lands.
    Lands {
        /// The stage that it leaves.
        from: Place,
        /// How.
        landing: Box<Landing>,
    },
}

/// A brief that was handed over and not seen by its checks yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// By whom.
    pub agent: AgentId,
    /// What they call it.
    pub key: AskKey,
    /// Where it stands.
    pub from: Place,
    /// Where it goes.
    pub to: Stage,
    /// What it leaves.
    pub handoff: Untrusted,
}

/// What a stage took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// How often it was handed over there.
    pub handed: u32,
    /// How long it was worked on in former visits, in ms.
    pub millis: u64,
}

impl Work {
    /// What everybody sees of it.
    pub fn doing(&self) -> Doing {
        match self {
            Work::Open => Doing::Nothing,
            Work::Handed(_) => Doing::Checks,
            Work::Lands { .. } => Doing::Lands,
        }
    }
}

impl Progress {
    /// How long it was worked on at a stage, in s: without the time that it lay at a gate.
    pub fn seconds(&self, stage: &Stage, now: Time) -> u64 {
        let before = self.stages.get(stage).map_or(0, |visit| visit.millis);
        let this_time = self.begun.map_or(0, |begun| now.since(begun));
        let this_time = this_time.saturating_add(self.spent);
        before.saturating_add(this_time) / 1_000
    }

    /// How often it was handed over at a stage.
    pub fn rounds(&self, stage: &Stage) -> u32 {
        self.stages.get(stage).map_or(0, |visit| visit.handed)
    }

    /// Nobody works on it any more, for now.
    pub(super) fn rests(&mut self, at: Time) {
        if let Some(begun) = self.begun.take() {
            self.spent = self.spent.saturating_add(at.since(begun));
        }
    }

    /// It is worked on, if it was not.
    pub(super) fn goes_on(&mut self, at: Time) {
        self.begun.get_or_insert(at);
    }

    pub(super) fn handed(&mut self, handover: &Handover, at: Time) {
        self.rests(at);
        let visit = self.stages.entry(handover.from.stage.clone()).or_default();
        visit.handed = visit.handed.saturating_add(1);
        self.last = Some(handover.key.clone());
        self.step = Work::Handed(Box::new(handover.clone()));
    }

    pub(super) fn assigned(&mut self, at: Time) {
        self.failed = 0;
        self.goes_on(at);
        // Somebody else does it now: what was handed over before is not it.
        if let Work::Handed(_) = self.step {
            self.step = Work::Open;
        }
    }

    /// It leaves a stage; whatever was done with it there is over.
    pub(super) fn left(&mut self, from: &Stage, at: Time) {
        self.step = Work::Open;
        self.opens = None;
        self.failed = 0;
        self.rests(at);
        let spent = std::mem::take(&mut self.spent);
        if spent > 0 {
            let visit = self.stages.entry(from.clone()).or_default();
            visit.millis = visit.millis.saturating_add(spent);
        }
    }

    pub(super) fn lands(&mut self, from: &Place, landing: &Landing) {
        self.landed = None;
        self.opens = None;
        self.step = Work::Lands {
            from: from.clone(),
            landing: Box::new(landing.clone()),
        };
    }

    /// Its gate was passed, or a person looks at it.
    pub(super) fn checked(&mut self) {
        self.step = Work::Open;
        self.opens = None;
        self.failed = 0;
    }

    /// Its checks failed, and it goes back to its agent.
    pub(super) fn sent_back(&mut self, at: Time) {
        self.goes_on(at);
        self.step = Work::Open;
        self.failed = self.failed.saturating_add(1);
    }
}

impl Branch {
    /// What a brief's branch and worktree are called; where it began is known once they are made. `folder` is
    /// the track's.
    pub fn planned(brief: &super::BriefId, folder: &str) -> Self {
        Self {
            name: format!("opsroom/{brief}"),
            folder: format!(".opsroom/worktrees/{brief}"),
            repository: folder.to_owned(),
            ..Self::default()
        }
    }

    /// Where the work is: the track's folder inside the worktree, from the room's folder.
    pub fn place_of_work(&self) -> String {
        match self.within.as_str() {
            "" => self.folder.clone(),
            within => format!("{}/{within}", self.folder),
        }
    }
}

impl Landing {
    /// What it does, for people.
    pub fn sentence(&self) -> String {
        let Branch { name, onto, .. } = &self.branch;
        match &self.how {
            Land::Leave => format!("{name} stays as it is"),
            Land::Merge => format!("{name} is merged into {onto}"),
            Land::Squash => format!("{name} becomes one commit on {onto}"),
            Land::Command(line) => format!(
                "in {name} this is run: {}",
                Untrusted::new(line.as_str()).shown()
            ),
        }
    }
}
