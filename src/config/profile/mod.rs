//! An agent profile's TOML: `profiles/<name>.toml`. Knows no particular program.

mod screen;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Parsed;
use super::reader::{Reader, Table};
use super::theme::stem;
use crate::profile::{BUILTIN, Hooks, Profile, Profiles, Prompt};

/// Reads a profile. It is named by the file.
pub fn parse(path: &str, text: &str) -> Parsed<Profile> {
    let mut reader = Reader::new(path, text);
    let mut root = reader.document();
    let about = root.text("about", &mut reader);
    let command = root.texts("command", &mut reader);
    let prompt = read_prompt(&mut root, &mut reader);
    let hooks = read_hooks(&mut root, &mut reader);
    let screen = screen::read(&mut root, &mut reader);
    root.end(&mut reader);
    let words = command.map(|words| words.value).unwrap_or_default();
    reader.finish(|| Profile {
        name: stem(path).to_owned(),
        about: about.map(|about| about.value).unwrap_or_default(),
        command: words.into_iter().map(|word| word.value).collect(),
        prompt,
        hooks,
        screen,
        ..Profile::default()
    })
}

/// `none`, `argument`, or a flag.
fn read_prompt(root: &mut Table, reader: &mut Reader) -> Prompt {
    let Some(written) = root.text("prompt", reader) else {
        return Prompt::None;
    };
    match written.value.as_str() {
        "none" => Prompt::None,
        "argument" => Prompt::Argument,
        flag if flag.starts_with('-') => Prompt::Flag(flag.to_owned()),
        other => {
            let what = format!("`prompt` cannot be `{other}`");
            let hint = "write \"none\", \"argument\", or a flag such as \"-i\"";
            reader.error(&written.span, what, hint);
            Prompt::None
        }
    }
}

/// The program whose way of taking hooks it has.
fn read_hooks(root: &mut Table, reader: &mut Reader) -> Hooks {
    let Some(written) = root.text("hooks", reader) else {
        return Hooks::None;
    };
    let hooks = Hooks::named(&written.value);
    if hooks == Hooks::None {
        let what = format!("`hooks` cannot be `{}`", written.value);
        let hint = "write \"claude\", \"codex\", \"gemini\" or \"copilot\", or leave it out";
        reader.error(&written.span, what, hint);
    }
    hooks
}

/// The profiles that come with the program.
pub fn builtin() -> Profiles {
    let all = BUILTIN.iter().filter_map(|one| {
        let profile = parse(one.name, one.text).value?;
        Some((one.name.to_owned(), Arc::new(profile)))
    });
    Profiles(all.collect::<BTreeMap<_, _>>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_built_in_profile_is_whole() {
        for one in BUILTIN {
            let parsed = parse(one.name, one.text);
            assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
            let profile = parsed.value.unwrap();
            assert!(!profile.about.is_empty(), "{} says what it is", one.name);
            if let Some(program) = profile.command.first() {
                assert_eq!(program, one.name, "{} starts itself", one.name);
            }
        }
    }

    #[test]
    fn a_profile_that_nobody_wrote_is_that_of_any_command() {
        let all = builtin();
        assert_eq!(all.named("claude").prompt, Prompt::Argument);
        assert_eq!(all.named("mine").about, all.named("generic").about);
    }

    #[test]
    fn a_command_is_known_by_the_program_it_starts() {
        let all = builtin();
        let starting = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            all.starting(&words).map(str::to_owned)
        };
        assert_eq!(
            starting("/usr/bin/claude --model x").as_deref(),
            Some("claude")
        );
        assert_eq!(starting("make claude"), None);
        assert_eq!(all.starting(&[]), None);
    }

    #[test]
    fn a_prompt_that_is_no_way_to_hand_a_text_is_an_error_with_its_place() {
        let parsed = parse(
            "profiles/mine.toml",
            "command = [\"mine\"]\nprompt = \"i\"\n",
        );
        assert!(parsed.value.is_none());
        assert_eq!(
            (parsed.diagnostics[0].line, parsed.diagnostics[0].column),
            (2, 10)
        );
    }
}
