//! Which agent programs are on this machine: where, in which version, and what is missing. Starts each of
//! them once, with the arguments that print its version, and ends whoever takes too long.

mod node;
mod version;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::config::profile;
use crate::door::{RoomPaths, personal_folder};
use crate::folder::ProfileFolders;
use crate::model::Untrusted;
use crate::profile::{Profile, Profiles};

use self::version::{PATIENCE, version};

/// Programs that are asked at once: some of them load a lot only to say it.
const AT_ONCE: usize = 4;

/// A profile and its program on this machine.
#[derive(Clone, Debug)]
pub struct Found {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The program that it starts; none where that is the user's shell or this very program.
    pub program: Option<String>,
    /// Where it is.
    pub at: Option<PathBuf>,
    /// What it said of its version.
    pub version: Option<Untrusted>,
    /// What is missing, for people.
    pub missing: Vec<String>,
}

impl Found {
    /// Whether it can be started.
    pub fn is_there(&self) -> bool {
        self.program.is_none() || self.at.is_some()
    }
}

/// The profiles in force for this room and person, and what is wrong with their files.
pub fn profiles(paths: &RoomPaths) -> (Profiles, Vec<String>) {
    let folders = ProfileFolders::of(personal_folder().as_deref(), &paths.folder);
    let texts = folders.read();
    let shelved = profile::shelve(&texts.layers, &Profiles::default());
    let found = shelved.diagnostics.iter().map(ToString::to_string);
    let faults = texts.faults.into_iter().chain(found).collect();
    (shelved.profiles, faults)
}

/// Looks for the program of every profile. Starts none.
pub fn look(profiles: &Profiles) -> Vec<Found> {
    profiles
        .0
        .values()
        .map(|one| located(Arc::clone(one)))
        .collect()
}

/// Looks for them, and asks each for its version.
pub async fn ask(profiles: &Profiles) -> Vec<Found> {
    let mut all = look(profiles);
    let mut asked = JoinSet::new();
    let mut answers = BTreeMap::new();
    for (number, one) in all.iter().enumerate() {
        let Some(at) = one.at.clone().filter(|_| !one.profile.version.is_empty()) else {
            continue;
        };
        if asked.len() >= AT_ONCE
            && let Some(Ok((number, answer))) = asked.join_next().await
        {
            answers.insert(number, answer);
        }
        let arguments = one.profile.version.clone();
        asked.spawn(async move { (number, version(&at, &arguments, PATIENCE).await) });
    }
    while let Some(Ok((number, answer))) = asked.join_next().await {
        answers.insert(number, answer);
    }
    let node = node::here().await;
    for (number, one) in all.iter_mut().enumerate() {
        match answers.remove(&number) {
            Some(Ok(said)) => one.version = said,
            Some(Err(why)) => one.missing.push(why),
            None => {}
        }
        let older = one
            .at
            .as_deref()
            .and_then(|at| node::lacks(at, node.as_deref()));
        one.missing.extend(older);
    }
    all
}

/// The program that a profile starts; none where that is the user's shell or this very program.
pub fn program(profile: &Profile) -> Option<String> {
    let own = ["rehearsal", "shell", "generic"].contains(&profile.name.as_str());
    match profile.command.first() {
        None if own => None,
        None => Some(profile.name.clone()),
        Some(program) => Some(program.clone()),
    }
}

fn located(profile: Arc<Profile>) -> Found {
    let program = program(&profile);
    let at = program.as_deref().and_then(on_path);
    let missing = program.iter().filter(|_| at.is_none());
    let missing = missing.map(|name| match name.contains('/') {
        true => format!(
            "there is no program {}",
            Untrusted::new(name.as_str()).shown()
        ),
        false => format!("{} is not on PATH", Untrusted::new(name.as_str()).shown()),
    });
    Found {
        missing: missing.collect(),
        profile,
        program,
        at,
        version: None,
    }
}

/// A program by its name, as it is found when it is started.
pub fn on_path(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|file| is_program(file));
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
