//! What a launch gets on top so that our hooks run in it: files with their text, arguments, variables.
//! For that launch alone: nothing of the user's own settings is read or written. Pure; the server writes the files.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::hook::{CLAUDE, CODEX, COPILOT, GEMINI, Waits, status_line, waits};
use super::{Hooks, Profile};

/// How long a program waits for a decision, in seconds: a day. Then it asks by itself.
const DECISION_S: u32 = 86_400;
/// How long it waits for a hook that only tells something, in seconds.
const TELLING_S: u32 = 10;

/// Where things are, as texts in a command line.
#[derive(Clone, Copy, Debug)]
pub struct Around<'p> {
    /// This very program.
    pub own: &'p str,
    /// The folder of this agent's files.
    pub folder: &'p str,
}

/// What a launch gets on top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    /// Files in the agent's folder, by name.
    pub files: Vec<(&'static str, String)>,
    /// Arguments, behind the program's name.
    pub arguments: Vec<String>,
    /// Variables.
    pub env: Vec<(&'static str, String)>,
}

/// What this profile's programs get on top. Nothing where hooks cannot get in, or the command holds what
/// ours would replace.
pub fn additions(profile: &Profile, command: &[String], around: Around<'_>) -> Additions {
    let own_settings = |flag: &str| {
        let with_value = format!("{flag}=");
        command
            .iter()
            .any(|word| word == flag || word.starts_with(&with_value))
    };
    match profile.hooks {
        Hooks::Claude if own_settings("--settings") => Additions::default(),
        Hooks::Claude => claude(around),
        Hooks::Codex => codex(around),
        Hooks::Gemini => gemini(around),
        Hooks::Qwen => qwen(around),
        Hooks::Copilot => copilot(around),
        Hooks::Opencode => opencode(around),
        Hooks::None => Additions::default(),
    }
}

/// The command with arguments behind its program's name: that of the profile, wherever it stands (`nice claude`).
/// None where it is not called by that name: a wrapper may not take them.
pub fn with_arguments(
    command: &[String],
    profile: &Profile,
    arguments: &[String],
) -> Option<Vec<String>> {
    if arguments.is_empty() {
        return Some(command.to_vec());
    }
    let usual = profile
        .command
        .first()
        .map_or(profile.name.as_str(), |word| name_of(word));
    let at = command
        .iter()
        .position(|word| !word.contains('=') && name_of(word) == usual)?;
    let (before, behind) = command.split_at(at + 1);
    Some([before, arguments, behind].concat())
}

fn name_of(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn claude(around: Around<'_>) -> Additions {
    let hooks = CLAUDE.iter().map(|event| {
        let hook = hook(
            "command",
            around,
            "claude",
            event,
            seconds(Hooks::Claude, event),
        );
        ((*event).to_owned(), json!([{ "hooks": [hook] }]))
    });
    let status = line(around.own, "claude", status_line::EVENT);
    let settings = json!({
        "hooks": hooks.collect::<serde_json::Map<_, _>>(),
        "statusLine": { "type": "command", "command": status },
    });
    Additions {
        files: vec![("settings.json", settings.to_string())],
        arguments: vec![
            "--settings".to_owned(),
            format!("{}/settings.json", around.folder),
        ],
        env: Vec::new(),
    }
}

fn hook(key: &str, around: Around<'_>, program: &str, event: &str, timeout: u32) -> Value {
    json!({ "type": "command", key: line(around.own, program, event), "timeout": timeout })
}

/// The shell line of a hook. The same for every agent: who runs it is told by the environment.
fn line(own: &str, program: &str, event: &str) -> String {
    format!("{} hook {program} {event}", quoted(own))
}

fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

fn seconds(hooks: Hooks, event: &str) -> u32 {
    match waits(hooks, event) {
        Waits::ForDecision => DECISION_S,
        Waits::No => TELLING_S,
    }
}

/// Codex gives an interruption's hook at most this long, whatever is written.
const CODEX_INTERRUPT_S: u32 = 3;

/// Codex runs a hook that it does not know only after a person trusted it; what is trusted is the digest of the
/// hook's definition. That of ours is handed over for this session, and of no other hook.
fn codex(around: Around<'_>) -> Additions {
    let mut arguments = Vec::new();
    let mut trusted = Vec::new();
    for event in CODEX {
        let timeout = match event.name {
            "Interrupt" => CODEX_INTERRUPT_S,
            name => seconds(Hooks::Codex, name),
        };
        let line = line(around.own, "codex", event.name);
        let command = toml_text(&line);
        arguments.extend([
            "-c".to_owned(),
            format!(
                "hooks.{}=[{{hooks=[{{type=\"command\",command={command},timeout={timeout}}}]}}]",
                event.name
            ),
        ]);
        trusted.push(format!(
            "\"/<session-flags>/config.toml:{}:0:0\"={{trusted_hash=\"sha256:{}\"}}",
            event.key,
            codex_digest(event.key, &line, timeout)
        ));
    }
    arguments.extend([
        "-c".to_owned(),
        format!("hooks.state={{{}}}", trusted.join(",")),
    ]);
    Additions {
        arguments,
        ..Additions::default()
    }
}

/// The digest by which Codex knows a hook: of its definition as JSON, with its fields in the order of their names.
fn codex_digest(key: &str, line: &str, timeout: u32) -> String {
    let [key, line] = [key, line].map(|text| Value::from(text).to_string());
    let definition = format!(
        "{{\"event_name\":{key},\"hooks\":[{{\"async\":false,\"command\":{line},\"timeout\":{timeout},\"type\":\"command\"}}]}}"
    );
    Sha256::digest(definition)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A basic TOML string: JSON's escapes are among its own.
fn toml_text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Gemini reads its system settings from a file that a variable names; its times are in milliseconds.
fn gemini(around: Around<'_>) -> Additions {
    let hooks = GEMINI.iter().map(|event| {
        let hook = hook("command", around, "gemini", event, TELLING_S * 1_000);
        (
            (*event).to_owned(),
            json!([{ "matcher": "*", "hooks": [hook] }]),
        )
    });
    let settings = json!({ "hooks": hooks.collect::<serde_json::Map<_, _>>() });
    Additions {
        files: vec![("settings.json", settings.to_string())],
        env: vec![(GEMINI_SETTINGS, format!("{}/settings.json", around.folder))],
        ..Additions::default()
    }
}

/// Qwen has Gemini's way of being handed settings, and Claude's hooks; its times are in milliseconds.
fn qwen(around: Around<'_>) -> Additions {
    let hooks = CLAUDE.iter().map(|event| {
        let timeout = seconds(Hooks::Qwen, event) * 1_000;
        let hook = hook("command", around, "qwen", event, timeout);
        ((*event).to_owned(), json!([{ "hooks": [hook] }]))
    });
    let settings = json!({ "hooks": hooks.collect::<serde_json::Map<_, _>>() });
    Additions {
        files: vec![("settings.json", settings.to_string())],
        env: vec![(QWEN_SETTINGS, format!("{}/settings.json", around.folder))],
        ..Additions::default()
    }
}

/// Opencode adds what this variable holds to the user's settings: the path of a plugin, which tells and asks by
/// the program's own interface, inside it.
fn opencode(around: Around<'_>) -> Additions {
    let plugin = format!("{}/{OPENCODE_PLUGIN}", around.folder);
    let text = format!(
        "const program = {};\n{}",
        Value::from(around.own),
        include_str!("inject/opencode.js")
    );
    Additions {
        files: vec![(OPENCODE_PLUGIN, text)],
        env: vec![(OPENCODE_SETTINGS, json!({ "plugin": [plugin] }).to_string())],
        ..Additions::default()
    }
}

const OPENCODE_PLUGIN: &str = "opsroom.js";
const OPENCODE_SETTINGS: &str = "OPENCODE_CONFIG_CONTENT";
/// Variables whose programs refuse the file that they name where others could have written it.
pub const REFUSED_WHERE_SHARED: [&str; 2] = [GEMINI_SETTINGS, QWEN_SETTINGS];

const GEMINI_SETTINGS: &str = "GEMINI_CLI_SYSTEM_SETTINGS_PATH";
const QWEN_SETTINGS: &str = "QWEN_CODE_SYSTEM_SETTINGS_PATH";

fn copilot(around: Around<'_>) -> Additions {
    let hooks = COPILOT.iter().map(|event| {
        let timeout = seconds(Hooks::Copilot, event);
        let line = line(around.own, "copilot", event);
        (
            (*event).to_owned(),
            json!([{ "type": "command", "bash": line, "timeoutSec": timeout }]),
        )
    });
    let hooks = json!({ "version": 1, "hooks": hooks.collect::<serde_json::Map<_, _>>() });
    let plugin = json!({ "name": "opsroom", "version": "1.0.0", "description": "asks the operator", "hooks": "hooks.json" });
    Additions {
        files: vec![
            ("plugin.json", plugin.to_string()),
            ("hooks.json", hooks.to_string()),
        ],
        arguments: vec!["--plugin-dir".to_owned(), around.folder.to_owned()],
        env: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
