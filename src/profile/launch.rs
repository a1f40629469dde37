//! From a launch to program and arguments.

use super::{Profile, Prompt};
use crate::model::Launch;

/// Where programs are found on the server's machine.
#[derive(Clone, Copy, Debug)]
pub struct Programs<'p> {
    /// This very program.
    pub own: &'p str,
    /// The user's shell.
    pub shell: &'p str,
}

/// What a launch starts: program and arguments. A profile that nobody wrote is called by its name.
pub fn command(launch: &Launch, profile: &Profile, programs: Programs<'_>) -> Vec<String> {
    match launch.profile.as_str() {
        "rehearsal" => rehearsal(launch, programs.own),
        "" | "generic" | "shell" if launch.command.is_empty() => vec![programs.shell.to_owned()],
        "" | "generic" | "shell" => launch.command.clone(),
        named => agent(launch, named, profile),
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

fn agent(launch: &Launch, name: &str, profile: &Profile) -> Vec<String> {
    let mut command = match (&launch.command[..], &profile.command[..]) {
        ([], []) => vec![name.to_owned()],
        ([], usual) => usual.to_vec(),
        (own, _) => own.to_vec(),
    };
    if launch.text.is_empty() {
        return command;
    }
    match &profile.prompt {
        Prompt::None => {}
        Prompt::Argument => command.push(launch.text.clone()),
        Prompt::Flag(flag) => command.extend([flag.clone(), launch.text.clone()]),
    }
    command
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

    fn profile(command: &[&str], prompt: Prompt) -> Profile {
        Profile {
            command: command.iter().map(ToString::to_string).collect(),
            prompt,
            ..Profile::default()
        }
    }

    #[test]
    fn an_agent_program_is_handed_its_text_as_it_takes_it() {
        let claude = profile(&["claude", "--permission-mode", "manual"], Prompt::Argument);
        assert_eq!(
            command(&launch("claude", &[], "the brief"), &claude, PROGRAMS),
            ["claude", "--permission-mode", "manual", "the brief"]
        );
        let gemini = profile(&["gemini"], Prompt::Flag("-i".into()));
        let own = launch("gemini", &["gemini", "--yolo"], "the brief");
        assert_eq!(
            command(&own, &gemini, PROGRAMS),
            ["gemini", "--yolo", "-i", "the brief"]
        );
        let goose = profile(&["goose", "session"], Prompt::None);
        assert_eq!(
            command(&launch("goose", &[], "the brief"), &goose, PROGRAMS),
            ["goose", "session"]
        );
        assert_eq!(
            command(&launch("claude", &[], ""), &claude, PROGRAMS)
                .last()
                .unwrap(),
            "manual"
        );
    }

    #[test]
    fn a_command_of_ones_own_is_left_as_it_is() {
        let none = Profile::default();
        let make = launch("generic", &["make", "watch"], "text");
        assert_eq!(command(&make, &none, PROGRAMS), ["make", "watch"]);
        let shell = launch("shell", &[], "");
        assert_eq!(command(&shell, &none, PROGRAMS), ["/bin/zsh"]);
        let mine = launch("mine", &[], "");
        assert_eq!(command(&mine, &none, PROGRAMS), ["mine"]);
    }

    #[test]
    fn a_rehearsal_is_this_very_program_in_the_part_of_its_role() {
        let mut one = launch("rehearsal", &[], "");
        one.role = Some("builder".into());
        let none = Profile::default();
        assert_eq!(
            command(&one, &none, PROGRAMS),
            ["/bin/opsroom", "rehearsal", "builder"]
        );
        one.command = vec!["planner".into()];
        assert_eq!(
            command(&one, &none, PROGRAMS),
            ["/bin/opsroom", "rehearsal", "planner"]
        );
    }
}
