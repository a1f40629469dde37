//! What outlasts a logout on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Finding, Mark, finding};
use crate::door::{RoomPaths, own_names};

/// Whether agents go on when their person logs out, and where the room is found then.
pub(super) fn logout(paths: &RoomPaths) -> Finding {
    let ends = match () {
        () if cfg!(target_os = "macos") => Ends::WithTheDesktop,
        () if !Path::new("/run/systemd/system").is_dir() => Ends::No,
        () if is_of_the_user_manager() && lingers() => Ends::No,
        () if is_of_the_user_manager() => Ends::WithTheManager,
        () => ends(&asked_of_logind()),
    };
    let (mark, text) = said(ends, removed_with_logout(&paths.runtime));
    finding(mark, "logout", text)
}

/// The folder that logind takes away with the last logout, where the sockets are in it.
fn removed_with_logout(runtime: &Path) -> Option<PathBuf> {
    let whose = runtime.strip_prefix("/run/user").ok()?.iter().next()?;
    let managed = Path::new("/run/systemd/system").is_dir() && !lingers();
    managed.then(|| Path::new("/run/user").join(whose))
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

/// Whether systemd keeps this user's manager and runtime folder after the last logout.
fn lingers() -> bool {
    let folder = Path::new("/var/lib/systemd/linger");
    own_names().iter().any(|name| folder.join(name).exists())
}

/// Whether this process, and so what it starts, is of the unit that ends with the last logout.
fn is_of_the_user_manager() -> bool {
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    is_below_a_manager(&groups)
}

fn is_below_a_manager(groups: &str) -> bool {
    let mut parts = groups.lines().flat_map(|line| line.split('/'));
    parts.any(|part| part.starts_with("user@") && part.ends_with(".service"))
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
        assert!(is_below_a_manager(desktop));
        assert!(!is_below_a_manager(
            "0::/user.slice/user-7.slice/session-3.scope\n"
        ));
    }

    #[test]
    fn where_the_sockets_go_at_a_logout_is_said() {
        let (mark, text) = said(Ends::No, Some("/run/user/7".into()));
        assert!(
            mark == Mark::Good && text.contains("systemd removes /run/user/7"),
            "{text}"
        );
        assert!(!said(Ends::No, None).1.contains("/run"));
        assert!(said(Ends::Yes, None).1.contains("KillUserProcesses"));
    }
}
