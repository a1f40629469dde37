//! The direction of the doors between the rooms, read off the `use` lines and paths in the code.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may name. Everything else is a broken door.
const DOORS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("terminal", &[]),
    ("profile", &["model"]),
    ("config", &["model", "profile"]),
    ("diff", &["model"]),
    ("wire", &["model", "terminal", "diff"]),
    ("folder", &["model", "config"]),
    ("door", &["wire", "model"]),
    ("editor", &[]),
    ("keeper", &["wire"]),
    ("view", &["model", "terminal", "wire", "config", "diff"]),
    (
        "verbs",
        &[
            "wire", "profile", "folder", "config", "model", "editor", "door",
        ],
    ),
    (
        "cli",
        &[
            "model", "profile", "config", "wire", "folder", "door", "keeper", "view", "verbs",
            "client", "server",
        ],
    ),
    (
        "client",
        &[
            "view", "wire", "config", "door", "editor", "terminal", "model",
        ],
    ),
    (
        "server",
        &[
            "model", "terminal", "profile", "wire", "config", "folder", "door", "keeper", "diff",
        ],
    ),
];

/// What waits, reads or writes: not for the rooms that only decide.
const OUTSIDE: &[&str] = &[
    "tokio::",
    "std::fs",
    "std::net",
    "std::os::unix",
    "std::process",
    "std::thread",
    "std::env::",
    "::now()",
];

/// The rooms that only decide.
const PURE: &[&str] = &[
    "model", "terminal", "profile", "wire", "config", "view", "diff",
];

/// Packages that one place alone may name.
const ALONE: &[(&str, &str)] = &[
    ("rio_vt", "terminal/emulator.rs"),
    ("portable_pty", "keeper/"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The lines of a file that are code of the program: no comments, nothing behind the file's test module.
fn code(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let all: Vec<&str> = text.lines().collect();
    for (number, line) in all.iter().enumerate() {
        let tests_follow = line.trim() == "#[cfg(test)]"
            && all
                .get(number + 1)
                .is_some_and(|next| next.trim_start().starts_with("mod ") && next.contains('{'));
        if tests_follow {
            break;
        }
        if !line.trim_start().starts_with("//") {
            lines.push((number + 1, *line));
        }
    }
    lines
}

/// Whether a file is a module that exists for tests only: its parent declares it behind `#[cfg(test)]`.
fn is_test_file(root: &Path, path: &Path) -> bool {
    let mut at = path.with_extension("");
    while let (Some(name), Some(folder)) = (at.file_name(), at.parent()) {
        let declared = format!("#[cfg(test)]\nmod {};", name.to_string_lossy());
        let parents = [folder.join("mod.rs"), folder.with_extension("rs")];
        if parents.iter().any(|parent| {
            fs::read_to_string(root.join(parent)).is_ok_and(|text| text.contains(&declared))
        }) {
            return true;
        }
        at = folder.to_path_buf();
    }
    false
}

fn broken(path: &str, text: &str) -> Vec<String> {
    let room = path.split('/').next().unwrap_or_default();
    let room = room.strip_suffix(".rs").unwrap_or(room);
    let mut said = Vec::new();
    for (line, code) in code(text) {
        if let Some((_, doors)) = DOORS.iter().find(|(name, _)| *name == room) {
            for (other, _) in DOORS {
                let named = code.contains(&format!("crate::{other}::"))
                    || code.contains(&format!("crate::{other};"))
                    || code.contains(&format!("crate::{other}}}"));
                if named && *other != room && !doors.contains(other) {
                    said.push(format!("{path}:{line}: {room} has no door to {other}"));
                }
            }
        }
        if PURE.contains(&room) {
            for outside in OUTSIDE.iter().filter(|outside| code.contains(**outside)) {
                said.push(format!(
                    "{path}:{line}: {room} only decides, and may not name `{outside}`"
                ));
            }
        }
        for (package, home) in ALONE.iter().filter(|(package, _)| code.contains(package)) {
            if !path.starts_with(home) {
                said.push(format!("{path}:{line}: only {home} may name `{package}`"));
            }
        }
    }
    said
}

#[test]
fn no_room_reaches_through_a_door_it_does_not_have() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(
        files.len() > 50,
        "the rooms were not found below {}",
        root.display()
    );
    let mut said = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap();
        if !is_test_file(&root, path) {
            said.extend(broken(
                &path.to_string_lossy(),
                &fs::read_to_string(&file).unwrap(),
            ));
        }
    }
    assert!(said.is_empty(), "broken doors:\n{}", said.join("\n"));
}

#[test]
fn every_room_is_in_the_table_of_doors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            assert!(
                DOORS.iter().any(|(room, _)| *room == name),
                "src/{name} has no line in DOORS"
            );
        }
    }
}

#[test]
fn a_broken_door_is_found_and_named_with_its_place() {
    let said = broken(
        "model/room.rs",
        "use std::fs;\nuse crate::server::hub;\n// use crate::view::x;\n",
    );
    assert_eq!(
        said,
        [
            "model/room.rs:1: model only decides, and may not name `std::fs`",
            "model/room.rs:2: model has no door to server",
        ]
    );
    assert!(broken("view/desk.rs", "use rio_vt::x;")[0].contains("only terminal/emulator.rs"));
}

/// A message between server and client has no names in it, only an order: one that leaves a field out cannot be read.
#[test]
fn what_goes_to_clients_leaves_no_field_out() {
    let told_with_names = ["model/entry.rs", "wire/keeper.rs", "wire/agent.rs"];
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for room in ["model", "terminal", "wire", "diff"] {
        let mut files = Vec::new();
        sources(&src.join(room), &mut files);
        for file in files {
            let name = file.strip_prefix(&src).unwrap().display().to_string();
            let text = fs::read_to_string(&file).unwrap();
            for (at, line) in text.lines().enumerate() {
                let leaves_out = [
                    "skip_serializing",
                    "serde(flatten",
                    "serde(untagged",
                    "serde(tag",
                ];
                if leaves_out.iter().any(|word| line.contains(word))
                    && !told_with_names.contains(&name.as_str())
                {
                    found.push(format!("{name}:{}: {}", at + 1, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
