//! Writes what a launch gets on top so that our hooks run in it, and takes it away again.
//!
//! Files stand below `.opsroom/hooks/<agent>`, for their owner alone. Nothing else is written anywhere.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::door::RoomPaths;
use crate::model::AgentId;
use crate::profile::Profile;
use crate::profile::inject::{self, Additions, Around};

/// A launch with its hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    /// Program and arguments.
    pub command: Vec<String>,
    /// Further variables.
    pub env: Vec<(String, String)>,
}

/// Adds hooks to a command, where its profile takes them; else it is left as it is.
///
/// # Errors
/// A sentence, where a file cannot be written.
pub fn hooks_into(
    command: Vec<String>,
    agent: AgentId,
    profile: &Profile,
    paths: &RoomPaths,
    program: &Path,
) -> anyhow::Result<Injected> {
    let folder = folder(paths, agent);
    remove(&folder);
    let without = Injected {
        command: command.clone(),
        env: Vec::new(),
    };
    let around = Around {
        own: &program.display().to_string(),
        folder: &folder.display().to_string(),
    };
    let added = inject::additions(profile, &command, around);
    if added == Additions::default() || added.env.iter().any(|(name, _)| !may_be_set(name, &folder))
    {
        return Ok(without);
    }
    let Some(command) = inject::with_arguments(&command, profile, &added.arguments) else {
        tracing::info!(%agent, profile = %profile.name, "its command does not name the program: it gets no hooks");
        return Ok(without);
    };
    write(&folder, &added.files)
        .with_context(|| format!("cannot write the agent's hooks in {}", folder.display()))?;
    let env = added
        .env
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Ok(Injected {
        command,
        env: env.collect(),
    })
}

/// Takes away what was written for an agent. What cannot be removed holds no secret.
pub fn forget(paths: &RoomPaths, agent: AgentId) {
    remove(&folder(paths, agent));
}

fn folder(paths: &RoomPaths, agent: AgentId) -> PathBuf {
    paths.inside("hooks").join(agent.0.to_string())
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "an agent's hooks were not removed")
        }
    }
}

/// The user's own value stays. A settings file that a variable names may be refused by its program where others
/// could have written it.
fn may_be_set(name: &str, folder: &Path) -> bool {
    let taken = !inject::REFUSED_WHERE_SHARED.contains(&name) || only_its_owner_writes(folder);
    env::var_os(name).is_none() && taken
}

fn only_its_owner_writes(folder: &Path) -> bool {
    let above = folder.ancestors().filter_map(|one| fs::metadata(one).ok());
    above.into_iter().all(|found| found.mode() & 0o022 == 0)
}

fn write(folder: &Path, files: &[(&'static str, String)]) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    for (name, text) in files {
        let mut options = fs::OpenOptions::new();
        let file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.join(name));
        file?.write_all(text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::profile::builtin;

    fn injected(dir: &Path, profile: &str, command: &[&str]) -> Injected {
        let paths = RoomPaths {
            folder: dir.into(),
            runtime: dir.join("run"),
        };
        let command = command.iter().map(ToString::to_string).collect();
        let profile = builtin().named(profile);
        hooks_into(
            command,
            AgentId(3),
            &profile,
            &paths,
            Path::new("/bin/opsroom"),
        )
        .unwrap()
    }

    #[test]
    fn hooks_stand_in_a_file_for_their_owner_alone_and_go_with_the_agent() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".opsroom/hooks/3/settings.json");
        // twice: a number that is started anew
        for _ in 0..2 {
            let with = injected(
                dir.path(),
                "claude",
                &["claude", "--model", "x", "the brief"],
            );
            let settings = file.display().to_string();
            assert_eq!(
                with.command,
                [
                    "claude",
                    "--settings",
                    &settings,
                    "--model",
                    "x",
                    "the brief"
                ]
            );
            assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        }
        let paths = RoomPaths {
            folder: dir.path().into(),
            runtime: dir.path().join("run"),
        };
        forget(&paths, AgentId(3));
        assert!(!file.exists());
    }

    #[test]
    fn what_takes_no_hooks_is_started_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        for (profile, command) in [("generic", ["make", "all"]), ("claude", ["./wrapper", "x"])] {
            let with = injected(dir.path(), profile, &command);
            assert_eq!(with.command, command);
            assert!(!dir.path().join(".opsroom/hooks/3").exists());
        }
    }

    #[test]
    fn a_program_gets_no_settings_that_it_would_refuse_since_others_could_have_written_them() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(
            dir.path(),
            std::os::unix::fs::PermissionsExt::from_mode(0o777),
        )
        .unwrap();
        assert_eq!(injected(dir.path(), "gemini", &["gemini"]).env, []);
        assert_ne!(injected(dir.path(), "opencode", &["opencode"]).env, []);
    }
}
