//! What `opsroom.toml` says, as the room uses it. Parsed in `config`; a value here is always valid.

use serde::{Deserialize, Serialize};

use super::policy::Does;
use super::{Breakroom, Launch, Place, Policy, RoleName, Stage, Track};

/// How long a check, a gauge or a setup command may run where it does not say so, in s.
pub const COMMAND_SECONDS: u32 = 600;

/// The room's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The room's name: in the header.
    pub name: String,
    /// The tracks, in the order of the file.
    pub tracks: Vec<TrackShape>,
    /// The roles, in the order of the file.
    pub roles: Vec<Role>,
    /// What is started when the room opens.
    pub agents: Vec<Launch>,
    /// The limits.
    pub limits: RoomLimits,
    /// What can run agents and checks.
    pub runners: Vec<Runner>,
    /// The rules as they are written; what is in force is in the book.
    pub policies: Vec<Policy>,
    /// Who may write in the breakroom.
    pub breakroom: Breakroom,
    /// The room's folder, from the root.
    pub folder: String,
}

/// Two kinds of work share one room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrackKind {
    /// Feedback is compile, test, deploy; a brief has a branch.
    #[default]
    Coding,
    /// Feedback is outcomes and figures.
    Workflow,
}

/// A stream of work with its own pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackShape {
    /// Its name.
    pub name: Track,
    /// Its kind.
    pub kind: TrackKind,
    /// Its pipeline, first stage first, without the reserved stages.
    pub stages: Vec<StageShape>,
    /// Where its work lies, from the room's folder; empty for that folder itself.
    pub folder: String,
    /// A file, from the room's folder, that goes with every assignment; empty for none.
    pub constraints: String,
    /// The template of briefs that are made of files in its `drop` folder: a name in `templates/`, or of one that
    /// comes with the program; empty for the usual one.
    pub template: String,
    /// Who starts its briefs.
    pub dispatch: Dispatch,
    /// What becomes of a brief that is not clear, where the room starts them by itself.
    pub unclear: Unclear,
    /// Whether its briefs get a git worktree and a branch of their own.
    pub worktrees: Worktrees,
    /// What becomes of a branch when its brief is done.
    pub land: Land,
    /// What is measured of it, in the order of the file.
    pub gauges: Vec<GaugeShape>,
    /// From whom its briefs, agents, requests and words are hidden: names of people, or
    /// [`OBSERVERS`](super::OBSERVERS).
    pub hide: Vec<String>,
}

/// One stage of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageShape {
    /// Its name.
    pub name: Stage,
    /// Who acts there.
    pub role: RoleName,
    /// What must hold before a brief leaves it.
    pub gate: GateShape,
    /// A brief that leaves it opens another one there, with its last handoff.
    pub opens: Option<Place>,
}

/// What must hold before a brief leaves a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateShape {
    /// Whether a person must say yes.
    pub operator: Consent,
    /// Commands that must pass, in order.
    pub checks: Vec<CheckShape>,
    /// Questions that the card puts to whoever decides.
    pub checklist: Vec<String>,
}

/// Whether a gate needs a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Consent {
    /// It opens only by an operator's yes.
    #[default]
    Needed,
    /// Passing checks open it.
    Unasked,
}

/// A command that passes (exit code 0) or fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckShape {
    /// What people call it.
    pub name: String,
    /// A line for `sh -c`, run where the work is.
    pub command: String,
    /// How long it may run, in s; then it has failed.
    pub seconds: u32,
}

impl CheckShape {
    /// A line that is called by itself, and may run as long as is usual.
    pub fn of_line(line: &str) -> Self {
        Self {
            name: line.to_owned(),
            command: line.to_owned(),
            seconds: COMMAND_SECONDS,
        }
    }
}

/// Who starts a track's briefs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dispatch {
    /// Only people.
    #[default]
    Off,
    /// The room proposes each assignment on a card.
    Ask,
    /// The room itself.
    Auto,
}

/// What the room does with a brief that says no objective, or no way to see that it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unclear {
    /// It waits, until its text is mended or a person starts it.
    #[default]
    Waits,
    /// It is started as any other.
    Starts,
}

/// Whether a track's briefs get worktrees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Worktrees {
    /// Agents work in the track's folder.
    #[default]
    None,
    /// Each brief gets a worktree and a branch.
    Each {
        /// Lines for `sh -c` in a new worktree, before the first agent.
        setup: Vec<String>,
    },
}

/// What becomes of a branch when its brief is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Land {
    /// It stays as it is.
    #[default]
    Leave,
    /// A merge commit.
    Merge,
    /// One commit with all of it.
    Squash,
    /// A line for `sh -c` in the worktree, to open a pull request, say; OPSROOM_BRANCH names the branch.
    Command(String),
}

/// Something that is measured of a track.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GaugeShape {
    /// What people call it.
    pub name: String,
    /// A line for `sh -c`: in the track's folder by its timer, and where the work is at a gate.
    pub command: String,
    /// What is read of it.
    pub reads: Reads,
    /// When it is measured.
    pub when: GaugeWhen,
    /// How long it may run, in s.
    pub seconds: u32,
}

/// What is read of a gauge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reads {
    /// The last line that it prints is a number; an exit code but 0 is a failure.
    #[default]
    Number,
    /// Exit code 0 is passed, another one is not.
    Pass,
}

/// When a gauge is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GaugeWhen {
    /// When a brief passes a gate of its track.
    #[default]
    Gate,
    /// Every so many seconds, 10 at least, and at each gate.
    Every(u32),
}

/// Who does a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// The profile of its agents.
    pub profile: String,
    /// The command, where it is not the profile's.
    pub command: Vec<String>,
    /// How many of its agents may work at once.
    pub places: u32,
    /// Its skill's name in `skills/`; empty for none.
    pub skill: String,
    /// How long its agents live.
    pub lifetime: Lifetime,
    /// From whom it must differ in whatever it checks.
    pub checker: Checker,
    /// What runs its agents: a command in front of theirs ([`Settings::runners`]); empty for none.
    pub runner: String,
}

/// How long an agent of a role lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lifetime {
    /// A fresh process for each brief; it is stopped when the brief leaves its stage.
    #[default]
    Brief,
    /// One long session a track, handed one brief after another.
    Track,
    /// One long session for all tracks.
    Room,
}

/// From whom an agent must differ that gets a brief others worked on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checker {
    /// From nobody: it makes.
    #[default]
    Maker,
    /// It checks: never an agent that worked on that brief at an earlier stage.
    OtherAgent,
    /// It checks: also never one of the same profile as the agent that made it.
    OtherProfile,
}

/// What agents may do without a person, besides what rules say. The least comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Autonomy {
    /// Nothing more.
    #[default]
    Ask,
    /// Change files inside its folder.
    Edits,
    /// Everything that no rule denies or asks about.
    Full,
}

impl Autonomy {
    /// The rules that it stands for. Like any rule that allows, they hold once a person agreed to them.
    pub fn rules(self, role: &RoleName) -> Vec<Policy> {
        let allow = Policy {
            role: Some(role.clone()),
            ..Policy::new(Does::Allow)
        };
        match self {
            Autonomy::Ask => Vec::new(),
            Autonomy::Edits => vec![Policy {
                tools: EDITS.map(str::to_owned).to_vec(),
                path: Some("**".to_owned()),
                ..allow
            }],
            Autonomy::Full => vec![allow],
        }
    }
}

/// What agent programs call the tools that change files.
const EDITS: [&str; 8] = [
    "write",
    "edit",
    "multiedit",
    "notebookedit",
    "apply_patch",
    "patch",
    "write_file",
    "replace",
];

/// A command in front of others: a sandbox, a container, a nice level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runner {
    /// Its name.
    pub name: String,
    /// Program and arguments; what it runs follows behind them.
    pub command: Vec<String>,
}

/// Limits of the room. What happens at each is said beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomLimits {
    /// Living agents; one more is refused with a sentence.
    pub agents: u32,
    /// Open requests; one more is answered "busy" and not shown.
    pub requests: u32,
    /// How long an asker that lost its line has to come back, in ms; then the request is withdrawn.
    pub asker_away_ms: u64,
    /// How long a card must have been on the screen before a decision counts, in ms.
    pub settle_ms: u64,
    /// A driver who did nothing for so long, in ms, gives way to the next operator who does something.
    pub driver_idle_ms: u64,
    /// All recordings together, in MiB; then the oldest parts go.
    #[serde(default = "usual_recordings")]
    pub recordings_mib: u64,
}

/// Also of settings that were agreed to before there was such a limit.
fn usual_recordings() -> u64 {
    2_048
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self {
            agents: 256,
            requests: 1_000,
            asker_away_ms: 60_000,
            settle_ms: 500,
            driver_idle_ms: 120_000,
            recordings_mib: usual_recordings(),
        }
    }
}

impl Settings {
    /// The shape of a track.
    pub fn track(&self, name: &Track) -> Option<&TrackShape> {
        self.tracks.iter().find(|track| &track.name == name)
    }

    /// A role by its name.
    pub fn role(&self, name: &RoleName) -> Option<&Role> {
        self.roles.iter().find(|role| &role.name == name)
    }

    /// What stands in front of the commands of a role: nothing where its runner is none of this room's.
    pub fn runner_of(&self, role: &Role) -> Vec<String> {
        let runner = self.runners.iter().find(|it| it.name == role.runner);
        runner.map_or_else(Vec::new, |runner| runner.command.clone())
    }

    /// Who acts at a place; nobody at a reserved stage.
    pub fn role_at(&self, place: &Place) -> Option<&Role> {
        let stage = self
            .track(&place.track)?
            .stages
            .iter()
            .find(|stage| stage.name == place.stage)?;
        self.role(&stage.role)
    }

    /// The stage after this one: the next of the pipeline, the first after `inbox`, `done` after the last.
    pub fn stage_after(&self, place: &Place) -> Option<Stage> {
        let stages = &self.track(&place.track)?.stages;
        if place.stage.as_str() == "inbox" {
            return Some(
                stages
                    .first()
                    .map_or_else(|| "done".into(), |stage| stage.name.clone()),
            );
        }
        let at = stages.iter().position(|stage| stage.name == place.stage)?;
        Some(
            stages
                .get(at + 1)
                .map_or_else(|| "done".into(), |stage| stage.name.clone()),
        )
    }
}

/// A folder that a launch names, from the root; the room's own where it names none.
pub(super) fn from_room(room: &str, folder: &str) -> String {
    match folder {
        "" => room.to_owned(),
        folder if folder.starts_with('/') => folder.to_owned(),
        folder => format!("{room}/{folder}"),
    }
}
