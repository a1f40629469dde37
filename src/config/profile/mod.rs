//! An agent profile's TOML: `profiles/<name>.toml`. Knows no particular program.

mod held;
mod keys;
mod layers;
mod screen;
mod show;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Parsed;
use super::reader::{Reader, Table, suggest, text};
use super::theme::stem;
use crate::profile::{BUILTIN, Hooks, Origin, Profile, Profiles, Prompt};

pub use held::{held, written};
pub use layers::{Layer, Named, Shelved, shelve};
pub use show::{started, toml};

/// The injections by their names.
pub const HOOKS: &[(&str, Hooks)] = &[
    ("none", Hooks::None),
    ("claude", Hooks::Claude),
    ("codex", Hooks::Codex),
    ("gemini", Hooks::Gemini),
    ("qwen", Hooks::Qwen),
    ("copilot", Hooks::Copilot),
    ("opencode", Hooks::Opencode),
];

/// What every profile says that names no arguments for its version.
const VERSION: &str = "--version";

/// Variables of this name belong to the room.
const OURS: &str = "OPSROOM_";

/// Reads a profile. It is named by the file; `extends` may name one that comes with the program.
pub fn parse(path: &str, text: &str) -> Parsed<Profile> {
    parse_over(path, text, &mut |name| Base::of(&builtin(), name))
}

/// The same; `extends` may name one of `known`.
pub fn parse_among(path: &str, text: &str, known: &Profiles) -> Parsed<Profile> {
    parse_over(path, text, &mut |name| Base::of(known, name))
}

/// What `extends` leads to.
enum Base {
    /// This profile.
    Found(Arc<Profile>),
    /// Nothing: these are the names there are.
    Unknown(Vec<String>),
    /// Back to where it came from, through these.
    Circle(Vec<String>),
}

impl Base {
    fn of(known: &Profiles, name: &str) -> Self {
        match known.0.get(name) {
            Some(found) => Base::Found(Arc::clone(found)),
            None => Base::Unknown(known.0.keys().cloned().collect()),
        }
    }
}

/// Reads a profile; `base` finds what it extends.
fn parse_over(path: &str, text: &str, base: &mut dyn FnMut(&str) -> Base) -> Parsed<Profile> {
    let mut reader = Reader::new(path, text);
    let mut root = reader.document();
    let mut profile = read_base(&mut root, base, &mut reader);
    stem(path).clone_into(&mut profile.name);
    profile.origin = Origin::BuiltIn;
    if let Some(about) = root.text("about", &mut reader) {
        profile.about = about.value;
    }
    read_words(&mut root, &mut profile, &mut reader);
    if let Some(prompt) = read_prompt(&mut root, &mut reader) {
        profile.prompt = prompt;
    }
    read_env(&mut root, &mut profile.env, &mut reader);
    if let Some(hooks) = root.choice("hooks", HOOKS, &mut reader) {
        profile.hooks = hooks;
    }
    keys::read(&mut root, &mut profile.keys, &mut reader);
    let own = screen::read(&mut root, &mut reader);
    // Its own rules are asked first; one of the same name stands in the place of the older one.
    profile
        .screen
        .retain(|rule| own.iter().all(|one| one.name != rule.name));
    profile.screen.splice(0..0, own);
    root.end(&mut reader);
    reader.finish(|| profile)
}

/// What the file changes: a profile that says nothing, or the one that it extends.
fn read_base(root: &mut Table, base: &mut dyn FnMut(&str) -> Base, reader: &mut Reader) -> Profile {
    let fresh = || Profile {
        version: vec![VERSION.to_owned()],
        ..Profile::default()
    };
    let Some(name) = root.text("extends", reader) else {
        return fresh();
    };
    match base(&name.value) {
        Base::Found(found) => Profile::clone(&found),
        Base::Unknown(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = format!("there is no profile `{}`", name.value);
            reader.error(&name.span, what, suggest(&name.value, &names));
            fresh()
        }
        Base::Circle(names) => {
            let what = format!("profiles extend each other: {}", names.join(" → "));
            reader.error(&name.span, what, "let one of them stand for itself");
            fresh()
        }
    }
}

/// The lists of words: what is started, and with what.
fn read_words(root: &mut Table, profile: &mut Profile, reader: &mut Reader) {
    let lists = [
        ("command", &mut profile.command, None),
        ("resume", &mut profile.resume, Some("{session}")),
        ("session", &mut profile.session, Some("{uuid}")),
        ("version", &mut profile.version, None),
    ];
    for (key, words, mark) in lists {
        let Some(written) = root.texts(key, reader) else {
            continue;
        };
        if let Some(mark) = mark
            && !written.value.is_empty()
            && !written.value.iter().any(|word| word.value.contains(mark))
        {
            let what = format!("`{key}` does not say where the session's id goes");
            reader.error(&written.span, what, format!("write \"{mark}\" there"));
        }
        for word in &written.value {
            if word.value.contains('\0') {
                reader.error(&word.span, "no argument can hold this", "remove the \\0");
            }
        }
        *words = written.value.into_iter().map(|word| word.value).collect();
    }
}

/// `none`, `argument`, `typed`, or a flag.
fn read_prompt(root: &mut Table, reader: &mut Reader) -> Option<Prompt> {
    let written = root.text("prompt", reader)?;
    Some(match written.value.as_str() {
        "none" => Prompt::None,
        "argument" => Prompt::Argument,
        "typed" => Prompt::Typed,
        flag if flag.starts_with('-') => Prompt::Flag(flag.to_owned()),
        other => {
            let what = format!("`prompt` cannot be `{other}`");
            let hint = "write \"none\", \"argument\", \"typed\", or a flag such as \"-i\"";
            reader.error(&written.span, what, hint);
            Prompt::None
        }
    })
}

/// `[env]`: each name replaces what was set under it.
fn read_env(root: &mut Table, env: &mut BTreeMap<String, String>, reader: &mut Reader) {
    let Some(mut table) = root.table("env", reader) else {
        return;
    };
    for entry in table.take_rest() {
        let name = entry.key.value;
        if name.is_empty() || name.contains(['=', '\0']) {
            let what = format!("`{}` cannot be a variable's name", name.escape_debug());
            reader.error(&entry.key.span, what, "write a name without `=`");
            continue;
        }
        if name.starts_with(OURS) {
            let what = format!("`{name}` is the room's own");
            reader.error(&entry.key.span, what, "choose another name");
            continue;
        }
        if let Some(value) = text(entry.value, reader) {
            if value.value.contains('\0') {
                reader.error(&value.span, "no variable can hold this", "remove the \\0");
            }
            env.insert(name, value.value);
        }
    }
}

/// The profiles that come with the program.
pub fn builtin() -> Profiles {
    let all = BUILTIN.iter().filter_map(|one| {
        let profile = parse(one.name, one.text).value?;
        Some((one.name.to_owned(), Arc::new(profile)))
    });
    Profiles(all.collect())
}

#[cfg(test)]
mod tests;
