//! What a room runs: the commands of its settings and of its profiles. Agents can write those files, so a change of
//! what is run holds once a person agreed to it. Here is what counts as such a change, and what it is called; the
//! asking is done as for rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Checker, Consent, Land, Launch, Settings, Untrusted, Worktrees};

/// Whole files that say what is run, as they are written, or as they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runs {
    /// `opsroom.toml`.
    Settings(Box<Settings>),
    /// The profiles that somebody wrote.
    Programs(Programs),
}

/// By their names, what profiles start, and with what: lines of TOML.
pub type Programs = BTreeMap<String, String>;

/// What holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// The settings; none where no server of this kind ever had the room.
    pub settings: Option<Box<Settings>>,
    /// The profiles.
    pub programs: Option<Programs>,
}

impl Agreed {
    pub(super) fn take(&mut self, runs: Runs) {
        match runs {
            Runs::Settings(settings) => self.settings = Some(settings),
            Runs::Programs(programs) => self.programs = Some(programs),
        }
    }

    /// Whether exactly this holds.
    pub(super) fn is(&self, runs: &Runs) -> bool {
        match runs {
            Runs::Settings(settings) => self.settings.as_ref() == Some(settings),
            Runs::Programs(programs) => self.programs.as_ref() == Some(programs),
        }
    }

    /// What would be run otherwise than agreed, for people: one sentence each. Nothing where nothing was agreed to
    /// yet: whoever opens a room first takes it as it is.
    pub fn changed(&self, runs: &Runs) -> Vec<String> {
        let (before, now) = match runs {
            Runs::Settings(now) => (self.settings.as_ref().map(|it| commands(it)), commands(now)),
            Runs::Programs(now) => (self.programs.clone(), now.clone()),
        };
        let Some(before) = before else {
            return Vec::new();
        };
        let sentence = |what: &String, how: &String| {
            let was = before
                .get(what)
                .map_or("nothing".to_owned(), |was| shown(was));
            format!("{}: {}\n    so far: {was}", shown(what), shown(how))
        };
        let other = now
            .iter()
            .filter(|(what, how)| before.get(*what) != Some(how));
        other.map(|(what, how)| sentence(what, how)).collect()
    }
}

impl Runs {
    /// What people call its file.
    pub fn file(&self) -> &'static str {
        match self {
            Runs::Settings(_) => "opsroom.toml",
            Runs::Programs(_) => "profiles",
        }
    }
}

impl Settings {
    /// These, with everything of the written ones that runs nothing and guards nothing.
    pub fn held(&self, written: &Settings) -> Settings {
        Settings {
            name: written.name.clone(),
            limits: written.limits.clone(),
            policies: written.policies.clone(),
            breakroom: written.breakroom,
            folder: written.folder.clone(),
            ..self.clone()
        }
    }
}

/// Everything that settings run by themselves, and what guards the work that comes of it, by what it is.
fn commands(settings: &Settings) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for role in &settings.roles {
        let runner = settings.runner_of(role);
        let words = runner.iter().chain(&role.command);
        let checks = match role.checker {
            Checker::Maker => "",
            Checker::OtherAgent => " checks what other agents made",
            Checker::OtherProfile => " checks what other profiles made",
        };
        let how = format!("profile {} {}{checks}", role.profile, line(words));
        all.insert(format!("role {}", role.name), how);
    }
    for launch in &settings.agents {
        let Launch {
            name,
            role,
            profile,
            command,
            ..
        } = launch;
        let role = role.as_ref().map(ToString::to_string).unwrap_or_default();
        let how = format!("role {role} profile {profile} {}", line(command));
        all.insert(format!("agent {name}, when the room opens"), how);
    }
    for track in &settings.tracks {
        if let Worktrees::Each { setup } = &track.worktrees
            && !setup.is_empty()
        {
            all.insert(format!("setup of worktrees in {}", track.name), line(setup));
        }
        if let Land::Command(command) = &track.land {
            all.insert(format!("landing in {}", track.name), command.clone());
        }
        for gauge in &track.gauges {
            let what = format!("gauge {} of {}", gauge.name, track.name);
            all.insert(what, gauge.command.clone());
        }
        for stage in &track.stages {
            let asks = match stage.gate.operator {
                Consent::Needed => "asks an operator",
                Consent::Unasked => "asks nobody",
            };
            let checks = stage.gate.checks.iter().map(|it| &it.command);
            let how = format!("{asks} {}", line(checks));
            all.insert(format!("gate of {}/{}", track.name, stage.name), how);
        }
    }
    all
}

/// Each word by itself, so that nobody takes two for one.
fn line<'w>(words: impl IntoIterator<Item = &'w String>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(" ")
}

fn shown(text: &str) -> String {
    Untrusted::new(text).shown()
}
