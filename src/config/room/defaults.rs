//! The room without a file, and the file that `opsroom init` writes. The two say the same.

use toml::Value;

use crate::model::{Role, RoleName, Settings, Stage, StageShape, Track, TrackKind, TrackShape};

/// The usual pipeline: stage, role, places of that role.
const PIPELINE: [(&str, &str, u32); 4] = [
    ("prep", "planner", 1),
    ("dev", "builder", 2),
    ("qa", "adversary", 1),
    ("review", "reviewer", 1),
];

/// The profile that needs no account.
const PROFILE: &str = "rehearsal";

/// What the folder of a new room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A git repository: briefs can have branches.
    Repository,
    /// Any folder.
    Folder,
}

/// How a track's work goes, in a repository; elsewhere the same lines are comments.
const WAYS: [(&str, &str); 3] = [
    (
        "dispatch = \"ask\"",
        "who starts briefs: off (you), ask (a card first), auto",
    ),
    (
        "worktrees = true",
        "each brief on a branch of its own; or { setup = [\"npm ci\"] }",
    ),
    (
        "land = \"merge\"",
        "when it is done; or squash, leave, { command = \"gh pr create --fill\" }",
    ),
];

/// A commented `opsroom.toml` for a room of that name.
pub fn template(name: &str, ground: Ground) -> String {
    let quoted = Value::String(name.replace(char::is_control, " ")).to_string();
    let mark = match ground {
        Ground::Repository => "",
        Ground::Folder => "# ",
    };
    let ways = WAYS.map(|(line, says)| format!("{:<32} # {says}", format!("{mark}{line}")));
    include_str!("template.toml")
        .replacen("@NAME@", &quoted, 1)
        .replacen("@WAYS@", &ways.join("\n"), 1)
}

/// The settings of a room without a file: one coding track `work`, the usual pipeline. It has no name.
pub fn settings() -> Settings {
    Settings {
        name: String::new(),
        tracks: tracks(),
        roles: roles(),
        ..Settings::default()
    }
}

pub(super) fn tracks() -> Vec<TrackShape> {
    let stages = PIPELINE.map(|(stage, role, _)| StageShape {
        name: Stage::from(stage),
        role: RoleName::from(role),
        ..StageShape::default()
    });
    vec![TrackShape {
        name: Track::from("work"),
        kind: TrackKind::Coding,
        stages: stages.to_vec(),
        ..TrackShape::default()
    }]
}

pub(super) fn roles() -> Vec<Role> {
    let role = |(_, role, places): (&str, &str, u32)| Role {
        name: RoleName::from(role),
        profile: PROFILE.to_owned(),
        command: Vec::new(),
        places,
        ..Role::default()
    };
    let mut all = PIPELINE.map(role).to_vec();
    let names: Vec<RoleName> = all.iter().map(|role| role.name.clone()).collect();
    super::roles::check_by_name(&mut all, &names);
    all
}
