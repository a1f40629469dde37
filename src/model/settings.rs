//! What `opsroom.toml` says, as the room uses it. Parsed in `config`; a value here is always valid.

use serde::{Deserialize, Serialize};

use super::{Launch, Place, Policy, RoleName, Stage, Track};

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
    /// The rules as they are written; what is in force is in the book.
    pub policies: Vec<Policy>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackShape {
    /// Its name.
    pub name: Track,
    /// Its kind.
    pub kind: TrackKind,
    /// Its pipeline, first stage first, without the reserved stages.
    pub stages: Vec<StageShape>,
}

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageShape {
    /// Its name.
    pub name: Stage,
    /// Who acts there.
    pub role: RoleName,
}

/// Who does a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// The profile of its agents.
    pub profile: String,
    /// The command, where it is not the profile's.
    pub command: Vec<String>,
    /// How many of its agents may work at once.
    pub places: u32,
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
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self {
            agents: 256,
            requests: 1_000,
            asker_away_ms: 60_000,
            settle_ms: 500,
            driver_idle_ms: 120_000,
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
