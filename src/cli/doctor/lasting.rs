//! What outlasts a logout on this machine.

use std::path::Path;
use std::process::Command;

use super::{Finding, Mark, finding};

/// Whether agents go on when their person logs out.
pub(super) fn logout() -> Finding {
    let ends = match () {
        () if cfg!(target_os = "macos") => Ends::WithTheDesktop,
        () if !Path::new("/run/systemd/system").is_dir() => Ends::No,
        () => ends(&asked_of_logind()),
    };
    match ends {
        Ends::No => finding(Mark::Good, "logout", "agents go on after you log out"),
        Ends::Yes => finding(
            Mark::Note,
            "logout",
            "systemd ends what you started when you log out (KillUserProcesses=yes); `loginctl enable-linger`, and \
             then `systemd-run --user --scope opsroom serve`, keep the room",
        ),
        Ends::WithTheDesktop => finding(
            Mark::Note,
            "logout",
            "agents go on after an ssh login ends; logging out of the desktop ends them",
        ),
        Ends::Unknown => finding(
            Mark::Note,
            "logout",
            "logind does not say whether it ends what you started (KillUserProcesses in logind.conf)",
        ),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    No,
    Yes,
    WithTheDesktop,
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
}
