//! THE TONGUES: how each agent program is started, and handed its first text. Pure: starts nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::Launch;

/// The profiles that come with the program.
const BUILTIN: &str = include_str!("builtin.toml");

/// How one agent program is started.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    command: Vec<String>,
    prompt: String,
}

/// Where programs are found on the server's machine.
#[derive(Clone, Copy, Debug)]
pub struct Programs<'p> {
    /// This very program.
    pub own: &'p str,
    /// The user's shell.
    pub shell: &'p str,
}

/// What a launch starts: program and arguments. A profile that is not built in is called by its name.
pub fn command(launch: &Launch, programs: Programs<'_>) -> Vec<String> {
    match launch.profile.as_str() {
        "rehearsal" => rehearsal(launch, programs.own),
        "" | "generic" | "shell" if launch.command.is_empty() => vec![programs.shell.to_owned()],
        "" | "generic" | "shell" => launch.command.clone(),
        named => agent(launch, named),
    }
}

/// A rehearsal plays the part that its command names, else that of its role.
fn rehearsal(launch: &Launch, own: &str) -> Vec<String> {
    let role = launch.role.iter().map(ToString::to_string);
    let part = role.filter(|_| launch.command.is_empty());
    let own = [own.to_owned(), "rehearsal".to_owned()].into_iter();
    own.chain(part)
        .chain(launch.command.iter().cloned())
        .collect()
}

fn agent(launch: &Launch, name: &str) -> Vec<String> {
    let profile = builtin(name);
    let usual = profile
        .as_ref()
        .map_or_else(|| vec![name.to_owned()], |profile| profile.command.clone());
    let mut command = if launch.command.is_empty() {
        usual
    } else {
        launch.command.clone()
    };
    if launch.text.is_empty() {
        return command;
    }
    match profile
        .as_ref()
        .map_or("none", |profile| profile.prompt.as_str())
    {
        "none" => {}
        "argument" => command.push(launch.text.clone()),
        flag => command.extend([flag.to_owned(), launch.text.clone()]),
    }
    command
}

fn builtin(name: &str) -> Option<Profile> {
    let all: BTreeMap<String, Profile> = toml::from_str(BUILTIN).unwrap_or_default();
    all.get(name).cloned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    const PROGRAMS: Programs<'_> = Programs {
        own: "/bin/opsroom",
        shell: "/bin/zsh",
    };

    fn launch(profile: &str, command: &[&str], text: &str) -> Launch {
        Launch {
            profile: profile.into(),
            command: command.iter().map(ToString::to_string).collect(),
            text: text.into(),
            ..Launch::default()
        }
    }

    #[test]
    fn every_built_in_profile_is_whole() {
        let all: BTreeMap<String, Profile> = toml::from_str(BUILTIN).unwrap();
        for (name, profile) in &all {
            assert_eq!(profile.command.first(), Some(name), "{name} starts itself");
        }
        assert!(all.contains_key("claude") && all.contains_key("codex"));
    }

    #[test]
    fn an_agent_program_is_handed_its_text_as_it_takes_it() {
        let claude = command(&launch("claude", &[], "the brief"), PROGRAMS);
        assert_eq!(
            claude,
            ["claude", "--permission-mode", "manual", "the brief"]
        );
        let own = command(
            &launch("gemini", &["gemini", "--yolo"], "the brief"),
            PROGRAMS,
        );
        assert_eq!(own, ["gemini", "--yolo", "-i", "the brief"]);
        assert_eq!(
            command(&launch("goose", &[], "the brief"), PROGRAMS),
            ["goose", "session"]
        );
        assert_eq!(
            command(&launch("codex", &[], ""), PROGRAMS).last().unwrap(),
            "on-request"
        );
    }

    #[test]
    fn a_command_of_ones_own_is_left_as_it_is() {
        assert_eq!(
            command(&launch("generic", &["make", "watch"], "text"), PROGRAMS),
            ["make", "watch"]
        );
        assert_eq!(command(&launch("shell", &[], ""), PROGRAMS), ["/bin/zsh"]);
        assert_eq!(command(&launch("mine", &[], ""), PROGRAMS), ["mine"]);
    }

    #[test]
    fn a_rehearsal_is_this_very_program_in_the_part_of_its_role() {
        let mut one = launch("rehearsal", &[], "");
        one.role = Some("builder".into());
        assert_eq!(
            command(&one, PROGRAMS),
            ["/bin/opsroom", "rehearsal", "builder"]
        );
        one.command = vec!["planner".into()];
        assert_eq!(
            command(&one, PROGRAMS),
            ["/bin/opsroom", "rehearsal", "planner"]
        );
    }
}
