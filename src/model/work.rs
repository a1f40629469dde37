//! What goes with a brief on its way: the papers that make an assignment, its branch, and what its gate shows.

use serde::{Deserialize, Serialize};

use super::{
    AgentId, AskKey, BriefId, CheckShape, GateGauge, GaugeRun, Land, Place, Stage, Untrusted, Usage,
};

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
    /// Where that folder lies in its repository, and so the work in the worktree; empty for the top.
    pub within: String,
}

/// What becomes of the branch of a brief that is approved for good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// Which.
    pub branch: Branch,
    /// How it lands.
    pub how: Land,
    /// What was approved: everything that lay there, as one git tree.
    pub tree: String,
}

/// What a landing brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landed {
    /// The commit that brought it there; none for a branch that stays.
    pub commit: Option<String>,
    /// The branch's last commit.
    pub head: String,
    /// Files that nobody had committed before.
    pub saved: u32,
}

/// What becomes of a branch whose worktree goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It goes where its work is in the branch that it went to: all its commits, or, where it is still exactly what
    /// landed, the one commit that stands for them.
    GoesIfLanded {
        /// Its last commit as it landed.
        head: String,
        /// The commit that brought it there.
        commit: String,
    },
    /// It stays.
    Stays,
}

/// A worktree that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaned {
    /// What became of the branch.
    pub branch: Remains,
    /// Files that were committed on it before.
    pub saved: u32,
}

/// What is left of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remains {
    /// The branch, with everything.
    Kept,
    /// Nothing but its commits, where it went.
    Gone,
}

/// What is to be checked before a gate opens, and what the room knows of it already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOrder {
    /// Which brief.
    pub brief: BriefId,
    /// What the handover is called.
    pub key: AskKey,
    /// Where it stands.
    pub from: Place,
    /// Where it goes.
    pub to: Stage,
    /// What the agent leaves.
    pub handoff: Untrusted,
    /// What the gate's card shows; what is found is added.
    pub report: GateReport,
    /// The commands, in order.
    pub checks: Vec<CheckShape>,
    /// What is measured behind them.
    pub gauges: Vec<GateGauge>,
    /// What stands in front of them.
    pub runner: Vec<String>,
    /// Where they run, from the room's folder.
    pub folder: String,
}

/// What follows from checks that no card tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checks {
    /// Some failed: the brief goes back to its agent.
    SendBack {
        /// Which, and how.
        why: String,
    },
    /// The gate opens by itself.
    Open {
        /// Where the brief goes.
        to: Stage,
        /// What lets it.
        rule: String,
    },
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
    /// Everything as it lay there, committed or not, as one git tree; empty where there is no branch.
    pub tree: String,
    /// The branch, for a brief that has one.
    pub branch: Option<Branch>,
    /// How that branch lands, where an approval is for good.
    pub lands: Option<Land>,
    /// What the checks said, in order.
    pub checks: Vec<CheckRun>,
    /// What the track's gauges say of the work.
    #[serde(default)]
    pub gauges: Vec<GaugeRun>,
    /// Where a brief is opened once this gate is passed.
    #[serde(default)]
    pub opens: Option<Place>,
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

impl GateReport {
    /// What an approval does with the branch.
    pub fn landing(&self) -> Option<Landing> {
        let (branch, how) = (self.branch.clone()?, self.lands.clone()?);
        let tree = self.tree.clone();
        Some(Landing { branch, how, tree })
    }

    /// For people: how much was changed, and in how many commits; nothing where nothing was.
    pub fn changed(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let files = self.files.len() + self.more_files as usize;
        if files > 0 {
            let (mut added, mut removed) = (0_u64, 0_u64);
            for file in &self.files {
                added += u64::from(file.added.unwrap_or(0));
                removed += u64::from(file.removed.unwrap_or(0));
            }
            let files = super::words::count(files, "file");
            parts.push(format!("{files} +{added} −{removed}"));
        }
        if !self.commits.is_empty() {
            parts.push(super::words::count(self.commits.len(), "commit"));
        }
        parts
    }

    /// The checks that did not pass.
    pub fn failed(&self) -> impl Iterator<Item = &CheckRun> {
        self.checks.iter().filter(|check| !check.result.passed())
    }
}

impl Landed {
    /// For people: what it brought.
    pub fn sentence(&self) -> String {
        let saved = match self.saved {
            0 => String::new(),
            files => format!(
                ", with {} that nobody had committed",
                super::words::count(files as usize, "file")
            ),
        };
        match &self.commit {
            Some(commit) => {
                let short = commit.get(..10).unwrap_or(commit);
                format!("its branch landed as {short}{saved}")
            }
            None => format!("its branch stays{saved}"),
        }
    }
}

impl CheckResult {
    /// For people: `passed`, `failed (exit code 1)`.
    pub fn sentence(&self) -> String {
        match self {
            CheckResult::Passed => "passed".to_owned(),
            CheckResult::Failed(code) => format!("failed (exit code {code})"),
            CheckResult::Broken(why) => format!("did not run to its end ({why})"),
            CheckResult::TimedOut(seconds) => {
                format!("took longer than {seconds} s and was ended")
            }
        }
    }

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
