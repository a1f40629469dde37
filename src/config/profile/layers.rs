//! Several folders of profiles, one above the other. A file replaces the profile of its name, or
//! changes what it names of one that it extends. Opens no file: it is given their texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Base, parse_over};
use crate::config::Diagnostic;
use crate::profile::{Origin, Profile, Profiles};

/// A file's text under the name of its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The profile's name.
    pub name: String,
    /// The file, as people know it.
    pub path: String,
    /// All of it; none where it cannot be read: that is told elsewhere, and it counts as broken.
    pub text: Option<String>,
}

/// The files of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Whose folder it is.
    pub origin: Origin,
    /// Its files.
    pub files: Vec<Named>,
}

impl Layer {
    /// A person's own folder.
    pub fn of_person(files: Vec<Named>) -> Self {
        let origin = Origin::Person;
        Self { origin, files }
    }

    /// The room's folder.
    pub fn of_room(files: Vec<Named>) -> Self {
        let origin = Origin::Room;
        Self { origin, files }
    }
}

/// What all folders make together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelved {
    /// The profiles.
    pub profiles: Profiles,
    /// Everything that was found in the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lays the folders over the profiles that come with the program, in this order. Where a file is broken,
/// what `before` has under its name stays, else what lies below.
pub fn shelve(layers: &[Layer], before: &Profiles) -> Shelved {
    let mut shelved = Shelved {
        profiles: super::builtin(),
        diagnostics: Vec::new(),
    };
    for layer in layers {
        let mut reading = Reading {
            layer,
            below: &shelved.profiles,
            before,
            done: BTreeMap::new(),
            open: Vec::new(),
            found: Vec::new(),
        };
        for file in &layer.files {
            reading.profile(file);
        }
        let Reading { done, found, .. } = reading;
        let whole = done
            .into_iter()
            .filter_map(|(name, one)| Some((name, one?)));
        shelved.profiles.0.extend(whole);
        shelved.diagnostics.extend(found);
    }
    shelved
}

/// One folder, while it is read: a file may extend another one of the same folder.
struct Reading<'r> {
    layer: &'r Layer,
    below: &'r Profiles,
    before: &'r Profiles,
    /// What was read so far; nothing where neither the file nor anything before it is whole.
    done: BTreeMap<String, Option<Arc<Profile>>>,
    /// Files that are being read, each for the one before.
    open: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn profile(&mut self, file: &Named) -> Option<Arc<Profile>> {
        if let Some(done) = self.done.get(&file.name) {
            return done.clone();
        }
        let read = file.text.as_ref().and_then(|text| self.read(file, text));
        let kept = || self.before.0.get(&file.name).cloned();
        let profile = read.or_else(kept);
        self.done.insert(file.name.clone(), profile.clone());
        profile
    }

    fn read(&mut self, file: &Named, text: &str) -> Option<Arc<Profile>> {
        self.open.push(file.name.clone());
        let parsed = parse_over(&file.path, text, &mut |name| self.base(name));
        self.open.pop();
        self.found.extend(parsed.diagnostics);
        let mut profile = parsed.value?;
        profile.name.clone_from(&file.name);
        profile.origin = self.layer.origin;
        Some(Arc::new(profile))
    }

    /// A file that extends its own name changes what lies below.
    fn base(&mut self, name: &str) -> Base {
        let itself = self.open.last().is_some_and(|open| open == name);
        let beside = self.layer.files.iter().find(|file| file.name == name);
        match beside.filter(|_| !itself) {
            Some(_) if self.open.iter().any(|open| open == name) => {
                let mut circle = self.open.clone();
                circle.push(name.to_owned());
                Base::Circle(circle)
            }
            Some(file) => match self.profile(file) {
                Some(found) => Base::Found(found),
                None => self.below(name),
            },
            None => self.below(name),
        }
    }

    fn below(&self, name: &str) -> Base {
        match Base::of(self.below, name) {
            Base::Unknown(mut names) => {
                names.extend(self.layer.files.iter().map(|file| file.name.clone()));
                Base::Unknown(names)
            }
            Base::Found(found) => Base::Found(found),
            Base::Circle(circle) => Base::Circle(circle),
        }
    }
}
