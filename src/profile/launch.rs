//! From a launch to program and arguments.

use super::{Profile, Prompt};
use crate::model::{Launch, SessionId};

/// Where programs are found on the server's machine.
#[derive(Clone, Copy, Debug)]
pub struct Programs<'p> {
    /// This very program.
    pub own: &'p str,
    /// The user's shell.
    pub shell: &'p str,
}

/// What a launch starts: program and arguments. A profile that nobody wrote is called by its name.
/// `session` is the id that a new session gets, where the profile hands one over.
pub fn command(
    launch: &Launch,
    profile: &Profile,
    programs: Programs<'_>,
    session: Option<&SessionId>,
) -> Vec<String> {
    let mut command = usual(launch, profile, programs);
    if let Some(known) = resumes(launch, profile) {
        return resumed(profile, &command, known);
    }
    if let Some(id) = session.filter(|_| takes_session(launch, profile)) {
        let words = profile.session.iter();
        command.extend(words.map(|word| word.replace("{uuid}", id.as_str())));
    }
    if launch.text.is_empty() {
        return command;
    }
    match &profile.prompt {
        Prompt::None | Prompt::Typed => {}
        Prompt::Argument => command.push(launch.text.clone()),
        Prompt::Flag(flag) => command.extend([flag.clone(), launch.text.clone()]),
    }
    command
}

/// The session that a launch goes on with, where its profile says how.
pub fn resumes<'l>(launch: &'l Launch, profile: &Profile) -> Option<&'l SessionId> {
    launch
        .resume
        .as_ref()
        .filter(|_| !profile.resume.is_empty())
}

/// Whether a launch starts a session whose id we choose. A command that chooses one itself is left alone.
pub fn takes_session(launch: &Launch, profile: &Profile) -> bool {
    let flags = profile.session.iter().chain(&profile.resume);
    let mut flags = flags.filter(|word| word.starts_with('-'));
    !profile.session.is_empty()
        && resumes(launch, profile).is_none()
        && !flags.any(|flag| launch.command.contains(flag))
}

fn resumed(profile: &Profile, command: &[String], session: &SessionId) -> Vec<String> {
    let words = profile.resume.iter().flat_map(|word| match word.as_str() {
        "{command}" => command.to_vec(),
        word => vec![word.replace("{session}", session.as_str())],
    });
    words.collect()
}

/// The program and its arguments, without text and session.
fn usual(launch: &Launch, profile: &Profile, programs: Programs<'_>) -> Vec<String> {
    match (
        &launch.command[..],
        &profile.command[..],
        launch.profile.as_str(),
    ) {
        (_, [], "rehearsal") => rehearsal(launch, programs.own),
        ([], [], "" | "generic" | "shell") => vec![programs.shell.to_owned()],
        ([], [], name) => vec![name.to_owned()],
        ([], usual, _) => usual.to_vec(),
        (own, _, _) => own.to_vec(),
    }
}

/// A rehearsal plays the part that its command names, else that of its role.
fn rehearsal(launch: &Launch, own: &str) -> Vec<String> {
    let play = Launch::play(&launch.command);
    let role = launch.role.iter().map(ToString::to_string);
    let part = role.filter(|_| play.is_empty());
    let own = [own.to_owned(), "rehearsal".to_owned()].into_iter();
    own.chain(part).chain(play.iter().cloned()).collect()
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
            command(&launch("claude", &[], "the brief"), &claude, PROGRAMS, None),
            ["claude", "--permission-mode", "manual", "the brief"]
        );
        let gemini = profile(&["gemini"], Prompt::Flag("-i".into()));
        let own = launch("gemini", &["gemini", "--yolo"], "the brief");
        assert_eq!(
            command(&own, &gemini, PROGRAMS, None),
            ["gemini", "--yolo", "-i", "the brief"]
        );
        let goose = profile(&["goose", "session"], Prompt::None);
        assert_eq!(
            command(&launch("goose", &[], "the brief"), &goose, PROGRAMS, None),
            ["goose", "session"]
        );
        assert_eq!(
            command(&launch("claude", &[], ""), &claude, PROGRAMS, None)
                .last()
                .unwrap(),
            "manual"
        );
    }

    #[test]
    fn a_command_of_ones_own_is_left_as_it_is() {
        let none = Profile::default();
        let make = launch("generic", &["make", "watch"], "text");
        assert_eq!(command(&make, &none, PROGRAMS, None), ["make", "watch"]);
        let shell = launch("shell", &[], "");
        assert_eq!(command(&shell, &none, PROGRAMS, None), ["/bin/zsh"]);
        let mine = launch("mine", &[], "");
        assert_eq!(command(&mine, &none, PROGRAMS, None), ["mine"]);
    }

    #[test]
    fn a_rehearsal_is_this_very_program_in_the_part_of_its_role() {
        let mut one = launch("rehearsal", &[], "");
        one.role = Some("builder".into());
        let none = Profile::default();
        assert_eq!(
            command(&one, &none, PROGRAMS, None),
            ["/bin/opsroom", "rehearsal", "builder"]
        );
        one.command = vec!["planner".into()];
        assert_eq!(
            command(&one, &none, PROGRAMS, None),
            ["/bin/opsroom", "rehearsal", "planner"]
        );
        // a command that names the program too plays that part, by this very program
        for named in [
            &["opsroom", "rehearsal", "planner", "--speed", "2"][..],
            &["/usr/bin/opsroom", "rehearsal", "planner", "--speed", "2"],
            &["rehearsal", "planner", "--speed", "2"],
        ] {
            one.command = named.iter().map(ToString::to_string).collect();
            assert_eq!(
                command(&one, &none, PROGRAMS, None),
                ["/bin/opsroom", "rehearsal", "planner", "--speed", "2"]
            );
        }
        one.command = vec!["opsroom".into(), "rehearsal".into()];
        assert_eq!(
            command(&one, &none, PROGRAMS, None),
            ["/bin/opsroom", "rehearsal", "builder"]
        );
    }

    #[test]
    fn a_new_session_gets_the_id_that_was_chosen_and_a_known_one_goes_on() {
        let strings = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        let claude = Profile {
            session: strings(&["--session-id", "{uuid}"]),
            resume: strings(&["{command}", "--resume", "{session}"]),
            ..profile(&["claude"], Prompt::Argument)
        };
        let id = SessionId::new("0b-1").unwrap();
        let mut one = launch("claude", &["claude", "--model", "x"], "the brief");
        assert_eq!(
            command(&one, &claude, PROGRAMS, Some(&id)),
            [
                "claude",
                "--model",
                "x",
                "--session-id",
                "0b-1",
                "the brief"
            ]
        );
        one.resume = Some(id.clone());
        assert_eq!(
            command(&one, &claude, PROGRAMS, None),
            ["claude", "--model", "x", "--resume", "0b-1"]
        );
        assert!(!takes_session(&one, &claude));
        let forgetful = profile(&["claude"], Prompt::Argument);
        assert_eq!(
            command(&one, &forgetful, PROGRAMS, None).last().unwrap(),
            "the brief",
            "without a way to go on it starts anew"
        );
        let own = launch("claude", &["claude", "--resume", "mine"], "");
        assert_eq!(command(&own, &claude, PROGRAMS, Some(&id)).len(), 3);
    }
}
