//! What pairing over ssh needs on this machine: an sshd that runs, lets keys in, and reads the usual file.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Finding, Mark, finding};
use crate::door::KeysFile;
use crate::server::found::on_path;

/// How long an sshd may take to let a connection in.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether colleagues can come in.
pub fn sshd() -> Finding {
    let usual = Path::new("/usr/sbin/sshd");
    if on_path("sshd").is_none() && !usual.exists() {
        let text = "not found: colleagues cannot come in here (install openssh-server)";
        return finding(Mark::Note, "sshd", text);
    }
    let address = SocketAddr::from(([127, 0, 0, 1], 22));
    let listens = TcpStream::connect_timeout(&address, PATIENCE).is_ok();
    let said = settings(Path::new("/etc/ssh/sshd_config"));
    let faults = faults(&said);
    match (listens, faults.as_slice()) {
        (false, _) => finding(
            Mark::Note,
            "sshd",
            "installed, but nothing listens on port 22",
        ),
        (true, []) => finding(Mark::Good, "sshd", "listens on port 22; keys are let in"),
        (true, faults) => finding(Mark::Note, "sshd", faults.join("; ")),
    }
}

/// What of an sshd's settings stands in the way, or is worth a line there.
fn faults(said: &[(String, String)]) -> Vec<String> {
    // sshd takes the first one of each.
    let first = |name: &str| {
        let found = said.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let mut faults = Vec::new();
    if first("PubkeyAuthentication") == Some("no") {
        faults.push("PubkeyAuthentication is no: no key is let in".to_owned());
    }
    if let Some(file) =
        first("AuthorizedKeysFile").filter(|it| !it.contains(".ssh/authorized_keys"))
    {
        faults.push(format!(
            "keys are read from {file}: name it with `invite --file`"
        ));
    }
    if first("ExposeAuthInfo") != Some("yes") {
        faults.push(
            "`ExposeAuthInfo yes` in sshd_config lets the journal name your own key too".to_owned(),
        );
    }
    if first("ClientAliveInterval").is_none_or(|it| it == "0") {
        faults.push(
            "`ClientAliveInterval 2` and `ClientAliveCountMax 2` free the seat of an `ssh -t` whose network is gone"
                .to_owned(),
        );
    }
    if said
        .iter()
        .any(|(key, value)| key.eq_ignore_ascii_case("AcceptEnv") && value == "*")
    {
        faults.push(
            "`AcceptEnv *` lets whoever comes set LD_PRELOAD and the like: name variables"
                .to_owned(),
        );
    }
    faults
}

/// The settings for everybody, with those of the files that are included. A file that cannot be read says nothing.
fn settings(file: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in fs::read_to_string(file).unwrap_or_default().lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some((key, value)) = line.split_once(|one: char| one.is_whitespace() || one == '=')
        else {
            continue;
        };
        let value = value.trim().to_owned();
        // What stands behind is for some people only.
        if key.eq_ignore_ascii_case("Match") {
            break;
        }
        if key.eq_ignore_ascii_case("Include") {
            for file in included(file, &value) {
                all.extend(settings(&file));
            }
            continue;
        }
        all.push((key.to_owned(), value));
    }
    all
}

/// The files of `folder/*.conf`, or the one that is named.
fn included(by: &Path, named: &str) -> Vec<PathBuf> {
    let path = by.parent().unwrap_or(by).join(named);
    let Some(end) = named
        .strip_suffix(".conf")
        .and_then(|it| it.strip_suffix('*'))
    else {
        return if path == by { Vec::new() } else { vec![path] };
    };
    let folder = by.parent().unwrap_or(by).join(end);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "conf") && path != by)
        .collect();
    files.sort();
    files
}

/// Whether sshd takes the file of keys as it is (`StrictModes`).
pub fn keys() -> Finding {
    let file = match KeysFile::usual() {
        Ok(file) => file,
        Err(why) => return finding(Mark::Note, "keys", format!("{why:#}")),
    };
    let invited = match file.invitations() {
        Ok(invited) => invited.len(),
        Err(why) => return finding(Mark::Bad, "keys", format!("{why:#}")),
    };
    let folder = file.path.parent().unwrap_or(&file.path);
    let open = [file.path.as_path(), folder]
        .into_iter()
        .find(|path| fs::metadata(path).is_ok_and(|found| found.mode() & 0o022 != 0));
    match open {
        Some(path) => finding(
            Mark::Bad,
            "keys",
            format!(
                "others can write {0}, so sshd does not believe it: chmod go-w {0}",
                path.display()
            ),
        ),
        None => finding(
            Mark::Good,
            "keys",
            format!("{invited} invited in {}", file.path.display()),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_read_from_the_settings_and_their_includes() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("d/1.conf"), "PubkeyAuthentication no\n").unwrap();
        let text = "Include d/*.conf\nPubkeyAuthentication yes # later\nAuthorizedKeysFile /etc/keys/%u\nAcceptEnv *\nMatch User x\nExposeAuthInfo yes\n";
        fs::write(at("sshd_config"), text).unwrap();
        let said = faults(&settings(&at("sshd_config"))).join("\n");
        for word in [
            "no key is let in",
            "/etc/keys/%u",
            "ExposeAuthInfo",
            "ClientAlive",
            "LD_PRELOAD",
        ] {
            assert!(said.contains(word), "{word}: {said}");
        }
        let good =
            "ExposeAuthInfo=yes\nClientAliveInterval 2\nAuthorizedKeysFile .ssh/authorized_keys\n";
        fs::write(at("sshd_config"), good).unwrap();
        assert!(faults(&settings(&at("sshd_config"))).is_empty());
    }
}
