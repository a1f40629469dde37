//! `opsroom agents`: the profiles, and which of their programs are here.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::Json;
use crate::door::RoomPaths;
use crate::model::Untrusted;
use crate::profile::hook::usage;
use crate::profile::{Origin, Watching};
use crate::server::found::{self, Found};
use crate::verbs::columns;

/// `opsroom agents`
#[derive(Debug, Args)]
pub struct Agents {
    #[command(flatten)]
    how: Json,
}

impl Agents {
    pub async fn run(&self, paths: &RoomPaths) -> anyhow::Result<ExitCode> {
        let (profiles, faults) = found::profiles(paths);
        let all = found::ask(&profiles).await;
        if self.how.json {
            let all: Vec<Value> = all.iter().map(value).collect();
            println!("{}", json!({ "profiles": all, "faults": faults }));
            return Ok(ExitCode::SUCCESS);
        }
        table(&all);
        for fault in faults {
            eprintln!("{fault}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Where a profile comes from, in a word or two.
pub fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::BuiltIn => "built in",
        Origin::Person => "yours",
        Origin::Room => "the room's",
    }
}

/// How an agent of it is watched.
fn watching(watching: Watching) -> &'static str {
    match watching {
        Watching::Structured => "structured",
        Watching::Screen => "screen",
        Watching::Generic => "generic",
    }
}

fn value(one: &Found) -> Value {
    let profile = &one.profile;
    json!({
        "name": profile.name, "about": profile.about, "from": origin(profile.origin),
        "watched": watching(profile.watching()), "usage": usage::tells(profile.hooks), "program": one.program, "installed": one.is_there(),
        "path": one.at, "version": one.version.as_ref().map(Untrusted::shown), "missing": one.missing,
    })
}

/// Whoever is here comes first.
fn table(all: &[Found]) {
    let mut rows =
        vec![["PROFILE", "VERSION", "WATCHED", "TELLS", "FROM", "WHERE"].map(str::to_owned)];
    let (here, gone): (Vec<&Found>, Vec<&Found>) = all.iter().partition(|one| one.is_there());
    rows.extend(here.into_iter().chain(gone).map(row));
    for line in columns::lines(&rows) {
        println!("{line}");
    }
}

fn row(one: &Found) -> [String; 6] {
    let shown = |text: String| Untrusted::new(text).shown();
    let at = match (&one.at, &one.program) {
        (Some(at), _) => shown(at.display().to_string()),
        (None, Some(_)) => String::new(),
        (None, None) => shown(one.profile.about.clone()),
    };
    let place = std::iter::once(at).chain(one.missing.iter().cloned());
    let place: Vec<String> = place.filter(|part| !part.is_empty()).collect();
    let version = one.version.as_ref().map(Untrusted::shown);
    [
        one.profile.name.clone(),
        version.unwrap_or_else(|| "-".to_owned()),
        watching(one.profile.watching()).to_owned(),
        match usage::tells(one.profile.hooks) {
            "" => "-".to_owned(),
            words => words.to_owned(),
        },
        origin(one.profile.origin).to_owned(),
        place.join("; "),
    ]
}
