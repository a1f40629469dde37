//! The demo's room: a small real project in a git repository, a queue, and who is started on what.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::model::{BriefId, Launch, RoleName, StartOn, Wish};

macro_rules! files {
    ($($path:literal)*) => {
        &[$(($path, include_str!($path))),*]
    };
}

/// The project and the room's settings, by path.
const PROJECT: &[(&str, &str)] = files!(
    "project/opsroom.toml" "project/README.md" "project/app/login.sh" "project/app/session.sh"
    "project/app/accounts.txt" "project/checks/all.sh" "project/checks/login.sh" "project/checks/session.sh"
    "project/sales/acme.md"
);

/// The queue, by place and id.
const BRIEFS: &[(&str, &str)] = &[
    (
        "web/prep/0014-csv-export",
        include_str!("briefs/0014-csv-export.md"),
    ),
    (
        "web/dev/0012-rate-limit",
        include_str!("briefs/0012-rate-limit.md"),
    ),
    (
        "web/dev/0011-move-accounts",
        include_str!("briefs/0011-move-accounts.md"),
    ),
    (
        "web/dev/0013-audit-trail",
        include_str!("briefs/0013-audit-trail.md"),
    ),
    (
        "web/qa/0009-session-store",
        include_str!("briefs/0009-session-store.md"),
    ),
    (
        "web/inbox/0015-password-rules",
        include_str!("briefs/0015-password-rules.md"),
    ),
    (
        "web/hold/0010-dark-mode",
        include_str!("briefs/0010-dark-mode.md"),
    ),
    (
        "web/done/0008-health-check",
        include_str!("briefs/0008-health-check.md"),
    ),
    (
        "sales/draft/0003-acme-followup",
        include_str!("briefs/0003-acme-followup.md"),
    ),
    (
        "sales/inbox/0004-trade-fair",
        include_str!("briefs/0004-trade-fair.md"),
    ),
];

/// Makes the room in an empty folder: files, queue, git repository with one commit.
///
/// # Errors
/// Where a file cannot be written, or git is missing or fails.
pub fn prepare(folder: &Path) -> anyhow::Result<()> {
    for (path, text) in PROJECT {
        write(&folder.join(path.trim_start_matches("project/")), text)?;
    }
    for (brief, text) in BRIEFS {
        write(&folder.join("briefs").join(format!("{brief}.md")), text)?;
    }
    write(&folder.join(".gitignore"), ".opsroom/\nstate/\n")?;
    git(folder, &["init", "-q", "-b", "main"])?;
    git(folder, &["config", "user.name", "harbour"])?;
    git(folder, &["config", "user.email", "harbour@localhost"])?;
    git(folder, &["config", "commit.gpgsign", "false"])?;
    git(folder, &["add", "-A"])?;
    git(
        folder,
        &["commit", "-q", "-m", "harbour: accounts and sessions"],
    )
}

/// What the operator of a demo would do first: five agents at work.
pub fn first_wishes() -> Vec<Wish> {
    let start = |brief: &str, on: StartOn| Wish::BriefStart {
        brief: BriefId::from(brief),
        on,
    };
    let deploy = Launch {
        role: Some(RoleName::from("deploy")),
        ..Launch::default()
    };
    vec![
        start("0012-rate-limit", StartOn::Stage),
        start("0009-session-store", StartOn::Stage),
        start("0014-csv-export", StartOn::Stage),
        start(
            "0011-move-accounts",
            StartOn::Role(RoleName::from("migrator")),
        ),
        Wish::Spawn(deploy),
    ]
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .output()
        .context("cannot start git; the demo needs it (install git)")?;
    if !output.status.success() {
        bail!(
            "git {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::config::room;
    use crate::model::Content;

    #[test]
    fn the_demo_room_is_whole_but_for_the_brief_that_is_broken_on_purpose() {
        let temp = tempfile::tempdir().unwrap();
        prepare(temp.path()).unwrap();
        let text = fs::read_to_string(temp.path().join("opsroom.toml")).unwrap();
        let parsed = room::parse("opsroom.toml", &text);
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let briefs = crate::folder::briefs::all(temp.path()).unwrap();
        assert_eq!(briefs.len(), BRIEFS.len());
        let broken: Vec<_> = briefs
            .iter()
            .filter(|brief| matches!(brief.content, Content::Broken(_)))
            .map(|brief| brief.id.as_str())
            .collect();
        assert_eq!(broken, ["0013-audit-trail"]);
        for brief in &briefs {
            let lacks = brief.heading().and_then(|heading| heading.lacking());
            assert_eq!(lacks, None, "{}", brief.id);
        }
        let settings = parsed.value.unwrap();
        for brief in briefs
            .iter()
            .filter(|brief| !crate::model::RESERVED.contains(&brief.place.stage.as_str()))
        {
            assert!(
                settings.role_at(&brief.place).is_some(),
                "nobody acts at {}",
                brief.place
            );
        }
    }

    #[test]
    fn the_projects_checks_fail_before_the_work_and_pass_after_it() {
        let temp = tempfile::tempdir().unwrap();
        prepare(temp.path()).unwrap();
        let check = || {
            Command::new("sh")
                .arg("checks/all.sh")
                .current_dir(temp.path())
                .output()
                .unwrap()
                .status
                .success()
        };
        assert!(!check());
        let (file, from, to) = crate::verbs::rehearsal::the_edit();
        let path = temp.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1);
        fs::write(&path, text.replace(from, to)).unwrap();
        assert!(check());
    }
}
