//! `brief lint`: what is wrong with briefs, and what they lack.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;

use super::{find_in, settings};
use crate::config::{Diagnostic, Severity};
use crate::folder::{briefs as folder, faults};
use crate::model::Brief as Sheet;

/// As JSON.
pub(super) struct Json;

pub(super) fn lint(room: &Path, ids: &[String], how: Option<Json>) -> anyhow::Result<ExitCode> {
    let all = folder::all(room).context("cannot read the queue")?;
    let named = ids.iter().map(|id| find_in(&all, id));
    let named: Vec<&Sheet> = named.collect::<anyhow::Result<_>>()?;
    let wanted = |brief: &Sheet| match named.as_slice() {
        [] => !matches!(brief.place.stage.as_str(), "done" | "dropped"),
        named => named.iter().any(|it| it.id == brief.id),
    };
    let settings = settings(room)?;
    let found = faults::of_queue(room, Some(&settings), &all, wanted);
    match how {
        Some(Json) => println!(
            "{:#}",
            found.iter().map(lint_json).collect::<serde_json::Value>()
        ),
        None => {
            for one in &found {
                println!("{}; {}", one.headline(), one.hint);
            }
        }
    }
    Ok(match found.iter().any(Diagnostic::is_error) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

/// A finding, with the brief that it is about.
fn lint_json(one: &Diagnostic) -> serde_json::Value {
    let id = Path::new(&one.path).file_stem();
    let mut all = finding(one);
    all["id"] = id.map(|id| id.to_string_lossy().into_owned()).into();
    all
}

/// A finding for scripts.
pub fn finding(one: &Diagnostic) -> serde_json::Value {
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "path": one.path, "line": one.line, "column": one.column, "severity": severity,
        "what": one.what, "hint": one.hint,
    })
}
