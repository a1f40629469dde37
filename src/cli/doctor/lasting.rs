//! What outlasts a logout on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Finding, Mark, finding};
use crate::door::{RoomPaths, own_names};

/// Whether agents go on when their person logs out, and where the room is found then.
pub(super) fn logout(paths: &RoomPaths) -> Finding {
    let machine = Machine::here();
    let ends = machine.ends(asked_of_logind);
    let (mark, text) = said(ends, machine.removed_with_logout(&paths.runtime));
    finding(mark, "logout", text)
}

/// Who looks after processes at a logout here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    /// The desktop ends what was started from it.
    MacOs,
    /// Nobody.
    Plain,
    /// Systemd.
    Systemd(Linger, Unit),
}

/// Whether systemd keeps this user's manager and runtime folder after the last logout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Linger {
    Yes,
    No,
}

/// What this process, and so what it starts, belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// The manager of the user's units.
    OfTheManager,
    /// A session, or anything else.
    Other,
}

impl Machine {
    fn here() -> Self {
        if cfg!(target_os = "macos") {
            return Self::MacOs;
        }
        if !Path::new("/run/systemd/system").is_dir() {
            return Self::Plain;
        }
        let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let linger = linger_of(&own_names(), Path::new("/var/lib/systemd/linger"));
        Self::Systemd(linger, unit_of(&groups))
    }

    fn ends(self, asked_of_logind: impl FnOnce() -> String) -> Ends {
        match self {
            Self::MacOs => Ends::WithTheDesktop,
            Self::Plain | Self::Systemd(Linger::Yes, Unit::OfTheManager) => Ends::No,
            Self::Systemd(Linger::No, Unit::OfTheManager) => Ends::WithTheManager,
            Self::Systemd(_, Unit::Other) => ends(&asked_of_logind()),
        }
    }

    /// The folder that logind takes away with the last logout, where the sockets are in it.
    fn removed_with_logout(self, runtime: &Path) -> Option<PathBuf> {
        let whose = runtime.strip_prefix("/run/user").ok()?.iter().next()?;
        match self {
            Self::Systemd(Linger::No, _) => Some(Path::new("/run/user").join(whose)),
            Self::Systemd(Linger::Yes, _) | Self::Plain | Self::MacOs => None,
        }
    }
}

fn said(ends: Ends, removed: Option<PathBuf>) -> (Mark, String) {
    let note = |text: &str| (Mark::Note, text.to_owned());
    match (ends, removed) {
        (Ends::No, None) => (Mark::Good, "agents go on after you log out".to_owned()),
        (Ends::No, Some(folder)) => (
            Mark::Good,
            format!(
                "agents go on after you log out; systemd removes {} then, and the room's sockets move below /tmp, where every \
                 opsroom finds them (`loginctl enable-linger` keeps them in their place)",
                folder.display()
            ),
        ),
        (Ends::Yes, _) => note(
            "systemd ends what you started when you log out (KillUserProcesses=yes); `loginctl enable-linger`, and \
             then `systemd-run --user --scope opsroom serve`, keep the room",
        ),
        (Ends::WithTheManager, _) => note(
            "what is started in this terminal belongs to systemd's manager for you, which ends with your last logout, and ends \
             it; `loginctl enable-linger` keeps the room",
        ),
        (Ends::WithTheDesktop, _) => {
            note("agents go on after an ssh login ends; logging out of the desktop ends them")
        }
        (Ends::Unknown, _) => note(
            "logind does not say whether it ends what you started (KillUserProcesses in logind.conf)",
        ),
    }
}

/// Systemd notes in this folder who lingers.
fn linger_of(names: &[String], folder: &Path) -> Linger {
    match names.iter().any(|name| folder.join(name).exists()) {
        true => Linger::Yes,
        false => Linger::No,
    }
}

fn unit_of(groups: &str) -> Unit {
    let mut parts = groups.lines().flat_map(|line| line.split('/'));
    match parts.any(|part| part.starts_with("user@") && part.ends_with(".service")) {
        true => Unit::OfTheManager,
        false => Unit::Other,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    No,
    Yes,
    WithTheDesktop,
    /// With systemd's manager of the user's units, in which this terminal is.
    WithTheManager,
    Unknown,
}

/// What logind says, as `b false` or `b true`; empty where it cannot be asked.
fn asked_of_logind() -> String {
    let login1 = "org.freedesktop.login1";
    let manager = "org.freedesktop.login1.Manager";
    let asked = Command::new("busctl")
        .args(["--timeout=2", "get-property", login1])
        .args(["/org/freedesktop/login1", manager, "KillUserProcesses"])
        .output();
    asked
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

fn ends(said: &str) -> Ends {
    match said.trim() {
        "b false" => Ends::No,
        "b true" => Ends::Yes,
        _ => Ends::Unknown,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn what_logind_says_is_understood() {
        assert_eq!(ends("b false\n"), Ends::No);
        assert_eq!(ends("b true\n"), Ends::Yes);
        assert_eq!(ends(""), Ends::Unknown);
    }

    #[test]
    fn whoever_starts_a_room_in_a_unit_of_the_user_manager_is_told_that_it_ends_with_it() {
        let desktop = "0::/user.slice/user-7.slice/user@7.service/app.slice/term.scope\n";
        assert_eq!(unit_of(desktop), Unit::OfTheManager);
        let ssh = "0::/user.slice/user-7.slice/session-3.scope\n";
        assert_eq!(unit_of(ssh), Unit::Other);
    }

    #[test]
    fn whoever_is_noted_in_systemds_folder_lingers() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["alice".to_owned(), "7".to_owned()];
        assert_eq!(linger_of(&names, folder.path()), Linger::No);
        std::fs::write(folder.path().join("bob"), "").unwrap();
        assert_eq!(linger_of(&names, folder.path()), Linger::No);
        std::fs::write(folder.path().join("alice"), "").unwrap();
        assert_eq!(linger_of(&names, folder.path()), Linger::Yes);
    }

    /// What is said on a machine where logind answers this, of sockets below `/run/user/7`.
    fn told(machine: Machine, logind: &str) -> (Mark, String) {
        let removed = machine.removed_with_logout(Path::new("/run/user/7/opsroom/abc"));
        said(machine.ends(|| logind.to_owned()), removed)
    }

    #[test]
    fn on_every_machine_it_is_said_what_a_logout_ends() {
        use Linger::{No, Yes};
        use Unit::{OfTheManager, Other};
        let go_on = "agents go on after you log out";
        let (good, note) = ('✓', '·');
        let cases = [
            (
                Machine::MacOs,
                "",
                note,
                "logging out of the desktop ends them",
            ),
            (Machine::Plain, "b true", good, go_on),
            (Machine::Systemd(Yes, OfTheManager), "b true", good, go_on),
            (
                Machine::Systemd(No, OfTheManager),
                "b false",
                note,
                "ends with your last logout",
            ),
            (Machine::Systemd(Yes, Other), "b false", good, go_on),
            (
                Machine::Systemd(No, Other),
                "b false",
                good,
                "systemd removes /run/user/7 then",
            ),
            (
                Machine::Systemd(Yes, Other),
                "b true",
                note,
                "(KillUserProcesses=yes)",
            ),
            (
                Machine::Systemd(No, Other),
                "b true",
                note,
                "(KillUserProcesses=yes)",
            ),
            (Machine::Systemd(No, Other), "", note, "logind does not say"),
        ];
        for (machine, logind, mark, words) in cases {
            let (marked, text) = told(machine, logind);
            assert_eq!(
                marked.sign().chars().next(),
                Some(mark),
                "{machine:?}: {text}"
            );
            assert!(text.contains(words), "{machine:?}: {text}");
            assert_eq!(
                text.contains("/run/user/7"),
                words.contains("/run/user/7"),
                "{machine:?}: {text}"
            );
            assert_eq!(
                text.contains("enable-linger"),
                words.contains("/run/user/7")
                    || words.contains("last logout")
                    || words.contains("Kill"),
                "what helps: {machine:?}: {text}"
            );
        }
        // Sockets elsewhere stay where they are.
        let machine = Machine::Systemd(No, Other);
        assert_eq!(
            machine.removed_with_logout(Path::new("/tmp/opsroom-7/abc")),
            None
        );
    }
}
