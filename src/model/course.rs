//! What the journal knows of a brief's way besides where it stands: who worked on it, why it was sent back, what
//! failed, who keeps it back. Part of the [`Book`](super::Book); and what of it decides who may work on it next.

use serde::{Deserialize, Serialize};

use super::{AgentId, BriefId, Checker, Maker, Person, Place, Role, Settings, Stage, Time};

/// Who worked on one brief is remembered for so many turns of work; the oldest go.
const MAKERS_KEPT: usize = 64;
/// So many rejections are told to whoever works next; the oldest go.
const REJECTIONS_KEPT: usize = 5;
/// The longest reason that is kept, in bytes; the journal has all of it.
const REASON_LONGEST: usize = 2 * 1024;
/// A brief whose start failed so often in a row waits for a person.
pub const FAILURES_MOST: u32 = 2;

/// A brief's way so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Who worked on it, and at which stage, oldest first.
    pub makers: Vec<Maker>,
    /// Why its gates were rejected, oldest first.
    pub rejections: Vec<Rejection>,
    /// How often in a row a start failed, or an agent ended without handing over.
    pub failures: u32,
    /// Why, the last time.
    pub failure: String,
    /// Who keeps it from being started by the room.
    pub kept: Option<Kept>,
    /// What the room does with it by itself.
    pub doing: Doing,
    /// The briefs that its stages opened in other tracks, oldest first.
    pub opened: Vec<BriefId>,
    /// The agent that proposed it.
    pub filed: Option<Filed>,
}

/// The agent that proposed a brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Who.
    pub agent: AgentId,
    /// Its name then.
    pub name: String,
}

/// What the room does with a brief by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Nothing.
    #[default]
    Nothing,
    /// It runs the checks of its gate.
    Checks,
    /// It lands its branch.
    Lands,
}

/// A gate that was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// At which stage the brief stood.
    pub stage: Stage,
    /// Who rejected it.
    pub by: String,
    /// Why; may be empty.
    pub reason: String,
}

/// A brief that the room does not start until a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Who keeps it back.
    pub by: Person,
    /// What they did, or said.
    pub why: String,
    /// The brief's file as it was then: another one is started again. None where only a person starts it.
    pub file: Option<Time>,
}

/// Why somebody may not work on a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// This agent worked on it at an earlier stage.
    Agent(AgentId, Stage),
    /// Who made it has this profile too.
    Profile(String, Stage),
}

impl Course {
    /// An agent got the brief.
    pub(super) fn assigned(&mut self, maker: Maker) {
        self.kept = None;
        self.makers.retain(|it| it != &maker);
        self.makers.push(maker);
        shorten(&mut self.makers, MAKERS_KEPT);
    }

    /// Its gate was rejected.
    pub(super) fn rejected(&mut self, stage: Stage, by: String, reason: &str) {
        let reason = super::words::cut(reason, REASON_LONGEST).to_owned();
        self.rejections.push(Rejection { stage, by, reason });
        shorten(&mut self.rejections, REJECTIONS_KEPT);
    }

    /// A start failed, or an agent ended without handing over.
    pub(super) fn failed(&mut self, why: &str) {
        self.failures = self.failures.saturating_add(1);
        self.failure = super::words::cut(why, REASON_LONGEST).to_owned();
    }

    /// What failed counts no longer.
    pub(super) fn goes_well(&mut self) {
        self.failures = 0;
        self.failure.clear();
    }

    /// Whether somebody worked on it already.
    pub fn has_begun(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Whether an agent of a role, or a new one, may work on a brief that stands there.
    ///
    /// # Errors
    /// Whom it would check without being somebody else.
    pub fn may_work(
        &self,
        settings: &Settings,
        place: &Place,
        role: &Role,
        who: (Option<AgentId>, &str),
    ) -> Result<(), Conflict> {
        let earlier = || {
            let makers = self.makers.iter();
            makers.filter(|it| is_earlier(settings, place, &it.stage))
        };
        let (agent, profile) = who;
        match role.checker {
            Checker::Maker => return Ok(()),
            Checker::OtherAgent | Checker::OtherProfile => {}
        }
        if let Some(same) = earlier().find(|it| Some(it.agent) == agent) {
            return Err(Conflict::Agent(same.agent, same.stage.clone()));
        }
        let made = earlier().rfind(|it| {
            let stage = Place {
                track: place.track.clone(),
                stage: it.stage.clone(),
            };
            let acts = settings.role_at(&stage);
            acts.is_none_or(|acts| acts.checker == Checker::Maker)
        });
        match made.filter(|it| role.checker == Checker::OtherProfile && it.profile == profile) {
            Some(made) => Err(Conflict::Profile(made.profile.clone(), made.stage.clone())),
            None => Ok(()),
        }
    }
}

/// Whether a stage comes before a place in its pipeline. One that is not there any more does.
fn is_earlier(settings: &Settings, place: &Place, stage: &Stage) -> bool {
    let stages = settings.track(&place.track).map(|track| &track.stages);
    let at = |name: &Stage| stages.and_then(|all| all.iter().position(|it| &it.name == name));
    match (at(stage), at(&place.stage)) {
        (Some(earlier), Some(here)) => earlier < here,
        (None, _) => stage != &place.stage,
        (Some(_), None) => true,
    }
}

fn shorten<T>(list: &mut Vec<T>, most: usize) {
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
}

impl Conflict {
    /// For people: why not, and what to do.
    pub fn sentence(&self, role: &Role) -> String {
        let name = &role.name;
        match self {
            Conflict::Agent(agent, stage) => format!(
                "agent {agent} worked on it in {stage}, and a {name} checks the work of others; give it to another agent"
            ),
            Conflict::Profile(profile, stage) => format!(
                "{profile} made it in {stage}, and a {name} checks the work of other profiles; give the role another profile in opsroom.toml, or give the brief to another role"
            ),
        }
    }
}
