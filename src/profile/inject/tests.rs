#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

const AROUND: Around<'_> = Around {
    own: "/opt/ops room/opsroom",
    folder: "/r/.opsroom/hooks/3",
};

fn profile(hooks: Hooks, program: &str) -> Profile {
    Profile {
        name: program.into(),
        command: vec![program.into(), "--usual".into()],
        hooks,
        ..Profile::default()
    }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn claude_is_handed_a_settings_file_with_our_hooks_and_status_line_and_nothing_else() {
    let added = additions(&profile(Hooks::Claude, "claude"), &words("claude"), AROUND);
    assert_eq!(
        added.arguments,
        ["--settings", "/r/.opsroom/hooks/3/settings.json"]
    );
    let settings: Value = serde_json::from_str(&added.files[0].1).unwrap();
    assert_eq!(
        settings.as_object().unwrap().len(),
        2,
        "hooks and status line"
    );
    assert_eq!(
        settings["statusLine"]["command"],
        "'/opt/ops room/opsroom' hook claude StatusLine"
    );
    let asks = &settings["hooks"]["PermissionRequest"][0]["hooks"][0];
    assert_eq!(
        asks["command"],
        "'/opt/ops room/opsroom' hook claude PermissionRequest"
    );
    assert_eq!(asks["timeout"], 86_400);
    assert_eq!(settings["hooks"]["Stop"][0]["hooks"][0]["timeout"], 10);
}

#[test]
fn a_command_with_settings_of_its_own_keeps_them() {
    for own in [
        "claude --settings mine.json",
        "claude --settings=mine.json -c",
    ] {
        let added = additions(&profile(Hooks::Claude, "claude"), &words(own), AROUND);
        assert_eq!(added, Additions::default());
    }
}

#[test]
fn arguments_stand_behind_the_program_wherever_it_stands() {
    let claude = profile(Hooks::Claude, "claude");
    let added = words("--settings f");
    let with =
        |line: &str| with_arguments(&words(line), &claude, &added).map(|words| words.join(" "));
    assert_eq!(
        with("claude --model x text").unwrap(),
        "claude --settings f --model x text"
    );
    assert_eq!(
        with("nice -n 5 /usr/bin/claude -c").unwrap(),
        "nice -n 5 /usr/bin/claude --settings f -c"
    );
    assert_eq!(
        with("env HOME=/x/claude claude -c").unwrap(),
        "env HOME=/x/claude claude --settings f -c"
    );
    assert_eq!(with("sh -c wrapper"), None);
    let nothing = with_arguments(&words("sh -c wrapper"), &claude, &[]);
    assert_eq!(nothing.unwrap(), words("sh -c wrapper"));
}

#[test]
fn codex_trusts_exactly_the_hooks_it_is_handed() {
    assert_eq!(
        codex_digest("session_start", "/opt/opsroom hook codex SessionStart", 10),
        "d225b5916a4829007d285deebe2d71bc1b7067b4527d050cb5052f47f53bbdd7"
    );
    let added = additions(&profile(Hooks::Codex, "codex"), &words("codex"), AROUND);
    assert_eq!(added.files, []);
    let asks = "hooks.PermissionRequest=[{hooks=[{type=\"command\",command=\"'/opt/ops room/opsroom' hook codex PermissionRequest\",timeout=86400}]}]";
    assert!(
        added.arguments.iter().any(|word| word == asks),
        "{:?}",
        added.arguments
    );
    let trust = added.arguments.last().unwrap();
    assert_eq!(trust.matches("trusted_hash").count(), CODEX.len());
}

#[test]
fn copilot_and_gemini_are_handed_files_of_their_own() {
    let added = additions(
        &profile(Hooks::Copilot, "copilot"),
        &words("copilot"),
        AROUND,
    );
    assert_eq!(added.arguments, ["--plugin-dir", "/r/.opsroom/hooks/3"]);
    assert_eq!(added.files.len(), 2);
    let added = additions(&profile(Hooks::Gemini, "gemini"), &words("gemini"), AROUND);
    assert_eq!(
        added.env,
        [(
            GEMINI_SETTINGS,
            "/r/.opsroom/hooks/3/settings.json".to_owned()
        )]
    );
    assert_eq!(added.arguments, [] as [String; 0]);
}

#[test]
fn opencode_is_handed_a_plugin_beside_the_users_settings() {
    let added = additions(
        &profile(Hooks::Opencode, "opencode"),
        &words("opencode"),
        AROUND,
    );
    assert_eq!(added.arguments, [] as [String; 0]);
    let settings = r#"{"plugin":["/r/.opsroom/hooks/3/opsroom.js"]}"#;
    assert_eq!(added.env, [(OPENCODE_SETTINGS, settings.to_owned())]);
    let (name, text) = &added.files[0];
    assert_eq!(*name, "opsroom.js");
    assert!(text.starts_with("const program = \"/opt/ops room/opsroom\";\n"));
}

#[test]
fn what_takes_no_hooks_gets_nothing() {
    let added = additions(&profile(Hooks::None, "make"), &words("make"), AROUND);
    assert_eq!(added, Additions::default());
}
