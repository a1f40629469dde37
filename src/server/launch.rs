//! From a launch to what the keeper starts: command, folder, environment, and the assignment's file.
//!
//! The operator's own terminal must not reach an agent: it would be spoken to as if it stood there.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use crate::door::{RoomPaths, own_program};
use crate::model::{AgentId, Launch, SessionId};
use crate::profile::{self, Profile, Programs};
use crate::wire::agent::{
    ENV_AGENT, ENV_ASSIGNMENT, ENV_BRIEF, ENV_PROGRAM, ENV_ROOM, ENV_SOCKET, ENV_TOKEN,
};
use crate::wire::keeper;

use super::inject;
use super::pane::SMALLEST;

/// Variables that tell of the operator's terminal, by their whole name.
const TERMINAL: [&str; 9] = [
    "TERM",
    "COLORTERM",
    "COLORFGBG",
    "VTE_VERSION",
    "WT_SESSION",
    "STY",
    "WINDOW",
    "LINES",
    "COLUMNS",
];

/// The same, by how their names begin.
const TERMINALS: [&str; 9] = [
    "TERM_PROGRAM",
    "TERM_SESSION",
    "TMUX",
    "KITTY_",
    "ZELLIJ",
    "WEZTERM_",
    "GHOSTTY_",
    "ITERM_",
    "OPSROOM_",
];

/// Everything that a launch needs besides itself.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The room.
    pub paths: RoomPaths,
    /// What the agent proves itself with.
    pub token: String,
    /// How it is spoken to.
    pub profile: Arc<Profile>,
    /// What its new session is called, where we choose that.
    pub session: Option<SessionId>,
    /// What stands in front of its command: its role's runner; may be empty.
    pub runner: Vec<String>,
}

/// What a start needs in descriptors here: a terminal, a recording, and files that are read on the way.
const DESCRIPTORS: usize = 8;

/// Whether this process can open what a start needs: a terminal that comes with a message and finds no room is lost, and the
/// keeper's line with it.
fn has_descriptors() -> anyhow::Result<()> {
    let open =
        || -> io::Result<Vec<File>> { (0..DESCRIPTORS).map(|_| File::open("/dev/null")).collect() };
    open().map(drop).context(
        "the server has no open files left for another agent; stop one, or start the server with more (`ulimit -n 4096`)",
    )
}

/// The order to the keeper. Writes the assignment's file where there is a text.
///
/// # Errors
/// A sentence, where the text cannot be written, this program not be found, or no descriptor is left.
pub fn order(
    agent: AgentId,
    launch: &Launch,
    around: &Surroundings,
) -> anyhow::Result<keeper::Launch> {
    has_descriptors()?;
    let program = own_program()?;
    let assignment = assignment(agent, launch, &around.paths)?;
    let own = own_variables(agent, launch, around, &program, assignment.as_deref());
    let command = command(launch, around, &program);
    let injected = inject::hooks_into(command, agent, &around.profile, &around.paths, &program)?;
    // Each name once: our hooks' value goes before the user's, the profile's and ours before both.
    let env: BTreeMap<String, String> = theirs(env::vars_os())
        .chain(injected.env)
        .chain(around.profile.env.clone())
        .chain(own)
        .collect();
    Ok(keeper::Launch {
        agent: keeper::AgentNo(agent.0),
        command: around
            .runner
            .iter()
            .cloned()
            .chain(injected.command)
            .collect(),
        cwd: folder(launch, &around.paths),
        env: env.into_iter().collect(),
        cols: SMALLEST.cols,
        rows: SMALLEST.rows,
    })
}

/// What is started.
fn command(launch: &Launch, around: &Surroundings, program: &Path) -> Vec<String> {
    let shell = env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_owned());
    let own = program.display().to_string();
    profile::command(
        launch,
        &around.profile,
        Programs {
            own: &own,
            shell: &shell,
        },
        around.session.as_ref(),
    )
}

fn folder(launch: &Launch, paths: &RoomPaths) -> PathBuf {
    // An absolute path replaces the room's folder.
    paths.folder.join(&launch.cwd)
}

/// The user's variables without those of their terminal. One that is not UTF-8 is left out.
pub(super) fn theirs(
    all: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
) -> impl Iterator<Item = (String, String)> {
    let texts =
        all.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| !is_of_terminal(name))
}

fn is_of_terminal(name: &str) -> bool {
    TERMINAL.contains(&name) || TERMINALS.iter().any(|start| name.starts_with(start))
}

/// Whether an agent that has this variable was told of somebody's terminal: those that we set ourselves do not count.
pub fn tells_of_the_terminal(name: &str) -> bool {
    is_of_terminal(name) && !matches!(name, "TERM" | "COLORTERM") && !name.starts_with("OPSROOM_")
}

fn own_variables(
    agent: AgentId,
    launch: &Launch,
    around: &Surroundings,
    program: &Path,
    assignment: Option<&Path>,
) -> Vec<(String, String)> {
    let text = |path: &Path| path.display().to_string();
    let mut own = vec![
        ("TERM", "xterm-256color".to_owned()),
        ("COLORTERM", "truecolor".to_owned()),
        (ENV_SOCKET, text(&around.paths.agent_socket())),
        (ENV_AGENT, agent.0.to_string()),
        (ENV_TOKEN, around.token.clone()),
        (ENV_ROOM, text(&around.paths.folder)),
        (ENV_PROGRAM, text(program)),
    ];
    if let Some(path) = path_with(env::var_os("PATH"), program) {
        own.push(("PATH", path));
    }
    if let Some(brief) = &launch.brief {
        own.push((ENV_BRIEF, brief.as_str().to_owned()));
    }
    if let Some(file) = assignment {
        own.push((ENV_ASSIGNMENT, text(file)));
    }
    own.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The search path with this program's folder behind everything else, where `opsroom` is not found on it:
/// an assignment says `opsroom done`. None where it is found already, or the path is no text.
fn path_with(path: Option<std::ffi::OsString>, program: &Path) -> Option<String> {
    let name = program.file_name()?;
    let path = path.unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    if folders.iter().any(|folder| folder.join(name).is_file()) {
        return None;
    }
    folders.push(program.parent()?.to_path_buf());
    env::join_paths(folders).ok()?.into_string().ok()
}

/// Writes the text that the agent is handed, for agents that read it from a file.
fn assignment(
    agent: AgentId,
    launch: &Launch,
    paths: &RoomPaths,
) -> anyhow::Result<Option<PathBuf>> {
    if launch.text.is_empty() {
        return Ok(None);
    }
    let folder = paths.inside("assignments");
    let file = folder.join(format!("{}.md", agent.0));
    let write = || -> std::io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let mut options = fs::OpenOptions::new();
        let mut opened = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&file)?;
        opened.write_all(launch.text.as_bytes())
    };
    write().with_context(|| format!("cannot write the assignment {}", file.display()))?;
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_operators_terminal_does_not_reach_an_agent() {
        let given = [
            ("HOME", "/home/x"),
            ("TERM", "screen"),
            ("TERM_PROGRAM", "ghostty"),
            ("TMUX_PANE", "%1"),
            ("KITTY_WINDOW_ID", "2"),
            ("OPSROOM_TOKEN", "of another room"),
            ("EDITOR", "vi"),
        ];
        let given = given
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let names: Vec<String> = theirs(given).map(|(name, _)| name).collect();
        assert_eq!(names, ["HOME", "EDITOR"]);
    }

    #[test]
    fn an_agent_finds_this_program_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("opsroom");
        fs::write(&program, "").unwrap();
        let here = dir.path().display().to_string();
        assert_eq!(
            path_with(Some("/bin".into()), &program),
            Some(format!("/bin:{here}"))
        );
        assert_eq!(
            path_with(Some(format!("/bin:{here}").into()), &program),
            None
        );
    }

    #[test]
    fn a_text_is_handed_over_as_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let paths = RoomPaths {
            folder: dir.path().into(),
            runtime: dir.path().join("run"),
        };
        let launch = Launch {
            text: "do it".into(),
            ..Launch::default()
        };
        let around = Surroundings {
            paths,
            token: "t".into(),
            profile: Arc::default(),
            session: None,
            runner: vec!["nice".to_owned()],
        };
        let order = order(AgentId(7), &launch, &around).unwrap();
        let file = order
            .env
            .iter()
            .find(|(name, _)| name == ENV_ASSIGNMENT)
            .unwrap();
        assert_eq!(fs::read_to_string(&file.1).unwrap(), "do it");
        assert_eq!(order.command[0], "nice", "its role's runner comes first");
    }
}
