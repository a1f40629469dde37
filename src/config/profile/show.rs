//! A profile as TOML: everything that is in force of it, also what its file left out.

use std::fmt::Write as _;

use super::HOOKS;
use crate::profile::{Keys, Paste, Profile, Prompt};

/// The whole profile. Screen rules are named only: their place is their file.
pub fn toml(profile: &Profile) -> String {
    let mut out = String::new();
    line(&mut out, "about", quoted(&profile.about));
    starts(&mut out, profile);
    if !profile.env.is_empty() {
        out.push_str("\n[env]\n");
        for (name, value) in &profile.env {
            line(&mut out, &quoted(name), quoted(value));
        }
    }
    keys(&mut out, &profile.keys);
    if !profile.screen.is_empty() {
        let names: Vec<&str> = profile
            .screen
            .iter()
            .map(|rule| rule.name.as_str())
            .collect();
        let names = names.join(", ").replace(char::is_control, " ");
        let _to_a_text = writeln!(out, "\n# screen rules, first to last: {names}");
    }
    out
}

/// What of it is run, and with what.
pub fn started(profile: &Profile) -> String {
    let mut out = String::new();
    starts(&mut out, profile);
    let env = profile.env.iter();
    let env: Vec<String> = env
        .map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)))
        .collect();
    line(&mut out, "env", format!("{{ {} }}", env.join(", ")));
    out
}

fn starts(out: &mut String, profile: &Profile) {
    line(out, "command", words(&profile.command));
    line(out, "prompt", quoted(prompt(&profile.prompt)));
    line(out, "session", words(&profile.session));
    line(out, "resume", words(&profile.resume));
    line(out, "version", words(&profile.version));
    let hooks = HOOKS.iter().find(|(_, hooks)| *hooks == profile.hooks);
    let hooks = hooks.map_or("none", |(name, _)| name);
    line(out, "hooks", quoted(hooks));
}

fn keys(out: &mut String, keys: &Keys) {
    out.push_str("\n[keys]\n");
    line(out, "reject_key", quoted(&keys.reject_key));
    line(out, "interrupt", words(&keys.interrupt));
    line(
        out,
        "clear_input",
        quoted(keys.clear_input.as_deref().unwrap_or_default()),
    );
    let (key, delay) = (quoted(&keys.submit.key), keys.submit.delay.as_millis());
    line(
        out,
        "submit",
        format!("{{ key = {key}, delay_ms = {delay} }}"),
    );
    let paste = match keys.paste {
        Paste::Bracketed => "bracketed",
        Paste::Plain => "plain",
    };
    line(out, "paste", quoted(paste));
}

fn line(out: &mut String, key: &str, value: String) {
    let _to_a_text = writeln!(out, "{key} = {value}");
}

fn prompt(prompt: &Prompt) -> &str {
    match prompt {
        Prompt::None => "none",
        Prompt::Argument => "argument",
        Prompt::Typed => "typed",
        Prompt::Flag(flag) => flag,
    }
}

/// On one line, with everything invisible escaped: a profile may be somebody else's.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() => out.push(c),
            c if u32::from(c) <= 0xffff => {
                let _to_a_text = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _to_a_text = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

fn words(all: &[String]) -> String {
    let all: Vec<String> = all.iter().map(|word| quoted(word)).collect();
    format!("[{}]", all.join(", "))
}
