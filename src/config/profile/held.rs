//! Profiles that hold: those that come with the program, and of those that somebody wrote, what was agreed to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{builtin, parse, started};
use crate::profile::{Origin, Profile, Profiles};

/// What each profile that somebody wrote starts, and with what.
pub fn written(profiles: &Profiles) -> BTreeMap<String, String> {
    let theirs = profiles.0.iter().filter(|(_, one)| is_theirs(one));
    theirs
        .map(|(name, one)| (name.clone(), started(one)))
        .collect()
}

/// The profiles as they are written, but that none starts anything else than was agreed to: one of which nothing was
/// agreed is not there, or what it was written over is.
pub fn held(profiles: &Profiles, agreed: &BTreeMap<String, String>) -> Profiles {
    let below = builtin();
    let all = profiles.0.iter().filter_map(|(name, one)| {
        let one = match agreed.get(name) {
            _ if !is_theirs(one) => Arc::clone(one),
            None => Arc::clone(below.0.get(name)?),
            Some(start) if start == &started(one) => Arc::clone(one),
            Some(start) => Arc::new(as_agreed(one, start)?),
        };
        Some((name.clone(), one))
    });
    Profiles(all.collect())
}

fn is_theirs(profile: &Profile) -> bool {
    match profile.origin {
        Origin::BuiltIn => false,
        Origin::Person | Origin::Room => true,
    }
}

/// What it shows and which keys it takes is as written, what it starts is as agreed.
fn as_agreed(written: &Profile, start: &str) -> Option<Profile> {
    let start = parse(&written.name, start).value?;
    Some(Profile {
        command: start.command,
        prompt: start.prompt,
        session: start.session,
        resume: start.resume,
        version: start.version,
        hooks: start.hooks,
        env: start.env,
        ..written.clone()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::profile::{Layer, Named, shelve};

    fn room(files: &[(&str, &str)]) -> Profiles {
        let files = files.iter().map(|(name, text)| Named {
            name: (*name).to_owned(),
            path: format!("profiles/{name}.toml"),
            text: Some((*text).to_owned()),
        });
        let layers = [Layer::of_room(files.collect())];
        shelve(&layers, &Profiles::default()).profiles
    }

    #[test]
    fn what_is_agreed_to_is_started_whatever_a_file_says_and_its_keys_are_as_written() {
        let odd = r#"
command = ["sh", "-c", "a \"b\" \u0007 {session}"]
env = { A = "1" }
prompt = "-i"
hooks = "claude"
"#;
        let before = room(&[("mine", odd)]);
        assert!(before.0.contains_key("mine"), "it is whole");
        let agreed = written(&before);
        assert_eq!(held(&before, &agreed), before, "as it was agreed to");
        let other = "command = [\"rm\"]\n[keys]\nreject_key = \"n\"\n";
        let after = room(&[("mine", other), ("new", other), ("claude", other)]);
        let held = held(&after, &agreed);
        let mine = &held.0["mine"];
        assert_eq!(started(mine), agreed["mine"]);
        assert_eq!(mine.command, before.0["mine"].command);
        assert_eq!(mine.keys, after.0["mine"].keys);
        assert!(!held.0.contains_key("new"));
        assert_eq!(held.0["claude"], builtin().0["claude"]);
    }

    #[test]
    fn whatever_a_profile_that_comes_with_the_program_starts_is_read_back_as_it_is() {
        for (name, one) in builtin().0 {
            let Some(back) = as_agreed(&one, &started(&one)) else {
                panic!("{name}: {}", started(&one));
            };
            assert_eq!(back, *one, "{name}");
        }
    }
}
