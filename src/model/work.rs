//! What goes with a brief on its way: the papers that make an assignment, its branch, and what its gate shows.

use serde::{Deserialize, Serialize};

use super::{AgentId, Stage, Untrusted, Usage};

/// What an assignment is made of besides the room's own words: texts that the server read. Each is cut at
/// [`PAPER_LONGEST`], and says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Papers {
    /// The role's skill.
    pub skill: String,
    /// The track's constraints.
    pub constraints: String,
    /// The brief's file, whole.
    pub brief: String,
    /// The newest handoff, and the stage it comes from.
    pub handoff: Option<(Stage, String)>,
}

/// The longest paper, in bytes.
pub const PAPER_LONGEST: usize = 64 * 1024;

/// Where a coding brief is worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The branch: `opsroom/<brief>`.
    pub name: String,
    /// The worktree, from the room's folder: `.opsroom/worktrees/<brief>`.
    pub folder: String,
    /// The commit that it began at, in hex; empty until the worktree was made.
    pub base: String,
    /// The branch it goes back to.
    pub onto: String,
    /// The checkout that it was made from, from the room's folder: the track's folder; empty for the room's own.
    pub repository: String,
}

/// What stands on a gate's card besides the handoff. Facts that the server found; nothing of it is an agent's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateReport {
    /// Changed files, with added and removed lines, 200 at most.
    pub files: Vec<FileStat>,
    /// How many more files there are.
    pub more_files: u32,
    /// Commits since the base, newest first, 50 at most: short hash and subject.
    pub commits: Vec<(String, Untrusted)>,
    /// Files with changes that are not committed.
    pub uncommitted: u32,
    /// What the checks said, in order.
    pub checks: Vec<CheckRun>,
    /// The questions of this gate.
    pub checklist: Vec<String>,
    /// How often the brief was handed over at this stage, this time included.
    pub iteration: u32,
    /// How long it was worked on at this stage, in s.
    pub seconds: u64,
    /// What its agents used for it, as far as they say so.
    pub usage: Option<Usage>,
    /// Why something of this could not be found out.
    pub gaps: Vec<String>,
}

/// One changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStat {
    /// Its path in the repository.
    pub path: Untrusted,
    /// Added lines; none for a binary file.
    pub added: Option<u32>,
    /// Removed lines.
    pub removed: Option<u32>,
}

/// One run of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRun {
    /// Its name.
    pub name: String,
    /// How it went.
    pub result: CheckResult,
    /// How long it ran, in ms.
    pub millis: u64,
    /// The end of its output, 4 KiB at most.
    pub tail: Untrusted,
    /// The whole output, kept (1 MiB at most), from the room's folder.
    pub log: String,
}

/// How a check went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// Exit code 0.
    Passed,
    /// Another exit code.
    Failed(i32),
    /// Ended by a signal, or it could not be started; why.
    Broken(String),
    /// It was ended at its time limit, in s.
    TimedOut(u32),
}

impl CheckResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        match self {
            CheckResult::Passed => true,
            CheckResult::Failed(_) | CheckResult::Broken(_) | CheckResult::TimedOut(_) => false,
        }
    }
}

/// Who worked on a brief at which stage: what a checker must differ from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// The agent.
    pub agent: AgentId,
    /// Its profile.
    pub profile: String,
    /// The stage.
    pub stage: Stage,
}
