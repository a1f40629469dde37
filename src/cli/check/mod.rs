//! `check`: everything that is wrong with a room's files, each with its place and what to do. Needs no server, and
//! changes nothing.

mod shapes;

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Json;
use crate::client::Shelf;
use crate::config::keys::{self, Commands};
use crate::config::{Diagnostic, Parsed, Severity, layout, profile, room, theme};
use crate::door::{RoomPaths, personal_folder};
use crate::folder::{ProfileFolders, briefs, faults};
use crate::model::{Settings, words};
use crate::profile::Profiles;
use crate::verbs::brief::finding;
use crate::view::command::{Action, Command};
use crate::view::keymap::Keymap;

/// `opsroom check`
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    how: Json,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings {
    /// Everything, in the order of the files.
    pub(super) found: Vec<Diagnostic>,
    /// How many files were read.
    pub(super) files: usize,
    /// What opsroom.toml says, unless it is broken.
    pub(super) settings: Option<Settings>,
}

/// Looks at all of a room's files, and at this person's.
pub(super) fn look(paths: &RoomPaths) -> Findings {
    let mut findings = Findings::default();
    let profiles = profiles(paths, &mut findings);
    findings.settings = settings(paths, &profiles, &mut findings);
    queue(&paths.folder, &mut findings);
    own_files(&Shelf::of_this_person(), &mut findings);
    findings
}

impl Findings {
    /// How many of them are errors.
    pub(super) fn errors(&self) -> usize {
        self.found.iter().filter(|one| one.is_error()).count()
    }

    fn take<T>(&mut self, parsed: Parsed<T>) -> Option<T> {
        self.files += 1;
        self.found.extend(parsed.diagnostics);
        parsed.value
    }

    /// Something about a file, or a folder, as a whole.
    fn say(&mut self, severity: Severity, path: &str, what: &str, hint: &str) {
        let whole = Diagnostic::at((path, ""), 0..0, severity, what, hint);
        self.found.push(whole);
    }
}

impl Check {
    pub fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let findings = look(paths);
        let errors = findings.errors();
        match self.how.json {
            true => print_json(&findings, errors),
            false => print(&findings, errors),
        }
        Ok(match errors {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}

fn print(findings: &Findings, errors: usize) {
    for one in &findings.found {
        // a finding about a whole file has no line to show
        match one.source_line.is_empty() {
            true => println!("{}\n  {}", one.headline(), one.hint),
            false => println!("{one}"),
        }
    }
    println!(
        "{} read: {}, {}",
        words::count(findings.files, "file"),
        words::count(errors, "error"),
        words::count(findings.found.len() - errors, "warning")
    );
}

fn print_json(findings: &Findings, errors: usize) {
    let found: Vec<_> = findings.found.iter().map(finding).collect();
    println!(
        "{:#}",
        json!({ "files": findings.files, "errors": errors, "found": found })
    );
}

fn profiles(paths: &RoomPaths, findings: &mut Findings) -> Profiles {
    let folders = ProfileFolders::of(personal_folder().as_deref(), &paths.folder);
    let texts = folders.read();
    for fault in &texts.faults {
        let hint = "a room goes on without it";
        findings.say(Severity::Error, "profiles", fault, hint);
    }
    findings.files += texts.layers.iter().map(|it| it.files.len()).sum::<usize>();
    let shelved = profile::shelve(&texts.layers, &Profiles::default());
    findings.found.extend(shelved.diagnostics);
    shelved.profiles
}

/// What the room's settings are: the built-in ones where there is no file, none where it is broken.
fn settings(paths: &RoomPaths, profiles: &Profiles, findings: &mut Findings) -> Option<Settings> {
    const FILE: &str = "opsroom.toml";
    let text = match std::fs::read_to_string(paths.folder.join(FILE)) {
        Ok(text) => text,
        Err(why) => {
            if why.kind() == std::io::ErrorKind::NotFound {
                return Some(room::default_settings());
            }
            let what = format!("cannot be read: {why}");
            findings.say(Severity::Error, FILE, &what, "look at its permissions");
            return None;
        }
    };
    findings.files += 1;
    let gleaned = room::glean(FILE, &text);
    let settings = gleaned.parsed.value.clone();
    let outside = gleaned.value.as_ref().map(|read| {
        let all = shapes::outside(&paths.folder, (FILE, &text), read, profiles);
        all.into_iter().partition(|one| one.path == FILE)
    });
    let (named, elsewhere): (Vec<Diagnostic>, Vec<Diagnostic>) = outside.unwrap_or_default();
    findings.found.extend(gleaned.with(named));
    findings.found.extend(elsewhere);
    settings
}

fn queue(folder: &Path, findings: &mut Findings) {
    let queue = match briefs::all(folder) {
        Ok(queue) => queue,
        Err(why) => {
            let what = format!("cannot be read: {why}");
            return findings.say(Severity::Error, "briefs", &what, "look at its permissions");
        }
    };
    findings.files += queue.len();
    let over = |stage: &str| matches!(stage, "done" | "dropped");
    let found = faults::of_queue(folder, findings.settings.as_ref(), &queue, |brief| {
        !over(brief.place.stage.as_str())
    });
    findings.found.extend(found);
}

fn own_files(shelf: &Shelf, findings: &mut Findings) {
    let own = |kind: &str, name: &str| {
        let path = shelf.folder.join(kind).join(format!("{name}.toml"));
        std::fs::read_to_string(&path).ok().map(|text| (path, text))
    };
    for name in shelf.themes() {
        if let Some((path, text)) = own("themes", &name) {
            findings.take(theme::parse(&path.display().to_string(), &text));
        }
    }
    for name in shelf.layouts() {
        if let Some((path, text)) = own("layouts", &name) {
            findings.take(layout::parse(&path.display().to_string(), &text));
        }
    }
    let chosen = shelf.chosen();
    let missing = |chosen: &Option<String>, names: Vec<String>| {
        chosen.clone().filter(|name| !names.contains(name))
    };
    let path = shelf.folder.join("chosen.toml").display().to_string();
    for (kind, name) in [
        ("theme", missing(&chosen.theme, shelf.themes())),
        ("layout", missing(&chosen.layout, shelf.layouts())),
    ] {
        if let Some(name) = name {
            let what = format!("the {kind} `{name}` that was chosen is not there");
            let hint = format!("choose another {kind} in the room");
            findings.say(Severity::Warning, &path, &what, &hint);
        }
    }
    let path = shelf.folder.join("keys.toml").display().to_string();
    match shelf.keys() {
        Ok(None) => {}
        Ok(Some(text)) => {
            let names: Vec<&str> = Command::ALL.iter().map(|command| command.name()).collect();
            let known = |name: &str| Action::named(name).is_some();
            let commands = Commands {
                known: &known,
                names: &names,
            };
            if let Some(keys) = findings.take(keys::parse(&path, &text, commands)) {
                for fault in Keymap::new(&keys).1 {
                    let hint = "take another key, or take one of the two out";
                    findings.say(Severity::Warning, &path, &fault, hint);
                }
            }
        }
        Err(why) => {
            let hint = "look at its permissions";
            findings.say(Severity::Error, &path, &format!("{why:#}"), hint);
        }
    }
}
