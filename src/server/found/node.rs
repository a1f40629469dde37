//! Programs that run on node: which version of it they need, and which is here.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::on_path;
use super::version::{PATIENCE, version};
use crate::model::Untrusted;

/// So much of a program's file tells what runs it.
const HEAD: u64 = 128;

/// The version of node on this machine.
pub async fn here() -> Option<String> {
    let at = on_path("node")?;
    let said = version(&at, &["--version".to_owned()], PATIENCE)
        .await
        .ok()??;
    Some(said.raw().to_owned())
}

/// What a program that runs on node says it needs, where this machine has less.
pub fn lacks(program: &Path, node: Option<&str>) -> Option<String> {
    let file = program.canonicalize().ok()?;
    let mut head = String::new();
    let _binary_perhaps = fs::File::open(&file)
        .ok()?
        .take(HEAD)
        .read_to_string(&mut head);
    if !head.lines().next()?.starts_with("#!") || !head.lines().next()?.contains("node") {
        return None;
    }
    let package = file.ancestors().find_map(|folder| {
        let inside = folder.parent().and_then(Path::file_name) == Some(OsStr::new("node_modules"));
        let scoped = folder
            .parent()?
            .file_name()?
            .to_string_lossy()
            .starts_with('@');
        let text = fs::read_to_string(folder.join("package.json"));
        text.ok().filter(|_| inside || scoped)
    })?;
    let package: serde_json::Value = serde_json::from_str(&package).ok()?;
    let wanted = package["engines"]["node"].as_str()?;
    let least = wanted.trim().strip_prefix(">=")?.trim();
    let wanted = Untrusted::new(least).shown();
    match node {
        None => Some(format!(
            "it needs node {wanted} or newer; there is none on PATH"
        )),
        Some(have) if parts(have) < parts(least) => {
            let have = Untrusted::new(have).shown();
            Some(format!("it needs node {wanted} or newer; here is {have}"))
        }
        Some(_) => None,
    }
}

/// `v22.1.0` as numbers.
fn parts(version: &str) -> Vec<u32> {
    let bare = version.trim_start_matches('v');
    let numbers = bare.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    numbers.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_program_of_node_says_which_node_it_needs() {
        let dir = tempfile::tempdir().unwrap();
        let package = dir.path().join("node_modules/@a/b");
        fs::create_dir_all(&package).unwrap();
        fs::write(
            package.join("package.json"),
            r#"{"engines":{"node":">=22.1"}}"#,
        )
        .unwrap();
        let program = package.join("cli.js");
        fs::write(&program, "#!/usr/bin/env node\n").unwrap();
        let said = lacks(&program, Some("v20.20.2")).unwrap();
        assert!(said.contains("22.1") && said.contains("v20.20.2"), "{said}");
        assert!(lacks(&program, None).is_some());
        assert_eq!(lacks(&program, Some("v22.1.0")), None);
        assert_eq!(lacks(&program, Some("v100.0.0")), None);
        fs::write(&program, "\u{7f}ELF").unwrap();
        assert_eq!(lacks(&program, Some("v1.0.0")), None);
    }
}
