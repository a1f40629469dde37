//! `opsroom doctor`: what this machine and terminal offer, and what is missing. Changes nothing.

mod isolation;
mod lasting;
mod limits;
mod pairing;

use std::env;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use rustix::fs::Access;
use serde_json::{Value, json};

use super::{Json, check};
use crate::config::Diagnostic;
use crate::door::{RoomPaths, holder};
use crate::model::{Settings, words};
use crate::server::found::{self, on_path};
use crate::server::recording;

/// One line of the report.
struct Finding {
    mark: Mark,
    what: &'static str,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Good,
    Note,
    Bad,
}

pub async fn run(paths: &RoomPaths, how: Json) -> anyhow::Result<ExitCode> {
    let checked = check::look(paths);
    let runners = checked.settings.as_ref();
    let runners = runners.map(|settings| isolation::runners(paths, settings));
    let findings = [
        terminal(),
        colours(),
        size(),
        room(paths),
        settings(paths, &checked),
        sockets(paths),
        limits::files(),
        limits::processes(),
        limits::watches(),
        disk(paths, checked.settings.as_ref()),
        logs(paths),
        lasting::logout(paths),
        isolation::isolation(paths),
    ];
    let all = findings.into_iter().chain(runners);
    let all = all.chain([tool("git"), tool("ssh"), pairing::sshd(), pairing::keys()]);
    let all: Vec<Finding> = all.chain(agents(paths).await).collect();
    if how.json {
        let findings: Vec<Value> = all.iter().map(as_json).collect();
        println!("{:#}", json!({ "findings": findings }));
    } else {
        for one in &all {
            println!("{} {:<10} {}", one.mark.sign(), one.what, one.text);
        }
    }
    let bad = all.iter().any(|one| one.mark == Mark::Bad);
    Ok(if bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Mark::Good => "✓",
            Mark::Note => "·",
            Mark::Bad => "✗",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Mark::Good => "good",
            Mark::Note => "note",
            Mark::Bad => "bad",
        }
    }
}

fn as_json(finding: &Finding) -> Value {
    json!({ "what": finding.what, "mark": finding.mark.word(), "text": finding.text })
}

fn finding(mark: Mark, what: &'static str, text: impl Into<String>) -> Finding {
    Finding {
        mark,
        what,
        text: text.into(),
    }
}

fn terminal() -> Finding {
    let term = env::var("TERM").unwrap_or_default();
    match (std::io::stdout().is_terminal(), term.as_str()) {
        (false, _) => finding(
            Mark::Note,
            "terminal",
            "standard output is no terminal; the room needs one",
        ),
        (true, "" | "dumb") => finding(
            Mark::Bad,
            "terminal",
            "TERM is unset or dumb; set it to what your terminal is",
        ),
        (true, term) => finding(Mark::Good, "terminal", term),
    }
}

fn colours() -> Finding {
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return finding(Mark::Note, "colours", "NO_COLOR is set: none");
    }
    match env::var("COLORTERM").as_deref() {
        Ok("truecolor" | "24bit") => finding(Mark::Good, "colours", "16 million"),
        _ if env::var("TERM").is_ok_and(|term| term.contains("256color")) => finding(
            Mark::Note,
            "colours",
            "256 (set COLORTERM=truecolor if your terminal has more)",
        ),
        _ => finding(Mark::Note, "colours", "16"),
    }
}

fn size() -> Finding {
    if !std::io::stdout().is_terminal() {
        return finding(
            Mark::Note,
            "size",
            "standard output is no terminal, so it has none",
        );
    }
    match crossterm::terminal::size() {
        Ok((cols, rows)) if cols >= 80 && rows >= 24 => {
            finding(Mark::Good, "size", format!("{cols}x{rows}"))
        }
        Ok((cols, rows)) => finding(
            Mark::Note,
            "size",
            format!("{cols}x{rows}; 80x24 and above shows everything"),
        ),
        Err(_) => finding(Mark::Note, "size", "unknown"),
    }
}

fn room(paths: &RoomPaths) -> Finding {
    let folder = paths.folder.display();
    match rustix::fs::access(&paths.folder, Access::WRITE_OK) {
        Ok(()) => finding(Mark::Good, "room", folder.to_string()),
        Err(why) => finding(
            Mark::Bad,
            "room",
            format!("{folder} cannot be written ({why}): no room can be open there"),
        ),
    }
}

/// The same look as `opsroom check` takes, in a line.
fn settings(paths: &RoomPaths, checked: &check::Findings) -> Finding {
    let errors = checked.errors();
    let warnings = checked.found.len() - errors;
    let worst = checked.found.iter().find(|one| one.is_error());
    let worst = worst.or(checked.found.first()).map(Diagnostic::headline);
    let found = match (errors, warnings) {
        (0, warnings) => words::count(warnings, "warning"),
        (errors, 0) => words::count(errors, "error"),
        (errors, warnings) => format!(
            "{}, {}",
            words::count(errors, "error"),
            words::count(warnings, "warning")
        ),
    };
    match worst {
        Some(worst) => {
            let mark = if errors > 0 { Mark::Bad } else { Mark::Note };
            let text = format!("{found}, as `opsroom check` tells in full: {worst}");
            finding(mark, "settings", text)
        }
        None if !paths.settings().exists() => finding(
            Mark::Note,
            "settings",
            "no opsroom.toml: built-in settings (`opsroom init` writes one)",
        ),
        None => finding(
            Mark::Good,
            "settings",
            format!("no faults in {}", words::count(checked.files, "file")),
        ),
    }
}

fn sockets(paths: &RoomPaths) -> Finding {
    let folder = &paths.runtime;
    if folder.as_os_str().len() > 80 {
        let text = format!(
            "{} is too long for a socket's path; set XDG_RUNTIME_DIR to a short one",
            folder.display()
        );
        return finding(Mark::Bad, "sockets", text);
    }
    if let (Some(holder), Err(_)) = (holder(paths), paths.room_socket().symlink_metadata()) {
        let text = format!(
            "{} serves this room and its sockets are not in {}; it binds them again within ten seconds, or {} says why not",
            holder.named(),
            folder.display(),
            paths.log().display()
        );
        return finding(Mark::Bad, "sockets", text);
    }
    finding(Mark::Good, "sockets", folder.display().to_string())
}

fn disk(paths: &RoomPaths, settings: Option<&Settings>) -> Finding {
    let Ok(room) = rustix::fs::statvfs(&paths.folder) else {
        return finding(
            Mark::Bad,
            "disk",
            format!("cannot look at {}", paths.folder.display()),
        );
    };
    let folder = paths.private().join("recordings");
    let of =
        |disk: &rustix::fs::StatVfs| disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
    // They may lie on a disk of their own.
    let theirs = rustix::fs::statvfs(&folder).map_or(u64::MAX, |disk| of(&disk));
    let free = of(&room).min(theirs);
    let mark = if free < 512 { Mark::Bad } else { Mark::Good };
    let all = recording::all(&folder).unwrap_or_default();
    let sizes = all.iter().filter_map(|(_, _, path)| path.metadata().ok());
    let taken = sizes.fold(0, |sum: u64, file| sum.saturating_add(file.len())) / (1024 * 1024);
    let most = match settings {
        Some(settings) => settings.limits.recordings_mib.to_string(),
        None => "what opsroom.toml says".to_owned(),
    };
    let text = format!(
        "{free} MiB free; recordings take {taken} (up to 32 an agent, {most} in all, then the oldest parts go), in {}",
        folder.display()
    );
    finding(mark, "disk", text)
}

fn logs(paths: &RoomPaths) -> Finding {
    let size = |path: &Path| path.metadata().ok().map(|file| file.len().div_ceil(1024));
    let now = size(&paths.log()).unwrap_or(0);
    let sizes = match size(&paths.log_before()) {
        Some(before) => format!("{now} KiB, and {before} in server.log.1 before it"),
        None => format!("{now} KiB"),
    };
    let text = format!("{sizes}: {}", paths.log().display());
    finding(Mark::Good, "logs", text)
}

fn tool(name: &'static str) -> Finding {
    let flag = if name == "ssh" { "-V" } else { "--version" };
    let Some(file) = on_path(name) else {
        return finding(Mark::Note, name, "not found");
    };
    let Ok(output) = Command::new(file).arg(flag).output() else {
        return finding(Mark::Bad, name, "found, but does not start");
    };
    let said = if output.stdout.is_empty() {
        output.stderr
    } else {
        output.stdout
    };
    let said = String::from_utf8_lossy(&said);
    finding(Mark::Good, name, said.lines().next().unwrap_or_default())
}

async fn agents(paths: &RoomPaths) -> [Finding; 2] {
    let (profiles, faults) = found::profiles(paths);
    let written = match faults.first() {
        None => finding(
            Mark::Good,
            "profiles",
            format!("{}; `opsroom agents` lists them", profiles.0.len()),
        ),
        Some(first) => finding(Mark::Bad, "profiles", first.clone()),
    };
    let all = found::ask(&profiles).await;
    let here = all.iter().filter(|one| one.at.is_some());
    let named = here.map(|one| match &one.version {
        Some(version) => format!("{} {}", one.profile.name, version.shown()),
        None => one.profile.name.clone(),
    });
    let named: Vec<String> = named.collect();
    let found = match named.is_empty() {
        true => finding(
            Mark::Note,
            "agents",
            "no agent program on PATH; `opsroom demo` needs none",
        ),
        false => finding(Mark::Good, "agents", named.join(", ")),
    };
    [written, found]
}
