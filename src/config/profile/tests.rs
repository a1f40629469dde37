#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::profile::{Keys, Paste};

fn read(text: &str) -> Parsed<Profile> {
    parse("profiles/mine.toml", text)
}

/// Line, column, sentence and hint of everything that was found.
fn found(text: &str) -> Vec<(u32, u32, String, String)> {
    let parsed = read(text);
    assert!(parsed.value.is_none(), "it is used: {text}");
    let found = parsed.diagnostics.into_iter();
    found
        .map(|one| (one.line, one.column, one.what, one.hint))
        .collect()
}

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
fn a_profile_says_everything_about_its_program() {
    let profile = read(
        r#"
about = "my agent"
command = ["mine", "--ask"]
prompt = "typed"
session = ["--session", "{uuid}"]
resume = ["{command}", "--resume={session}"]
version = ["version"]
hooks = "claude"
env = { MINE_COLOUR = "never" }
[keys]
reject_key = "n"
interrupt = ["\u001b", "\u001b"]
clear_input = "\u0015"
submit = { delay_ms = 80 }
paste = "plain"
"#,
    )
    .value
    .unwrap();
    assert_eq!(profile.name, "mine");
    assert_eq!(profile.command, ["mine", "--ask"]);
    assert_eq!(profile.prompt, Prompt::Typed);
    assert_eq!(profile.version, ["version"]);
    assert_eq!(profile.hooks, Hooks::Claude);
    assert_eq!(profile.env["MINE_COLOUR"], "never");
    let keys = &profile.keys;
    assert_eq!(keys.reject_key, "n");
    assert_eq!(keys.interrupt, ["\u{1b}", "\u{1b}"]);
    assert_eq!(keys.clear_input.as_deref(), Some("\u{15}"));
    assert_eq!(
        (keys.submit.key.as_str(), keys.submit.delay.as_millis()),
        ("\r", 80)
    );
    assert_eq!(keys.paste, Paste::Plain);
    assert_eq!(read("about = \"x\"\n").value.unwrap().keys, Keys::default());
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_to_do() {
    let one = |text: &str| {
        let mut found = found(text);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    };
    let (line, column, what, hint) = one("comand = [\"mine\"]\n");
    assert_eq!((line, column), (1, 1));
    assert_eq!(what, "unknown key `comand`");
    assert!(hint.contains("`command`"), "{hint}");
    let (_, _, _, hint) = one("zzzzzzzz = 1\n");
    assert!(hint.contains("`prompt`"), "{hint}");
    let (line, column, _, _) = one("command = [\"mine\"]\nprompt = \"i\"\n");
    assert_eq!((line, column), (2, 10));
    let (line, column, what, hint) = one("hooks = \"cloude\"\n");
    assert_eq!((line, column), (1, 9));
    assert!(
        what.contains("`cloude`") && hint.contains("`claude`"),
        "{what}: {hint}"
    );
    let (_, column, _, hint) = one("resume = [\"mine\", \"--resume\"]\n");
    assert_eq!(column, 10);
    assert!(hint.contains("{session}"), "{hint}");
    let (line, column, _, hint) = one("[keys]\ninterupt = \"x\"\n");
    assert_eq!((line, column), (2, 1));
    assert!(hint.contains("`interrupt`"), "{hint}");
    let (line, column, _, _) = one(
        "[keys]\ninterrupt = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\"]\n",
    );
    assert_eq!((line, column), (2, 13));
    let (line, column, what, _) = one("[env]\nOPSROOM_AGENT = \"1\"\n");
    assert_eq!((line, column), (2, 1));
    assert!(what.contains("the room's own"), "{what}");
    let (_, _, what, hint) = one("extends = \"cloude\"\n");
    assert!(
        what.contains("no profile `cloude`") && hint.contains("`claude`"),
        "{what}: {hint}"
    );
}

#[test]
fn what_extends_another_changes_what_it_names_and_nothing_else() {
    let claude = builtin().named("claude");
    let mine = read(
        "extends = \"claude\"\nabout = \"with care\"\nenv = { A = \"1\" }\n[keys]\npaste = \"plain\"\n",
    );
    let mine = mine.value.unwrap();
    let mut wanted = Profile::clone(&claude);
    wanted.name = "mine".into();
    wanted.about = "with care".into();
    wanted.env.insert("A".into(), "1".into());
    wanted.keys.paste = Paste::Plain;
    assert_eq!(mine, wanted);
    let whole = read("command = [\"claude\"]\n").value.unwrap();
    assert!(whole.session.is_empty() && whole.about.is_empty());
}

fn layer(origin: Origin, files: &[(&str, &str)]) -> Layer {
    let files = files.iter().map(|(name, text)| Named {
        name: (*name).to_owned(),
        path: format!("profiles/{name}.toml"),
        text: Some((*text).to_owned()),
    });
    Layer {
        origin,
        files: files.collect(),
    }
}

#[test]
fn the_room_goes_before_the_person_and_the_person_before_the_program() {
    let person = layer(
        Origin::Person,
        &[
            (
                "claude",
                "extends = \"claude\"\nabout = \"hers\"\nenv = { HERS = \"1\" }\n",
            ),
            ("careful", "extends = \"claude\"\nprompt = \"none\"\n"),
        ],
    );
    let room = layer(
        Origin::Room,
        &[("claude", "extends = \"claude\"\nabout = \"the room's\"\n")],
    );
    let all = shelve(&[person, room], &Profiles::default());
    assert_eq!(all.diagnostics, []);
    let claude = all.profiles.named("claude");
    assert_eq!(claude.about, "the room's");
    assert_eq!(claude.origin, Origin::Room);
    assert_eq!(claude.env["HERS"], "1", "it lies over hers");
    let careful = all.profiles.named("careful");
    assert_eq!(careful.about, "hers", "beside it lies her claude");
    assert_eq!(careful.origin, Origin::Person);
    assert_eq!(all.profiles.named("codex").origin, Origin::BuiltIn);
}

#[test]
fn a_broken_file_keeps_what_was_in_force_and_is_told() {
    let good = shelve(
        &[layer(
            Origin::Room,
            &[
                ("mine", "about = \"first\"\n"),
                ("claude", "about = \"ours\"\n"),
            ],
        )],
        &Profiles::default(),
    );
    let broken = layer(
        Origin::Room,
        &[("mine", "about = 3\n"), ("claude", "about = \"newer\"\n")],
    );
    let after = shelve(std::slice::from_ref(&broken), &good.profiles);
    assert_eq!(after.profiles.named("mine").about, "first");
    assert_eq!(
        after.profiles.named("claude").about,
        "newer",
        "the others are not held up"
    );
    assert_eq!(after.diagnostics.len(), 1);
    assert_eq!(after.diagnostics[0].path, "profiles/mine.toml");
    let never = shelve(&[broken], &Profiles::default());
    assert!(!never.profiles.0.contains_key("mine"));
    let removed = shelve(&[], &after.profiles);
    assert_eq!(
        removed.profiles,
        builtin(),
        "a file that is gone says nothing any more"
    );
}

#[test]
fn profiles_that_extend_each_other_are_told_and_not_followed_for_ever() {
    let circle = layer(
        Origin::Room,
        &[
            ("a", "extends = \"b\"\n"),
            ("b", "extends = \"a\"\n"),
            ("c", "extends = \"c\"\n"),
        ],
    );
    let all = shelve(&[circle], &Profiles::default());
    let said: Vec<String> = all.diagnostics.iter().map(|one| one.what.clone()).collect();
    assert!(
        said.iter().any(|what| what.contains("a → b → a")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|what| what.contains("no profile `c`")),
        "{said:?}"
    );
    assert_eq!(all.profiles, builtin());
}

#[test]
fn a_profile_that_is_shown_reads_as_the_same_profile() {
    for (name, profile) in builtin().0 {
        let shown = toml(&profile);
        let again = parse(&name, &shown);
        assert!(again.is_clean(), "{shown}\n{:?}", again.diagnostics);
        let mut again = again.value.unwrap();
        again.screen.clone_from(&profile.screen);
        assert_eq!(&again, profile.as_ref(), "{shown}");
    }
    let mine = read("about = \"a\\u202e \\\\ \\\"b\\\"\\n\"\n")
        .value
        .unwrap();
    let shown = toml(&mine);
    assert!(!shown.contains('\u{202e}'), "{shown}");
    assert_eq!(read(&shown).value.unwrap(), mine);
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
